/* whole-file.c - reads the whole file first, by
 * stdio, and makes all packets before it sends one. */
#include "sender.h"

#include <stdio.h>

int main(int argc, char *argv[])
{
    struct sender s = begin(argc, argv);
    FILE *file = fdopen(s.file_fd, "rb");
    unsigned char(*packets)[DATA_LEN] = calloc(s.packets, DATA_LEN);
    size_t *lengths = calloc(s.packets, sizeof *lengths);
    if (!file || !packets || !lengths)
        die("memory");
    for (uint32_t i = 0; i < s.packets; i++)
        lengths[i] = fread(packets[i], 1, DATA_LEN, file);
    while (!done(&s)) {
        while (may_send(&s)) {
            unsigned char packet[HEADER_LEN + DATA_LEN];
            size_t len = lengths[s.next];
            memcpy(packet + HEADER_LEN, packets[s.next], len);
            head(&s, packet);
            if (write(s.fd, packet, HEADER_LEN + len) == -1)
                die("write");
        }
        bool news = false;
        for (double until = now_ms() + s.rto, left; !news && (left = until - now_ms()) > 0;) {
            unsigned char ack[64];
            if (poll(&(struct pollfd){.fd = s.fd, .events = POLLIN}, 1, (int)left + 1) > 0) {
                ssize_t n = recvfrom(s.fd, ack, sizeof ack, 0, NULL, NULL);
                if (n == -1)
                    die("recvfrom");
                news = take(&s, ack, n);
            }
        }
        if (!news)
            timed_out(&s);
    }
    fclose(file);
    free(packets);
    free(lengths);
    return EXIT_SUCCESS;
}
