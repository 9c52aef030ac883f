/* alarms.c - a right program: a signal every 250 ms interrupts the wait. */
#include "race.h"

#include <poll.h>
#include <signal.h>
#include <sys/time.h>

static volatile sig_atomic_t rang;

static void ring(int number)
{
    (void)number;
    rang = 1;
}

static void set_alarm(long ms)
{
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_usec = ms * 1000}, NULL);
}

static int race(const struct addrinfo *const *a, size_t count, size_t *winner)
{
    struct pollfd attempts[256];
    int fds[256], last = 0, left = 0;
    size_t started = 0;
    sigset_t blocked, none;
    sigemptyset(&none);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGALRM);
    sigprocmask(SIG_BLOCK, &blocked, NULL); /* so that it comes in ppoll and nowhere else */
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = ring}, NULL);
    rang = 1;
    while (left > 0 || started < count) {
        if (rang && started < count) {
            rang = 0;
            fds[started] = start_attempt(a[started]);
            attempts[started] = (struct pollfd){.fd = fds[started], .events = POLLOUT};
            rang = fds[started] == -1;
            last = rang ? errno : last;
            left += !rang;
            set_alarm(rang ? 0 : PATIENCE_MS);
            started++;
            continue;
        }
        if (ppoll(attempts, started, NULL, &none) == -1)
            continue;
        for (size_t i = 0; i < started; i++) {
            if (fds[i] == -1 || attempts[i].revents == 0)
                continue;
            int error = error_of(fds[i]);
            if (error == 0) {
                set_alarm(0);
                *winner = i;
                close_all_but(fds[i], fds, started);
                return fds[i];
            }
            last = error;
            close(fds[i]);
            attempts[i].fd = fds[i] = -1;
            left--;
            rang = 1;
        }
    }
    errno = last;
    return -1;
}
