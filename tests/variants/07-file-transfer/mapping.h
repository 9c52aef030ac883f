/* mapping.h - what the receivers share that receive straight into
 * a mapped file. They differ in how it gets to the disk. */
#ifndef MAPPING_H
#define MAPPING_H

#include "receiver.h"

#include <sys/mman.h>

/* Brings a file of `len` bytes to the disk; `data` is where it is mapped, NULL if it is empty. */
typedef bool syncing(int file, void *data, size_t len);

/* Without posix_fallocate a full disk would be a SIGBUS. */
static inline bool receive_mapped_body(int conn_fd, int file, uint32_t len, syncing *sync_all)
{
    if (len == 0)
        return sync_all(file, NULL, 0);
    if (posix_fallocate(file, 0, len) != 0)
        return false;
    unsigned char *data = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (data == MAP_FAILED)
        return false;
    bool good = read_all(conn_fd, data, len) && sync_all(file, data, len);
    munmap(data, len);
    return good;
}

static inline bool receive_mapped(int conn_fd, uint32_t len, const char *part, const char *path,
                                  syncing *sync_all)
{
    int file = open(part, O_RDWR | O_CREAT | O_TRUNC, 0666);
    return file != -1 &&
           keep_or_remove(file, receive_mapped_body(conn_fd, file, len, sync_all), part, path);
}

#endif
