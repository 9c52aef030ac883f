/* Hostile: deaf to every signal that can be ignored, and never ends.
 * Score:   0
 */
#include <signal.h>

int main(void)
{
    for (int i = 1; i < 65; i++)
        signal(i, SIG_IGN);
    for (;;)
        ;
}
