/* piece.c - opens a file that a client has named, and reads a piece of it. */
#include "piece.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int open_file(const unsigned char *name, size_t len)
{
    char path[NAME_LEN + 1];
    /* A client must not choose a folder, nor a hidden file, such as the server's key. */
    if (len == 0 || len > NAME_LEN || memchr(name, '/', len) || memchr(name, 0, len) ||
        name[0] == '.') {
        errno = EACCES;
        return -1;
    }
    snprintf(path, sizeof path, "%.*s", (int)len, (const char *)name);
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not stop the server */
}

ssize_t read_piece(int fd, uint32_t place, unsigned char piece[static PIECE_LEN])
{
    return pread(fd, piece, PIECE_LEN, place);
}
