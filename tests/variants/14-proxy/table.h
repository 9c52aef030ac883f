/* table.h - the table of pairs, for the variants that have one loop for all. */
#ifndef SOCKET_LABS_VARIANT_TABLE_H
#define SOCKET_LABS_VARIANT_TABLE_H

#include "relay.h"

static struct pair *pairs[1024];
static size_t count;

/* Takes the next client, if there is one and a place for it. False if nobody waits. */
static inline bool take_client(int listen_fd)
{
    int fd = accept_client(listen_fd, NULL);
    if (fd == -1)
        return false;
    if (most_clients > 0 && count >= (size_t)most_clients)
        close(fd);
    else if (count < 1000 && (pairs[count] = new_pair(fd)) != NULL)
        count++;
    return true;
}

static inline void remove_over(void)
{
    for (size_t i = count; i-- > 0;)
        if (pairs[i]->over) {
            end_pair(pairs[i]);
            pairs[i] = pairs[--count];
        }
}

#endif
