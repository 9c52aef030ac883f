/* incoming.c - what each received packet means for ping; incoming.h says more. */
#include "incoming.h"

#include "diag.h"
#include "report.h"

/* An echo reply with our identifier. The sequence number says which probe it answers. */
static bool take_reply(const struct packet *packet, const struct icmp_message *m,
                       const struct options *opt, struct stats *stats)
{
    size_t size = (size_t)opt->size;
    if (m->data_len != size) { /* RFC 792: the reply must return the data of the request */
        stats->truncated++;
        if (!opt->quiet)
            report_short(packet, m, size);
        return false;
    }
    double ms = 0;
    enum answer answer = count_answer(stats, (uint16_t)m->seq, packet->at, &ms);
    if (answer == NEVER_SENT)
        trace("icmp_seq=%u was never sent", m->seq);
    else if (!opt->quiet)
        report_reply(packet, m, m->has_ip ? m->ip.ttl : packet->ttl, ms, answer == DUPLICATE);
    return true;
}

bool take_packet(const struct packet *packet, const struct ping_socket *s,
                 const struct options *opt, struct stats *stats)
{
    struct icmp_message m = parse_icmp(packet->data, packet->len, s->form, s->id);
    trace_headers(&m, s->form);
    if (packet->is_error || m.verdict == EXPIRED || m.verdict == UNREACHABLE) {
        stats->errors++;
        if (!opt->quiet)
            report_error(packet, &m, s->form);
        return true;
    }
    if (m.verdict == REPLY)
        return take_reply(packet, &m, opt, stats);
    if (m.verdict == TRUNCATED || m.verdict == BAD_CHECKSUM) {
        *(m.verdict == TRUNCATED ? &stats->truncated : &stats->corrupted) += 1;
        if (!opt->quiet)
            report_damage(packet, &m);
    } else if (m.verdict != OWN_REQUEST) {
        stats->foreign++; /* a raw socket receives other programs' messages too */
    }
    return false;
}
