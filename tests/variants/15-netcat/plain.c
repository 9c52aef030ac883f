/* plain.c - a right program without any helper of the course, which prints each line as soon as it
 * is its turn. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct pollfd *table; /* one for each port, from `head` on those that are not printed yet */
static unsigned char done[65536]; /* 0, or the first letter of the port's kind */
static double due[65536];

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void bad(const char *what)
{
    fprintf(stderr, "scan: '%s' will not do; usage: scan [-w MS] [-n WINDOW] HOST FIRST-LAST\n",
            what);
    exit(2);
}

static long number(const char *from, const char *to, long min, long max, const char *whole)
{
    long value = 0;
    if (from == to || to - from > 5)
        bad(whole);
    for (; from < to; from++) {
        if (!isdigit((unsigned char)*from))
            bad(whole);
        value = 10 * value + *from - '0';
    }
    if (value < min || value > max)
        bad(whole);
    return value;
}

static void settle(long port, int error)
{
    struct sockaddr_in a = {0}, b = {0};
    int fd = table[port].fd;
    getsockname(fd, (struct sockaddr *)&a, &(socklen_t){sizeof a});
    if (error == 0 && getpeername(fd, (struct sockaddr *)&b, &(socklen_t){sizeof b}) == 0 &&
        (a.sin_port != b.sin_port || a.sin_addr.s_addr != b.sin_addr.s_addr))
        done[port] = 'o';
    else
        done[port] = error == 0 || error == ECONNREFUSED ? 'c' : 'f';
    close(fd);
    table[port].fd = -1;
}

int main(int argc, char **argv)
{
    long window = 64, wait_ms = 1000;
    int at = 1;
    for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
        const char *value = argv[at + 1], *end = value + strlen(value);
        if (strcmp(argv[at], "-w") == 0)
            wait_ms = number(value, end, 1, 60000, value);
        else if (strcmp(argv[at], "-n") == 0)
            window = number(value, end, 1, 300, value);
        else
            bad(argv[at]);
    }
    if (argc - at != 2)
        bad("this");
    const char *range = argv[at + 1], *dash = strchr(range, '-');
    if (!dash)
        bad(range);
    long first = number(range, dash, 1, 65535, range);
    long last = number(dash + 1, range + strlen(range), first, 65535, range);
    struct sockaddr_in to = {.sin_family = AF_INET};
    table = calloc(65536, sizeof *table);
    if (!table || inet_pton(AF_INET, argv[at], &to.sin_addr) != 1)
        bad(argv[at]);
    for (long head = first, next = first, busy = 0; head <= last;) {
        while (busy < window && next <= last) {
            int fd = socket(AF_INET, SOCK_STREAM, 0);
            if (fd < 0)
                break;
            fcntl(fd, F_SETFL, O_NONBLOCK);
            to.sin_port = htons((unsigned short)next);
            table[next] = (struct pollfd){fd, POLLOUT, 0};
            due[next] = now() + (double)wait_ms / 1000;
            busy++;
            int error = connect(fd, (struct sockaddr *)&to, sizeof to) == 0 ? 0 : errno;
            if (error != EINPROGRESS) {
                settle(next, error);
                busy--;
            }
            next++;
        }
        double earliest = now() + 100;
        for (long i = head; i < next; i++)
            if (table[i].fd != -1 && due[i] < earliest)
                earliest = due[i];
        double left = (earliest - now()) * 1000;
        /* poll takes no more entries than there may be descriptors. */
        struct pollfd asked[300];
        long of[300], count = 0;
        for (long i = head; i < next; i++)
            if (table[i].fd != -1) {
                of[count] = i;
                asked[count++] = table[i];
            }
        int ready = poll(asked, (nfds_t)count, left > 0 && count > 0 ? (int)left + 1 : 0);
        for (long i = 0; i < count && ready >= 0; i++) {
            int error = 0;
            if (asked[i].revents) {
                getsockopt(asked[i].fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
                settle(of[i], error);
                busy--;
            } else if (now() >= due[of[i]]) {
                settle(of[i], ETIMEDOUT);
                busy--;
            }
        }
        for (; head < next && done[head]; head++)
            printf("scan: %ld %s\n", head,
                   done[head] == 'o'   ? "open"
                   : done[head] == 'c' ? "closed"
                                       : "filtered");
    }
    return 0;
}
