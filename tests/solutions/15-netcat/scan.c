/* scan.c - a model solution: a table with the kind of each port, and one poll for the connects. */
#include "diag.h"
#include "net.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char help[] =
    "usage: scan [-v] [-w MS] [-n WINDOW] HOST FIRST-LAST\n"
    "Tells of each TCP port of HOST, an IPv4 address, whether it is open, closed or filtered.\n\n"
    "  -w MS      wait so long for an answer, 1 to 60000 (1000)\n"
    "  -n WINDOW  at most so many connects at a time, 1 to 300 (64)";

enum kind { UNKNOWN, OPEN, CLOSED, FILTERED };
static const char *const names[] = {"unknown", "open", "closed", "filtered"};

/* attempts[i] connects to ports[i], until due_ms[i]. The first `count` places are in use. */
struct scan {
    struct endpoint target;
    long window, wait_ms;
    long count, next, last;
    struct pollfd *attempts;
    long *ports;
    long long *due_ms;
    enum kind kinds[65536];
};

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void parse_range(const char *text, long *first, long *last)
{
    char low[8] = "";
    const char *dash = strchr(text, '-');
    if (dash && dash - text < (long)sizeof low)
        memcpy(low, text, (size_t)(dash - text));
    if (!dash || !parse_number(low, 1, 65535, first) ||
        !parse_number(dash + 1, *first, 65535, last))
        die_usage("'%s' is no range FIRST-LAST of ports, 1 to 65535", text);
}

/* True if the socket has met itself: both ends have the same address. */
static bool is_itself(int fd)
{
    struct sockaddr_in here = {0}, there = {0};
    socklen_t here_len = sizeof here, there_len = sizeof there;
    return getsockname(fd, (struct sockaddr *)&here, &here_len) == 0 &&
           getpeername(fd, (struct sockaddr *)&there, &there_len) == 0 &&
           here.sin_port == there.sin_port && here.sin_addr.s_addr == there.sin_addr.s_addr;
}

static enum kind kind_of(int fd, int error)
{
    if (error == 0)
        return is_itself(fd) ? CLOSED : OPEN;
    return error == ECONNREFUSED ? CLOSED : FILTERED;
}

/* Starts the next connect. Returns false if there is no descriptor for it. */
static bool start_next(struct scan *scan)
{
    struct sockaddr_in to;
    memcpy(&to, &scan->target.addr, sizeof to);
    to.sin_port = htons((uint16_t)scan->next);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd == -1)
        return false;
    int error = connect(fd, (const struct sockaddr *)&to, sizeof to) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
        scan->attempts[scan->count] = (struct pollfd){.fd = fd, .events = POLLOUT};
        scan->ports[scan->count] = scan->next;
        scan->due_ms[scan->count++] = now_ms() + scan->wait_ms;
    } else {
        scan->kinds[scan->next] = kind_of(fd, error);
        close(fd);
    }
    scan->next++;
    return true;
}

/* The attempt at place i is over. The last one takes its place. */
static void end(struct scan *scan, long i, enum kind kind)
{
    scan->kinds[scan->ports[i]] = kind;
    close(scan->attempts[i].fd);
    long last = --scan->count;
    scan->attempts[i] = scan->attempts[last];
    scan->ports[i] = scan->ports[last];
    scan->due_ms[i] = scan->due_ms[last];
}

/* Waits until an attempt has its answer or no time left, and ends all such attempts. */
static void end_some(struct scan *scan)
{
    long long due_ms = scan->due_ms[0];
    for (long i = 1; i < scan->count; i++)
        due_ms = scan->due_ms[i] < due_ms ? scan->due_ms[i] : due_ms;
    long long left_ms = due_ms - now_ms();
    if (poll(scan->attempts, (nfds_t)scan->count, left_ms > 0 ? (int)left_ms : 0) == -1)
        return; /* a signal; poll has not filled in anything */
    for (long i = scan->count - 1; i >= 0; i--) {
        int error = 0, fd = scan->attempts[i].fd;
        if (scan->attempts[i].revents != 0) {
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
            end(scan, i, kind_of(fd, error));
        } else if (now_ms() >= scan->due_ms[i]) {
            end(scan, i, FILTERED);
        }
    }
}

static void scan_all(struct scan *scan)
{
    while (scan->next <= scan->last || scan->count > 0) {
        while (scan->next <= scan->last && scan->count < scan->window) {
            if (start_next(scan))
                continue;
            if (scan->count == 0)
                die("socket");
            break; /* no descriptor is left: one comes back when an attempt has ended */
        }
        if (scan->count > 0)
            end_some(scan);
    }
}

int main(int argc, char *argv[])
{
    diag_init("scan");
    static struct scan scan = {.window = 64, .wait_ms = 1000};
    for (int c; (c = next_option(argc, argv, "n:w:", help)) != -1;) {
        if (c == 'n')
            scan.window = number_option(c, "a number of connects", 1, 300);
        if (c == 'w')
            scan.wait_ms = number_option(c, "a time in ms", 1, 60000);
    }
    if (argc - optind != 2)
        die_usage("a HOST and a range FIRST-LAST");
    long first = 0;
    parse_range(argv[optind + 1], &first, &scan.last);
    scan.next = first;
    scan.target = resolve_or_die(argv[optind], 0);
    scan.attempts = calloc((size_t)scan.window, sizeof *scan.attempts);
    scan.ports = calloc((size_t)scan.window, sizeof *scan.ports);
    scan.due_ms = calloc((size_t)scan.window, sizeof *scan.due_ms);
    if (!scan.attempts || !scan.ports || !scan.due_ms)
        die("calloc");
    scan_all(&scan);
    setvbuf(stdout, NULL, _IOFBF, BUFSIZ); /* they are all there: no need to write line by line */
    for (long port = first; port <= scan.last; port++)
        say("%ld %s", port, names[scan.kinds[port]]);
    return EXIT_SUCCESS;
}
