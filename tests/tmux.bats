#!/usr/bin/env bats
# The classroom, scripts/demo --tmux: a terminal of 100 columns and 30 rows is what the class sees.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154  # bats, and what is shared with lib/demo.bash

bats_require_minimum_version 1.5.0

load lib/demo.bash
load lib/ladder.bash
setup_file() {
  make -s -C "$BATS_TEST_DIRNAME/.." >&2
}

# The terminal is a tmux too, so this is also the classroom within a user's own tmux.
open_classroom() {
  SIZE=(100 30)
  [[ -z ${LARGE-} ]] || SIZE=(200 50)
  export TMPDIR=$BATS_TEST_TMPDIR/tmp # where nothing may be left
  mkdir -p "$TMPDIR"
  open_screen --tmux "$@"
  OPENED=$(tmux -S "$SCREEN" display-message -p '#{pane_pid}')
}

# The page that is waiting for its key has that text, or the demo is over and the terminal has.
page_has() {
  local seen
  seen=$(screen)
  [[ $seen == *"$1"* && ($seen == *$'\nF8 '* || $seen == *'left with'*) ]]
}

# turn_page TEXT - F8, as soon as the page waits for it, and then a page with that text.
turn_page() {
  until_true page_has ''
  press F8
  until_true page_has "$1"
}

# column LEFT WIDTH - that part of the screen, so what panes beside each other have.
column() { screen | sed -E "s/^.{$1}//; s/^(.{0,$2}).*/\1/; s/ *$//"; }

left_has() { [[ $(column 0 50) == *"$1"* ]]; }
right_has() { [[ $(column 51 49) == *"$1"* ]]; }

# The pane of what you see is as wide as the screen.
below_has() { [[ $(screen | sed '1,/ what you see /d') == *"$1"* ]]; }

is_gone() { ! kill -0 "$@" 2>/dev/null; }

# No process of those in FAMILY, no file, and so no socket.
assert_nothing_left() {
  local pid
  for pid in "${FAMILY[@]}"; do until_true is_gone "$pid"; done
  until_true no_marked_process
  [[ -z $(ls -A "$TMPDIR") ]]
}

# A demo that is at its second page, with a program that stays.
open_second_page() {
  demo_is <<DEMO
title "A title"
tell "A beginning."
step One
start server 'echo "server: up"; exec -a $MARK sleep 1000'
await server up
tell "A second page."
step Two
run you echo too far
DEMO
  open_classroom
  until_true page_has 'A beginning.'
  turn_page 'A second page.'
  mapfile -t FAMILY < <(family "$OPENED" | tail -n +2)
  marked_process
}

@test "F8 goes through lab 01 to its end, and every pane shows what is its own" {
  LAB=$ROOT/labs/01-tcp-echo
  open_classroom
  until_true page_has 'What happens between socket() and the first byte?'
  until_true screen_has 'F8 goes on, Ctrl-C ends'
  turn_page 'binds it to an address, and listens.'
  turn_page 'After the third, listen'
  until_true left_has $'server$ ./server -v\n'
  until_true left_has 'server: listening on 127.0.0.1:5001'
  press F8
  until_true below_has 'you$ ss -tln'
  until_true page_has 'After the third'
  turn_page 'fills one and prints its bytes'
  turn_page '5001 is 0x1389.'
  press F8
  until_true below_has 'port 35091'
  until_true page_has '5001 is 0x1389.'
  turn_page 'Predict: accept returns a second socket.'
  turn_page 'The kernel chose a port for Alice'
  until_true right_has 'alice$ ./client -v'
  until_true screen_has 'SYN,ACK seq=0 ack=1'
  until_true screen_has '── alice'
  local before
  while ! screen_has 'left with'; do
    before=$(screen)
    press F8
    until_true changed_from "$before"
  done
  until_true screen_has 'left with 0'
  [[ $before == *'10. No server'* && $before == *$'\nF8 ends'* ]]
}

changed_from() { [[ $(screen) != "$1" ]] && page_has ''; }

@test "a page is never lost: text at the end of a step waits too, and so does the end" {
  demo_is <<'DEMO'
title T
tell "One."
step A
tell "Two."
tell "And three."
run you echo hi
tell "Four."
step B
predict "Five?"
run you echo six
DEMO
  open_classroom
  until_true page_has 'One.'
  run -1 screen_has 'Two.'
  turn_page $'Two.\n\nAnd three.'
  run -1 screen_has 'hi'
  turn_page 'Four.'
  until_true below_has $'you$ echo hi\nhi\n'
  turn_page 'Predict: Five?'
  run -1 screen_has 'six'
  turn_page $'\nF8 ends'
  until_true screen_has 'six'
  turn_page 'left with 0'
}

@test "a step that ends with something to see, but without words, waits too" {
  demo_is <<'DEMO'
step A
run you echo hi
step B
run you echo there
DEMO
  open_classroom
  until_true page_has 'F8 goes on'
  until_true below_has $'hi\n'
  run -1 screen_has 'there'
  turn_page $'\nF8 ends'
  until_true below_has $'there\n'
}

