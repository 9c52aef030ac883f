/* twice.c - finds frames that were captured twice; twice.h says how. */
#include "twice.h"

#include <netinet/in.h>
#include <string.h>

/* Nanoseconds between a frame and its copy. No host sends the same again as soon as the second. */
enum { COPY_MAX = 10000000, SURE_COPY_MAX = 1000000 };

static bool is_same_packet(const struct frame *a, const struct frame *b)
{
    return a->version != 0 && a->version == b->version && a->protocol == b->protocol &&
           a->packet_id == b->packet_id && a->from_port == b->from_port &&
           a->to_port == b->to_port && a->seq == b->seq && a->ack == b->ack &&
           a->flags == b->flags && a->window == b->window && a->type == b->type &&
           a->code == b->code && a->id == b->id && a->number == b->number && a->sum == b->sum &&
           a->data_len == b->data_len && memcmp(a->from, b->from, sizeof a->from) == 0 &&
           memcmp(a->to, b->to, sizeof a->to) == 0;
}

/* True if only the capture, and no host, can have made the second of two packets that are the same.
 * `next`: no other frame was between them. */
static bool is_copy(const struct recent *recent, const struct recent_frame *first,
                    const struct frame *second, uint64_t apart, bool next)
{
    unsigned ttl = first->frame.ttl;
    if (second->ttl != ttl && second->ttl + 1 != ttl)
        return false;
    if (second->packet_id != 0)
        return true;
    bool takes_numbers = second->data_len > 0 || second->flags & (TCP_SYN | TCP_FIN);
    return apart <= SURE_COPY_MAX &&
           (second->ttl != ttl ||
            (second->protocol == IPPROTO_TCP && (recent->copies > 0 || (next && takes_numbers))));
}

struct recent_frame *newest(struct recent *recent)
{
    return &recent->all[(recent->count - 1) % RECENT_MAX];
}

static uint32_t key_of_packet(const struct frame *f)
{
    return (f->seq ^ f->sum ^ f->packet_id << 16) + f->ack * 31;
}

struct recent_frame *find_original(struct recent *recent, const struct frame *f, int64_t at)
{
    if (!f->data)
        return NULL;
    uint32_t key = key_of_packet(f);
    for (unsigned i = 0; i < RECENT_MAX; i++) {
        struct recent_frame *old = &recent->all[i];
        uint64_t apart = (uint64_t)at - (uint64_t)old->at;
        if (at < old->at)
            apart = 0 - apart;
        if (recent->keys[i] != key || apart > COPY_MAX || !is_same_packet(&old->frame, f))
            continue;
        if (is_copy(recent, old, f, apart, old == newest(recent))) {
            recent->copies++;
            return old;
        }
    }
    recent->count++;
    *newest(recent) = (struct recent_frame){.at = at, .frame = *f};
    recent->keys[(recent->count - 1) % RECENT_MAX] = key;
    return NULL;
}
