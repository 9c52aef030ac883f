// A variable keeps its old value.
@assign@
expression to, from;
position p : script:python() { here("assign", p) };
@@
- to =@p from;
+ (void)(from);

@step@
expression to, from;
assignment operator by = {+=, -=};
position p : script:python() { here("step", p) };
@@
- to by@p from;
+ (void)(from);

@increment@
expression number;
position p : script:python() { here("increment", p) };
@@
- number++@p;
+ ;
