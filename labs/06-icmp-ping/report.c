/* report.c - the words of ping; report.h says what each function prints. */
#include "report.h"

#include "diag.h"
#include "host.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static const char *from(const struct packet *p)
{
    static char text[ENDPOINT_TEXT_MAX];
    return format_host(&p->from, text);
}

void report_start(const struct options *opt, const struct ping_socket *s)
{
    char address[ENDPOINT_TEXT_MAX];
    say("%s (%s), %ld bytes of data, by %s, id %u", opt->host, format_host(&opt->to, address),
        opt->size, s->raw ? "SOCK_RAW" : "SOCK_DGRAM", s->id);
}

void report_reply(const struct packet *p, const struct icmp_message *m, unsigned ttl, double ms,
                  bool again)
{
    say("%zu bytes from %s: icmp_seq=%u ttl=%u time=%.3f ms%s", ECHO_HEADER_LEN + m->data_len,
        from(p), m->seq, ttl, ms, again ? " (DUP!)" : "");
}

void report_short(const struct packet *p, const struct icmp_message *m, size_t sent)
{
    say("truncated: from %s, icmp_seq=%u returns %zu of %zu bytes of data", from(p), m->seq,
        m->data_len, sent);
}

void report_error(const struct packet *p, const struct icmp_message *m, enum form form)
{
    if (p->is_error && p->type == 0)
        say("icmp_seq=%u %s, says our own kernel", m->seq, strerror((int)p->code));
    else if (p->is_error)
        say("From %s icmp_seq=%u %s", from(p), m->seq, error_text(form, p->type, p->code));
    else
        say("From %s icmp_seq=%u %s", from(p), m->seq, error_text(form, m->type, m->code));
}

void report_damage(const struct packet *p, const struct icmp_message *m)
{
    if (m->verdict == TRUNCATED)
        say("truncated: %zu bytes from %s end before their headers do", p->len, from(p));
    else
        say("corrupted: %zu bytes from %s have a wrong checksum", p->len, from(p));
}

void report_end(const struct options *opt, const struct stats *stats, int64_t elapsed)
{
    char text[STATS_TEXT_MAX];
    say("--- %s statistics ---", opt->host);
    say("%s", format_counts(stats, (double)elapsed / 1e6, text));
    if (stats->received > 0)
        say("%s", format_times(stats, text));
}

static void trace_ip(const char *name, const struct ip_fields *ip)
{
    char source[INET_ADDRSTRLEN], target[INET_ADDRSTRLEN];
    trace("%s version=%u header=%u total=%u ttl=%u protocol=%u %s > %s", name, ip->version,
          ip->header_len, ip->total_len, ip->ttl, ip->protocol,
          inet_ntop(AF_INET, ip->from, source, sizeof source),
          inet_ntop(AF_INET, ip->to, target, sizeof target));
}

void trace_headers(const struct icmp_message *m, enum form form)
{
    static const char *const words[] = {
        [REPLY] = "our answer",
        [OWN_REQUEST] = "our own request",
        [WRONG_ID] = "another program's answer",
        [EXPIRED] = "about our request",
        [UNREACHABLE] = "about our request",
        [FOREIGN] = "not for us",
        [TRUNCATED] = "truncated",
        [BAD_CHECKSUM] = "damaged",
    };
    if (!verbose)
        return;
    const char *name = form == FORM_ICMP6 ? "ICMPv6" : "ICMP";
    if (m->has_ip)
        trace_ip("IP    ", &m->ip);
    if (m->verdict == TRUNCATED)
        trace("%-6s %s", name, words[m->verdict]);
    else if (m->verdict == EXPIRED || m->verdict == UNREACHABLE)
        trace("%-6s type=%u code=%u checksum=0x%04x data=%zu: %s, id=%u seq=%u", name, m->type,
              m->code, m->checksum, m->data_len, words[m->verdict], m->id, m->seq);
    else
        trace("%-6s type=%u code=%u checksum=0x%04x id=%u seq=%u data=%zu: %s", name, m->type,
              m->code, m->checksum, m->id, m->seq, m->data_len, words[m->verdict]);
    if (m->has_inner)
        trace_ip("  of IP", &m->inner);
}
