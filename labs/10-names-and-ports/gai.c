/* gai.c - errors of getaddrinfo in words; gai.h says what each function promises. */
#include "gai.h"

#include "diag.h"

#include <netdb.h>
#include <stddef.h>

const char *eai_name(int error)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {
        {EAI_ADDRFAMILY, "EAI_ADDRFAMILY"}, {EAI_AGAIN, "EAI_AGAIN"},
        {EAI_BADFLAGS, "EAI_BADFLAGS"},     {EAI_FAIL, "EAI_FAIL"},
        {EAI_FAMILY, "EAI_FAMILY"},         {EAI_MEMORY, "EAI_MEMORY"},
        {EAI_NODATA, "EAI_NODATA"},         {EAI_NONAME, "EAI_NONAME"},
        {EAI_OVERFLOW, "EAI_OVERFLOW"},     {EAI_SERVICE, "EAI_SERVICE"},
        {EAI_SOCKTYPE, "EAI_SOCKTYPE"},     {EAI_SYSTEM, "EAI_SYSTEM"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].number == error)
            return names[i].name;
    return "?";
}

_Noreturn void die_gai(int error, const char *text)
{
    if (error == EAI_SYSTEM)
        die("%s", text);
    die_plain("%s: %s [%s]", text, gai_strerror(error), eai_name(error));
}
