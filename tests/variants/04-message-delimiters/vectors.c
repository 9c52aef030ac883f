/* vectors.c - reads a body by readv, which puts its last byte first:
 * one byte a vector, a thousand of them a call. Header and body of
 * an answer go by one sendmsg, or the rest of them by the next. */
#include "diag.h"
#include "net.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { AT_ONCE = 1000 };

/* Reads `len` bytes from the end of `body` to its beginning. */
static bool read_backwards(int fd, unsigned char *body, size_t len)
{
    while (len > 0) {
        struct iovec bytes[AT_ONCE];
        int count = len < AT_ONCE ? (int)len : AT_ONCE;
        for (int i = 0; i < count; i++)
            bytes[i] = (struct iovec){body + len - 1 - i, 1};
        ssize_t n = readv(fd, bytes, count);
        if (n <= 0)
            return false;
        len -= (size_t)n;
    }
    return true;
}

static bool send_both(int fd, void *header, void *body, size_t len)
{
    struct iovec parts[2] = {{header, 4}, {body, len}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    while (parts[0].iov_len + parts[1].iov_len > 0) {
        ssize_t n = sendmsg(fd, &message, MSG_NOSIGNAL);
        if (n == -1)
            return false;
        for (int i = 0; i < 2; i++) {
            size_t gone = (size_t)n < parts[i].iov_len ? (size_t)n : parts[i].iov_len;
            parts[i].iov_base = (char *)parts[i].iov_base + gone;
            parts[i].iov_len -= gone;
            n -= (ssize_t)gone;
        }
    }
    return true;
}

static bool read_length(int fd, uint32_t *length)
{
    unsigned char backwards[4];
    if (!read_backwards(fd, backwards, 4))
        return false;
    *length = 0;
    for (int i = 3; i >= 0; i--)
        *length = *length << 8 | backwards[i];
    return true;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5004, longest = 1024;
    for (int c; (c = next_option(argc, argv, "l:p:", "usage: server [-l BYTES] [-p PORT]")) != -1;)
        if (c == 'l')
            longest = number_option(c, "a message's length", 0, 1048576);
        else
            port = number_option(c, "a port", 0, 65535);
    unsigned char *body = malloc((size_t)longest + 1);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int fd, listen_fd = tcp_listen(&where);
    if (!body || listen_fd == -1)
        die("listen");
    while ((fd = accept_client(listen_fd, NULL)) != -1) {
        uint32_t length, header;
        while (read_length(fd, &length) && length <= longest && read_backwards(fd, body, length)) {
            header = htonl(length);
            if (!send_both(fd, &header, body, length))
                break;
        }
        close(fd);
    }
    die("accept");
}
