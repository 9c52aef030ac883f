/* client.c - lab 10: connects to a name: it tries every address that the name has.
 *
 * Shows:      one name, several addresses, and what becomes of a client that tries only the first.
 * Run this:   ./server
 *             ./client localhost
 * See this:   client: connected 127.0.0.1:40312 -> 127.0.0.1:5010
 * Try:        ./client -6 four.lab, and ./client mute.lab: who
 *             waits for whom? (In a box, see the README.)
 */
#include "addr.h"
#include "diag.h"
#include "gai.h"
#include "io.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] = "usage: client [-46v] [-s TEXT] HOST [SERVICE]\n"
                           "Connects to HOST, and prints what the server says.\n"
                           "SERVICE is a port or a name, http for instance (5010).\n\n"
                           "  -4, -6   only addresses of this family\n"
                           "  -s TEXT  says this line to the server first\n"
                           "  -v       print what each call returns\n"
                           "  -h       print this help";

/* Tries one address after the other. Returns a connection, or -1 with the errno of the last one. */
static int connect_to_any(const struct addrinfo *found)
{
    int error = 0;
    for (const struct addrinfo *a = found; a; a = a->ai_next) {
        char text[ENDPOINT_TEXT_MAX], mine[ENDPOINT_TEXT_MAX];
        struct endpoint ep = {.len = a->ai_addrlen};
        memcpy(&ep.addr, a->ai_addr, a->ai_addrlen);
        format_endpoint(&ep, text);
        int fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
        if (fd != -1 && connect(fd, a->ai_addr, a->ai_addrlen) == 0) {
            trace("connect(%d, %s) = 0", fd, text);
            say("connected %s -> %s", local_endpoint(fd, mine), text);
            return fd;
        }
        error = errno;
        trace("connect(%d, %s) = -1 %s", fd, text, errno_name(error));
        say("%s: %s", text, errno_name(error));
        if (fd != -1)
            close(fd);
    }
    errno = error;
    return -1;
}

/* Prints what the server says, line by line, up to the end of the stream. */
static void print_lines(int fd)
{
    char *line = NULL;
    size_t room = 0;
    FILE *stream = fdopen(fd, "r");
    if (!stream)
        die("fdopen");
    while (getline(&line, &room, stream) != -1) {
        line[strcspn(line, "\r\n")] = '\0';
        say("it says: %s", line);
    }
    if (ferror(stream))
        die("read");
    free(line);
    fclose(stream);
}

int main(int argc, char *argv[])
{
    diag_init("client");
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    const char *text = NULL;
    for (int c; (c = next_option(argc, argv, "46s:", help)) != -1;) {
        if (c == 's')
            text = optarg;
        else
            hints.ai_family = c == '4' ? AF_INET : AF_INET6;
    }
    if (argc - optind < 1 || argc - optind > 2)
        die_usage(argc == optind ? "which host?" : "one HOST and one SERVICE");

    const char *service = optind + 1 < argc ? argv[optind + 1] : "5010";
    int error = getaddrinfo(argv[optind], service, &hints, &found);
    if (error != 0)
        die_gai(error, argv[optind]);
    int fd = connect_to_any(found);
    freeaddrinfo(found);
    if (fd == -1)
        die("no address of %s", argv[optind]);
    if (text && (send_all(fd, text, strlen(text)) == -1 || send_all(fd, "\r\n", 2) == -1))
        die("send");
    shutdown(fd, SHUT_WR); /* the server sees that there is nothing more to come */
    print_lines(fd);
    return EXIT_SUCCESS;
}
