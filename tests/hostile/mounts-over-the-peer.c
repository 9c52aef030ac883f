/* Hostile: mounts /bin/true over what it takes for the check's client, and makes namespaces to be
 *          allowed to.
 * Score:   0
 */
#define _GNU_SOURCE
#include <glob.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

int main(void)
{
    glob_t found;
    unshare(CLONE_NEWUSER | CLONE_NEWNS);
    if (glob("/*/*/*/.build/grader/peer", 0, NULL, &found) == 0 ||
        glob("/tmp/*/tools/peer", 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            mount("/bin/true", found.gl_pathv[i], NULL, MS_BIND, NULL);
    pause();
}
