/* pcap.h - the capture files of tcpdump and Wireshark (draft-ietf-opsawg-pcap): a header, then the
 * frames, each with its time and two lengths.
 *
 * Nothing here prints, exits or allocates. The caller opens and closes the files. */
#ifndef SOCKET_LABS_PCAP_H
#define SOCKET_LABS_PCAP_H

#include "frame.h"

#include <stdio.h>

/* The longest frame that a file may hold; libpcap has the same limit. */
enum { PCAP_FRAME_MAX = 262144 };

/* One frame as it was captured. */
struct captured {
    int64_t at;           /* nanoseconds since 1970, UTC */
    size_t kept, len;     /* bytes: in the capture, and on the wire */
    const uint8_t *bytes; /* `kept` of them */
    /* Its TCP or UDP checksum was left to the network card. Always true for a file, which does
     * not say. */
    bool checksum_pending;
    bool lost;           /* the firewall has said that it dropped it. Always false for a file */
    enum link_type link; /* what it begins with */
    /* The kernel took a VLAN tag out of the frame, and told us this. Always false for a file. */
    bool tagged;
    unsigned tag; /* priority (3 bits), DEI (1), VLAN identifier (12) */
};

enum pcap_result {
    PCAP_OK,
    PCAP_END,    /* no more frames */
    PCAP_CUT,    /* the file ends inside a frame: its writer was killed, or the disk full */
    PCAP_ALIEN,  /* it is not a capture file */
    PCAP_GZIP,   /* it is compressed */
    PCAP_BROKEN, /* it has an impossible length */
    PCAP_ERROR,  /* reading or writing failed; errno says why */
};

/* Of a file in the format pcapng: what its frames begin with, and how its clock counts. */
struct pcap_interface {
    enum link_type link;
    uint64_t ticks; /* a second */
    uint64_t finer; /* units of the clock in one tick */
    uint64_t zero;  /* when it began, in seconds since 1970 */
};

enum {
    PCAP_INTERFACES_MAX = 256,
    PCAP_OPTIONS_MAX = 65536, /* bytes that pcapng may add to a frame: comments, and so on */
};

struct pcap_reader {
    FILE *in;
    enum link_type link; /* of its first interface, if there are several */
    bool swapped;        /* the writing machine had the other byte order */
    bool nanoseconds;    /* its times are in nanoseconds, not microseconds */
    bool ng;             /* it has the format pcapng (pcapng.h) */
    unsigned interfaces; /* that we have met; only of pcapng */
    struct pcap_interface interface[PCAP_INTERFACES_MAX];
    uint8_t frame[PCAP_FRAME_MAX + PCAP_OPTIONS_MAX];
};

/* Reads `len` bytes. Returns PCAP_END if there are none, PCAP_CUT if there are fewer. */
enum pcap_result read_whole(FILE *in, void *to, size_t len);

/* Reads the file's header, in the format pcap or pcapng. Returns PCAP_OK, or what is wrong with
 * it. */
enum pcap_result pcap_open(struct pcap_reader *reader, FILE *in);

/* Reads the next frame. Its bytes are in the reader, valid until the next call. */
enum pcap_result pcap_next(struct pcap_reader *reader, struct captured *frame);

/* Write the header of a file, with times in nanoseconds, and a frame. Return PCAP_OK or
 * PCAP_ERROR. */
enum pcap_result pcap_begin(FILE *out, enum link_type link);
enum pcap_result pcap_append(FILE *out, const struct captured *frame);

/* A result in words; a constant string, or that of strerror(3). */
const char *pcap_text(enum pcap_result result);

#endif
