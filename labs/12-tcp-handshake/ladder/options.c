/* options.c - reads ladder's command line. */
#include "options.h"

#include "addr.h"
#include "diag.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char help[] =
    "usage: ladder [-ehq] [-i IFACE | -r FILE] [-w FILE] [-c COUNT] [-p PORT] [-f FORMAT]\n"
    "              [-l GROUP] [-s FILE]\n"
    "Draws the frames that pass on a network as ladders, one for each conversation.\n\n"
    "  -i IFACE   capture on this interface until Ctrl-C; \"any\": on all like Ethernet (lo)\n"
    "  -r FILE    read a capture file instead; - is standard input\n"
    "  -w FILE    write the frames to FILE, for tcpdump and Wireshark; - is standard output\n"
    "  -c COUNT   end after COUNT frames\n"
    "  -p PORT    only TCP and UDP with this port, and ICMP errors about it\n"
    "  -l GROUP   draw as lost what the firewall drops, if its rule says `log group GROUP drop`;\n"
    "             a file (-w, -r) does not keep what was lost\n"
    "  -f FORMAT  text, utf8, svg, mermaid, json; or prose, in sentences, for a screen reader "
    "(text)\n"
    "  -s FILE    draw a picture, too: the whole as SVG into FILE, at the end\n"
    "  -e         draw at the end, each conversation whole; -r and all but text and utf8 imply it\n"
    "  -q         draw nothing\n"
    "  -h         this help\n\n"
    "SIGUSR1 makes it draw all that came so far, and print how many frames that is.";

static enum format find_format(const char *name)
{
    static const char *const names[] = {"text", "utf8", "svg", "mermaid", "json", "prose"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum format)i;
    die_usage("-f wants text, utf8, svg, mermaid, json or prose, not '%s'", name);
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

/* Options that exclude each other. */
static void check_together(const struct options *opt)
{
    if (opt->read && opt->interface)
        die_usage("-i captures, -r reads a file: choose one");
    if (opt->read && opt->group != -1)
        die_usage("-l hears the firewall, and a file does not tell what was lost: choose -l or -r");
    if (opt->quiet && opt->group != -1)
        die_usage("-l draws what was lost, -q draws nothing: choose one");
    if (opt->read && opt->write && is_same_file(opt->read, opt->write))
        die_usage("-w would overwrite %s, which -r is to read", opt->read);
    if (opt->write && strcmp(opt->write, "-") == 0 && !opt->quiet)
        die_usage("-w - writes the frames to standard output, so it needs -q: no drawing");
    if (opt->picture && strcmp(opt->picture, "-") == 0)
        die_usage("-s wants a file: -f svg draws on standard output");
}

struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.format = FORMAT_TEXT, .group = -1};
    for (int c; (c = next_option(argc, argv, "c:ef:i:l:p:qr:s:w:", help)) != -1;) {
        if (c == 'c')
            opt.count = number_option(c, "a number of frames", 1, 1000000000);
        else if (c == 'f')
            opt.format = find_format(optarg);
        else if (c == 'i')
            opt.interface = optarg;
        else if (c == 'l')
            opt.group = number_option(c, "a log group", 0, 65535);
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a port", 1, 65535);
        else if (c == 'r')
            opt.read = optarg;
        else if (c == 's')
            opt.picture = optarg;
        else if (c == 'w')
            opt.write = optarg;
        opt.whole |= c == 'e';
        opt.quiet |= c == 'q';
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    check_together(&opt);
    if (!opt.interface)
        opt.interface = "lo";
    opt.whole |= opt.read || (opt.format != FORMAT_TEXT && opt.format != FORMAT_UTF8);
    return opt;
}
