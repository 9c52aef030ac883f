/* flight.c - a list, sorted by time; flight.h says what each function promises. */
#include "flight.h"

#include <stdlib.h>
#include <string.h>

int take_off(struct flight *flight, const unsigned char *bytes, size_t len, int to, uint64_t due)
{
    struct flying *new = flight->count < FLIGHT_MOST ? malloc(sizeof *new + len) : NULL;
    if (!new)
        return -1;
    *new = (struct flying){.due = due, .to = to, .len = len};
    memcpy(new->bytes, bytes, len);
    struct flying **at = &flight->first;
    if (flight->last && flight->last->due <= due) /* nearly always */
        at = &flight->last->next;
    while (*at && (*at)->due <= due)
        at = &(*at)->next;
    new->next = *at;
    *at = new;
    if (!new->next)
        flight->last = new;
    flight->count++;
    return 0;
}

struct flying *land(struct flight *flight, uint64_t now)
{
    struct flying *frame = flight->first;
    if (!frame || frame->due > now)
        return NULL;
    flight->first = frame->next;
    if (!flight->first)
        flight->last = NULL;
    flight->count--;
    return frame;
}

uint64_t next_landing(const struct flight *flight)
{
    return flight->first ? flight->first->due : UINT64_MAX;
}
