/* Hostile: children that have children, without end.
 * Score:   0
 */
#include <unistd.h>

int main(void)
{
    for (;;)
        fork();
}
