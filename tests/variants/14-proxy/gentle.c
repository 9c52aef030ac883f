/* gentle.c - a right program of another shape: closes where others reset. */
#define GENTLE 1
#include "polls.h"