@test "on 200 columns what you see is beside the others, 100 columns wide" {
  demo_is <<'DEMO'
step A
run server echo a
run client echo b
run you printf "%0100d" 1
tell One.
DEMO
  LARGE=yes open_classroom
  until_true page_has 'One.'
  until_true screen_has $'a                                                │b                                                │'
  until_true screen_has "│$(printf '%0100d' 1)"
}

@test "an F8 that comes early does not turn the next page, and the status line says so" {
  demo_is <<'DEMO'
step A
tell "One."
run you 'until [[ -e go ]]; do read -rt 0.01 <> <(:) || true; done'
tell "Two."
run you echo three
DEMO
  open_classroom
  until_true page_has 'One.'
  press F8
  until_true screen_has 'you$ until'
  press F8 F8 F8
  until_true screen_has ' one moment, Ctrl-C ends'
  touch "$LAB/go"
  until_true page_has 'Two.'
  until_true screen_has ' F8 goes on, Ctrl-C ends'
  run -1 screen_has 'three'
}

@test "servers are left, clients right, you below; each line of roles that share a pane names its own" {
  demo_is <<'DEMO'
topology east,server
host tap server
servers receiver rival
step A
run server echo a
run tap echo b
run receiver echo c
run rival echo d
run east echo e
run you echo f
tell End.
DEMO
  open_classroom
  until_true page_has 'End.'
  until_true left_has $'s| server$ echo a\ns| a\nt| tap$ echo b\nt| b\nre| receiver$ echo c\nre| c\nri| rival$ echo d\nri| d\n'
  until_true right_has $'east$ echo e\ne\n'
  until_true below_has $'you$ echo f\nf\n'
  until_true screen_has ' server, tap, receiver, rival '
}

@test "what is wider than its pane goes on below, what is longer than its page gets room" {
  demo_is <<'DEMO'
step A
tell "first

  1
  2
  3
  4
  5
  6
  7

last"
run client 'printf "%s " {a..j}aaaaaaaa; echo; printf "%060d\n" 0'
tell short
DEMO
  open_classroom
  until_true page_has $'  7\n\nlast\n'
  turn_page short
  until_true screen_has $'│aaaaaaaaa baaaaaaaa caaaaaaaa daaaaaaaa eaaaaaaaa\n'
  until_true screen_has $'│  faaaaaaaa gaaaaaaaa '
  until_true screen_has $'│0000000000000000000000000000000000000000000000000\n'
  until_true screen_has $'│  00000000000\n'
}

@test "what you see gets the rows that it needs, until the next step; the terminals get the others" {
  demo_is <<'DEMO'
step A
run client seq 20
run you seq 12
tell One.
run client echo Done
tell Two.
run client seq 14
tell Three.
step B
tell Four.
run client echo Done
run you seq 100 200
tell Five.
DEMO
  open_classroom
  until_true right_has $'[4 more lines]\n4\n5\n' # of a page of its own, because no row is left
  turn_page 'One.'
  until_true below_has $'you$ seq 12\n1\n2\n'
  turn_page 'Two.'
  until_true below_has $'you$ seq 12\n1\n2\n'
  turn_page 'Three.'
  until_true right_has $'\nclient$ seq 14\n1\n2\n'
  turn_page 'Four.'
  until_true below_has $'4\n5\n6\n7\n8\n9\n10\n11\n12\n'
  run -1 below_has $'3\n'
  turn_page 'Five.'
  until_true right_has $'\nDone\n'
  until_true below_has $'\n200\n'
}

@test "a flood of packets leaves in sight what stands before it" {
  lab_ladder <<<'[[ ! -e flood ]] || { seq -f "packet %.0f" 1000; rm flood; frames=1000; }'
  demo_is <<'DEMO'
step A
run you 'seq 8; touch flood'
tell One.
DEMO
  open_classroom
  until_true page_has 'One.'
  until_true below_has $'you$ seq 8; touch flood\n1\n'
  until_true below_has $'\npacket 1\npacket 2\npacket 3\npacket 4\n[994 more lines]\npacket 999\npacket 1000\n'
}

@test "an answer comes on another page than its question" {
  demo_is <<'DEMO'
step A
predict "What?"
tell "That."
run you echo hi
DEMO
  open_classroom
  until_true page_has 'Predict: What?'
  run -1 screen_has 'That.'
  turn_page 'That.'
  run -1 screen_has 'Predict'
}

@test "the terminal may get another size in the middle" {
  demo_is <<'DEMO'
step A
tell "One."
run client 'printf "%s " {a..j}aaaaaaaa; echo'
tell "Words that need more than ninety columns, or else they go on in the next line of this page."
DEMO
  open_classroom
  until_true page_has 'One.'
  tmux -S "$SCREEN" resize-window -x 130 -y 40
  turn_page ' of this page.'
  until_true screen_has 'they go on in the next line of this page.'
  until_true screen_has $'│aaaaaaaaa baaaaaaaa caaaaaaaa daaaaaaaa eaaaaaaaa faaaaaaaa\n'
}

