/* holder.c - holds TCP sockets, and Unix sockets. With it a check brings connections into the
 * states that it needs, and keeps them there. It reads commands, one a line, and answers each with
 * a line:
 *
 *     listen ADDRESS PORT            opens a listening socket; answers with its descriptor
 *     connect FROM PORT TO PORT      the same for a connection; it does not wait for the handshake
 *     accept DESCRIPTOR              waits for a connection; answers with its descriptor
 *     shut DESCRIPTOR                half-closes it: sends nothing more; answers with the same
 *     close DESCRIPTOR               closes it; answers with the descriptor
 *     name TYPE PATH                 binds a Unix socket to PATH, of TYPE stream, dgram or
 *                                    seqpacket, and listens there unless it is dgram; answers with
 *                                    its descriptor
 *
 * Addresses are numeric, IPv4 or IPv6. If a command fails, the answer is the name of the error. At
 * the end of its input the program ends. That resets what is still open, so nothing stays in the
 * kernel.
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct addrinfo *address(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *found;
    int error = getaddrinfo(host, port, &hints, &found);
    if (error != 0) {
        fprintf(stderr, "holder: %s port %s: %s\n", host, port, gai_strerror(error));
        exit(2);
    }
    return found;
}

/* With `on`, close sends a reset and the kernel forgets the connection (socket(7), SO_LINGER). */
static int reset_at_close(int fd, int on)
{
    struct linger linger = {.l_onoff = on, .l_linger = 0};
    return setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

static int give_up(int fd)
{
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* Opens a socket with this address and port of its own. Returns it, or -1. */
static int open_at(const char *host, const char *port)
{
    struct addrinfo *at = address(host, port);
    int fd = socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK, 0);
    if (fd != -1 && (reset_at_close(fd, 1) == -1 || bind(fd, at->ai_addr, at->ai_addrlen) == -1))
        fd = give_up(fd);
    freeaddrinfo(at);
    return fd;
}

static int listen_at(const char *host, const char *port)
{
    int fd = open_at(host, port);
    return fd != -1 && listen(fd, SOMAXCONN) == -1 ? give_up(fd) : fd;
}

static int connect_to(const char *from, const char *from_port, const char *host, const char *port)
{
    int fd = open_at(from, from_port);
    if (fd == -1)
        return -1;
    struct addrinfo *to = address(host, port);
    if (connect(fd, to->ai_addr, to->ai_addrlen) == -1 && errno != EINPROGRESS)
        fd = give_up(fd);
    freeaddrinfo(to);
    return fd;
}

static int accept_from(int listen_fd)
{
    struct pollfd waiting = {.fd = listen_fd, .events = POLLIN};
    int fd = poll(&waiting, 1, -1) == -1 ? -1 : accept(listen_fd, NULL, NULL);
    return fd == -1 || reset_at_close(fd, 1) == -1 ? -1 : fd;
}

static int close_politely(int fd)
{
    return reset_at_close(fd, 0) == -1 || close(fd) == -1 ? -1 : fd;
}

static int name_at(const char *type_name, const char *path)
{
    int type = strcmp(type_name, "stream") == 0      ? SOCK_STREAM
               : strcmp(type_name, "dgram") == 0     ? SOCK_DGRAM
               : strcmp(type_name, "seqpacket") == 0 ? SOCK_SEQPACKET
                                                     : -1;
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    strncpy(at.sun_path, path, sizeof at.sun_path - 1);
    int fd = socket(AF_UNIX, type, 0);
    if (fd != -1 && bind(fd, (const struct sockaddr *)&at, sizeof at) == -1)
        return give_up(fd);
    return fd != -1 && type != SOCK_DGRAM && listen(fd, SOMAXCONN) == -1 ? give_up(fd) : fd;
}

/* Does one command. Returns the descriptor that it is about, or -1. */
static int obey(char *const word[], int words)
{
    const char *verb = words > 0 ? word[0] : "";
    if (strcmp(verb, "listen") == 0 && words == 3)
        return listen_at(word[1], word[2]);
    if (strcmp(verb, "connect") == 0 && words == 5)
        return connect_to(word[1], word[2], word[3], word[4]);
    if (strcmp(verb, "name") == 0 && words == 3)
        return name_at(word[1], word[2]);
    int fd = words == 2 ? atoi(word[1]) : -1;
    if (strcmp(verb, "accept") == 0 && fd != -1)
        return accept_from(fd);
    if (strcmp(verb, "shut") == 0 && fd != -1)
        return shutdown(fd, SHUT_WR) == -1 ? -1 : fd;
    if (strcmp(verb, "close") == 0 && fd != -1)
        return close_politely(fd);
    errno = ENOSYS;
    return -1;
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    char line[256];
    while (fgets(line, sizeof line, stdin)) {
        char *word[5];
        int words = 0;
        for (char *at = strtok(line, " \n"); at && words < 5; at = strtok(NULL, " \n"))
            word[words++] = at;
        int fd = obey(word, words);
        if (fd == -1)
            puts(strerrorname_np(errno));
        else
            printf("%d\n", fd);
    }
    return EXIT_SUCCESS;
}
