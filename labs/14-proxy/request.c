/* request.c - reads the head of a request; request.h says what each function promises. */
#include "request.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

size_t head_length(const char *data, size_t len)
{
    const char *end = memmem(data, len, "\r\n\r\n", 4);
    return end ? (size_t)(end - data) + 4 : 0;
}

static int digit(char c)
{
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? (c | 32) - 'a' + 10
                                        : -1;
}

/* The path of the target, with %41 as A (RFC 3986,
 * section 2.1). A zero byte would end a path too early. */
static bool decode(const char *target, size_t len, char *path, size_t room)
{
    size_t used = 0;
    for (size_t i = 0; i < len && target[i] != '?'; i++, used++) {
        int c = (unsigned char)target[i];
        if (c == '%') {
            int high = i + 2 < len ? digit(target[i + 1]) : -1,
                low = high < 0 ? -1 : digit(target[i + 2]);
            c = low < 0 ? 0 : 16 * high + low;
            i += 2;
        }
        if (c == 0 || used + 1 >= room)
            return false;
        path[used] = (char)c;
    }
    path[used] = '\0';
    return true;
}

/* Looks at the lines behind the first one. Returns 200 or 400. */
static int read_fields(const char *at, const char *end, struct request *request, bool needs_host)
{
    int hosts = 0;
    while (at < end) {
        const char *line_end = memmem(at, (size_t)(end - at), "\r\n", 2);
        const char *colon = memchr(at, ':', (size_t)(line_end - at));
        if (!colon || colon == at || memchr(at, '\0', (size_t)(line_end - at)))
            return 400;
        for (const char *c = at; c < colon; c++)
            if (!isgraph((unsigned char)*c)) /* "Host :" has been used for attacks: RFC 9112, 5.1 */
                return 400;
        size_t name = (size_t)(colon - at);
        for (colon++; colon < line_end && (*colon == ' ' || *colon == '\t');)
            colon++;
        size_t len = (size_t)(line_end - colon);
        hosts += name == 4 && strncasecmp(at, "Host", 4) == 0;
        if (name == 10 && strncasecmp(at, "Connection", 10) == 0)
            request->stays = len == 5 && strncasecmp(colon, "close", 5) == 0 ? false
                             : len == 10 && strncasecmp(colon, "keep-alive", 10) == 0
                                 ? true
                                 : request->stays;
        if ((name == 14 && strncasecmp(at, "Content-Length", 14) == 0 &&
             !(len == 1 && *colon == '0')) ||
            (name == 17 && strncasecmp(at, "Transfer-Encoding", 17) == 0))
            return 400; /* a GET with a body: we would take it for the next request */
        at = line_end + 2;
    }
    return hosts == 1 || (!needs_host && hosts == 0) ? 200 : 400;
}

int read_request(const char *head, size_t len, struct request *request)
{
    const char *end = memmem(head, len, "\r\n", 2);
    const char *blank = memchr(head, ' ', (size_t)(end - head));
    const char *second = blank ? memchr(blank + 1, ' ', (size_t)(end - blank - 1)) : NULL;
    *request = (struct request){.line = "?"};
    if (!second || blank == head || blank[1] != '/' || end - second != 9 ||
        memcmp(second + 1, "HTTP/", 5) != 0)
        return 400;
    for (const char *c = head; c < second; c++)
        if (!isgraph((unsigned char)*c) && c != blank)
            return 400;
    snprintf(request->line, sizeof request->line, "%.*s", (int)(second - head), head);
    if (memcmp(second + 6, "1.", 2) != 0 || !isdigit((unsigned char)second[8]))
        return 505;
    request->head_only = blank - head == 4 && memcmp(head, "HEAD", 4) == 0;
    if (!request->head_only && !(blank - head == 3 && memcmp(head, "GET", 3) == 0))
        return 405;
    request->stays = second[8] != '0';
    if (!decode(blank + 2, (size_t)(second - blank - 2), request->path, sizeof request->path))
        return 400;
    return read_fields(end + 2, head + len - 2, request, second[8] != '0');
}
