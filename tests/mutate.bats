#!/usr/bin/env bats
# Mutants made by machine (scripts/test.d/mutate): each kind of change in tests/mutate/ makes the change that it
# promises, a survivor that nobody has argued about is told, and so is an argument about nothing. On a made-up
# lab. Then a sample of the real labs; `make mutate` grades them all.
bats_require_minimum_version 1.5.0

# A small course with one lab, whose check knows only what the program prints.
setup_file() {
  export COURSE=$BATS_FILE_TMPDIR/course
  cd "$BATS_TEST_DIRNAME/.." || return
  mkdir -p "$COURSE"/labs/17-made-up/exercise "$COURSE"/tests/{solutions,mutants}/17-made-up
  cp -r common scripts "$COURSE"
  cp -r tests/mutate "$COURSE/tests"
  touch "$COURSE/labs/17-made-up/Makefile"
  # bats would take a line that begins with @test for one of this file.
  sed 's/^%/@/' >"$COURSE/labs/17-made-up/exercise/grade.bats" <<'GRADE'
load ../../../scripts/grader/check.bash

# bats test_tags=id:three,points:10
%test "prints 3" {
  local said
  said=$("$SUBJECT") || true
  [[ $said == 3 ]] || fail_check wrong 3 "$said"
}
GRADE
}

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  cd "$COURSE" || return
  LIST=tests/mutants/17-made-up/equivalent
  : >"$LIST"
}

solution_is() { cat >tests/solutions/17-made-up/made-up.c; }

# mutate ARGUMENT... - $output and $status are those of the command.
mutate() {
  run timeout -k 5 500 scripts/test.d/mutate "$@" 17 </dev/null
}

# prints_three - a program whose check does not look at its exit status.
prints_three() {
  solution_is <<'C'
#include <stdio.h>

int main(void)
{
    int sum = 0;
    for (int i = 0; i < 3; i++)
        sum++;
    return printf("%d\n", sum) < 0;
}
C
}

# in_known_words - skips a test that knows changes by the words in which Coccinelle 1.1 prints them, that of
# Debian 12. So do the arguments of the labs. Version 1.3 puts braces around a statement that it changes.
in_known_words() {
  local version
  version=$(spatch --version | head -n 1)
  [[ $version == 'spatch version 1.1.'* ]] || skip "the changes are known as Coccinelle 1.1 prints them; here: $version"
}

# makes RULE OLD NEW - `mutate --list` has told this change.
makes() {
  [[ $output == *"  $1"$'\n'"    - $2"$'\n'"    + $3"* ]] || fail "no mutant '$1: $2 => $3' in: $output"
}

