/* test_07_target.c - lab 07's target: a file that
 * appears when it is whole; and the digest of a file. */
// sources: labs/07-file-transfer/target.c labs/07-file-transfer/digest.c common/diag.c common/addr.c
// libraries: -lcrypto
#include "../../labs/07-file-transfer/digest.h"
#include "../../labs/07-file-transfer/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[PATH_MAX];

static int enter_folder(void **state)
{
    (void)state;
    char folder[] = "/tmp/test_07_target.XXXXXX";
    return mkdtemp(folder) && getcwd(home, sizeof home) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    (void)state;
    char folder[PATH_MAX];
    if (!getcwd(folder, sizeof folder) || system("rm -rf -- ./* ./.[a-z]*") != 0)
        return -1;
    return chdir(home) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static const char *content(const char *path)
{
    static char text[64];
    int fd = open(path, O_RDONLY);
    ssize_t n = fd == -1 ? -1 : read(fd, text, sizeof text - 1);
    if (fd != -1)
        close(fd);
    text[n > 0 ? n : 0] = '\0';
    return n == -1 ? NULL : text;
}

static void put(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void it_appears_when_it_is_committed(void **state)
{
    (void)state;
    struct target t;
    assert_int_equal(open_target(&t, "copy", NULL), 0);
    assert_string_equal(t.part, ".copy.part");
    assert_int_equal(t.have, 0);
    put(t.fd, "new");
    assert_null(content("copy"));
    assert_int_equal(commit_target(&t), 0);
    assert_string_equal(content("copy"), "new");
    assert_null(content(".copy.part"));
    close_target(&t);
}

static void the_old_file_stays_for_who_has_it_open(void **state)
{
    (void)state;
    struct target t;
    int old = open("copy", O_RDWR | O_CREAT, 0600);
    char text[4] = "";
    put(old, "old");
    assert_int_equal(open_target(&t, "./copy", NULL), 0);
    put(t.fd, "new");
    assert_string_equal(content("copy"), "old");
    assert_int_equal(commit_target(&t), 0);
    assert_string_equal(content("copy"), "new");
    assert_int_equal(pread(old, text, 3, 0), 3);
    assert_string_equal(text, "old");
    close(old);
    close_target(&t);
}

static void a_part_is_emptied_or_continued(void **state)
{
    (void)state;
    struct target t;
    for (int turn = 0; turn < 2; turn++) {
        assert_int_equal(open_target(&t, "copy", NULL), 0);
        put(t.fd, "rubbish");
        close_target(&t);
    }
    assert_string_equal(content(".copy.part"), "rubbish");
    assert_int_equal(open_target(&t, "copy", "mark"), 0);
    assert_string_equal(t.part, ".copy.mark.part");
    put(t.fd, "he");
    close_target(&t);
    assert_int_equal(open_target(&t, "copy", "mark"), 0);
    assert_int_equal(t.have, 2);
    put(t.fd, "llo");
    assert_int_equal(commit_target(&t), 0);
    close_target(&t);
    assert_string_equal(content("copy"), "hello");
}

static void a_discarded_part_is_gone(void **state)
{
    (void)state;
    struct target t;
    assert_int_equal(open_target(&t, "copy", NULL), 0);
    put(t.fd, "half");
    discard_target(&t);
    assert_null(content(".copy.part"));
    assert_null(content("copy"));
}

static void two_do_not_write_one_part(void **state)
{
    (void)state;
    struct target one, two;
    assert_int_equal(open_target(&one, "copy", NULL), 0);
    put(one.fd, "one");
    assert_int_equal(open_target(&two, "copy", NULL), -1);
    assert_int_equal(errno, EWOULDBLOCK);
    assert_string_equal(content(".copy.part"), "one");
    assert_int_equal(commit_target(&one), 0);
    /* The first one still has its lock, but the part has another name now. */
    assert_int_equal(open_target(&two, "copy", NULL), 0);
    put(two.fd, "two");
    assert_string_equal(content("copy"), "one");
    close_target(&one);
    discard_target(&two);
}

/* A link in the part's place would lead the receiver elsewhere. */
static void a_link_is_no_part(void **state)
{
    (void)state;
    struct target t;
    assert_int_equal(symlink("elsewhere", ".copy.part"), 0);
    assert_int_equal(open_target(&t, "copy", NULL), -1);
    assert_int_equal(errno, ELOOP);
    assert_null(content("elsewhere"));
}

static void names_have_limits(void **state)
{
    (void)state;
    struct target t;
    char name[NAME_MAX + 2], path[PATH_MAX + 8];
    const char *const none[] = {"", "/", "a/", ".", "..", "a/..", "/tmp/."};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_int_equal(open_target(&t, none[i], NULL), -1);
        assert_int_equal(errno, EINVAL);
        assert_false(check_target(none[i]));
    }
    memset(name, 'n', sizeof name);
    name[NAME_MAX - 6] = '\0'; /* a dot in front and .part behind take 6 */
    assert_int_equal(open_target(&t, name, NULL), 0);
    discard_target(&t);
    name[NAME_MAX - 6] = 'n';
    name[NAME_MAX - 5] = '\0';
    assert_int_equal(open_target(&t, name, NULL), -1);
    assert_int_equal(errno, ENAMETOOLONG);
    memset(path, '/', sizeof path);
    memcpy(path + sizeof path - 5, "name", 5);
    assert_int_equal(open_target(&t, path, NULL), -1);
    assert_int_equal(errno, ENAMETOOLONG);
    assert_int_equal(open_target(&t, "nowhere/copy", NULL), -1);
    assert_int_equal(errno, ENOENT);
}

static void only_files_are_replaced(void **state)
{
    (void)state;
    assert_true(check_target("absent"));
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_false(check_target("folder"));
    assert_true(check_target("folder/absent"));
    assert_false(check_target("nowhere/absent"));
    close(open("file", O_WRONLY | O_CREAT, 0600));
    assert_true(check_target("file"));
    assert_int_equal(symlink("file", "link"), 0);
    assert_false(check_target("link"));
    assert_false(check_target("/dev/null"));
    struct target t;
    assert_int_equal(open_target(&t, "folder", NULL), 0);
    assert_int_equal(commit_target(&t), -1);
    assert_int_equal(errno, EISDIR);
    discard_target(&t);
}

static void a_digest_is_that_of_the_standard(void **state)
{
    (void)state;
    unsigned char digest[DIGEST_LEN];
    char text[DIGEST_TEXT_MAX];
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    assert_int_equal(digest_file(fd, 0, digest), 0);
    assert_string_equal(format_digest(digest, text),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    put(fd, "abcdef");
    assert_int_equal(digest_file(fd, 3, digest), 0); /* FIPS 180-4's own example: "abc" */
    assert_string_equal(format_digest(digest, text),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 6);
    assert_int_equal(digest_file(fd, 7, digest), -1);
    assert_int_equal(errno, ENODATA);
    close(fd);
    assert_int_equal(digest_file(fd, 1, digest), -1);
    assert_int_equal(errno, EBADF);
}

/* A million times "a", the third example of the standard: more than one read. */
static void a_long_file_is_read_in_pieces(void **state)
{
    (void)state;
    unsigned char digest[DIGEST_LEN];
    char text[DIGEST_TEXT_MAX], data[1000];
    memset(data, 'a', sizeof data);
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(write(fd, data, sizeof data), sizeof data);
    assert_int_equal(digest_file(fd, 1000000, digest), 0);
    assert_string_equal(format_digest(digest, text),
                        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    close(fd);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(it_appears_when_it_is_committed),
        IN_A_FOLDER(the_old_file_stays_for_who_has_it_open),
        IN_A_FOLDER(a_part_is_emptied_or_continued),
        IN_A_FOLDER(a_discarded_part_is_gone),
        IN_A_FOLDER(two_do_not_write_one_part),
        IN_A_FOLDER(a_link_is_no_part),
        IN_A_FOLDER(names_have_limits),
        IN_A_FOLDER(only_files_are_replaced),
        IN_A_FOLDER(a_digest_is_that_of_the_standard),
        IN_A_FOLDER(a_long_file_is_read_in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
