/* delivery.c - the sender's part of the protocol; delivery.h says what it promises. */
#include "delivery.h"

#include "diag.h"
#include "io.h"
#include "mover.h"
#include "reason.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* Sends the offer. Returns how much of the file the receiver has. */
static uint64_t announce(int fd, const struct offer *offer, long patience)
{
    char reason[REASON_MAX];
    unsigned char data[OFFER_LEN];
    uint64_t have = 0;
    if (send_all(fd, data, encode_offer(offer, data)) == -1)
        die_plain("no receiver: %s", describe_reason(errno, patience, reason));
    say("announced %" PRIu64 " bytes", offer->len);
    if (!offer->resumable)
        return 0;
    if (recv_answer(fd, offer->len, &have) == -1)
        die_plain("no answer to -c, %s: does the receiver have -c, too?",
                  describe_reason(errno, patience, reason));
    say("the receiver has %" PRIu64 " of them", have);
    return have;
}

static void send_body(int fd, int file, uint64_t len, uint64_t have, const struct manner *manner)
{
    char reason[REASON_MAX];
    struct progress progress;
    struct mover mover;
    if (lseek(file, (off_t)have, SEEK_SET) == -1 ||
        start_mover(&mover, manner->way, manner->chunk, &progress) == -1)
        die("%s", way_name(manner->way));
    start_progress(&progress, have, len);
    int result = move_bytes(&mover, file, fd, len - have), error = errno;
    end_progress(&progress);
    if (result == -1 && error == ENODATA)
        die_plain("the file has become shorter: sent %" PRIu64 " of %" PRIu64 " bytes",
                  have + mover.done, len);
    if (result == -1)
        die_plain("gave up after %" PRIu64 " of %" PRIu64 " bytes: %s", have + mover.done, len,
                  describe_reason(error, manner->patience, reason));
    say("sent %" PRIu64 " bytes by %s", mover.done, way_name(manner->way));
    end_mover(&mover);
}

static void await_thanks(int fd, long patience)
{
    char answer[THANKS_LEN + 1] = "", reason[REASON_MAX];
    ssize_t n = recv_exact(fd, answer, THANKS_LEN);
    if (n == -1)
        die_plain("no thanks: %s", describe_reason(errno, patience, reason));
    if (strcmp(answer, THANKS) != 0)
        die_plain("no thanks: the receiver closed, so it may have kept nothing");
    say("the receiver answered \"%s\"", answer);
}

void deliver(int fd, int file, const struct offer *offer, const struct manner *manner)
{
    uint64_t have = announce(fd, offer, manner->patience);
    send_body(fd, file, offer->len, have, manner);
    await_thanks(fd, manner->patience);
}
