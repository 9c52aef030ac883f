/* forks.c - a child for each client, which allocates each message when its length is known to be
 * right; no helper of common/, and options read by hand. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool get(int fd, void *data, size_t len)
{
    char *at = data, *end = at + len;
    while (at < end) {
        ssize_t n = read(fd, at, (size_t)(end - at));
        if (n < 1)
            return false;
        at += n;
    }
    return true;
}

static bool put(int fd, const void *data, size_t len)
{
    const char *at = data, *end = at + len;
    while (at < end) {
        ssize_t n = write(fd, at, (size_t)(end - at));
        if (n == -1)
            return false;
        at += n;
    }
    return true;
}

static void serve(int fd, unsigned long longest)
{
    uint32_t header;
    while (get(fd, &header, sizeof header) && ntohl(header) <= longest) {
        size_t len = ntohl(header);
        char *in = malloc(len + 1), *out = malloc(len + 1);
        bool complete = in && out && get(fd, in, len);
        for (size_t i = 0; complete && i < len; i++)
            out[len - 1 - i] = in[i];
        bool sent = complete && put(fd, &header, sizeof header) && put(fd, out, len);
        free(in);
        free(out);
        if (!sent)
            return;
    }
}

int main(int argc, char *argv[])
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(5004)};
    unsigned long longest = 1024;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "-p") == 0)
            addr.sin_port = htons((uint16_t)atoi(argv[i + 1]));
        else if (strcmp(argv[i], "-l") == 0)
            longest = strtoul(argv[i + 1], NULL, 10);
    }
    inet_pton(AF_INET, "127.0.0.1", &addr.sin_addr);
    signal(SIGPIPE, SIG_IGN); /* the children inherit it */
    signal(SIGCHLD, SIG_IGN); /* and leave no zombies */
    int listen_fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(listen_fd, (struct sockaddr *)&addr, sizeof addr) == -1 || listen(listen_fd, 16) == -1)
        return perror("server"), 1;
    for (;;) {
        int fd = accept(listen_fd, NULL, NULL);
        if (fd != -1 && fork() == 0) {
            close(listen_fd);
            serve(fd, longest);
            _exit(0);
        }
        close(fd);
    }
}
