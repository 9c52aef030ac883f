/* polls.c - a right program: poll(2) before each recv
 * instead of a socket option, and the calls with a folder. */
#include "receiver.h"

#include <poll.h>

/* recv, with a limit. */
static ssize_t recv_soon(int fd, void *data, size_t len, long patience)
{
    struct pollfd in = {.fd = fd, .events = POLLIN};
    return poll(&in, 1, (int)patience) == 1 ? recv(fd, data, len, 0) : -1;
}

/* Reads exactly `len` bytes. Returns false if they do not come. */
static bool read_all_soon(int fd, unsigned char *data, size_t len, long patience)
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

/* Writes what comes to the file, until all `len` bytes are there. */
static bool receive_body_soon(int conn_fd, int file, uint32_t len, long patience)
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
static bool receive_in_folder(int conn_fd, uint32_t len, int folder, const char *part,
                              const char *name, long patience)
{
    int file = openat(folder, part, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file == -1)
        return false;
    bool good = receive_body_soon(conn_fd, file, len, patience) && fsync(file) == 0;
    if (close(file) == -1)
        good = false;
    if (!good || renameat(folder, part, folder, name) == -1) {
        unlinkat(folder, part, 0);
        return false;
    }
    return fsync(folder) == 0;
}

static void serve_with_poll(int conn_fd, int folder, const char *part, const char *name,
                            long patience)
{
    unsigned char header[4];
    uint32_t len;
    if (!read_all_soon(conn_fd, header, sizeof header, patience))
        return;
    memcpy(&len, header, sizeof len);
    if (receive_in_folder(conn_fd, ntohl(len), folder, part, name, patience))
        send(conn_fd, "Gracias", 7, MSG_NOSIGNAL); /* 7 bytes find room in an empty buffer */
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    const char *path = wish.path;
    char part[PATH_MAX], in[PATH_MAX];
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    snprintf(part, sizeof part, ".%s.new", name);
    snprintf(in, sizeof in, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    int folder = open(in, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder == -1)
        die("open %s", in);
    int conn_fd, listen_fd = listen_or_die(wish.port);
    while ((conn_fd = accept_client(listen_fd, NULL)) != -1) {
        serve_with_poll(conn_fd, folder, part, name, wish.patience);
        close(conn_fd);
    }
    die("accept");
}
