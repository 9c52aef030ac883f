/* server.c - a model solution: the mirror server. */
#include "diag.h"
#include "net.h"

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

/* Reads exactly `len` bytes, in as many calls as it takes. False if the stream ends first. */
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

/* Serves until the stream ends, anywhere, or until a message is too long: after that nothing says
 * where the next one begins. `frame` has room for the header and the longest message. */
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
    unsigned char *frame = malloc(4 + (size_t)longest); /* once, for all messages of all clients */
    if (!frame)
        die("malloc");
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int conn_fd, listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on port %ld", port);
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s", local_endpoint(listen_fd, text));
    while ((conn_fd = accept_client(listen_fd, NULL)) != -1) {
        serve_client(conn_fd, frame, (size_t)longest);
        close(conn_fd);
    }
    die("accept");
}
