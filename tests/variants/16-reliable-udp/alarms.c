/* alarms.c - a signal tells that the time is over. It comes in only while ppoll waits. */
#include "sender.h"

#include <signal.h>
#include <sys/time.h>

static volatile sig_atomic_t over;

static void on_alarm(int signal)
{
    (void)signal;
    over = 1;
}

static void arm(double ms)
{
    over = 0;
    setitimer(
        ITIMER_REAL,
        &(struct itimerval){.it_value = {(time_t)(ms / 1000), (suseconds_t)(ms * 1000) % 1000000}},
        NULL);
}

int main(int argc, char *argv[])
{
    struct sender s = begin(argc, argv);
    sigset_t alarm_only, none;
    sigemptyset(&none);
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    sigprocmask(SIG_BLOCK, &alarm_only, NULL);
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
    fill(&s);
    arm(s.rto);
    while (!done(&s)) {
        unsigned char ack[64];
        struct pollfd fd = {.fd = s.fd, .events = POLLIN};
        ppoll(&fd, 1, NULL, &none);
        bool news = false;
        if (fd.revents) {
            ssize_t n = recv(s.fd, ack, sizeof ack, MSG_DONTWAIT);
            if (n == -1 && errno != EAGAIN)
                die("recv");
            news = take(&s, ack, n);
        }
        if (!news && over)
            timed_out(&s);
        if (news || over) {
            fill(&s);
            arm(s.rto);
        }
    }
    return EXIT_SUCCESS;
}
