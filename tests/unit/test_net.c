/* test_net.c - common/net: listen, connect and accept over the
 * loopback, and what happens when one of their calls fails.
 *
 * The functions below named as system calls stand in front of libc's, with glibc's own types for an
 * address. `broken` names one that fails with EPERM. accept takes its faults from a script: a
 * negative number is an errno to fail with. */
// sources: common/net.c common/addr.c common/diag.c common/io.c
#include "net.h"

#include "diag.h"
#include "io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { END }; /* of a script: from here on, as the kernel likes */

static const int no_faults[] = {END}, *script = no_faults;
static const char *broken = "";
static int accepts, backlog;

static bool fails(const char *call)
{
    if (strcmp(call, broken) != 0)
        return false;
    errno = EPERM;
    return true;
}

int socket(int family, int type, int protocol)
{
    return fails("socket") ? -1 : (int)syscall(SYS_socket, family, type, protocol);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
    return fails("setsockopt") ? -1 : (int)syscall(SYS_setsockopt, fd, level, name, value, len);
}

int bind(int fd, __CONST_SOCKADDR_ARG addr, socklen_t len)
{
    return fails("bind") ? -1 : (int)syscall(SYS_bind, fd, addr.__sockaddr__, len);
}

int listen(int fd, int most)
{
    backlog = most;
    return fails("listen") ? -1 : (int)syscall(SYS_listen, fd, most);
}

int connect(int fd, __CONST_SOCKADDR_ARG addr, socklen_t len)
{
    return fails("connect") ? -1 : (int)syscall(SYS_connect, fd, addr.__sockaddr__, len);
}

int accept(int fd, __SOCKADDR_ARG addr, socklen_t *restrict len)
{
    accepts++;
    if (*script == END)
        return (int)syscall(SYS_accept, fd, addr.__sockaddr__, len);
    errno = -*script++;
    *len = 0; /* accept(2) promises nothing about it after an error */
    return -1;
}

/* Spoils errno, as close(2) may. */
int close(int fd)
{
    int result = (int)syscall(SYS_close, fd);
    errno = EIO;
    return result;
}

static int reset(void **state)
{
    (void)state;
    script = no_faults;
    broken = "";
    accepts = 0;
    stop = 0;
    return 0;
}

/* The number that the next descriptor gets. It grows when one is leaked. */
static int next_descriptor(void)
{
    int fd = dup(STDIN_FILENO);
    assert_int_not_equal(fd, -1);
    close(fd);
    return fd;
}

static struct endpoint any_port(void)
{
    struct endpoint where;
    assert_int_equal(resolve("127.0.0.1", 0, &where), 0);
    return where;
}

/* The address, with its port, that this socket has now. */
static struct endpoint address_of(int fd)
{
    struct endpoint ep = {.len = sizeof ep.addr};
    assert_int_equal(getsockname(fd, (struct sockaddr *)&ep.addr, &ep.len), 0);
    return ep;
}

static int open_listener(struct endpoint *server)
{
    struct endpoint where = any_port();
    int listen_fd = tcp_listen(&where);
    assert_int_not_equal(listen_fd, -1);
    *server = address_of(listen_fd);
    return listen_fd;
}

/* An address on which a socket is bound, but does not listen. */
static int refuse(struct endpoint *nobody)
{
    struct endpoint where = any_port();
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&where.addr, where.len), 0);
    *nobody = address_of(fd);
    return fd;
}

/* ---- both ends, when all goes well ---- */

