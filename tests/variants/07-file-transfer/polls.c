/* polls.c - a right program: poll(2) before each recv instead of a socket option, and the calls with a folder. */
#include "diag.h"
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] =
    "usage: server [-v] [-p PORT] [-t MILLISECONDS] -o FILE\n"
    "Receives files, one after the other, each under the name FILE.\n\n"
    "  -o FILE          the file's name\n"
    "  -p PORT          the port to bind on 127.0.0.1 (5007)\n"
    "  -t MILLISECONDS  how long a sender may be silent, 1 to 3600000 (10000)";

/* recv, with a limit. */
static ssize_t recv_soon(int fd, void *data, size_t len, long patience)
{
    struct pollfd in = {.fd = fd, .events = POLLIN};
    return poll(&in, 1, (int)patience) == 1 ? recv(fd, data, len, 0) : -1;
}

/* Reads exactly `len` bytes. Returns false if they do not come. */
static bool read_all(int fd, unsigned char *data, size_t len, long patience)
{
    size_t have = 0;
    while (have < len) {
        ssize_t n = recv_soon(fd, data + have, len - have, patience);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        have += (size_t)n;
    }
    return true;
}

static bool write_whole(int fd, const unsigned char *data, size_t len)
{
    size_t done = 0;
    while (done < len) {
        ssize_t n = write(fd, data + done, len - done);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

/* Writes what comes to the file, until all `len` bytes are there. */
static bool receive_body(int conn_fd, int file, uint32_t len, long patience)
{
    unsigned char data[65536];
    while (len > 0) {
        size_t want = len < sizeof data ? len : sizeof data;
        ssize_t n = recv_soon(conn_fd, data, want, patience);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0 || !write_whole(file, data, (size_t)n))
            return false;
        len -= (uint32_t)n;
    }
    return true;
}

/* Receives the body into `part`, which becomes `name` when it is whole and on the disk. */
static bool receive_file(int conn_fd, uint32_t len, int folder, const char *part, const char *name,
                         long patience)
{
    int file = openat(folder, part, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file == -1)
        return false;
    bool good = receive_body(conn_fd, file, len, patience) && fsync(file) == 0;
    if (close(file) == -1)
        good = false;
    if (!good || renameat(folder, part, folder, name) == -1) {
        unlinkat(folder, part, 0);
        return false;
    }
    return fsync(folder) == 0;
}

static void serve_sender(int conn_fd, int folder, const char *part, const char *name, long patience)
{
    unsigned char header[4];
    uint32_t len;
    if (!read_all(conn_fd, header, sizeof header, patience))
        return;
    memcpy(&len, header, sizeof len);
    if (receive_file(conn_fd, ntohl(len), folder, part, name, patience))
        send(conn_fd, "Gracias", 7, MSG_NOSIGNAL); /* 7 bytes find room in an empty buffer */
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5007, patience = 10000;
    const char *path = NULL;
    char part[PATH_MAX], in[PATH_MAX];
    for (int c; (c = next_option(argc, argv, "o:p:t:", help)) != -1;) {
        if (c == 'o')
            path = optarg;
        else if (c == 'p')
            port = number_option(c, "a port", 0, 65535);
        else
            patience = number_option(c, "a time in milliseconds", 1, 3600000);
    }
    if (!path)
        die_usage("-o FILE, the file's name");
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    snprintf(part, sizeof part, ".%s.new", name);
    snprintf(in, sizeof in, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    int folder = open(in, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder == -1)
        die("open %s", in);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int conn_fd, listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on port %ld", port);
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s", local_endpoint(listen_fd, text));
    while ((conn_fd = accept_client(listen_fd, NULL)) != -1) {
        serve_sender(conn_fd, folder, part, name, patience);
        close(conn_fd);
    }
    die("accept");
}
