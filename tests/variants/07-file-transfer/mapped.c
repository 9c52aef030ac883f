/* mapped.c - a right program: reserves the room, maps the file, and receives straight into it. */
#include "receiver.h"

#include <sys/mman.h>

/* Without posix_fallocate a full disk would be a SIGBUS. */
static bool receive_mapped_body(int conn_fd, int file, uint32_t len)
{
    if (len == 0)
        return true;
    if (posix_fallocate(file, 0, len) != 0)
        return false;
    unsigned char *data = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (data == MAP_FAILED)
        return false;
    bool good = read_all(conn_fd, data, len);
    munmap(data, len);
    return good;
}

static bool receive_mapped(int conn_fd, uint32_t len, const char *part, const char *path)
{
    int file = open(part, O_RDWR | O_CREAT | O_TRUNC, 0666);
    if (file == -1)
        return false;
    bool good = receive_mapped_body(conn_fd, file, len) && fdatasync(file) == 0;
    return keep_or_remove(file, good, part, path);
}

int main(int argc, char *argv[])
{
    serve_one_by_one(argc, argv, receive_mapped);
}