static void a_client_reaches_the_listener(void **state)
{
    (void)state;
    struct endpoint server, client;
    char a[ENDPOINT_TEXT_MAX], b[ENDPOINT_TEXT_MAX], byte = '?';
    int listen_fd = open_listener(&server);
    int fd = tcp_connect(&server);
    assert_int_not_equal(fd, -1);
    int conn_fd = accept_client(listen_fd, &client);
    assert_int_not_equal(conn_fd, -1);
    assert_string_equal(peer_endpoint(fd, a), format_endpoint(&server, b));
    assert_string_equal(format_endpoint(&client, a), local_endpoint(fd, b));
    assert_int_equal(client.len, sizeof(struct sockaddr_in));
    assert_int_equal(send_all(fd, "x", 1), 0);
    assert_int_equal(recv_some(conn_fd, &byte, 1), 1);
    assert_int_equal(byte, 'x');
    close(conn_fd);
    close(fd);
    close(listen_fd);
}

static void ipv6_works_as_well(void **state)
{
    (void)state;
    struct endpoint where, client;
    char a[ENDPOINT_TEXT_MAX], b[ENDPOINT_TEXT_MAX];
    assert_int_equal(resolve("::1", 0, &where), 0);
    int probe_fd = socket(AF_INET6, SOCK_STREAM, 0);
    int result = bind(probe_fd, (struct sockaddr *)&where.addr, where.len);
    close(probe_fd);
    if (result == -1)
        skip(); /* a machine without IPv6 */
    int listen_fd = tcp_listen(&where);
    assert_int_not_equal(listen_fd, -1);
    where = address_of(listen_fd);
    int fd = tcp_connect(&where);
    int conn_fd = accept_client(listen_fd, &client);
    assert_string_equal(format_endpoint(&client, a), local_endpoint(fd, b));
    assert_int_equal(client.len, sizeof(struct sockaddr_in6));
    close(conn_fd);
    close(fd);
    close(listen_fd);
}

static void a_listener_has_so_reuseaddr_and_the_longest_queue(void **state)
{
    (void)state;
    struct endpoint server;
    int on = 0, listen_fd = open_listener(&server);
    socklen_t size = sizeof on;
    assert_int_equal(getsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, &size), 0);
    assert_true(on);
    assert_int_equal(backlog, SOMAXCONN);
    close(listen_fd);
}

static void accept_client_needs_no_room_for_the_address(void **state)
{
    (void)state;
    struct endpoint server;
    int listen_fd = open_listener(&server), fd = tcp_connect(&server);
    int conn_fd = accept_client(listen_fd, NULL);
    assert_int_not_equal(conn_fd, -1);
    close(conn_fd);
    close(fd);
    close(listen_fd);
}

/* ---- what fails keeps its errno, and no descriptor ---- */

static void an_address_in_use_cannot_be_listened_on(void **state)
{
    (void)state;
    struct endpoint server;
    int listen_fd = open_listener(&server), next = next_descriptor();
    assert_int_equal(tcp_listen(&server), -1);
    assert_int_equal(errno, EADDRINUSE);
    assert_int_equal(next_descriptor(), next);
    close(listen_fd);
}

static void where_nobody_listens_a_connection_is_refused(void **state)
{
    (void)state;
    struct endpoint nobody;
    int bound_fd = refuse(&nobody), next = next_descriptor();
    assert_int_equal(tcp_connect(&nobody), -1);
    assert_int_equal(errno, ECONNREFUSED);
    assert_int_equal(next_descriptor(), next);
    close(bound_fd);
}

static void any_call_that_fails_ends_it(void **state)
{
    (void)state;
    const char *listening[] = {"socket", "setsockopt", "bind", "listen"};
    const char *connecting[] = {"socket", "connect"};
    struct endpoint where = any_port(), server;
    int listen_fd = open_listener(&server), next = next_descriptor();
    for (size_t i = 0; i < 4; i++) {
        broken = listening[i];
        assert_int_equal(tcp_listen(&where), -1);
        assert_int_equal(errno, EPERM);
        assert_int_equal(next_descriptor(), next);
    }
    for (size_t i = 0; i < 2; i++) {
        broken = connecting[i];
        assert_int_equal(tcp_connect(&server), -1);
        assert_int_equal(errno, EPERM);
        assert_int_equal(next_descriptor(), next);
    }
    close(listen_fd);
}

/* ---- accept_client goes on, or stops ---- */

