/* peer.c - a scripted client. It acts on a server over real sockets, one
 * action after the other, and reports the first action that did not go
 * as it should. The checks use it as a good client and as a hostile one.
 *
 *     peer 127.0.0.1:5001 connect send 'hello\n' expect 'HELLO\n' shut eof
 *
 * It prints each action on stdout in one line, `step<TAB>what<TAB>outcome`. If an action fails, it
 * adds `failed<TAB>CLASS`, `expected<TAB>...` and `got<TAB>...` (and `caret<TAB>...`, which points
 * to the first difference), and ends with status 1, or 3 if the server had ended before this client
 * hung up. CLASS is refused, hung, open (the end of the stream does not come), endless (the server
 * does not end), eof, reset, wrong-bytes, more (bytes come instead of the end) or error.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const char help[] =
    "usage: peer [-t SECONDS] [-s PID] ADDRESS ACTION...\n"
    "ADDRESS is HOST:PORT (numeric IPv4), /path or ./path of a Unix socket, or @abstract-name.\n"
    "With udp:HOST:PORT each send and each expect is one datagram. Many datagrams wait until the\n"
    "server has read most of them, so that its buffer loses none.\n"
    "Each action may take at most SECONDS (4), all together five times as long.\n\n"
    "  as NAME         the following actions belong to this client (A at first)\n"
    "  rcvbuf BYTES    set SO_RCVBUF at the next connect\n"
    "  from HOST:PORT  have this local address at the next connect\n"
    "  connect         open a connection\n"
    "  taken           wait until the server has accepted this TCP connection\n"
    "  heard           wait until the server has read all that came over this TCP connection\n"
    "  send TEXT       send all of it at once; \\n \\t \\0 \\\\ \\xHH as in C,\n"
    "                  \\p is the process id of this peer, \\iHHHH is a number of 16 bits in "
    "network\n"
    "                  byte order that grows by one with each turn of times\n"
    "                  \\d is the number of the turn of times, in digits\n"
    "  pass TEXT       send it over a Unix socket, and a descriptor with it (SCM_RIGHTS)\n"
    "  drip TEXT       send it byte by byte, each in a segment of its own\n"
    "  expect TEXT     read exactly these bytes, in whatever pieces they come\n"
    "  match TEXT      with udp: the datagram begins with this text, in which # is any number\n"
    "  lines N         read N lines, whatever is in them\n"
    "  until TEXT      read lines, whatever is in them, until one comes that is TEXT\n"
    "  pump IN OUT     send file IN and read meanwhile; exactly the bytes of file OUT must come\n"
    "  pour IN OUT     send file IN and read nothing, until the server takes no more; then read\n"
    "                  too; exactly the bytes of file OUT must come\n"
    "  flood BYTES     send this many bytes without reading, or fewer if the server stops\n"
    "                  reading\n"
    "  freeze          stop the server (SIGSTOP to PID), so that all that follows is there\n"
    "                  when it looks again\n"
    "  thaw            let the server go on\n"
    "  signal NAME     send the server that signal, TERM or INT, once it waits for something;\n"
    "                  it must end then\n"
    "  pause MS        do nothing for so many ms, or a little longer\n"
    "  silence         nothing has come that was not expected\n"
    "  shut            half-close: this side sends nothing more\n"
    "  deaf            half-close: this side reads nothing more; over a Unix socket the server\n"
    "                  cannot send then (EPIPE)\n"
    "  eof             the stream ends here, and no byte comes before its end\n"
    "  gone            the connection ends, by end of stream or by reset\n"
    "  dropped         the same, whatever comes before\n"
    "  close           close the connection\n"
    "  reset           close it with a reset (SO_LINGER with time 0)\n"
    "  times N         do the following actions N times, those up to end if there is one\n"
    "  end             end what times repeats";

struct bytes {
    unsigned char *data;
    size_t len;
};

static struct client {
    char name[16];
    int fd;
    bool was_reset; /* as early as while it connected */
} clients[1024];
static struct client *current; /* the client that acts now */
static double deadline_seconds = 4, finish;
static pid_t server_pid;
static const char *server_text, *from_text;
static int rcvbuf;
static bool datagrams;
static int turn = 1, turns = 1; /* within `times`, which prints only the last turn and a failure */
static char what[256];          /* the present action, in the words of the report */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The time by which an action that begins now must be over. */
static double deadline(void)
{
    double at = now() + deadline_seconds;
    return at < finish ? at : finish;
}

static void tell_step(const char *outcome)
{
    printf("step\t%s", what);
    if (turns > 1)
        printf(", time %d of %d", turn, turns);
    printf("\t%s\n", outcome);
}

static void done(const char *outcome)
{
    if (turn == turns)
        tell_step(outcome);
}

__attribute__((format(printf, 1, 2))) static void doing(const char *fmt, ...)
{
    int n = snprintf(what, sizeof what, "client %s ", current->name);
    va_list args;
    va_start(args, fmt);
    vsnprintf(what + n, sizeof what - (size_t)n, fmt, args);
    va_end(args);
}

