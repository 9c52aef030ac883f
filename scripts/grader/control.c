/* control.c - a program that is known to be right. Before a check grades anything, it grades this
 * one in the same way. If this one fails, the machine is at fault.
 *
 *     control -p PORT
 *
 * It sends its first client's first words back, three bytes at a time because the library of faults
 * lets send take no more, and says so. Then it waits to be ended. */
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char words[64];
    ssize_t len = -1;
    if (argc != 3)
        return 2;
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listen_fd = socket(AF_INET, SOCK_STREAM, 0);
    if (listen_fd == -1 || bind(listen_fd, (struct sockaddr *)&where, sizeof where) == -1 ||
        listen(listen_fd, 5) == -1)
        return 1;
    int conn_fd = accept(listen_fd, NULL, NULL);
    if (conn_fd != -1)
        len = recv(conn_fd, words, sizeof words, 0);
    for (ssize_t sent = 0, n = 0; sent < len; sent += n) {
        n = send(conn_fd, words + sent, (size_t)(len - sent), MSG_NOSIGNAL);
        if (n == -1)
            return 1;
        dprintf(STDOUT_FILENO, "send took %zd\n", n);
    }
    pause();
    return 0;
}
