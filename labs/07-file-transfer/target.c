/* target.c - a file that appears when it is whole; target.h says what each function promises. */
#include "target.h"

#include "diag.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opens the folder of `path`, and sets the name in it. */
static int open_folder(struct target *t, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char folder[PATH_MAX];
    size_t len = slash ? (size_t)(slash - path) + 1 : 0; /* with its slash, so that / is / */
    errno = *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 ? ENAMETOOLONG : EINVAL;
    if (errno == EINVAL || len >= sizeof folder || strlen(name) > NAME_MAX)
        return -1;
    memcpy(t->name, name, strlen(name) + 1);
    memcpy(folder, path, len);
    folder[len] = '\0';
    return open(len > 0 ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* True if the name still belongs to the file that is open: whoever held the lock before us may have
 * renamed it, and then it is nobody's part any more. */
static bool still_named(const struct target *t)
{
    struct stat opened, named;
    return fstat(t->fd, &opened) == 0 && fstatat(t->folder_fd, t->part, &named, 0) == 0 &&
           opened.st_ino == named.st_ino;
}

/* In the same folder: rename(2) never leaves a file system (EXDEV). */
static int open_part(struct target *t)
{
    for (;;) {
        t->fd = openat(t->folder_fd, t->part, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (t->fd == -1)
            return -1;
        if (flock(t->fd, LOCK_EX | LOCK_NB) == -1)
            break;
        if (still_named(t))
            return 0;
        close(t->fd);
    }
    int error = errno;
    close(t->fd);
    errno = error;
    return -1;
}

int open_target(struct target *t, const char *path, const char *mark)
{
    *t = (struct target){.fd = -1};
    if ((t->folder_fd = open_folder(t, path)) == -1)
        return -1;
    int n = snprintf(t->part, sizeof t->part, ".%s.%s%spart", t->name, mark ? mark : "",
                     mark ? "." : "");
    errno = ENAMETOOLONG;
    if (n < (int)sizeof t->part && open_part(t) == 0) {
        off_t end = mark ? lseek(t->fd, 0, SEEK_END) : 0;
        if (end != -1 && (mark || ftruncate(t->fd, 0) == 0)) {
            t->have = (uint64_t)end;
            return 0;
        }
    } else
        t->fd = -1;
    int error = errno;
    close_target(t);
    errno = error;
    return -1;
}

/* fsync(2) returns when the disk has it. */
static int sync_to_disk(int fd, const char *what)
{
    int result = fsync(fd);
    trace("fsync(%d), %s, = %d", fd, what, result);
    return result;
}

int commit_target(struct target *t)
{
    /* First the bytes, then the name: so a name that a power cut has left has its bytes. */
    if (sync_to_disk(t->fd, t->part) == -1)
        return -1;
    int result = renameat(t->folder_fd, t->part, t->folder_fd, t->name);
    trace("renameat(\"%s\", \"%s\") = %d", t->part, t->name, result);
    /* The name is an entry of the folder, and fsync of the file does not reach that: fsync(2). */
    return result == -1 ? -1 : sync_to_disk(t->folder_fd, "the folder");
}

void discard_target(struct target *t)
{
    unlinkat(t->folder_fd, t->part, 0);
    close_target(t);
}

void close_target(struct target *t)
{
    if (t->fd != -1)
        close(t->fd); /* and with it the lock */
    close(t->folder_fd);
}

bool check_target(const char *path)
{
    struct target t;
    struct stat found;
    if ((t.folder_fd = open_folder(&t, path)) == -1)
        return false;
    int result = fstatat(t.folder_fd, t.name, &found, AT_SYMLINK_NOFOLLOW);
    bool absent = result == -1 && errno == ENOENT;
    close(t.folder_fd);
    return absent || (result == 0 && S_ISREG(found.st_mode));
}