/* The state of the server: T if SIGSTOP has stopped it, S if it waits for something, Z if it has
 * ended or is about to, 0 if it has gone. The kernel first marks a process that ends (PF_EXITING),
 * then closes its sockets, and only then shows it as ended. */
static char server_state(void)
{
    enum { PF_EXITING = 4 };
    char path[64], stat[512] = "", state = 0;
    unsigned flags = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)server_pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    size_t n = fread(stat, 1, sizeof stat - 1, file);
    fclose(file);
    stat[n] = '\0';
    const char *name_end = strrchr(stat, ')');
    if (!name_end || sscanf(name_end + 1, " %c %*d %*d %*d %*d %*d %u", &state, &flags) < 2)
        return 0;
    return flags & PF_EXITING ? 'Z' : state;
}

static bool server_has_ended(void)
{
    char state = server_pid > 0 ? server_state() : 'S';
    return state == 0 || state == 'Z';
}

/* Ends this client after a failure of that class. A server that is about to end has a moment for it
 * before we hang up: what it does after that, we have caused ourselves. It may close its connection
 * long before, and its listening socket longer still. */
_Noreturn static void give_up(const char *class)
{
    static const char *const soon[] = {"eof", "reset", "error"};
    double until = now() + (strcmp(class, "refused") == 0 ? 1 : 0);
    for (size_t i = 0; i < sizeof soon / sizeof soon[0]; i++)
        if (strcmp(class, soon[i]) == 0)
            until = now() + 0.2;
    while (!server_has_ended() && now() < until)
        poll(NULL, 0, 1);
    exit(server_has_ended() ? 3 : 1);
}

_Noreturn __attribute__((format(printf, 4, 5))) static void
fail(const char *class, const char *outcome, const char *expected, const char *fmt, ...)
{
    tell_step(outcome);
    printf("failed\t%s\nexpected\t%s\ngot\t", class, expected);
    va_list args;
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    putchar('\n');
    give_up(class);
}

_Noreturn static void fail_errno(const char *expected)
{
    const char *name = strerrorname_np(errno);
    if (errno == ECONNREFUSED || errno == ENOENT)
        fail("refused", "refused", expected, "connection refused: nothing listens there [%s]",
             name);
    if (errno == ECONNRESET || errno == EPIPE)
        fail("reset", "reset", expected, "the server reset the connection [%s]", name);
    fail("error", name, expected, "%s [%s]", strerror(errno), name);
}

/* Waits until the descriptor is ready for `events`. False if the time is over first. */
static bool ready(int fd, short events, double until)
{
    double left = until - now();
    struct pollfd p = {.fd = fd, .events = events};
    return poll(&p, 1, left > 0 ? (int)(left * 1000) + 1 : 0) == 1;
}

/* ---- bytes as text, and back ---- */

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;
    return at ? (int)(at - digits) : -1;
}

static struct bytes unescape(const char *text)
{
    struct bytes b = {.data = malloc(strlen(text) * 6 + 1)}; /* \p, \d: two become twelve at most */
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '\\' && text[1]) {
            c = (unsigned char)*++text;
            if (c == 'p') {
                b.len += (size_t)sprintf((char *)b.data + b.len, "%d", (int)getpid());
                continue;
            }
            if (c == 'd') {
                b.len += (size_t)sprintf((char *)b.data + b.len, "%d", turn);
                continue;
            }
            char digits[5] = "";
            if (c == 'i' && strlen(text) > 4) {
                long number = strtol(memcpy(digits, text + 1, 4), NULL, 16) + turn - 1;
                b.data[b.len++] = (unsigned char)(number >> 8);
                b.data[b.len++] = (unsigned char)number;
                text += 4;
                continue;
            }
            if (c == 'x' && hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0) {
                c = (unsigned char)(hex_digit(text[1]) * 16 + hex_digit(text[2]));
                text += 2;
            } else {
                c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == '0' ? 0 : c;
            }
        }
        b.data[b.len++] = c;
    }
    return b;
}

/* Writes the byte to `text` as you would write it in C. Returns the width. */
static int escape(unsigned char c, char text[8])
{
    if (c == '\n')
        return sprintf(text, "\\n");
    if (c == '\\')
        return sprintf(text, "\\\\");
    return sprintf(text, c >= 0x20 && c < 0x7f ? "%c" : "\\x%02x", c);
}

/* Prints the bytes from `from` on, at most `width` columns of them, and dots if there are more.
 * Returns the number of columns before byte `at`. */
static int print_escaped(const struct bytes *b, size_t from, size_t at, int width)
{
    char text[8];
    int column = from > 0 ? printf("...") : 0, at_column = column;
    size_t i = from;
    for (; i < b->len; i++) {
        int wide = escape(b->data[i], text);
        if (column + wide > width)
            break;
        fputs(text, stdout);
        column += wide;
        if (i < at)
            at_column = column;
    }
    if (i < b->len)
        fputs("...", stdout);
    return at_column;
}

