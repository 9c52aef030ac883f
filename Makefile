# Socket Labs. `make help` lists the targets; most people use scripts/lab.
LABS := $(patsubst %/Makefile,%,$(wildcard labs/*/Makefile))
# Where a lab keeps a tool in a folder of its own: labs/12-tcp-handshake/ladder.
TOOL := $(patsubst %/Makefile,%,$(wildcard labs/*/*/Makefile))
C    := $(wildcard common/*.[ch] labs/*/*.[ch] $(TOOL:=/*.[ch]) labs/*/exercise/starter/*.c \
        tests/unit/*.[ch] tests/fuzz/*.c tests/hostile/*.h tests/variants/*/*.[ch] tests/solutions/*/*.c \
        scripts/*/*.c scripts/bench.d/lib/*.c)
BASH := $(shell grep -lE '^\#!.*bash' scripts/* scripts/*/* scripts/*/*/* slides/*/* .ci/run 2>/dev/null) \
        $(wildcard scripts/*/*.bash scripts/*/*/*.bash tests/lib/*.bash labs/*/demo.sh labs/*/*.bash slides/*/demo.sh)
BATS := $(wildcard tests/*.bats labs/*/*.bats $(TOOL:=/*.bats) labs/*/exercise/grade.bats)

# The labs are built in parallel. The targets of this file are not, so that `make clean all` cleans first.
all:
	@$(MAKE) --no-print-directory --output-sync -j "$$(nproc)" $(LABS)

$(LABS):
	@$(MAKE) --no-print-directory -C $@

help:
	@echo 'make           build the programs of every lab, beside their sources'
	@echo 'make test      run every test (scripts/lab test --help explains)'
	@echo 'make asan      run every test with the address and undefined-behaviour sanitizers'
	@echo 'make clang     run every test with programs that clang compiled'
	@echo 'make valgrind  run the unit tests under valgrind'
	@echo 'make soak      the model solutions, 20 times each, with all processors busy'
	@echo 'make environments  the model solutions, for callers and on machines of every kind'
	@echo 'make class     grade whole classes whose scores are known; takes hours (scripts/test.d/class --help)'
	@echo 'make mutate    grade mutants of the solutions that a machine makes; goes on where it stopped'
	@echo 'make mutate-programs   the same for the programs of the labs, against their own tests'
	@echo 'make fuzz      feed the parsers random input, a minute each (LABS_FUZZ_SECONDS)'
	@echo 'make bench     compare with the tools that you would use instead, as ratios'
	@echo 'make slides    build the slides, slides/out/index.html and what it links; installs what that needs'
	@echo 'make recordings   record every demo, and build the slides with the recordings inside; takes long'
	@echo 'make lint      shellcheck, shfmt, clang-format, clang-tidy, all without a finding'
	@echo 'make format    lay out C and bash as the project does'
	@echo 'make clean     remove what was built'
	@echo
	@echo 'One lab alone: cd labs/01-tcp-echo && make'

test:
	@scripts/lab test

asan:
	@SAN=1 scripts/lab test

clang:
	@CC=clang scripts/lab test

valgrind:
	@scripts/test.d/valgrind

soak:
	@scripts/test.d/soak

environments:
	@scripts/test.d/environments

class:
	@scripts/test.d/class

mutate:
	@scripts/test.d/mutate

mutate-programs:
	@scripts/test.d/mutate --programs

fuzz:
	@scripts/test.d/fuzz

bench:
	@scripts/bench

# First what mostly waits, the demos and npm, more of them than there are processors; then the decks, which
# keep all of them busy. The programs come before: two demos that build the same one would be in each other's way.
slides:
	@scripts/setup --quiet labs slides
	@$(MAKE) --no-print-directory all
	@$(MAKE) --no-print-directory --output-sync -j "$$((2 * $$(nproc)))" -C slides played
	@$(MAKE) --no-print-directory --output-sync -j "$$(nproc)" -C slides

recordings:
	@scripts/setup --quiet labs slides asciinema
	@$(MAKE) --no-print-directory all
	@$(MAKE) --no-print-directory --output-sync -j "$$((4 * $$(nproc)))" -C slides recordings
	@$(MAKE) --no-print-directory slides

lint:
	@scripts/setup --quiet all
	# A reader that leaves early ends the writer by SIGPIPE, and pipefail makes a failure of that.
	@! grep -nE '[^|]\| *(head -[n1-9]|grep -q )' $(filter-out %/demo.sh,$(BASH)) labs/*/exercise/grade.bats || { echo 'lint: write grep -q ... < <(COMMAND) instead' >&2; exit 1; }
	shellcheck $(BASH)
	shellcheck -s bash $(BATS)
	shfmt -i 2 -ci -d $(BASH)
	shfmt -ln bats -i 2 -ci -d $(BATS)
	clang-format --dry-run -Werror $(C)
	# libuv and libevent are there for a bench only, and only if somebody has installed them.
	clang-tidy --quiet --warnings-as-errors='*' $(filter-out tests/variants/% %/uv-echo.c %/event-echo.c,$(filter %.c,$(C))) -- \
	  -std=c17 -D_GNU_SOURCE -Icommon $(LABS:%=-I%) $(TOOL:%=-I%)

format:
	@scripts/setup --quiet all
	shfmt -i 2 -ci -w $(BASH)
	shfmt -ln bats -i 2 -ci -w $(BATS)
	clang-format -i $(C)

clean:
	@for lab in $(LABS); do $(MAKE) -s --no-print-directory -C $$lab clean || exit; done
	rm -rf .build slides/out

.PHONY: all help test asan clang valgrind soak environments class mutate mutate-programs fuzz bench slides recordings lint \
  format clean $(LABS)
