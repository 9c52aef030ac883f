/* ordinary.c - datagrams and their options; ordinary.h describes the function. */
#include "ordinary.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Router alert (RFC 2113); a destination option that is nothing but padding (RFC 8200, 4.2). */
static int set_options(int fd, int family)
{
    static const unsigned char alert[] = {148, 4, 0, 0}, padding[] = {0, 0, 1, 4, 0, 0, 0, 0};
    if (family == AF_INET)
        return setsockopt(fd, IPPROTO_IP, IP_OPTIONS, alert, sizeof alert);
    return setsockopt(fd, IPPROTO_IPV6, IPV6_DSTOPTS, padding, sizeof padding);
}

/* Without -D the kernel may cut the packet, and sets no DF. */
static int set_whole(int fd, int family, bool whole)
{
    int four = whole ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT;
    int six = whole ? IPV6_PMTUDISC_DO : IPV6_PMTUDISC_DONT;
    if (family == AF_INET)
        return setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &four, sizeof four);
    return setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &six, sizeof six);
}

static int send_data(int fd, const struct endpoint *to, const struct message *message)
{
    char *data = malloc(message->size + 1);
    if (!data)
        return -1;
    size_t len = strnlen(message->data, message->size);
    memset(data, 'x', message->size);
    memcpy(data, message->data, len);
    ssize_t n = sendto(fd, data, message->size, 0, (const struct sockaddr *)&to->addr, to->len);
    free(data);
    return n == -1 ? -1 : 0;
}

int send_message(const struct endpoint *to, const struct message *message, bool options)
{
    int family = to->addr.ss_family;
    int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return -1;
    int result = set_whole(fd, family, message->whole);
    if (result == 0 && options)
        result = set_options(fd, family);
    if (result == 0)
        result = send_data(fd, to, message);
    int error = errno;
    close(fd);
    errno = error;
    return result;
}
