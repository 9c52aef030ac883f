/* server.c - the gap report with two threads: one receives, and leaves each datagram in a ring; the
 * other takes them out in their order, counts and answers. */
#include "diag.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RING = 512, KEPT = 5 };

static struct slot {
    unsigned char data[KEPT]; /* one byte more than a question has */
    ssize_t len;
    struct sockaddr_in from;
} ring[RING];
static unsigned long put, taken; /* how many datagrams were put into the ring, and taken out */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int fd;

static void *receive(void *unused)
{
    for (;;) {
        struct slot slot = {.len = 0};
        socklen_t from_len = sizeof slot.from;
        slot.len = recvfrom(fd, slot.data, KEPT, 0, (struct sockaddr *)&slot.from, &from_len);
        if (slot.len == -1)
            die("recvfrom");
        pthread_mutex_lock(&lock);
        while (put - taken == RING)
            pthread_cond_wait(&changed, &lock);
        ring[put++ % RING] = slot;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

static struct slot take(void)
{
    pthread_mutex_lock(&lock);
    while (put == taken)
        pthread_cond_wait(&changed, &lock);
    struct slot slot = ring[taken++ % RING];
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return slot;
}

/* A number's place in the sequence is counted from 100,000, which is the first one. */
static bool came[65536];
static long highest, lowest, received, duplicated, reordered, foreign, garbage;
static uint16_t highest_bits;

static void note(uint16_t number)
{
    if (received == 0) {
        highest = lowest = 100000;
        highest_bits = number;
    }
    int step = (int16_t)(uint16_t)(number - highest_bits);
    for (int i = 1; i <= step; i++)
        came[(uint16_t)(highest_bits + i)] = false;
    if (came[number]) {
        duplicated++;
        return;
    }
    came[number] = true;
    received++;
    if (step < 0)
        reordered++;
    if (highest + step < lowest)
        lowest = highest + step;
    if (step > 0) {
        highest += step;
        highest_bits = number;
    }
}

static void answer(const struct sockaddr_in *to, uint16_t next)
{
    int step = (int16_t)(uint16_t)(next - highest_bits);
    long end = step > 0 ? highest + step : highest + 1;
    char text[200];
    int len =
        snprintf(text, sizeof text,
                 "received %ld lost %ld duplicated %ld reordered %ld foreign %ld garbage %ld\n",
                 received, end - lowest - received, duplicated, reordered, foreign, garbage);
    sendto(fd, text, (size_t)len, 0, (const struct sockaddr *)to, sizeof *to);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5002;
    for (int c; (c = next_option(argc, argv, "p:", "usage: server [-v] [-p PORT]")) != -1;)
        port = number_option(c, "a port", 0, 65535);
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd == -1 || bind(fd, (struct sockaddr *)&where, sizeof where) == -1)
        die("bind");
    pthread_t thread;
    if (pthread_create(&thread, NULL, receive, NULL) != 0)
        die_plain("no thread");
    struct sockaddr_in sender = {0};
    for (;;) {
        struct slot s = take();
        uint16_t number = (uint16_t)(s.data[2] << 8 | s.data[3]);
        bool stranger =
            s.from.sin_port != sender.sin_port || s.from.sin_addr.s_addr != sender.sin_addr.s_addr;
        if (received > 0 && stranger)
            foreign++;
        else if (s.len >= 4 && s.data[0] == 'N' && s.data[1] == '#') {
            sender = s.from;
            note(number);
        } else if (received > 0 && s.len == 4 && s.data[0] == 'R' && s.data[1] == '?')
            answer(&sender, number);
        else
            garbage++;
    }
}
