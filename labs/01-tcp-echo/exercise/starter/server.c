/* server.c - the shouting server, which sends back what it reads, with a to z as A to Z.
 *
 * Do not copy the echo server. Start from this empty main, and write it call by call. The section
 * "Exercise" of ../README.md says what it must do. Check it with: scripts/lab check 01
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

    /* Your code starts here. Listen on 127.0.0.1 and the port. Then, in a loop: accept a client,
     * shout back until its end of stream, and close. */
    die_plain("nothing listens on port %ld yet: the exercise starts here", port);
}
