/* files.c - the other half of the library of faults.c: what a program does with files, and when it
 * dies.
 *
 *   kill_file=N    the program is killed (SIGKILL) just before the Nth call that changes a file or
 *                  a folder
 *   sync_fails=1   fsync(2), fdatasync(2), syncfs(2) and msync(2) fail with ENOSPC as soon as the
 *                  program has read from a socket; sync(2) cannot fail
 *   sync_fails=2   the same for folders only, with EIO
 *   sync_fails=3   the same for all, with EIO
 *                    Y  one has failed
 *   sync_waits=MS  all these take so many milliseconds more
 *   final=NAME     watches over the file with this last name, in any folder: FAULTS_MARKS shows
 *                    K  a call has changed a file
 *                    N  the file has got this name, by rename(2) or link(2)
 *                    U  it got the name when not all of it was synced (fsync(2))
 *                    O  something was sent on a socket after the name was given, and before the
 *                       folder was synced
 *   journal=PATH   watches over the file at this path:
 *                    D  something was sent on a socket when this file was empty, or not all synced
 *                    F  something was sent on a socket when this file was new, and its folder not
 *                       synced since
 *
 * Calls that change a file are: open(2) for writing and its family, fopen(3) for writing, write(2)
 * and its family on a regular file, truncate(2), fsync(2), rename(2), link(2), unlink(2) and their
 * families.
 */
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static _Atomic long until_kill; /* calls until then, and that one; 0 if none kills */
static char final[256], journal[4096];
static _Atomic bool folder_pending; /* the name is given, its folder not synced */
static struct stat its_folder;
static _Atomic bool journal_is_new; /* it was not there, and its folder is not synced since */
static struct stat journal_folder;
static long sync_fails, sync_waits;

/* The files that have been synced, with their sizes and
 * times of change at that time. The oldest is forgotten. */
enum { SYNCED = 64 };
static struct stat synced[SYNCED];
static _Atomic unsigned synced_count;
static _Atomic bool writes_through; /* a file was opened with O_DSYNC or O_SYNC */
static _Atomic bool all_synced; /* by sync(2) or syncfs(2), and nothing opened for writing since */

__attribute__((constructor)) static void read_file_settings(void)
{
    until_kill = setting("kill_file=");
    const char *faults = given("FAULTS"), *at = faults ? strstr(faults, "final=") : NULL;
    if (at)
        snprintf(final, sizeof final, "%.*s", (int)strcspn(at + 6, ","), at + 6);
    if (faults && (at = strstr(faults, "journal=")))
        snprintf(journal, sizeof journal, "%.*s", (int)strcspn(at + 8, ","), at + 8);
    sync_fails = setting("sync_fails=");
    sync_waits = setting("sync_waits=");
    struct stat file;
    char folder[sizeof journal];
    const char *slash = strrchr(journal, '/');
    snprintf(folder, sizeof folder, "%.*s/.", slash ? (int)(slash - journal) : 0, journal);
    journal_is_new = slash && stat(journal, &file) == -1 && stat(folder, &journal_folder) == 0;
}

void file_changes(void)
{
    int error = errno;
    mark('k');
    if (until_kill > 0 && --until_kill == 0)
        raise(SIGKILL);
    errno = error;
}

