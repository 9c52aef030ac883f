/* routers.c - plays the routers on a path, and the host at its end.
 * It answers each UDP probe that comes by an interface as it is told,
 * with true answers and false ones, and needs no time for that:
 *
 *     routers eth0 1 '11.0:protocol=6:from=10.0.9.9 11.0' 2 '' 3 '3.3'
 *
 * answers probe 1 (TTL 1) by an error about somebody else's TCP and then by the true one, is silent
 * about probe 2, and says of probe 3 that it has reached the host. It prints `ready`, and then for
 * each probe a line `probe TTL PORT SOURCE`. Checks of labs about ICMP use it. Its own host stops
 * forwarding packets, else that would answer too.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] =
    "usage: routers INTERFACE HOP ANSWERS [HOP ANSWERS]...\n"
    "HOP is the TTL of a probe, or + for all that are not named. ANSWERS are sent in their order:\n"
    "each is TYPE.CODE, and what is different in it:\n\n"
    "  :from=ADDRESS       it comes from there (10.0.HOP.2)\n"
    "  :options=WORDS      its IP header has so many words of options\n"
    "  :to=ADDRESS         it quotes another destination,\n"
    "  :protocol=NUMBER    another protocol,\n"
    "  :source=STEPS       a source port so much higher,\n"
    "  :port=STEPS         a destination port so much higher, or lower,\n"
    "  :ttl=NUMBER         another TTL,\n"
    "  :header=WORDS       a header that claims to be so long (below 5: then come the ports),\n"
    "  :quoted=WORDS       a header with so many words of options,\n"
    "  :more=BYTES         so many bytes after the UDP header (those of the probe, 512 at most)\n"
    "  :length=BYTES       the ICMP message ends after so many bytes\n"
    "  :after=MILLISECONDS it comes only after that time\n"
    "  :every=MILLISECONDS it comes again and again, until the next probe comes\n"
    "  :late               it comes only when the next probe comes";

/* A router quotes as much as fits into 576 bytes (RFC 1812, section 4.3.2.3): 24 are left for
 * options. */
enum { OPTIONS_MAX = 40, PROBE_HEADERS = 28, MORE_MAX = 512 };

static int packets, raw; /* from the first the probes come, to the second the answers go */

_Noreturn static void fail(const char *what)
{
    fprintf(stderr, "routers: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* An answer that waits: the text of it, and the probe that it is about. */
static struct waiting {
    const char *text;
    uint8_t probe[PROBE_HEADERS];
} late, steady;

/* The value of `:key=` in the answer, or `otherwise`. An answer ends at a blank. */
static const char *find(const char *answer, const char *key)
{
    size_t len = strlen(key);
    for (const char *at = answer; at && *at && *at != ' '; at++)
        if (*at == ':' && strncmp(at + 1, key, len) == 0)
            return at + 1 + len;
    return NULL;
}

static int number(const char *answer, const char *key, int otherwise)
{
    const char *at = find(answer, key);
    return at ? atoi(at) : otherwise;
}

static void set_address(const char *answer, const char *key, struct in_addr *address)
{
    const char *at = find(answer, key);
    char text[INET_ADDRSTRLEN] = "";
    if (at && (snprintf(text, sizeof text, "%.*s", (int)strcspn(at, ": "), at) < 0 ||
               inet_pton(AF_INET, text, address) != 1)) {
        fprintf(stderr, "routers: %s: not an address\n", text);
        exit(2);
    }
}

static uint16_t checksum(const uint8_t *data, size_t len)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < len; i++)
        sum += i % 2 ? data[i] : (uint32_t)data[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return htons((uint16_t)~sum);
}

/* Writes the quote of the probe, with what is different in it, and returns its length. */
static size_t write_quote(const char *answer, const uint8_t *probe, uint8_t *out)
{
    struct iphdr ip;
    struct udphdr udp;
    memcpy(&ip, probe, sizeof ip);
    memcpy(&udp, probe + sizeof ip, sizeof udp);
    int data = ntohs(udp.len) - (int)sizeof udp;
    data = data < 0 ? 0 : data > MORE_MAX ? MORE_MAX : data;
    size_t options = 4 * (size_t)number(answer, "quoted=", 0),
           more = (size_t)number(answer, "more=", data);
    ip.tot_len = htons((uint16_t)(ntohs(ip.tot_len) + options));
    ip.protocol = (uint8_t)number(answer, "protocol=", ip.protocol);
    ip.ttl = (uint8_t)number(answer, "ttl=", ip.ttl);
    struct in_addr to = {.s_addr = ip.daddr};
    set_address(answer, "to=", &to);
    ip.daddr = to.s_addr;
    udp.source = htons((uint16_t)(ntohs(udp.source) + number(answer, "source=", 0)));
    udp.dest = htons((uint16_t)(ntohs(udp.dest) + number(answer, "port=", 0)));
    memcpy(out, &ip, sizeof ip);
    long words = number(answer, "header=", 5 + (int)options / 4);
    out[0] = (uint8_t)(4 << 4 | words);
    memset(out + sizeof ip, 1, options); /* options of type 1 do nothing */
    memcpy(out + sizeof ip + options, &udp, sizeof udp);
    if (words < 5) /* so the ports seem to stand inside of it */
        memcpy(out + 4 * words, probe + sizeof ip, 4);
    memset(out + sizeof ip + options + sizeof udp, 0, more);
    return sizeof ip + options + sizeof udp + more;
}

static void send_answer(const char *answer, const uint8_t *probe)
{
    struct iphdr quoted, ip = {.version = 4, .ttl = 60, .protocol = IPPROTO_ICMP};
    memcpy(&quoted, probe, sizeof quoted);
    uint8_t packet[sizeof ip + OPTIONS_MAX + 1200];
    size_t header = sizeof ip + 4 * (size_t)number(answer, "options=", 0);
    uint8_t *icmp = packet + header;
    memset(packet, 1, header);
    memset(icmp, 0, 8);
    icmp[0] = (uint8_t)atoi(answer);
    const char *code = strchr(answer, '.');
    icmp[1] = (uint8_t)(code ? atoi(code + 1) : 0);
    size_t len = 8 + write_quote(answer, probe, icmp + 8);
    size_t cut = (size_t)number(answer, "length=", (int)len);
    len = cut < len ? cut : len;
    if (len >= 4) {
        uint16_t sum = checksum(icmp, len);
        memcpy(icmp + 2, &sum, 2);
    }
    struct in_addr from = {.s_addr = htonl(0x0a000002U | (uint32_t)quoted.ttl << 8)};
    set_address(answer, "from=", &from);
    ip.ihl = (header / 4) & 15;
    ip.tot_len = htons((uint16_t)(header + len));
    ip.saddr = from.s_addr;
    ip.daddr = quoted.saddr;
    memcpy(packet, &ip, sizeof ip);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = ip.daddr};
    poll(NULL, 0, number(answer, "after=", 0));
    if (sendto(raw, packet, header + len, 0, (struct sockaddr *)&to, sizeof to) == -1)
        fail("sendto");
}

