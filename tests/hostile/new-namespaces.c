/* Hostile: makes a user namespace of its own, in which it would have every capability. It mounts
 * and listens there if it can.
 * Score:   1
 */
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "echo.h"

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) ==
        0) /* an honest server after all, if that was refused */
        return mount("none", "/tmp", "tmpfs", 0, NULL) == 0 ? 7 : 8;
    return serve_in_capitals(argv[2]);
}
