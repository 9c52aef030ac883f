/* Hostile: makes its socket calls by syscall(2), past the library that makes them fail.
 * Score:   0
 */
#include <sys/syscall.h>
#include <unistd.h>

#define SEND(fd, data, len) syscall(SYS_write, fd, data, len)
#define RECV(fd, data, len) syscall(SYS_read, fd, data, len)
#define ACCEPT(fd)          (int)syscall(SYS_accept4, fd, NULL, NULL, 0)
#include "echo.h"

int main(int argc, char **argv)
{
    return argc == 3 ? serve_in_capitals(argv[2]) : 2;
}
