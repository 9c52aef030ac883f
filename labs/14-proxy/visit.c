/* visit.c - one client's connection to the web server; visit.h says what each function promises. */
#include "visit.h"

#include "answer.h"
#include "diag.h"
#include "io.h"
#include "proxy.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* Takes the first line of the connection, which a relay
 * has put there. Returns false if that is not so. */
static bool take_proxy_line(struct visit *v)
{
    char *end;
    while (!(end = memmem(v->data, v->len, "\r\n", 2)) && v->len < PROXY_LINE_MAX) {
        ssize_t n = recv_some(v->fd, v->data + v->len, PROXY_LINE_MAX - v->len);
        if (n <= 0)
            return false;
        v->len += (size_t)n;
    }
    if (!end)
        return false;
    *end = '\0';
    if (!read_proxy_line(v->data, v->client))
        return false;
    v->len -= (size_t)(end + 2 - v->data);
    memmove(v->data, end + 2, v->len);
    return true;
}

/* Answers one request. Returns true if another one may follow. */
static bool answer_one(struct visit *v)
{
    struct request request = {.line = "?"};
    size_t head;
    int status = 431;
    while ((head = head_length(v->data, v->len)) == 0 && v->len < HEAD_MAX) {
        ssize_t n = recv_some(v->fd, v->data + v->len, HEAD_MAX - v->len);
        if (n <= 0)
            return false;
        v->len += (size_t)n;
    }
    if (head > 0)
        status = read_request(v->data, head, &request);
    request.stays = request.stays && status == 200;
    status = send_answer(v->fd, v->folder_fd, &request, status);
    say("%s %s %d", v->client, request.line, status);
    v->len -= head;
    memmove(v->data, v->data + head, v->len);
    return status != -1 && request.stays;
}

void serve_visit(struct visit *v)
{
    char unread[4096];
    setsockopt(v->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1},
               sizeof(int)); /* head and file are two sends: lab 04 */
    if (v->proxied && !take_proxy_line(v))
        say("%s: no line of the PROXY protocol", v->client);
    else
        while (!stop && answer_one(v))
            ;
    /* Bytes that nobody has read would make of close a
     * reset, which can overtake the answer: RFC 9112, 9.6. */
    shutdown(v->fd, SHUT_WR);
    setsockopt(v->fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_sec = 1},
               sizeof(struct timeval));
    for (int i = 0; i < 1000 && recv_some(v->fd, unread, sizeof unread) > 0;)
        i++;
    close(v->fd);
    free(v);
}
