/* steer.c - chooses a socket by a classic BPF program; steer.h says what each function promises. */
#include "steer.h"

#include "addr.h"

#include <linux/filter.h>
#include <string.h>
#include <sys/socket.h>

enum { IPV4_HEADER = 20, INDEX_MAX = 65535 };

static const struct {
    const char *name;
    uint16_t load;
    uint32_t from;
} sources[] = {
    {"cpu/", BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_CPU)},
    /* An offset counts from behind the TCP or UDP header. So the ports are found from the other
     * side, from the beginning of the IP header, which has 20 bytes without options. */
    {"port/", BPF_LD | BPF_H | BPF_ABS, (uint32_t)(SKF_NET_OFF + IPV4_HEADER)},
    /* A SYN has no data. What is not there ends a program with 0: index 0, without an error. */
    {"data/", BPF_LD | BPF_H | BPF_ABS, 0},
};

bool parse_rule(const char *text, struct rule *rule)
{
    long number;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        size_t len = strlen(sources[i].name);
        if (strncmp(text, sources[i].name, len) != 0)
            continue;
        if (!parse_number(text + len, 1, INDEX_MAX, &number))
            return false;
        *rule = (struct rule){sources[i].load, sources[i].from, (uint32_t)number};
        return true;
    }
    if (!parse_number(text, 0, INDEX_MAX, &number))
        return false;
    *rule = (struct rule){BPF_LD | BPF_IMM, (uint32_t)number, INDEX_MAX + 1};
    return true;
}

int steer(int fd, const struct rule *rule)
{
    struct sock_filter code[] = {
        BPF_STMT(rule->load, rule->from),
        BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, rule->modulus),
        BPF_STMT(BPF_RET | BPF_A, 0),
    };
    struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program);
}
