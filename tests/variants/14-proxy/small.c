/* small.c - a right program of another shape: buffers of 512 bytes. */
#define ROOM 512
#include "polls.h"
