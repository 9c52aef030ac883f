/* cover.c - runs a command for which one symbolic link is replaced by another:
 *
 *     cover LINK PLACE COMMAND [ARGUMENT...]
 *
 * It mounts the symbolic link LINK over the symbolic link PLACE, in the mount namespace that it
 * runs in. A check uses it to show a program other files in /proc/net. That is a link to self/net,
 * and a mount on self/net would be seen by one process only, because each process has its own.
 * mount(8) cannot do this, because it follows links.
 */
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static void fail(const char *what, const char *path)
{
    fprintf(stderr, "cover: %s ", what);
    perror(path);
    exit(EXIT_FAILURE);
}

int main(int argc, char *argv[])
{
    if (argc < 4) {
        fputs("usage: cover LINK PLACE COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    /* By its number, because C libraries before 2.36 have no function for it. */
    long link = syscall(SYS_open_tree, AT_FDCWD, argv[1],
                        OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
    if (link == -1)
        fail("take", argv[1]);
    if (syscall(SYS_move_mount, link, "", AT_FDCWD, argv[2], MOVE_MOUNT_F_EMPTY_PATH) == -1)
        fail("mount on", argv[2]);
    execvp(argv[3], argv + 3);
    fail("run", argv[3]);
}
