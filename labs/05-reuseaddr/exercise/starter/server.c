/* server.c - the restartable server: it numbers its
 * clients, and you can start it again at any time.
 *
 * What it must do is in ../README.md under "Exercise". Check it with: scripts/lab check 05
 */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]\n"
                           "Sends each client its number and closes the connection first.";

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5005;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);

    /* Your code starts here. Listen on 127.0.0.1 and the port. A
     * restart must work at once, but a second live server must not.
     * Send each client "hello N\n" and close first. Stop on SIGTERM. */
    die_plain("nothing listens on port %ld yet: the exercise starts here", port);
}
