/* answer.h - answers a request with a file. */
#ifndef SOCKET_LABS_ANSWER_H
#define SOCKET_LABS_ANSWER_H

#include "request.h"

/* Sends the answer: the file that the request names below the folder, or the `status` if that is
 * not 200. Whatever the path says, no file outside of the folder is opened. Returns the status that
 * was sent, or -1 with errno set if the client is gone. */
int send_answer(int client_fd, int folder_fd, const struct request *request, int status);

#endif
