/* Hostile: goes on in the background when it seems to have ended.
 * Score:   0
 */
#include <unistd.h>

int main(void)
{
    if (fork() != 0)
        return 0;
    setsid();
    if (fork() != 0)
        return 0;
    for (;;)
        pause();
}