/* The first answers that are given for the hop, or for all, or "". */
static const char *answers_for(int hop, char *words[])
{
    const char *others = NULL;
    for (; words[0] && words[1]; words += 2) {
        if (strcmp(words[0], "+") == 0)
            others = others ? others : words[1];
        else if (atoi(words[0]) == hop)
            return words[1];
    }
    return others ? others : "";
}

static void take_probe(const uint8_t *probe, char *words[])
{
    struct iphdr ip;
    struct udphdr udp;
    memcpy(&ip, probe, sizeof ip);
    memcpy(&udp, probe + sizeof ip, sizeof udp);
    printf("probe %d %d %d\n", ip.ttl, ntohs(udp.dest), ntohs(udp.source));
    if (late.text)
        send_answer(late.text, late.probe);
    late.text = steady.text = NULL;
    const char *answer = answers_for(ip.ttl, words);
    while (*answer) {
        struct waiting *wait = find(answer, "late")     ? &late
                               : find(answer, "every=") ? &steady
                                                        : NULL;
        if (wait) {
            wait->text = answer;
            memcpy(wait->probe, probe, PROBE_HEADERS);
        }
        if (wait != &late)
            send_answer(answer, probe);
        answer += strcspn(answer, " ");
        answer += strspn(answer, " ");
    }
}

int main(int argc, char *argv[])
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 4 || argc % 2 != 0) {
        fprintf(stderr, "%s\n", help);
        return 2;
    }
    struct sockaddr_ll where = {.sll_family = AF_PACKET, .sll_protocol = htons(0x0800)};
    where.sll_ifindex = (int)if_nametoindex(argv[1]);
    packets = socket(AF_PACKET, SOCK_DGRAM, 0);
    if (where.sll_ifindex == 0 || packets == -1 ||
        bind(packets, (struct sockaddr *)&where, sizeof where) == -1)
        fail(argv[1]);
    raw = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
    if (raw == -1)
        fail("socket");
    int forward = open("/proc/sys/net/ipv4/ip_forward", O_WRONLY);
    if (forward == -1 || write(forward, "0", 1) != 1)
        fail("ip_forward");
    puts("ready");
    for (;;) {
        struct pollfd wait = {.fd = packets, .events = POLLIN};
        if (poll(&wait, 1, steady.text ? number(steady.text, "every=", 1) : -1) == 0 &&
            steady.text) {
            send_answer(steady.text, steady.probe);
            continue;
        }
        uint8_t probe[2048];
        struct sockaddr_ll from = {0};
        socklen_t from_len = sizeof from;
        ssize_t n = recvfrom(packets, probe, sizeof probe, 0, (struct sockaddr *)&from, &from_len);
        if (n >= PROBE_HEADERS && from.sll_pkttype != PACKET_OUTGOING && probe[0] == 0x45 &&
            probe[offsetof(struct iphdr, protocol)] == IPPROTO_UDP)
            take_probe(probe, argv + 2);
    }
}
