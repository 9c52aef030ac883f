#!/usr/bin/env bats
# A grade depends on the program alone: not on the caller's environment, and not on the machine. Where a
# machine can grade, the model solution has full marks; where it cannot, it is "not graded", with the reason.
# netbox: --users
# shellcheck disable=SC2016,SC2030,SC2031,SC2154  # bats, and what another shell expands

bats_require_minimum_version 1.5.0
load lib/environments.bash

setup_file() {
  export LABS_ROOT=${BATS_TEST_DIRNAME%/*}
  make_places
  export PLACES
}

teardown_file() {
  clear_places
}

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  cd "$BATS_TEST_DIRNAME/.." || return
  ROOT=$PWD
  SOLUTION=$PWD/tests/solutions/01-tcp-echo/server.c
  QUICK=(--json --only one-line --only long-stream --only interrupted "$PWD/labs/01-tcp-echo")
  # Every command must find out by itself that its environment is not clean.
  unset LABS_ENTERED
}

# graded COMMAND... - runs it; it must print one JSON document.
graded() {
  run --separate-stderr timeout -k 5 100 "$@" </dev/null
  jq -e .tests <<<"$output" >/dev/null || fail "no document: $output $stderr"
}

# full_marks COMMAND... - runs it; it must print a document with full marks.
full_marks() {
  graded "$@"
  [[ $status == 0 && $(jq ".score == .max" <<<"$output") == true ]] || fail "$output"
}

# not_graded WORDS COMMAND... - runs it; it must print a document that says why nothing was graded.
not_graded() {
  graded "${@:2}"
  [[ $status == 3 ]] || fail "status $status: $output"
  jq -e '.score == 0 and all(.tests[]; .status == "skip")' <<<"$output" >/dev/null || fail "$output"
  [[ $(jq -r '.tests[0].message' <<<"$output") == *"$1"* ]] || fail "does not say '$1': $output"
}

# here NAME - the same in that environment, for the quick tests of lab 01: full marks, or not graded, as it must be.
here() {
  environment "$1"
  local command=("${CALLER[@]}" "$COURSE/scripts/grade" "${QUICK[@]/#$ROOT/$COURSE}" "$SOLUTION")
  if [[ $WHY ]]; then not_graded "$WHY" "${command[@]}"; else full_marks "${command[@]}"; fi
}

@test "whatever the caller has in its environment, a right program has full marks" {
  here variables
  refute [ -n "$(grep -v '"' <<<"$stderr" | grep -v setlocale)" ]
}

# bats test_tags=slow
@test "and so by lab check, with no word more than the document" {
  environment variables
  cp -r common labs scripts "$BATS_TEST_TMPDIR"
  cd "$BATS_TEST_TMPDIR"
  cp "$SOLUTION" labs/01-tcp-echo/exercise/
  full_marks "${CALLER[@]}" scripts/lab check 01 --json --only one-line
}

# bats test_tags=slow
@test "a demo, the list of labs, the box and make do not mind it either" {
  environment variables
  run "${CALLER[@]}" scripts/lab demo 03 --transcript
  assert_success
  refute_output --partial BASH_ENV
  run "${CALLER[@]}" scripts/lab list
  assert_line --partial 01-tcp-echo
  run "${CALLER[@]}" scripts/netbox -- bash -pc 'echo "$SOCKET in a box"'
  assert_output '/tmp/x in a box' # its command has the caller's environment
  cp -r common labs "$BATS_TEST_TMPDIR"
  env OUT=/nowhere PROGRAMS=oops CPATH=/nowhere make -s -C "$BATS_TEST_TMPDIR/labs/01-tcp-echo"
  [[ -x $BATS_TEST_TMPDIR/labs/01-tcp-echo/server ]]
}

@test "each command works through a symbolic link, from any folder" {
  local verb
  mkdir "$BATS_TEST_TMPDIR/bin"
  ln -s "$ROOT"/scripts/{lab,grade,gate,demo,netbox,setup,bench} "$BATS_TEST_TMPDIR/bin"
  cd "$BATS_TEST_TMPDIR"
  for verb in lab grade gate demo netbox setup bench; do
    run "bin/$verb" --help
    assert_success
    assert_output --partial usage:
  done
  full_marks bin/grade "${QUICK[@]}" "$SOLUTION"
  run bin/netbox true
  assert_success
}

# bats test_tags=slow
@test "TMPDIR with a blank, a colon, or below /run, the course below /run: full marks" {
  here blank-tmpdir
  here below-run
}

# bats test_tags=slow
@test "twice in one box: full marks" {
  local -x TMPDIR=/run/tmp # a box's own
  for _ in 1 2; do
    full_marks scripts/grade --json --only answer "$ROOT/labs/03-unix-sockets" tests/solutions/03-unix-sockets/*.c
    full_marks scripts/grade --json --only saves "$ROOT/labs/07-file-transfer" tests/solutions/07-file-transfer/*.c
  done
}

@test "TMPDIR where no program may run, without room, or not there: not graded" {
  here noexec
  here full
  here missing
}

# bats test_tags=slow
@test "the caller's limits are too low: not graded, and which" {
  here file-size
  here descriptors
  here sanitizers
  here memory
}

# bats test_tags=slow
@test "a folder that is gone, signals blocked or ignored, descriptors closed: full marks" {
  here gone
  here blocked
  here ignored
  here closed
}

# bats test_tags=slow
@test "a machine without IPv6: full marks" {
  environment no-ipv6
  run "${CALLER[@]}" socat -u OPEN:/dev/null "TCP6:[::1]:9"
  assert_failure
  here no-ipv6
}

@test "an old bats: first in PATH it is not used, first in LABS_PATH it is not graded" {
  here old-bats-in-path
  here old-bats
}

@test "a check that breaks in the middle is not graded, and what was graded before is told" {
  cp -r labs/01-tcp-echo "$BATS_TEST_TMPDIR/01-tcp-echo"
  local checks=$BATS_TEST_TMPDIR/01-tcp-echo/exercise/grade.bats
  sed -i "s|^load .*|load \"$ROOT/scripts/grader/check.bash\"|
    /^# bats test_tags=id:next-client/ { n; s|\$|\n  kill -KILL \$PPID \$\$|; }" "$checks"
  graded scripts/grade --json "$BATS_TEST_TMPDIR/01-tcp-echo" "$SOLUTION"
  [[ $status == 3 ]]
  [[ $(jq -c '[.tests[] | .status] | unique' <<<"$output") == '["ok","skip"]' ]] || fail "$output"
  [[ $output == *'the check itself broke'* ]]
}

@test "a command of a check that fails: where and how is told, and the tests after it are graded" {
  cp -r labs/01-tcp-echo "$BATS_TEST_TMPDIR/01-tcp-echo"
  local checks=$BATS_TEST_TMPDIR/01-tcp-echo/exercise/grade.bats
  sed -i "s|^load .*|load \"$ROOT/scripts/grader/check.bash\"|
    /^# bats test_tags=id:next-client/ { n; s|\$|\n  seq 100000 \| read -r _|; }" "$checks"
  graded scripts/grade --json "$BATS_TEST_TMPDIR/01-tcp-echo" "$SOLUTION"
  [[ $status == 3 ]]
  run jq -r '.tests[] | select(.status == "skip") | .id + ": " + .message' <<<"$output"
  assert_output --regexp "^next-client: the check itself broke: .*/exercise/grade.bats, line .* failed with status 141\$"
}

# bats test_tags=slow
@test "where nothing can be written beside the tools, a check compiles the lab's own programs elsewhere" {
  unshare -Urm true 2>/dev/null || skip "no user namespaces here: scripts/lab doctor names the remedy"
  scripts/grade "${QUICK[@]}" "$SOLUTION" >/dev/null # builds the tools
  local tools=$BATS_TEST_TMPDIR/tools lab only
  cp -rp .build/grader "$tools"
  rm -f "$tools"/*-[01][0-9]
  for only in 09:takes-over 12:three 13:repeats 14:carries 16:arrives; do
    lab=$(echo labs/"${only%:*}"-*)
    run unshare -Urm bash -euc '
      mount --bind "$1" .build/grader
      mount -o remount,bind,ro .build/grader
      scripts/grade --only "$2" "$3" "$4"' - "$tools" "${only#*:}" "$lab" "tests/solutions/${lab#*/}"/*.c
    assert_success
    assert_line --partial "  ok  "
  done
}

