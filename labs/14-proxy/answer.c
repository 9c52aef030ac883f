/* answer.c - sends a file; answer.h says what each function promises. */
#include "answer.h"

#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *text_of(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 431:
        return "Request Header Fields Too Large";
    default:
        return "HTTP Version Not Supported";
    }
}

/* Without the right type a browser shows a page as text, and takes no style and no script. */
static const char *type_of(const char *name)
{
    static const char *const types[][2] = {{".html", "text/html; charset=utf-8"},
                                           {".css", "text/css"},
                                           {".js", "text/javascript"},
                                           {".svg", "image/svg+xml"},
                                           {".png", "image/png"}};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
        if (strcmp(dot, types[i][0]) == 0)
            return types[i][1];
    return "text/plain; charset=utf-8";
}

/* Opens a file below the folder. The kernel itself refuses every way out of it, by .., by a link or
 * by a path from the root: openat2(2), RESOLVE_BENEATH. Returns -1 if there is no such file. */
static int open_below(int folder_fd, const char *name, off_t *size)
{
    struct open_how how = {.flags = O_RDONLY | O_NONBLOCK, .resolve = RESOLVE_BENEATH};
    struct stat info;
    int fd = (int)syscall(SYS_openat2, folder_fd, name, &how, sizeof how);
    if (fd == -1)
        return -1;
    if (fstat(fd, &info) == -1 || !S_ISREG(info.st_mode)) {
        close(fd);
        return -1;
    }
    *size = info.st_size;
    return fd;
}

/* Sends so many bytes of a file. Returns 0 or -1. */
static int send_file(int client_fd, int file_fd, off_t size)
{
    while (size > 0) {
        ssize_t n = sendfile(client_fd, file_fd, NULL, (size_t)size);
        if (n == 0) /* it has become shorter, and what we promised cannot be kept */
            errno = EIO;
        if (n == 0 || (n == -1 && errno != EINTR))
            return -1;
        size -= n > 0 ? n : 0;
    }
    return 0;
}

int send_answer(int client_fd, int folder_fd, const struct request *request, int status)
{
    char head[512], text[64] = "";
    const char *name = *request->path ? request->path : "index.html";
    off_t size = 0;
    int file_fd = status == 200 ? open_below(folder_fd, name, &size) : -1;
    if (status == 200 && file_fd == -1)
        status = 404;
    if (status != 200)
        size = snprintf(text, sizeof text, "%d %s\n", status, text_of(status));
    int len = snprintf(
        head, sizeof head,
        "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %lld\r\n%sConnection: %s\r\n\r\n%s",
        status, text_of(status), status == 200 ? type_of(name) : "text/plain", (long long)size,
        status == 405 ? "Allow: GET, HEAD\r\n" : "", request->stays ? "keep-alive" : "close",
        request->head_only ? "" : text);
    int result = send_all(client_fd, head, (size_t)len);
    if (result == 0 && file_fd != -1 && !request->head_only)
        result = send_file(client_fd, file_fd, size);
    if (file_fd != -1)
        close(file_fd);
    return result == -1 ? -1 : status;
}
