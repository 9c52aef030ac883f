/* whole.c - a right program of another shape: buffers of 65,536 bytes. */
#define ROOM 65536
#include "polls.h"