static bool same_file(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

static void remember(const struct stat *file)
{
    synced[synced_count++ % SYNCED] = *file;
}

static void note_synced(int fd)
{
    struct stat found, file;
    if (fstat(fd, &found) == -1)
        return;
    if (journal_is_new && same_file(&found, &journal_folder) && stat(journal, &file) == 0)
        journal_is_new = false;
    /* Only while it is awaited: later, a new file may
     * have the number of a folder that was removed. */
    if (folder_pending && same_file(&found, &its_folder))
        folder_pending = false;
    else
        remember(&found);
}

static void note_all_synced(void)
{
    struct stat file;
    all_synced = true;
    folder_pending = false;
    journal_is_new = journal_is_new && stat(journal, &file) == -1;
}

/* Waits as long as this call that syncs `fd`, or what is mapped if that is -1, is to wait. True if
 * it is to fail. Then errno is ENOSPC, or EIO. */
static bool cannot_sync(int fd)
{
    struct stat found;
    file_changes();
    if (sync_waits && has_received)
        nanosleep(&(struct timespec){sync_waits / 1000, sync_waits % 1000 * 1000000}, NULL);
    if (!sync_fails || !has_received ||
        (sync_fails == 2 && (fstat(fd, &found) == -1 || !S_ISDIR(found.st_mode))))
        return false;
    mark('y');
    errno = sync_fails == 1 ? ENOSPC : EIO;
    return true;
}

static bool is_synced(const struct stat *file)
{
    bool found = all_synced;
    for (unsigned i = 0; !found && i < SYNCED && i < synced_count; i++)
        found = same_file(&synced[i], file) && synced[i].st_size == file->st_size &&
                synced[i].st_mtim.tv_sec == file->st_mtim.tv_sec &&
                synced[i].st_mtim.tv_nsec == file->st_mtim.tv_nsec;
    return found;
}

void answers(void)
{
    int error = errno;
    struct stat file;
    if (folder_pending)
        mark('o');
    if (journal[0] &&
        (stat(journal, &file) == -1 || file.st_size == 0 || !(writes_through || is_synced(&file))))
        mark('d');
    if (journal_is_new)
        mark('f');
    errno = error;
}

/* The name `to`, seen from the folder `at`, has been given to `file`. */
static void named(int at, const char *to, const struct stat *file)
{
    const char *slash = strrchr(to, '/');
    char folder[4096] = ".";
    if (!final[0] || strcmp(slash ? slash + 1 : to, final) != 0)
        return;
    mark('n');
    if (!writes_through && !is_synced(file))
        mark('u');
    if (slash)
        snprintf(folder, sizeof folder, "%.*s/.", (int)(slash - to), to);
    folder_pending = fstatat(at, folder, &its_folder, 0) == 0;
}

/* ---- open ---- */

static void opens(int flags)
{
    if ((flags & O_ACCMODE) == O_RDONLY && !(flags & (O_CREAT | O_TRUNC)))
        return;
    if (flags & O_DSYNC)
        writes_through = true;
    all_synced = false;
    file_changes();
}

#define MODE_OF(flags)                                                                             \
    mode_t mode = 0;                                                                               \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                                                       \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode = va_arg(arguments, mode_t);                                                          \
        va_end(arguments);                                                                         \
    }

int open(const char *path, int flags, ...)
{
    MODE_OF(flags)
    opens(flags);
    return REAL(open)(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    MODE_OF(flags)
    opens(flags);
    return REAL(openat)(folder, path, flags, mode);
}

int creat(const char *path, mode_t mode)
{
    opens(O_CREAT | O_WRONLY | O_TRUNC);
    return REAL(creat)(path, mode);
}

FILE *fopen(const char *restrict path, const char *restrict how)
{
    if (strpbrk(how, "wa+"))
        opens(O_CREAT | O_WRONLY);
    return REAL(fopen)(path, how);
}

int mkstemp(char *pattern)
{
    opens(O_CREAT | O_RDWR);
    return REAL(mkstemp)(pattern);
}

int mkostemp(char *pattern, int flags)
{
    opens(O_CREAT | O_RDWR);
    return REAL(mkostemp)(pattern, flags);
}

/* With _FORTIFY_SOURCE, programs call these two instead, if there is no mode. */
int __open_2(const char *path, int flags);
int __open_2(const char *path, int flags)
{
    return open(path, flags);
}

int __openat_2(int folder, const char *path, int flags);
int __openat_2(int folder, const char *path, int flags)
{
    return openat(folder, path, flags);
}

/* ---- write, truncate, sync: write(2) and writev(2) are in faults.c ---- */

ssize_t pwrite(int fd, const void *data, size_t len, off_t at)
{
    file_changes();
    return REAL(pwrite)(fd, data, len, at);
}

ssize_t pwritev2(int fd, const struct iovec *list, int count, off_t at, int flags)
{
    file_changes();
    ssize_t n = REAL(pwritev2)(fd, list, count, at, flags);
    if (n >= 0 && (flags & (RWF_DSYNC | RWF_SYNC)))
        note_synced(fd);
    return n;
}

int truncate(const char *path, off_t len)
{
    file_changes();
    return REAL(truncate)(path, len);
}

int ftruncate(int fd, off_t len)
{
    file_changes();
    return REAL(ftruncate)(fd, len);
}

int fsync(int fd)
{
    int result = cannot_sync(fd) ? -1 : REAL(fsync)(fd);
    if (result == 0)
        note_synced(fd);
    return result;
}

int fdatasync(int fd)
{
    int result = cannot_sync(fd) ? -1 : REAL(fdatasync)(fd);
    if (result == 0)
        note_synced(fd);
    return result;
}

int syncfs(int fd)
{
    int result = cannot_sync(fd) ? -1 : REAL(syncfs)(fd);
    if (result == 0)
        note_all_synced();
    return result;
}

void sync(void)
{
    file_changes();
    REAL(sync)();
    note_all_synced();
}

/* The file that is mapped there, from a line of /proc/self/maps: proc(5). */
static void note_mapped(const void *address)
{
    FILE *maps = REAL(fopen)("/proc/self/maps", "r");
    char line[4400], *path;
    struct stat file;
    for (uintptr_t from, to; maps && fgets(line, sizeof line, maps);) {
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR, &from, &to) != 2 || (uintptr_t)address < from ||
            (uintptr_t)address >= to || !(path = strchr(line, '/')))
            continue;
        path[strcspn(path, "\n")] = 0;
        if (stat(path, &file) == 0)
            remember(&file);
    }
    if (maps)
        fclose(maps);
}

