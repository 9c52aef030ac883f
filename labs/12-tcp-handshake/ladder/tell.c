/* tell.c - ladder's messages; tell.h describes each function. */
#include "tell.h"

#include <stdarg.h>
#include <stdio.h>

void tell(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fputs("ladder: ", stderr);
    vfprintf(stderr, fmt, args);
    putc('\n', stderr);
    va_end(args);
}

void tell_count(const struct capture *capture, const struct output *out, const char *now)
{
    char dropped[32] = "none";
    if (capture->dropped > 0)
        snprintf(dropped, sizeof dropped, "%llu", (unsigned long long)capture->dropped);
    tell("%llu frame%s%s, %s dropped by the kernel", (unsigned long long)out->frames,
         out->frames == 1 ? "" : "s", now, dropped);
}

void tell_missed(uint32_t missed)
{
    if (missed > 0)
        tell("the firewall dropped up to %lu more, which are drawn as if they had arrived: no room "
             "for what it told",
             (unsigned long)missed);
}

void tell_checksums(const struct output *out, bool live)
{
    uint64_t left = out->left + (live ? out->pending : 0);
    if (out->left_ip > 0)
        tell("the IP checksums of %llu are left to the network card (offload): not checked",
             (unsigned long long)out->left_ip);
    if (left > 0)
        tell(
            "the TCP and UDP checksums of %llu are left to the network card (offload): not checked",
            (unsigned long long)left);
    if (out->pending > 0 && !live)
        tell("the TCP and UDP checksums of %llu do not fit: were they left to the network card?",
             (unsigned long long)out->pending);
    if (out->wrong > 0)
        tell("%llu with a wrong checksum", (unsigned long long)out->wrong);
}

void tell_copies(const struct output *out)
{
    if (out->recent.copies > 0)
        tell("%llu of %llu frames are copies of others, captured a second time: not drawn",
             (unsigned long long)out->recent.copies, (unsigned long long)out->frames);
}

void tell_undrawn(const struct output *out)
{
    uint64_t others = out->undrawn - out->arp;
    if (out->arp > 0)
        tell("%llu of %llu frames in no ladder: ARP", (unsigned long long)out->arp,
             (unsigned long long)out->frames);
    if (others > 0)
        tell("%llu of %llu frames in no ladder: no TCP, UDP or ICMP, or too little of it",
             (unsigned long long)others, (unsigned long long)out->frames);
}
