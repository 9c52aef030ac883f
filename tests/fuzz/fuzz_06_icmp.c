/* fuzz_06_icmp.c - random packets for lab 06's parser.
 *
 * It must never read beyond the end (the packet is a heap block of exactly its size, watched by
 * AddressSanitizer), its data must lie inside the packet, and its verdict must be true: a packet
 * that it calls sound has a correct checksum, and it recognises what build_echo made. The first
 * byte of the input chooses the form, the next two are our identifier. */
// sources: labs/06-icmp-ping/icmp.c
#include "../../labs/06-icmp-ping/icmp.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

static void check(bool fact)
{
    if (!fact)
        abort();
}

/* What a caller may rely on, whatever the packet contains. */
static void check_message(const struct icmp_message *m, const uint8_t *packet, size_t len,
                          enum form form, unsigned own_id)
{
    if (m->verdict == TRUNCATED)
        return;
    size_t header = form == FORM_IP ? m->ip.header_len : 0;
    size_t end = form == FORM_IP ? m->ip.total_len : len;
    check(m->has_ip == (form == FORM_IP) && end <= len);
    check(m->data == packet + header + ECHO_HEADER_LEN && m->data + m->data_len == packet + end);
    bool sound = form == FORM_ICMP6 || internet_checksum(packet + header, end - header) == 0;
    check(sound == (m->verdict != BAD_CHECKSUM));
    if (m->verdict == REPLY || m->verdict == OWN_REQUEST || m->verdict == EXPIRED ||
        m->verdict == UNREACHABLE)
        check(m->id == own_id && m->seq <= 65535);
    if (m->verdict == WRONG_ID)
        check(m->id != own_id && m->type == reply_type(form));
    check(error_text(form, m->type, m->code) != NULL);
}

/* The parser reads back the echo message that build_echo made of these data. */
static void check_echo(const uint8_t *data, size_t len, unsigned id)
{
    uint8_t *packet = malloc(ECHO_HEADER_LEN + len);
    check(packet != NULL);
    size_t built = build_echo(packet, reply_type(FORM_ICMP), id, 7, data, len);
    struct icmp_message m = parse_icmp(packet, built, FORM_ICMP, id);
    check(m.verdict == REPLY && m.seq == 7 && m.data_len == len);
    check(memcmp(m.data, data, len) == 0);
    free(packet);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    if (len < 3)
        return 0;
    enum form form = (enum form)(data[0] % 3);
    unsigned own_id = data[1] * 256U + data[2];
    data += 3;
    len -= 3;
    uint8_t *packet = malloc(len > 0 ? len : 1);
    check(packet != NULL);
    memcpy(packet, data, len);
    for (int repaired = 0; repaired < 2; repaired++) {
        struct icmp_message m = parse_icmp(packet, len, form, own_id);
        check_message(&m, packet, len, form, own_id);
        if (m.verdict != BAD_CHECKSUM)
            break;
        /* A random packet never has a correct checksum: give it one, so that the rest is parsed. */
        uint8_t *icmp = packet + (form == FORM_IP ? m.ip.header_len : 0);
        icmp[2] = icmp[3] = 0;
        uint16_t sum = internet_checksum(icmp, (size_t)(m.data + m.data_len - icmp));
        icmp[2] = (uint8_t)(sum >> 8);
        icmp[3] = (uint8_t)sum;
    }
    check_echo(packet, len, own_id);
    free(packet);
    return 0;
}
