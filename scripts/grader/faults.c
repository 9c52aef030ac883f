/* faults.c - a preloaded library. It makes a program's socket calls behave as badly as the man
 * pages allow, every time instead of once a year:
 *
 *     LD_PRELOAD=./faults.so FAULTS=send_max=3,eintr=2 ./server
 *
 *   send_max=N       send(2), write(2), sendmsg(2), writev(2), sendfile(2) and splice(2) take at
 *                    most N bytes
 *   send_again=1     every second of these calls fails with EAGAIN if the socket is non-blocking
 *   recv_max=N       recv(2), read(2), recvmsg(2), readv(2) and splice(2) give at most N bytes
 *   eintr=N          of these calls, accept(2), and poll(2), select(2), epoll_wait(2) and their
 *                    family, the first and then every Nth is interrupted (EINTR). Sending,
 *                    receiving and accepting count apart, for each descriptor, and so does
 *                    waiting: with 2, every call fails once before it works, in whatever order a
 *                    program makes them. A call that would not wait because the socket is
 *                    non-blocking is not interrupted (signal(7)).
 *   eintr_row=R      R calls in a row are interrupted then, instead of one
 *   accept_abort=N   the first N calls of accept(2) fail with ECONNABORTED
 *   abort_after=N    the first N clients are accepted before that
 *   send_gone=N      before the Nth of these calls that send, the sending side of that socket is
 *                    shut down, so it fails with EPIPE and raises SIGPIPE, as if the other end had
 *                    gone since poll(2) reported that there is room
 *   peer_id=U:G      SO_PEERCRED gives every peer user U and group G (neither is 0), and its pid
 *   stop_bind=1      the program stops (SIGSTOP) as soon as bind(2) has given a socket its address
 *   stop_taken=1     the program stops as soon as bind(2) has failed with EADDRINUSE
 *   stop_listen=1    the program stops just before listen(2); this and stop_accept are not about
 *                    Unix sockets
 *   stop_accept=N    the program stops as soon as accept(2) has given it the Nth connection
 *   stop_wait=N      the program stops just before it waits for the Nth time, in accept(2) of a
 *                    blocking socket, poll(2), select(2) or epoll_wait(2); what it forks does not
 *   backlog=N        listen(2) gets a backlog of N, at least 1
 *   sndbuf_max=N     SO_SNDBUF is set to at most N bytes
 *   no_ipv6=1        socket(2) fails with EAFNOSUPPORT for IPv6
 *   no_file=N        the Nth call of socket(2) fails with ENFILE: the system has no file left;
 *                    what the program forks meets no such failure
 *   fail_CALL=N      the Nth call of CALL fails with ENOBUFS: socket, socketpair, setsockopt,
 *                    getsockopt, bind, listen, accept, fork, poll; send or recv, which stand for
 *                    all that send or receive
 *
 * This changes sockets only, not files, pipes or terminals; files.c is about files. Datagrams stay
 * whole: send_max and recv_max do not apply to datagram sockets. FAULTS_MARKS names a file in which
 * the library marks what it has seen: the letter of a kind of call becomes a capital (see MARKS).
 */
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static size_t send_max, recv_max;
static bool send_again, no_ipv6;
static long eintr_every, eintr_row, accept_aborts, accept_spared;
static long peer_user, peer_group, backlog_max, sndbuf_max;
static long stop_bind, stop_taken, stop_listen;
static _Atomic long stop_accept, stop_wait, no_file;
static _Atomic long *send_gone; /* one count for the program and all that it forks, or NULL */
static pid_t first_process;

/* send, receive, accept, wait, stdio on a socket, getsockopt, bind, listen; and those of files.c */
#define MARKS "srawtgblknuodfy"
static char no_marks[] = MARKS, *marks = no_marks;

_Atomic bool has_received;

void mark(char letter)
{
    char *at = memchr(marks, letter, sizeof no_marks - 1);
    if (at != NULL)
        *at = (char)(letter - 'a' + 'A');
}

/* NAME=VALUE, each with its '\0'. From /proc, because a program may have a getenv of its own, and
 * may change its environment before this library is asked for the first time. */
static char environment[65536];
static size_t environment_size; /* 0 until it is read */

