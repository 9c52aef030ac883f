/* Hostile: an executable of three gigabytes.
 * Score:   0
 */
char big[3221225472UL] = {1};
int main(void)
{
    return big[7];
}
