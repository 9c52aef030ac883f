// A call is forgotten: close, free and setsockopt, for instance. If its result was checked, so is the check.
@call@
identifier f;
expression list arguments;
position p : script:python() { here("call", p) };
@@
- f@p(arguments);
+ ;

@checked_call@
identifier f;
expression list arguments;
statement then;
position p : script:python() { here("checked_call", p) };
@@
- if@p (f(arguments) == -1) then
+ ;
