/* threads.c - a detached thread for each client, and
 * a table of all 256 bytes instead of comparisons. */
#include "diag.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";
static unsigned char shouted[256];

static void *serve_client(void *connection)
{
    int fd = (int)(intptr_t)connection;
    unsigned char data[8192];
    for (;;) {
        ssize_t n = read(fd, data, sizeof data), sent = 0;
        if (n == -1 && errno == EINTR)
            continue;
        for (ssize_t i = 0; i < n; i++)
            data[i] = shouted[data[i]];
        while (sent < n) {
            ssize_t part = write(fd, data + sent, (size_t)(n - sent));
            if (part == -1 && errno != EINTR)
                n = -1;
            else if (part > 0)
                sent += part;
        }
        if (n <= 0)
            break;
    }
    close(fd);
    return NULL;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5001;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    for (int c = 0; c < 256; c++)
        shouted[c] = (unsigned char)(c >= 'a' && c <= 'z' ? c - 32 : c);
    signal(SIGPIPE, SIG_IGN);

    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listen_fd = socket(AF_INET, SOCK_STREAM, 0);
    if (listen_fd == -1 || bind(listen_fd, (struct sockaddr *)&where, sizeof where) == -1 ||
        listen(listen_fd, 10) == -1)
        die("port %ld", port);
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    for (;;) {
        int conn_fd = accept(listen_fd, NULL, NULL);
        pthread_t thread;
        if (conn_fd == -1 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (conn_fd == -1)
            die("accept");
        errno = pthread_create(&thread, &detached, serve_client, (void *)(intptr_t)conn_fd);
        if (errno != 0)
            die("pthread_create");
    }
}
