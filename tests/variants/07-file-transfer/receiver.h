/* receiver.h - what these receivers share. Each is of
 * another shape in one part, and has that part itself. */
#ifndef RECEIVER_H
#define RECEIVER_H

#include "diag.h"
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static const char help[] =
    "usage: server [-v] [-p PORT] [-t MILLISECONDS] -o FILE\n"
    "Receives files, one after the other, each under the name FILE.\n\n"
    "  -o FILE          the file's name\n"
    "  -p PORT          the port to bind on 127.0.0.1 (5007)\n"
    "  -t MILLISECONDS  how long a sender may be silent, 1 to 3600000 (10000)";

struct wishes {
    const char *path;
    long port, patience;
};

static inline struct wishes parse_wishes(int argc, char *argv[])
{
    struct wishes wish = {NULL, 5007, 10000};
    for (int c; (c = next_option(argc, argv, "o:p:t:", help)) != -1;) {
        if (c == 'o')
            wish.path = optarg;
        else if (c == 'p')
            wish.port = number_option(c, "a port", 0, 65535);
        else
            wish.patience = number_option(c, "a time in milliseconds", 1, 3600000);
    }
    if (!wish.path)
        die_usage("-o FILE, the file's name");
    return wish;
}

/* The name of the part: the path, and this ending. */
static inline void name_part(char part[PATH_MAX], const char *path, const char *ending)
{
    if (snprintf(part, PATH_MAX, "%s%s", path, ending) >= PATH_MAX)
        die_usage("-o FILE, the file's name");
}

static inline int listen_or_die(long port)
{
    char text[ENDPOINT_TEXT_MAX];
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on port %ld", port);
    say("listening on %s", local_endpoint(listen_fd, text));
    return listen_fd;
}

/* Reads exactly `len` bytes. Returns false if they do not come. */
static inline bool read_all(int fd, unsigned char *data, size_t len)
{
    size_t have = 0;
    while (have < len) {
        ssize_t n = recv(fd, data + have, len - have, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        have += (size_t)n;
    }
    return true;
}

static inline bool write_whole(int fd, const unsigned char *data, size_t len)
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
static inline bool receive_body(int conn_fd, int file, uint32_t len)
{
    unsigned char data[65536];
    while (len > 0) {
        size_t want = len < sizeof data ? len : sizeof data;
        ssize_t n = recv(conn_fd, data, want, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0 || !write_whole(file, data, (size_t)n))
            return false;
        len -= (uint32_t)n;
    }
    return true;
}

/* The folder's entry is in the folder, so that is what has to reach the disk. */
static inline bool sync_folder(const char *path)
{
    char folder[PATH_MAX] = ".";
    const char *slash = strrchr(path, '/');
    if (slash)
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path) + 1, path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY);
    bool good = fd != -1 && fsync(fd) == 0;
    if (fd != -1)
        close(fd);
    return good;
}

/* The end of each transfer: if it is `good`, the part becomes `path`, else it goes. */
static inline bool keep_or_remove(int file, bool good, const char *part, const char *path)
{
    if (close(file) == -1)
        good = false;
    if (!good || rename(part, path) == -1) {
        unlink(part);
        return false;
    }
    return sync_folder(path);
}

/* Receives a body of so many bytes into `part`, which
 * becomes `path` when it is whole and on the disk. */
typedef bool receiving(int conn_fd, uint32_t len, const char *part, const char *path);

static inline bool receive_file(int conn_fd, uint32_t len, const char *part, const char *path)
{
    int file = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file == -1)
        return false;
    bool good = receive_body(conn_fd, file, len) && fsync(file) == 0;
    return keep_or_remove(file, good, part, path);
}

static inline void serve_sender(int conn_fd, const char *part, const char *path, long patience,
                                receiving *receive)
{
    struct timeval limit = {patience / 1000, patience % 1000 * 1000};
    unsigned char header[4];
    uint32_t len;
    if (setsockopt(conn_fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == -1 ||
        !read_all(conn_fd, header, sizeof header))
        return;
    memcpy(&len, header, sizeof len);
    if (receive(conn_fd, ntohl(len), part, path))
        send(conn_fd, "Gracias", 7, MSG_NOSIGNAL); /* 7 bytes find room in an empty buffer */
}

/* A whole program that serves one sender after the other. */
static inline void serve_one_by_one(int argc, char *argv[], receiving *receive)
{
    diag_init("server");
    char part[PATH_MAX];
    struct wishes wish = parse_wishes(argc, argv);
    name_part(part, wish.path, ".part");
    int conn_fd, listen_fd = listen_or_die(wish.port);
    while ((conn_fd = accept_client(listen_fd, NULL)) != -1) {
        serve_sender(conn_fd, part, wish.path, wish.patience, receive);
        close(conn_fd);
    }
    die("accept");
}

#endif
