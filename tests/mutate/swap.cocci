// Two neighbours in a call change places. What die(), say() and trace() are given is only text.
@swap@
identifier f != {die, die_plain, die_usage, say, trace};
expression list[count] before;
expression a, b;
expression list after;
position p : script:python() { here("swap", p) };
@@
  f(before,
- a@p, b
+ b, a
  , after)
