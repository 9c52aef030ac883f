/* test_07_mover.c - lab 07's mover: every way, from
 * files and sockets, up to the last byte and not beyond. */
// sources: labs/07-file-transfer/mover.c labs/07-file-transfer/progress.c common/io.c common/diag.c common/addr.c
#include "../../labs/07-file-transfer/mover.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { LEN = 100000 };

struct ends {
    int file, near, far;
};

static unsigned char data[LEN];

static int open_ends(void **state)
{
    static struct ends ends;
    char name[] = "/tmp/test_07_mover.XXXXXX";
    int fds[2];
    for (int i = 0; i < LEN; i++)
        data[i] = (unsigned char)(i * 7 + i / 256);
    signal(SIGPIPE, SIG_IGN);
    ends.file = mkstemp(name);
    unlink(name);
    if (ends.file == -1 || socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1)
        return -1;
    ends.near = fds[0];
    ends.far = fds[1];
    *state = &ends;
    return pwrite(ends.file, data, LEN, 0) == LEN ? 0 : -1;
}

static int close_ends(void **state)
{
    struct ends *ends = *state;
    close(ends->file);
    close(ends->near);
    close(ends->far);
    return 0;
}

/* Moves, and returns errno, or 0. */
static int move(struct mover *m, enum way way, size_t chunk, int from, int to, uint64_t len)
{
    static struct progress progress;
    start_progress(&progress, 0, len);
    progress.on = false;
    assert_int_equal(start_mover(m, way, chunk, &progress), 0);
    int result = move_bytes(m, from, to, len), error = errno;
    end_mover(m);
    return result == 0 ? 0 : error;
}

static void a_file_goes_to_a_socket_from_its_position_on(void **state)
{
    struct ends *ends = *state;
    for (enum way way = BY_READ; way <= BY_SPLICE; way++) {
        struct mover m;
        unsigned char got[LEN];
        lseek(ends->file, 10, SEEK_SET);
        assert_int_equal(move(&m, way, 4096, ends->file, ends->near, 50000), 0);
        assert_true(m.done == 50000);
        assert_int_equal(recv(ends->far, got, sizeof got, MSG_DONTWAIT | MSG_PEEK) > 0, 1);
        assert_int_equal(recv(ends->far, got, 50000, MSG_WAITALL), 50000);
        assert_memory_equal(got, data + 10, 50000);
        assert_int_equal(recv(ends->far, got, 1, MSG_DONTWAIT), -1); /* and not a byte more */
        assert_int_equal(lseek(ends->file, 0, SEEK_CUR), 50010);
    }
}

static void a_socket_goes_to_a_file_at_its_position(void **state)
{
    struct ends *ends = *state;
    for (enum way way = BY_READ; way <= BY_SPLICE; way += BY_SPLICE) {
        struct mover m;
        unsigned char got[1000], byte;
        assert_int_equal(send(ends->far, data, 1000, 0), 1000);
        assert_int_equal(ftruncate(ends->file, 0), 0);
        lseek(ends->file, 5, SEEK_SET);
        assert_int_equal(move(&m, way, 64, ends->near, ends->file, 999), 0);
        assert_int_equal(pread(ends->file, got, sizeof got, 5), 999);
        assert_memory_equal(got, data, 999);
        assert_int_equal(recv(ends->near, &byte, 1, MSG_DONTWAIT),
                         1); /* the last one is still there */
        assert_int_equal(byte, data[999]);
    }
}

static void no_bytes_are_no_work(void **state)
{
    struct ends *ends = *state;
    struct mover m;
    for (enum way way = BY_READ; way <= BY_SPLICE; way++)
        assert_int_equal(move(&m, way, 1, ends->file, ends->near, 0), 0);
}

static void an_input_that_ends_early_is_told(void **state)
{
    struct ends *ends = *state;
    struct mover m;
    for (enum way way = BY_READ; way <= BY_SPLICE; way++) {
        lseek(ends->file, LEN - 7, SEEK_SET);
        assert_int_equal(move(&m, way, 4, ends->file, ends->near, 8), ENODATA);
        assert_true(m.done == 7);
        assert_false(m.putting);
    }
    send(ends->far, "hel", 3, 0);
    shutdown(ends->far, SHUT_WR);
    assert_int_equal(move(&m, BY_SPLICE, 4096, ends->near, ends->file, 5), ENODATA);
    assert_true(m.done == 3);
}

static void a_peer_that_is_gone_is_told(void **state)
{
    struct ends *ends = *state;
    struct mover m;
    close(ends->far);
    ends->far = -1;
    for (enum way way = BY_READ; way <= BY_SPLICE; way++) {
        lseek(ends->file, 0, SEEK_SET);
        assert_int_equal(move(&m, way, 4096, ends->file, ends->near, 8), EPIPE);
        assert_true(m.putting);
        assert_true(m.done == 0);
    }
}

static void a_silent_peer_is_told(void **state)
{
    struct ends *ends = *state;
    struct timeval brief = {.tv_usec = 1000};
    struct mover m;
    setsockopt(ends->near, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief);
    for (enum way way = BY_READ; way <= BY_SPLICE; way += BY_SPLICE) {
        assert_int_equal(move(&m, way, 4096, ends->near, ends->file, 8), EAGAIN);
        assert_false(m.putting);
    }
}

static void a_full_disk_is_told(void **state)
{
    struct ends *ends = *state;
    int full = open("/dev/full", O_WRONLY);
    struct mover m;
    lseek(ends->file, 0, SEEK_SET);
    assert_int_equal(move(&m, BY_READ, 4096, ends->file, full, 8), ENOSPC);
    assert_true(m.putting);
    close(full);
}

static void a_larger_chunk_gets_a_larger_pipe(void **state)
{
    (void)state;
    struct progress progress = {.on = false};
    struct mover m;
    assert_int_equal(start_mover(&m, BY_SPLICE, 1 << 18, &progress), 0);
    assert_int_equal(fcntl(m.pipe[1], F_GETPIPE_SZ), 1 << 18);
    end_mover(&m);
}

#define ON_ENDS(test) cmocka_unit_test_setup_teardown(test, open_ends, close_ends)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_ENDS(a_file_goes_to_a_socket_from_its_position_on),
        ON_ENDS(a_socket_goes_to_a_file_at_its_position),
        ON_ENDS(no_bytes_are_no_work),
        ON_ENDS(an_input_that_ends_early_is_told),
        ON_ENDS(a_peer_that_is_gone_is_told),
        ON_ENDS(a_silent_peer_is_told),
        ON_ENDS(a_full_disk_is_told),
        cmocka_unit_test(a_larger_chunk_gets_a_larger_pipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
