/* forge.h - headers made by hand, right ones and wrong ones. */
#ifndef SOCKET_LABS_FORGE_H
#define SOCKET_LABS_FORGE_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

enum { FORGED_MAX = 128 }; /* bytes */

/* Writes a UDP header and its data. The checksum fits, or is 0 if there is to be none. Returns how
 * many bytes that is; 0 if they are too many. */
size_t forge_udp(uint8_t to[static FORGED_MAX], const struct sockaddr_in ends[static 2],
                 const char *data, int with_sum);

/* Writes a TCP header in which all eight flags are set; its checksum fits. Returns its length. */
size_t forge_flags(uint8_t to[static FORGED_MAX], const struct sockaddr_in ends[static 2]);

/* Writes a frame to everyone, with a VLAN tag, of the type 0x88b5, which is for experiments
 * (IEEE 802). Returns its length; 0 if the data are too long. */
size_t forge_vlan(uint8_t to[static FORGED_MAX], const uint8_t from[static 6], unsigned tag,
                  const char *data);

#endif
