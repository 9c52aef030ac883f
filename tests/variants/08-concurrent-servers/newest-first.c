/* newest-first.c - a right program: it accepts first, then serves from the last member to the
 * first, and never asks whether there is something to read: it tries. */
#include "chat.h"

int main(int argc, char *argv[])
{
    static struct pollfd watch[MEMBERS_MOST + 1];
    int listen_fd = open_chat(argc, argv);
    for (;;) {
        wait_for_any(listen_fd, watch);
        accept_all(listen_fd);
        for (size_t i = count; i-- > 0;)
            read_member(members[i]);
        for (size_t i = count; i-- > 0;)
            send_waiting(members[i]);
        remove_gone();
    }
}
