/* message.c - writes and reads a datagram; message.h shows its form. */
#include "message.h"

#include <string.h>

size_t pack_message(const struct message *message, unsigned char data[static MESSAGE_MAX])
{
    data[0] = message->type;
    data[1] = (unsigned char)(message->id >> 8);
    data[2] = (unsigned char)message->id;
    memcpy(data + HEAD_LEN, message->body, message->len);
    return HEAD_LEN + message->len;
}

bool unpack_message(const unsigned char *data, size_t len, struct message *message)
{
    if (len < HEAD_LEN || len > MESSAGE_MAX)
        return false;
    message->type = data[0];
    message->id = (uint16_t)(data[1] << 8 | data[2]);
    message->len = len - HEAD_LEN;
    memcpy(message->body, data + HEAD_LEN, message->len);
    return true;
}

void put_number(unsigned char data[static 4], uint32_t number)
{
    for (int i = 0; i < 4; i++)
        data[i] = (unsigned char)(number >> (24 - 8 * i));
}

uint32_t get_number(const unsigned char data[static 4])
{
    return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
}
