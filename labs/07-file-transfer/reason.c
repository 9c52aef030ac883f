/* reason.c - why a peer was given up; reason.h says what each function promises. */
#include "reason.h"

#include "diag.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>

int set_patience(int fd, long seconds)
{
    struct timeval patience = {.tv_sec = seconds};
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == -1)
        return -1;
    return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

const char *describe_reason(int error, long seconds, char text[static REASON_MAX])
{
    if (error == EAGAIN)
        snprintf(text, REASON_MAX, "silent for %ld s", seconds);
    else if (error == ENODATA)
        snprintf(text, REASON_MAX, "end of stream");
    else if (error == EINTR)
        snprintf(text, REASON_MAX, "asked to stop");
    else
        snprintf(text, REASON_MAX, "%s", errno_name(error));
    return text;
}
