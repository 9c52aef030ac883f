/* Hostile: appends to each file of the course that it finds, to raise the next student's points.
 * Score:   0
 */
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    static const char *const places[] = {
        "/*/scripts/grader/check.bash", "/*/*/scripts/grader/check.bash",
        "/*/*/*/scripts/grader/check.bash", "/*/*/*/.build/grader/peer"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        glob_t found;
        if (glob(places[i], 0, NULL, &found) != 0)
            continue;
        for (size_t k = 0; k < found.gl_pathc; k++) {
            int fd = open(found.gl_pathv[k], O_WRONLY | O_APPEND);
            dprintf(fd, "\n# hostile\n");
        }
    }
    pause();
}
