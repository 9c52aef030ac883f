/* stats.h - what became of each probe, and how long its answer took.
 *
 * Pure: the caller reads the clock. Times go in as nanoseconds and come out as milliseconds. */
#ifndef SOCKET_LABS_STATS_H
#define SOCKET_LABS_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A sequence number has 16 bits, so after 65,536 probes the numbers repeat. */
enum { PROBES = 65536, STATS_TEXT_MAX = 400 };

struct stats {
    long sent; /* sequence numbers used; the kernel did not take `unsent` of these probes */
    long unsent, received, duplicates, errors, corrupted, truncated, foreign;
    double min, max, sum, sum_of_squares; /* of the round trip times */
    int64_t sent_at[PROBES];              /* 0: not sent; negative: answered already */
};

enum answer {
    FIRST_ANSWER,
    DUPLICATE,  /* this probe was answered already */
    NEVER_SENT, /* we sent no probe with this number */
};

/* The probe with this number was sent at `now`, which is above 0. */
void count_sent(struct stats *s, uint16_t seq, int64_t now);

/* But the kernel did not take that probe: it will have no answer, and it is not lost on the way. */
void count_unsent(struct stats *s, uint16_t seq);

/* An answer to it came at `now`. Sets *ms to the round trip time, unless the probe was never sent.
 * If the clock was set back in between, the time is 0. */
enum answer count_answer(struct stats *s, uint16_t seq, int64_t now, double *ms);

/* True when nothing more is to come: each probe has been
 * answered, or an error came for it, or it could not be sent. */
bool all_settled(const struct stats *s);

/* The two lines of statistics, as ping(8) prints them, except that a
 * probe which could not be sent is not transmitted, and so not lost. The
 * second one makes sense only if there were answers. Both return `text`. */
const char *format_counts(const struct stats *s, double elapsed_ms,
                          char text[static STATS_TEXT_MAX]);
const char *format_times(const struct stats *s, char text[static STATS_TEXT_MAX]);

#endif
