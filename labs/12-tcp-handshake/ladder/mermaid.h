/* mermaid.h - all that was captured as Markdown: for each conversation a Mermaid diagram, which
 * GitHub and others draw (mermaid.js.org/syntax/sequenceDiagram.html).
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
 * A lost frame ends in a cross, -x. Mermaid draws no diagram of more than 50,000 characters: a
 * conversation of more than MERMAID_FRAMES goes on in the next one. */
#ifndef SOCKET_LABS_MERMAID_H
#define SOCKET_LABS_MERMAID_H

#include "story.h"

#include <stdio.h>

enum { MERMAID_FRAMES = 100 }; /* in one diagram */

/* Returns 0, or -1 with errno when `out` does not take it all. */
int write_mermaid(FILE *out, const struct story *story);

#endif
