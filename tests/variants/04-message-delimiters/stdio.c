/* stdio.c - reads with fread and writes with fwrite, on two streams over one connection. */
#include "diag.h"
#include "net.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void serve(int fd, unsigned char *text, unsigned long longest)
{
    FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w");
    unsigned char header[4];
    if (!in || !out)
        die("fdopen");
    while (fread(header, 1, sizeof header, in) == sizeof header) {
        unsigned long len = 0;
        for (int i = 0; i < 4; i++)
            len = len * 256 + header[i];
        if (len > longest || fread(text, 1, len, in) < len)
            break;
        fwrite(header, 1, sizeof header, out);
        while (len > 0)
            putc(text[--len], out);
        if (fflush(out) == EOF)
            break;
    }
    fclose(out);
    fclose(in);
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
    static unsigned char text[1048576];
    signal(SIGPIPE, SIG_IGN);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int conn_fd, listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen");
    while ((conn_fd = accept_client(listen_fd, NULL)) != -1)
        serve(conn_fd, text, (unsigned long)longest);
    die("accept");
}
