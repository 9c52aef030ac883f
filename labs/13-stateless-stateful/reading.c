/* reading.c - what the client says in each request; reading.h. */
#include "reading.h"

#include <errno.h>
#include <string.h>

/* The id tells the answer to this request from the answer to another. */
static bool fits(const void *request, const unsigned char *data, size_t len)
{
    struct message answer;
    return unpack_message(data, len, &answer) && answer.id == ((const struct message *)request)->id;
}

/* One request and its answer. Returns 0, or -1. */
static int ask(struct reading *reading, struct message *request, struct message *answer)
{
    unsigned char data[MESSAGE_MAX], back[MESSAGE_MAX + 1];
    request->id = ++reading->id;
    size_t len = pack_message(request, data);
    ssize_t n = call(&reading->caller, data, len, fits, request, back, sizeof back);
    if (n == -1)
        return -1;
    unpack_message(back, (size_t)n, answer);
    if (answer->type != 'E')
        return 0;
    reading->cookie = *answer;
    errno = EPROTO;
    return -1;
}

int begin_reading(struct reading *reading)
{
    struct message request = {.type = 'O', .len = strlen(reading->name)};
    if (reading->stateless)
        return 0;
    memcpy(request.body, reading->name, request.len);
    return ask(reading, &request, &reading->cookie);
}

ssize_t next_piece(struct reading *reading, unsigned char piece[static BODY_MAX])
{
    struct message request = reading->cookie, answer;
    size_t skip = request.len; /* a new cookie comes before the piece, as long as this one */
    request.type = 'N';
    if (reading->stateless) {
        request = (struct message){.type = 'R', .len = 4 + strlen(reading->name)};
        put_number(request.body, reading->place);
        memcpy(request.body + 4, reading->name, request.len - 4);
    }
    if (ask(reading, &request, &answer) == -1)
        return -1;
    if (answer.len < skip) {
        errno = EBADMSG;
        return -1;
    }
    memcpy(reading->cookie.body, answer.body, skip);
    memcpy(piece, answer.body + skip, answer.len - skip);
    reading->place += (uint32_t)(answer.len - skip);
    return (ssize_t)(answer.len - skip);
}
