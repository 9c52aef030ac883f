// The wrong operator.
@arithmetic@
expression a, b;
position p : script:python() { here("arithmetic", p) };
@@
(
- a +@p b
+ a - b
|
- a -@p b
+ a + b
|
- a <<@p b
+ a >> b
|
- a >>@p b
+ a << b
)

@operand@
expression a, b;
position p : script:python() { here("operand", p) };
@@
(
- a +@p b
+ a
|
- a -@p b
+ a
)
