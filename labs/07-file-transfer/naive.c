/* naive.c - lab 07: a receiver as course notes write it, to see what it gets wrong.
 *
 * Shows:      what happens when a program takes it for granted that a header comes in one piece,
 *             that a sender sends all that it announced, and that it does so soon.
 * Run this:   ./naive
 *             ./sender Makefile
 * See this:   naive: received 337 of 337 bytes
 * Try:        printf '\0\0\0\5hel' >/dev/tcp/127.0.0.1/5007, then top. The same with ./receiver.
 *
 * BUG ON PURPOSE: four of them, marked below. receiver.c has none of these.
 */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 4096 };

static const char help[] = "usage: naive [-v] [-o FILE] [-p PORT]\n"
                           "Receives a file from one sender, and answers \"Gracias\".\n\n"
                           "  -o FILE  where the file goes (recibido.bin)\n"
                           "  -p PORT  the port to bind, 1 to 65535 (5007)\n"
                           "  -v       print what the first recv returns\n"
                           "  -h       print this help";

/* BUG ON PURPOSE: one recv, which may return fewer than 4 bytes; the number is then another one. */
static size_t receive_length(int fd)
{
    unsigned char header[4];
    size_t len = 0;
    ssize_t n = recv(fd, header, sizeof header, 0);
    trace("recv(%d, %zu bytes) = %zd", fd, sizeof header, n);
    for (ssize_t i = 0; i < n; i++)
        len = len << 8 | header[i];
    return len;
}

static char *receive_body(int fd, size_t len, size_t *have)
{
    char *data = malloc(CHUNK);
    /* BUG ON PURPOSE: recv returns 0 at the end of the
     * stream, again and again: a loop at full speed.
     * BUG ON PURPOSE: and if the sender says nothing any more, it waits for ever. */
    for (*have = 0; *have < len;) {
        ssize_t n = recv(fd, data + *have, len - *have < CHUNK ? len - *have : CHUNK, 0);
        if (n == -1)
            die("recv");
        *have += (size_t)n;
        data = realloc(data, *have + CHUNK); /* all of it in memory, however much it is */
    }
    return data;
}

/* BUG ON PURPOSE: the old file is gone as soon as this
 * opens it; a reader may find any part of the new one. */
static void write_file(const char *path, const char *data, size_t len)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, len, file) != len || fclose(file) != 0)
        die("write %s", path);
}

int main(int argc, char *argv[])
{
    diag_init("naive");
    const char *path = "recibido.bin";
    long port = 5007;
    for (int c; (c = next_option(argc, argv, "o:p:", help)) != -1;) {
        if (c == 'o')
            path = optarg;
        else
            port = number_option(c, "a port", 1, 65535);
    }
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    char text[ENDPOINT_TEXT_MAX];
    size_t have;
    int listen_fd = tcp_listen(&where), conn_fd;
    if (listen_fd == -1)
        die("listen on %s", format_endpoint(&where, text));
    say("listening on %s", local_endpoint(listen_fd, text));
    if ((conn_fd = accept_client(listen_fd, NULL)) == -1)
        die("accept");
    size_t len = receive_length(conn_fd);
    say("%zu bytes announced", len);
    char *data = receive_body(conn_fd, len, &have);
    write_file(path, data, have);
    say("received %zu of %zu bytes", have, len);
    send_all(conn_fd, "Gracias", 7);
    free(data);
    close(conn_fd);
    close(listen_fd);
    return EXIT_SUCCESS;
}
