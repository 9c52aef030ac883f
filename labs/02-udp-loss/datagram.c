/* datagram.c - writes and reads the header of a datagram; datagram.h shows its two forms. */
#include "datagram.h"

#include <stdio.h>
#include <string.h>

void write_header(unsigned char data[static HEADER_LEN], const char form[static 2], uint16_t number)
{
    data[0] = (unsigned char)form[0];
    data[1] = (unsigned char)form[1];
    data[2] = (unsigned char)(number >> 8);
    data[3] = (unsigned char)number;
}

const char *describe_datagram(const struct datagram *datagram, char text[static DATAGRAM_TEXT_MAX])
{
    const unsigned char *data = datagram->data;
    char number[16] = "no number", cut[40] = "";
    /* The length first: what lies beyond it is left over from an earlier datagram. */
    if (datagram->kept >= HEADER_LEN && memcmp(data, "N#", 2) == 0)
        snprintf(number, sizeof number, "number %d", data[2] << 8 | data[3]);
    if (datagram->len > datagram->kept)
        snprintf(cut, sizeof cut, " (%zu kept: MSG_TRUNC)", datagram->kept);
    snprintf(text, DATAGRAM_TEXT_MAX, "%s, %zu bytes%s", number, datagram->len, cut);
    return text;
}
