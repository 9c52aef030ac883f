/* test_faults.c - scripts/grader/faults.c: socket calls
 * that behave badly, and everything else that does not.
 *
 * The library is part of this program, instead of
 * preloaded, so its settings can be made by hand. */
#pragma GCC diagnostic ignored "-Wpedantic" /* dlsym(3) gives functions as data pointers */
#include "../../scripts/grader/faults.c"    // NOLINT(bugprone-suspicious-include)
#include "../../scripts/grader/files.c"     // NOLINT(bugprone-suspicious-include)

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <netinet/in.h>
#include <sys/wait.h>

struct pair {
    int near, far;
};

static int open_pair_of(int type, void **state)
{
    static struct pair pair;
    int fds[2];
    if (socketpair(AF_UNIX, type, 0, fds) == -1)
        return -1;
    pair = (struct pair){fds[0], fds[1]};
    *state = &pair;
    return 0;
}

static int open_streams(void **state)
{
    return open_pair_of(SOCK_STREAM, state);
}

static int open_datagrams(void **state)
{
    return open_pair_of(SOCK_DGRAM, state);
}

/* A socket on the loopback network that sends to itself:
 * one who gets an answer, as far as the library can see. */
static int open_client(void **state)
{
    static struct pair pair;
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof where;
    pair.near = socket(AF_INET, SOCK_DGRAM, 0);
    pair.far = dup(pair.near);
    *state = &pair;
    if (bind(pair.near, (struct sockaddr *)&where, size) == -1)
        return -1;
    getsockname(pair.near, (struct sockaddr *)&where, &size);
    return connect(pair.near, (struct sockaddr *)&where, size);
}

static int close_pair(void **state)
{
    struct pair *pair = *state;
    send_max = recv_max = 0;
    send_again = false;
    eintr_every = accept_aborts = accept_spared = 0;
    memset((void *)calls, 0, sizeof calls);
    close(pair->near);
    close(pair->far);
    return 0;
}

/* The environment as /proc would give it, with this one line. */
static void environment_is(const char *line)
{
    environment_size = (size_t)snprintf(environment, sizeof environment, "%s", line) + 1;
}

static void settings_are(const char *faults)
{
    char line[100];
    snprintf(line, sizeof line, "FAULTS=%s", faults);
    environment_is(line);
    read_settings();
}

static void settings_are_read_from_the_environment(void **state)
{
    (void)state;
    settings_are("accept_abort=4,abort_after=5,send_max=3,eintr=2,recv_max=1000");
    assert_int_equal(send_max, 3);
    assert_int_equal(recv_max, 1000);
    assert_int_equal(eintr_every, 2);
    assert_int_equal(accept_aborts, 4);
    assert_int_equal(accept_spared, 5);
    settings_are("peer_id=7:8,backlog=2,sndbuf_max=9,stop_taken=1,send_gone=3");
    assert_int_equal(peer_user, 7);
    assert_int_equal(peer_group, 8);
    assert_int_equal(backlog_max, 2);
    assert_int_equal(sndbuf_max, 9);
    assert_int_equal(stop_taken, 1);
    assert_int_equal(*send_gone, 3);
    assert_int_equal(stop_bind, 0);
    environment_is("FAULTS=journal=/run/j.log,eintr=2");
    read_file_settings();
    assert_string_equal(journal, "/run/j.log");
    journal[0] = '\0';
    settings_are("recv_max=7");
    assert_int_equal(recv_max, 7);
    assert_int_equal(send_max, 0);
    environment_is("FAULTS_MARKS=/nowhere");
    read_settings();
    assert_int_equal(recv_max + send_max, 0);
    assert_int_equal(eintr_every + accept_aborts, 0);
}

/* ---- short counts ---- */

static void every_way_to_send_is_short(void **state)
{
    struct pair *pair = *state;
    char got[64];
    struct iovec two[] = {{"abcd", 4}, {"efgh", 4}};
    struct msghdr message = {.msg_iov = two, .msg_iovlen = 2};
    send_max = 3;
    assert_int_equal(send(pair->near, "abcd", 4, 0), 3);
    assert_int_equal(sendto(pair->near, "abcd", 4, 0, NULL, 0), 3);
    assert_int_equal(write(pair->near, "abcd", 4), 3);
    assert_int_equal(writev(pair->near, two, 2), 3);
    assert_int_equal(sendmsg(pair->near, &message, 0), 3);
    assert_int_equal(recv(pair->far, got, sizeof got, 0), 15);
    assert_memory_equal(got, "abcabcabcabcabc", 15);
    assert_int_equal(message.msg_iovlen, 2); /* the caller's, as it was */
    assert_int_equal(two[0].iov_len, 4);
    assert_int_equal(send(pair->near, "ab", 2, 0),
                     2); /* less than the limit is none of its business */
}

