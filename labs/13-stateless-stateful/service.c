/* service.c - the four ways; service.h compares them. */
#include "service.h"
#include "diag.h"
#include "piece.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = {"stateful", "cached", "stateless", "cookie"};

enum way find_way(const char *name)
{
    enum way way = 0;
    while (way < WAYS && strcmp(name, names[way]) != 0)
        way++;
    return way;
}

static void refuse(struct message *answer, const char *why)
{
    answer->type = 'E';
    answer->len = strlen(why);
    memcpy(answer->body, why, answer->len);
}

/* Appends the piece to the answer. */
static void add_piece(struct service *service, int file_fd, uint32_t place, struct message *answer)
{
    ssize_t n = read_piece(file_fd, place, answer->body + answer->len);
    if (n == -1) {
        refuse(answer, "cannot read it");
        return;
    }
    answer->len += (size_t)n;
    service->pieces++;
}

/* ---- stateful: the server remembers ---- */

static bool is_same(const struct service *service, const struct endpoint *a,
                    const struct endpoint *b)
{
    const struct sockaddr_in *one = (const void *)&a->addr, *other = (const void *)&b->addr;
    return a->len == b->len && one->sin_addr.s_addr == other->sin_addr.s_addr &&
           (service->by_host || one->sin_port == other->sin_port);
}

/* Returns what it remembers of that client, or else NULL. */
static struct memory *recall(struct service *service, const struct endpoint *who)
{
    for (int i = 0; i < MEMORIES; i++)
        if (is_same(service, &service->memories[i].who, who))
            return &service->memories[i];
    return NULL;
}

static void remember(struct service *service, const struct endpoint *who, int file_fd,
                     struct message *answer)
{
    struct memory *memory = recall(service, who);
    if (memory)
        close(memory->file_fd);
    else if (!(memory = recall(service, &(struct endpoint){0}))) {
        close(file_fd);
        refuse(answer, "my memory is full");
        return;
    }
    *memory = (struct memory){.who = *who, .file_fd = file_fd};
}

static void continue_reading(struct service *service, const struct endpoint *from,
                             struct message *answer)
{
    struct memory *memory = recall(service, from);
    if (!memory) {
        refuse(answer, "I do not know you");
        return;
    }
    /* The cache: a request that comes again gets the answer that it had, and nothing moves. */
    if (service->way == CACHED && memory->answer.type == 'N' && memory->answer.id == answer->id) {
        *answer = memory->answer;
        return;
    }
    add_piece(service, memory->file_fd, memory->place, answer);
    if (answer->type != 'E')
        memory->place += (uint32_t)answer->len;
    memory->answer = *answer;
}

/* ---- the other two: the request says all ---- */

/* Reads the piece at `place` of the file; the answer may have a cookie already. */
static void read_at(struct service *service, uint32_t place, const unsigned char *name, size_t len,
                    struct message *answer)
{
    int file_fd = open_file(name, len);
    if (file_fd == -1) {
        refuse(answer, "no such file");
        return;
    }
    add_piece(service, file_fd, place, answer);
    close(file_fd);
}

static void give_cookie(const struct service *service, uint32_t place, const unsigned char *name,
                        size_t len, struct message *answer)
{
    seal_cookie(service->key, place, name, len, answer->body);
    answer->len = len + COOKIE_REST;
}

static void take_cookie(struct service *service, const struct message *request,
                        struct message *answer)
{
    uint32_t place;
    if (!open_cookie(service->key, request->body, request->len, &place)) {
        refuse(answer, "this is no cookie of mine");
        return;
    }
    const unsigned char *name = request->body + 4;
    give_cookie(service, place + PIECE_LEN, name, request->len - COOKIE_REST, answer);
    read_at(service, place, name, request->len - COOKIE_REST, answer);
}

static void open_it(struct service *service, const struct endpoint *from,
                    const struct message *request, struct message *answer)
{
    int file_fd = open_file(request->body, request->len);
    if (file_fd == -1) {
        refuse(answer, "no such file");
    } else if (service->way == COOKIE) {
        close(file_fd);
        give_cookie(service, 0, request->body, request->len, answer);
    } else {
        remember(service, from, file_fd, answer);
    }
}

void serve_request(struct service *service, const struct endpoint *from,
                   const struct message *request, struct message *answer)
{
    const unsigned char *body = request->body;
    service->requests++;
    *answer = (struct message){.type = request->type, .id = request->id};
    if (service->way == STATELESS && request->type == 'R' && request->len > 4)
        read_at(service, get_number(body), body + 4, request->len - 4, answer);
    else if (service->way != STATELESS && request->type == 'O')
        open_it(service, from, request, answer);
    else if (service->way == COOKIE && request->type == 'N')
        take_cookie(service, request, answer);
    else if (service->way < STATELESS && request->type == 'N')
        continue_reading(service, from, answer);
    else
        refuse(answer, "I do not understand");
}

int count_memories(const struct service *service)
{
    int count = 0;
    for (int i = 0; i < MEMORIES; i++)
        count += service->memories[i].who.len != 0;
    return count;
}
