// The byte order is forgotten.
@order@
identifier f =~ "^(htons|htonl|ntohs|ntohl)$";
expression e;
position p : script:python() { here("order", p) };
@@
- f@p(e)
+ (e)
