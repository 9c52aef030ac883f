/* faults.h - what the two halves of the library of faults
 * share: faults.c is about sockets, files.c about files. */
#ifndef SOCKET_LABS_FAULTS_H
#define SOCKET_LABS_FAULTS_H

#include <dlfcn.h>
#include <stdbool.h>

/* The libc's own function of that name. */
#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

/* What stood under this name in the environment when the program began, or NULL. */
const char *given(const char *name);

/* Notes that the kind of call with this letter has been seen. */
void mark(char letter);

/* The value of a setting in FAULTS, 0 if it is not there. `name` ends with =. */
long setting(const char *name);

bool is_socket(int fd);

/* Has the program read, or tried to read, from a socket? */
extern _Atomic bool has_received;

/* files.c: a call changes a file; one that sends on a socket. */
void file_changes(void);
void answers(void);

#endif
