/* Hostile: takes the model solution from where it is.
 * Score:   0
 */
#include "../../tests/solutions/01-tcp-echo/server.c"
