/* raw.c - raw and packet sockets; raw.h describes each function. */
#include "raw.h"

#include "forge.h"

#include <errno.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Sends all bytes by the socket, and closes it. Returns 0 or -1. */
static int send_and_close(int fd, const uint8_t *bytes, size_t len, const void *to,
                          socklen_t to_len)
{
    ssize_t n = len == 0 ? (errno = EMSGSIZE, -1) : sendto(fd, bytes, len, 0, to, to_len);
    int error = errno;
    close(fd);
    errno = error;
    return n == -1 ? -1 : 0;
}

/* Finds which address of ours the kernel would send from: the sum covers it, too. */
static int find_ends(const struct sockaddr_in *to, struct sockaddr_in ends[2])
{
    socklen_t len = sizeof ends[0];
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return -1;
    int result = connect(fd, (const struct sockaddr *)to, sizeof *to);
    if (result == 0)
        result = getsockname(fd, (struct sockaddr *)&ends[0], &len);
    ends[1] = *to;
    ends[0].sin_port = htons(30011); /* a fixed one, so that the sums are always the same */
    close(fd);
    return result;
}

static void swap_words(uint8_t *one, uint8_t *other)
{
    uint8_t word[2];
    memcpy(word, one, 2);
    memcpy(one, other, 2);
    memcpy(other, word, 2);
}

/* With DF set, a packet needs no identification, and gets 0: so all its bytes are known. */
static int open_raw(int protocol)
{
    int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, protocol), how = IP_PMTUDISC_DO;
    if (fd != -1)
        setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &how, sizeof how);
    return fd;
}

int send_udp(const struct sockaddr_in *to, const char *data, enum damage damage)
{
    uint8_t bytes[FORGED_MAX];
    struct sockaddr_in ends[2];
    if (find_ends(to, ends) == -1)
        return -1;
    int fd = open_raw(IPPROTO_UDP);
    if (fd == -1)
        return -1;
    size_t len = forge_udp(bytes, ends, data, damage != DAMAGE_NO_SUM);
    if (damage == DAMAGE_SWAP)
        swap_words(bytes + 10, bytes + 14);
    if (damage == DAMAGE_DIGIT)
        bytes[10] ^= 8;
    return send_and_close(fd, bytes, len, to, sizeof *to);
}

int send_flags(const struct sockaddr_in *to)
{
    uint8_t bytes[FORGED_MAX];
    struct sockaddr_in ends[2];
    if (find_ends(to, ends) == -1)
        return -1;
    int fd = open_raw(IPPROTO_TCP);
    if (fd == -1)
        return -1;
    return send_and_close(fd, bytes, forge_flags(bytes, ends), to, sizeof *to);
}

int send_vlan(const char *interface, unsigned tag, const char *data)
{
    uint8_t bytes[FORGED_MAX];
    struct ifreq request = {0};
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return -1;
    struct sockaddr_ll to = {.sll_family = AF_PACKET,
                             .sll_protocol = htons(ETHERTYPE_VLAN),
                             .sll_ifindex = (int)if_nametoindex(interface)};
    strncpy(request.ifr_name, interface, sizeof request.ifr_name - 1);
    if (ioctl(fd, SIOCGIFHWADDR, &request) == -1) {
        close(fd);
        return -1;
    }
    size_t len = forge_vlan(bytes, (const uint8_t *)request.ifr_hwaddr.sa_data, tag, data);
    return send_and_close(fd, bytes, len, &to, sizeof to);
}
