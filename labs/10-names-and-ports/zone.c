/* zone.c - a DNS server's knowledge; zone.h says what each function promises. */
#include "zone.h"

#include "addr.h"

#include <string.h>
#include <strings.h>

/* The words of one line, or 0 of them for a comment or an empty line. */
static int split(char *line, char *words[5])
{
    int count = 0;
    line[strcspn(line, "#\n")] = '\0';
    for (char *rest, *word = strtok_r(line, " \t", &rest); word && count < 5;
         word = strtok_r(NULL, " \t", &rest))
        words[count++] = word;
    return count;
}

static bool parse_record(char *words[], int count, struct record *record)
{
    long wait_ms = 0;
    uint8_t message[MESSAGE_MAX] = {0};
    if (count < 3 || count > 4 || (count == 4 && !parse_number(words[3], 0, 60000, &wait_ms)))
        return false;
    if (strlen(words[0]) >= NAME_MAX_TEXT || strlen(words[2]) >= VALUE_MAX)
        return false;
    snprintf(record->name, sizeof record->name, "%s", words[0]);
    snprintf(record->value, sizeof record->value, "%s", words[2]);
    record->type = type_number(words[1]);
    record->wait_ms = (int)wait_ms;
    return record->type != 0 &&
           (strcmp(record->value, "-") == 0 || add_record(message, 0, record->type, words[2]) > 0);
}

int read_zone(FILE *file, struct zone *zone)
{
    char line[512], *words[5];
    zone->count = 0;
    for (int number = 1; fgets(line, sizeof line, file); number++) {
        int count = split(line, words);
        if (count == 0)
            continue;
        if (zone->count == RECORDS_MAX || !parse_record(words, count, &zone->records[zone->count]))
            return number;
        zone->count++;
    }
    return 0;
}

size_t answer_from(const struct zone *zone, const uint8_t *query, const struct question *q,
                   uint8_t answer[static MESSAGE_MAX], int *wait_ms, char said[static MESSAGE_MAX])
{
    bool exists = false;
    size_t used = 0, len = begin_answer(query, q, NO_ERROR, answer);
    *wait_ms = 0;
    for (size_t i = 0; i < zone->count; i++) {
        const struct record *record = &zone->records[i];
        if (strcasecmp(record->name, q->name) != 0) /* WWW.LAB is the same name (section 2.3.3) */
            continue;
        exists = true;
        if (record->type != q->type)
            continue;
        if (strcmp(record->value, "-") == 0) {
            snprintf(said, MESSAGE_MAX, "nothing");
            return 0;
        }
        if (record->wait_ms > *wait_ms)
            *wait_ms = record->wait_ms;
        size_t more = add_record(answer, len, q->type, record->value);
        if (more == len)
            break; /* the message is full */
        len = more;
        used +=
            (size_t)snprintf(said + used, MESSAGE_MAX - used, used ? " %s" : "%s", record->value);
        if (used >= MESSAGE_MAX)
            used = MESSAGE_MAX - 1; /* snprintf tells what it would have written */
    }
    if (!exists)
        len = begin_answer(query, q, NO_SUCH_NAME, answer);
    if (used == 0 && exists)
        snprintf(said, MESSAGE_MAX, "a name without %s", type_name(q->type));
    else if (used == 0)
        snprintf(said, MESSAGE_MAX, "no such name");
    return len;
}
