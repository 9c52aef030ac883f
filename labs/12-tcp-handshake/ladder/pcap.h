/* pcap.h - capture files as tcpdump and Wireshark know them (draft-ietf-opsawg-pcap): a header, then
 * frames, each with its time and two lengths.
 *
 * Nothing here prints, exits or allocates. Files are the caller's to open and close. */
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
    bool
        checksum_pending; /* its TCP or UDP checksum was left to the network card, or nobody knows */
};

enum pcap_result {
    PCAP_OK,
    PCAP_END,    /* no more frames */
    PCAP_CUT,    /* the file ends inside a frame: its writer was killed, or the disk was full */
    PCAP_ALIEN,  /* this is no capture file */
    PCAP_NG,     /* it is the younger format, pcapng: editcap -F pcap converts it */
    PCAP_BROKEN, /* a length in it cannot be */
    PCAP_ERROR,  /* reading or writing failed; errno says why */
};

struct pcap_reader {
    FILE *in;
    enum link_type link;
    bool swapped;     /* written by a machine with the other byte order */
    bool nanoseconds; /* its times have nanoseconds, not microseconds */
    uint8_t frame[PCAP_FRAME_MAX];
};

/* Reads the file's header. PCAP_OK, or what is wrong with it. */
enum pcap_result pcap_open(struct pcap_reader *reader, FILE *in);

/* Reads the next frame. After PCAP_OK its bytes are in the reader, until the next call. */
enum pcap_result pcap_next(struct pcap_reader *reader, struct captured *frame);

/* Write the header of a file with nanoseconds, and a frame. Return PCAP_OK or PCAP_ERROR. */
enum pcap_result pcap_begin(FILE *out, enum link_type link);
enum pcap_result pcap_append(FILE *out, const struct captured *frame);

/* What a result means, for a person; a constant string. */
const char *pcap_text(enum pcap_result result);

#endif
