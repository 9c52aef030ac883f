/* echo.h - what an honest beginner would write for lab 01: no loop around send, no thought of
 * EINTR. Hostile programs that need a server for their tricks include it. */
#ifndef ECHO_H
#define ECHO_H

#include <ctype.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef SEND
#define SEND(fd, data, len) send(fd, data, len, MSG_NOSIGNAL)
#define RECV(fd, data, len) recv(fd, data, len, 0)
#define ACCEPT(fd)          accept(fd, NULL, NULL)
#endif

static int serve_in_capitals(const char *port)
{
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listen_fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listen_fd, (struct sockaddr *)&where, sizeof where) == -1 ||
        listen(listen_fd, 5) == -1)
        return 1;
    for (;;) {
        char data[4096];
        int fd = ACCEPT(listen_fd);
        if (fd == -1)
            return 1;
        for (long n; (n = RECV(fd, data, sizeof data)) > 0;) {
            for (long i = 0; i < n; i++)
                if (data[i] >= 'a' && data[i] <= 'z')
                    data[i] = (char)(data[i] - 'a' + 'A');
            if (SEND(fd, data, (size_t)n) != n)
                return 1;
        }
        close(fd);
    }
}

#endif
