/* name.c - the address of a Unix socket; name.h says what each function promises. */
#include "name.h"

#include "diag.h"
#include "net.h"

#include <stddef.h>
#include <stdlib.h>
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
        /* A NUL in front makes the name abstract. Then every byte up to the length counts: with
         * sizeof *addr the name would be "door" and a hundred NULs (unix(7)). */
        addr->sun_path[0] = '\0';
        *len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + bytes);
    }
    return true;
}

void name_or_die(const char *text, struct sockaddr_un *addr, socklen_t *len)
{
    if (strcmp(text, "@") == 0)
        die_usage("-s @: an abstract name has at least one byte behind the @");
    if (!make_name(text, addr, len))
        die_usage(
            "-s %s: a Unix socket's name has 1 to %d bytes (sun_path in unix(7)), this one has %zu",
            text, NAME_MAX_BYTES, strlen(text));
}

long mode_or_die(const char *text)
{
    long mode = -1;
    if (*text && strspn(text, "01234567") == strlen(text))
        mode = strtol(text, NULL, 8);
    if (mode < 0 || mode > 0777)
        die_usage("-m '%s': a mode is an octal number from 0 to 777", text);
    return mode;
}

struct endpoint letters_address(const char *name, uint16_t udp_port)
{
    if (udp_port != 0)
        return resolve_or_die("127.0.0.1", udp_port);
    struct endpoint unix_socket = {0};
    name_or_die(name, (struct sockaddr_un *)&unix_socket.addr, &unix_socket.len);
    return unix_socket;
}
