/* offer.c - how a transfer begins on the wire; offer.h says what each function promises. */
#include "offer.h"

#include "io.h"

#include <errno.h>
#include <string.h>

/* By shifting, which is right on every machine. */
static void put_number(unsigned char *to, uint64_t number, size_t len)
{
    while (len > 0) {
        to[--len] = (unsigned char)number;
        number >>= 8;
    }
}

static uint64_t get_number(const unsigned char *from, size_t len)
{
    uint64_t number = 0;
    while (len-- > 0)
        number = number << 8 | *from++;
    return number;
}

size_t encode_offer(const struct offer *offer, unsigned char data[static OFFER_LEN])
{
    if (!offer->resumable) {
        put_number(data, offer->len, HEADER_LEN);
        return HEADER_LEN;
    }
    put_number(data, LONG_OFFER, HEADER_LEN);
    put_number(data + HEADER_LEN, offer->len, 8);
    memcpy(data + HEADER_LEN + 8, offer->digest, DIGEST_LEN);
    return OFFER_LEN;
}

/* Receives `len` more bytes of an offer, in as many pieces as they come, and counts them. */
static int recv_part(int fd, struct offer *offer, unsigned char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = recv_some(fd, data, len);
        if (n == 0)
            errno = ENODATA;
        if (n <= 0)
            return -1;
        offer->came += (size_t)n;
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

int recv_offer(int fd, bool may_resume, struct offer *offer)
{
    unsigned char data[OFFER_LEN];
    *offer = (struct offer){0};
    if (recv_part(fd, offer, data, HEADER_LEN) == -1)
        return -1;
    offer->len = get_number(data, HEADER_LEN);
    offer->resumable = may_resume && offer->len == LONG_OFFER;
    if (!offer->resumable)
        return 0;
    if (recv_part(fd, offer, data + HEADER_LEN, OFFER_LEN - HEADER_LEN) == -1)
        return -1;
    offer->len = get_number(data + HEADER_LEN, 8);
    memcpy(offer->digest, data + HEADER_LEN + 8, DIGEST_LEN);
    return 0;
}

int send_answer(int fd, uint64_t have)
{
    unsigned char data[ANSWER_LEN];
    put_number(data, have, sizeof data);
    return send_all(fd, data, sizeof data);
}

int recv_answer(int fd, uint64_t most, uint64_t *have)
{
    unsigned char data[ANSWER_LEN];
    struct offer offer = {0};
    if (recv_part(fd, &offer, data, sizeof data) == -1)
        return -1;
    *have = get_number(data, sizeof data);
    errno = EPROTO;
    return *have <= most ? 0 : -1;
}
