/* firewall.c - the netlink socket; firewall.h describes each function. */
#include "firewall.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MESSAGES_MAX = 1 << 16, BUFFER = 1 << 22 };

/* One request: listen to the group, with the first bytes of each packet, and without waiting until
 * there are several (QTHRESH). Each attribute begins at a multiple of 4. */
struct request {
    struct nlmsghdr header;
    struct nfgenmsg family;
    struct nlattr command_is;
    struct nfulnl_msg_config_cmd command;
    uint8_t gap[3];
    struct nlattr mode_is;
    struct nfulnl_msg_config_mode mode;
    uint8_t gap2[2];
    struct nlattr threshold_is;
    uint32_t threshold;
};

static struct nlattr attribute(uint16_t type, size_t len)
{
    return (struct nlattr){.nla_len = (uint16_t)(sizeof(struct nlattr) + len), .nla_type = type};
}

static int ask(int fd, uint16_t group)
{
    struct request r = {
        .header = {.nlmsg_len = sizeof r,
                   .nlmsg_type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
        .family = {.version = NFNETLINK_V0, .res_id = htons(group)},
        .command_is = attribute(NFULA_CFG_CMD, sizeof r.command),
        .command = {.command = NFULNL_CFG_CMD_BIND},
        .mode_is = attribute(NFULA_CFG_MODE, sizeof r.mode),
        .mode = {.copy_range = htonl(DROP_BYTES), .copy_mode = NFULNL_COPY_PACKET},
        .threshold_is = attribute(NFULA_CFG_QTHRESH, sizeof r.threshold),
        .threshold = htonl(1),
    };
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    struct {
        struct nlmsghdr header;
        struct nlmsgerr result;
    } answer = {0};
    if (sendto(fd, &r, sizeof r, 0, (struct sockaddr *)&kernel, sizeof kernel) == -1 ||
        recv(fd, &answer, sizeof answer, 0) == -1)
        return -1;
    errno = -answer.result.error; /* 0: it is done */
    return errno == 0 ? 0 : -1;
}

int open_firewall(struct firewall *f, uint16_t group)
{
    *f = (struct firewall){.fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER),
                           .drops = calloc(1, sizeof *f->drops)};
    /* Without ENOBUFS the socket goes on when its buffer is full. We count what it misses. */
    if (f->fd == -1 || !f->drops ||
        setsockopt(f->fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &(int){1}, sizeof(int)) == -1 ||
        setsockopt(f->fd, SOL_SOCKET, SO_RCVBUF, &(int){BUFFER}, sizeof(int)) == -1)
        return -1;
    return ask(f->fd, group);
}

int hear_firewall(struct firewall *f)
{
    static uint8_t messages[MESSAGES_MAX];
    uint32_t memory[SK_MEMINFO_VARS];
    socklen_t len = sizeof memory;
    ssize_t n;
    while ((n = recv(f->fd, messages, sizeof messages, MSG_DONTWAIT)) >= 0)
        add_drops(f->drops, messages, (size_t)n);
    if (errno != EAGAIN || getsockopt(f->fd, SOL_SOCKET, SO_MEMINFO, memory, &len) == -1)
        return -1;
    f->missed = memory[SK_MEMINFO_DROPS] + f->drops->forgotten;
    return 0;
}

/* The kernel shows a frame to packet sockets, and then goes on to the firewall, perhaps on another
 * processor at this moment. close(2) of a packet socket returns only when no processor is on such a
 * way any more, because that way might lead to it (synchronize_net in the kernel's
 * net/packet/af_packet.c). */
int hear_firewall_out(struct firewall *f)
{
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (fd == -1 || close(fd) == -1)
        return -1;
    return hear_firewall(f);
}

void close_firewall(struct firewall *f)
{
    if (f->fd != -1)
        close(f->fd);
    free(f->drops);
    *f = (struct firewall){.fd = -1};
}
