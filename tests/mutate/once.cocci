// A loop runs once.
@once_while@
expression condition;
statement body;
position p : script:python() { here("once_while", p) };
@@
- while@p (condition)
+ for (int once = 1; once && (condition); once = 0)
  body

@once_ever@
statement body;
position p : script:python() { here("once_ever", p) };
@@
- for@p (;;)
+ for (int once = 1; once; once = 0)
  body

@once_for@
identifier i;
type T;
expression condition;
statement body;
position p : script:python() { here("once_for", p) };
@@
+ int once = 1;
  for@p (T i; 
- condition
+ once-- > 0 && (condition)
  ; ...) body

@once_count@
expression condition;
statement body;
position p : script:python() { here("once_count", p) };
@@
+ int once = 1;
  for@p (...;
- condition
+ once-- > 0 && (condition)
  ; ...) body
