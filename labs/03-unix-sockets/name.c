/* name.c - the address of a Unix socket; name.h says what the function promises. */
#include "name.h"

#include <stddef.h>
#include <string.h>

bool make_name(const char *text, struct sockaddr_un *addr, socklen_t *len)
{
    size_t bytes = strlen(text);
    if (bytes == 0 || bytes > NAME_MAX_BYTES || strcmp(text, "@") == 0)
        return false;
    memset(addr, 0, sizeof *addr);
    addr->sun_family = AF_UNIX;
    memcpy(addr->sun_path, text, bytes);
    *len = sizeof *addr; /* a path ends at its NUL, whatever follows */
    if (text[0] == '@') {
        /* A NUL in front makes the name abstract. Then every byte up to the length counts, so that
         * with sizeof *addr "door" would be another name than "door" (unix(7)). */
        addr->sun_path[0] = '\0';
        *len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + bytes);
    }
    return true;
}
