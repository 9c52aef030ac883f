/* maps.c - a variant: the journal is in memory by mmap(2), and on the disk by msync(2). It grows by
 * 32 KiB of zeros before it is written to, so its last bytes are often none of a deposit. */
#include "bank.h"

#include <sys/mman.h>

enum { PAGE = 4096, AHEAD = 8 };
enum { LINE = 64 }; /* each line has so many bytes, those behind its newline are 0 */

static int journal_fd;
static size_t pages, lines;

/* More pages, which the disk has: a page without would be SIGBUS. */
static void grow(void)
{
    errno = posix_fallocate(journal_fd, (off_t)pages * PAGE, AHEAD * PAGE);
    if (errno != 0 || fsync(journal_fd) == -1)
        die("the journal");
    pages += AHEAD;
}

static char *map_page(size_t page)
{
    char *at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, journal_fd, (off_t)page * PAGE);
    if (at == MAP_FAILED)
        die("mmap");
    return at;
}

static void record(const struct deposit *d)
{
    char line[TEXT_MAX];
    int len = write_line(line, d);
    if (lines == pages * PAGE / LINE)
        grow();
    char *page = map_page(lines * LINE / PAGE);
    memcpy(page + lines++ * LINE % PAGE, line, (size_t)len);
    if (msync(page, PAGE, MS_SYNC) == -1)
        die("the journal");
    munmap(page, PAGE);
}

/* Reads line after line. What is behind the last whole one is made zeros again. */
static void read_lines(void)
{
    static const char zeros[PAGE];
    off_t size = lseek(journal_fd, 0, SEEK_END);
    char line[LINE + 1] = "", *end;
    for (struct deposit d; pread(journal_fd, line, LINE, (off_t)lines * LINE) > 0; lines++) {
        if ((end = strchr(line, '\n')) == NULL)
            break;
        *end = 0;
        if (!is_deposit(line, &d))
            die_plain("the journal has no deposit here: %s", line);
        execute(&d);
        memset(line, 0, sizeof line);
    }
    pages = (size_t)(size + PAGE - 1) / PAGE;
    if (ftruncate(journal_fd, (off_t)lines * LINE) == -1)
        die("the journal");
    for (size_t from = lines * LINE; from < pages * PAGE; from = (from / PAGE + 1) * PAGE)
        if (pwrite(journal_fd, zeros, PAGE - from % PAGE, (off_t)from) == -1)
            die("the journal");
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    if ((journal_fd = open(wish.journal, O_RDWR | O_CREAT, 0600)) == -1)
        die("%s", wish.journal);
    read_lines();
    if (pages == 0)
        grow();
    sync_folder(wish.journal);
    serve(bind_or_die(wish.port), record);
}
