/* server.c - a model solution: the shouting server. */
#include "addr.h"
#include "diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]\n"
                           "Sends back what each client sends, in capitals.";

static int open_listener(uint16_t port)
{
    struct sockaddr_in where = {.sin_family = AF_INET};
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listen_fd = socket(AF_INET, SOCK_STREAM, 0);
    if (listen_fd == -1)
        die("socket");
    if (setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) == -1)
        die("setsockopt");
    if (bind(listen_fd, (struct sockaddr *)&where, sizeof where) == -1)
        die("bind port %u", port);
    if (listen(listen_fd, SOMAXCONN) == -1)
        die("listen");
    return listen_fd;
}

/* The letters a to z and nothing else: toupper(3) would ask the locale, which may know more. */
static void shout(char *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (data[i] >= 'a' && data[i] <= 'z')
            data[i] = (char)(data[i] - 'a' + 'A');
}

/* Sends all of it, in as many calls as it takes. Returns 0, or -1 when the client is gone. */
static int send_back(int fd, const char *data, size_t len)
{
    size_t sent = 0;
    while (sent < len) {
        ssize_t n = send(fd, data + sent, len - sent, MSG_NOSIGNAL);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            return -1;
        sent += (size_t)n;
    }
    return 0;
}

static void serve_client(int fd)
{
    char data[4096];
    for (;;) {
        ssize_t n = recv(fd, data, sizeof data, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        shout(data, (size_t)n);
        if (send_back(fd, data, (size_t)n) == -1)
            return;
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5001;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);

    int listen_fd = open_listener((uint16_t)port);
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s", local_endpoint(listen_fd, text));
    for (;;) {
        int conn_fd = accept(listen_fd, NULL, NULL);
        if (conn_fd == -1 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (conn_fd == -1)
            die("accept");
        serve_client(conn_fd);
        close(conn_fd);
    }
}
