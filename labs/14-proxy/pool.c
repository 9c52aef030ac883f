/* pool.c - whose turn it is; pool.h says what each function promises. */
#include "pool.h"

#include "place.h"

#include <time.h>

bool add_server(struct pool *pool, const char *place)
{
    return pool->len < POOL_MAX && parse_place(place, &pool->place[pool->len++]);
}

int next_server(struct pool *pool, int64_t now)
{
    for (size_t i = 0; i < pool->len; i++) {
        size_t number = (pool->next + i) % pool->len;
        if (pool->out_until[number] > now)
            continue;
        pool->next = number + 1;
        return (int)number;
    }
    return -1;
}

void put_out(struct pool *pool, int number, int64_t until)
{
    pool->out_until[number] = until;
}

int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
