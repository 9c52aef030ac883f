/* place.c - ports of TCP and paths in a folder; place.h says what each function promises. */
#include "place.h"

#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

bool parse_place(const char *text, struct endpoint *place)
{
    char host[256];
    long port;
    struct sockaddr_un *un = (struct sockaddr_un *)&place->addr;
    memset(place, 0, sizeof *place);
    if (strchr(text, '/')) {
        if (strlen(text) >= sizeof un->sun_path)
            return false;
        un->sun_family = AF_UNIX;
        memcpy(un->sun_path, text, strlen(text));
        place->len = sizeof *un;
        return true;
    }
    const char *colon = strrchr(text, ':');
    if (!colon || (size_t)(colon - text) >= sizeof host ||
        !parse_number(colon + 1, 1, 65535, &port))
        return false;
    memcpy(host, text, (size_t)(colon - text));
    host[colon - text] = '\0';
    return resolve(host, (uint16_t)port, place) == 0;
}

const char *format_place(const struct endpoint *place, char text[static ENDPOINT_TEXT_MAX])
{
    const struct sockaddr_un *un = (const struct sockaddr_un *)&place->addr;
    if (place->addr.ss_family != AF_UNIX)
        return format_endpoint(place, text);
    snprintf(text, ENDPOINT_TEXT_MAX, "%.*s", ENDPOINT_TEXT_MAX - 1, un->sun_path);
    return text;
}

static int close_failed(int fd)
{
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int listen_at(const struct endpoint *place)
{
    int fd = place->addr.ss_family == AF_UNIX ? socket(AF_UNIX, SOCK_STREAM, 0) : tcp_listen(place);
    if (fd == -1)
        return -1;
    if (place->addr.ss_family == AF_UNIX &&
        (bind(fd, (const struct sockaddr *)&place->addr, place->len) == -1 ||
         listen(fd, SOMAXCONN) == -1))
        return close_failed(fd);
    return fcntl(fd, F_SETFL, O_NONBLOCK) == -1 ? close_failed(fd) : fd;
}

int begin_to_connect(const struct endpoint *place)
{
    int fd = socket(place->addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd == -1)
        return -1;
    if (connect(fd, (const struct sockaddr *)&place->addr, place->len) == -1 &&
        errno != EINPROGRESS)
        return close_failed(fd);
    return fd;
}
