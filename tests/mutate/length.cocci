// A length is one off.
@longer@
identifier f;
{size_t, ssize_t} n;
expression list[count] before;
expression list after;
position p : script:python() { here("longer", p) };
@@
  f(before,
- n@p
+ n + 1
  , after)

@shorter@
identifier f;
{size_t, ssize_t} n;
expression list[count] before;
expression list after;
position p : script:python() { here("shorter", p) };
@@
  f(before,
- n@p
+ n - 1
  , after)
