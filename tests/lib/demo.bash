# demo.bash - what the tests of the demo player share: a made-up lab, a terminal to look at, and what
# must not be left. Sourced.
#
#   demo_is                     the made-up lab's demo.sh, from standard input
#   play OPTION...              plays it: $status, $output, $stderr
#   open_screen OPTION...       plays it in a terminal of its own, SIZE columns and rows
#   screen, screen_has TEXT, press KEY...   what is to be seen there, and to be typed
#   until_true COMMAND...       waits for at most DEADLINE seconds (20)
#   count_waits, assert_short   what is played between the two, without a wait for the audience, would
#                               make a recording of at most ten minutes
# shellcheck disable=SC2154  # bats sets status and output

ROOT=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
DEMO=$ROOT/scripts/demo
source "$ROOT/scripts/lib/process.bash"

setup() {
  LAB=$BATS_TEST_TMPDIR/00-made-up
  MARK=demo-test-$BATS_TEST_NUMBER-$$ # in the command line of programs that must not survive
  SCREEN=$BATS_TEST_TMPDIR/tmux
  SIZE=(100 50)
  mkdir "$LAB"
  unset LAB_BIN LABS_DEMO_DEADLINE LABS_DEMO_PACE NO_COLOR
}

teardown() { close_screen; }

demo_is() { cat >"$LAB/demo.sh"; }

play() {
  run --separate-stderr timeout -k 1 40 "$DEMO" "$@" "$LAB" 3>&-
}

assert_status() {
  [[ $status == "$1" ]] || {
    printf 'status %s instead of %s\n' "$status" "$1"
    printf 'output:\n%s\nerrors:\n%s\n' "$output" "${stderr-}"
    return 1
  }
}

# assert_has TEXT PART
assert_has() {
  [[ $1 == *"$2"* ]] || {
    printf 'there is no:\n%s\nin:\n%s\n' "$2" "$1"
    return 1
  }
}

assert_lacks() {
  [[ $1 != *"$2"* ]] || {
    printf 'there is:\n%s\nin:\n%s\n' "$2" "$1"
    return 1
  }
}

# The demo fails in step 1: expected $1, got $2.
assert_fails_with() {
  assert_status 1
  assert_has "$stderr" 'demo: FAILED in step 1, "One"'
  assert_has "$stderr" "  expected  $1"
  assert_has "$stderr" "  got       $2"
}

until_true() {
  DEADLINE=${DEADLINE:-20} wait_until "$@" || {
    echo "never true: $*"
    [[ ! -S $SCREEN ]] || screen
    return 1
  }
}

# Is there a process that has the test's mark in its command line?
marked_process() {
  local file line
  for file in /proc/[0-9]*/cmdline; do
    line=''
    { IFS= read -rd '' line || true; } 2>/dev/null <"$file" || continue
    [[ $line != "$MARK" ]] || return 0
  done
  return 1
}

no_marked_process() { ! marked_process; }

# Everything below a process, itself included.
family() {
  local child
  echo "$1"
  while read -rd ' ' child; do family "$child"; done < <(cat "/proc/$1/task"/*/children 2>/dev/null)
}

# Runs the player in a terminal of its own, and then tells its status.
open_screen() {
  local command
  printf -v command '%q ' "$DEMO" "$@" "$LAB"
  tmux -S "$SCREEN" -f /dev/null new-session -d -x "${SIZE[0]}" -y "${SIZE[1]}" \
    bash -c "$command; echo left with \$?; stty -a | tr ' ' '\n' | grep 'echo$'; read -r" \; \
    set -g status off 3>&-
}

count_waits() {
  export LABS_DEMO_WAITS=$BATS_TEST_TMPDIR/waits
  : >"$LABS_DEMO_WAITS"
  SECONDS=0
}

# And there are the ten seconds that a prediction gets.
assert_short() {
  local predictions
  predictions=$(grep -c '^predict ' "$LAB/demo.sh" || true)
  awk -v lab="${LAB##*/}" -v played="$SECONDS" -v predictions="$predictions" '
    { waits += $1 }
    $1 > 10 { long++ }
    END {
      printf "%s: a recording takes %d s, with %d long waits for %d predictions\n",
        lab, waits + played, long, predictions
      exit !(waits + played <= 600 && long >= predictions)
    }' "$LABS_DEMO_WAITS"
}

close_screen() {
  tmux -S "$SCREEN" kill-server 2>/dev/null || true
  rm -f "$SCREEN"
}

screen() { tmux -S "$SCREEN" capture-pane -p 2>/dev/null; }
screen_has() { [[ $(screen) == *"$1"* ]]; }
press() { tmux -S "$SCREEN" send-keys "$@"; }
