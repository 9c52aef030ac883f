/* dissect.c - lab 11: takes frames apart, and draws each header as the RFCs draw it.
 *
 * Shows:      every field with its value and its bits, how each checksum is computed, and how many
 *             bytes each layer takes.
 * Run this:   ./dissect -s -c 1
 *             ./receiver
 *             ./sampler udp 127.0.0.1
 * See this:   frame 1: 47 bytes
 * Try:        -i eth0 instead of lo; -r some.pcap for a file; -o for the sums by layer
 */
#include "diag.h"
#include "input.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: dissect [-los] [-H HEADER] [-i IFACE | -r FILE] [-c COUNT]\n"
    "Draws the headers of the frames that pass on a network, field by field.\n\n"
    "  -i IFACE  capture on this interface until Ctrl-C (lo)\n"
    "  -r FILE   read a capture file instead, pcap or pcapng; - is standard input\n"
    "  -c COUNT  end after COUNT frames\n"
    "  -H HEADER only frames with this header, and of them only that: \"IPv4\", \"IPv6 fragment\"\n"
    "  -s        show how each checksum is computed, and the CRC-32 of the frame\n"
    "  -l        a line for each field instead: frame, header, field, value, between tabs\n"
    "  -o        only the bytes that each layer has taken, at the end\n"
    "  -h        this help";

struct choice {
    const char *interface, *file;
    unsigned long long count;
};

static struct choice parse_options(int argc, char *argv[], struct view *view)
{
    struct choice choice = {.count = ULLONG_MAX};
    for (int c; (c = next_option(argc, argv, "c:H:i:lor:s", help)) != -1;) {
        if (c == 'c')
            choice.count =
                (unsigned long long)number_option(c, "a number of frames", 1, 1000000000);
        else if (c == 'i')
            choice.interface = optarg;
        else if (c == 'r')
            choice.file = optarg;
        else if (c == 'H')
            view->only = optarg;
        view->list |= c == 'l';
        view->sums |= c == 's';
        view->quiet |= c == 'o';
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    if (choice.file && choice.interface)
        die_usage("-i captures, -r reads a file: choose one");
    return choice;
}

int main(int argc, char *argv[])
{
    diag_init("dissect");
    struct view view = {0};
    struct choice choice = parse_options(argc, argv, &view);
    int status = choice.file ? read_file(choice.file, &view, choice.count)
                             : read_interface(choice.interface ? choice.interface : "lo", &view,
                                              choice.count);
    if (view.quiet)
        show_overhead(&view.overhead);
    if (fflush(stdout) == EOF || ferror(stdout))
        die("write the output");
    return status;
}
