// A type is too narrow, or has a sign that it should not have.
@narrow@
typedef int64_t, uint32_t, uint16_t, int16_t, int32_t;
position p : script:python() { here("narrow", p) };
@@
(
- long long@p
+ int
|
- long@p
+ short
|
- size_t@p
+ uint16_t
|
- int64_t@p
+ int32_t
|
- uint32_t@p
+ uint16_t
|
- uint16_t@p
+ int16_t
|
- unsigned char@p
+ char
)

@narrow_counter@
typedef uint8_t;
identifier x;
expression e;
position p : script:python() { here("narrow_counter", p) };
@@
- unsigned x@p = e;
+ uint8_t x = e;

