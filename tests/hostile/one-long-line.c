/* Hostile: its last words are a line of four megabytes, which looks like a sanitizer's report.
 * Score:   0
 */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    printf("runtime error:");
    for (int i = 0; i < 2000000; i++)
        printf(" a");
    puts("");
    return EXIT_FAILURE;
}
