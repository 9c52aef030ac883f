/* receiver.c - the calls of a UDP receiver; receiver.h says what each function promises. */
#include "receiver.h"

#include "diag.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int set_options(int fd, int buffer)
{
    if (buffer != SYSTEM_DEFAULT &&
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer) == -1)
        return -1;
    return setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &(int){1}, sizeof(int));
}

static int bind_to(int fd, const struct endpoint *where)
{
    char text[ENDPOINT_TEXT_MAX];
    int result = bind(fd, (const struct sockaddr *)&where->addr, where->len);
    trace("bind(%d, %s) = %d", fd, format_endpoint(where, text), result);
    return result;
}

/* No listen and no accept: one socket with an address takes the datagrams of every sender. */
int open_receiver(const struct endpoint *where, int buffer)
{
    int fd = socket(where->addr.ss_family, SOCK_DGRAM, 0);
    trace("socket(SOCK_DGRAM) = %d", fd);
    if (fd == -1)
        return -1;
    if (set_options(fd, buffer) == -1 || bind_to(fd, where) == -1) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

int buffer_size(int fd)
{
    int size;
    socklen_t len = sizeof size;
    return getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, &len) == -1 ? -1 : size;
}

/* The stamp comes beside the data, as a control message. There is none until the first drop. */
static uint32_t read_stamp(struct msghdr *msg)
{
    uint32_t drops = 0;
    struct cmsghdr *control = CMSG_FIRSTHDR(msg); /* we asked for one kind only */
    if (control && control->cmsg_level == SOL_SOCKET && control->cmsg_type == SO_RXQ_OVFL)
        memcpy(&drops, CMSG_DATA(control), sizeof drops);
    return drops;
}

int receive_datagram(int fd, int flags, size_t room, struct datagram *datagram)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof datagram->drops_before)];
    struct iovec into = {.iov_base = datagram->data, .iov_len = room};
    struct msghdr msg = {.msg_name = &datagram->from.addr,
                         .msg_namelen = sizeof datagram->from.addr,
                         .msg_iov = &into,
                         .msg_iovlen = 1,
                         .msg_control = control,
                         .msg_controllen = sizeof control};
    /* With MSG_TRUNC the result is the datagram's own length, even if it was cut (recv(2)). */
    ssize_t n = recvmsg(fd, &msg, flags | MSG_TRUNC);
    if (n == -1) {
        trace("recvmsg(%d) = -1 %s", fd, errno_name(errno));
        return -1;
    }
    trace("recvmsg(%d) = %zd", fd, n);
    datagram->len = (size_t)n;
    datagram->kept = datagram->len < room ? datagram->len : room;
    datagram->from.len = msg.msg_namelen;
    datagram->drops_before = read_stamp(&msg);
    return 0;
}

int count_drops(int fd, uint32_t *drops)
{
    uint32_t info[SK_MEMINFO_VARS] = {0};
    socklen_t len = sizeof info;
    if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len) == -1)
        return -1;
    *drops = info[SK_MEMINFO_DROPS];
    return 0;
}
