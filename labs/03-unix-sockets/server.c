/* server.c - lab 03: tells each client who it is, because the kernel knows.
 *
 * Shows:      a socket whose name is a file: its mode decides who may connect; SO_PEERCRED; the
 *             file that a killed server leaves behind; how unlink takes a name from a live server.
 * Run this:   ./server -v            and in a second terminal: ./client
 * See this:   server: client is pid 4711, uid 1000, gid 1000
 * Try:        kill -9 the server and start it again; then with -u; two servers, the second with -u.
 */
#include "diag.h"
#include "io.h"
#include "name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct options {
    const char *name;
    long mode; /* -1: whatever the umask leaves */
    bool unlink_first;
};

static const char help[] =
    "usage: server [-uv] [-s NAME] [-m MODE]\n"
    "Tells each client its process id, user id and group id.\n\n"
    "  -s NAME  a path, or @NAME for the abstract name NAME (whoami.sock)\n"
    "  -m MODE  the mode of the socket file, octal, 0 to 777 (what the umask leaves of 777)\n"
    "  -u       unlink NAME before bind, whoever may be using it\n"
    "  -v       tell each system call with its result\n"
    "  -h       this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.name = "whoami.sock", .mode = -1};
    for (int c; (c = next_option(argc, argv, "s:m:u", help)) != -1;) {
        if (c == 's')
            opt.name = optarg;
        else if (c == 'u')
            opt.unlink_first = true;
        else if (strspn(optarg, "01234567") != strlen(optarg) || !*optarg ||
                 (opt.mode = strtol(optarg, NULL, 8)) > 0777)
            die_usage("-m '%s': a mode is an octal number from 0 to 777", optarg);
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

static int open_listener(const struct options *opt)
{
    struct sockaddr_un addr;
    socklen_t len;
    if (!make_name(opt->name, &addr, &len))
        die_usage("-s %s: " NAME_RULE, opt->name, strlen(opt->name));
    int listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    trace("socket(AF_UNIX, SOCK_STREAM) = %d", listen_fd);
    if (listen_fd == -1)
        die("socket");
    int result;
    /* BUG ON PURPOSE: is anyone listening there? unlink(2) does not ask. Leave out -u. */
    if (opt->unlink_first) {
        result = unlink(opt->name);
        trace("unlink(%s) = %d", opt->name, result);
    }
    /* bind makes the file, with the mode 0777 less the bits of the umask: so it never has a wider
     * mode than it shall have. A chmod(2) after bind comes too late for some client (unix(7)). */
    mode_t before = opt->mode == -1 ? 0 : umask(0777 & ~(mode_t)opt->mode);
    result = bind(listen_fd, (const struct sockaddr *)&addr, len);
    if (opt->mode != -1)
        umask(before);
    trace("bind(%d, %s, %u bytes) = %d", listen_fd, opt->name, (unsigned)len, result);
    if (result == -1)
        die("bind %s", opt->name);
    /* From bind to here connect(2) says ECONNREFUSED, as it does for a file that is left over. */
    result = listen(listen_fd, SOMAXCONN);
    trace("listen(%d) = %d", listen_fd, result);
    if (result == -1)
        die("listen %s", opt->name);
    return listen_fd;
}

/* What the kernel noted of the peer when it called connect(2). Nothing that the peer says, or does
 * later, changes it (SO_PEERCRED in unix(7)). Returns 0 or -1 with errno set. */
static int serve_client(int conn_fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    char text[100];
    if (getsockopt(conn_fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1)
        return -1;
    say("client is pid %d, uid %u, gid %u", peer.pid, peer.uid, peer.gid);
    int n = snprintf(text, sizeof text, "you are pid %d, uid %u, gid %u\n", peer.pid, peer.uid,
                     peer.gid);
    return send_all(conn_fd, text, (size_t)n);
}

static void serve(int listen_fd)
{
    while (!stop) {
        int conn_fd = accept(listen_fd, NULL, NULL);
        if (conn_fd == -1 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        trace("accept(%d) = %d", listen_fd, conn_fd);
        if (conn_fd == -1)
            die("accept");
        if (serve_client(conn_fd) == -1)
            say("lost the client: %s", errno_name(errno));
        close(conn_fd);
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct options opt = parse_options(argc, argv);
    if (stop_on_signals() == -1)
        die("sigaction");
    int listen_fd = open_listener(&opt);
    struct stat file;
    if (opt.name[0] == '@' || stat(opt.name, &file) == -1)
        say("listening on %s, which is no file", opt.name);
    else
        say("listening on %s, mode %04o", opt.name, file.st_mode & 07777u);
    serve(listen_fd);
    close(listen_fd);
    /* close(2) leaves the file; who made it takes it away. */
    if (opt.name[0] != '@')
        unlink(opt.name);
    say("stopped");
    return EXIT_SUCCESS;
}
