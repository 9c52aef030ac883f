/* nameless.c - a right program: a file without a name
 * (O_TMPFILE), which linkat(2) gives one, and then rename. */
#include "receiver.h"

static bool receive_nameless(int conn_fd, uint32_t len, const char *part, const char *path)
{
    char self[64], folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1,
             slash ? path : ".");
    int file = open(folder, O_WRONLY | O_TMPFILE, 0666);
    if (file == -1)
        return false;
    bool good = receive_body(conn_fd, file, len) && fsync(file) == 0;
    unlink(part); /* of an earlier run */
    snprintf(self, sizeof self, "/proc/self/fd/%d", file);
    good = good && linkat(AT_FDCWD, self, AT_FDCWD, part, AT_SYMLINK_FOLLOW) == 0;
    return keep_or_remove(file, good, part, path);
}

int main(int argc, char *argv[])
{
    serve_one_by_one(argc, argv, receive_nameless);
}
