/* threads.c - a right program: a thread for each sender, each with a part of its own. */
#include "receiver.h"

#include <pthread.h>

struct job {
    int conn_fd;
    long number, patience;
    const char *path;
};

static void *run(void *argument)
{
    struct job *job = argument;
    char part[PATH_MAX];
    snprintf(part, sizeof part, "%s.%ld", job->path, job->number);
    serve_sender(job->conn_fd, part, job->path, job->patience, receive_file);
    close(job->conn_fd);
    free(job);
    return NULL;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    long number = 0;
    int conn_fd, listen_fd = listen_or_die(wish.port);
    while ((conn_fd = accept_client(listen_fd, NULL)) != -1) {
        struct job *job = malloc(sizeof *job);
        pthread_t thread;
        if (!job)
            die("malloc");
        *job = (struct job){conn_fd, number++, wish.patience, wish.path};
        if (pthread_create(&thread, NULL, run, job) != 0)
            die_plain("no thread");
        pthread_detach(thread);
    }
    die("accept");
}
