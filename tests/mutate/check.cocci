// What was asked is not looked at: the condition is worked out, but nothing follows from it.
@check@
expression condition;
statement then;
position p : script:python() { here("check", p) };
@@
- if@p (condition) then
+ (void)(condition);

@check_else@
expression condition;
statement then, other;
position p : script:python() { here("check_else", p) };
@@
- if@p (condition) then else other
+ if (!(condition)) other

@always@
expression condition;
statement then, other;
position p : script:python() { here("always", p) };
@@
- if@p (condition) then else other
+ if ((condition) || 1) then
