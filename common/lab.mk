# lab.mk - every lab's Makefile includes this. PROGRAMS names the lab's programs, one C file each.
#   make            build them here, each by one plain cc line
#   make exercise   build the exercise the same way; if you have none yet, copy the starter first
#   make clean      remove what was built
#   make helpers    compile only the helpers, for a check: it compiles exercises often, the helpers once
#   make CC=clang SAN=1 OUT=/some/dir     another compiler, with sanitizers, in another folder
ifneq ($(origin PROGRAMS),file) # what the environment has by that name has no say
PROGRAMS := server client
endif
OUT      := .
ifeq ($(origin CC),default) # cc; but not every system makes that a name of clang, if it has only clang
CC       := $(firstword $(foreach name,cc gcc clang,$(if $(wildcard $(addsuffix /$(name),$(subst :, ,$(PATH)))),$(name))) cc)
endif
unexport CPATH C_INCLUDE_PATH LIBRARY_PATH GCC_EXEC_PREFIX COMPILER_PATH DEPENDENCIES_OUTPUT SUNPRO_DEPENDENCIES
COMMON   := $(dir $(lastword $(MAKEFILE_LIST)))
CFLAGS   ?= -O2 -g
WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
DEFS     := -D_GNU_SOURCE -D_FORTIFY_SOURCE=2
HELPERS  := $(patsubst %,$(COMMON)%.c,diag addr io net)
ifdef SAN
CFLAGS   := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
DEFS     := -D_GNU_SOURCE
# gcc rewrites shifts for the sanitizer before it checks them, so this warning would be wrong.
WARN     := $(filter-out -Wconversion,$(WARN))
endif
ifdef WERROR
WARN     += -Werror
endif

COMPILE  = $(CC) -std=c17 $(CFLAGS) $(WARN) $(DEFS) -I$(COMMON)

all: $(PROGRAMS:%=$(OUT)/%)

# If a program needs a second C file, the lab's Makefile names it: EXTRA_client := checksum.c
# And if it needs a library: LIBS_client := -lcrypto
# The compiler writes down which headers a program includes (-MM), and make reads that the next time.
# So a changed header rebuilds what includes it. ONCE=1 saves that where nothing is built twice.
.SECONDEXPANSION:
$(PROGRAMS:%=$(OUT)/%): $(OUT)/%: %.c $$(EXTRA_$$*) $(HELPERS)
	@mkdir -p $(OUT)
	$(if $(ONCE),,@$(COMPILE) -MM -MP -MT $@ $*.c $(EXTRA_$*) $(HELPERS) >$(OUT)/.$*.d)
	$(COMPILE) -o $@ $*.c $(EXTRA_$*) $(HELPERS) $(LIBS_$*)

-include $(PROGRAMS:%=$(OUT)/.%.d)

# If a file of that list has been renamed since, make must not stop but rebuild what needed it.
%.c: ;
.SUFFIXES: # no built-in rules: make would look for a .server.d.c

EXERCISE := $(patsubst exercise/starter/%.c,exercise/%,$(wildcard exercise/starter/*.c))

exercise: $(EXERCISE)

$(EXERCISE): %: %.c $(HELPERS) $(HELPERS:.c=.h)
	$(COMPILE) -o $@ $(filter %.c,$^)

$(EXERCISE:=.c): exercise/%.c:
	cp -n exercise/starter/$*.c $@

# Two checks may compile them at the same time, so each file is moved to its place when it is complete.
helpers: $(HELPERS:$(COMMON)%.c=$(OUT)/%.o)

$(OUT)/%.o: $(COMMON)%.c $(HELPERS:.c=.h)
	@mkdir -p $(OUT)
	$(COMPILE) -c -o $@.$$$$ $< && mv $@.$$$$ $@

clean:
	rm -f $(PROGRAMS:%=$(OUT)/%) $(PROGRAMS:%=$(OUT)/.%.d) $(EXERCISE)

.PHONY: all exercise helpers clean
