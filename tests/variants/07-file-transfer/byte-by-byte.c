/* byte-by-byte.c - a right program: a recv and a write for each byte of a small file. */
#include "receiver.h"

static bool receive_bytes(int conn_fd, int file, uint32_t len)
{
    unsigned char data[65536];
    uint32_t most = len < 100 ? 1 : sizeof data;
    while (len > 0) {
        size_t want = len < most ? len : most;
        ssize_t n = recv(conn_fd, data, want, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0 || !write_whole(file, data, (size_t)n))
            return false;
        len -= (uint32_t)n;
    }
    return true;
}

static bool receive_by_bytes(int conn_fd, uint32_t len, const char *part, const char *path)
{
    int file = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file == -1)
        return false;
    bool good = receive_bytes(conn_fd, file, len) && fsync(file) == 0;
    return keep_or_remove(file, good, part, path);
}

int main(int argc, char *argv[])
{
    serve_one_by_one(argc, argv, receive_by_bytes);
}
