/* dns.c - lab 10: a small DNS server, which knows a file, and can be slow or silent on purpose.
 *
 * Shows:      a query and its answer as RFC 1035 has them; what
 *             a program waits for when it asks a name.
 * Run this:   ./dns -p 5310
 * See this:   dns: answering on 127.0.0.1:5310
 * Try:        dig -p 5310 @127.0.0.1 www.lab AAAA, in another
 *             terminal. Then slow.lab, mute.lab, no.lab.
 */
#include "addr.h"
#include "diag.h"
#include "io.h"
#include "later.h"
#include "net.h"
#include "zone.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] = "usage: dns [-v] [-f FILE] [-p PORT]\n"
                           "Answers questions for names on 127.0.0.1, by UDP, from a file.\n\n"
                           "  -f FILE  lines NAME TYPE VALUE [MILLISECONDS] (etc/zone.lab)\n"
                           "  -p PORT  the port; 0: the kernel chooses (53)\n"
                           "  -v       print what each call returns\n"
                           "  -h       print this help";

enum { ANSWERS_MAX = 64 };

/* Reads one query. Returns true if `out` is now an answer to it. */
static bool take_query(int fd, const struct zone *zone, struct answer *out)
{
    uint8_t query[MESSAGE_MAX];
    struct question q;
    char said[MESSAGE_MAX] = "a broken question", from[ENDPOINT_TEXT_MAX];
    int wait_ms = 0;
    out->client.len = sizeof out->client.addr;
    ssize_t len = recvfrom(fd, query, sizeof query, 0, (struct sockaddr *)&out->client.addr,
                           &out->client.len);
    int result = len == -1 ? NO_ANSWER : parse_query(query, (size_t)len, &q);
    if (result == NO_ANSWER)
        return false;
    if (result == NO_ERROR)
        out->len = answer_from(zone, query, &q, out->bytes, &wait_ms, said);
    else
        out->len = begin_answer(query, &q, result, out->bytes);
    out->due_ms = now_ms() + wait_ms;
    say("%s asks %s of %s: %s%s", format_endpoint(&out->client, from), type_name(q.type),
        result == NO_ERROR ? q.name : "?", said, wait_ms > 0 ? ", later" : "");
    return out->len > 0;
}

static int open_socket(uint16_t port, char text[static ENDPOINT_TEXT_MAX])
{
    struct endpoint where = resolve_or_die("127.0.0.1", port);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (fd == -1)
        die("socket");
    if (bind(fd, (struct sockaddr *)&where.addr, where.len) == -1)
        die("bind %s", format_endpoint(&where, text));
    local_endpoint(fd, text);
    return fd;
}

static void load(const char *path, struct zone *zone)
{
    FILE *file = fopen(path, "r");
    int wrong = file ? read_zone(file, zone) : 0;
    if (!file || ferror(file))
        die("read %s", path);
    if (wrong != 0)
        die_plain("%s:%d: not NAME TYPE VALUE [MILLISECONDS], or one too many", path, wrong);
    fclose(file);
}

int main(int argc, char *argv[])
{
    diag_init("dns");
    static struct zone zone;
    static struct answer answers[ANSWERS_MAX];
    size_t count = 0;
    uint16_t port = 53;
    const char *path = "etc/zone.lab";
    char text[ENDPOINT_TEXT_MAX];
    for (int c; (c = next_option(argc, argv, "f:p:", help)) != -1;)
        if (c == 'f')
            path = optarg;
        else
            port = (uint16_t)number_option(c, "a port", 0, 65535);
    if (optind != argc)
        die_usage("'%s': takes options only", argv[optind]);

    load(path, &zone);
    if (stop_on_signals() == -1)
        die("sigaction");
    int fd = open_socket(port, text);
    say("answering on %s", text);
    while (!stop) {
        struct pollfd work = {.fd = fd, .events = count < ANSWERS_MAX ? POLLIN : 0};
        if (poll(&work, 1, send_due(fd, answers, &count)) == 1)
            count += take_query(fd, &zone, &answers[count]);
    }
    close(fd);
    return EXIT_SUCCESS;
}