@test "a pipe, a device or a folder instead of a file is a usage error" {
  mkfifo "$BATS_TEST_TMPDIR/pipe"
  local file
  for file in "$BATS_TEST_TMPDIR/pipe" /dev/zero /tmp "$BATS_TEST_TMPDIR/missing.c"; do
    run timeout 60 scripts/grade labs/01-tcp-echo "$file"
    [[ $status == 2 && $output == "grade: $file: "* ]] || fail "$status $output"
  done
}

@test "make's own words are not shown as the compiler's" {
  local copy=$BATS_TEST_TMPDIR/server.c
  { cat "$SOLUTION" && echo 'int oops('; } >"$copy"
  run env MAKEFLAGS='-j2 --jobserver-auth=8,9' scripts/grade labs/01-tcp-echo "$copy"
  assert_failure 1
  refute_output --regexp 'make(\[|:)|jobserver'
}

@test "a program that crashes leaves no core file: its limit is 0" {
  cat >"$BATS_TEST_TMPDIR/server.c" <<'C'
#include <stdio.h>
#include <sys/resource.h>
int main(void)
{
    struct rlimit core;
    getrlimit(RLIMIT_CORE, &core);
    printf("core files of %lu bytes\n", (unsigned long)core.rlim_cur);
    return 1;
}
C
  run scripts/grade --only one-line labs/01-tcp-echo "$BATS_TEST_TMPDIR/server.c"
  assert_failure 1
  assert_output --partial 'core files of 0 bytes'
}

@test "what root makes in another user's tree is that user's" {
  ((EUID == 0)) && setpriv --reuid 1000 --clear-groups true 2>/dev/null || skip 'only one user here'
  cp -r common labs scripts "$BATS_TEST_TMPDIR"
  chown -R 1000:1000 "$BATS_TEST_TMPDIR"/{common,labs,scripts} "$BATS_TEST_TMPDIR"
  cd "$BATS_TEST_TMPDIR"
  run scripts/lab check 01 --only one-line
  assert_output --partial 'you are root here'
  [[ -e .build && -e labs/01-tcp-echo/exercise/server.c ]]
  [[ -z $(find . -user root) ]]
}

@test "line ends stay as they are, whatever git is set to" {
  [[ -d .git ]] || skip 'not a clone'
  [[ $(git ls-files --eol | grep -cv 'i/lf *w/lf\|i/-text\|i/none') == 0 ]] || fail "$(git ls-files --eol | grep -v 'i/lf *w/lf' | head)"
  git -c core.autocrlf=true check-attr eol scripts/lab | grep -q 'eol: lf'
}
