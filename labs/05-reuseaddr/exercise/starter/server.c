/* server.c - the restartable server: numbers its clients, and can start again at any time.
 *
 * What it must do is in ../README.md under "Exercise". Check it with: scripts/lab check 05
 */
#include "addr.h"
#include "diag.h"
#include "io.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]\n"
                           "Tells each client its number, and closes the connection first.";

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5005;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);

    /* Yours from here: listen on 127.0.0.1 and the port, so that a restart works at once and a second
     * live server does not; tell each client "hello N\n" and close first; stop on SIGTERM. */
    die_plain("nothing listens on port %ld yet: the exercise starts here", port);
}