static void read_environment(void)
{
    int fd = REAL(open)("/proc/self/environ", O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return;
    ssize_t n;
    while ((n = REAL(read)(fd, environment + environment_size,
                           sizeof environment - 1 - environment_size)) > 0)
        environment_size += (size_t)n;
    close(fd);
}

const char *given(const char *name)
{
    if (environment_size == 0)
        read_environment();
    size_t len = strlen(name);
    for (const char *at = environment; at < environment + environment_size; at += strlen(at) + 1)
        if (strncmp(at, name, len) == 0 && at[len] == '=')
            return at + len + 1;
    return NULL;
}

static void open_marks(void)
{
    const char *path = given("FAULTS_MARKS");
    int fd = path ? REAL(open)(path, O_RDWR | O_CLOEXEC) : -1;
    void *shared = fd == -1
                       ? MAP_FAILED
                       : mmap(NULL, sizeof no_marks - 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared != MAP_FAILED)
        marks = shared;
    if (fd != -1)
        close(fd);
}

/* The calls that fail once if they are asked to. */
enum failing {
    SOCKET,
    SOCKETPAIR,
    SETSOCKOPT,
    GETSOCKOPT,
    BIND,
    LISTEN,
    ACCEPT,
    FORK,
    POLL,
    SEND,
    RECV
};
static const char *const failing[] = {"socket", "socketpair", "setsockopt", "getsockopt",
                                      "bind",   "listen",     "accept",     "fork",
                                      "poll",   "send",       "recv"};
enum { FAILING = sizeof failing / sizeof *failing };
static _Atomic long
    until_failure[FAILING]; /* calls until then, and that one; 0 if none is to fail */

/* True if this call is to fail. Then errno is ENOBUFS. */
static bool fails(enum failing call)
{
    if (until_failure[call] == 0)
        return false;
    if (--until_failure[call] > 0)
        return false;
    errno = ENOBUFS;
    return true;
}

long setting(const char *name)
{
    const char *faults = given("FAULTS"), *at = faults ? strstr(faults, name) : NULL;
    return at ? atol(at + strlen(name)) : 0;
}

__attribute__((constructor)) static void read_settings(void)
{
    send_max = (size_t)setting("send_max=");
    recv_max = (size_t)setting("recv_max=");
    send_again = setting("send_again=") != 0;
    no_ipv6 = setting("no_ipv6=") != 0;
    no_file = setting("no_file=");
    eintr_every = setting("eintr=");
    eintr_row = setting("eintr_row=");
    eintr_row = eintr_row > 0 ? eintr_row : 1;
    accept_aborts = setting("accept_abort=");
    accept_spared = setting("abort_after=");
    long gone = setting("send_gone=");
    void *shared = gone > 0 ? mmap(NULL, sizeof *send_gone, PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_ANONYMOUS, -1, 0)
                            : MAP_FAILED;
    send_gone = shared == MAP_FAILED ? NULL : shared;
    if (send_gone)
        *send_gone = gone;
    peer_user = setting("peer_id=");
    const char *faults = given("FAULTS"), *id = faults ? strstr(faults, "peer_id=") : NULL;
    const char *colon = id ? strchr(id, ':') : NULL;
    peer_group = colon ? atol(colon + 1) : 0;
    stop_bind = setting("stop_bind=");
    stop_taken = setting("stop_taken=");
    stop_listen = setting("stop_listen=");
    stop_accept = setting("stop_accept=");
    stop_wait = setting("stop_wait=");
    first_process = getpid();
    backlog_max = setting("backlog=");
    sndbuf_max = setting("sndbuf_max=");
    for (int call = 0; call < FAILING; call++) {
        char name[32];
        snprintf(name, sizeof name, "fail_%s=", failing[call]);
        until_failure[call] = setting(name);
    }
    open_marks();
}

bool is_socket(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* What goes over a Unix socket, to another thread perhaps, is no answer to a client. */
static bool is_local(int fd)
{
    int domain = 0, error = errno;
    socklen_t size = sizeof domain;
    bool local =
        REAL(getsockopt)(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
    errno = error;
    return local;
}

static bool is_file(int fd)
{
    struct stat st;
    return fd > STDERR_FILENO && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

enum { DESCRIPTORS = 1024 };

/* By epoll(7), a short count says to an edge-triggered program that no more is there, or no more
 * room, so it may wait for the next edge. When we have made it short, none would come. So the
 * descriptor is reported once more, if then there still is something. */
static struct {
    int epoll_fd;
    struct epoll_event event;
} edges[DESCRIPTORS];

int epoll_ctl(int epoll_fd, int change, int fd, struct epoll_event *event)
{
    int result = REAL(epoll_ctl)(epoll_fd, change, fd, event);
    if (result == 0 && fd >= 0 && fd < DESCRIPTORS) {
        edges[fd].epoll_fd = epoll_fd;
        edges[fd].event = change == EPOLL_CTL_DEL ? (struct epoll_event){0} : *event;
    }
    return result;
}

static void report_again(int fd)
{
    if (fd < 0 || fd >= DESCRIPTORS)
        return;
    struct epoll_event event = edges[fd].event;
    if (event.events & EPOLLET && !(event.events & (EPOLLONESHOT | EPOLLEXCLUSIVE)))
        REAL(epoll_ctl)(edges[fd].epoll_fd, EPOLL_CTL_MOD, fd, &event);
}

static size_t limit(int fd, size_t len, size_t max)
{
    int type = 0, error = errno;
    socklen_t size = sizeof type;
    bool stream = max != 0 && len > max && is_socket(fd) &&
                  REAL(getsockopt)(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
                  type == SOCK_STREAM;
    if (stream)
        report_again(fd);
    errno = error;
    return stream ? max : len;
}

enum call { SENDING, RECEIVING, ACCEPTING, WAITING, CALLS };
static _Atomic long calls[DESCRIPTORS][CALLS]; /* descriptors beyond that number share a count */

static void is_about_to_wait(void)
{
    if (stop_wait > 0 && getpid() == first_process && --stop_wait == 0)
        raise(SIGSTOP);
}

static bool is_next(int fd, enum call call)
{
    mark(MARKS[call]);
    if (call == WAITING)
        is_about_to_wait();
    bool next = eintr_every != 0 &&
                calls[fd % DESCRIPTORS][call]++ % (eintr_every - 1 + eintr_row) < eintr_row;
    if (next)
        errno = EINTR;
    return next;
}

/* True if this call that sends is to find no room, as after a short count it well may. */
static bool has_no_room(int fd, int flags)
{
    if (!send_again || is_local(fd) || !(flags & MSG_DONTWAIT || fcntl(fd, F_GETFL) & O_NONBLOCK) ||
        calls[fd % DESCRIPTORS][SENDING]++ % 2 == 0)
        return false;
    report_again(fd);
    errno = EAGAIN;
    return true;
}

/* True if this call is to fail or to be interrupted. Then errno is ENOBUFS, EAGAIN or EINTR. */
static bool interrupts(int fd, enum call call, int flags)
{
    if (is_socket(fd)) {
        mark(MARKS[call]);
        if (call == SENDING && !is_local(fd))
            answers();
        if (call == SENDING && send_gone && --*send_gone == 0)
            shutdown(fd, SHUT_WR);
        if (call == RECEIVING)
            has_received = true;
        if (call == SENDING && has_no_room(fd, flags))
            return true;
    } else if (call == SENDING && is_file(fd))
        file_changes();
    if ((call == SENDING || call == RECEIVING) && is_socket(fd) &&
        fails(call == SENDING ? SEND : RECV))
        return true;
    bool waits = eintr_every != 0 && is_socket(fd) && !(flags & MSG_DONTWAIT) &&
                 !(fcntl(fd, F_GETFL) & O_NONBLOCK);
    return waits && is_next(fd, call);
}

/* A new connection counts from the start, although an earlier one may have had its descriptor. */
static int counted_anew(int fd)
{
    for (int call = 0; fd >= 0 && call < CALLS; call++)
        calls[fd % DESCRIPTORS][call] = 0;
    return fd;
}

ssize_t send(int fd, const void *data, size_t len, int flags)
{
    return interrupts(fd, SENDING, flags) ? -1
                                          : REAL(send)(fd, data, limit(fd, len, send_max), flags);
}

ssize_t sendto(int fd, const void *data, size_t len, int flags, const struct sockaddr *to,
               socklen_t to_len)
{
    return interrupts(fd, SENDING, flags)
               ? -1
               : REAL(sendto)(fd, data, limit(fd, len, send_max), flags, to, to_len);
}

ssize_t write(int fd, const void *data, size_t len)
{
    return interrupts(fd, SENDING, 0) ? -1 : REAL(write)(fd, data, limit(fd, len, send_max));
}

ssize_t recv(int fd, void *data, size_t len, int flags)
{
    return interrupts(fd, RECEIVING, flags) ? -1
                                            : REAL(recv)(fd, data, limit(fd, len, recv_max), flags);
}

ssize_t recvfrom(int fd, void *restrict data, size_t len, int flags, struct sockaddr *restrict from,
                 socklen_t *restrict from_len)
{
    return interrupts(fd, RECEIVING, flags)
               ? -1
               : REAL(recvfrom)(fd, data, limit(fd, len, recv_max), flags, from, from_len);
}

ssize_t read(int fd, void *data, size_t len)
{
    return interrupts(fd, RECEIVING, 0) ? -1 : REAL(read)(fd, data, limit(fd, len, recv_max));
}

/* With _FORTIFY_SOURCE, programs call these instead of read, recv and recvfrom. */
ssize_t __read_chk(int fd, void *data, size_t len, size_t room);
ssize_t __read_chk(int fd, void *data, size_t len, size_t room)
{
    return len > room ? (abort(), -1) : read(fd, data, len);
}

ssize_t __recv_chk(int fd, void *data, size_t len, size_t room, int flags);
ssize_t __recv_chk(int fd, void *data, size_t len, size_t room, int flags)
{
    return len > room ? (abort(), -1) : recv(fd, data, len, flags);
}

ssize_t __recvfrom_chk(int fd, void *data, size_t len, size_t room, int flags,
                       struct sockaddr *from, socklen_t *from_len);
ssize_t __recvfrom_chk(int fd, void *data, size_t len, size_t room, int flags,
                       struct sockaddr *from, socklen_t *from_len)
{
    return len > room ? (abort(), -1) : recvfrom(fd, data, len, flags, from, from_len);
}

/* True if a call with a list of `count` buffers is to be shortened. */
static bool shortens(int fd, size_t count, size_t max)
{
    return count > 0 && max != 0 && limit(fd, (size_t)-1, max) == max;
}

/* Only the first buffer of the list that is not empty,
 * shortened. To the caller that is a short count like any other. */
static struct iovec first_only(int fd, const struct iovec *list, size_t count, size_t max)
{
    while (count > 1 && list->iov_len == 0) {
        list++;
        count--;
    }
    return (struct iovec){list->iov_base, limit(fd, list->iov_len, max)};
}

ssize_t writev(int fd, const struct iovec *list, int count)
{
    if (interrupts(fd, SENDING, 0))
        return -1;
    if (count < 1 || !shortens(fd, (size_t)count, send_max))
        return REAL(writev)(fd, list, count);
    struct iovec one = first_only(fd, list, (size_t)count, send_max);
    return REAL(write)(fd, one.iov_base, one.iov_len);
}

ssize_t readv(int fd, const struct iovec *list, int count)
{
    if (interrupts(fd, RECEIVING, 0))
        return -1;
    if (count < 1 || !shortens(fd, (size_t)count, recv_max))
        return REAL(readv)(fd, list, count);
    struct iovec one = first_only(fd, list, (size_t)count, recv_max);
    return REAL(read)(fd, one.iov_base, one.iov_len);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    if (interrupts(fd, SENDING, flags))
        return -1;
    if (!shortens(fd, message->msg_iovlen, send_max))
        return REAL(sendmsg)(fd, message, flags);
    struct iovec one = first_only(fd, message->msg_iov, message->msg_iovlen, send_max);
    struct msghdr shortened = *message;
    shortened.msg_iov = &one;
    shortened.msg_iovlen = 1;
    return REAL(sendmsg)(fd, &shortened, flags);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    if (interrupts(fd, RECEIVING, flags))
        return -1;
    if (!shortens(fd, message->msg_iovlen, recv_max))
        return REAL(recvmsg)(fd, message, flags);
    struct iovec one = first_only(fd, message->msg_iov, message->msg_iovlen, recv_max),
                 *list = message->msg_iov;
    size_t count = message->msg_iovlen;
    message->msg_iov = &one;
    message->msg_iovlen = 1;
    ssize_t n = REAL(recvmsg)(fd, message, flags);
    message->msg_iov = list;
    message->msg_iovlen = count;
    return n;
}

/* These two move bytes between a socket and another file within the kernel. */
ssize_t sendfile(int to, int from, off_t *at, size_t count)
{
    return interrupts(to, SENDING, 0) ? -1
                                      : REAL(sendfile)(to, from, at, limit(to, count, send_max));
}

ssize_t sendfile64(int to, int from, off64_t *at, size_t count)
{
    return sendfile(to, from, at, count); /* the same, where off_t has 64 bits */
}

ssize_t splice(int from, off_t *from_at, int to, off_t *to_at, size_t len, unsigned flags)
{
    bool sends = is_socket(to);
    int fd = sends ? to : from;
    if (is_socket(fd) && interrupts(fd, sends ? SENDING : RECEIVING, 0))
        return -1;
    return REAL(splice)(from, from_at, to, to_at, limit(fd, len, sends ? send_max : recv_max),
                        flags);
}

/* A connection that accept has given, or -1. */
static int taken(int fd)
{
    int error = errno;
    if (fd != -1 && stop_accept > 0 && !is_local(fd) && --stop_accept == 0)
        raise(SIGSTOP);
    errno = error;
    return counted_anew(fd);
}

/* True if this accept is to fail. Then errno says how. It fails only when a client is there, so
 * that a program that gives up does so at that moment, and not at some moment after its start. */
static bool accept_fails(int fd)
{
    struct pollfd client = {.fd = fd, .events = POLLIN};
    mark('a');
    if (stop_wait > 0 && !(fcntl(fd, F_GETFL) & O_NONBLOCK))
        is_about_to_wait();
    if (fails(ACCEPT))
        return true;
    if (accept_aborts == 0 && eintr_every == 0)
        return false;
    int pending = REAL(poll)(&client, 1, fcntl(fd, F_GETFL) & O_NONBLOCK ? 0 : -1);
    if (pending != 1)
        return pending == -1;
    if (accept_aborts == 0)
        return interrupts(fd, ACCEPTING, 0);
    if (accept_spared > 0) {
        accept_spared--;
        return false;
    }
    accept_aborts--;
    errno = ECONNABORTED;
    return true;
}

int accept(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)
{
    return accept_fails(fd) ? -1 : taken(REAL(accept)(fd, addr, len));
}

int accept4(int fd, struct sockaddr *restrict addr, socklen_t *restrict len, int flags)
{
    return accept_fails(fd) ? -1 : taken(REAL(accept4)(fd, addr, len, flags));
}

/* The calls that wait for a descriptor. A call that
 * does not wait (timeout 0) is not interrupted. */
int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    if (fails(POLL) || (timeout != 0 && count > 0 && is_next(0, WAITING)))
        return -1;
    return REAL(poll)(fds, count, timeout);
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    return count > 0 && is_next(0, WAITING) ? -1 : REAL(ppoll)(fds, count, timeout, mask);
}

/* With _FORTIFY_SOURCE, programs call these two instead. */
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t room);
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t room)
{
    return count > room / sizeof *fds ? (abort(), -1) : poll(fds, count, timeout);
}

int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
                const sigset_t *mask, size_t room);
int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
                const sigset_t *mask, size_t room)
{
    return count > room / sizeof *fds ? (abort(), -1) : ppoll(fds, count, timeout, mask);
}

