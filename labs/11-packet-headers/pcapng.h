/* pcapng.h - the newer format of capture files, pcapng: Wireshark's. It is a row of blocks. A
 * section has a byte order of its own, and interfaces, each with a link type and a clock. A frame
 * names the interface that it passed (draft-ietf-opsawg-pcapng). For pcap.c. */
#ifndef SOCKET_LABS_PCAPNG_H
#define SOCKET_LABS_PCAPNG_H

#include "pcap.h"

enum {
    NG_MAGIC = 0x0a0d0d0a,
    NG_HEADER = 24
}; /* the magic number is the same in both byte orders */

/* Begins to read a file of which NG_HEADER bytes have been read: the first section's, as far as it
 * is always there. Reads on up to the first interface, and sets reader->link. */
enum pcap_result ng_open(struct pcap_reader *reader, const uint8_t header[static NG_HEADER]);

/* As pcap_next. */
enum pcap_result ng_next(struct pcap_reader *reader, struct captured *frame);

#endif
