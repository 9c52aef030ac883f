/* digest.c - the SHA-256 of a file; digest.h says what each function promises. */
#include "digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

/* Feeds the file to the library, piece by piece: memory stays flat, however long the file is. */
static bool add_file(EVP_MD_CTX *context, int fd, uint64_t len)
{
    unsigned char data[1 << 16];
    for (uint64_t at = 0; at < len;) {
        size_t want = len - at < sizeof data ? (size_t)(len - at) : sizeof data;
        ssize_t n = pread(fd, data, want, (off_t)at);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == 0)
            errno = ENODATA;
        if (n <= 0)
            return false;
        errno = ENOMEM; /* the library sets no errno, and has no other reason to fail */
        if (!EVP_DigestUpdate(context, data, (size_t)n))
            return false;
        at += (uint64_t)n;
    }
    return true;
}

int digest_file(int fd, uint64_t len, unsigned char digest[static DIGEST_LEN])
{
    errno = ENOMEM;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) &&
                add_file(context, fd, len) && EVP_DigestFinal_ex(context, digest, NULL);
    int error = errno;
    EVP_MD_CTX_free(context);
    errno = error;
    return good ? 0 : -1;
}

const char *format_digest(const unsigned char digest[static DIGEST_LEN],
                          char text[static DIGEST_TEXT_MAX])
{
    for (size_t i = 0; i < DIGEST_LEN; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    return text;
}
