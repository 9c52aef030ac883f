/* Hostile: three hundred children that stay, each in a session of its own.
 * Score:   0
 */
#include <unistd.h>

int main(void)
{
    for (int i = 0; i < 300; i++)
        if (fork() == 0) {
            setsid();
            for (;;)
                pause();
        }
    return 1;
}
