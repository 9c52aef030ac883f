/* cookie.c - seals cookies with a key that only the server has, and knows its own again. */
#include "cookie.h"
#include "diag.h"
#include "io.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static void make_seal(const unsigned char key[static KEY_LEN], const unsigned char *data,
                      size_t len, unsigned char seal[static SEAL_LEN])
{
    unsigned char whole[EVP_MAX_MD_SIZE];
    if (HMAC(EVP_sha256(), key, KEY_LEN, data, len, whole, NULL) == NULL)
        die_plain("the library cannot compute an HMAC");
    memcpy(seal, whole, SEAL_LEN);
}

void seal_cookie(const unsigned char key[static KEY_LEN], uint32_t place, const unsigned char *name,
                 size_t len, unsigned char *cookie)
{
    put_number(cookie, place);
    memcpy(cookie + 4, name, len);
    make_seal(key, cookie, 4 + len, cookie + 4 + len);
}

bool open_cookie(const unsigned char key[static KEY_LEN], const unsigned char *cookie, size_t len,
                 uint32_t *place)
{
    unsigned char seal[SEAL_LEN];
    if (len < COOKIE_REST)
        return false;
    make_seal(key, cookie, len - SEAL_LEN, seal);
    /* memcmp stops at the first difference, and its time would tell how much of a seal is right. */
    if (CRYPTO_memcmp(seal, cookie + len - SEAL_LEN, SEAL_LEN) != 0)
        return false;
    *place = get_number(cookie);
    return true;
}

int get_key(const char *path, unsigned char key[static KEY_LEN])
{
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd != -1) {
        ssize_t n = read(fd, key, KEY_LEN);
        close(fd);
        if (n >= 0 && n < KEY_LEN)
            errno = EINVAL;
        return n == KEY_LEN ? 0 : -1;
    }
    if ((path && errno != ENOENT) || getrandom(key, KEY_LEN, 0) != KEY_LEN)
        return -1;
    if (!path)
        return 0;
    /* Nobody else may read it: whoever has the key can seal anything. */
    if ((fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) == -1)
        return -1;
    int result = write_all(fd, key, KEY_LEN);
    return close(fd) == -1 ? -1 : result;
}