static void accept_client_goes_on_after_lost_clients_and_interruptions(void **state)
{
    (void)state;
    struct endpoint server, client;
    char a[ENDPOINT_TEXT_MAX], b[ENDPOINT_TEXT_MAX];
    int listen_fd = open_listener(&server), fd = tcp_connect(&server);
    script = (const int[]){-ECONNABORTED, -EINTR, -EINTR, -ECONNABORTED, END};
    int conn_fd = accept_client(listen_fd, &client);
    assert_int_not_equal(conn_fd, -1);
    assert_int_equal(accepts, 5);
    assert_string_equal(format_endpoint(&client, a), local_endpoint(fd, b));
    close(conn_fd);
    close(fd);
    close(listen_fd);
}

static void once_stop_is_set_no_client_is_accepted(void **state)
{
    (void)state;
    struct endpoint server;
    int listen_fd = open_listener(&server), fd = tcp_connect(&server);
    stop = 1;
    assert_int_equal(accept_client(listen_fd, NULL), -1);
    assert_int_equal(errno, EINTR);
    assert_int_equal(accepts, 0);
    close(fd);
    close(listen_fd);
}

static void a_signal_ends_the_wait_for_a_client(void **state)
{
    (void)state;
    struct endpoint server;
    int listen_fd = open_listener(&server);
    assert_int_equal(stop_on_signals(), 0);
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_usec = 10000}, NULL);
    assert_int_equal(accept_client(listen_fd, NULL), -1);
    assert_int_equal(errno, EINTR);
    assert_int_equal(stop, 1);
    alarm(0);
    close(listen_fd);
}

static void any_other_error_of_accept_is_reported(void **state)
{
    (void)state;
    struct endpoint server;
    int listen_fd = open_listener(&server);
    script = (const int[]){-EMFILE, END};
    assert_int_equal(accept_client(listen_fd, NULL), -1);
    assert_int_equal(errno, EMFILE);
    assert_int_equal(accepts, 1);
    close(listen_fd);
}

/* ---- what is printed ---- */

struct outcome {
    char out[2048], err[2048];
    int status;
};

