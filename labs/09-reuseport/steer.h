/* steer.h - lab 09: which of the sockets at a port gets the next client?
 * A program of three instructions for the kernel, in the language of
 * packet filters (classic BPF). Nothing here prints or exits. */
#ifndef REUSEPORT_STEER_H
#define REUSEPORT_STEER_H

#include <stdbool.h>
#include <stdint.h>

/* What the program loads, and the number by which it
 * is divided: the rest is the index of the socket. */
struct rule {
    uint16_t load;
    uint32_t from, modulus;
};

/* Reads a rule: a number ("2": always that index), "cpu/4" (the processor that has the packet),
 * "port/4" (the client's port) or "data/4" (the first two bytes of data), each modulo the second
 * number. Returns false for anything else. */
bool parse_rule(const char *text, struct rule *rule);

/* From now on the kernel asks the rule, for all sockets that share the port of `fd`. An index that
 * no socket has counts as none, and then the kernel takes its own choice. Returns 0, or -1 with
 * errno set. Calls setsockopt(2) with SO_ATTACH_REUSEPORT_CBPF (socket(7)). */
int steer(int fd, const struct rule *rule);

#endif
