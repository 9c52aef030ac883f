/* threads.c - one thread receives, the other sends and waits on a condition. */
#include "sender.h"

#include <pthread.h>

static struct sender s;
static unsigned news;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;

static void *receive(void *nothing)
{
    unsigned char ack[64];
    for (;;) {
        ssize_t n = recv(s.fd, ack, sizeof ack, 0);
        pthread_mutex_lock(&lock);
        if (n == -1)
            die("recv");
        if (take(&s, ack, n)) {
            news++;
            pthread_cond_signal(&changed);
        }
        pthread_mutex_unlock(&lock);
    }
    return nothing;
}

int main(int argc, char *argv[])
{
    pthread_t thread;
    pthread_condattr_t attributes;
    s = begin(argc, argv);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attributes);
    pthread_mutex_lock(&lock);
    pthread_create(&thread, NULL, receive, NULL);
    while (!done(&s)) {
        fill(&s);
        unsigned before = news;
        double until = now_ms() + s.rto;
        struct timespec at = {(time_t)(until / 1000), (long)(until * 1e6) % 1000000000};
        at.tv_nsec = (long)((until - (double)at.tv_sec * 1000) * 1e6);
        int error = 0;
        while (news == before && error == 0)
            error = pthread_cond_timedwait(&changed, &lock, &at);
        if (news == before)
            timed_out(&s);
    }
    return EXIT_SUCCESS;
}
