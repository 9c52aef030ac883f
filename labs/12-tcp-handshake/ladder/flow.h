/* flow.h - conversations: which frames belong together, which side began, and what a TCP frame
 * means there. That is its numbers, counted from the beginning; the states of both sides; and what
 * is remarkable about it.
 *
 * A capture shows what was sent, not what arrived. So we take it that a side has received a SYN or
 * a FIN when it acknowledges it, and everything else when it passes by. But a side in FIN-WAIT-2
 * waits for a FIN and nothing else: that takes it to TIME-WAIT at once (RFC 9293, figure 12).
 *
 * No socket and no clock here. The memory of a `struct flows` grows, and the caller frees it. */
#ifndef SOCKET_LABS_FLOW_H
#define SOCKET_LABS_FLOW_H

#include "../../11-packet-headers/frame.h"

/* The states of RFC 9293, section 3.3.2. */
enum tcp_state {
    STATE_UNKNOWN, /* the capture began too late, or it is not TCP */
    CLOSED,
    LISTEN,
    SYN_SENT,
    SYN_RECEIVED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    CLOSE_WAIT,
    CLOSING,
    LAST_ACK,
    TIME_WAIT,
};

/* What is remarkable about a frame; several may apply. */
enum remark {
    SENT_AGAIN = 1,        /* a retransmission: all that it carries has passed before */
    GAP_BEFORE = 2,        /* something before it has not passed: lost, or late */
    FILLS_GAP = 4,         /* what was missing, at last */
    DUPLICATE_ACK = 8,     /* says again what is missing (RFC 5681, section 2) */
    ZERO_WINDOW = 16,      /* "send me nothing more" */
    KEEPALIVE = 32,        /* one byte, or none, before what is expected: are you there? */
    REFUSED = 64,          /* a reset in answer to a SYN */
    ABOUT_THE_OTHER = 128, /* an ICMP error about what the other side sent */
    WRONG_CHECKSUM = 256,  /* damaged on its way; output.c finds it, flow.c does not */
    FIRST_PIECE = 512,     /* of an IP packet in fragments; the others are in no conversation */
    OPTIONS_CUT = 1024,    /* the capture kept TCP's header, but not all of its options */
    SEEN_TWICE = 2048,     /* captured twice; twice.c finds it, flow.c does not */
    WINDOW_OPENS = 4096    /* after "window 0": go on */
};

enum { GAPS_MAX = 64 }; /* that are remembered of a side */

/* Sequence numbers that have not passed: from `begin` up to `end`. */
struct gap {
    uint32_t begin, end;
};

/* One end of a conversation. */
struct side {
    uint8_t address[16];
    uint16_t port;        /* 0 for ICMP */
    enum tcp_state state; /* as far as the frames show */
    bool began;           /* `first` is known, by a frame of its own or by the other's ACK */
    bool heard;           /* a frame of its own has passed */
    bool spoke;           /* has sent data, or FIN */
    bool finished;        /* has sent FIN */
    bool acked;           /* has sent an acknowledgement */
    bool full;            /* has said "window 0" */
    uint32_t first;       /* the sequence number that is shown as 0 */
    uint32_t next;        /* what it sends next, unless it sends something again */
    int64_t sent;         /* how far that is from `first` */
    unsigned gaps;        /* how many things are missing of it */
    struct gap *gap;      /* room for GAPS_MAX of them; NULL before the first one */
    uint32_t last_ack;
    unsigned window; /* of its last frame, not scaled */
};

struct flow {
    unsigned version, protocol;
    unsigned id;         /* of ICMP echo messages */
    struct side side[2]; /* 0 is the one that began: the client, as a rule */
    size_t frames;
};

/* What a frame is in its conversation. */
struct step {
    size_t flow;              /* an index into flows.all */
    unsigned from;            /* the side that sent it, 0 or 1 */
    int64_t seq, ack;         /* TCP: counted from each side's first number, which is 0 */
    unsigned remarks;         /* of enum remark */
    enum tcp_state state[2];  /* of both sides, after it */
    bool entered[2];          /* the side has entered that state with this frame */
    enum tcp_state passed[2]; /* and this one before; STATE_UNKNOWN: no other */
};

/* All conversations, in the order of their beginning. All zero is empty. */
struct flows {
    struct flow *all;
    size_t count, room;
    uint16_t port; /* that of the servers, if the caller knows it; else 0 */
    size_t *table; /* a hash table: each place holds 0, or the index of a flow + 1 */
    size_t table_size;
};

/* Takes the next frame. Returns 1 and sets *step; or 0 if the frame belongs to no conversation (it
 * is not IP, is a later piece of a packet, or is cut before its ports); or -1 with ENOMEM, and then
 * nothing has changed. */
int add_frame(struct flows *flows, const struct frame *frame, struct step *step);

void free_flows(struct flows *flows);

/* "SYN-SENT", as the RFC writes it; "" for STATE_UNKNOWN. A constant string. */
const char *state_name(enum tcp_state state);

#endif
