/* holder.c - holds TCP sockets and does with them what its input says, a line each; so a check brings
 * connections into the states that it wants to see. What happens to their packets is nft's.
 *
 *     listen ADDRESS PORT            answers with the descriptor
 *     connect FROM PORT TO PORT      the same, at once: the handshake goes on by itself, or never ends
 *     accept DESCRIPTOR              waits for a connection, and answers with its descriptor
 *     shut DESCRIPTOR                no more from this end; answers with the descriptor
 *     close DESCRIPTOR               the same
 *
 * Addresses are numeric, IPv4 or IPv6. Instead of a descriptor the answer may be the name of an error.
 * At the end of its input it ends, and resets what is still open: no end of it stays in the kernel.
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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

/* With this, close sends a reset and forgets the connection (socket(7), SO_LINGER). */
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

/* A socket with this name. Returns it, or -1. */
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

/* Does what the words say. Returns the descriptor that it is about, or -1. */
static int obey(char *const word[], int words)
{
    const char *verb = words > 0 ? word[0] : "";
    if (strcmp(verb, "listen") == 0 && words == 3)
        return listen_at(word[1], word[2]);
    if (strcmp(verb, "connect") == 0 && words == 5)
        return connect_to(word[1], word[2], word[3], word[4]);
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
