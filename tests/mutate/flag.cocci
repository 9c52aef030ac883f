// A flag is forgotten.
@flag@
identifier f;
expression list[count] before;
constant c =~ "^MSG_";
expression list after;
position p : script:python() { here("flag", p) };
@@
  f(before,
- c@p
+ 0
  , after)
