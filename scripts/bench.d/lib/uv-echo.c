/* uv-echo.c - PORT: an echo server as a user of libuv writes
 * it: a buffer for each read, a uv_write for each answer. */
#include <stdlib.h>
#include <uv.h>

static void give_buffer(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer)
{
    (void)handle;
    *buffer = uv_buf_init(malloc(wanted), (unsigned)wanted);
}

struct answer {
    uv_write_t request;
    uv_buf_t data;
};

static void on_written(uv_write_t *request, int status)
{
    struct answer *answer = (struct answer *)request;
    (void)status;
    free(answer->data.base);
    free(answer);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

static void on_read(uv_stream_t *client, ssize_t n, const uv_buf_t *buffer)
{
    struct answer *answer;
    if (n > 0 && (answer = malloc(sizeof *answer))) {
        answer->data = uv_buf_init(buffer->base, (unsigned)n);
        uv_write(&answer->request, client, &answer->data, 1, on_written);
        return;
    }
    free(buffer->base);
    if (n < 0)
        uv_close((uv_handle_t *)client, on_closed);
}

static void on_client(uv_stream_t *server, int status)
{
    uv_tcp_t *client = malloc(sizeof *client);
    if (status < 0 || !client)
        exit(1);
    uv_tcp_init(server->loop, client);
    if (uv_accept(server, (uv_stream_t *)client) == 0)
        uv_read_start((uv_stream_t *)client, give_buffer, on_read);
    else
        uv_close((uv_handle_t *)client, on_closed);
}

int main(int argc, char *argv[])
{
    uv_loop_t *loop = uv_default_loop();
    struct sockaddr_in at;
    uv_tcp_t server;
    uv_ip4_addr("127.0.0.1", argc > 1 ? atoi(argv[1]) : 0, &at);
    uv_tcp_init(loop, &server);
    if (uv_tcp_bind(&server, (const struct sockaddr *)&at, 0) != 0 ||
        uv_listen((uv_stream_t *)&server, 4096, on_client) != 0)
        return 1;
    return uv_run(loop, UV_RUN_DEFAULT);
}
