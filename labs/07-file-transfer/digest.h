/* digest.h - the SHA-256 of a file, by OpenSSL's libcrypto (EVP_DigestInit(3)). */
#ifndef SOCKET_LABS_DIGEST_H
#define SOCKET_LABS_DIGEST_H

#include <stdint.h>

enum { DIGEST_LEN = 32, DIGEST_TEXT_MAX = 2 * DIGEST_LEN + 1 };

/* Reads the first `len` bytes of the file and computes their SHA-256. Leaves the file's position as
 * it is (pread(2)). Returns 0, or -1 with errno set: ENODATA if the file is shorter. */
int digest_file(int fd, uint64_t len, unsigned char digest[static DIGEST_LEN]);

/* The digest in hexadecimal, as sha256sum(1) prints it. Returns `text`. */
const char *format_digest(const unsigned char digest[static DIGEST_LEN],
                          char text[static DIGEST_TEXT_MAX]);

#endif
