# What every lab's Makefile includes: PROGRAMS names its programs, one C file each.
#   make            build them here, each by one plain cc line
#   make exercise   build the exercise's C file (made from the starter if need be) the same way
#   make clean      remove them all
#   make CC=clang SAN=1 OUT=/some/dir     another compiler, sanitizers, another place
PROGRAMS ?= server client
OUT      ?= .
COMMON   := $(dir $(lastword $(MAKEFILE_LIST)))
CFLAGS   ?= -O2 -g
WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
DEFS     := -D_GNU_SOURCE -D_FORTIFY_SOURCE=2
HELPERS  := $(patsubst %,$(COMMON)%.c,diag addr io net)
ifdef SAN
CFLAGS   := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
DEFS     := -D_GNU_SOURCE
# gcc rewrites shifts for the sanitizer before this warning looks at them, and then it is wrong.
WARN     := $(filter-out -Wconversion,$(WARN))
endif
ifdef WERROR
WARN     += -Werror
endif

COMPILE  = $(CC) -std=c17 $(CFLAGS) $(WARN) $(DEFS) -I$(COMMON)

all: $(PROGRAMS:%=$(OUT)/%)

# A program that needs a second C file names it: EXTRA_client := checksum.c
# The compiler writes down which headers it met (-MM), and make reads that the next time: a changed
# header makes anew what includes it.
.SECONDEXPANSION:
$(PROGRAMS:%=$(OUT)/%): $(OUT)/%: %.c $$(EXTRA_$$*) $(HELPERS)
	@mkdir -p $(OUT)
	@$(COMPILE) -MM -MP -MT $@ $*.c $(EXTRA_$*) $(HELPERS) >$(OUT)/.$*.d
	$(COMPILE) -o $@ $*.c $(EXTRA_$*) $(HELPERS)

-include $(PROGRAMS:%=$(OUT)/.%.d)

# A C file that has been renamed since then is no reason to stop: what needs it is made anew.
%.c: ;
.SUFFIXES: # no rule but these: make would look for a .server.d.c

EXERCISE := $(patsubst exercise/starter/%.c,exercise/%,$(wildcard exercise/starter/*.c))

exercise: $(EXERCISE)

$(EXERCISE): %: %.c $(HELPERS) $(HELPERS:.c=.h)
	$(COMPILE) -o $@ $(filter %.c,$^)

$(EXERCISE:=.c): exercise/%.c:
	cp -n exercise/starter/$*.c $@

clean:
	rm -f $(PROGRAMS:%=$(OUT)/%) $(PROGRAMS:%=$(OUT)/.%.d) $(EXERCISE)

.PHONY: all exercise clean
