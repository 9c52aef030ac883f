/* web.c - lab 14: a small web server: the files below a folder, by HTTP/1.1.
 *
 * Shows:      what a server sees of its client, with a relay
 *             between them and without; and what a browser says.
 * Run this:   ./web
 *             curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:8014/Makefile
 * See this:   200
 * Try:        curl -v, and --path-as-is http://127.0.0.1:8014/../../README.md.
 *             Your browser can read it, too.
 */
#include "diag.h"
#include "io.h"
#include "net.h"
#include "visit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>

static const char help[] =
    "usage: web [-vx] [-p PORT] [FOLDER]\n"
    "Serves the files below FOLDER (.), to GET and HEAD.\n\n"
    "  -p PORT  the port to bind on 127.0.0.1, 0 to 65535; 0: the kernel chooses (8014)\n"
    "  -x       each connection begins with a line of the PROXY protocol\n"
    "  -v       print each accept with its result\n"
    "  -h       print this help";

static void *serve(void *arg)
{
    serve_visit(arg);
    return NULL;
}

static void begin_visit(int fd, int folder_fd, bool proxied, const struct endpoint *who)
{
    struct visit *visit = calloc(1, sizeof *visit);
    pthread_t thread;
    if (!visit)
        die("calloc");
    visit->fd = fd;
    visit->folder_fd = folder_fd;
    visit->proxied = proxied;
    format_endpoint(who, visit->client);
    errno = pthread_create(&thread, NULL, serve, visit);
    if (errno != 0)
        die("pthread_create");
    pthread_detach(thread);
}

int main(int argc, char *argv[])
{
    diag_init("web");
    bool proxied = false;
    uint16_t port = 8014;
    char text[ENDPOINT_TEXT_MAX];
    for (int c; (c = next_option(argc, argv, "p:x", help)) != -1;) {
        proxied |= c == 'x';
        if (c == 'p')
            port = (uint16_t)number_option(c, "a port", 0, 65535);
    }
    const char *folder = argv[optind] ? argv[optind] : ".";
    int folder_fd = open(folder, O_PATH | O_DIRECTORY);
    if (folder_fd == -1)
        die("open %s", folder);
    struct endpoint where = resolve_or_die("127.0.0.1", port), who;
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1 || stop_on_signals() == -1)
        die("listen on port %d", port);
    signal(SIGPIPE, SIG_IGN); /* sendfile has no MSG_NOSIGNAL */
    say("listening on %s", local_endpoint(listen_fd, text));
    for (int fd; (fd = accept_client(listen_fd, &who)) != -1;)
        begin_visit(fd, folder_fd, proxied, &who);
    if (!stop)
        die("accept");
    return EXIT_SUCCESS;
}
