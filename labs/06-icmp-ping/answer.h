/* answer.h - the answer to an echo request, right or wrong on purpose. Pure: only bytes. */
#ifndef SOCKET_LABS_ANSWER_H
#define SOCKET_LABS_ANSWER_H

#include "icmp.h"

/* PROPER is the right answer. BUG ON PURPOSE: every other mode breaks it, and without -m the server
 * uses none of them. */
enum mode { PROPER, DUPLICATE, WRONG_IDENTIFIER, DAMAGE, TRUNCATE, STUMP, SILENT, MODES };

/* The name of a mode as -m takes it: "wrong-id" for instance; a constant string. */
const char *mode_name(enum mode mode);

/* The mode with that name, or MODES if there is none. */
enum mode find_mode(const char *name);

/* Writes the answer to `request` into `answer`, which has room for PACKET_MAX bytes. Returns its
 * length. How often it is sent is up to the caller: DUPLICATE twice, SILENT never. */
size_t build_answer(uint8_t *answer, enum form form, const struct icmp_message *request,
                    enum mode mode);

#endif
