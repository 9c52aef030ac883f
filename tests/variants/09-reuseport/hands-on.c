/* hands-on.c - a variant: the newer one asks for the
 * older one's socket, at an abstract Unix name. */
#include "server.h"

#include <sys/un.h>

union control {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int))];
};

static struct sockaddr_un name_of(uint16_t port, socklen_t *len)
{
    struct sockaddr_un where = {.sun_family = AF_UNIX};
    int n = snprintf(where.sun_path + 1, sizeof where.sun_path - 1, "lab09-%u", port);
    *len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
    return where;
}

static struct msghdr message_with(union control *control, struct iovec *byte)
{
    return (struct msghdr){.msg_iov = byte,
                           .msg_iovlen = 1,
                           .msg_control = control->room,
                           .msg_controllen = sizeof control->room};
}

static void send_descriptor(int conn_fd, int fd)
{
    union control control = {0};
    struct iovec byte = {.iov_base = (char[]){"!"}, .iov_len = 1};
    struct msghdr message = message_with(&control, &byte);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    if (sendmsg(conn_fd, &message, MSG_NOSIGNAL) != 1)
        trace("nobody took the socket");
}

/* Returns the socket of the older one, or -1 if there
 * is no older one. The name is free when this returns. */
static int inherit(uint16_t port)
{
    socklen_t len;
    struct sockaddr_un where = name_of(port, &len);
    int conn_fd = socket(AF_UNIX, SOCK_STREAM, 0), fd = -1;
    if (conn_fd != -1 && connect(conn_fd, (struct sockaddr *)&where, len) == 0) {
        union control control;
        char data;
        struct iovec byte = {.iov_base = &data, .iov_len = 1};
        struct msghdr message = message_with(&control, &byte);
        if (recvmsg(conn_fd, &message, 0) == 1 && CMSG_FIRSTHDR(&message))
            memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
        while (fd != -1 &&
               read(conn_fd, &data, 1) > 0) /* the older one closes its name, and then this */
            continue;
    }
    close(conn_fd);
    return fd;
}

static int await_heir(uint16_t port)
{
    socklen_t len;
    struct sockaddr_un where = name_of(port, &len);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd == -1 || bind(fd, (struct sockaddr *)&where, len) == -1 || listen(fd, 1) == -1)
        die("listen at an abstract name");
    return fd;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    int signal_fd = catch_sigterm(), listen_fd = inherit(wish.port);
    if (listen_fd == -1)
        listen_fd = listen_or_die(wish.port, SOCK_NONBLOCK);
    int heir_fd = await_heir(wish.port);
    puts("ready");
    bool alone = true;
    struct pollfd work[] = {{.fd = signal_fd, .events = POLLIN},
                            {.fd = heir_fd, .events = POLLIN},
                            {.fd = listen_fd, .events = POLLIN}};
    while (poll(work, 3, -1) != -1 && work[0].revents == 0) {
        if (work[2].revents)
            answer_next(listen_fd, wish.name);
        if (!work[1].revents)
            continue;
        int conn_fd = accept(heir_fd, NULL, NULL);
        send_descriptor(conn_fd, listen_fd);
        close(heir_fd);
        close(conn_fd);
        work[1].fd = work[2].fd = -1; /* a client that it took now might never be answered */
        alone = false;
    }
    while (alone && answer_next(listen_fd, wish.name))
        continue;
}
