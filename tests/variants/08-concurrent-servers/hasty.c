/* hasty.c - a right program: it refuses a name
 * as soon as it is too long, and waits for no newline. */
#include "chat.h"

static void read_hastily(struct member *m)
{
    if (!receive(m))
        return;
    if (m->name[0] || m->in_len <= NAME_MOST || memchr(m->in, '\n', NAME_MOST + 1))
        take_lines(m);
    else
        take_line(m, m->in, m->in_len); /* whatever follows, this is no name */
}

int main(int argc, char *argv[])
{
    chat(open_chat(argc, argv), read_hastily);
}
