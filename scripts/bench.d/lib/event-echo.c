/* event-echo.c - PORT: an echo server as a user of libevent
 * writes it: a bufferevent for each client, whose input is moved
 * to its output. */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <stdlib.h>

static void on_read(struct bufferevent *client, void *unused)
{
    (void)unused;
    evbuffer_add_buffer(bufferevent_get_output(client), bufferevent_get_input(client));
}

static void on_event(struct bufferevent *client, short what, void *unused)
{
    (void)unused;
    if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
        bufferevent_free(client);
}

static void on_client(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *who,
                      int len, void *unused)
{
    struct event_base *base = evconnlistener_get_base(listener);
    struct bufferevent *client = bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);
    (void)who, (void)len, (void)unused;
    if (!client)
        exit(1);
    bufferevent_setcb(client, on_read, NULL, on_event, NULL);
    bufferevent_enable(client, EV_READ | EV_WRITE);
}

int main(int argc, char *argv[])
{
    struct event_base *base = event_base_new();
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((unsigned short)(argc > 1 ? atoi(argv[1]) : 0)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct evconnlistener *listener =
        base ? evconnlistener_new_bind(base, on_client, NULL,
                                       LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE, 4096,
                                       (const struct sockaddr *)&at, sizeof at)
             : NULL;
    if (!listener)
        return 1;
    return event_base_dispatch(base);
}
