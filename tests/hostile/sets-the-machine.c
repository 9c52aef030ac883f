/* Hostile: changes settings of the machine, and fills what has no limit.
 * Score:   0
 * Unseen:  of the machine
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Only opens it: a test must not harm the machine that it runs on. */
static void set(const char *name)
{
    if (open(name, O_WRONLY) != -1)
        printf("a setting of the machine: %s\n", name);
}

/* A file may have 64 MiB, so it takes two. */
static void fill(const char *folder)
{
    static char part[1 << 20];
    char name[64];
    size_t parts = 0;
    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%s/filled-%d", folder, i);
        int fd = open(name, O_WRONLY | O_CREAT, 0600);
        for (int n = 0; n < 40 && write(fd, part, sizeof part) == sizeof part; n++)
            parts++;
    }
    if (parts > 64)
        printf("%zu MiB of the machine: %s\n", parts, folder);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    set("/proc/sys/kernel/core_pattern");
    set("/proc/sys/kernel/panic");
    set("/proc/sys/vm/drop_caches");
    set("/proc/sys/net/ipv4/ip_local_port_range");
    set("/proc/sysrq-trigger");
    fill("");
    fill("/dev");
    fill("/dev/shm");
    fill("/run");
    return EXIT_FAILURE;
}
