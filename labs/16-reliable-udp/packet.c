/* packet.c - the header of a packet; packet.h says what each function promises. */
#include "packet.h"

#include <stdio.h>

void write_packet(unsigned char bytes[static HEADER_LEN], struct packet packet)
{
    bytes[0] = (unsigned char)packet.kind;
    bytes[1] = '#';
    bytes[2] = (unsigned char)(packet.number >> 8);
    bytes[3] = (unsigned char)packet.number;
}

bool read_packet(const unsigned char *bytes, size_t len, struct packet *packet)
{
    if (len < HEADER_LEN || len > PACKET_MAX || bytes[1] != '#')
        return false;
    if (bytes[0] != 'D' && (len > HEADER_LEN || (bytes[0] != 'A' && bytes[0] != 'E')))
        return false; /* only data have more than a header */
    *packet = (struct packet){(char)bytes[0], (uint16_t)(bytes[2] << 8 | bytes[3])};
    return true;
}

const char *describe_packet(const unsigned char *bytes, size_t len,
                            char text[static PACKET_TEXT_MAX])
{
    struct packet packet;
    if (read_packet(bytes, len, &packet))
        snprintf(text, PACKET_TEXT_MAX, "%c %u", packet.kind, packet.number);
    else
        snprintf(text, PACKET_TEXT_MAX, "%zu bytes", len);
    return text;
}
