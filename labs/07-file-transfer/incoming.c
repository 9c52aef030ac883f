/* incoming.c - the receiver's part of the protocol; incoming.h says what it promises. */
#include "incoming.h"

#include "diag.h"
#include "io.h"
#include "mover.h"
#include "offer.h"
#include "reason.h"
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { MARK_LEN = 16 }; /* digits of the digest, in the name of a part */

/* Says why there is no file. */
static void refuse(const char *what, const struct mover *m, uint64_t have,
                   const struct offer *offer, const struct wishes *wish)
{
    int error = errno;
    char reason[REASON_MAX];
    say("%s after %" PRIu64 " of %" PRIu64 " bytes: %s", what, have + m->done, offer->len,
        describe_reason(error, wish->patience, reason));
}

/* Says how much is there, if asked, and moves the rest from the socket into the part, or to
 * /dev/null. */
static bool take_body(int fd, int into, uint64_t have, const struct offer *offer,
                      const struct wishes *wish)
{
    struct progress progress;
    struct mover mover;
    if (offer->resumable && send_answer(fd, have) == -1)
        return false;
    if (start_mover(&mover, wish->way, wish->chunk, &progress) == -1) {
        refuse("cannot begin", &mover, have, offer, wish);
        return false;
    }
    start_progress(&progress, have, offer->len);
    bool whole = move_bytes(&mover, fd, into, offer->len - have) == 0;
    int error = errno;
    end_progress(&progress);
    errno = error;
    if (!whole)
        refuse(mover.putting ? "cannot write" : "lost the sender", &mover, have, offer, wish);
    end_mover(&mover);
    return whole;
}

/* Prints the SHA-256 with -s. False if the sender has told us another one. */
static bool check_digest(const struct target *t, const struct offer *offer,
                         const struct wishes *wish)
{
    unsigned char digest[DIGEST_LEN];
    char text[DIGEST_TEXT_MAX];
    if (!wish->digest && !offer->resumable)
        return true;
    if (digest_file(t->fd, offer->len, digest) == -1) {
        say("cannot read what came: %s", errno_name(errno));
        return false;
    }
    if (wish->digest)
        say("SHA-256 %s", format_digest(digest, text));
    bool same = !offer->resumable || memcmp(digest, offer->digest, DIGEST_LEN) == 0;
    if (!same)
        say("not the file that was announced: threw it away");
    return same;
}

static void thank(int fd)
{
    if (send_all(fd, THANKS, THANKS_LEN) == -1)
        say("nobody to thank: %s", errno_name(errno));
}

/* Gives a whole part its name. */
static bool keep(struct target *t, const struct offer *offer, const struct wishes *wish)
{
    if (!check_digest(t, offer, wish))
        return false;
    if (commit_target(t) == -1) {
        say("cannot keep %s: %s", wish->path, errno_name(errno));
        return false;
    }
    say("%s: all %" PRIu64 " bytes, synced and renamed", wish->path, offer->len);
    return true;
}

static void take_file(int fd, struct target *t, const struct offer *offer,
                      const struct wishes *wish)
{
    bool too_much = t->have > offer->len; /* nobody's part has more bytes than the file */
    if (too_much && ftruncate(t->fd, 0) == 0)
        t->have = (uint64_t)lseek(t->fd, 0, SEEK_SET);
    bool came = take_body(fd, t->fd, t->have, offer, wish);
    if (came && keep(t, offer, wish)) {
        thank(fd);
        close_target(t);
    } else if (!came && offer->resumable) {
        say("kept %s for -c", t->part);
        close_target(t);
    } else
        discard_target(t);
}

static void take_nothing(int fd, const struct offer *offer, const struct wishes *wish)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere == -1)
        die("open /dev/null");
    if (take_body(fd, nowhere, 0, offer, wish)) {
        say("%" PRIu64 " bytes came, none kept", offer->len);
        thank(fd);
    }
    close(nowhere);
}

void receive_file(int fd, const struct wishes *wish)
{
    char reason[REASON_MAX], mark[DIGEST_TEXT_MAX];
    struct offer offer;
    struct target target;
    if (set_patience(fd, wish->patience) == -1)
        die("setsockopt SO_RCVTIMEO");
    if (recv_offer(fd, wish->resume, &offer) == -1) {
        say("lost the sender inside the header, after %zu bytes of it: %s", offer.came,
            describe_reason(errno, wish->patience, reason));
        return;
    }
    say("%" PRIu64 " bytes announced", offer.len);
    if (offer.len > wish->longest) {
        say("at most %" PRIu64 " bytes allowed: closing", wish->longest);
        return;
    }
    if (wish->nothing) {
        take_nothing(fd, &offer, wish);
        return;
    }
    format_digest(offer.digest, mark);
    mark[MARK_LEN] = '\0';
    if (open_target(&target, wish->path, offer.resumable ? mark : NULL) == -1) {
        say("cannot write beside %s: %s", wish->path, errno_name(errno));
        return;
    }
    take_file(fd, &target, &offer, wish);
}
