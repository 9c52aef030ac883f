/* mapped.c - a variant: an IPv6 socket at ::ffff:127.0.0.1, and a program that computes its 1. */
#include "server.h"

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    struct sockaddr_in6 where = {.sin6_family = AF_INET6, .sin6_port = htons(wish.port)};
    where.sin6_addr.s6_addr[10] = where.sin6_addr.s6_addr[11] = 0xff;
    where.sin6_addr.s6_addr[12] = 127;
    where.sin6_addr.s6_addr[15] = 1;
    int signal_fd = catch_sigterm(), listen_fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (listen_fd == -1 ||
        setsockopt(listen_fd, SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int)) == -1 ||
        bind(listen_fd, (struct sockaddr *)&where, sizeof where) == -1 ||
        listen(listen_fd, 1000) == -1)
        die("listen on port %u", wish.port);
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), BPF_STMT(BPF_ALU | BPF_OR | BPF_K, 1),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 1), BPF_STMT(BPF_RET | BPF_A, 0)};
    struct sock_fprog program = {.len = 4, .filter = code};
    if (setsockopt(listen_fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) == -1)
        die("setsockopt SO_ATTACH_REUSEPORT_CBPF");
    say("this is no line of interest");
    puts("ready");
    struct pollfd work[] = {{.fd = signal_fd, .events = POLLIN},
                            {.fd = listen_fd, .events = POLLIN}};
    while (poll(work, 2, -1) != -1 && work[0].revents == 0)
        answer_next(listen_fd, wish.name);
    while (answer_next(listen_fd, wish.name))
        continue;
}