enum { WORDS_MAX = 100 };

/* Writes the first bytes to `text`, in quotes, and dots if there are more. Returns `text`. */
static const char *beginning(const struct bytes *b, char text[WORDS_MAX])
{
    int len = snprintf(text, WORDS_MAX, "'");
    size_t i = 0;
    for (; i < b->len && len < 40; i++)
        len += escape(b->data[i], text + len);
    snprintf(text + len, (size_t)(WORDS_MAX - len), i < b->len ? "...'" : "'");
    return text;
}

/* Writes the bytes to `text` if they are few, else how many they are. Returns `text`. */
static const char *in_words(const struct bytes *b, char text[WORDS_MAX])
{
    int len = snprintf(text, WORDS_MAX, "\"");
    for (size_t i = 0; i < b->len && len < 25; i++)
        len += escape(b->data[i], text + len);
    snprintf(text + len, (size_t)(WORDS_MAX - len), "\"");
    if (len >= 25)
        snprintf(text, WORDS_MAX, "%zu bytes", b->len);
    return text;
}

/* Prints the first difference, with some bytes around it and a caret under it, and exits. `end`
 * says what came instead of more bytes, or is NULL. */
_Noreturn static void fail_bytes(const struct bytes *expected, const struct bytes *got,
                                 const char *class, const char *outcome, const char *end)
{
    char text[8];
    const int columns = datagrams ? 72 : 60, before = datagrams ? 66 : 24;
    size_t at = 0;
    while (at < expected->len && at < got->len && expected->data[at] == got->data[at])
        at++;
    size_t from = at;
    for (int width = 0; from > 0 && width <= before; from--)
        width += escape(expected->data[from - 1], text);
    tell_step(outcome);
    printf("failed\t%s\nexpected\t", class);
    print_escaped(expected, from, at, columns);
    printf("\ngot\t");
    int column = print_escaped(got, from, at, columns);
    if (end)
        printf("%s%s", got->len > 0 ? " and then " : "", end);
    if (got->len > 0)
        printf("\ncaret\t%*s^ byte %zu", column, "", at + 1);
    putchar('\n');
    give_up(class);
}

/* ---- the actions ---- */

static void act_as(const char *text)
{
    struct bytes b = unescape(text);
    const char *name = (char *)b.data;
    b.data[b.len] = 0;
    const struct client *last = clients + sizeof clients / sizeof clients[0] - 1;
    current = clients;
    while (current < last && current->name[0] && strcmp(current->name, name) != 0)
        current++;
    if (current == last || !name[0] || strlen(name) >= sizeof current->name) {
        fprintf(stderr, "peer: as %s: a name of 1 to 15 letters, and 1023 names at most\n", name);
        exit(2);
    }
    if (!current->name[0])
        current->fd = -1;
    snprintf(current->name, sizeof current->name, "%s", name);
    free(b.data);
}

static socklen_t parse_address(const char *text, struct sockaddr_storage *out)
{
    memset(out, 0, sizeof *out);
    if (strchr("/.@", text[0])) {
        struct sockaddr_un *un = (struct sockaddr_un *)out;
        un->sun_family = AF_UNIX;
        memcpy(un->sun_path, text, strnlen(text, sizeof un->sun_path));
        if (text[0] == '@') {
            un->sun_path[0] = '\0';
            return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(text));
        }
        return sizeof *un;
    }
    struct sockaddr_in *in = (struct sockaddr_in *)out;
    char host[64];
    const char *colon = strrchr(text, ':');
    snprintf(host, sizeof host, "%.*s", colon ? (int)(colon - text) : 0, text);
    in->sin_family = AF_INET;
    in->sin_port = htons((uint16_t)atoi(colon ? colon + 1 : ""));
    if (inet_pton(AF_INET, host, &in->sin_addr) != 1) {
        fprintf(stderr, "peer: %s: not an address\n", text);
        exit(2);
    }
    return sizeof *in;
}

/* Begins to connect, and returns why that failed, EINPROGRESS for instance, or 0. Over a Unix
 * socket, EAGAIN: the server's queue is full (unix(7)). It is soon going to accept. */
static int begin_connect(const struct sockaddr_storage *addr, socklen_t len, double until)
{
    for (;; poll(NULL, 0, 1)) {
        int error = connect(current->fd, (const struct sockaddr *)addr, len) == -1 ? errno : 0;
        if (error != EAGAIN || now() >= until)
            return error;
    }
}

/* As recv. A reset that came while the client connected is an error of this call, not of connect.
 */
static ssize_t receive(void *data, size_t len, int flags)
{
    ssize_t n = recv(current->fd, data, len, flags);
    if (n != 0 || !current->was_reset)
        return n;
    errno = ECONNRESET;
    return -1;
}

