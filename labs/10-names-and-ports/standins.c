/* standins.c - lab 10: plays six servers of the internet, as far as their first words.
 *
 * Shows:      a port is only a number: what a client meets
 *             behind it is what somebody has started there.
 * Run this:   ./standins
 *             ./client localhost smtp
 * See this:   client: it says: 220 mail.lab ESMTP
 * Try:        ./client -s 'GET / HTTP/1.0' localhost http, and the same line to localhost ssh.
 */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* Who speaks first is in each protocol's RFC. HTTP's server waits for the client (RFC 9112). */
static const struct standin {
    const char *service, *greeting, *answer;
} standins[] = {
    {"ftp", "220 ftp.lab FTP server ready\r\n", "530 Please log in first\r\n"},
    {"ssh", "SSH-2.0-lab\r\n", "Invalid SSH identification string.\r\n"},
    {"smtp", "220 mail.lab ESMTP\r\n", "250 mail.lab, pleased to meet you\r\n"},
    {"http", "", "HTTP/1.0 400 Bad Request\r\n"},
    {"pop3", "+OK POP3 server ready\r\n", "-ERR unknown command\r\n"},
    {"imap", "* OK IMAP4rev2 server ready\r\n", "* BAD unknown command\r\n"},
};

enum { STANDINS = sizeof standins / sizeof *standins };

static const char help[] =
    "usage: standins [-v]\n"
    "Plays servers of FTP, SSH, SMTP, HTTP, POP3 and IMAP: a greeting, and one answer.\n\n"
    "  -v  print what each call returns\n"
    "  -h  print this help";

static int open_service(const char *name)
{
    const struct servent *service = getservbyname(name, "tcp");
    if (!service)
        die_plain("/etc/services does not know %s", name);
    struct endpoint where = resolve_or_die("127.0.0.1", ntohs((uint16_t)service->s_port));
    int fd = tcp_listen(&where);
    if (fd == -1)
        die("listen on port %d, %s", ntohs((uint16_t)service->s_port), name);
    say("%s on port %d", name, ntohs((uint16_t)service->s_port));
    return fd;
}

/* Greets, waits for a line, or for the end, and answers.
 * One client at a time, so none may stay for long. */
static void serve_client(int conn_fd, const struct standin *standin)
{
    char line[512];
    struct timeval patience = {.tv_sec = 2};
    setsockopt(conn_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (send_all(conn_fd, standin->greeting, strlen(standin->greeting)) == -1)
        return;
    ssize_t got = recv_some(conn_fd, line, sizeof line);
    if (got > 0 || *standin->greeting == '\0')
        send_all(conn_fd, standin->answer, strlen(standin->answer));
    while (got > 0) /* what is left unread would make close() a reset (lab 12) */
        got = recv_some(conn_fd, line, sizeof line);
}

int main(int argc, char *argv[])
{
    diag_init("standins");
    next_option(argc, argv, "", help);
    if (optind != argc)
        die_usage("'%s': takes options only", argv[optind]);
    if (stop_on_signals() == -1)
        die("sigaction");
    struct pollfd listeners[STANDINS];
    for (int i = 0; i < STANDINS; i++)
        listeners[i] = (struct pollfd){.fd = open_service(standins[i].service), .events = POLLIN};
    while (!stop && poll(listeners, STANDINS, -1) != -1)
        for (int i = 0; i < STANDINS; i++) {
            int conn_fd = listeners[i].revents ? accept_client(listeners[i].fd, NULL) : -1;
            if (conn_fd == -1)
                continue;
            serve_client(conn_fd, &standins[i]);
            close(conn_fd);
        }
    return EXIT_SUCCESS;
}
