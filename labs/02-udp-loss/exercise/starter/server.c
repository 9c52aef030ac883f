/* server.c - the gap report: reports which numbers came, were lost, came twice, or came late.
 *
 * What it must do is in ../README.md under "Exercise". Begin with the socket and the answer to a
 * question. Then add one counter after the other. Check it with: scripts/lab check 02
 */
#include "addr.h"
#include "diag.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]\n"
                           "Receives numbered datagrams, and reports the gaps when it is asked.";

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5002;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);

    /* Yours from here: bind a datagram socket to 127.0.0.1 and the port. Then, for ever, receive a
     * datagram, decide who sent it and what it is, and count it or answer it with the report. */
    die_plain("nothing is bound to port %ld yet: the exercise starts here", port);
}