static void there_is_no_ipv6(void **state)
{
    (void)state;
    no_ipv6 = true;
    assert_int_equal(socket(AF_INET6, SOCK_STREAM, 0), -1);
    assert_int_equal(errno, EAFNOSUPPORT);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_not_equal(fd, -1);
    close(fd);
    no_ipv6 = false;
}

static void one_socket_finds_no_file(void **state)
{
    (void)state;
    no_file = 2;
    for (int turn = 1; turn <= 4; turn++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (turn == 2)
            assert_int_equal(errno, ENFILE);
        assert_int_equal(fd == -1, turn == 2);
        close(fd);
    }
}

static void only_a_non_blocking_socket_finds_no_room(void **state)
{
    struct pair *pair = *state;
    send_again = true;
    assert_int_equal(send(pair->near, "ab", 2, 0), 2);
    assert_int_equal(send(pair->near, "ab", 2, 0), 2);
    assert_int_equal(send(pair->near, "ab", 2, MSG_DONTWAIT), 2);
    assert_int_equal(send(pair->near, "ab", 2, MSG_DONTWAIT), -1);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(fcntl(pair->near, F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(write(pair->near, "ab", 2), 2);
    assert_int_equal(write(pair->near, "ab", 2), -1);
    assert_int_equal(errno, EAGAIN);
}

static void every_way_to_receive_is_short(void **state)
{
    struct pair *pair = *state;
    char a[8] = "", b[8] = "";
    struct iovec two[] = {{a, 8}, {b, 8}};
    struct msghdr message = {.msg_iov = two, .msg_iovlen = 2};
    assert_int_equal(send(pair->far, "abcdefghijklmnopqrstuvwxyz", 26, 0), 26);
    recv_max = 3;
    assert_int_equal(recv(pair->near, a, 8, 0), 3);
    assert_memory_equal(a, "abc", 3);
    assert_int_equal(recvfrom(pair->near, a, 8, 0, NULL, NULL), 3);
    assert_memory_equal(a, "def", 3);
    assert_int_equal(read(pair->near, a, 8), 3);
    assert_memory_equal(a, "ghi", 3);
    assert_int_equal(__recv_chk(pair->near, a, 8, 8, 0), 3);
    assert_memory_equal(a, "jkl", 3);
    assert_int_equal(__recvfrom_chk(pair->near, a, 8, 8, 0, NULL, NULL), 3);
    assert_memory_equal(a, "mno", 3);
    assert_int_equal(__read_chk(pair->near, a, 8, 8), 3);
    assert_memory_equal(a, "pqr", 3);
    assert_int_equal(readv(pair->near, two, 2), 3);
    assert_memory_equal(a, "stu", 3);
    assert_int_equal(recvmsg(pair->near, &message, 0), 3);
    assert_memory_equal(a, "vwx", 3);
    assert_int_equal(message.msg_iovlen, 2);
    assert_ptr_equal(message.msg_iov, two);
    assert_int_equal(two[0].iov_len, 8);
    assert_string_equal(b, "");
    assert_int_equal(recv(pair->near, a, 8, 0), 2);
}

static void nothing_else_is_short(void **state)
{
    (void)state;
    int fds[2];
    char got[8] = "";
    assert_int_equal(pipe(fds), 0);
    send_max = recv_max = 3;
    eintr_every = 1;
    assert_int_equal(write(fds[1], "abcdef", 6), 6);
    assert_int_equal(read(fds[0], got, 6), 6);
    struct iovec two[] = {{got, 4}, {got + 4, 4}};
    assert_int_equal(writev(fds[1], two, 2), 8);
    assert_int_equal(readv(fds[0], two, 2), 8);
    close(fds[0]);
    close(fds[1]);
}

static void datagrams_stay_whole(void **state)
{
    struct pair *pair = *state;
    char got[9] = "";
    struct iovec two[] = {{got, 4}, {got + 4, 4}};
    struct msghdr message = {.msg_iov = two, .msg_iovlen = 2};
    send_max = recv_max = 3;
    assert_int_equal(send(pair->near, "abcdefgh", 8, 0), 8);
    assert_int_equal(recv(pair->far, got, 8, 0), 8);
    assert_int_equal(writev(pair->near, two, 2), 8);
    memset(got, 0, sizeof got);
    assert_int_equal(readv(pair->far, two, 2), 8);
    assert_string_equal(got, "abcdefgh");
    assert_int_equal(sendmsg(pair->near, &message, 0), 8);
    memset(got, 0, sizeof got);
    assert_int_equal(recvmsg(pair->far, &message, 0), 8);
    assert_string_equal(got, "abcdefgh");
}

static void errno_is_left_alone_by_what_succeeds(void **state)
{
    struct pair *pair = *state;
    char got[8];
    send_max = recv_max = 3;
    errno = ENOTTY;
    assert_int_equal(send(pair->near, "abcd", 4, 0), 3);
    assert_int_equal(recv(pair->far, got, 8, 0), 3);
    assert_int_equal(errno, ENOTTY);
}

/* ---- interruptions and aborted connections ---- */

static void every_nth_call_is_interrupted(void **state)
{
    struct pair *pair = *state;
    char got[8];
    eintr_every = 3;
    for (int i = 0; i < 9; i++) {
        errno = 0;
        assert_int_equal(send(pair->near, "a", 1, 0), i % 3 == 0 ? -1 : 1);
        assert_int_equal(errno, i % 3 == 0 ? EINTR : 0);
    }
    assert_int_equal(recv(pair->far, got, 8, 0), -1); /* each kind of call counts apart */
    assert_int_equal(errno, EINTR);
    assert_int_equal(recv(pair->far, got, 8, 0), 6); /* what was interrupted sent nothing */
}

/* A program that reads and writes in turns must not meet EINTR on every write for ever. */
static void each_call_fails_once_in_whatever_order(void **state)
{
    struct pair *pair = *state;
    char got;
    eintr_every = 2;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(send(pair->near, "a", 1, 0), -1);
        assert_int_equal(recv(pair->far, &got, 1, MSG_PEEK), -1);
        assert_int_equal(send(pair->far, "b", 1, 0), -1);
        assert_int_equal(send(pair->near, "a", 1, 0), 1);
        assert_int_equal(recv(pair->far, &got, 1, 0), 1);
        assert_int_equal(send(pair->far, "b", 1, 0), 1);
        assert_int_equal(recv(pair->near, &got, 1, 0), -1);
        assert_int_equal(recv(pair->near, &got, 1, 0), 1);
    }
}

static void waiting_for_a_descriptor_is_interrupted_too(void **state)
{
    struct pair *pair = *state;
    struct pollfd one = {.fd = pair->near, .events = POLLOUT};
    struct epoll_event event = {.events = EPOLLOUT};
    int many = epoll_create1(0);
    assert_int_equal(epoll_ctl(many, EPOLL_CTL_ADD, pair->near, &event), 0);
    fd_set out;
    FD_ZERO(&out);
    FD_SET(pair->near, &out);
    eintr_every = 2;
    assert_int_equal(poll(&one, 1, -1), -1);
    assert_int_equal(errno, EINTR);
    assert_int_equal(ppoll(&one, 1, NULL, NULL), 1);
    assert_int_equal(select(pair->near + 1, NULL, &out, NULL, NULL), -1);
    assert_int_equal(pselect(pair->near + 1, NULL, &out, NULL, NULL, NULL), 1);
    assert_int_equal(epoll_wait(many, &event, 1, -1), -1);
    assert_int_equal(epoll_pwait(many, &event, 1, -1, NULL), 1);
    assert_int_equal(poll(&one, 1, 0), 1); /* this one does not wait */
    close(many);
}

/* By epoll(7), one that gets a short count may wait for the next edge. */
static void what_was_made_short_is_an_edge_again(void **state)
{
    struct pair *pair = *state;
    char got[8];
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET};
    int many = epoll_create1(0);
    assert_int_equal(epoll_ctl(many, EPOLL_CTL_ADD, pair->near, &event), 0);
    assert_int_equal(epoll_wait(many, &event, 1, 0), 1);
    assert_int_equal(epoll_wait(many, &event, 1, 0), 0);
    send_max = recv_max = 2;
    assert_int_equal(send(pair->near, "ab", 2, 0), 2);
    assert_int_equal(epoll_wait(many, &event, 1, 0), 0);
    assert_int_equal(send(pair->near, "abc", 3, 0), 2);
    assert_int_equal(epoll_wait(many, &event, 1, 0), 1);
    send_max = 0;
    assert_int_equal(send(pair->far, "abc", 3, 0), 3);
    assert_int_equal(epoll_wait(many, &event, 1, 0), 1);
    assert_int_equal(recv(pair->near, got, 8, 0), 2);
    assert_int_equal(epoll_wait(many, &event, 1, 0), 1);
    assert_true(event.events & EPOLLIN);
    assert_int_equal(epoll_ctl(many, EPOLL_CTL_DEL, pair->near, NULL), 0);
    assert_int_equal(recv(pair->near, got, 8, 0), 1);
    assert_int_equal(epoll_wait(many, &event, 1, 0), 0);
    close(many);
}

