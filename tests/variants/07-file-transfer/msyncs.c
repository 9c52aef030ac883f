/* msyncs.c - a right program: the file is memory, and msync(2) brings it to the disk. */
#include "mapping.h"

static bool sync_mapped(int file, void *data, size_t len)
{
    return len > 0 ? msync(data, len, MS_SYNC) == 0 : fsync(file) == 0;
}

static bool receive(int conn_fd, uint32_t len, const char *part, const char *path)
{
    return receive_mapped(conn_fd, len, part, path, sync_mapped);
}

int main(int argc, char *argv[])
{
    serve_one_by_one(argc, argv, receive);
}