static void act_connect(void)
{
    struct sockaddr_storage addr;
    struct sockaddr_storage own;
    socklen_t len = parse_address(server_text, &addr);
    if (from_text)
        doing("connected from %s", from_text);
    else
        doing("connected");
    const char *expected = "a connection";
    int type = datagrams ? SOCK_DGRAM : SOCK_STREAM;
    current->fd = socket(addr.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (current->fd == -1)
        fail_errno(expected);
    if (rcvbuf)
        setsockopt(current->fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof rcvbuf);
    if (from_text) {
        setsockopt(current->fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
        socklen_t own_len = parse_address(from_text, &own);
        from_text = NULL;
        if (bind(current->fd, (struct sockaddr *)&own, own_len) == -1)
            fail_errno(expected);
    }
    double until = deadline();
    int error = begin_connect(&addr, len, until);
    if (error == EAGAIN)
        fail("hung", "no answer", expected, "its queue was full for %g s", deadline_seconds);
    if (error == 0 || error == EINPROGRESS) {
        if (!ready(current->fd, POLLOUT, until))
            fail("hung", "no answer", expected, "no answer within %g s", deadline_seconds);
        socklen_t size = sizeof error;
        getsockopt(current->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    /* A server that refuses gives ECONNREFUSED. So this one has accepted, and then reset. */
    current->was_reset = error == ECONNRESET || error == EPIPE;
    if (current->was_reset)
        error = 0;
    errno = error;
    if (error != 0)
        fail_errno(expected);
    setsockopt(current->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    done("done");
}

/* The bytes that wait in the buffers of the sockets that have the server's port. */
static unsigned long unread(void)
{
    static const char *const files[] = {"/proc/net/udp", "/proc/net/udp6"};
    unsigned long sum = 0, queue;
    unsigned port, server_port = (unsigned)atoi(strrchr(server_text, ':') + 1);
    char line[512];
    for (int i = 0; i < 2; i++) {
        FILE *file = fopen(files[i], "r");
        while (file && fgets(line, sizeof line, file))
            if (sscanf(line, " %*d: %*[0-9A-F]:%x %*[^:]:%*x %*x %*x:%lx", &port, &queue) == 2 &&
                port == server_port)
                sum += queue;
        if (file)
            fclose(file);
    }
    return sum;
}

/* A hundred small datagrams fit into any socket's
 * buffer, if those of an earlier peer have left it. */
static void wait_for_room(void)
{
    static int sent = 100;
    double until = deadline();
    while (sent >= 100 && unread() > 0) {
        if (now() > until)
            fail("hung", "stuck", "a server that reads", "it read nothing for %g s",
                 deadline_seconds);
        nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
    }
    sent = sent >= 100 ? 1 : sent + 1;
}

/* Asks the kernel for the server's end of our connection, by sock_diag(7), which is much quicker
 * than to read /proc/net/tcp. False if there is none. */
static bool find_other_end(struct inet_diag_msg *found)
{
    struct {
        struct nlmsghdr head;
        struct inet_diag_req_v2 body;
    } ask = {.head = {.nlmsg_len = sizeof ask, .nlmsg_type = SOCK_DIAG_BY_FAMILY},
             .body = {.sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_TCP}};
    struct {
        _Alignas(struct nlmsghdr) char bytes[4096];
    } answer;
    struct sockaddr_in us = {0}, server = {0};
    getsockname(current->fd, (struct sockaddr *)&us, &(socklen_t){sizeof us});
    getpeername(current->fd, (struct sockaddr *)&server, &(socklen_t){sizeof server});
    ask.head.nlmsg_flags = NLM_F_REQUEST;
    ask.body.idiag_states = ~0U;
    ask.body.id.idiag_sport = server.sin_port;
    ask.body.id.idiag_dport = us.sin_port;
    ask.body.id.idiag_src[0] = server.sin_addr.s_addr;
    ask.body.id.idiag_dst[0] = us.sin_addr.s_addr;
    ask.body.id.idiag_cookie[0] = ask.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd == -1 || send(fd, &ask, sizeof ask, 0) == -1) {
        perror("peer: sock_diag");
        exit(2);
    }
    ssize_t n = recv(fd, answer.bytes, sizeof answer.bytes, 0);
    close(fd);
    const struct nlmsghdr *head = (const struct nlmsghdr *)answer.bytes;
    if (n < (ssize_t)NLMSG_SPACE(sizeof *found) || head->nlmsg_type != SOCK_DIAG_BY_FAMILY)
        return false;
    memcpy(found, NLMSG_DATA(head), sizeof *found);
    return true;
}

/* True if the server has accepted our connection, and if `all_read`, has no unread bytes of it
 * either. Until accept(2) the connection belongs to no process, and so has no inode. It is served,
 * too, if the server has already closed it, or it has been reset. */
static bool is_served(bool all_read)
{
    struct inet_diag_msg it;
    if (!find_other_end(&it) ||
        (it.idiag_state != TCP_SYN_RECV && it.idiag_state != TCP_ESTABLISHED &&
         it.idiag_state != TCP_CLOSE_WAIT))
        return true;
    return it.idiag_inode != 0 && !(all_read && it.idiag_rqueue > 0);
}

static void act_taken(bool all_read)
{
    double until = deadline();
    doing(all_read ? "waited until the server had read that" : "waited to be accepted");
    while (!is_served(all_read))
        if (poll(NULL, 0, 1) == 0 && now() > until)
            fail("hung", all_read ? "unread" : "not accepted",
                 all_read ? "a server that reads" : "a server that accepts this client",
                 "it did not within %g s", deadline_seconds);
    done("done");
}

static void send_bytes(const struct bytes *b, size_t at_once)
{
    double until = deadline();
    if (datagrams)
        wait_for_room();
    if (b->len == 0 && send(current->fd, "", 0, 0) == -1) /* an empty datagram */
        fail_errno("a server that reads");
    for (size_t sent = 0; sent < b->len;) {
        size_t want = b->len - sent < at_once ? b->len - sent : at_once;
        ssize_t n = send(current->fd, b->data + sent, want, MSG_NOSIGNAL);
        if (n >= 0)
            sent += (size_t)n;
        else if (errno != EAGAIN)
            fail_errno("a server that reads");
        else if (!ready(current->fd, POLLOUT, until))
            fail("hung", "stuck", "a server that reads",
                 "it read nothing for %g s, after %zu of %zu bytes", deadline_seconds, sent,
                 b->len);
    }
    done("done");
}

/* A descriptor travels with at least one byte: unix(7). */
static void pass_bytes(const struct bytes *b)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } room = {0};
    struct iovec piece = {.iov_base = b->data, .iov_len = b->len};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    message.msg_control = room.bytes;
    message.msg_controllen = sizeof room.bytes;
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(head), &(int){STDOUT_FILENO}, sizeof(int));
    if (sendmsg(current->fd, &message, MSG_NOSIGNAL) != (ssize_t)b->len)
        fail_errno("a server that reads");
    done("done");
}

/* Receives one datagram. If none comes, prints `expected` and exits. */
static struct bytes receive_datagram(const struct bytes *expected)
{
    static unsigned char data[65536];
    if (!ready(current->fd, POLLIN, deadline())) {
        char end[64];
        snprintf(end, sizeof end, "no datagram for %g s", deadline_seconds);
        fail_bytes(expected, &(struct bytes){.data = data}, "hung", "no answer", end);
    }
    ssize_t n = receive(data, sizeof data, 0);
    if (n == -1)
        fail_errno("a datagram");
    return (struct bytes){.data = data, .len = (size_t)n};
}

/* Receives one datagram and compares it with `expected`. */
static void expect_datagram(const struct bytes *expected)
{
    struct bytes got = receive_datagram(expected);
    bool beginning = got.len <= expected->len && memcmp(got.data, expected->data, got.len) == 0;
    if (!beginning || got.len < expected->len)
        fail_bytes(expected, &got, "wrong-bytes", "wrong bytes",
                   beginning ? "the end of the datagram" : NULL);
    done("done");
}

static bool digit_at(const struct bytes *b, size_t at)
{
    return at < b->len && b->data[at] >= '0' && b->data[at] <= '9';
}

/* Receives one datagram and compares its beginning with `text`. What is expected becomes the text
 * with the numbers that came in the place of each #. */
static void match_datagram(const char *text)
{
    struct bytes whole = {.data = (unsigned char *)text, .len = strlen(text)};
    struct bytes got = receive_datagram(&whole);
    struct bytes expected = {.data = malloc(whole.len + got.len)};
    for (size_t i = 0, at = 0; i < whole.len; i++) {
        size_t end = at + (at < got.len && got.data[at] == '-');
        while (text[i] == '#' && digit_at(&got, end))
            end++;
        if (text[i] != '#' || !digit_at(&got, end - 1))
            expected.data[expected.len++] = (unsigned char)text[i], at++;
        else
            for (; at < end; at++)
                expected.data[expected.len++] = got.data[at];
    }
    bool same = got.len >= expected.len && memcmp(got.data, expected.data, expected.len) == 0;
    if (!same || (digit_at(&got, expected.len) && digit_at(&got, expected.len - 1)))
        fail_bytes(&expected, &got, "wrong-bytes", "wrong bytes",
                   same || got.len >= expected.len ? NULL : "the end of the datagram");
    free(expected.data);
    done("done");
}

/* There is no need to wait. The other clients already have the server's datagrams for them; so one
 * for this client would be here too. */
static void act_silence(void)
{
    unsigned char byte[1];
    doing("looked for anything that it must not get");
    if (receive(byte, 1, 0) != -1)
        fail("wrong-bytes", "something came", "nothing", "an answer that was not for this client");
    done("nothing");
}

/* Reads until `expected` is complete, and compares what comes.
 * Meanwhile sends `sending`, if any, from byte `sent` on. */
static void exchange(const struct bytes *expected, const struct bytes *sending, size_t sent)
{
    struct bytes got = {.data = malloc(expected->len + 1)};
    double until = deadline();
    bool broken = false; /* send has reported a reset, so recv will report only an end of stream */
    while (got.len < expected->len) {
        bool unsent = sending && sent < sending->len && !broken;
        if (!ready(current->fd, unsent ? POLLIN | POLLOUT : POLLIN, until)) {
            char end[64];
            if (now() < finish)
                snprintf(end, sizeof end, "nothing for %g s", deadline_seconds);
            else
                snprintf(end, sizeof end, "not all of it in %g s", 5 * deadline_seconds);
            fail_bytes(expected, &got, "hung", "no answer", end);
        }
        if (unsent) {
            ssize_t n = send(current->fd, sending->data + sent, sending->len - sent, MSG_NOSIGNAL);
            if (n > 0) {
                sent += (size_t)n;
                until = deadline();
            }
            broken = n == -1 && errno != EAGAIN;
        }
        ssize_t n = receive(got.data + got.len, expected->len - got.len, 0);
        if (n == -1 && errno == EAGAIN)
            continue;
        if (n == 0 && !broken)
            fail_bytes(expected, &got, "eof", "end of stream", "the end of the stream");
        if (n <= 0)
            fail_bytes(expected, &got, "reset", "reset", "a reset of the connection");
        bool same = memcmp(got.data + got.len, expected->data + got.len, (size_t)n) == 0;
        got.len += (size_t)n;
        if (!same)
            fail_bytes(expected, &got, "wrong-bytes", "wrong bytes", NULL);
        until = deadline(); /* something came, so the server does not hang */
    }
    free(got.data);
    done("done");
}

static void act_lines(long wanted)
{
    char expected[40], byte = 0;
    long got = 0;
    doing("waited for %ld line%s", wanted, wanted == 1 ? "" : "s");
    snprintf(expected, sizeof expected, "%ld line%s", wanted, wanted == 1 ? "" : "s");
    double until = deadline();
    while (got < wanted) {
        if (!ready(current->fd, POLLIN, until))
            fail("hung", "no answer", expected, "%ld, and then nothing for %g s", got,
                 deadline_seconds);
        ssize_t n = receive(&byte, 1, 0);
        if (n == 0)
            fail("eof", "end of stream", expected, "%ld, and then the end of the stream", got);
        if (n == -1)
            fail_errno(expected);
        if (byte == '\n') {
            got++;
            until = deadline();
        }
    }
    done("done");
}

/* Waits until something is there, and looks at it without taking it away. What the line must be,
 * and how many others came before, is for the report. */
static size_t peek_or_fail(char *data, size_t room, const char *wanted, long others, double until)
{
    if (!ready(current->fd, POLLIN, until))
        fail("hung", "no answer", wanted, "%ld other lines, and then nothing for %g s", others,
             deadline_seconds);
    ssize_t n = receive(data, room, MSG_PEEK);
    if (n == 0)
        fail("eof", "end of stream", wanted, "%ld other lines, and then the end of the stream",
             others);
    if (n == -1)
        fail_errno(wanted);
    return (size_t)n;
}

/* Takes no more than the line, because what comes after it is for the next action. */
static void act_until(const struct bytes *wanted)
{
    char text[WORDS_MAX], data[16384];
    size_t have = 0; /* of the present line */
    long others = 0;
    bool same = true, found = false;
    doing("waited for the line %s, after any others", in_words(wanted, text));
    for (double until = deadline(); !found; until = deadline()) {
        size_t n = peek_or_fail(data, sizeof data, text, others, until), taken = 0;
        while (taken < n && !found) {
            char byte = data[taken++];
            same = same && have < wanted->len && byte == (char)wanted->data[have];
            have++;
            found = same && have == wanted->len;
            if (byte == '\n' && !found) {
                others++;
                have = 0;
                same = true;
            }
        }
        receive(data, taken, 0);
    }
    done("done");
}

static struct bytes read_file(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY);
    if (fd == -1 || fstat(fd, &st) == -1) {
        fprintf(stderr, "peer: %s: %s\n", path, strerror(errno));
        exit(2);
    }
    struct bytes b = {.data = malloc((size_t)st.st_size + 1), .len = (size_t)st.st_size};
    if (read(fd, b.data, b.len) != st.st_size)
        exit(2);
    close(fd);
    return b;
}

