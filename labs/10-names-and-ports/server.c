/* server.c - lab 10: serves IPv4 and IPv6, by one
 * socket or by two, and tells each client what it sees.
 *
 * Shows:      a dual-stack socket and its v4-mapped clients,
 *             IPV6_V6ONLY, and why two may not get along.
 * Run this:   ./server -m one
 *             ./client -4 localhost
 * See this:   client: it says: you are [::ffff:127.0.0.1]:40312
 * Try:        ./server -m clash. Then ./server -m two, and look at both sockets with ss.
 */
#include "addr.h"
#include "diag.h"
#include "gai.h"
#include "io.h"
#include "listen.h"
#include "net.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-b HOST | -m MODE] [-p SERVICE]\n"
                           "Tells each client which address it has.\n\n"
                           "  -b HOST     listen at all addresses of HOST (localhost)\n"
                           "  -m one      at every address, by one socket for both families\n"
                           "  -m only     at every IPv6 address, and only there (IPV6_V6ONLY)\n"
                           "  -m two      at every address, by a socket for each family\n"
                           "  -m clash    the same, without IPV6_V6ONLY\n"
                           "  -p SERVICE  a port, or the name of one (5010)\n"
                           "  -v          print what each call returns\n"
                           "  -h          print this help";

static void tell_client(int listen_fd)
{
    char text[ENDPOINT_TEXT_MAX], line[ENDPOINT_TEXT_MAX + 16];
    struct endpoint client;
    int conn_fd = accept_client(listen_fd, &client);
    if (conn_fd == -1)
        return; /* asked to stop, or the client has gone */
    say("accepted %s", format_endpoint(&client, text));
    snprintf(line, sizeof line, "you are %s\n", text);
    if (send_all(conn_fd, line, strlen(line)) == -1)
        say("lost %s: %s", text, errno_name(errno));
    close(conn_fd);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    const char *host = "localhost", *service = "5010", *mode = NULL;
    for (int c; (c = next_option(argc, argv, "b:m:p:", help)) != -1;) {
        if (c == 'b')
            host = optarg;
        else if (c == 'm')
            mode = optarg;
        else
            service = optarg;
    }
    if (optind != argc)
        die_usage("'%s': takes options only", argv[optind]);
    if (mode && !is_mode(mode))
        die_usage("-m '%s': a mode is one, only, two or clash", mode);
    if (stop_on_signals() == -1)
        die("sigaction");

    struct pollfd listeners[LISTENERS_MAX];
    nfds_t count =
        mode ? listen_everywhere(mode, service, listeners) : listen_at(host, service, listeners);
    for (nfds_t i = 0; i < count; i++) {
        char text[ENDPOINT_TEXT_MAX];
        say("listening on %s", local_endpoint(listeners[i].fd, text));
    }
    while (!stop && poll(listeners, count, -1) != -1)
        for (nfds_t i = 0; i < count; i++)
            if (listeners[i].revents != 0)
                tell_client(listeners[i].fd);
    for (nfds_t i = 0; i < count; i++)
        close(listeners[i].fd);
    return EXIT_SUCCESS;
}