int select(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict bad,
           struct timeval *restrict timeout)
{
    return count > 0 && is_next(0, WAITING) ? -1 : REAL(select)(count, in, out, bad, timeout);
}

int pselect(int count, fd_set *restrict in, fd_set *restrict out, fd_set *restrict bad,
            const struct timespec *restrict timeout, const sigset_t *restrict mask)
{
    return count > 0 && is_next(0, WAITING) ? -1
                                            : REAL(pselect)(count, in, out, bad, timeout, mask);
}

int epoll_wait(int fd, struct epoll_event *events, int room, int timeout)
{
    return timeout != 0 && is_next(0, WAITING) ? -1 : REAL(epoll_wait)(fd, events, room, timeout);
}

int epoll_pwait(int fd, struct epoll_event *events, int room, int timeout, const sigset_t *mask)
{
    return timeout != 0 && is_next(0, WAITING) ? -1
                                               : REAL(epoll_pwait)(fd, events, room, timeout, mask);
}

int socket(int family, int type, int protocol)
{
    if (no_ipv6 && family == AF_INET6) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    if (no_file > 0 && getpid() == first_process && --no_file == 0) {
        errno = ENFILE;
        return -1;
    }
    return fails(SOCKET) ? -1 : REAL(socket)(family, type, protocol);
}

