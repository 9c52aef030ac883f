/* label.h - what a frame says, in words: for every form that a ladder is drawn in.
 *
 * Nothing here prints, allocates or exits. All text is ASCII without control characters, whatever
 * the frame carries. */
#ifndef SOCKET_LABS_LABEL_H
#define SOCKET_LABS_LABEL_H

#include "flow.h"

/* Room for any text of these functions, the final NUL included. */
enum { LABEL_TEXT_MAX = 200 };

/* "TCP", "UDP" or "ICMP". A constant string. */
const char *protocol_name(unsigned protocol);

/* Takes one flag out of *flags and returns its name, or NULL when there is none left. */
const char *next_flag(unsigned *flags);

/* Takes one out of *remarks and returns what to say of it, "sent again" for instance, or NULL when
 * there is nothing more to say. */
const char *next_remark(unsigned *remarks);

/* Writes what a frame says, as it stands on its arrow, then its remarks in brackets:
 * "PSH,ACK seq=1 ack=1 len=6 \"hello\\n\" (sent again)". Its data are cut to fit `columns`, which
 * are fewer than LABEL_TEXT_MAX. */
const char *draw_label(const struct frame *frame, const struct step *step, size_t columns,
                       char text[static LABEL_TEXT_MAX]);

/* The same without the remarks, for those who show them elsewhere. */
const char *draw_plain_label(const struct frame *frame, const struct step *step, size_t columns,
                             char text[static LABEL_TEXT_MAX]);

#endif