static void a_non_blocking_call_is_not_interrupted(void **state)
{
    struct pair *pair = *state;
    char got;
    eintr_every = 1;
    assert_int_equal(send(pair->near, "a", 1, MSG_DONTWAIT), 1);
    assert_int_equal(fcntl(pair->far, F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(read(pair->far, &got, 1), 1);
    assert_int_equal(read(pair->far, &got, 1), -1);
    assert_int_equal(errno, EAGAIN);
}

static void every_call_can_be_interrupted(void **state)
{
    struct pair *pair = *state;
    char got[8];
    struct iovec one = {got, 8};
    struct msghdr message = {.msg_iov = &one, .msg_iovlen = 1};
    eintr_every = 1;
    assert_int_equal(send(pair->near, "a", 1, 0), -1);
    assert_int_equal(sendto(pair->near, "a", 1, 0, NULL, 0), -1);
    assert_int_equal(write(pair->near, "a", 1), -1);
    assert_int_equal(writev(pair->near, &one, 1), -1);
    assert_int_equal(sendmsg(pair->near, &message, 0), -1);
    assert_int_equal(recv(pair->far, got, 8, 0), -1);
    assert_int_equal(recvfrom(pair->far, got, 8, 0, NULL, NULL), -1);
    assert_int_equal(read(pair->far, got, 8), -1);
    assert_int_equal(readv(pair->far, &one, 1), -1);
    assert_int_equal(recvmsg(pair->far, &message, 0), -1);
    assert_int_equal(errno, EINTR);
    eintr_every = 0;
    assert_int_equal(recv(pair->far, got, 8, MSG_DONTWAIT), -1); /* none of them did a thing */
    assert_int_equal(errno, EAGAIN);
}

/* A listening socket, and one connection that waits in its queue. */
static struct pair open_listener(void)
{
    struct sockaddr_in addr = {.sin_family = AF_INET};
    socklen_t len = sizeof addr;
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct pair l = {.near = socket(AF_INET, SOCK_STREAM, 0),
                     .far = socket(AF_INET, SOCK_STREAM, 0)};
    assert_int_equal(bind(l.near, (struct sockaddr *)&addr, len), 0);
    assert_int_equal(listen(l.near, 4), 0);
    assert_int_equal(getsockname(l.near, (struct sockaddr *)&addr, &len), 0);
    assert_int_equal(connect(l.far, (struct sockaddr *)&addr, len), 0);
    return l;
}

static void the_first_accepts_fail_and_leave_the_client_in_the_queue(void **state)
{
    (void)state;
    struct pair l = open_listener();
    accept_aborts = 2;
    assert_int_equal(accept(l.near, NULL, NULL), -1);
    assert_int_equal(errno, ECONNABORTED);
    errno = 0;
    assert_int_equal(accept4(l.near, NULL, NULL, 0), -1);
    assert_int_equal(errno, ECONNABORTED);
    int fd = accept(l.near, NULL, NULL);
    assert_int_not_equal(fd, -1);
    close(fd);
    close(l.near);
    close(l.far);
}

static void an_accept_is_interrupted_and_then_works(void **state)
{
    (void)state;
    struct pair l = open_listener();
    eintr_every = 2;
    memset((void *)calls, 0, sizeof calls);
    assert_int_equal(accept(l.near, NULL, NULL), -1);
    assert_int_equal(errno, EINTR);
    int fd = accept4(l.near, NULL, NULL, SOCK_CLOEXEC);
    assert_int_not_equal(fd, -1);
    eintr_every = 0;
    close(fd);
    close(l.near);
    close(l.far);
}

static void an_accept_that_must_not_wait_does_not(void **state)
{
    (void)state;
    struct pair l = open_listener();
    accept_aborts = accept_spared = 1;
    int fd = accept(l.near, NULL, NULL);
    assert_int_not_equal(fd, -1);
    assert_int_equal(accept_spared, 0);
    assert_int_equal(fcntl(l.near, F_SETFL, O_NONBLOCK), 0);
    accept_aborts = 1;
    errno = 0;
    assert_int_equal(accept(l.near, NULL, NULL), -1);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(accept_aborts, 1); /* kept for a client */
    accept_aborts = 0;
    close(fd);
    close(l.near);
    close(l.far);
}

static void every_peer_has_the_user_and_the_group_that_were_asked_for(void **state)
{
    struct pair *pair = *state;
    struct ucred peer = {0};
    socklen_t len = sizeof peer;
    settings_are("peer_id=1000:2000");
    assert_int_equal(getsockopt(pair->near, SOL_SOCKET, SO_PEERCRED, &peer, &len), 0);
    assert_int_equal(peer.pid, getpid());
    assert_int_equal(peer.uid, 1000);
    assert_int_equal(peer.gid, 2000);
    settings_are("");
    assert_int_equal(getsockopt(pair->near, SOL_SOCKET, SO_PEERCRED, &peer, &len), 0);
    assert_int_equal(peer.uid, getuid());
    assert_int_equal(peer.gid, getgid());
}

static void a_backlog_may_be_shorter_than_asked_for(void **state)
{
    (void)state;
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    socklen_t len = sizeof name;
    int clients[3], listener = socket(AF_UNIX, SOCK_STREAM, 0);
    settings_are("backlog=1");
    assert_int_equal(bind(listener, (struct sockaddr *)&name, sizeof name.sun_family), 0);
    assert_int_equal(listen(listener, 100), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&name, &len), 0);
    for (int i = 0; i < 3; i++) {
        clients[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        assert_int_equal(connect(clients[i], (struct sockaddr *)&name, len), i < 2 ? 0 : -1);
    }
    assert_int_equal(errno, EAGAIN);
    settings_are("");
    for (int i = 0; i < 3; i++)
        close(clients[i]);
    close(listener);
}

/* The kernel doubles what it is told (socket(7)). */
static void a_buffer_for_sending_may_be_smaller_than_asked_for(void **state)
{
    (void)state;
    int fd = socket(AF_INET, SOCK_STREAM, 0), size = 0;
    socklen_t len = sizeof size;
    static const int asked[] = {65536, 6000}, got[] = {20000, 12000};
    settings_are("sndbuf_max=10000");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &asked[i], sizeof asked[i]), 0);
        assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &len), 0);
        assert_int_equal(size, got[i]);
    }
    settings_are("");
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &asked[0], sizeof asked[0]), 0);
    assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &len), 0);
    assert_int_equal(size, 131072);
    close(fd);
}

