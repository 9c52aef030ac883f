/* stats.c - the statistics of ping; stats.h says what each function promises. */
#include "stats.h"

#include <stdio.h>

void count_sent(struct stats *s, uint16_t seq, int64_t now)
{
    s->sent++;
    s->sent_at[seq] = now;
}

void count_unsent(struct stats *s, uint16_t seq)
{
    s->unsent++;
    s->sent_at[seq] = 0;
}

enum answer count_answer(struct stats *s, uint16_t seq, int64_t now, double *ms)
{
    int64_t at = s->sent_at[seq];
    if (at == 0) {
        s->foreign++;
        return NEVER_SENT;
    }
    int64_t took = now - (at > 0 ? at : -at);
    *ms = took > 0 ? (double)took / 1e6 : 0;
    if (at < 0) {
        s->duplicates++;
        return DUPLICATE;
    }
    s->sent_at[seq] = -at;
    s->min = s->received == 0 || *ms < s->min ? *ms : s->min;
    s->max = *ms > s->max ? *ms : s->max;
    s->sum += *ms;
    s->sum_of_squares += *ms * *ms;
    s->received++;
    return FIRST_ANSWER;
}

bool all_settled(const struct stats *s)
{
    return s->received + s->errors + s->unsent >= s->sent;
}

/* By Newton's method, so that the lab builds without -lm. */
static double square_root(double x)
{
    double root = x > 1 ? x : 1;
    for (int i = 0; i < 100; i++)
        root = (root + x / root) / 2;
    return x > 0 ? root : 0;
}

/* Appends ", +N what" to the text, unless the number is 0. */
static size_t append_count(char *text, size_t len, long number, const char *what)
{
    if (number > 0)
        len += (size_t)snprintf(text + len, STATS_TEXT_MAX - len, ", +%ld %s", number, what);
    return len;
}

const char *format_counts(const struct stats *s, double elapsed_ms,
                          char text[static STATS_TEXT_MAX])
{
    long transmitted = s->sent - s->unsent;
    size_t len = (size_t)snprintf(text, STATS_TEXT_MAX, "%ld packets transmitted, %ld received",
                                  transmitted, s->received);
    len = append_count(text, len, s->duplicates, "duplicates");
    len = append_count(text, len, s->corrupted, "corrupted");
    len = append_count(text, len, s->truncated, "truncated");
    len = append_count(text, len, s->foreign, "foreign");
    len = append_count(text, len, s->errors, "errors");
    len = append_count(text, len, s->unsent, "not sent");
    if (transmitted > 0)
        len += (size_t)snprintf(text + len, STATS_TEXT_MAX - len, ", %g%% packet loss",
                                100.0 * (double)(transmitted - s->received) / (double)transmitted);
    snprintf(text + len, STATS_TEXT_MAX - len, ", time %.0f ms", elapsed_ms);
    return text;
}

const char *format_times(const struct stats *s, char text[static STATS_TEXT_MAX])
{
    double answers = s->received > 0 ? (double)s->received : 1, average = s->sum / answers;
    /* mdev is the standard deviation: the root of (mean of the squares - square of the mean). */
    double mdev = square_root(s->sum_of_squares / answers - average * average);
    snprintf(text, STATS_TEXT_MAX, "rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms", s->min, average,
             s->max, mdev);
    return text;
}
