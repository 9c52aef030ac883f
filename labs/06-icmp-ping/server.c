/* server.c - lab 06: answers pings, in user space.
 * Run it as root inside ../../scripts/netbox -- bash.
 *
 * Shows:      that an echo reply is built by a program, byte by byte, as the kernel does it; and,
 *             with -m, the wrong answers that a ping must be ready for.
 * Run this:   ./server
 *             ./ping -c 1 -e 4711 127.0.0.1
 * See this:   server: echo request from 127.0.0.1, id 4711 seq 1, 56 bytes of data: answered
 * Try:        echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all and ping again: now the answer is
 *             ours. Then ./server -m damage, and look at what ping counts.
 */
#include "answer.h"
#include "diag.h"
#include "host.h"
#include "io.h"
#include "server_socket.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

struct options {
    enum mode mode;
    long every; /* misbehave at every request number `every` */
    bool quiet;
};

static const char help[] =
    "usage: server [-qv] [-m MODE] [-n NUMBER]\n"
    "Answers the ICMP echo requests that this host receives, by IPv4 and IPv6. Needs a raw "
    "socket.\n"
    "The kernel answers too, unless: echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all\n"
    "                           and: echo 1 >/proc/sys/net/ipv6/icmp/echo_ignore_all\n\n"
    "  -m MODE    misbehave ON PURPOSE:\n"
    "               duplicate  answer twice\n"
    "               wrong-id   answer with another identifier\n"
    "               damage     flip a bit after the checksum was computed (IPv4)\n"
    "               truncate   return half of the data\n"
    "               stump      send only 4 bytes, half a header\n"
    "               silent     do not answer\n"
    "  -n NUMBER  misbehave only at every NUMBERth request, 1 to 1000000 (1)\n"
    "  -q         print no line for each request\n"
    "  -v         print each system call with its result\n"
    "  -h         print this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.every = 1};
    for (int c; (c = next_option(argc, argv, "m:n:q", help)) != -1;) {
        if (c == 'm')
            opt.mode = find_mode(optarg);
        else if (c == 'n')
            opt.every = number_option(c, "a number", 1, 1000000);
        opt.quiet |= c == 'q';
        if (opt.mode == MODES)
            die_usage("-m '%s': there is no such mode", optarg);
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

static void report(const struct request *r, const struct icmp_message *echo, const char *what)
{
    char text[ENDPOINT_TEXT_MAX];
    say("echo request from %s, id %u seq %u, %zu bytes of data: %s", format_host(&r->from, text),
        echo->id, echo->seq, echo->data_len, what);
}

/* Takes one packet and answers it. `number` counts the requests. */
static void serve_request(int fd, enum form form, const struct options *opt, long *number)
{
    static struct request request; /* both are large */
    static uint8_t answer[PACKET_MAX];
    if (!receive_request(fd, &request))
        return; /* a signal: the caller looks at `stop` */
    struct icmp_message echo = parse_icmp(request.packet, request.len, form, 0);
    if (echo.verdict == TRUNCATED || echo.verdict == BAD_CHECKSUM) {
        report(&request, &echo, "damaged, not answered");
        return;
    }
    enum mode mode = ++*number % opt->every == 0 ? opt->mode : PROPER;
    size_t len = build_answer(answer, form, &echo, mode);
    int copies = mode == SILENT ? 0 : mode == DUPLICATE ? 2 : 1;
    bool sent = true;
    while (sent && copies-- > 0)
        sent = send_answer(fd, &request, answer, len);
    if (!sent)
        report(&request, &echo, errno_name(errno));
    else if (!opt->quiet)
        report(&request, &echo, mode == PROPER ? "answered" : mode_name(mode));
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct options opt = parse_options(argc, argv);
    struct pollfd fds[] = {{.fd = open_server_socket(AF_INET), .events = POLLIN},
                           {.fd = open_server_socket(AF_INET6), .events = POLLIN}};
    if (stop_on_signals() == -1)
        die("sigaction");
    if (kernel_answers())
        say("the kernel answers as well; -h says how to stop it");
    say("answering echo requests by IPv4%s%s%s", fds[1].fd == -1 ? "" : " and IPv6",
        opt.mode == PROPER ? "" : ", misbehaving: ", opt.mode == PROPER ? "" : mode_name(opt.mode));

    for (long number = 0; !stop;) {
        if (poll(fds, 2, -1) == -1)
            continue;
        if (fds[0].revents)
            serve_request(fds[0].fd, FORM_IP, &opt, &number);
        if (fds[1].revents)
            serve_request(fds[1].fd, FORM_ICMP6, &opt, &number);
    }
    say("stopped");
    return EXIT_SUCCESS;
}
