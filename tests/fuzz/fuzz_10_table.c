/* fuzz_10_table.c - random lines for lab 10's reader of /proc/net/tcp and tcp6.
 *
 * It must never read beyond the line (a heap block of exactly its size, under
 * AddressSanitizer), and whatever it takes for a socket can be printed. A
 * line that is made as the kernel makes it says what it was made of. */
// sources: labs/10-names-and-ports/table.c common/addr.c
#include "../../labs/10-names-and-ports/table.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

static void check(bool fact)
{
    if (!fact)
        abort();
}

static void check_row(const struct row *row)
{
    char *text = malloc(END_TEXT_MAX);
    check(text != NULL);
    check(strcmp(row->state, "?") == 0 || find_state(row->state) == row->state);
    check(strchr(name_end(&row->local, true, text), ':') != NULL);
    check(strchr(name_end(&row->remote, true, text), ':') != NULL);
    free(text);
}

/* Prints an address as the kernel does: each four bytes as a number of this machine. */
static void put_address(char out[static 33], const unsigned char *bytes, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        uint32_t word;
        memcpy(&word, bytes + 4 * i, 4);
        snprintf(out + 8 * i, 9, "%08X", (unsigned)word);
    }
}

/* The first 16 bytes are an address, then come a port, a state and a user. */
static void check_line(const unsigned char *data, size_t words)
{
    char line[200], address[33], want[INET6_ADDRSTRLEN + 10], digits[INET6_ADDRSTRLEN];
    char text[END_TEXT_MAX];
    unsigned port = data[16] * 256U + data[17], state = data[18] % 12, uid;
    memcpy(&uid, data + 19, sizeof uid);
    put_address(address, data, words);
    snprintf(line, sizeof line, "%4u: %s:%04X %s:%04X %02X 00000000:00000000 00:00000000 %08X %5u",
             7U, address, port, address, port, state, 0U, uid);
    struct row row;
    check(parse_row(line, &row) && row.uid == uid);
    check(state == 0 || find_state(row.state) != NULL);
    inet_ntop(words == 1 ? AF_INET : AF_INET6, data, digits, sizeof digits);
    snprintf(want, sizeof want, words == 1 ? "%s:%u" : "[%s]:%u", digits, port);
    if (port != 0)
        check(strcmp(name_end(&row.local, true, text), want) == 0);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    char *line = malloc(len + 1);
    struct row row;
    check(line != NULL);
    if (len > 0)
        memcpy(line, data, len);
    line[len] = '\0';
    if (parse_row(line, &row))
        check_row(&row);
    find_state(line);
    free(line);
    if (len >= 23) {
        check_line(data, 1);
        check_line(data, 4);
    }
    return 0;
}
