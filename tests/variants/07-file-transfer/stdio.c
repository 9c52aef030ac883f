/* stdio.c - a right program: fwrite, and fflush before fsync. */
#include "receiver.h"

/* Writes what comes to the file, until all `len` bytes are there. */
static bool print_body(int conn_fd, FILE *file, uint32_t len)
{
    unsigned char data[65536];
    while (len > 0) {
        size_t want = len < sizeof data ? len : sizeof data;
        ssize_t n = recv(conn_fd, data, want, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0 || fwrite(data, 1, (size_t)n, file) != (size_t)n)
            return false;
        len -= (uint32_t)n;
    }
    return true;
}

static bool receive_by_stdio(int conn_fd, uint32_t len, const char *part, const char *path)
{
    FILE *file = fopen(part, "wb");
    if (!file)
        return false;
    bool good = print_body(conn_fd, file, len) && fflush(file) == 0 && fsync(fileno(file)) == 0;
    if (fclose(file) != 0)
        good = false;
    if (!good || rename(part, path) == -1) {
        unlink(part);
        return false;
    }
    return sync_folder(path);
}

int main(int argc, char *argv[])
{
    serve_one_by_one(argc, argv, receive_by_stdio);
}
