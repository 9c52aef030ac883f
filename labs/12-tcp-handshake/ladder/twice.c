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

static struct recent_frame *numbered(struct recent *recent, uint64_t number)
{
    return &recent->all[(number - 1) % RECENT_MAX];
}

struct recent_frame *newest(struct recent *recent)
{
    return numbered(recent, recent->count);
}

/* The same for the same packet, and seldom for two others. */
static unsigned hash_packet(const struct frame *f)
{
    uint32_t mixed = (f->seq ^ f->ack << 1 ^ f->sum ^ f->packet_id << 16) * 0x9e3779b1U;
    return mixed % RECENT_HASHES ^ mixed >> 24;
}

static uint64_t distance(int64_t a, int64_t b)
{
    return a < b ? (uint64_t)b - (uint64_t)a : (uint64_t)a - (uint64_t)b;
}

struct recent_frame *find_original(struct recent *recent, const struct frame *f, int64_t at)
{
    if (!f->data)
        return NULL;
    uint64_t *last = &recent->last[hash_packet(f)];
    for (uint64_t number = *last; number > 0 && recent->count - number < RECENT_MAX;) {
        struct recent_frame *old = numbered(recent, number);
        uint64_t apart = distance(at, old->at);
        if (apart <= COPY_MAX && is_same_packet(&old->frame, f) &&
            is_copy(recent, old, f, apart, number == recent->count)) {
            recent->copies++;
            return old;
        }
        number = old->older;
    }
    recent->count++;
    *newest(recent) = (struct recent_frame){.at = at, .frame = *f, .older = *last};
    *last = recent->count;
    return NULL;
}
