/* capture.c - the packet socket and its ring; capture.h describes each function. */
#include "capture.h"
#include "link.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    BLOCKS_MAX = 32,          /* 32 MiB: room for some 200,000 small frames */
    RETIRE_MILLISECONDS = 10, /* after this, we get a block although it is not full */
};

/* A frame's sender follows its header, at the next multiple of 16. The header's length is one. */
_Static_assert(sizeof(struct tpacket3_hdr) % TPACKET_ALIGNMENT == 0, "no gap behind the header");

/* The ring is a row of blocks. The kernel fills a block, and sets a bit in its status: then the
 * block is ours, until we clear the bit. */
static struct tpacket_block_desc *block_at(const struct capture *c, unsigned block)
{
    void *bytes = c->ring + (size_t)block * CAPTURE_BLOCK;
    return bytes;
}

static bool is_ours(const struct capture *c, unsigned block)
{
    return __atomic_load_n(&block_at(c, block)->hdr.bh1.block_status, __ATOMIC_ACQUIRE) &
           TP_STATUS_USER;
}

/* Asks for the ring. If memory is short, it tries half the size, and half of that. */
static int make_ring(struct capture *c)
{
    if (setsockopt(c->fd, SOL_PACKET, PACKET_VERSION, &(int){TPACKET_V3}, sizeof(int)) == -1)
        return -1;
    for (c->blocks = BLOCKS_MAX; c->blocks > 0; c->blocks /= 2) {
        struct tpacket_req3 ring = {.tp_block_size = CAPTURE_BLOCK,
                                    .tp_block_nr = c->blocks,
                                    .tp_frame_size =
                                        2048, /* must be set, but version 3 ignores it */
                                    .tp_frame_nr = c->blocks * (CAPTURE_BLOCK / 2048),
                                    .tp_retire_blk_tov = RETIRE_MILLISECONDS};
        if (setsockopt(c->fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof ring) == 0)
            break;
        if (errno != ENOMEM)
            return -1;
    }
    if (c->blocks == 0)
        return -1;
    void *ring =
        mmap(NULL, (size_t)c->blocks * CAPTURE_BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd, 0);
    if (ring == MAP_FAILED)
        return -1;
    c->ring = ring;
    return 0;
}

/* On a loopback each frame goes out and comes in again. We want it once, on its way in. */
static int find_interface(struct capture *c, const char *name, struct sockaddr_ll *where)
{
    struct ifreq request = {0};
    c->link = LINK_ETHERNET;
    if (strcmp(name, "any") == 0) {
        c->all = true;
        return 0;
    }
    where->sll_ifindex = (int)if_nametoindex(name);
    if (where->sll_ifindex == 0)
        return -1;
    strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    if (ioctl(c->fd, SIOCGIFHWADDR, &request) == -1 ||
        link_of_hardware(request.ifr_hwaddr.sa_family, &c->link) == -1 ||
        ioctl(c->fd, SIOCGIFFLAGS, &request) == -1)
        return -1;
    int ignore = (request.ifr_flags & IFF_LOOPBACK) != 0;
    return setsockopt(c->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &ignore, sizeof ignore);
}

int open_capture(struct capture *c, const char *interface)
{
    *c = (struct capture){.fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)};
    /* Protocol 0 captures nothing yet. bind(2) names one when everything is ready. */
    struct sockaddr_ll where = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
    if (c->fd == -1 || find_interface(c, interface, &where) == -1 || make_ring(c) == -1)
        return -1;
    return bind(c->fd, (struct sockaddr *)&where, sizeof where);
}

/* Takes the next block. Returns false while the kernel is still filling it. */
static bool take_block(struct capture *c)
{
    if (!is_ours(c, c->block))
        return false;
    const struct tpacket_block_desc *block = block_at(c, c->block);
    c->holds = true;
    c->number++;
    c->left = block->hdr.bh1.num_pkts;
    c->next = (uint8_t *)block_at(c, c->block) + block->hdr.bh1.offset_to_first_pkt;
    return true;
}

static void give_block_back(struct capture *c)
{
    __atomic_store_n(&block_at(c, c->block)->hdr.bh1.block_status, TP_STATUS_KERNEL,
                     __ATOMIC_RELEASE);
    c->block = (c->block + 1) % c->blocks;
    c->holds = false;
}

/* For "any": skips what the loopback shows twice, and frames that do not begin like Ethernet's. */
static bool is_left_out(const struct capture *c, const struct sockaddr_ll *from)
{
    if (!c->all)
        return false;
    return from->sll_hatype == ARPHRD_LOOPBACK ? from->sll_pkttype == PACKET_OUTGOING
                                               : from->sll_hatype != ARPHRD_ETHER;
}

bool next_captured(struct capture *c, struct captured *frame)
{
    for (;;) {
        if (c->holds && c->left == 0)
            give_block_back(c);
        if (!c->holds && !take_block(c))
            return false;
        if (c->left == 0)
            continue;
        const struct tpacket3_hdr *header = (const void *)c->next;
        const struct sockaddr_ll *from = (const void *)(header + 1);
        *frame = (struct captured){.at = header->tp_sec * 1000000000LL + header->tp_nsec,
                                   .kept = header->tp_snaplen,
                                   .len = header->tp_len,
                                   .link = c->link,
                                   .bytes = c->next + header->tp_mac,
                                   .checksum_pending = header->tp_status & TP_STATUS_CSUMNOTREADY,
                                   .tagged = header->tp_status & TP_STATUS_VLAN_VALID,
                                   .tag = header->hv1.tp_vlan_tci};
        c->next += header->tp_next_offset;
        c->left--;
        c->taken++;
        if (!is_left_out(c, from))
            return true;
    }
}

unsigned count_blocks(const struct capture *c)
{
    unsigned count = 0;
    while (count < c->blocks && is_ours(c, (c->block + count) % c->blocks))
        count++;
    return count;
}

int count_captured(struct capture *c)
{
    struct tpacket_stats_v3 since_last; /* the kernel sets its counts back to 0 */
    socklen_t len = sizeof since_last;
    if (getsockopt(c->fd, SOL_PACKET, PACKET_STATISTICS, &since_last, &len) == -1)
        return -1;
    c->counted += since_last.tp_packets;
    c->dropped += since_last.tp_drops;
    return 0;
}

int capture_error(const struct capture *c)
{
    int error;
    socklen_t len = sizeof error;
    return getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1 ? errno : error;
}

void close_capture(struct capture *c)
{
    if (c->ring)
        munmap(c->ring, (size_t)c->blocks * CAPTURE_BLOCK);
    if (c->fd != -1)
        close(c->fd);
    *c = (struct capture){.fd = -1};
}
