/* server.c - lab 03: sends each client its process id, user and group, which the kernel knows.
 *
 * Shows:      a socket whose name is a file, with a mode that decides who may connect; SO_PEERCRED;
 *             the file that a killed server leaves; how unlink takes a name from a live server.
 * Run this:   ./server -v
 *             ./client
 * See this:   server: client is pid 4711, ...
 * Try:        kill -9 the server and start it again; then with -u; two servers, the second with -u.
 */
#include "diag.h"
#include "io.h"
#include "name.h"
#include "net.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct options {
    const char *name;
    long mode; /* -1: what the umask leaves */
    bool unlink_first;
};

static const char help[] =
    "usage: server [-uv] [-s NAME] [-m MODE]\n"
    "Sends each client its process id, user id and group id.\n\n"
    "  -s NAME  a path, or @NAME for the abstract name NAME (whoami.sock)\n"
    "  -m MODE  the mode of the socket file, octal, 0 to 777 (what the umask leaves of 777)\n"
    "  -u       unlink NAME before bind, even if a server uses it\n"
    "  -v       print each system call with its result\n"
    "  -h       this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.name = "whoami.sock", .mode = -1};
    for (int c; (c = next_option(argc, argv, "s:m:u", help)) != -1;) {
        if (c == 's')
            opt.name = optarg;
        else if (c == 'u')
            opt.unlink_first = true;
        else
            opt.mode = mode_or_die(optarg);
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

static int open_listener(const struct options *opt)
{
    struct sockaddr_un addr;
    socklen_t len;
    name_or_die(opt->name, &addr, &len);
    int listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    trace("socket(AF_UNIX, SOCK_STREAM) = %d", listen_fd);
    if (listen_fd == -1)
        die("socket");
    /* BUG ON PURPOSE with -u: a server may be listening there, and unlink(2) does not ask. */
    if (opt->unlink_first && opt->name[0] != '@' && unlink(opt->name) == 0)
        trace("unlink(%s) = 0", opt->name);
    /* bind makes the file, with the mode 0777 less the bits of the umask. So set the umask first: a
     * chmod(2) after listen would come too late for a client that connects in between (unix(7)). */
    if (opt->mode != -1)
        umask(0777 & ~(mode_t)opt->mode);
    int result = bind(listen_fd, (const struct sockaddr *)&addr, len);
    trace("bind(%d, %s, %u bytes) = %d", listen_fd, opt->name, (unsigned)len, result);
    if (result == -1)
        die("bind %s", opt->name);
    /* Between bind and listen a client gets ECONNREFUSED, as it does from a stale file. */
    result = listen(listen_fd, SOMAXCONN);
    trace("listen(%d) = %d", listen_fd, result);
    if (result == -1)
        die("listen %s", opt->name);
    return listen_fd;
}

/* SO_PEERCRED is what the kernel noted when the peer called connect(2). Nothing that the peer says
 * or does later changes it (unix(7)). Returns 0 or -1 with errno set. */
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
    int conn_fd;
    while ((conn_fd = accept_client(listen_fd, NULL)) != -1) {
        if (serve_client(conn_fd) == -1)
            say("lost the client: %s", errno_name(errno));
        close(conn_fd);
    }
    if (errno != EINTR)
        die("accept");
    close(listen_fd);
    /* close(2) leaves the file there, so the server that made it removes it. */
    if (opt.name[0] != '@')
        unlink(opt.name);
    say("stopped");
    return 0;
}
