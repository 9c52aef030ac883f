/* test_09_serve.c - lab 09's workers: sockets that share
 * a port, answers, signals, and a socket that goes on. */
// sources: labs/09-reuseport/serve.c labs/09-reuseport/listener.c labs/09-reuseport/handover.c labs/03-unix-sockets/descriptor.c common/diag.c common/addr.c common/io.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/09-reuseport/handover.h"
#include "../../labs/09-reuseport/listener.h"
#include "../../labs/09-reuseport/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Opens a socket at a port that the kernel chooses, and sets *where to it. */
static int open_at_any_port(struct endpoint *where)
{
    assert_int_equal(resolve("127.0.0.1", 0, where), 0);
    int fd = open_listener(where, SOCK_STREAM, SO_REUSEPORT);
    assert_int_not_equal(fd, -1);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&where->addr, &where->len), 0);
    return fd;
}

static int connect_to(const struct endpoint *where)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&where->addr, where->len), 0);
    return fd;
}

static void expect_answer(int fd, const char *expected)
{
    char text[64];
    ssize_t n = recv(fd, text, sizeof text, MSG_WAITALL);
    assert_int_equal(n, strlen(expected));
    assert_memory_equal(text, expected, strlen(expected));
    close(fd);
}

static void two_share_a_port_but_not_with_one_that_does_not(void **state)
{
    (void)state;
    struct endpoint where;
    int first = open_at_any_port(&where), second = open_listener(&where, SOCK_STREAM, SO_REUSEPORT);
    assert_int_not_equal(second, -1);
    assert_int_equal(open_listener(&where, SOCK_STREAM, SO_REUSEADDR), -1);
    assert_int_equal(errno, EADDRINUSE);
    assert_int_equal(open_listener(&where, SOCK_STREAM, 0), -1);
    assert_int_equal(errno, EADDRINUSE);
    assert_true(fcntl(first, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(first, F_GETFD) & FD_CLOEXEC);
    close(first);
    close(second);
}

static void a_udp_socket_does_not_listen(void **state)
{
    (void)state;
    struct endpoint where;
    assert_int_equal(resolve("127.0.0.1", 0, &where), 0);
    int fd = open_listener(&where, SOCK_DGRAM, SO_REUSEPORT), listens = -1;
    assert_int_equal(
        getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &(socklen_t){sizeof listens}), 0);
    assert_int_equal(listens, 0);
    close(fd);
}

static void each_client_is_answered_and_then_nobody_waits(void **state)
{
    (void)state;
    struct endpoint where;
    int listen_fd = open_at_any_port(&where), a = connect_to(&where), b = connect_to(&where);
    assert_true(answer_next(listen_fd, "name"));
    assert_true(answer_next(listen_fd, "other"));
    assert_false(answer_next(listen_fd, "name"));
    assert_int_equal(errno, EAGAIN);
    expect_answer(a, "name\n");
    expect_answer(b, "other\n");
    close(listen_fd);
    assert_false(answer_next(listen_fd, "name"));
    assert_int_equal(errno, EBADF);
}

static void a_client_that_has_gone_does_no_harm(void **state)
{
    (void)state;
    struct endpoint where;
    int listen_fd = open_at_any_port(&where), gone = connect_to(&where);
    setsockopt(gone, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
    close(gone);
    int stays = connect_to(&where);
    assert_true(answer_next(listen_fd, "name"));
    assert_true(answer_next(listen_fd, "name"));
    expect_answer(stays, "name\n");
    close(listen_fd);
}

static void a_signal_before_it_waits_is_seen_and_clients_stay(void **state)
{
    (void)state;
    struct endpoint where;
    int listen_fd = open_at_any_port(&where), signal_fd = catch_signals(),
        client = connect_to(&where);
    assert_int_not_equal(signal_fd, -1);
    raise(SIGTERM);
    assert_int_equal(serve_clients(listen_fd, signal_fd, -1, "name"), 0);
    assert_true(answer_next(listen_fd, "name"));
    expect_answer(client, "name\n");
    close(listen_fd);
    close(signal_fd);
}

struct heir {
    const char *path;
    int fd;
};

static void *ask(void *arg)
{
    struct heir *heir = arg;
    heir->fd = inherit(heir->path);
    return NULL;
}

static void a_socket_goes_on_with_its_queue(void **state)
{
    (void)state;
    struct endpoint where;
    char path[] = "/tmp/test_09_serve.XXXXXX";
    assert_non_null(mkdtemp(path));
    char name[sizeof path + 8];
    snprintf(name, sizeof name, "%s/socket", path);
    int listen_fd = open_at_any_port(&where), heir_fd = await_heir(name), signal_pipe[2];
    assert_int_not_equal(heir_fd, -1);
    assert_int_equal(pipe(signal_pipe), 0);
    struct heir heir = {.path = name};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, ask, &heir), 0);
    assert_int_equal(serve_clients(listen_fd, signal_pipe[0], heir_fd, "old"), 0);
    pthread_join(thread, NULL);
    int client = connect_to(&where);
    close(listen_fd);
    assert_true(answer_next(heir.fd, "new"));
    expect_answer(client, "new\n");
    close(heir.fd);
    close(heir_fd);
    /* The name is still there, and nobody listens; the next one may have it all the same. */
    assert_int_equal(inherit(name), -1);
    assert_int_equal(errno, ECONNREFUSED);
    heir_fd = await_heir(name);
    assert_int_not_equal(heir_fd, -1);
    close(heir_fd);
    unlink(name);
    rmdir(path);
    close(signal_pipe[0]);
    close(signal_pipe[1]);
}

static void a_path_must_fit(void **state)
{
    (void)state;
    char path[109];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_int_equal(await_heir(path), -1);
    assert_int_equal(errno, ENAMETOOLONG);
    assert_int_equal(inherit(path), -1);
    assert_int_equal(errno, ENAMETOOLONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_share_a_port_but_not_with_one_that_does_not),
        cmocka_unit_test(a_udp_socket_does_not_listen),
        cmocka_unit_test(each_client_is_answered_and_then_nobody_waits),
        cmocka_unit_test(a_client_that_has_gone_does_no_harm),
        cmocka_unit_test(a_signal_before_it_waits_is_seen_and_clients_stay),
        cmocka_unit_test(a_socket_goes_on_with_its_queue),
        cmocka_unit_test(a_path_must_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