pid_t fork(void)
{
    return fails(FORK) ? -1 : REAL(fork)();
}

int socketpair(int family, int type, int protocol, int fds[2])
{
    return fails(SOCKETPAIR) ? -1 : REAL(socketpair)(family, type, protocol, fds);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
    unsigned size; /* as the kernel takes it */
    if (fails(SETSOCKOPT))
        return -1;
    if (sndbuf_max != 0 && level == SOL_SOCKET && name == SO_SNDBUF && len >= sizeof size) {
        memcpy(&size, value, sizeof size);
        if (size > sndbuf_max) {
            size = (unsigned)sndbuf_max;
            return REAL(setsockopt)(fd, level, name, &size, sizeof size);
        }
    }
    return REAL(setsockopt)(fd, level, name, value, len);
}

int getsockopt(int fd, int level, int name, void *restrict value, socklen_t *restrict len)
{
    int result = fails(GETSOCKOPT) ? -1 : REAL(getsockopt)(fd, level, name, value, len);
    struct ucred *peer = value;
    mark('g');
    if (peer_user != 0 && result == 0 && level == SOL_SOCKET && name == SO_PEERCRED &&
        *len == sizeof *peer) {
        peer->uid = (uid_t)peer_user;
        peer->gid = (gid_t)peer_group;
    }
    return result;
}

