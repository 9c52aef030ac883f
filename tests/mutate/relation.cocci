// A comparison is moved by one.
@relation@
expression a, b;
position p : script:python() { here("relation", p) };
@@
(
- a <@p b
+ a <= b
|
- a <=@p b
+ a < b
|
- a >@p b
+ a >= b
|
- a >=@p b
+ a > b
)
