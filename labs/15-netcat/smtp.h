/* smtp.h - the commands of mail, RFC 5321, as far as a
 * letter needs them. No socket here: a line in, a reply out. */
#ifndef SOCKET_LABS_SMTP_H
#define SOCKET_LABS_SMTP_H

#include <stdbool.h>
#include <stddef.h>

enum {
    REPLY_MAX = 160,
    PATH_MAX_SMTP = 257
}; /* a path has at most 256 characters: RFC 5321, 4.5.3.1.3 */

/* Where a client stands. Each step needs the one before: RFC 5321, 4.1.4. */
struct smtp {
    enum { NEW, GREETED, HAS_SENDER, HAS_RECIPIENT, IN_TEXT, HAS_QUIT } state;
    char sender[PATH_MAX_SMTP];    /* the last MAIL FROM, without <>; it may be empty */
    char recipient[PATH_MAX_SMTP]; /* the first RCPT TO */
    long recipients, lines;        /* of this letter */
};

/* Takes a line without its CR LF, and writes the reply into `reply`, without one: "" if there is
 * none, because this line is part of a letter's text. Returns true if the letter is complete, and
 * then sender, recipient and the two counts are about it. */
bool smtp_line(struct smtp *s, char *line, char reply[static REPLY_MAX]);

#endif
