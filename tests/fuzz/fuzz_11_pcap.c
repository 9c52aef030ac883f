/* fuzz_11_pcap.c - random capture files for lab 11, in the formats pcap and pcapng. Whatever comes,
 * each frame lies inside the reader, and what is read comes to an end. */
// sources: labs/11-packet-headers/pcap.c labs/11-packet-headers/pcapng.c
#include "../../labs/11-packet-headers/pcap.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

static void check(bool fact)
{
    if (!fact)
        abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    static struct pcap_reader reader;
    static unsigned char file[4096];
    struct captured frame;
    if (len == 0 || len > sizeof file)
        return 0;
    for (size_t i = 0; i < len; i++)
        file[i] = data[i];
    FILE *in = fmemopen(file, len, "r");
    check(in != NULL);
    if (pcap_open(&reader, in) == PCAP_OK)
        while (pcap_next(&reader, &frame) == PCAP_OK) {
            check(frame.kept <= frame.len && frame.kept <= len);
            check(frame.bytes >= reader.frame &&
                  frame.bytes + frame.kept <= reader.frame + sizeof reader.frame);
        }
    fclose(in);
    return 0;
}
