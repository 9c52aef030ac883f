/* json.h - the whole capture as one JSON document (RFC 8259), with a line for each frame.
 *
 *     {"frames":9,"dropped":0,"conversations":[
 *     {"protocol":"TCP","version":4,"ends":[{"name":"client","address":"127.0.0.1","port":40312},
 *       ...],
 *     "frames":[
 *     {"time":"2024-05-01T10:00:00.000000001Z","from":"client","protocol":"TCP",...},
 *
 * - ends: the one that began first. ICMP has no ports, and its ends no names: they are null.
 *   The ends of a socket that is connected to itself have no names either.
 * - from: the name of the end that sent it; its address, if it has no name.
 * - label: what stands on the frame's arrow, without its data and remarks.
 * - TCP: flags, seq, ack (null without the flag ACK) and window. seq and ack are counted from each
 *   side's first number, so they are below 0 for what was sent before the capture began; window is
 *   as in the header.
 * - ICMP: type and code; of an echo message, its id and number; of an error, its sender, which may
 *   be a router on the way.
 * - length: the number of bytes of data on the wire. data: the first of them, each as the character
 *   with that number. Encode it as Latin-1 to get the bytes back.
 * - states: those of both ends after the frame, null if unknown. entered: true if this frame led to
 *   it. passed: the state that the end went through before that, with the same frame; or null.
 * - remarks: what is remarkable, in words. lost: true if it never reached the other end. */
#ifndef SOCKET_LABS_JSON_H
#define SOCKET_LABS_JSON_H

#include "story.h"

#include <stdio.h>

/* `frames` is how many were captured, also those that are in no conversation. `dropped` is how many
 * the kernel had no room for. Returns 0, or -1 with errno if writing fails. */
int write_json(FILE *out, const struct story *story, uint64_t frames, uint64_t dropped);

#endif
