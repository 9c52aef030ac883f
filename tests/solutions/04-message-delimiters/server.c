/* server.c - a model solution: the mirror server. */
#include "addr.h"
#include "diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-l BYTES] [-p PORT]\n"
                           "Sends each message back with its bytes in reverse order.\n\n"
                           "  -l BYTES  the longest message, 0 to 1048576 (1024)\n"
                           "  -p PORT   the port to bind on 127.0.0.1 (5004)";

/* The passive open, as in lab 01. */
static int open_listener(uint16_t port)
{
    struct endpoint where;
    if (resolve("127.0.0.1", port, &where) != 0)
        die_plain("cannot find 127.0.0.1");
    int listen_fd = socket(AF_INET, SOCK_STREAM, 0);
    if (listen_fd == -1)
        die("socket");
    if (setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) == -1)
        die("setsockopt");
    if (bind(listen_fd, (struct sockaddr *)&where.addr, where.len) == -1)
        die("bind port %u", port);
    if (listen(listen_fd, SOMAXCONN) == -1)
        die("listen");
    return listen_fd;
}

/* Reads exactly `len` bytes, in as many calls as it takes. False when the stream ends before. */
static bool read_all(int fd, unsigned char *data, size_t len)
{
    size_t have = 0;
    while (have < len) {
        ssize_t n = recv(fd, data + have, len - have, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        have += (size_t)n;
    }
    return true;
}

static bool send_whole(int fd, const unsigned char *data, size_t len)
{
    size_t sent = 0;
    while (sent < len) {
        ssize_t n = send(fd, data + sent, len - sent, MSG_NOSIGNAL);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            return false;
        sent += (size_t)n;
    }
    return true;
}

static void reverse(unsigned char *data, size_t len)
{
    for (size_t i = 0; i < len / 2; i++) {
        unsigned char byte = data[i];
        data[i] = data[len - 1 - i];
        data[len - 1 - i] = byte;
    }
}

/* Ends with the stream, wherever it ends, and at a message that is too long: after that nobody
 * knows where the next one begins. `frame` has room for the header and the longest message. */
static void serve_client(int fd, unsigned char *frame, size_t longest)
{
    while (read_all(fd, frame, 4)) {
        uint32_t len;
        memcpy(&len, frame, sizeof len);
        len = ntohl(len);
        if (len > longest)
            return;
        if (!read_all(fd, frame + 4, len))
            return;
        reverse(frame + 4, len);
        if (!send_whole(fd, frame, 4 + (size_t)len))
            return;
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5004, longest = 1024;
    for (int c; (c = next_option(argc, argv, "l:p:", help)) != -1;) {
        if (c == 'l')
            longest = number_option(c, "a message's length", 0, 1048576);
        else
            port = number_option(c, "a port", 0, 65535);
    }
    unsigned char *frame = malloc(4 + (size_t)longest); /* once, and no more whoever asks */
    if (!frame)
        die("malloc");
    int listen_fd = open_listener((uint16_t)port);
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s", local_endpoint(listen_fd, text));
    for (;;) {
        int conn_fd = accept(listen_fd, NULL, NULL);
        if (conn_fd == -1 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (conn_fd == -1)
            die("accept");
        serve_client(conn_fd, frame, (size_t)longest);
        close(conn_fd);
    }
}
