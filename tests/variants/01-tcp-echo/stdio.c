/* stdio.c - reads through a FILE, and writes through one without a buffer. A FILE remembers an
 * error, so after EINTR it must forget that. */
#include "addr.h"
#include "diag.h"
#include "net.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";

static int get(FILE *in)
{
    int c;
    while ((c = getc(in)) == EOF && ferror(in) && errno == EINTR)
        clearerr(in);
    return c;
}

static int put(int c, FILE *out)
{
    while (putc(c, out) == EOF) {
        if (errno != EINTR)
            return EOF;
        clearerr(out);
    }
    return c;
}

static void serve_client(int fd)
{
    int second_fd = dup(fd);
    FILE *in = fdopen(fd, "r"), *out = fdopen(second_fd, "w");
    if (!in || !out)
        die("fdopen");
    setvbuf(out, NULL, _IONBF, 0);
    for (int c; (c = get(in)) != EOF;)
        if (put(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c, out) == EOF)
            break;
    fclose(out);
    fclose(in);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5001;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    signal(SIGPIPE, SIG_IGN);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on port %ld", port);
    for (int conn_fd; (conn_fd = accept_client(listen_fd, NULL)) != -1;)
        serve_client(conn_fd);
    die("accept");
}
