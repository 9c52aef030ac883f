/* bare.c - no helper of common/, and the shortest queue. It sends a byte at a time and says itself
 * what went wrong. A flag that the handler sets ends the loop; SIGTERM interrupts accept, because
 * sigaction is not told to restart it. */
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t terminated;

static void on_term(int signal)
{
    (void)signal;
    terminated = 1;
}

static int fail(const char *call)
{
    fprintf(stderr, "%s: %s (%s)\n", call, strerror(errno), strerrorname_np(errno));
    return 1;
}

int main(int argc, char *argv[])
{
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(5005)};
    if (argc > 2 && strcmp(argv[1], "-p") == 0)
        where.sin_port = htons((uint16_t)strtol(argv[2], NULL, 10));
    where.sin_addr.s_addr = htonl(0x7f000001);
    signal(SIGPIPE, SIG_IGN);
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_term}, NULL);

    int on = 1, listener = socket(PF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (listener == -1 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        return fail("socket");
    if (bind(listener, (struct sockaddr *)&where, sizeof where) == -1)
        return fail("bind");
    if (listen(listener, 1) == -1)
        return fail("listen");
    for (int count = 1; !terminated;) {
        char line[40];
        int client = accept(listener, NULL, NULL);
        if (client == -1)
            continue;
        sprintf(line, "hello %d\n", count++);
        for (const char *at = line; *at && write(client, at, 1) == 1; at++)
            continue;
        close(client);
    }
    return 0;
}
