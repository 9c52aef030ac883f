/* mapped-address.c - a variant: an IPv6 socket at
 * ::ffff:127.0.0.1, which binds before it reads the journal. */
#include "bank.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static int journal_fd;

static void record(const struct deposit *d)
{
    char line[TEXT_MAX];
    if (write_all(journal_fd, line, (size_t)write_line(line, d)) == -1 ||
        fdatasync(journal_fd) == -1)
        die("the journal");
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    struct sockaddr_in6 where = {.sin6_family = AF_INET6, .sin6_port = htons(wish.port)};
    int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    inet_pton(AF_INET6, "::ffff:127.0.0.1", &where.sin6_addr);
    if (fd == -1 || bind(fd, (struct sockaddr *)&where, sizeof where) == -1)
        die("bind port %u", wish.port);
    journal_fd = open_journal(wish.journal, 0);
    serve(fd, record);
}
