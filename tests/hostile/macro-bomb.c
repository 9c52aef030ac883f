/* Hostile: a few lines that become billions of tokens.
 * Score:   0
 * Deadline: the compiler's
 */
#define A x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x
#define B A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A
#define C B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B
#define D C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C
#define E D, D, D, D, D, D, D, D, D, D, D, D, D, D, D, D
#define F E, E, E, E, E, E, E, E, E, E, E, E, E, E, E, E
int x[] = {F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F};