int msync(void *start, size_t len, int flags)
{
    int result = cannot_sync(-1) ? -1 : REAL(msync)(start, len, flags);
    if (result == 0 && (flags & MS_SYNC))
        note_mapped(start);
    return result;
}

/* ---- names ---- */

static int renames(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    struct stat file;
    file_changes();
    bool there = fstatat(from_folder, from, &file, AT_SYMLINK_NOFOLLOW) == 0;
    int result = REAL(renameat2)(from_folder, from, to_folder, to, flags), error = errno;
    if (result == 0 && there)
        named(to_folder, to, &file);
    errno = error;
    return result;
}

int rename(const char *from, const char *to)
{
    return renames(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    return renames(from_folder, from, to_folder, to, 0);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    return renames(from_folder, from, to_folder, to, flags);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
    struct stat file;
    file_changes();
    int how = flags & AT_EMPTY_PATH ? AT_EMPTY_PATH : AT_SYMLINK_NOFOLLOW;
    bool there = fstatat(from_folder, from, &file, flags & AT_SYMLINK_FOLLOW ? 0 : how) == 0;
    int result = REAL(linkat)(from_folder, from, to_folder, to, flags), error = errno;
    if (result == 0 && there)
        named(to_folder, to, &file);
    errno = error;
    return result;
}

int link(const char *from, const char *to)
{
    return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path)
{
    file_changes();
    return REAL(unlink)(path);
}

int unlinkat(int folder, const char *path, int flags)
{
    file_changes();
    return REAL(unlinkat)(folder, path, flags);
}

int remove(const char *path)
{
    file_changes();
    return REAL(remove)(path);
}

/* What a program calls that was compiled with _FILE_OFFSET_BITS=64. */
#define ALSO(name) __attribute__((alias(#name)))
int open64(const char *path, int flags, ...) ALSO(open);
int openat64(int folder, const char *path, int flags, ...) ALSO(openat);
int creat64(const char *path, mode_t mode) ALSO(creat);
FILE *fopen64(const char *restrict path, const char *restrict how) ALSO(fopen);
int mkstemp64(char *pattern) ALSO(mkstemp);
int mkostemp64(char *pattern, int flags) ALSO(mkostemp);
ssize_t pwritev64v2(int fd, const struct iovec *list, int count, off_t at, int flags)
    ALSO(pwritev2);
ssize_t pwrite64(int fd, const void *data, size_t len, off_t at) ALSO(pwrite);
int truncate64(const char *path, off_t len) ALSO(truncate);
int ftruncate64(int fd, off_t len) ALSO(ftruncate);