static int make_call(enum failing call, int listener, const int ends[2])
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    struct pollfd ready = {.fd = ends[0], .events = POLLOUT};
    socklen_t len = sizeof(int);
    int option = 1, fds[2], result = -1;
    char byte = 'x';
    switch (call) {
    case SOCKET:
        result = socket(AF_UNIX, SOCK_STREAM, 0);
        if (result != -1)
            close(result);
        break;
    case SOCKETPAIR:
        result = socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
        if (result == 0) {
            close(fds[0]);
            close(fds[1]);
        }
        break;
    case SETSOCKOPT:
        result = setsockopt(listener, SOL_SOCKET, SO_KEEPALIVE, &option, len);
        break;
    case GETSOCKOPT:
        result = getsockopt(listener, SOL_SOCKET, SO_KEEPALIVE, &option, &len);
        break;
    case BIND:
        result = bind(listener, (struct sockaddr *)&name, sizeof name.sun_family);
        break;
    case LISTEN:
        result = listen(listener, 1);
        break;
    case ACCEPT:
        result = accept(listener, NULL, NULL);
        break;
    case FORK:
        result = fork();
        if (result == 0)
            _exit(0);
        if (result != -1)
            waitpid(result, NULL, 0);
        break;
    case POLL:
        result = poll(&ready, 1, 0);
        break;
    case SEND:
        result = (int)send(ends[0], &byte, 1, 0);
        break;
    case RECV:
        result = (int)recv(ends[1], &byte, 1, MSG_DONTWAIT);
        break;
    }
    return result;
}

