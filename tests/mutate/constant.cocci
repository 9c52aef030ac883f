// A constant is one off, a character too.
@more@
constant c =~ "^[0-9'].*";
position p : script:python() { here("more", p) };
@@
- c@p
+ (c + 1)

@less@
constant c =~ "^[0-9'].*";
position p : script:python() { here("less", p) };
@@
- c@p
+ (c - 1)
