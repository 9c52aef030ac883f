/* Hostile: shows a file of the machine in what the compiler says of it.
 * Score:   0
 * Unseen:  root:
 */
#include "/etc/passwd"
