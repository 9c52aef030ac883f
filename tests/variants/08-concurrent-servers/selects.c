/* selects.c - a right program: select instead of poll. */
#include "chat.h"

#include <sys/select.h>

int main(int argc, char *argv[])
{
    int listen_fd = open_chat(argc, argv);
    for (;;) {
        fd_set readable, writable;
        int most = listen_fd;
        FD_ZERO(&readable);
        FD_ZERO(&writable);
        FD_SET(listen_fd, &readable);
        for (size_t i = 0; i < count; i++) {
            int fd = members[i]->fd;
            most = fd > most ? fd : most;
            FD_SET(fd, &readable);
            if (members[i]->out_len > 0)
                FD_SET(fd, &writable);
        }
        if (select(most + 1, &readable, &writable, NULL, NULL) == -1)
            continue;
        size_t before = count; /* those who come now were in no set */
        for (size_t i = 0; i < before; i++)
            if (FD_ISSET(members[i]->fd, &readable))
                read_member(members[i]);
        for (size_t i = 0; i < before; i++)
            send_waiting(members[i]);
        remove_gone();
        if (FD_ISSET(listen_fd, &readable))
            accept_all(listen_fd);
    }
}
