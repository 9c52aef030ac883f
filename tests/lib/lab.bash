# lab.bash - the words that the behaviour tests of the labs' programs (demo.bats) are written in.
#
#   load ../../tests/lib/lab.bash         at the top of labs/NN-name/demo.bats
#
# Tests run in the folder of the programs ($LAB_BIN, the lab's own unless a variant is tested), each
# file in a private network (scripts/netbox), with bats-support and bats-assert loaded.
#
#   bare COMMAND...             runs it in place of this (sub)shell: with descriptors 0, 1 and 2 only
#   start NAME COMMAND...       leaves it running; its stdout and stderr go to $(out NAME), $(err NAME)
#   await NAME REGEX            waits for a line of its output, or errors, that matches the ERE
#   say_to NAME TEXT            types a line into its standard input
#   end_input NAME              closes its standard input
#   signal NAME SIGNAL          sends it a signal
#   expect_status NAME STATUS   waits for its end, and compares its exit status
#   stop NAME [SIGNAL]          TERM unless given; then expects status 0
# A wait ends after CHECK_DEADLINE seconds (10), and the test fails and shows what came instead.

LABS_ROOT=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
CHECK_DEADLINE=${CHECK_DEADLINE:-10}
source "$LABS_ROOT/tests/lib/wait.bash"

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  cd "${LAB_BIN:-$BATS_TEST_DIRNAME}" || return
  declare -gA PID=() INPUT=()
}

teardown() {
  kill_started
}

# kill_started - ends what still runs; for a teardown that does more.
kill_started() {
  local pid
  for pid in "${PID[@]}"; do
    { kill -KILL "$pid" && wait "$pid"; } 2>/dev/null || true
  done
}

out() { echo "$BATS_TEST_TMPDIR/$1.out"; }
err() { echo "$BATS_TEST_TMPDIR/$1.err"; }

# complain TEXT NAME - fails the test, and shows all that the program has said.
complain() {
  {
    echo "$1"
    echo "--- stdout of $2" && head -c 4000 "$(out "$2")"
    echo "--- stderr of $2" && head -c 4000 "$(err "$2")"
  } >&2
  return 1
}

bare() {
  standard_descriptors_only
  # A background child of bash ignores INT and QUIT; a program under test must not.
  exec env --default-signal=INT,QUIT "$@"
}

start() {
  local name=$1 fifo=$BATS_TEST_TMPDIR/$1.in fd
  shift
  rm -f "$fifo"
  mkfifo "$fifo"
  # Both ends are opened here, so that neither open waits for the other; the program gets only one.
  exec {fd}<>"$fifo"
  INPUT[$name]=$fd
  : >"$(out "$name")" 2>"$(err "$name")" # both are there from the start
  : >"$(err "$name")"
  bare "$@" <"$fifo" >"$(out "$name")" 2>"$(err "$name")" &
  PID[$name]=$!
}

has_line() {
  grep -qE -- "$2" "$(out "$1")" "$(err "$1")"
}

has_line_or_ended() {
  has_line "$@" || ! running "${PID[$1]}"
}

await() {
  wait_until has_line_or_ended "$1" "$2" || true
  has_line "$1" "$2" || complain "no line of $1 matches $2" "$1"
}

say_to() {
  printf '%s\n' "$2" >&"${INPUT[$1]}"
}

end_input() {
  local fd=${INPUT[$1]}
  exec {fd}>&-
  unset "INPUT[$1]"
}

signal() {
  kill -s "$2" "${PID[$1]}"
}

has_ended() {
  ! running "${PID[$1]}"
}

expect_status() {
  local status=0
  wait_until has_ended "$1" || complain "$1 still runs after $CHECK_DEADLINE s" "$1" || return 1
  wait "${PID[$1]}" || status=$?
  unset "PID[$1]"
  ((status == $2)) || complain "$1 ended with status $status, not $2" "$1"
}

stop() {
  signal "$1" "${2:-TERM}"
  expect_status "$1" 0
}
