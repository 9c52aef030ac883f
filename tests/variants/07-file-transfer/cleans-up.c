/* cleans-up.c - a right program: removes what an earlier run has left as soon as it
 * starts, and its file is opened so that each write is on the disk when it returns. */
#include "receiver.h"

static bool receive_through(int conn_fd, uint32_t len, const char *part, const char *path)
{
    int file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_SYNC, 0666);
    return file != -1 && keep_or_remove(file, receive_body(conn_fd, file, len), part, path);
}

int main(int argc, char *argv[])
{
    char part[PATH_MAX];
    struct wishes wish = parse_wishes(argc, argv);
    name_part(part, wish.path, ".part");
    unlink(part);
    optind = 1;
    serve_one_by_one(argc, argv, receive_through);
}