/* Sends up to `total` bytes of `b`, from the start again at its end, and reads nothing. Returns how
 * many the server took. A server that is stuck in send(2) stops reading. After 0.3 s without
 * progress we take it for stuck. The check is right even if it is not. */
static size_t send_blindly(const struct bytes *b, size_t total)
{
    size_t sent = 0;
    while (sent < total && ready(current->fd, POLLOUT, now() + 0.3)) {
        size_t at = sent % b->len;
        size_t want = total - sent < b->len - at ? total - sent : b->len - at;
        ssize_t n = send(current->fd, b->data + at, want, MSG_NOSIGNAL);
        if (n == -1 && errno != EAGAIN)
            fail_errno("a server that reads");
        sent += n > 0 ? (size_t)n : 0;
    }
    return sent;
}

static void act_flood(size_t total)
{
    static unsigned char block[65536];
    doing("sent up to %zu bytes and read nothing", total);
    send_blindly(&(struct bytes){.data = block, .len = sizeof block}, total);
    done("done");
}

static void act_pour(const struct bytes *in, const struct bytes *out)
{
    doing("sent as much of %zu bytes as it could before it read", in->len);
    size_t sent = send_blindly(in, in->len);
    done("done");
    doing("read, and sent the rest");
    exchange(out, in, sent);
}