/* stdio calls the kernel by a way of its own, which no library can come between (fdopen(3),
 * dprintf(3)). So the faults do not reach it, and a program may use it. */
FILE *fdopen(int fd, const char *mode)
{
    if (is_socket(fd))
        mark('t');
    return REAL(fdopen)(fd, mode);
}

int vdprintf(int fd, const char *restrict format, va_list arguments)
{
    if (is_socket(fd))
        mark('t');
    return REAL(vdprintf)(fd, format, arguments);
}

int dprintf(int fd, const char *restrict format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = vdprintf(fd, format, arguments);
    va_end(arguments);
    return result;
}

/* With _FORTIFY_SOURCE, programs call these two instead. */
int __vdprintf_chk(int fd, int flag, const char *restrict format, va_list arguments);
int __vdprintf_chk(int fd, int flag, const char *restrict format, va_list arguments)
{
    if (is_socket(fd))
        mark('t');
    return REAL(__vdprintf_chk)(fd, flag, format, arguments);
}

int __dprintf_chk(int fd, int flag, const char *restrict format, ...);
int __dprintf_chk(int fd, int flag, const char *restrict format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = __vdprintf_chk(fd, flag, format, arguments);
    va_end(arguments);
    return result;
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
    mark('b');
    int result = fails(BIND) ? -1 : REAL(bind)(fd, addr, len);
    int error = errno;
    if (stop_bind != 0 && result == 0 && addr->sa_family != AF_NETLINK)
        raise(SIGSTOP);
    if (stop_taken != 0 && result == -1 && error == EADDRINUSE)
        raise(SIGSTOP);
    errno = error;
    return result;
}

int listen(int fd, int backlog)
{
    mark('l');
    if (stop_listen != 0 && !is_local(fd))
        raise(SIGSTOP);
    return fails(LISTEN) ? -1 : REAL(listen)(fd, backlog_max != 0 ? (int)backlog_max : backlog);
}
