/* Hostile: takes all the memory that it gets.
 * Score:   0
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
    for (char *part; (part = malloc(64 << 20)) != NULL;)
        memset(part, 1, 64 << 20);
    pause();
}
