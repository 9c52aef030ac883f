/* options.h - ladder's command line. */
#ifndef SOCKET_LABS_OPTIONS_H
#define SOCKET_LABS_OPTIONS_H

#include "output.h"

struct options {
    const char *interface;    /* to capture on */
    const char *read, *write; /* capture files, or NULL */
    const char *picture;      /* to draw as well, or NULL */
    enum format format;
    long count;    /* end after this many frames; 0: never */
    long group;    /* to which the firewall logs what it drops; -1: none */
    uint16_t port; /* 0: all */
    bool whole, quiet;
};

/* Reads the command line. Exits as next_option does (diag.h): 0 after -h, 2 for a usage error. */
struct options parse_options(int argc, char *argv[]);

#endif
