/* server.c - the gap report: says which numbers came, got lost, came twice, came late.
 *
 * What it must do is in ../README.md under "Exercise". Begin with the socket and the answer to a
 * question; then one line of the report after the other. Check it with: scripts/lab check 02
 */
#include "addr.h"
#include "diag.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]\n"
                           "Receives numbered datagrams and reports on the gaps when asked.";

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5002;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);

    /* Yours from here: a datagram socket, bound to 127.0.0.1 and the port; then, for ever, receive
     * a datagram, find out whose and what it is, note it down, or answer it with the report. */
    die_plain("nothing is bound to port %ld yet: the exercise starts here", port);
}
