/* fdset.c - lab 08: puts a descriptor into the set that
 * select(2) takes, and looks at what stands behind it.
 *
 * Shows:      that an fd_set has room for the descriptors 0 to
 *             1023 and no more; and that FD_SET does not say so.
 * Run this:   ./fdset -u 1100
 * See this:   fdset: descriptor 1100: 0 in the set, 1 outside of it
 * Try:        ./fdset 1100, which ends by SIGABRT because our
 *             Makefile sets _FORTIFY_SOURCE; 1023, 1024.
 *
 * BUG ON PURPOSE: it gives FD_SET a descriptor beyond FD_SETSIZE. The cure is poll, as in poll.c.
 */
#include "addr.h"
#include "diag.h"

#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

static const char help[] =
    "usage: fdset [-uv] DESCRIPTOR\n"
    "Puts a descriptor, 0 to 8191, into an fd_set, and counts the bits that it set.\n\n"
    "  -u  unchecked: as FD_SET does it without -D_FORTIFY_SOURCE\n"
    "  -v  print how large an fd_set is\n"
    "  -h  print this help";

/* What happens to stand behind a set in memory: in a server, the list of its clients perhaps. */
struct memory {
    fd_set set;
    unsigned char neighbour[1024 - sizeof(fd_set)];
};

/* An fd_set is an array of bits. This is all that FD_SET is: select(2). */
static void set_unchecked(unsigned char *bits, long fd)
{
    bits[fd / 8] = (unsigned char)(bits[fd / 8] | 1 << fd % 8);
}

static int count_bits(const unsigned char *bytes, size_t len)
{
    int count = 0;
    for (size_t i = 0; i < len; i++)
        for (int byte = bytes[i]; byte != 0; byte >>= 1)
            count += byte & 1;
    return count;
}

int main(int argc, char *argv[])
{
    diag_init("fdset");
    struct memory memory;
    bool unchecked = false;
    long fd;
    while (next_option(argc, argv, "u", help) != -1)
        unchecked = true;
    if (optind + 1 != argc || !parse_number(argv[optind], 0, 8191, &fd))
        die_usage("name one descriptor, 0 to 8191");
    trace("sizeof(fd_set) = %zu, FD_SETSIZE = %d", sizeof memory.set, FD_SETSIZE);
    memset(&memory, 0, sizeof memory);
    if (unchecked)
        set_unchecked((unsigned char *)&memory, fd);
    else
        FD_SET((int)fd, &memory.set);
    say("descriptor %ld: %d in the set, %d outside of it", fd,
        count_bits((unsigned char *)&memory.set, sizeof memory.set),
        count_bits(memory.neighbour, sizeof memory.neighbour));
    return EXIT_SUCCESS;
}
