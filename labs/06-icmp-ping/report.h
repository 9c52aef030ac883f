/* report.h - what ping says about a packet: an event line each, and with -v its headers. */
#ifndef SOCKET_LABS_REPORT_H
#define SOCKET_LABS_REPORT_H

#include "net.h"

/* An answer to a probe of ours; `again`: it had one already. ttl 0: unknown. */
void report_reply(const struct packet *p, const struct icmp_message *m, unsigned ttl, double ms,
                  bool again);

/* An answer that does not return the data as they were sent. */
void report_short(const struct packet *p, const struct icmp_message *m, size_t sent);

/* A router or host, or our own kernel, says why a probe of ours did not arrive. */
void report_error(const struct packet *p, const struct icmp_message *m, enum form form);

/* Bytes that are no packet (TRUNCATED), or no longer the packet that was sent (BAD_CHECKSUM). */
void report_damage(const struct packet *p, const struct icmp_message *m);

/* With -v: the headers, field by field, and what the packet is for us. */
void trace_headers(const struct icmp_message *m, enum form form);

#endif
