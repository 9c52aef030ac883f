/* ladder.c - lab 12: draws the frames on a network as ladders, with an arrow for each frame.
 *
 * Shows:      the packets of each conversation, their flags and numbers, and the TCP states of both
 *             sides.
 * Run this:   ./ladder/ladder -p 5012
 *             ./server
 *             ./client
 * See this:   SYN-SENT |-- SYN seq=0 ...
 * Try:        -w some.pcap instead of -p 5012; then ./ladder/ladder -r some.pcap -f svg >some.svg
 *
 * README.md in this folder describes the way of a frame through these files.
 */
#include "../../11-packet-headers/link.h"
#include "diag.h"
#include "live.h"
#include "options.h"
#include "tell.h"

#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

/* Opens the file; "-" stands for the standard stream. */
static FILE *open_file(const char *name, const char *mode, FILE *standard)
{
    FILE *file = strcmp(name, "-") == 0 ? standard : fopen(name, mode);
    if (!file)
        die("open %s", name);
    setvbuf(file, NULL, _IOFBF, 1 << 18);
    __fsetlocking(file, FSETLOCKING_BYCALLER); /* no threads here, so no locks: a sixth faster */
    return file;
}

/* Opens a capture file, or says what is wrong with it. */
static FILE *open_capture_file(const struct options *opt, struct pcap_reader *reader)
{
    FILE *in = open_file(opt->read, "rb", stdin);
    enum pcap_result result = pcap_open(reader, in);
    if (result == PCAP_ERROR)
        die("read %s", opt->read);
    if (result != PCAP_OK)
        die_plain("%s: %s", opt->read, pcap_text(result));
    const char *name = link_name(reader->link);
    if (!knows_link(reader->link))
        die_plain("%s: its frames have link type %d%s%s%s, which this does not read", opt->read,
                  (int)reader->link, *name ? " (" : "", name, *name ? ")" : "");
    return in;
}

/* Draws a capture file. If the file is cut off, what is left of it is drawn. Returns the exit
 * status. */
static int read_frames(const struct options *opt, struct output *out)
{
    static struct pcap_reader reader; /* it holds the longest frame: too large for a stack */
    struct captured frame;
    FILE *in = open_capture_file(opt, &reader);
    enum pcap_result result = PCAP_OK;
    unsigned long long frames = 0;
    if (begin_output(out, reader.link) == -1)
        die(WRITING);
    for (; !is_full(out) && (result = pcap_next(&reader, &frame)) == PCAP_OK; frames++) {
        if (out->file && frame.link != reader.link)
            die_plain("%s: its frames have link types %d and %d, and -w writes a file of one",
                      opt->read, (int)reader.link, (int)frame.link);
        if (put_frame(out, &frame) == -1)
            die(WRITING);
    }
    bool whole = result == PCAP_OK || result == PCAP_END;
    if (!whole)
        tell("%s: %s; what came before is drawn", opt->read, pcap_text(result));
    if (out->frames == 0 && frames > 0)
        tell("%s: none of its %llu frames has port %d", opt->read, frames, opt->port);
    fclose(in);
    return whole ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void open_outputs(const struct options *opt, struct output *out, struct output *picture)
{
    /* On one interface, the same packet again was made on the way to it. */
    out->once = picture->once = opt->read || strcmp(opt->interface, "any") == 0;
    if (!opt->quiet)
        out->drawing = open_file("-", "w", stdout);
    if (opt->write)
        out->file = open_file(opt->write, "wb", stdout);
    if (opt->picture) {
        picture->drawing = open_file(opt->picture, "w", stdout);
        out->too = picture;
    }
}

int main(int argc, char *argv[])
{
    diag_init("ladder");
    struct options opt = parse_options(argc, argv);
    struct output out = {
        .format = opt.format, .whole = opt.whole, .port = opt.port, .limit = (uint64_t)opt.count};
    struct output picture = {.format = FORMAT_SVG, .whole = true, .port = opt.port};
    struct capture capture = {.fd = -1};
    int status = EXIT_SUCCESS;
    open_outputs(&opt, &out, &picture);
    if (opt.read)
        status = read_frames(&opt, &out);
    else
        capture_frames(&opt, &out, &capture);
    if (end_output(&out, capture.dropped) == -1)
        die(WRITING);
    if (!opt.read)
        tell_count(&capture, &out, "");
    tell_checksums(&out, !opt.read);
    tell_copies(&out);
    if (opt.read)
        tell_undrawn(&out);
    close_capture(&capture);
    return status;
}
