/* byte-by-byte.c - reads one byte a call and sends one byte a call, with a state instead of loops:
 * the smallest buffers there are, beside the one for the message. */
#include "diag.h"
#include "net.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static unsigned char stack[1 << 20]; /* the message: last in, first out */

static bool send_byte(int fd, unsigned char byte)
{
    return send(fd, &byte, 1, MSG_NOSIGNAL) == 1;
}

static void serve(int fd, unsigned long longest)
{
    unsigned long len = 0, depth = 0;
    int header_bytes = 0;
    for (unsigned char byte; recv(fd, &byte, 1, 0) == 1;) {
        if (header_bytes < 4) {
            len = len << 8 | byte;
            header_bytes++;
        } else {
            stack[depth++] = byte;
        }
        if (header_bytes == 4 && len > longest)
            return;
        if (header_bytes < 4 || depth < len)
            continue;
        for (int shift = 24; shift >= 0; shift -= 8)
            if (!send_byte(fd, (unsigned char)(len >> shift)))
                return;
        while (depth > 0)
            if (!send_byte(fd, stack[--depth]))
                return;
        header_bytes = 0;
        len = 0;
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5004, longest = 1024;
    for (int c; (c = next_option(argc, argv, "l:p:", "usage: server [-l BYTES] [-p PORT]")) != -1;)
        if (c == 'l')
            longest = number_option(c, "a message's length", 0, sizeof stack);
        else
            port = number_option(c, "a port", 0, 65535);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int fd, listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen");
    while ((fd = accept_client(listen_fd, NULL)) != -1) {
        serve(fd, (unsigned long)longest);
        close(fd);
    }
    die("accept");
}
