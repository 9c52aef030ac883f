#!/usr/bin/env bats
# scripts/demo --record: asciicasts, without a terminal and without a key.
# shellcheck disable=SC2030,SC2031,SC2154  # bats, and what is shared with lib/demo.bash

bats_require_minimum_version 1.5.0

load lib/demo.bash
a_demo() {
  demo_is <<'DEMO'
title "A title"
tell "A beginning, in eight words, no more."
step One
run server echo alpha ↔ beta
tell "The end."
DEMO
}

# record OPTION... - without a terminal, and in no time.
record() {
  export TMPDIR=$BATS_TEST_TMPDIR/tmp # where nothing may be left
  mkdir -p "$TMPDIR"
  CAST=${CAST:-$BATS_TEST_TMPDIR/a.cast}
  LABS_DEMO_PACE=${LABS_DEMO_PACE:-0} run --separate-stderr timeout -k 1 60 setsid -w \
    "$DEMO" --record "$CAST" "$@" "$LAB" 3>&- </dev/null
}

# A header, then events whose times never decrease.
assert_valid() {
  jq -se '.[0] == (.[0] | .version = 2 | .width = 100 | .height = 30)
    and (.[1:] | length > 0 and all(length == 3 and .[1] == "o" and (.[2] | type == "string"))
      and (map(.[0]) | . == sort and all(. >= 0)))' "$1" >/dev/null
}

# What a terminal shows after all of it.
replay() {
  tmux -S "$SCREEN" -f /dev/null new-session -d -x 100 -y 30 \
    bash -c "stty raw -echo; jq -j 'select(type == \"array\")[2]' '$1'
      tmux -S '$SCREEN' wait-for -S over; read -r" \; \
    set -g status off 3>&-
  tmux -S "$SCREEN" wait-for over
}

assert_no_file() {
  [[ -z $(compgen -G "$CAST*") && -z $(ls -A "$TMPDIR") ]]
}

@test "text: a valid asciicast, and replayed it is the demo" {
  a_demo
  record
  assert_status 0
  assert_has "$stderr" "demo: recorded in $CAST"
  assert_valid "$CAST"
  replay "$CAST"
  until_true screen_has $'│ server$ echo alpha ↔ beta\n│ alpha ↔ beta\n\nThe end.'
  until_true screen_has $'A title\n======='
  [[ -z $(ls -A "$TMPDIR") && $(compgen -G "$CAST*") == "$CAST" ]]
  [[ $(stat -c %a "$CAST") == "$(printf '%o' $((0666 & ~$(umask))))" ]]
}

@test "tmux: a valid asciicast, and replayed it ends with the last page" {
  a_demo
  record --tmux
  assert_status 0
  assert_valid "$CAST"
  replay "$CAST"
  until_true screen_has $'── 1. One'
  until_true screen_has $'\nThe end.\n'
  until_true screen_has $'\nalpha ↔ beta '
  run -1 screen_has 'goes on'
  [[ -z $(ls -A "$TMPDIR") ]]
}

@test "there is time to read: a quarter of a second a word" {
  a_demo
  LABS_DEMO_PACE=10 record
  assert_status 0
  jq -se '.[-1][0] > 0.2' "$CAST"
  grep -o '"[^"]*"]$' "$CAST" | grep -c '"[a-z]"' # typed letter by letter
}

@test "a prediction gets ten seconds more, also if its answer needs no action" {
  demo_is <<<$'step One\npredict "How long?"\ntell "As long as that."\nrun you echo hi'
  count_waits
  open_screen --auto
  until_true screen_has 'left with 0'
  assert_short
  [[ $(<"$LABS_DEMO_WAITS") == $'10.750\n1.000\n0.500' ]] # three words; four; a line
}

# bats test_tags=slow
@test "no demo's recording takes more than ten minutes; classroom.bats tells of those with --tmux" {
  for LAB in "$ROOT"/labs/[0-9]*; do
    count_waits
    open_screen --auto --typing
    DEADLINE=120 until_true screen_has 'left with '
    screen_has 'left with 0'
    close_screen
    assert_short
  done
}

