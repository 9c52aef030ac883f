/* memory.c - a right program: takes the whole file into memory, as it comes, and writes it then. */
#include "receiver.h"

/* The buffer grows with what comes, not with what is announced. */
static unsigned char *collect_body(int conn_fd, size_t len)
{
    size_t room = 4096, have = 0;
    unsigned char *data = malloc(room);
    while (data && have < len) {
        if (have == room) {
            unsigned char *more = realloc(data, room *= 2);
            if (!more)
                break;
            data = more;
        }
        ssize_t n = recv(conn_fd, data + have, room < len ? room - have : len - have, 0);
        if (n <= 0)
            break;
        have += (size_t)n;
    }
    if (have == len)
        return data;
    free(data);
    return NULL;
}

static bool receive_in_memory(int conn_fd, uint32_t len, const char *part, const char *path)
{
    unsigned char *data = collect_body(conn_fd, len);
    if (!data)
        return false;
    int file = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file == -1) {
        free(data);
        return false;
    }
    bool good = write_whole(file, data, len) && fsync(file) == 0;
    free(data);
    return keep_or_remove(file, good, part, path);
}

int main(int argc, char *argv[])
{
    serve_one_by_one(argc, argv, receive_in_memory);
}
