/* target.h - a file that appears under its name only when it is whole.
 *
 * The bytes go to a file of another name in the same folder.
 * commit_target gives it its name, at once, by rename(2). So a program
 * that opens it finds the old file or the whole new one, whatever happens. */
#ifndef SOCKET_LABS_TARGET_H
#define SOCKET_LABS_TARGET_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

struct target {
    int folder_fd, fd;
    char name[NAME_MAX + 1], part[NAME_MAX + 1]; /* both in the folder */
    uint64_t have;                               /* bytes that were there when it was opened */
};

/* Opens the part for the file `path`: `.NAME.part`, emptied. If `mark` is not NULL, it is
 * `.NAME.MARK.part`, whose bytes are kept, and the position is at its end. Holds a lock on it:
 * flock(2). Returns 0, or -1 with errno set: EWOULDBLOCK if another receiver writes it,
 * ENAMETOOLONG, EINVAL if `path` has no name ... */
int open_target(struct target *t, const char *path, const char *mark);

/* Writes all through to the disk, gives the file its name, and writes
 * that through, too: fsync(2). Returns 0; or -1 with errno set, and then
 * the name means what it meant before, unless only the last step failed. */
int commit_target(struct target *t);

/* Removes the part. close_target alone keeps it. */
void discard_target(struct target *t);
void close_target(struct target *t);

/* True if `path` can be a target: nothing is there yet, or a regular file. */
bool check_target(const char *path);

#endif
