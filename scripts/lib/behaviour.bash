# behaviour.bash - the words that a demo.bats is written in, the test of a lab's programs. A word that
# demo.sh has too means the same.
#
#   load ../../scripts/lib/behaviour.bash         at the top of labs/NN-name/demo.bats
#
# Tests run in the folder of the programs: $LAB_BIN, which is the lab's own unless a variant is tested.
# Each file runs in a private network (scripts/netbox), with bats-support and bats-assert loaded.
#
#   start ROLE COMMAND...       leaves it running; its stdout and stderr go to $(out ROLE), $(err ROLE)
#   await ROLE REGEX            waits for a line of its output, or errors, that matches the ERE
#   type ROLE TEXT              types a line into its standard input
#   type_eof ROLE               closes its standard input
#   interrupt ROLE [SIGNAL]     sends it SIGINT, or another signal
#   finish ROLE [STATUS]        waits for its end, and expects exit status STATUS, or 0
#   stop ROLE [SIGNAL]          interrupt (TERM unless given), then finish
#   faulty FAULTS COMMAND...    sets FAULTY to a command that is COMMAND with calls that go wrong, as the library
#                               scripts/grader/faults.c says: faulty fail_listen=1 ./server; start s "${FAULTY[@]}"
#   dies_of FAULT TEXT COMMAND...  expects that COMMAND, with that fault, ends with status 1 (or $DIES), and that its
#                               last line is TEXT and the fault's error: dies_of fail_listen=1 'server: listen' ./server
# The words of process.bash are there too. bats' own `run` runs a program to its end; with `run become
# COMMAND...` the program does not inherit the test's descriptors. A wait ends after LABS_DEADLINE
# seconds (10). Then the test fails, and shows what came instead.

LABS_ROOT=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
DEADLINE=${LABS_DEADLINE:-10}
source "$LABS_ROOT/scripts/lib/process.bash"

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  cd "${LAB_BIN:-$BATS_TEST_DIRNAME}" || return
  declare -gA PID=() INPUT=()
}

teardown() {
  kill_started
}

# kill_started - ends all programs that still run. For a teardown of your own, which does more.
kill_started() {
  local pid
  for pid in "${PID[@]}"; do
    { kill -KILL "$pid" && wait "$pid"; } 2>/dev/null || true
  done
}

out() { echo "$BATS_TEST_TMPDIR/$1.out"; }
err() { echo "$BATS_TEST_TMPDIR/$1.err"; }

# complain TEXT ROLE - fails the test, and shows everything that the program has printed.
complain() {
  {
    echo "$1"
    echo "--- stdout of $2" && head -c 4000 "$(out "$2")"
    echo "--- stderr of $2" && head -c 4000 "$(err "$2")"
  } >&2
  return 1
}

start() {
  local role=$1 fifo=$BATS_TEST_TMPDIR/$1.in fd
  shift
  rm -f "$fifo"
  mkfifo "$fifo"
  # Both ends are opened here, so that neither open waits for the other. The program gets only one.
  exec {fd}<>"$fifo"
  INPUT[$role]=$fd
  : >"$(out "$role")" 2>"$(err "$role")" # both files exist from the start
  spawn "$role" "$@" <"$fifo" >"$(out "$role")" 2>"$(err "$role")"
}

has_line() {
  grep -qE -- "$2" "$(out "$1")" "$(err "$1")"
}

has_line_or_ended() {
  has_line "$@" || has_ended "$1"
}

await() {
  wait_until has_line_or_ended "$1" "$2" || true
  has_line "$1" "$2" || complain "no line of $1 matches $2" "$1"
}

type() {
  printf '%s\n' "$2" >&"${INPUT[$1]}"
}

type_eof() {
  local fd=${INPUT[$1]}
  exec {fd}>&-
  unset "INPUT[$1]"
}

interrupt() {
  kill -s "${2:-INT}" "${PID[$1]}"
}

has_ended() {
  ! running "${PID[$1]}"
}

finish() {
  local status=0
  wait_until has_ended "$1" || complain "$1 still runs after $DEADLINE s" "$1" || return 1
  wait "${PID[$1]}" || status=$?
  unset "PID[$1]"
  ((status == ${2:-0})) || complain "$1 ended with status $status, not ${2:-0}" "$1"
}

stop() {
  interrupt "$1" "${2:-TERM}"
  finish "$1"
}

faulty() {
  [[ -e $BATS_TEST_TMPDIR/faults.so ]] || {
    make -s -C "$LABS_ROOT/scripts/grader" >&2
    ln -s "$LABS_ROOT/.build/grader/faults.so" "$BATS_TEST_TMPDIR" # LD_PRELOAD's names end at a blank
  }
  FAULTY=(env LD_PRELOAD="$BATS_TEST_TMPDIR/faults.so" FAULTS="$1"
    ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" "${@:2}")
}

dies_of() {
  faulty "$1" "${@:3}"
  run become timeout -k 1 "$DEADLINE" "${FAULTY[@]}"
  assert_failure "${DIES:-1}"
  assert_line --index -1 "$2: No buffer space available [ENOBUFS]"
}
