#!/usr/bin/env bats
# Hostile submissions: what each of tests/hostile/*.c must get, and that nothing of it is left.
# shellcheck disable=SC2030,SC2031,SC2154  # bats
#
# A program's header says what it does, what it must score, and words that must not be in the report
# (Unseen). Each is graded in a box of its own, where its processes can be counted afterwards.

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  cd "$BATS_TEST_DIRNAME/.." || return
  export HOME=$BATS_TEST_TMPDIR/home
  mkdir "$HOME"
  bwrap --unshare-user --ro-bind / / true || skip "no bubblewrap here: scripts/setup bubblewrap"
}

# header KEY FILE - prints what the header says under that key.
header() {
  sed -nE "s/^ \* $1: +//p" "$2"
}

# what_is_there - prints the names of files that a program may have left, and the course's own state.
what_is_there() {
  find /tmp /var/tmp /dev/shm /run "$HOME" -maxdepth 1 -name left-by-hostile
  # Other tests may just be compiling the helpers for other compilers, or their lab's client, as client-09.
  find scripts/grader .build/grader/common-cc .build/grader -maxdepth 1 -type f ! -name '*-[0-9]*' -exec cat {} + | cksum
}

# graded FILE [OPTION...] - sets $output to the JSON document; and no process more than before.
graded() {
  local file=$1
  shift
  # shellcheck disable=SC2016  # for the shell in the box
  run timeout -k 5 100 scripts/netbox -- bash -c '
    export LABS_DEADLINE=1 TMPDIR=/tmp # the inner box has a /run of its own
    scripts/grade --json "${@:2}" labs/01-tcp-echo "$1" >/run/document </dev/null
    status=$?
    source scripts/lib/process.bash
    alone() { processes=(/proc/[0-9]*) && ((${#processes[@]} <= 2)); }
    DEADLINE=10 wait_until alone || true # what is killed takes a moment to end on a busy machine
    jq -c --arg status "$status" --arg left "$((${#processes[@]} - 2))" ". + {\$status, \$left}" /run/document
    ' hostile "$file" "$@"
}

# gets_its_due NAME [OPTION...]
gets_its_due() {
  local file=tests/hostile/$1.c before unseen
  make -s -C scripts/grader all helpers COMPILED=../../.build/grader/common-cc
  before=$(what_is_there)
  graded "$file" "${@:2}"
  echo "$output"
  [[ $(jq -r .score <<<"$output") == "$(header Score "$file")" ]]
  [[ $(jq -r .status <<<"$output") == 1 ]]
  [[ $(jq -r .sandboxed <<<"$output") == true ]]
  [[ $(jq -r .left <<<"$output") == 0 ]]
  [[ $(jq '.tests | length' <<<"$output") -gt 0 ]]
  [[ $(what_is_there) == "$before" ]]
  unseen=$(header Unseen "$file")
  [[ -z $unseen || $output != *"$unseen"* ]]
}

@test "each hostile program has its test" {
  local file
  for file in tests/hostile/*.c; do
    file=${file##*/}
    grep -q "gets_its_due ${file%.c}\b" "$BATS_TEST_FILENAME" || fail "$file has no test"
  done
}

@test "results forged in other processes' output earn nothing" { gets_its_due forges-results; }
@test "killing all that it sees does not end the check" { gets_its_due kills-everything; }
@test "the check's client cannot be mounted over" { gets_its_due mounts-over-the-peer --only one-line; }
@test "the course cannot be written to" { gets_its_due writes-to-the-course --only one-line; }
# bats test_tags=slow
@test "the model solution cannot be included" { gets_its_due includes-the-solution; }
# bats test_tags=slow
@test "the model solution cannot be compiled at run time" { gets_its_due compiles-the-solution; }
@test "the compiler shows no file of the machine" { gets_its_due includes-passwd; }
# bats test_tags=slow
@test "macros that become billions of tokens" { gets_its_due macro-bomb; }
# bats test_tags=slow
@test "source without an end" { gets_its_due endless-source; }
# bats test_tags=slow
@test "an executable of three gigabytes" { gets_its_due huge-array; }
# bats test_tags=slow
@test "three hundred children" { gets_its_due many-children; }
# bats test_tags=slow
@test "all the memory there is" { gets_its_due much-memory --only one-line; }
# bats test_tags=slow
@test "output without an end" { gets_its_due endless-output; }
@test "a line of four megabytes" {
  gets_its_due one-long-line --only one-line
  run timeout -k 2 60 scripts/grade --only one-line labs/01-tcp-echo tests/hostile/one-long-line.c </dev/null
  assert_failure 1
  ((${#output} < 4000))
}
@test "settings of the machine, also if root grades, and memory as files" { gets_its_due sets-the-machine --only one-line; }
@test "files in /tmp, /dev/shm and home" { gets_its_due leaves-files; }
# bats test_tags=slow
@test "deaf to all signals" { gets_its_due deaf --only one-line; }
# bats test_tags=slow
@test "a daemon" { gets_its_due daemon; }
# bats test_tags=slow
@test "a debugger finds none of the check's processes" { gets_its_due traces-the-check --only one-line; }

# bats test_tags=slow
@test "children that have children, without end" { gets_its_due fork-bomb; }
@test "a user namespace of its own, with every capability, is refused" {
  gets_its_due new-namespaces --only one-line --only interrupted
}
@test "the library of faults cannot be left by a new exec" {
  gets_its_due leaves-by-exec --only interrupted --only long-stream
}
# bats test_tags=slow
@test "nor by system calls without the C library" {
  gets_its_due leaves-by-syscall --only interrupted --only long-stream
}
@test "nor by a getenv of its own" {
  gets_its_due has-its-own-getenv --only interrupted --only long-stream
}
@test "nor in a child, behind a parent that looks honest" {
  gets_its_due leaves-in-a-child --only interrupted --only long-stream
}

@test "the compiler reads nothing of what the caller reads" {
  printf '#include "/dev/stdin"\n' >"$BATS_TEST_TMPDIR/server.c"
  run bash -c 'scripts/grade --only one-line labs/01-tcp-echo "$1" >/dev/null; cat' reads "$BATS_TEST_TMPDIR/server.c" <<<"the next one's"
  assert_output "the next one's"
}

@test "where bubblewrap does not start, report and document say that the check was not sandboxed" {
  mkdir "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\necho "bwrap: no namespaces today" >&2\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/bwrap"
  chmod +x "$BATS_TEST_TMPDIR/bin/bwrap"
  export PATH=$BATS_TEST_TMPDIR/bin:$PATH
  run scripts/grade --only one-line labs/01-tcp-echo tests/solutions/01-tcp-echo/server.c
  assert_success
  assert_line --partial 'not sandboxed: bwrap: no namespaces today'
  run scripts/grade --json --only one-line labs/01-tcp-echo tests/solutions/01-tcp-echo/server.c
  [[ $(jq .sandboxed <<<"$output") == false ]]
}

@test "a check beside hostile ones gives a right program full marks" {
  local name
  for name in kills-everything many-children forges-results; do
    LABS_DEADLINE=1 scripts/grade --json labs/01-tcp-echo "tests/hostile/$name.c" >/dev/null </dev/null 3>&- &
  done
  run scripts/grade --json labs/01-tcp-echo tests/solutions/01-tcp-echo/server.c </dev/null
  wait
  assert_success
  [[ $(jq .score <<<"$output") == 10 ]]
}
