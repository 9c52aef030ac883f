/* two-threads.c - one thread reads from the client,
 * another one writes to it, with a pipe between them. */
#include "addr.h"
#include "diag.h"
#include "io.h"
#include "net.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";

struct line {
    int from, to;
};

/* Carries the bytes on until one of the two ends. Then the other thread must end, too. */
static void *carry(void *argument)
{
    struct line *line = argument;
    char data[700];
    ssize_t n;
    while ((n = read(line->from, data, sizeof data)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            if (data[i] >= 'a' && data[i] <= 'z')
                data[i] = (char)(data[i] - ('a' - 'A'));
        if (send_all(line->to, data, (size_t)n) == -1)
            break;
    }
    close(line->from);
    return NULL;
}

static void serve_client(int fd)
{
    int pipe_fds[2];
    char data[900];
    ssize_t n;
    pthread_t writer;
    if (pipe(pipe_fds) == -1)
        die("pipe");
    struct line line = {.from = pipe_fds[0], .to = fd};
    if (pthread_create(&writer, NULL, carry, &line) != 0)
        die_plain("pthread_create failed");
    while ((n = recv_some(fd, data, sizeof data)) > 0)
        if (write_all(pipe_fds[1], data, (size_t)n) == -1)
            break;
    close(pipe_fds[1]);
    pthread_join(writer, NULL);
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
    for (int conn_fd; (conn_fd = accept_client(listen_fd, NULL)) != -1;) {
        serve_client(conn_fd);
        close(conn_fd);
    }
    die("accept");
}