@test "in a locale without UTF-8 it draws with what it has" {
  demo_is <<<$'step A\nrun you echo hi\ntell One.'
  LABS_TERMINAL='' open_classroom
  until_true page_has 'One.'
  until_true screen_has 'you$ echo hi'
  run -1 screen_has '_'
}

@test "a failed expectation is shown until F8, status 1, and told again on the terminal" {
  demo_is <<'DEMO'
step One
run server echo alpha
expect beta
DEMO
  local key
  for key in F8 q C-c; do
    open_classroom
    until_true page_has 'expected  a line that matches beta'
    press "$key"
    until_true screen_has $'demo.sh, line 3: expect\n'
    until_true screen_has 'left with 1'
    run -1 screen_has 'F8 ends'
    close_screen
  done
}

@test "Ctrl-C: status 130, one line, the terminal as it was, nothing left" {
  open_second_page
  press C-c
  until_true screen_has $'demo: interrupted\nleft with 130\necho'
  assert_nothing_left
}

@test "q: status 0, at which step, nothing left" {
  open_second_page
  press q
  until_true screen_has $'demo: left at step 1 of 2\nleft with 0\necho'
  assert_nothing_left
}

@test "Ctrl-C while a program runs" {
  demo_is <<DEMO
step One
run server 'exec -a $MARK sleep 1000'
DEMO
  open_classroom
  until_true marked_process
  mapfile -t FAMILY < <(family "$OPENED" | tail -n +2)
  press C-c
  until_true screen_has $'demo: interrupted\nleft with 130\necho'
  assert_nothing_left
}

@test "SIGTERM for the player: status 143, the terminal as it was, nothing left" {
  open_second_page
  kill -TERM "${FAMILY[0]}"
  until_true screen_has $'demo: terminated\nleft with 143\necho'
  assert_nothing_left
}

@test "SIGKILL for the player, or for its tmux: nothing left" {
  local pid
  for pid in player tmux; do
    open_second_page
    if [[ $pid == player ]]; then
      kill -KILL "${FAMILY[0]}"
    else
      # The server, which has left the terminal's session; it is process 1's child in the box.
      kill -KILL "$(pgrep -f "player/tmux.conf" -d ' ' | xargs -n1 | grep -xFf <(family "$OPENED") | head -n 1)"
      until_true screen_has 'left with'
    fi
    assert_nothing_left
    close_screen
  done
}

@test "the terminal is closed: nothing left" {
  open_second_page
  close_screen
  assert_nothing_left
}

@test "the user's tmux.conf does not matter" {
  demo_is <<<$'step A\ntell One.\nrun you echo hi'
  export HOME=$BATS_TEST_TMPDIR
  printf 'set -g status off\nset -g prefix F8\nbind -n F8 kill-server\n' >"$HOME/.tmux.conf"
  open_classroom
  until_true page_has 'One.'
  turn_page $'\nhi\n'
}

@test "no colours with NO_COLOR, and the same text" {
  demo_is <<<$'step A\nrun you echo hi\ntell One.'
  colours() { tmux -S "$SCREEN" capture-pane -ep | grep -cE $'\e\\[([0-9]+;)*[34][0-7][m;]' || true; }
  open_classroom
  until_true page_has 'One.'
  until_true right_has $'\nhi\n'
  (($(colours) > 0))
  local text
  text=$(screen)
  close_screen
  open_classroom --no-color
  until_true page_has 'One.'
  until_true right_has $'\nhi\n'
  (($(colours) == 0))
  until_true screen_has "$text"
}

@test "a missing tool is named in one line, status 1" {
  demo_is <<<$'step A\nrun you echo hi'
  play --tmux
  assert_status 1
  [[ $stderr == 'demo: --tmux needs a terminal; without --tmux the demo flows' ]]
  SIZE=(99 30)
  open_screen --tmux
  until_true screen_has 'left with 1'
  assert_has "$(screen | tr '\n' ' ')" \
    'demo: --tmux needs a terminal of 100 columns and 30 rows, this one has 99 and 30'
  close_screen
  run -1 timeout -k 1 60 script -qec "env TERM=no-such-terminal $DEMO --tmux $LAB" /dev/null \
    3>&- </dev/null
  assert_has "$output" 'demo: --tmux needs a terminal that terminfo(5) knows, not TERM=no-such-terminal; '
  mkdir "$BATS_TEST_TMPDIR/bin"
  ln -s "$(type -P bash)" "$(type -P readlink)" "$(type -P dirname)" "$BATS_TEST_TMPDIR/bin/"
  run --separate-stderr env PATH="$BATS_TEST_TMPDIR/bin" "$DEMO" --tmux "$LAB" 3>&-
  assert_status 1
  [[ $stderr == "demo: --tmux needs tmux: 'scripts/setup tmux' installs it" ]]
  demo_is <<<$'step A\nrun you echo hi'
  run -2 "$DEMO" --tmux --step "$LAB" 3>&-
  assert_has "$output" '--tmux and --step exclude each other'
}
