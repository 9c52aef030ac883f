#!/usr/bin/env bats
# Grading, wherever the course and a student's file are, and whatever they are called.
# shellcheck disable=SC2016  # one of them is called so

setup_file() {
  # The interrupted calls of this check come from a preloaded library.
  export COURSE="$BATS_FILE_TMPDIR/la carpeta de María: \$1" SOLUTION=tests/solutions/01-tcp-echo/server.c
  mkdir -p "$COURSE/labs"
  cd "$BATS_TEST_DIRNAME/.." || return
  cp -r common scripts "$COURSE/"
  cp -r labs/01-tcp-echo "$COURSE/labs/"
}

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  cd "$BATS_TEST_DIRNAME/.." || return
}

# grade COURSE FILE - with one of the checks.
grade() {
  run timeout -k 5 60 "$1/scripts/grade" --only interrupted "$1/labs/01-tcp-echo" "$2" </dev/null
}

@test "a course in a folder with blanks grades as any other" {
  cp "$SOLUTION" "$COURSE/labs/01-tcp-echo/exercise/server.c"
  grade "$COURSE" "$COURSE/labs/01-tcp-echo/exercise/server.c"
  assert_success
  assert_line '01-tcp-echo  1 of 1 points'
}

@test "a student's file may have any name" {
  local name
  mkdir "$BATS_TEST_TMPDIR/José Ñ"
  for name in 'server (1).c' 'ñandú $x;#%.c' -c.c clean.c -p.c all.c .common.c server.c.txt server; do
    cp "$SOLUTION" "$BATS_TEST_TMPDIR/José Ñ/$name"
    grade . "$BATS_TEST_TMPDIR/José Ñ/$name"
    assert_success
    assert_line '01-tcp-echo  1 of 1 points'
  done
}

@test "where the machine lacks what the check needs it is not graded: status 3, and what that is" {
  mkdir "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\necho "Error: Operation not supported" >&2\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/nft"
  chmod +x "$BATS_TEST_TMPDIR/bin/nft"
  sed -i '2i # needs: nft' "$COURSE/labs/01-tcp-echo/exercise/grade.bats"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH run "$COURSE/scripts/grade" "$COURSE/labs/01-tcp-echo" "$SOLUTION" </dev/null
  sed -i '2d' "$COURSE/labs/01-tcp-echo/exercise/grade.bats"
  assert_failure 3
  assert_line '  not graded: the firewall (nft) does not work here: Error: Operation not supported'
  assert_line --partial '0 of 10 points, not graded: '
  PATH=$BATS_TEST_TMPDIR/bin:$PATH run scripts/demo labs/06-icmp-ping </dev/null
  assert_failure 1
  assert_line --partial 'demo: the firewall (nft) does not work here: Error: Operation not supported; '
}

@test "--only wants the whole id of a test, and lists them" {
  local id
  for id in one line one-lin nonsense; do
    run scripts/grade --only "$id" labs/01-tcp-echo "$SOLUTION" </dev/null
    assert_failure 2
    assert_output --partial "no test '$id' in 01-tcp-echo; there are: address one-line "
  done
}

@test "a check without tests is an error, not full marks" {
  mkdir -p "$BATS_TEST_TMPDIR/17-empty/exercise"
  echo 'load check.bash' >"$BATS_TEST_TMPDIR/17-empty/exercise/grade.bats"
  run scripts/grade "$BATS_TEST_TMPDIR/17-empty" "$SOLUTION" </dev/null
  assert_failure 2
  assert_output "grade: $BATS_TEST_TMPDIR/17-empty/exercise/grade.bats: there is no test in it, and so nothing to grade"
}

@test "a header of the student's own is found beside the file" {
  cp "$SOLUTION" "$BATS_TEST_TMPDIR/server.c"
  sed -i '1i #include "mine.h"' "$BATS_TEST_TMPDIR/server.c"
  grade . "$BATS_TEST_TMPDIR/server.c"
  assert_failure 1
  assert_line --partial "server.c:1:10: fatal error: "
  touch "$BATS_TEST_TMPDIR/mine.h"
  grade . "$BATS_TEST_TMPDIR/server.c"
  assert_success
}

@test "a program that does not compile gets the compiler's words, with file and line" {
  printf 'int main(void)\n{\n    return x;\n}\n' >"$BATS_TEST_TMPDIR/server (2).c"
  grade . "$BATS_TEST_TMPDIR/server (2).c"
  assert_failure 1
  assert_line '  FAIL  it does not compile:'
  assert_line --partial "server__2_.c:3:12: error: "
}
