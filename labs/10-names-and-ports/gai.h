/* gai.h - lab 10: what getaddrinfo(3) and getnameinfo(3) say, in words. */
#ifndef NAMES_GAI_H
#define NAMES_GAI_H

/* Returns the name of an error of theirs, "EAI_NONAME"
 * for instance, or "?". The string is a constant. */
const char *eai_name(int error);

/* Prints `role: text: the error [its name]` on stderr,
 * and exits 1. For EAI_SYSTEM it is the error in errno. */
_Noreturn void die_gai(int error, const char *text);

#endif
