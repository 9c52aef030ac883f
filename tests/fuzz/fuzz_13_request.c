/* fuzz_13_request.c - random datagrams for lab 13's servers, of all four ways.
 *
 * Nothing is read beyond a datagram (a heap block of exactly its size, under
 * AddressSanitizer); an answer fits in one and has the request's id; no cookie opens
 * that was not sealed, nor one of which a bit has changed. The input is a row of
 * datagrams, each behind a byte with its length. The next byte chooses the client. */
// sources: labs/13-stateless-stateful/service.c labs/13-stateless-stateful/cookie.c labs/13-stateless-stateful/piece.c labs/13-stateless-stateful/message.c common/diag.c common/addr.c common/io.c
// libraries: -lcrypto
#include "../../labs/13-stateless-stateful/service.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

static char folder[] = "/tmp/fuzz_13.XXXXXX";
static int folder_fd, home_fd;

static void check(bool fact)
{
    if (!fact)
        abort();
}

static void remove_folder(void)
{
    unlinkat(folder_fd, "f", 0);
    rmdir(folder);
}

/* The servers read files of the folder that they are in: here is one, called f, and nothing else.
 * libFuzzer's own files are elsewhere. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    check(mkdtemp(folder) && atexit(remove_folder) == 0);
    folder_fd = open(folder, O_RDONLY | O_DIRECTORY);
    home_fd = open(".", O_RDONLY | O_DIRECTORY);
    check(folder_fd != -1 && home_fd != -1);
    int fd = openat(folder_fd, "f", O_WRONLY | O_CREAT, 0600);
    check(fd != -1 && write(fd, "aa bb cc d", 10) == 10 && close(fd) == 0);
    return 0;
}

static void check_cookie(const struct service *service, const struct message *answer, unsigned bit)
{
    uint32_t place, other;
    size_t len = 1 + COOKIE_REST; /* the only file has a name of one byte */
    unsigned char cookie[1 + COOKIE_REST];
    if (answer->len < len || (answer->type != 'O' && answer->type != 'N'))
        return;
    memcpy(cookie, answer->body, len);
    check(open_cookie(service->key, cookie, len, &place));
    check(!open_cookie(service->key, cookie, len - 1, &other));
    cookie[bit / 8 % len] ^= (unsigned char)(1 << bit % 8);
    check(!open_cookie(service->key, cookie, len, &other));
}

/* Serves a datagram. Its client is one of four, of two hosts. */
static void serve(struct service *service, const unsigned char *bytes, size_t len, unsigned who,
                  struct message *last)
{
    unsigned char *datagram = malloc(len > 0 ? len : 1), packed[MESSAGE_MAX];
    check(datagram != NULL);
    memcpy(datagram, bytes, len);
    struct message request, answer;
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_port = htons((uint16_t)(1 + who % 2))};
    from.sin_addr.s_addr = htonl(0x7f000001 + who / 2 % 2);
    struct endpoint client = {.len = sizeof from};
    memcpy(&client.addr, &from, sizeof from);
    if (unpack_message(datagram, len, &request)) {
        check(pack_message(&request, packed) == len && memcmp(packed, datagram, len) == 0);
        if (service->way == COOKIE && who & 64 && last->len > 0) { /* what a good client sends */
            request.type = 'N';
            request.len = 1 + COOKIE_REST;
            memcpy(request.body, last->body, request.len);
        }
        serve_request(service, &client, &request, &answer);
        check(answer.id == request.id && answer.len <= BODY_MAX);
        check(answer.type == request.type || answer.type == 'E');
        if (service->way == COOKIE && answer.type != 'E') {
            check_cookie(service, &answer, who * 7U + request.id);
            *last = answer;
        }
    } else {
        check(len < HEAD_LEN || len > MESSAGE_MAX);
    }
    free(datagram);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    check(fchdir(folder_fd) == 0);
    for (int way = 0; way < WAYS; way++) {
        struct service service = {.way = (enum way)way, .by_host = len % 2 != 0};
        struct message last = {0};
        for (size_t at = 0, size; at + 2 <= len; at += 2 + size) {
            size = data[at] < len - at - 2 ? data[at] : len - at - 2;
            serve(&service, data + at + 2, size, data[at + 1], &last);
        }
        for (int i = 0; i < MEMORIES; i++)
            if (service.memories[i].who.len != 0)
                close(service.memories[i].file_fd);
    }
    check(fchdir(home_fd) == 0);
    return 0;
}