/* Waits for the end of the stream; if `reset_will_do`, a reset is as good. */
static void act_eof(bool reset_will_do)
{
    unsigned char byte[1];
    char text[8];
    const char *expected = reset_will_do ? "the end of the connection" : "the end of the stream";
    doing("waited for %s", expected);
    if (!ready(current->fd, POLLIN, deadline()))
        fail("open", "no end", expected, "the connection was still open after %g s",
             deadline_seconds);
    ssize_t n = receive(byte, 1, 0);
    if (n == -1 && !reset_will_do)
        fail_errno(expected);
    if (n == 1 && escape(byte[0], text) > 0)
        fail("more", "more bytes", expected, "more bytes, the first is %s", text);
    done("done");
}

static void act_dropped(void)
{
    char data[4096];
    const char *expected = "the end of the connection";
    doing("waited for %s, whatever comes before", expected);
    double until = deadline();
    do
        if (now() > until || !ready(current->fd, POLLIN, until))
            fail("open", "no end", expected, "the connection was still open after %g s",
                 deadline_seconds);
    while (receive(data, sizeof data, 0) > 0);
    done("done");
}

static void act_close(bool reset)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    if (reset)
        setsockopt(current->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    close(current->fd);
    current->fd = -1;
    doing(reset ? "reset the connection" : "closed");
    done("done");
}

