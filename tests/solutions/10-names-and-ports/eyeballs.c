/* eyeballs.c - a model solution: all attempts are entries of one poll. */
#include "diag.h"
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 250 };

static const char help[] =
    "usage: eyeballs [-v] HOST PORT\n"
    "Connects to HOST, by whichever address answers, and prints what the server says.";

/* The addresses in the order of the attempts, and the attempts so far:
 * descriptor i is for address i, or -1 if it has failed. */
struct race {
    const struct addrinfo **addresses;
    struct pollfd *attempts;
    size_t count, started;
    int error;
};

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Returns the next address of this family in the list, from `at` on, or NULL. */
static const struct addrinfo *next_of(const struct addrinfo *at, int family)
{
    while (at && at->ai_family != family)
        at = at->ai_next;
    return at;
}

/* IPv6, IPv4, IPv6 ... and the rest of the family that has more. */
static void interlace(const struct addrinfo *found, struct race *race)
{
    size_t room = 1;
    for (const struct addrinfo *a = found->ai_next; a; a = a->ai_next)
        room++;
    race->addresses = calloc(room, sizeof(const struct addrinfo *));
    race->attempts = calloc(room, sizeof *race->attempts);
    if (!race->addresses || !race->attempts)
        die("calloc");
    const struct addrinfo *six = next_of(found, AF_INET6), *four = next_of(found, AF_INET);
    while (six || four) {
        if (six) {
            race->addresses[race->count++] = six;
            six = next_of(six->ai_next, AF_INET6);
        }
        if (four) {
            race->addresses[race->count++] = four;
            four = next_of(four->ai_next, AF_INET);
        }
    }
}

static void fail(struct race *race, size_t i, int error)
{
    race->error = error;
    if (race->attempts[i].fd != -1)
        close(race->attempts[i].fd);
    race->attempts[i].fd = -1; /* poll ignores it */
}

/* Starts the next attempt. Returns false if it has failed at once. */
static bool start_next(struct race *race)
{
    size_t i = race->started++;
    const struct addrinfo *a = race->addresses[i];
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    race->attempts[i] = (struct pollfd){.fd = fd, .events = POLLOUT};
    if (fd != -1 && (connect(fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS))
        return true;
    fail(race, i, errno);
    return false;
}

/* Looks at the attempts that poll has named. Returns the winner, or -1; *failed: of the others. */
static int look(struct race *race, bool *failed)
{
    for (size_t i = 0; i < race->started; i++) {
        int error = 0;
        socklen_t len = sizeof error;
        if (race->attempts[i].fd == -1 || race->attempts[i].revents == 0)
            continue;
        if (getsockopt(race->attempts[i].fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error == 0)
            return (int)i;
        fail(race, i, error);
        *failed = true;
    }
    return -1;
}

static bool any_left(const struct race *race)
{
    for (size_t i = 0; i < race->started; i++)
        if (race->attempts[i].fd != -1)
            return true;
    return false;
}

/* Returns the index of the address that has won, or -1 with errno of the last failure. */
static int run(struct race *race)
{
    bool failed = true; /* nothing to wait for: start at once */
    long long next_ms = 0;
    while (race->started < race->count || any_left(race)) {
        bool more = race->started < race->count;
        if (more && (failed || now_ms() >= next_ms)) {
            failed = !start_next(race);
            next_ms = now_ms() + PATIENCE_MS;
            continue;
        }
        long long left_ms = next_ms - now_ms();
        if (poll(race->attempts, race->started, more ? left_ms > 0 ? (int)left_ms : 0 : -1) == -1)
            continue; /* a signal; what poll has not filled in is as it was */
        int winner = look(race, &failed);
        if (winner != -1)
            return winner;
    }
    errno = race->error;
    return -1;
}

static void print_all(int fd)
{
    char data[4096];
    ssize_t got;
    while ((got = recv_some(fd, data, sizeof data)) > 0)
        if (write_all(STDOUT_FILENO, data, (size_t)got) == -1)
            die("write");
    if (got == -1)
        die("recv");
}

int main(int argc, char *argv[])
{
    diag_init("eyeballs");
    next_option(argc, argv, "", help);
    if (argc - optind != 2)
        die_usage("a HOST and a PORT");

    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    struct race race = {0};
    int error = getaddrinfo(argv[optind], argv[optind + 1], &hints, &found);
    if (error != 0)
        die_plain("%s: %s", argv[optind], gai_strerror(error));
    interlace(found, &race);
    int winner = run(&race);
    if (winner == -1)
        die("cannot connect to %s", argv[optind]);
    int fd = race.attempts[winner].fd;
    for (size_t i = 0; i < race.started; i++)
        if (race.attempts[i].fd != fd && race.attempts[i].fd != -1)
            close(race.attempts[i].fd);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    char text[NI_MAXHOST];
    getnameinfo(race.addresses[winner]->ai_addr, race.addresses[winner]->ai_addrlen, text,
                sizeof text, NULL, 0, NI_NUMERICHOST);
    printf("connected %s\n", text);
    freeaddrinfo(found);
    free(race.addresses);
    free(race.attempts);
    print_all(fd);
    return EXIT_SUCCESS;
}