static void read_back(FILE *file, char *text, size_t size)
{
    fseek(file, 0, SEEK_SET);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

/* Runs `body` in a child, because it may end the process, and returns what it printed. */
static struct outcome in_child(void (*body)(void))
{
    struct outcome outcome;
    int wait_status;
    FILE *out = tmpfile(), *err = tmpfile();
    if (!out || !err)
        abort();
    fflush(NULL);
    pid_t pid = fork();
    assert_int_not_equal(pid, -1);
    if (pid == 0) {
        dup2(fileno(out), STDOUT_FILENO);
        dup2(fileno(err), STDERR_FILENO);
        diag_init("role");
        body();
        exit(0);
    }
    assert_int_equal(waitpid(pid, &wait_status, 0), pid);
    read_back(out, outcome.out, sizeof outcome.out);
    read_back(err, outcome.err, sizeof outcome.err);
    outcome.status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -WTERMSIG(wait_status);
    return outcome;
}

/* Makes each call once, and prints on stdout the traces that should be on stderr. */
static void makes_each_call(void)
{
    struct endpoint where = any_port(), server, nobody;
    char at[ENDPOINT_TEXT_MAX], from[ENDPOINT_TEXT_MAX];
    int listen_fd = tcp_listen(&where);
    printf("role| socket(SOCK_STREAM) = %d\nrole| bind(%d, 127.0.0.1:0) = 0\n"
           "role| listen(%d) = 0\n",
           listen_fd, listen_fd, listen_fd);
    server = address_of(listen_fd);
    format_endpoint(&server, at);
    int fd = tcp_connect(&server);
    printf("role| socket(SOCK_STREAM) = %d\nrole| connect(%d, %s) = 0, tcp %s -> %s\n", fd, fd, at,
           local_endpoint(fd, from), at);
    int conn_fd = accept_client(listen_fd, NULL);
    printf("role| accept(%d) = %d\n", listen_fd, conn_fd);

    int next = next_descriptor();
    tcp_listen(&server);
    printf("role| socket(SOCK_STREAM) = %d\nrole| bind(%d, %s) = -1\n", next, next, at);
    refuse(&nobody);
    next = next_descriptor();
    tcp_connect(&nobody);
    printf("role| socket(SOCK_STREAM) = %d\nrole| connect(%d, %s) = -1 ECONNREFUSED\n", next, next,
           format_endpoint(&nobody, at));
    broken = "listen";
    tcp_listen(&where);
    printf("role| socket(SOCK_STREAM) = %d\nrole| bind(%d, 127.0.0.1:0) = 0\n"
           "role| listen(%d) = -1\n",
           next, next, next);
    broken = "socket";
    tcp_listen(&where);
    tcp_connect(&server);
    printf("role| socket(SOCK_STREAM) = -1\nrole| socket(SOCK_STREAM) = -1\n");
    script = (const int[]){-EMFILE, END};
    accept_client(listen_fd, NULL);
    printf("role| accept(%d) = -1\n", listen_fd);
}

static void makes_each_call_with_v(void)
{
    verbose = true;
    makes_each_call();
}

static void with_v_each_call_is_traced_with_its_result(void **state)
{
    (void)state;
    struct outcome o = in_child(makes_each_call_with_v);
    assert_int_equal(o.status, 0);
    assert_string_equal(o.err, o.out);
    assert_string_not_equal(o.out, "");
}

static void without_v_nothing_is_printed(void **state)
{
    (void)state;
    assert_string_equal(in_child(makes_each_call).err, "");
}

static void looks_for_no_host(void)
{
    resolve_or_die("no.such.host.invalid", 1);
}

static void finds_a_host(void)
{
    char text[ENDPOINT_TEXT_MAX];
    struct endpoint found = resolve_or_die("127.0.0.1", 5001);
    say("%s", format_endpoint(&found, text));
}

static void resolve_or_die_finds_a_host_or_says_why_not(void **state)
{
    (void)state;
    struct endpoint ep;
    char message[256];
    int error = resolve("no.such.host.invalid", 1, &ep);
    snprintf(message, sizeof message, "role: cannot find host 'no.such.host.invalid': %s\n",
             gai_strerror(error));
    struct outcome o = in_child(looks_for_no_host);
    assert_string_equal(o.err, message);
    assert_string_equal(o.out, "");
    assert_int_equal(o.status, 1);
    o = in_child(finds_a_host);
    assert_string_equal(o.err, "");
    assert_string_equal(o.out, "role: 127.0.0.1:5001\n");
    assert_int_equal(o.status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_client_reaches_the_listener, reset),
        cmocka_unit_test_setup(ipv6_works_as_well, reset),
        cmocka_unit_test_setup(a_listener_has_so_reuseaddr_and_the_longest_queue, reset),
        cmocka_unit_test_setup(accept_client_needs_no_room_for_the_address, reset),
        cmocka_unit_test_setup(an_address_in_use_cannot_be_listened_on, reset),
        cmocka_unit_test_setup(where_nobody_listens_a_connection_is_refused, reset),
        cmocka_unit_test_setup(any_call_that_fails_ends_it, reset),
        cmocka_unit_test_setup(accept_client_goes_on_after_lost_clients_and_interruptions, reset),
        cmocka_unit_test_setup(once_stop_is_set_no_client_is_accepted, reset),
        cmocka_unit_test_setup(a_signal_ends_the_wait_for_a_client, reset),
        cmocka_unit_test_setup(any_other_error_of_accept_is_reported, reset),
        cmocka_unit_test_setup(with_v_each_call_is_traced_with_its_result, reset),
        cmocka_unit_test_setup(without_v_nothing_is_printed, reset),
        cmocka_unit_test_setup(resolve_or_die_finds_a_host_or_says_why_not, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
