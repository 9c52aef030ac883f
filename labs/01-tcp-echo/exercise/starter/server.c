/* server.c - the shouting server: sends back what it reads, with a to z as A to Z.
 *
 * Do not copy the echo server; write this one from an empty main, call by call. What it must do is
 * in ../README.md under "Exercise". Check it with: scripts/lab check 01
 */
#include "addr.h"
#include "diag.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]\n"
                           "Sends back what each client sends, in capitals.";

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5001;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);

    /* Yours from here: a socket, bound to 127.0.0.1 and the port, that listens; then, for ever,
     * accept a client, shout back until its end of stream, close. */
    die_plain("nothing listens on port %ld yet: the exercise starts here", port);
}
