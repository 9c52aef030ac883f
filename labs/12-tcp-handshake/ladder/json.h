/* json.h - all that was captured as one JSON document (RFC 8259), a line for each frame.
 *
 *     {"frames":9,"dropped":0,"conversations":[
 *     {"protocol":"TCP","version":4,"ends":[{"name":"client","address":"127.0.0.1","port":40312},
 *       ...],
 *     "frames":[
 *     {"time":"2024-05-01T10:00:00.000000001Z","from":"client","protocol":"TCP",...},
 *
 * - ends: the one that began first. ICMP has no ports, and its ends no names: they are null.
 * - from: the name of the end that sent it; its address, where it has no name.
 * - label: what the frame says on a ladder, but for its data and remarks.
 * - TCP: flags, seq, ack (null without its flag) and window. seq and ack are counted from each
 *   side's first number, window is as in the header.
 * - ICMP: type and code; id and number of an echo message; the sender of an error, which may be a
 *   router on the way.
 * - length: bytes of data on the wire. data: the first of them; each byte is the character of that
 *   number, so that Latin-1 makes bytes of it again.
 * - states: those of both ends after the frame, null where unknown. entered: that it is new there.
 * - remarks: what is remarkable, in words. lost: it never came to the other end. */
#ifndef SOCKET_LABS_JSON_H
#define SOCKET_LABS_JSON_H

#include "story.h"

#include <stdio.h>

/* `frames` is how many were captured, those of no conversation too; `dropped`, how many the kernel
 * had no room for. Returns 0, or -1 with errno when `out` does not take it all. */
int write_json(FILE *out, const struct story *story, uint64_t frames, uint64_t dropped);

#endif