static void act_freeze(void)
{
    double until = deadline();
    snprintf(what, sizeof what, "stopped the server for a moment (SIGSTOP)");
    bool stopped = server_pid > 0 && kill(server_pid, SIGSTOP) == 0;
    while (stopped && server_state() != 'T')
        if (poll(NULL, 0, 1) == 0 && now() > until)
            stopped = false;
    if (!stopped)
        fail("error", "gone", "a server that is still running", "no process to stop");
    done("done");
}

static void act_thaw(void)
{
    snprintf(what, sizeof what, "let the server go on (SIGCONT)");
    kill(server_pid, SIGCONT);
    done("done");
}

static void act_signal(const char *name)
{
    snprintf(what, sizeof what, "sent SIG%s to the server", name);
    /* A server that has just answered is soon going to
     * wait again; one that never does gets no more time. */
    for (double until = now() + 0.5; server_state() != 'S' && now() < until;)
        poll(NULL, 0, 1);
    if (server_pid <= 0 || kill(server_pid, strcmp(name, "INT") == 0 ? SIGINT : SIGTERM) == -1)
        fail("error", "gone", "a server that is still running", "no process");
    for (double until = deadline(); !server_has_ended();)
        if (poll(NULL, 0, 1) == 0 && now() > until)
            fail("endless", "still running", "a server that ends", "it still runs after %g s",
                 deadline_seconds);
    done("ended");
}

static void act_pause(long ms)
{
    doing("waited for %ld ms", ms);
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
    done("done");
}

_Noreturn static void usage_error(const char *problem, const char *word)
{
    fprintf(stderr, "peer: %s: %s\n%s\n", problem, word, help);
    exit(2);
}