/* Makes each call once, and returns the number of the only one that failed with ENOBUFS, or -1. */
static int the_one_that_fails(const int ends[2])
{
    int failed = -1, listener = REAL(socket)(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    for (int call = 0; call < FAILING; call++) {
        errno = 0;
        if (make_call((enum failing)call, listener, ends) == -1 && errno == ENOBUFS) {
            assert_int_equal(failed, -1);
            failed = call;
        }
    }
    close(listener);
    return failed;
}

static void a_call_fails_when_it_is_asked_to(void **state)
{
    struct pair *pair = *state;
    const int ends[] = {pair->near, pair->far};
    for (int call = 0; call < FAILING; call++) {
        char faults[40];
        snprintf(faults, sizeof faults, "fail_%s=2", failing[call]);
        settings_are(faults);
        assert_int_equal(the_one_that_fails(ends), -1);
        assert_int_equal(the_one_that_fails(ends), call); /* the second call */
        assert_int_equal(the_one_that_fails(ends), -1);
    }
    settings_are("");
}

/* ---- files ---- */

static char folder[64];

/* The marks of files.c as they are now, and then none. */
static const char *take_marks(void)
{
    static char seen[8];
    size_t len = 0;
    for (char *at = marks; *at; at++)
        if (strchr("KNUOD", *at))
            seen[len++] = *at;
    seen[len] = '\0';
    memcpy(marks, MARKS, sizeof no_marks - 1);
    return seen;
}

static int enter_folder(void **state)
{
    if (open_client(state) == -1)
        return -1;
    strcpy(folder, "/tmp/test_faults.XXXXXX");
    if (!mkdtemp(folder) || chdir(folder) == -1)
        return -1;
    strcpy(final, "copy");
    folder_pending = all_synced = false;
    synced_count = 0;
    take_marks();
    return 0;
}

static int leave_folder(void **state)
{
    unlink("part");
    unlink("copy");
    unlink("other");
    final[0] = '\0';
    return chdir("/") == 0 && rmdir(folder) == 0 ? close_pair(state) : -1;
}

static int write_part(const char *text)
{
    int fd = open("part", O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    return fd;
}

static int sync_folder(void)
{
    int fd = open(".", O_RDONLY | O_DIRECTORY);
    int result = fsync(fd);
    close(fd);
    return result;
}

static void the_right_order_leaves_no_mark_but_those_of_a_name(void **state)
{
    struct pair *pair = *state;
    int fd = write_part("new");
    assert_int_equal(fsync(fd), 0);
    assert_int_equal(rename("part", "copy"), 0);
    assert_int_equal(sync_folder(), 0);
    assert_int_equal(send(pair->near, "Gracias", 7, 0), 7);
    assert_string_equal(take_marks(), "KN");
    close(fd);
}

static void a_file_without_a_name_is_synced_too(void **state)
{
    struct pair *pair = *state;
    char self[64];
    int fd = open(".", O_WRONLY | O_TMPFILE, 0600);
    if (fd == -1)
        skip();
    assert_int_equal(write(fd, "new", 3), 3);
    assert_int_equal(fdatasync(fd), 0);
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    assert_int_equal(linkat(AT_FDCWD, self, AT_FDCWD, "part", AT_SYMLINK_FOLLOW), 0);
    assert_int_equal(rename("part", "copy"), 0);
    assert_int_equal(sync_folder(), 0);
    assert_int_equal(write(pair->near, "x", 1), 1);
    assert_string_equal(take_marks(), "KN");
    close(fd);
}

static void what_is_written_after_the_sync_is_not_synced(void **state)
{
    (void)state;
    int fd = write_part("ne");
    assert_int_equal(fsync(fd), 0);
    assert_int_equal(write(fd, "w", 1), 1);
    assert_int_equal(renameat(AT_FDCWD, "part", AT_FDCWD, "./copy"), 0);
    assert_string_equal(take_marks(), "KNU");
    close(fd);
}

static void a_sync_of_everything_counts_until_a_file_is_opened(void **state)
{
    struct pair *pair = *state;
    int fd = write_part("new");
    assert_int_equal(syncfs(fd), 0);
    assert_int_equal(link("part", "copy"), 0);
    assert_int_equal(syncfs(fd), 0);
    assert_int_equal(send(pair->near, "x", 1, 0), 1);
    assert_string_equal(take_marks(), "KN");
    close(fd);
    close(write_part("newer"));
    assert_int_equal(rename("part", "copy"), 0);
    assert_string_equal(take_marks(), "KNU");
}

static void an_answer_before_the_folder_is_synced_is_seen(void **state)
{
    struct pair *pair = *state;
    int fd = write_part("new");
    assert_int_equal(fsync(fd), 0);
    assert_int_equal(sync_folder(), 0);
    assert_int_equal(rename("part", "copy"), 0);
    assert_int_equal(fsync(fd), 0);
    assert_int_equal(send(pair->near, "x", 1, 0), 1);
    assert_string_equal(take_marks(), "KNO");
    close(fd);
}

static void what_goes_over_a_unix_socket_is_no_answer(void **state)
{
    (void)state;
    int fd = write_part("new"), fds[2] = {-1, -1};
    assert_int_equal(fsync(fd), 0);
    assert_int_equal(rename("part", "copy"), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    assert_int_equal(write(fds[0], "x", 1), 1);
    assert_string_equal(take_marks(), "KN");
    close(fds[0]);
    close(fds[1]);
    close(fd);
}

static void an_answer_before_the_journal_is_synced_is_seen(void **state)
{
    struct pair *pair = *state;
    strcpy(journal, "part");
    send(pair->near, "x", 1, 0);
    assert_string_equal(take_marks(), "D"); /* there is none */
    int fd = write_part("");
    assert_int_equal(fsync(fd), 0);
    send(pair->near, "x", 1, 0);
    assert_string_equal(take_marks(), "KD"); /* it is empty */
    assert_int_equal(write(fd, "one", 3), 3);
    send(pair->near, "x", 1, 0);
    assert_string_equal(take_marks(), "KD");
    assert_int_equal(fdatasync(fd), 0);
    send(pair->near, "x", 1, 0);
    assert_string_equal(take_marks(), "K");
    assert_int_equal(write(fd, "two", 3), 3);
    send(pair->near, "x", 1, 0);
    assert_string_equal(take_marks(), "KD");
    close(fd);
    fd = open("part", O_WRONLY | O_APPEND | O_DSYNC);
    assert_int_equal(write(fd, "three", 5), 5);
    send(pair->near, "x", 1, 0);
    assert_string_equal(take_marks(), "K");
    close(fd);
    writes_through = false;
    journal[0] = '\0';
}

static void a_file_with_the_number_of_an_old_folder_is_synced_too(void **state)
{
    (void)state;
    int fd = write_part("new");
    assert_int_equal(fstat(fd, &its_folder), 0);
    assert_int_equal(fsync(fd), 0);
    assert_int_equal(rename("part", "copy"), 0);
    assert_string_equal(take_marks(), "KN");
    close(fd);
}

static void another_folder_is_not_its_folder(void **state)
{
    struct pair *pair = *state;
    int fd = write_part("new"), root = open("/", O_RDONLY | O_DIRECTORY);
    assert_int_equal(fsync(fd), 0);
    assert_int_equal(rename("part", "copy"), 0);
    fsync(root);
    assert_int_equal(send(pair->near, "x", 1, 0), 1);
    assert_string_equal(take_marks(), "KNO");
    close(root);
    close(fd);
}

static void other_names_do_not_count(void **state)
{
    struct pair *pair = *state;
    close(write_part("new"));
    assert_int_equal(rename("part", "other"), 0);
    assert_int_equal(send(pair->near, "x", 1, 0), 1);
    assert_string_equal(take_marks(), "K");
    assert_int_equal(rename("nowhere", "copy"), -1);
    assert_int_equal(errno, ENOENT);
    assert_string_equal(take_marks(), "K");
}

static void reading_changes_no_file(void **state)
{
    (void)state;
    close(write_part("new"));
    take_marks();
    close(open("part", O_RDONLY));
    fclose(fopen("part", "r"));
    assert_string_equal(take_marks(), "");
}

/* Each of these calls is killed as the first one of a child that changes a file. */
static void call_number(int number)
{
    if (number == 0)
        open("other", O_WRONLY | O_CREAT, 0600);
    else if (number == 1) {
        if (openat(AT_FDCWD, "other", O_WRONLY | O_CREAT, 0600) == -1)
            return;
    } else if (number == 2)
        creat("other", 0600);
    else if (number == 3)
        fopen("other", "w");
    else if (number == 4)
        truncate("part", 0);
    else if (number == 5)
        unlink("part");
    else if (number == 6)
        unlinkat(AT_FDCWD, "part", 0);
    else if (number == 7)
        remove("part");
    else if (number == 8)
        rename("part", "other");
    else if (number == 9)
        link("part", "other");
    else if (number == 10)
        open("part", O_WRONLY | O_TRUNC);
}

static void a_killed_call_has_changed_nothing(void **state)
{
    (void)state;
    for (int number = 0; number <= 10; number++) {
        int status;
        struct stat found;
        close(write_part("new"));
        pid_t pid = fork();
        if (pid == 0) {
            until_kill = 1;
            call_number(number);
            _exit(0);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        assert_int_equal(stat("part", &found), 0);
        assert_int_equal(found.st_size, 3);
        assert_int_equal(stat("other", &found), -1);
    }
}

static void the_calls_before_it_have_been_made(void **state)
{
    (void)state;
    int status;
    struct stat found;
    pid_t pid = fork();
    if (pid == 0) {
        until_kill = 3;
        int fd = write_part("new"); /* open and write */
        fsync(fd);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(stat("part", &found), 0);
    assert_int_equal(found.st_size, 3);
}

#define ON(type, test) cmocka_unit_test_setup_teardown(test, open_##type, close_pair)

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
    alarm(30); /* a call that waits for ever must not keep the others waiting */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_read_from_the_environment),
        ON(streams, every_way_to_send_is_short),
        cmocka_unit_test(there_is_no_ipv6),
        cmocka_unit_test(one_socket_finds_no_file),
        ON(client, only_a_non_blocking_socket_finds_no_room),
        ON(streams, every_way_to_receive_is_short),
        ON(streams, nothing_else_is_short),
        ON(datagrams, datagrams_stay_whole),
        ON(streams, errno_is_left_alone_by_what_succeeds),
        ON(streams, every_nth_call_is_interrupted),
        ON(streams, every_call_can_be_interrupted),
        ON(streams, each_call_fails_once_in_whatever_order),
        ON(streams, waiting_for_a_descriptor_is_interrupted_too),
        ON(streams, what_was_made_short_is_an_edge_again),
        ON(streams, a_non_blocking_call_is_not_interrupted),
        cmocka_unit_test(the_first_accepts_fail_and_leave_the_client_in_the_queue),
        cmocka_unit_test(an_accept_is_interrupted_and_then_works),
        cmocka_unit_test(an_accept_that_must_not_wait_does_not),
        ON(streams, every_peer_has_the_user_and_the_group_that_were_asked_for),
        cmocka_unit_test(a_backlog_may_be_shorter_than_asked_for),
        cmocka_unit_test(a_buffer_for_sending_may_be_smaller_than_asked_for),
        ON(streams, a_call_fails_when_it_is_asked_to),
        IN_A_FOLDER(the_right_order_leaves_no_mark_but_those_of_a_name),
        IN_A_FOLDER(a_file_without_a_name_is_synced_too),
        IN_A_FOLDER(what_is_written_after_the_sync_is_not_synced),
        IN_A_FOLDER(a_sync_of_everything_counts_until_a_file_is_opened),
        IN_A_FOLDER(an_answer_before_the_folder_is_synced_is_seen),
        IN_A_FOLDER(what_goes_over_a_unix_socket_is_no_answer),
        IN_A_FOLDER(an_answer_before_the_journal_is_synced_is_seen),
        IN_A_FOLDER(a_file_with_the_number_of_an_old_folder_is_synced_too),
        IN_A_FOLDER(another_folder_is_not_its_folder),
        IN_A_FOLDER(other_names_do_not_count),
        IN_A_FOLDER(reading_changes_no_file),
        IN_A_FOLDER(a_killed_call_has_changed_nothing),
        IN_A_FOLDER(the_calls_before_it_have_been_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
