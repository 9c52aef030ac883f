/* Hostile: leaves files everywhere.
 * Score:   0
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static void leave(const char *folder)
{
    if (folder && chdir(folder) == 0)
        close(open("left-by-hostile", O_WRONLY | O_CREAT, 0666));
}

int main(void)
{
    leave(".");
    leave("/tmp");
    leave("/dev/shm");
    leave("/var/tmp");
    leave("/run");
    leave(getenv("HOME"));
    leave(getenv("TMPDIR"));
    leave(getenv("STORY_DIR"));
    return 1;
}