@test "a file that exists stays, unless --force" {
  a_demo
  CAST=$BATS_TEST_TMPDIR/a.cast
  echo old >"$CAST"
  record
  assert_status 1
  [[ $stderr == "demo: $CAST exists; --force replaces it" && $(<"$CAST") == old ]]
  record --force
  assert_status 0
  assert_valid "$CAST"
  CAST=$BATS_TEST_TMPDIR record --force
  assert_status 1
  [[ $stderr == "demo: $BATS_TEST_TMPDIR is a folder" ]]
}

@test "a file that cannot be written: one line, before the demo plays" {
  demo_is <<<$'step One\nrun you touch played'
  CAST=$BATS_TEST_TMPDIR/nowhere/a.cast record
  assert_status 1
  [[ $stderr == "demo: cannot write $BATS_TEST_TMPDIR/nowhere/a.cast: No such file or directory" ]]
  [[ ! -e $LAB/played ]]
}

@test "a full disk: one line, status 1, and no half file" {
  a_demo
  # shellcheck disable=SC2016  # for the shell in the box
  LABS_DEMO_PACE=0 run "$ROOT/scripts/netbox" -- bash -c '
    mkdir /run/full && mount -t tmpfs -o size=4k full /run/full || exit 77
    "$@"
    status=$?
    [[ -z $(ls -A /run/full) ]] || echo "there is $(ls -A /run/full)"
    exit $status' bash "$DEMO" --record /run/full/a.cast --tmux "$LAB" 3>&- </dev/null
  assert_status 1
  assert_has "$output" 'demo: cannot write /run/full/a.cast: No space left on device'
  assert_lacks "$output" 'there is'
}

@test "a demo that fails: its report, its status, no file" {
  demo_is <<<$'step One\nrun server echo alpha\nexpect beta'
  local how
  for how in --typing --tmux; do
    record "$how"
    assert_fails_with 'a line that matches beta' 'none'
    assert_no_file
  done
}

@test "Ctrl-C, or SIGTERM: no file, no process" {
  demo_is <<DEMO
step One
run server 'exec -a $MARK sleep 1000'
DEMO
  local signal player
  CAST=$BATS_TEST_TMPDIR/a.cast
  export TMPDIR=$BATS_TEST_TMPDIR/tmp
  mkdir "$TMPDIR"
  for signal in INT TERM; do
    LABS_DEMO_DEADLINE=999 env --default-signal=INT "$DEMO" --tmux --record "$CAST" "$LAB" 3>&- 2>/dev/null &
    player=$!
    until_true marked_process
    kill -s "$signal" "$player"
    status=0
    wait "$player" || status=$?
    if [[ $signal == INT ]]; then assert_status 130; else assert_status 143; fi
    until_true no_marked_process
    assert_no_file
  done
}

@test "usage errors, and a missing asciinema" {
  a_demo
  run -2 "$DEMO" --record 3>&-
  assert_has "$output" '--record: in which file?'
  run -2 "$DEMO" --record x --step "$LAB" 3>&-
  assert_has "$output" '--record and --step exclude each other'
  run -2 "$DEMO" --auto --step "$LAB" 3>&-
  assert_has "$output" '--auto and --step exclude each other'
  LABS_DEMO_PACE=fast run -2 "$DEMO" --auto "$LAB" 3>&-
  assert_has "$output" "LABS_DEMO_PACE='fast'"
  mkdir "$BATS_TEST_TMPDIR/bin"
  ln -s "$(type -P bash)" "$(type -P readlink)" "$(type -P dirname)" "$BATS_TEST_TMPDIR/bin/"
  run -1 env PATH="$BATS_TEST_TMPDIR/bin" "$DEMO" --record x "$LAB" 3>&-
  [[ $output == "demo: --record needs asciinema: 'scripts/setup asciinema' installs it" ]]
}
