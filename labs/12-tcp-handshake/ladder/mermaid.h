/* mermaid.h - the whole capture as Markdown, with a Mermaid diagram for each conversation. GitHub
 * and others draw it (mermaid.js.org/syntax/sequenceDiagram.html).
 *
 *     ```mermaid
 *     sequenceDiagram
 *         participant client as client 127.0.0.1:40312
 *         participant server as server 127.0.0.1:5012
 *         client->>server: SYN seq=0
 *         Note left of client: SYN-SENT
 *         Note right of server: LISTEN
 *     ```
 *
 * The arrow of a lost frame ends in a cross, -x. Mermaid refuses a diagram of more than 50,000
 * characters, so after MERMAID_FRAMES frames a conversation goes on in another one. */
#ifndef SOCKET_LABS_MERMAID_H
#define SOCKET_LABS_MERMAID_H

#include "story.h"

#include <stdio.h>

enum { MERMAID_FRAMES = 100 }; /* in one diagram */

/* Returns 0, or -1 with errno if writing fails. */
int write_mermaid(FILE *out, const struct story *story);

#endif
