/* bare.c - no helper of common/, options by getopt, a byte at a time, and a SIGPIPE that does
 * nothing. No SO_REUSEADDR either, for nobody asks for it here. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void nothing(int signal)
{
    (void)signal;
}

static void serve_client(int fd)
{
    for (;;) {
        char byte;
        ssize_t n;
        do
            n = read(fd, &byte, 1);
        while (n == -1 && errno == EINTR);
        if (n < 1)
            return;
        if (byte >= 'a' && byte <= 'z')
            byte = (char)(byte + 'A' - 'a');
        do
            n = write(fd, &byte, 1);
        while (n == -1 && errno == EINTR);
        if (n < 1)
            return;
    }
}

int main(int argc, char *argv[])
{
    int port = 5001;
    for (int c; (c = getopt(argc, argv, "p:")) != -1;) {
        if (c != 'p')
            return 2;
        port = atoi(optarg);
    }
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = nothing, .sa_flags = SA_RESTART}, NULL);
    int listen_fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, "127.0.0.1", &where.sin_addr);
    if (listen_fd == -1 || bind(listen_fd, (struct sockaddr *)&where, sizeof where) == -1 ||
        listen(listen_fd, 4) == -1) {
        perror("server");
        return 1;
    }
    for (;;) {
        int conn_fd = accept(listen_fd, NULL, NULL);
        if (conn_fd >= 0) {
            serve_client(conn_fd);
            close(conn_fd);
        } else if (errno != EINTR && errno != ECONNABORTED) {
            perror("accept");
            return 1;
        }
    }
}
