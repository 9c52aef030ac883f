/* limit.c - the limits that many clients meet; limit.h says what each function promises. */
#include "limit.h"

#include "diag.h"

#include <errno.h>
#include <stddef.h>
#include <sys/resource.h>

static const struct {
    int error;
    const char *text;
} limits[] = {
    {EMFILE, "EMFILE: this process may have no more descriptors (RLIMIT_NOFILE, ulimit -n)"},
    {ENFILE, "ENFILE: this machine may have no more open files (sysctl fs.file-max)"},
    {EADDRNOTAVAIL, "EADDRNOTAVAIL: no port is left (sysctl net.ipv4.ip_local_port_range)"},
    {EAGAIN,
     "EAGAIN: no more processes or threads (RLIMIT_NPROC, ulimit -u; sysctl kernel.pid_max)"},
    {ENOBUFS, "ENOBUFS: the kernel has no memory for sockets"},
    {ENOMEM, "ENOMEM: there is no memory"},
};

long raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
        return -1;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) == -1 ? -1 : (long)limit.rlim_cur;
}

static const char *find(int error)
{
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (limits[i].error == error)
            return limits[i].text;
    return NULL;
}

int is_limit(int error)
{
    return find(error) != NULL;
}

const char *limit_met(int error)
{
    const char *text = find(error);
    return text ? text : errno_name(error);
}
