// A condition is taken for its opposite.
@negate_if@
expression condition;
statement then, other;
position p : script:python() { here("negate_if", p) };
@@
(
  if@p (
- condition
+ !(condition)
  ) then else other
|
  if@p (
- condition
+ !(condition)
  ) then
)

@negate_loop@
expression condition;
statement body;
position p : script:python() { here("negate_loop", p) };
@@
  while@p (
- condition
+ !(condition)
  ) body

@negate_choice@
expression condition, yes, no;
position p : script:python() { here("negate_choice", p) };
@@
- condition ?@p yes : no
+ condition ? no : yes

@negate_equal@
expression a, b;
position p : script:python() { here("negate_equal", p) };
@@
(
- a ==@p b
+ a != b
|
- a !=@p b
+ a == b
)

@negate_not@
expression a;
position p : script:python() { here("negate_not", p) };
@@
- !@p a
+ a

@negate_result@
symbol true, false;
position p : script:python() { here("negate_result", p) };
@@
(
- return@p true;
+ return false;
|
- return@p false;
+ return true;
|
- return@p -1;
+ return 0;
)

@negate_for@
identifier i;
type T;
expression condition;
statement body;
position p : script:python() { here("negate_for", p) };
@@
(
  for@p (T i;
- condition
+ !(condition)
  ;...) body
|
  for@p (...;
- condition
+ !(condition)
  ;...) body
)