@test "each rule makes the change that it promises" {
  in_known_words
  local rule
  solution_is <<'C'
#include "diag.h"
#include <arpa/inet.h>
#include <unistd.h>

int every(int fd, size_t len, const char *data)
{
    uint16_t port = htons(80);
    size_t n = 0;
    unsigned twice = 2;
    if (listen(fd, 5) == -1)
        die("listen");
    while (n < len)
        n += (size_t)send(fd, data, len, MSG_NOSIGNAL);
    for (size_t i = n; i > 1; i--)
        n = len - i;
    for (;;) {
        if (fd == -1 || !data)
            return -1;
        else
            port++;
    }
    for (n = 0; n < 3; n++)
        close(fd);
    return n ? port : twice;
}
C
  mutate --list
  assert_success
  makes call 'die("listen");' ';'
  makes checked_call 'if (listen(fd, 5) == -1) die("listen");' ';'
  makes check 'if (listen(fd, 5) == -1) die("listen");' '(void)(listen(fd, 5) == -1);'
  makes check_else 'if (fd == -1 || !data) return -1; else' 'if (!(fd == -1 || !data))'
  makes always 'if (listen(fd, 5) == -1)' 'if ((listen(fd, 5) == -1) || 1)'
  makes assign 'n = len - i;' '(void)(len - i);'
  makes step 'n += (size_t)send(fd, data, len, MSG_NOSIGNAL);' '(void)((size_t)send(fd, data, len, MSG_NOSIGNAL));'
  makes increment 'port++;' ';'
  makes relation 'while (n < len)' 'while (n <= len)'
  makes relation 'for (size_t i = n; i > 1; i--)' 'for (size_t i = n; i >= 1; i--)'
  makes negate_if 'if (fd == -1 || !data)' 'if (!(fd == -1 || !data))'
  makes negate_loop 'while (n < len)' 'while (!(n < len))'
  makes negate_for 'for (n = 0; n < 3; n++)' 'for (n = 0; !(n < 3); n++)'
  makes negate_for 'for (size_t i = n; i > 1; i--)' 'for (size_t i = n; !(i > 1); i--)'
  makes negate_choice 'return n ? port : twice;' 'return n ? twice : port;'
  makes negate_equal 'if (fd == -1 || !data)' 'if (fd != -1 || !data)'
  makes negate_not 'if (fd == -1 || !data)' 'if (fd == -1 || data)'
  makes negate_result 'return -1;' 'return 0;'
  makes part_left 'if (fd == -1 || !data)' 'if (fd == -1)'
  makes part_right 'if (fd == -1 || !data)' 'if (!data)'
  makes more 'unsigned twice = 2;' 'unsigned twice = (2 + 1);'
  makes less 'uint16_t port = htons(80);' 'uint16_t port = htons((80 - 1));'
  makes longer 'n += (size_t)send(fd, data, len, MSG_NOSIGNAL);' 'n += (size_t)send(fd, data, len + 1, MSG_NOSIGNAL);'
  makes shorter 'n += (size_t)send(fd, data, len, MSG_NOSIGNAL);' 'n += (size_t)send(fd, data, len - 1, MSG_NOSIGNAL);'
  makes once_while 'while (n < len)' 'for (int once = 1; once && (n < len); once = 0)'
  makes once_ever 'for (;;) {' 'for (int once = 1; once; once = 0) {'
  makes once_for 'for (size_t i = n; i > 1; i--)' 'int once = 1; for (size_t i = n; once-- > 0 && (i > 1); i--)'
  makes once_count 'for (n = 0; n < 3; n++)' 'int once = 1; for (n = 0; once-- > 0 && (n < 3); n++)'
  makes flag 'n += (size_t)send(fd, data, len, MSG_NOSIGNAL);' 'n += (size_t)send(fd, data, len, 0);'
  makes order 'uint16_t port = htons(80);' 'uint16_t port = (80);'
  makes swap 'if (listen(fd, 5) == -1)' 'if (listen(5, fd) == -1)'
  makes narrow 'size_t n = 0;' 'uint16_t n = 0;'
  makes narrow_counter 'unsigned twice = 2;' 'uint8_t twice = 2;'
  makes arithmetic 'n = len - i;' 'n = len + i;'
  makes operand 'n = len - i;' 'n = len;'
  # No rule is missing above.
  while IFS= read -r rule; do
    grep -q "makes $rule " "$BATS_TEST_FILENAME" || fail "nothing tests the rule $rule"
  done < <(sed -n 's/^@\([a-z_]\+\)@$/\1/p' tests/mutate/*.cocci)
}

@test "a survivor fails until it is argued, and an argument about nothing fails" {
  in_known_words
  prints_three
  mutate
  assert_failure 1
  makes relation 'return printf("%d\n", sum) < 0;' 'return printf("%d\n", sum) <= 0;'
  assert_line --regexp '^17-made-up +made [0-9]+, did not compile [0-9]+, same code [0-9]+, killed [1-9][0-9]*, argued 0, survivors 3: '
  # Each of those that it shows is argued now, and only killed ones are left.
  awk '/^  tests/ { rule = $2 } /^    - / { old = substr($0, 7) }
    /^    [+] / { print rule ": " old " => " substr($0, 7); print "  A reason." }' <<<"$output" >"$LIST"
  mutate
  assert_success
  assert_line --regexp 'argued 3, survivors 0: 100.0 %$'
  mutate --entries
  assert_success
  # One that there is no more, and one that is killed.
  printf '%s\n' 'more: for (int i = 0; i < 7; i++) => i < 8' 'increment: sum++; => ;' >>"$LIST"
  mutate
  assert_failure 1
  assert_line --regexp 'no mutant is like this'
  assert_line '    more: for (int i = 0; i < 7; i++) => i < 8'
  assert_line --regexp 'the check notices this one'
  assert_line '    increment: sum++; => ;'
  mutate --entries
  assert_failure 1
}

# bats test_tags=slow
@test "what was found is not looked for again, until the check is another" {
  local before
  prints_three
  mutate
  before=$(cat .build/mutate/solutions/*/verdicts/* | sort)
  sed -i 's/^  local said$/  local said= # another check/' labs/17-made-up/exercise/grade.bats
  mutate --sample 3
  [[ $(cat .build/mutate/solutions/*/verdicts/* | sort) != "$before" ]]
}

# A program of two files: a unit test looks at one, and demo.bats at what the program prints.
program_of_two() {
  mkdir -p tests/unit
  cat >labs/17-made-up/Makefile <<'MAKE'
PROGRAMS := made-up
EXTRA_made-up := three.c
include ../../common/lab.mk
MAKE
  echo 'int three(void);' >labs/17-made-up/three.h
  printf '#include "three.h"\n\nint three(void)\n{\n    return 3;\n}\n' >labs/17-made-up/three.c
  cat >labs/17-made-up/made-up.c <<'C'
#include "three.h"
#include <stdio.h>

int main(void)
{
    int sum = 0;
    sum += three();
    return printf("%d\n", sum) < 0;
}
C
  printf '// sources: labs/17-made-up/three.c\n#include "%s"\n\nint main(void)\n{\n    return three() != 3;\n}\n' \
    ../../labs/17-made-up/three.h >tests/unit/test_17_three.c
  sed 's/^%/@/' >labs/17-made-up/demo.bats <<'DEMO'
load ../../scripts/lib/behaviour.bash

%test "it runs" {
  run ./made-up
  [[ $output ]]
}

%test "it prints 3" {
  run ./made-up
  assert_output 3
}
DEMO
}

# bats test_tags=slow
@test "--programs: a unit test or demo.bats notices a mutant of a lab's program" {
  LIST=tests/mutants/17-made-up/equivalent-programs
  program_of_two
  mutate --programs
  assert_failure 1
  assert_line --regexp '^17-made-up +made [0-9]+, did not compile [0-9]+, same code [0-9]+, killed [1-9][0-9]*, argued 0, survivors 3: '
  makes relation 'return printf("%d\n", sum) < 0;' 'return printf("%d\n", sum) <= 0;'
  run cut -d ' ' -f 1,2 .build/mutate/programs/17-made-up/verdicts/*
  assert_line 'killed 17:it-prints-3'
  assert_line 'killed test_17_three'
  printf 'made-up.c %s => return printf("%%d\\n", sum) %s;\n' \
    'relation: return printf("%d\n", sum) < 0;' '<= 0' 'more: return printf("%d\n", sum) < 0;' '< (0 + 1)' \
    'less: return printf("%d\n", sum) < 0;' '< (0 - 1)' >"$LIST"
  echo '  A reason.' >>"$LIST"
  mutate --programs
  assert_success
  assert_line --regexp 'argued 3, survivors 0: 100.0 %$'
  # The other file has no such place.
  sed -i 's/^made-up.c relation/three.c relation/' "$LIST"
  mutate --programs --entries
  assert_failure 1
  assert_line --regexp 'no mutant is like this'
}

# bats test_tags=slow
@test "--programs: nothing is graded by a demo.bats that fails anyway" {
  program_of_two
  sed -i 's/assert_output 3/assert_output 4/' labs/17-made-up/demo.bats
  mutate --programs
  assert_failure
  assert_output --partial 'fails before anything is changed: killed 17:it-prints-3'
}

# bats test_tags=slow
@test "the arguments of the labs are about mutants that there are" {
  in_known_words
  run "$BATS_TEST_DIRNAME/../scripts/test.d/mutate" --entries
  assert_success
  run "$BATS_TEST_DIRNAME/../scripts/test.d/mutate" --programs --entries
  assert_success
}

# bats test_tags=slow
@test "a sample of each lab is noticed" {
  run "$BATS_TEST_DIRNAME/../scripts/test.d/mutate" --sample 2 01 02 03 04 05 06
  assert_success
}
