/* sums.h - a checksum computed before the eyes of the reader. */
#ifndef SOCKET_LABS_SUMS_H
#define SOCKET_LABS_SUMS_H

#include "frame.h"

/* Prints how the checksum of header number `i` is computed, and whether it fits. Headers without
 * one print nothing. */
void show_sum(const struct frame *frame, const struct layers *seen, size_t i);

/* CRC-32 as Ethernet computes it over a frame (IEEE 802.3, 3.2.9). */
uint32_t crc32_of(const uint8_t *bytes, size_t len);

/* "right", "wrong", "left to the card", "unknown". A constant string. */
const char *checksum_word(enum checksum checksum);

#endif
