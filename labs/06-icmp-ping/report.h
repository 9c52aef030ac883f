/* report.h - what ping prints: a line for each event, and with -v the headers of each packet. */
#ifndef SOCKET_LABS_REPORT_H
#define SOCKET_LABS_REPORT_H

#include "options.h"
#include "packet.h"
#include "stats.h"

/* The first line: whom we ping, and by which kind of socket. */
void report_start(const struct options *opt, const struct ping_socket *s);

/* An answer to one of our probes; `again`: not the first one. ttl 0 means unknown. */
void report_reply(const struct packet *p, const struct icmp_message *m, unsigned ttl, double ms,
                  bool again);

/* An answer that does not return all the data that we sent. */
void report_short(const struct packet *p, const struct icmp_message *m, size_t sent);

/* A router, a host or our own kernel says why a probe of ours did not arrive. */
void report_error(const struct packet *p, const struct icmp_message *m, enum form form);

/* A packet that ends too early (TRUNCATED) or was changed on the way (BAD_CHECKSUM). */
void report_damage(const struct packet *p, const struct icmp_message *m);

/* The statistics. `elapsed` is in nanoseconds. */
void report_end(const struct options *opt, const struct stats *stats, int64_t elapsed);

/* With -v: the headers, field by field, and what the packet means for us. */
void trace_headers(const struct icmp_message *m, enum form form);

#endif
