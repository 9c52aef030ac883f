/* threads.c - a thread for each client, with a frame
 * of its own; it reverses from both ends by pointers. */
#include "diag.h"
#include "net.h"

#include <endian.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static size_t longest = 1024;

static bool transfer(int fd, unsigned char *at, size_t len, bool send_it)
{
    while (len > 0) {
        ssize_t n = send_it ? send(fd, at, len, MSG_NOSIGNAL) : recv(fd, at, len, 0);
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static void *serve(void *argument)
{
    int fd = (int)(long)argument;
    unsigned char *frame = malloc(longest + 4);
    uint32_t header;
    while (frame && transfer(fd, (unsigned char *)&header, 4, false)) {
        size_t len = be32toh(header);
        if (len > longest || !transfer(fd, frame, len, false))
            break;
        for (unsigned char *low = frame, *high = frame + len; low < high--; low++) {
            unsigned char byte = *low;
            *low = *high;
            *high = byte;
        }
        if (!transfer(fd, (unsigned char *)&header, 4, true) || !transfer(fd, frame, len, true))
            break;
    }
    free(frame);
    close(fd);
    return NULL;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5004;
    for (int c; (c = next_option(argc, argv, "l:p:", "usage: server [-l BYTES] [-p PORT]")) != -1;)
        if (c == 'l')
            longest = (size_t)number_option(c, "a message's length", 0, 1048576);
        else
            port = number_option(c, "a port", 0, 65535);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen");
    for (int fd; (fd = accept_client(listen_fd, NULL)) != -1;) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)(long)fd) == 0)
            pthread_detach(thread);
        else
            close(fd);
    }
    die("accept");
}
