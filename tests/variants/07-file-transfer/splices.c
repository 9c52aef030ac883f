/* splices.c - a right program: splice(2) through a pipe; syncfs(2) for file and folder. */
#include "receiver.h"

/* Writes what comes to the file, until all `len` bytes are there. */
static bool splice_body(int conn_fd, int file, uint32_t len)
{
    int ends[2];
    if (pipe(ends) == -1)
        return false;
    while (len > 0) {
        ssize_t n = splice(conn_fd, NULL, ends[1], NULL, len, 0);
        for (ssize_t left = n, out; left > 0; left -= out)
            if ((out = splice(ends[0], NULL, file, NULL, (size_t)left, 0)) <= 0) {
                n = -1;
                break;
            }
        if (n <= 0)
            break;
        len -= (uint32_t)n;
    }
    close(ends[0]);
    close(ends[1]);
    return len == 0;
}

/* The folder's entry is in the folder, so that is what has to reach the disk. */
static bool sync_all_of(const char *path)
{
    char folder[PATH_MAX] = ".";
    const char *slash = strrchr(path, '/');
    if (slash)
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path) + 1, path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY);
    bool good = fd != -1 && syncfs(fd) == 0;
    if (fd != -1)
        close(fd);
    return good;
}

static bool receive_by_splice(int conn_fd, uint32_t len, const char *part, const char *path)
{
    int file = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file == -1)
        return false;
    bool good = splice_body(conn_fd, file, len) && syncfs(file) == 0;
    if (close(file) == -1)
        good = false;
    if (!good || rename(part, path) == -1) {
        unlink(part);
        return false;
    }
    return sync_all_of(path);
}

int main(int argc, char *argv[])
{
    serve_one_by_one(argc, argv, receive_by_splice);
}
