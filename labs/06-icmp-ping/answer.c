/* answer.c - builds the answer to an echo request; answer.h says what each function promises. */
#include "answer.h"

#include <string.h>

const char *mode_name(enum mode mode)
{
    static const char *const names[MODES] = {
        [PROPER] = "proper", [DUPLICATE] = "duplicate", [WRONG_IDENTIFIER] = "wrong-id",
        [DAMAGE] = "damage", [TRUNCATE] = "truncate",   [STUMP] = "stump",
        [SILENT] = "silent",
    };
    return names[mode];
}

enum mode find_mode(const char *name)
{
    enum mode mode = PROPER;
    while (mode < MODES && strcmp(name, mode_name(mode)) != 0)
        mode++;
    return mode;
}

size_t build_answer(uint8_t *answer, enum form form, const struct icmp_message *request,
                    enum mode mode)
{
    size_t data_len = mode == TRUNCATE ? request->data_len / 2 : request->data_len;
    unsigned id = mode == WRONG_IDENTIFIER ? request->id ^ 1 : request->id;
    size_t len = build_echo(answer, reply_type(form), id, request->seq, request->data, data_len);
    if (mode == DAMAGE)
        answer[len - 1] ^= 1; /* the checksum was right until here */
    return mode == STUMP ? ECHO_HEADER_LEN / 2 : len;
}
