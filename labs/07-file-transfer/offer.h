/* offer.h - how a transfer begins and ends on the wire.
 *
 * The protocol of the course notes: 4 bytes of length, the most significant
 * first, the file, and back comes "Gracias". With -c on both sides the sender
 * may offer more: 4 bytes of ff, 8 bytes of length and the file's SHA-256.
 * The receiver then answers with 8 bytes, how much of this very file it has. */
#ifndef SOCKET_LABS_OFFER_H
#define SOCKET_LABS_OFFER_H

#include "digest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HEADER_LEN = 4, OFFER_LEN = HEADER_LEN + 8 + DIGEST_LEN, ANSWER_LEN = 8, THANKS_LEN = 7 };

#define THANKS "Gracias"

/* The header that begins a long offer. No file without -c has this length. */
#define LONG_OFFER UINT32_C(0xffffffff)

struct offer {
    uint64_t len;
    bool resumable;                   /* a long offer */
    unsigned char digest[DIGEST_LEN]; /* of the whole file, if it is resumable */
    size_t came;                      /* bytes of the offer that have come, also when it failed */
};

/* Writes the offer as it goes on the wire to `data`.
 * Returns its length, HEADER_LEN or OFFER_LEN. */
size_t encode_offer(const struct offer *offer, unsigned char data[static OFFER_LEN]);

/* Receives an offer. Long ones only if `may_resume`: without, ff ff ff ff is a length like any
 * other. Returns 0, or -1 with errno set, which is ENODATA if the stream ended first. */
int recv_offer(int fd, bool may_resume, struct offer *offer);

/* The receiver's answer to a long offer: the number of bytes that it has. Both return 0, or -1 with
 * errno set. recv_answer fails with EPROTO if it is more than the `most` that it can be. */
int send_answer(int fd, uint64_t have);
int recv_answer(int fd, uint64_t most, uint64_t *have);

#endif
