// Half of a condition, or of a set of flags, is forgotten.
@part_left@
expression a, b;
position p : script:python() { here("part_left", p) };
@@
(
- a &&@p b
+ a
|
- a ||@p b
+ a
|
- a |@p b
+ a
)

@part_right@
expression a, b;
position p : script:python() { here("part_right", p) };
@@
(
- a &&@p b
+ b
|
- a ||@p b
+ b
|
- a |@p b
+ b
)
