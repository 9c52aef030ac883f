/* piece.h - the file that is read in pieces. */
#ifndef LAB_13_PIECE_H
#define LAB_13_PIECE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Short, so that a student can count them; NAME_LEN is the longest name. */
enum { PIECE_LEN = 3, NAME_LEN = 64 };

/* Opens the file `name` of `len` bytes in the current folder. Returns
 * a descriptor, which the caller closes, or -1 with errno set: EACCES
 * for a name that could leave the folder, "../passwd" for example. */
int open_file(const unsigned char *name, size_t len);

/* Reads the piece that begins at byte `place`. Returns its length, 0 behind the end, or -1. */
ssize_t read_piece(int fd, uint32_t place, unsigned char piece[static PIECE_LEN]);

#endif
