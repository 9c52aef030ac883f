/* mapped.c - the file is mapped, and each packet is sent from two places (sendmsg). */
#include "sender.h"

#include <sys/mman.h>
#include <sys/uio.h>

static void fill_from(struct sender *s, char *data, size_t size)
{
    while (may_send(s)) {
        unsigned char header[HEADER_LEN];
        size_t from = (size_t)s->next * DATA_LEN, left = size > from ? size - from : 0;
        struct iovec parts[] = {{header, HEADER_LEN},
                                {left ? data + from : NULL, left < DATA_LEN ? left : DATA_LEN}};
        head(s, header);
        if (sendmsg(s->fd, &(struct msghdr){.msg_iov = parts, .msg_iovlen = 2}, 0) == -1)
            die("sendmsg");
    }
}

int main(int argc, char *argv[])
{
    struct sender s = begin(argc, argv);
    struct stat status;
    fstat(s.file_fd, &status);
    size_t size = (size_t)status.st_size;
    char *data = size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, s.file_fd, 0) : NULL;
    if (data == MAP_FAILED)
        die("mmap");
    while (!done(&s)) {
        fill_from(&s, data, size);
        bool news = false;
        double until = now_ms() + s.rto;
        for (double left; !news && (left = until - now_ms()) > 0;) {
            unsigned char ack[64];
            if (poll(&(struct pollfd){.fd = s.fd, .events = POLLIN}, 1, (int)left + 1) <= 0)
                continue;
            ssize_t n = read(s.fd, ack, sizeof ack);
            if (n == -1)
                die("read");
            news = take(&s, ack, n);
        }
        if (!news)
            timed_out(&s);
    }
    return EXIT_SUCCESS;
}
