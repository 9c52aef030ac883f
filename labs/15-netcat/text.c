/* text.c - line ends and the commands of telnet; text.h says what each function promises. */
#include "text.h"

#include <arpa/telnet.h>

size_t lines_to_crlf(const char *data, size_t len, char *out, unsigned char *last)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (data[i] == '\n' && *last != '\r')
            out[n++] = '\r';
        out[n++] = data[i];
        *last = (unsigned char)data[i];
    }
    return n;
}

/* The byte after IAC. Returns true if it is a byte of data, 255, which is sent twice. */
static int after_iac(struct telnet *t, unsigned char byte)
{
    t->where = IN_DATA;
    if (byte >= WILL && byte <= DONT) { /* WILL, WONT, DO, DONT: 251 to 254 */
        t->verb = byte;
        t->where = AFTER_VERB;
    } else if (byte == SB)
        t->where = IN_SUB;
    return byte == IAC;
}

/* The option after WILL, WONT, DO or DONT. Returns
 * how many bytes of reply it has written: 3 or none. */
static size_t refuse(struct telnet *t, unsigned char option, char *reply)
{
    t->where = IN_DATA;
    if (t->verb != WILL && t->verb != DO)
        return 0;
    reply[0] = (char)IAC;
    reply[1] = (char)(t->verb == WILL ? DONT : WONT);
    reply[2] = (char)option;
    return 3;
}

size_t refuse_telnet(struct telnet *t, char *data, size_t *len, char *reply)
{
    size_t kept = 0, replied = 0;
    for (size_t i = 0; i < *len; i++) {
        unsigned char byte = (unsigned char)data[i];
        switch (t->where) {
        case IN_DATA:
            if (byte == IAC)
                t->where = AFTER_IAC;
            else
                data[kept++] = data[i];
            break;
        case AFTER_IAC:
            if (after_iac(t, byte))
                data[kept++] = data[i];
            break;
        case AFTER_VERB:
            replied += refuse(t, byte, reply + replied);
            break;
        case IN_SUB: /* what an option has to say: up to IAC SE, and nothing to us */
            if (byte == IAC)
                t->where = IN_SUB_AFTER_IAC;
            break;
        case IN_SUB_AFTER_IAC:
            t->where = byte == SE ? IN_DATA : IN_SUB;
            break;
        }
    }
    *len = kept;
    return replied;
}
