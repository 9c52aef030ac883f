/* label.h - what a frame says, in words: the text on its arrow, the same in every form of drawing.
 *
 * Whatever the frame carries, the text is ASCII without control characters. Nothing here prints,
 * allocates or exits. */
#ifndef SOCKET_LABS_LABEL_H
#define SOCKET_LABS_LABEL_H

#include "flow.h"

/* Room for what any of these functions writes, the final NUL included. */
enum { LABEL_TEXT_MAX = 200 };

/* "TCP", "UDP" or "ICMP". A constant string. */
const char *protocol_name(unsigned protocol);

/* Takes one flag out of *flags and returns its name; NULL when none is left. */
const char *next_flag(unsigned *flags);

/* Takes one remark out of *remarks and returns its text, "sent again" for instance; NULL when there
 * is nothing more to say. */
const char *next_remark(unsigned *remarks);

/* Writes the name of an ICMP message: "ICMP echo request". */
const char *icmp_name(const struct frame *frame, char text[static LABEL_TEXT_MAX]);

/* Writes the first bytes of the data in quotes, as C writes them: "hello\n". "" if there are none.
 * `columns` is at least 7, and less than LABEL_TEXT_MAX. */
const char *format_excerpt(const struct frame *frame, size_t columns,
                           char text[static LABEL_TEXT_MAX]);

/* Writes what stands on the frame's arrow: what it says, then the remarks in brackets:
 * "PSH,ACK seq=1 ack=1 len=6 \"hello\\n\" (sent again)". The data are cut to fit into `columns`,
 * which must be less than LABEL_TEXT_MAX. */
const char *draw_label(const struct frame *frame, const struct step *step, size_t columns,
                       char text[static LABEL_TEXT_MAX]);

/* The same without the remarks, for forms that show them elsewhere. */
const char *draw_plain_label(const struct frame *frame, const struct step *step, size_t columns,
                             char text[static LABEL_TEXT_MAX]);

#endif
