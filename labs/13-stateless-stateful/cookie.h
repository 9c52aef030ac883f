/* cookie.h - state that the client keeps for the server, sealed so that it cannot change it.
 *
 *   bytes 0 to 3  the place in the file, big end first
 *   then          the file's name
 *   the last 16   the seal: the first half of HMAC-SHA256 (RFC 2104, RFC 6234) of all before it
 */
#ifndef LAB_13_COOKIE_H
#define LAB_13_COOKIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEY_LEN = 32, SEAL_LEN = 16, COOKIE_REST = 4 + SEAL_LEN }; /* what is not name */

/* Writes a cookie of `len` + COOKIE_REST bytes. Exits 1 if the library fails. */
void seal_cookie(const unsigned char key[static KEY_LEN], uint32_t place, const unsigned char *name,
                 size_t len, unsigned char *cookie);

/* True if this key has sealed the cookie just as it
 * is. Then sets *place; the name is at cookie + 4. */
bool open_cookie(const unsigned char key[static KEY_LEN], const unsigned char *cookie, size_t len,
                 uint32_t *place);

/* Reads the key from the file, or makes a new one there. Without a file (NULL) the key lives as
 * long as the program. Returns 0, or -1 with errno set. */
int get_key(const char *path, unsigned char key[static KEY_LEN]);

#endif
