/* Hostile: source without an end.
 * Score:   0
 */
#include "/dev/zero"
