/* refuse.c - runs a command under a filter of system calls (seccomp), as containers have one.
 *
 *   refuse WHAT... -- COMMAND [ARGUMENT...]
 *
 * unshare and mount fail with EPERM, as Docker's filter has it;
 * sockets of the families packet and ipv6 fail as if the kernel had
 * none; `nothing` is refused by a filter that lets everything pass. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field)                                                                                \
    (struct sock_filter) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define SKIP_UNLESS(value, count)                                                                  \
    (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (count))
#define RETURN(value) (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, (value))

int main(int argc, char *argv[])
{
    struct sock_filter filter[64];
    unsigned short len = 0;
    int i = 1;

    for (; i < argc && strcmp(argv[i], "--") != 0 && len < 56; i++) {
        if (strcmp(argv[i], "nothing") == 0)
            continue;
        filter[len++] = LOAD(nr);
        bool ipv6 = strcmp(argv[i], "ipv6") == 0;
        if (ipv6 || strcmp(argv[i], "packet") == 0) {
            filter[len++] = SKIP_UNLESS(SYS_socket, 3);
            filter[len++] = LOAD(args[0]);
            filter[len++] = SKIP_UNLESS(ipv6 ? AF_INET6 : AF_PACKET, 1);
            filter[len++] = RETURN(SECCOMP_RET_ERRNO | EAFNOSUPPORT);
        } else {
            filter[len++] = SKIP_UNLESS(strcmp(argv[i], "mount") == 0 ? SYS_mount : SYS_unshare, 1);
            filter[len++] = RETURN(SECCOMP_RET_ERRNO | EPERM);
        }
    }
    filter[len++] = RETURN(SECCOMP_RET_ALLOW);
    struct sock_fprog program = {.len = len, .filter = filter};
    /* Only root may filter without giving up to gain rights by an exec. */
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1 &&
        (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1)) {
        perror("refuse: seccomp");
        return 1;
    }
    if (i + 1 < argc)
        execvp(argv[i + 1], argv + i + 1);
    perror("refuse");
    return 1;
}
