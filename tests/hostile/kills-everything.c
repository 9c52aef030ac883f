/* Hostile: kills every process that it may kill.
 * Score:   0
 */
#include <signal.h>

int main(void)
{
    kill(-1, SIGKILL);
    kill(1, SIGKILL);
    return 0;
}
