/* message.h - the protocol of this lab: what a datagram means.
 *
 *   byte 0     type: O open, N next, R read; the answer has the same, or E, an error
 *   byte 1, 2  id: a number of the client's, big end first; the answer has the same
 *   the rest   body: depends on the type (service.h)
 */
#ifndef LAB_13_MESSAGE_H
#define LAB_13_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HEAD_LEN = 3, BODY_MAX = 200, MESSAGE_MAX = HEAD_LEN + BODY_MAX };

struct message {
    unsigned char type;
    uint16_t id;
    size_t len; /* of the body */
    unsigned char body[BODY_MAX];
};

/* Writes the message to `data`. Returns its length. */
size_t pack_message(const struct message *message, unsigned char data[static MESSAGE_MAX]);

/* Reads a datagram of `len` bytes. Returns false, and leaves *message as it is, if it is none: too
 * short for a head, or longer than a message can be. */
bool unpack_message(const unsigned char *data, size_t len, struct message *message);

/* 32 bits, big end first. */
void put_number(unsigned char data[static 4], uint32_t number);
uint32_t get_number(const unsigned char data[static 4]);

#endif
