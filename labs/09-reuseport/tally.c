/* tally.c - counts how connections ended; tally.h says what each function promises. */
#include "tally.h"

#include "diag.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

bool check_name(const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < len; i++)
        if (!isgraph((unsigned char)name[i]))
            return false;
    return len >= 1 && len <= NAME_LONGEST;
}

enum outcome outcome_of(int error, const char *line, size_t len)
{
    if (error == 0)
        return len > 0 && line[len - 1] == '\n' ? ANSWERED : CUT;
    return error == ECONNREFUSED ? REFUSED : RESET;
}

/* The place of `name`, where it is or would have to be. */
static int place_of(const struct tally *tally, const char *name)
{
    int place = 0;
    while (place < tally->names && strcmp(tally->by[place].name, name) < 0)
        place++;
    return place;
}

static void count_answer(struct tally *tally, const char *line, size_t len)
{
    char name[NAME_LONGEST + 1] = "";
    memcpy(name, line, len - 1 < NAME_LONGEST ? len - 1 : NAME_LONGEST);
    int place = place_of(tally, name);
    if (place == tally->names || strcmp(tally->by[place].name, name) != 0) {
        if (tally->names == NAMES_MOST) {
            tally->nameless++;
            return;
        }
        memmove(&tally->by[place + 1], &tally->by[place],
                (size_t)(tally->names - place) * sizeof tally->by[0]);
        memset(&tally->by[place], 0, sizeof tally->by[0]);
        memcpy(tally->by[place].name, name, sizeof name);
        tally->names++;
    }
    tally->by[place].answers++;
}

void count_end(struct tally *tally, enum outcome outcome, const char *line, size_t len)
{
    tally->ended[outcome]++;
    if (outcome == ANSWERED)
        count_answer(tally, line, len);
}

bool report_tally(const struct tally *tally)
{
    static const char *const lost[] = {[REFUSED] = "refused",
                                       [RESET] = "reset",
                                       [CUT] = "without an answer",
                                       [SILENT] = "still waiting"};
    long all = 0;
    for (int place = 0; place < tally->names; place++)
        say("%s answered %ld*", tally->by[place].name, tally->by[place].answers);
    if (tally->nameless)
        say("others answered %ld*", tally->nameless);
    for (int outcome = ANSWERED; outcome < OUTCOMES; outcome++)
        all += tally->ended[outcome];
    for (int outcome = REFUSED; outcome < OUTCOMES; outcome++)
        if (tally->ended[outcome])
            say("%ld* %s", tally->ended[outcome], lost[outcome]);
    say("%ld connections, %ld%s lost", all, all - tally->ended[ANSWERED],
        all == tally->ended[ANSWERED] ? "" : "*");
    return all == tally->ended[ANSWERED];
}
