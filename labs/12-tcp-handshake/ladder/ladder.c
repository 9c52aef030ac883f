/* ladder.c - lab 12: shows who sends what to whom, as a ladder: two ends, and an arrow for each frame.
 *
 * Shows:      the packets of a conversation, their flags and numbers, and the TCP state of each side.
 * Run this:   ../../scripts/netbox bash, and in it: ./ladder -p 5012 & ./server & ./client
 * See this:   SYN, SYN and ACK, ACK: and then "Thank you"
 * Try:        ./ladder -w some.pcap; ./ladder -r some.pcap -f svg >some.svg
 *
 * The way of a frame: capture.c or pcap.c gets it, frame.c reads its headers, flow.c and tcp.c find
 * what it means in its conversation, draw.c and the others draw it. Only capture.c needs a privilege.
 */
#include "diag.h"
#include "link.h"
#include "live.h"
#include "options.h"
#include "tell.h"

#include <stdio_ext.h>
#include <string.h>

/* "-" is the standard stream. */
static FILE *open_file(const char *name, const char *mode, FILE *standard)
{
    FILE *file = strcmp(name, "-") == 0 ? standard : fopen(name, mode);
    if (!file)
        die("open %s", name);
    setvbuf(file, NULL, _IOFBF, 1 << 18);
    __fsetlocking(file, FSETLOCKING_BYCALLER); /* there are no threads: a sixth faster */
    return file;
}

/* What an interrupted capture or a full disk has left of a file is drawn. */
static void read_frames(const struct options *opt, struct output *out)
{
    static struct pcap_reader reader; /* with room for the longest frame: too much for a stack */
    struct captured frame;
    FILE *in = open_file(opt->read, "rb", stdin);
    enum pcap_result result = pcap_open(&reader, in);
    if (result == PCAP_ERROR)
        die("read %s", opt->read);
    if (result != PCAP_OK)
        die_plain("%s: %s", opt->read, pcap_text(result));
    if (!knows_link(reader.link))
        die_plain("%s: its frames are of link type %d, which this does not read", opt->read,
                  (int)reader.link);
    if (begin_output(out, reader.link) == -1)
        die(WRITING);
    while (!is_full(out) && (result = pcap_next(&reader, &frame)) == PCAP_OK)
        if (put_frame(out, reader.link, &frame) == -1)
            die(WRITING);
    if (result != PCAP_OK && result != PCAP_END)
        tell("%s: %s; what came before is drawn", opt->read, pcap_text(result));
    fclose(in);
}

int main(int argc, char *argv[])
{
    diag_init("ladder");
    struct options opt = parse_options(argc, argv);
    struct output out = {
        .format = opt.format, .whole = opt.whole, .port = opt.port, .limit = (uint64_t)opt.count};
    struct capture capture = {.fd = -1};
    if (!opt.quiet)
        out.drawing = open_file("-", "w", stdout);
    if (opt.write)
        out.file = open_file(opt.write, "wb", stdout);
    if (opt.read)
        read_frames(&opt, &out);
    else
        capture_frames(&opt, &out, &capture);
    if (end_output(&out, capture.dropped) == -1)
        die(WRITING);
    if (!opt.read)
        tell_count(&capture, &out, "");
    tell_checksums(&out, !opt.read);
    if (opt.read)
        tell_undrawn(&out);
    close_capture(&capture);
    return 0;
}
