/* msyncs.c - a right program: the file is memory, and msync(2) brings it to the disk. */
#include "receiver.h"

#include <sys/mman.h>

static bool receive_mapped_body(int conn_fd, int file, uint32_t len)
{
    if (len == 0)
        return fsync(file) == 0;
    if (posix_fallocate(file, 0, len) != 0)
        return false;
    unsigned char *data = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (data == MAP_FAILED)
        return false;
    bool good = read_all(conn_fd, data, len) && msync(data, len, MS_SYNC) == 0;
    munmap(data, len);
    return good;
}

static bool receive_mapped(int conn_fd, uint32_t len, const char *part, const char *path)
{
    int file = open(part, O_RDWR | O_CREAT | O_TRUNC, 0666);
    return file != -1 && keep_or_remove(file, receive_mapped_body(conn_fd, file, len), part, path);
}

int main(int argc, char *argv[])
{
    serve_one_by_one(argc, argv, receive_mapped);
}