/* Does the action at words[0]. Returns how many words belong to it. */
static int act(char *words[])
{
    const char *verb = words[0], *arg = words[1];
    char text[WORDS_MAX];
    if (strcmp(verb, "connect") == 0)
        act_connect();
    else if (strcmp(verb, "taken") == 0)
        act_taken(false);
    else if (strcmp(verb, "heard") == 0)
        act_taken(true);
    else if (strcmp(verb, "shut") == 0) {
        doing("half-closed");
        shutdown(current->fd, SHUT_WR);
        done("done");
    } else if (strcmp(verb, "deaf") == 0) {
        doing("half-closed: it will read nothing");
        shutdown(current->fd, SHUT_RD);
        done("done");
    } else if (strcmp(verb, "eof") == 0)
        act_eof(false);
    else if (strcmp(verb, "freeze") == 0)
        act_freeze();
    else if (strcmp(verb, "thaw") == 0)
        act_thaw();
    else if (strcmp(verb, "silence") == 0)
        act_silence();
    else if (strcmp(verb, "gone") == 0)
        act_eof(true);
    else if (strcmp(verb, "dropped") == 0)
        act_dropped();
    else if (strcmp(verb, "close") == 0)
        act_close(false);
    else if (strcmp(verb, "reset") == 0)
        act_close(true);
    else if (!arg)
        usage_error("unknown action, or its argument is missing", verb);
    else if (strcmp(verb, "as") == 0)
        return act_as(arg), 2;
    else if (strcmp(verb, "signal") == 0 && (strcmp(arg, "TERM") == 0 || strcmp(arg, "INT") == 0))
        return act_signal(arg), 2;
    else if (strcmp(verb, "lines") == 0)
        return act_lines(atol(arg)), 2;
    else if (strcmp(verb, "until") == 0) {
        struct bytes b = unescape(arg);
        act_until(&b);
        free(b.data);
        return 2;
    } else if (strcmp(verb, "rcvbuf") == 0)
        return rcvbuf = atoi(arg), 2;
    else if (strcmp(verb, "from") == 0)
        return from_text = arg, 2;
    else if (strcmp(verb, "pause") == 0)
        return act_pause(atol(arg)), 2;
    else if (strcmp(verb, "flood") == 0)
        return act_flood(strtoul(arg, NULL, 10)), 2;
    else if (strcmp(verb, "send") == 0 || strcmp(verb, "drip") == 0) {
        struct bytes b = unescape(arg);
        bool drip = verb[0] == 'd';
        if (datagrams)
            doing("sent %s, %zu byte%s", beginning(&b, text), b.len, b.len == 1 ? "" : "s");
        else
            doing("sent %s%s", in_words(&b, text), drip ? ", byte by byte" : "");
        send_bytes(&b, drip ? 1 : b.len);
        free(b.data);
        return 2;
    } else if (strcmp(verb, "pass") == 0) {
        struct bytes b = unescape(arg);
        doing("sent %s, and a descriptor with it", in_words(&b, text));
        pass_bytes(&b);
        free(b.data);
        return 2;
    } else if (strcmp(verb, "expect") == 0) {
        struct bytes b = unescape(arg);
        doing("waited for %s%s", datagrams ? "a datagram of " : "", in_words(&b, text));
        if (datagrams)
            expect_datagram(&b);
        else
            exchange(&b, NULL, 0);
        free(b.data);
        return 2;
    } else if (strcmp(verb, "match") == 0) {
        doing("waited for a datagram that begins with \"%s\"", arg);
        match_datagram(arg);
        return 2;
    } else if ((strcmp(verb, "pump") == 0 || strcmp(verb, "pour") == 0) && words[2]) {
        struct bytes in = read_file(arg), out = read_file(words[2]);
        doing("sent %zu bytes and read at once", in.len);
        if (verb[1] == 'o')
            act_pour(&in, &out);
        else
            exchange(&out, &in, 0);
        free(in.data);
        free(out.data);
        return 3;
    } else
        usage_error("unknown action", verb);
    return 1;
}

/* Does the actions up to `end`, or all. Returns the
 * word that ended them, which is NULL after the last. */
static char **run(char *words[])
{
    while (*words && strcmp(*words, "end") != 0) {
        if (strcmp(*words, "times") != 0) {
            words += act(words);
            continue;
        }
        char **after = words;
        turns = words[1] ? atoi(words[1]) : 0;
        if (turns < 1)
            usage_error("times needs a number, from 1", words[1] ? words[1] : "nothing");
        for (turn = 1; turn <= turns; turn++)
            after = run(words + 2);
        turn = turns = 1;
        words = *after ? after + 1 : after;
    }
    return words;
}

int main(int argc, char *argv[])
{
    /* A student's program may see this process, but must not open its descriptors (proc(5)). */
    if (prctl(PR_SET_DUMPABLE, 0) == -1)
        perror("peer: prctl");
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int c; (c = getopt(argc, argv, "+hs:t:")) != -1;) {
        if (c == 'h')
            return puts(help) == EOF;
        if (c == 's')
            server_pid = (pid_t)atoi(optarg);
        else if (c != 't' || (deadline_seconds = atof(optarg)) <= 0)
            return fprintf(stderr, "%s\n", help), 2;
    }
    finish = now() + 5 * deadline_seconds;
    if (optind == argc)
        return fprintf(stderr, "%s\n", help), 2;
    server_text = argv[optind];
    datagrams = strncmp(server_text, "udp:", 4) == 0;
    server_text += datagrams ? 4 : 0;
    if (datagrams) { /* the kernel keeps their order only if all come from one processor */
        cpu_set_t here;
        CPU_ZERO(&here);
        CPU_SET((size_t)sched_getcpu(), &here);
        sched_setaffinity(0, sizeof here, &here);
    }
    act_as("A");
    if (*run(argv + optind + 1))
        usage_error("no times before it", "end");
    return 0;
}
