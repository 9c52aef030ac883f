#!/usr/bin/env bats
# The player of the demos, scripts/demo, on labs made up for each test.

bats_require_minimum_version 1.5.0

load lib/demo.bash

# The same on a terminal of 80 columns; $output has what appears there.
play_on_terminal() {
  local command
  printf -v command '%q ' "$DEMO" "$@" "$LAB"
  run timeout -k 1 60 env TERM=xterm script -qec "stty cols 80; $command" /dev/null 3>&- </dev/null
}

# --- What a demo says ----------------------------------------------------------------------------

@test "a transcript has the told text, the prompts and the output, nothing else" {
  demo_is <<'DEMO'
title "Lab 00: made up"
tell "Words."
step "A run"
run shell 'echo out; echo err >&2; echo "$0"'
run -s 3 shell 'exit 3'
step "A program that stays"
predict "What comes back?"
start server 'while read -r line; do echo "server: got $line"; done; echo "server: end"'
type server hello
await server hello
run client echo hi there
type_eof server
finish server
DEMO
  play --transcript
  assert_status 0
  diff -u - <(echo "$output") <<'TRANSCRIPT'
Lab 00: made up
===============

Words.

1. A run
--------

shell$ echo out; echo err >&2; echo "$0"
out
err
bash
shell$ exit 3
[exit status 3]

2. A program that stays
-----------------------

Predict: What comes back?

server$ while read -r line; do echo "server: got $line"; done; echo "server: end"
server> hello
server: got hello
client$ echo hi there
hi there
server> ^D
server: end
TRANSCRIPT
  [[ ! $stderr ]]
}

@test "told text wraps at 80 columns and keeps its drawings" {
  demo_is <<'DEMO'
step One
tell <<'TEXT'
Thirteen letters make a word like this one here, and so it goes on until the 80th column is past.

  a    drawing
TEXT
DEMO
  play --transcript
  assert_status 0
  assert_has "$output" $'until the\n80th column is past.\n\n  a    drawing'
}

@test "background output appears only where a step shows it" {
  demo_is <<'DEMO'
step One
start a 'echo first; echo second; echo third; exec cat'
start b 'echo other; exec cat'
await b other
await a first
run c 'echo third terminal'
await a third
type_eof b
type_eof a
finish a
finish b
DEMO
  local expected
  expected=$'b$ echo other; exec cat\nother\n[a]\nfirst\nc$ echo third terminal\nthird terminal'
  expected+=$'\n[a]\nsecond\nthird\nb> ^D\na> ^D'
  for _ in 1 2 3; do
    play
    assert_status 0
    assert_has "$output" "$expected"
  done
}

@test "a terminal's label is left out where the line names its role" {
  demo_is <<'DEMO'
step One
start server 'echo "server: up"; exec cat'
run client 'echo hi'
await server up
type_eof server
DEMO
  play
  assert_status 0
  assert_has "$output" $'hi\nserver: up\n'
}

@test "expect and refute look at the lines shown last" {
  demo_is <<'DEMO'
step One
run shell 'echo alpha; echo beta'
expect '^beta$'
refute gamma
start s 'echo delta; exec cat'
await s delta
expect '^delta$'
refute beta
DEMO
  play
  assert_status 0
}

@test "a program that prints more than a pipe holds goes on" {
  demo_is <<'DEMO'
step One
start big 'printf "%0100d\n" {1..1500} >&2; echo "big: done"; : >done; exec cat'
run shell 'until [[ -e done ]]; do read -rt 0.01 <> <(:); done; rm done'
interrupt big
finish big 130
DEMO
  play
  assert_status 0
  assert_has "$output" $'001500\nbig: done\n[killed by SIGINT, exit status 130]'
}

@test "Ctrl-D reaches a program that was started before others" {
  demo_is <<'DEMO'
step One
start a 'exec cat'
start b 'exec cat'
start c 'exec cat'
type_eof a
finish a
type_eof b
finish b
type_eof c
finish c
DEMO
  play
  assert_status 0
}

@test "programs have signals as they are by default, even if the caller ignores them" {
  demo_is <<'DEMO'
step One
run shell "grep SigIgn: /proc/self/status"
# The 18 is glibc's: a program that make has started (posix_spawn) ignores its signals 32 and 33.
expect 'SigIgn:.0+(18000000)?0$'
start a 'echo up; exec cat'
await a up
interrupt a TERM
finish a 143
start a './a-loop'
await a up
interrupt a
finish a
DEMO
  cat >"$LAB/a-loop" <<'PROGRAM'
#!/usr/bin/env bash
trap 'echo "stopped by INT"; exit 0' INT
echo up
until read -rt 0.1; do :; done # in turns: a signal just before a read waits for its end
PROGRAM
  chmod +x "$LAB/a-loop"
  run --separate-stderr bash -c "trap '' INT PIPE QUIT; exec timeout -k 1 60 '$DEMO' '$LAB'" 3>&-
  assert_status 0
  assert_has "$output" $'a$ kill -TERM\n[killed by SIGTERM, exit status 143]'
  assert_has "$output" $'a$ ^C\nstopped by INT'
}

@test "programs have no descriptor but 0, 1 and 2, whatever the caller has" {
  demo_is <<'DEMO'
step One
start other cat
run shell 'cd /proc/$$/fd; for fd in *; do [[ ! -e $fd ]] || echo "$fd"; done'
DEMO
  play 4</dev/null 9</dev/null
  assert_status 0
  assert_has "$output" $'done\n0\n1\n2'
  [[ $output == *$'\n2' ]]
}

@test "commands run in LAB_BIN, or else in the lab" {
  demo_is <<<'step One; run shell ./which-one'
  mkdir "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\necho in the lab\n' >"$LAB/which-one"
  printf '#!/bin/sh\necho in bin\n' >"$BATS_TEST_TMPDIR/bin/which-one"
  chmod +x "$LAB/which-one" "$BATS_TEST_TMPDIR/bin/which-one"
  play
  assert_has "$output" 'in the lab'
  LAB_BIN=$BATS_TEST_TMPDIR/bin play
  assert_has "$output" 'in bin'
}

@test "a lab with a Makefile is built first" {
  demo_is <<<'step One; run shell ./program'
  printf 'all: program\nprogram:\n\techo "echo made" >$@ && chmod +x $@\n' >"$LAB/Makefile"
  play
  assert_status 0
  assert_has "$output" $'./program\nmade'
  printf 'all:\n\tfalse\n' >"$LAB/Makefile"
  play
  assert_status 1
  assert_has "$stderr" 'does not build'
}

@test "two demos at once use the same port" {
  demo_is <<'DEMO'
step One
start server 'echo up; exec nc -l 127.0.0.1 5001'
await server up
run shell 'until ss -Htln | grep -q 127.0.0.1:5001; do :; done'
run client 'echo hello | nc -N 127.0.0.1 5001'
finish server
DEMO
  timeout -k 1 60 "$DEMO" "$LAB" >"$BATS_TEST_TMPDIR/other" 2>&1 3>&- &
  local other=$!
  play
  assert_status 0
  wait "$other"
  assert_has "$output" $'[server]\nhello'
  assert_has "$(<"$BATS_TEST_TMPDIR/other")" $'[server]\nhello'
}

# --- A demo that does not do what it says --------------------------------------------------------

@test "await: a deadline that passes, with what came" {
  demo_is <<'DEMO'
step One
start server 'echo "server: something"; exec cat'
start other 'echo unseen; exec cat'
await server listening
DEMO
  LABS_DEMO_DEADLINE=4 play
  assert_fails_with 'a line from server that matches listening' 'none in 4 s'
  assert_has "$output" 'server: something'
  assert_has "$stderr" '00-made-up/demo.sh, line 4: await'
  assert_has "$stderr" 'other: echo unseen; exec cat (still running), it has also printed'
  assert_has "$stderr" $'\n    unseen'
}

@test "await: a program that dies early, with its last words" {
  demo_is <<'DEMO'
step One
start server 'echo "server: bind: Address already in use"; printf "no newline"; exit 1'
await server listening
DEMO
  play
  assert_fails_with 'a line from server that matches listening' 'its end, exit status 1'
  assert_has "$output" $'server: bind: Address already in use\nno newline'
}

@test "until_says: waits unseen for what a command prints, and no longer than the deadline" {
  demo_is <<'DEMO'
step One
run shell 'touch slow; (until [[ ! -e slow ]]; do :; done; echo there >found) & true'
start a 'rm slow; exec cat'
until_says there 'cat "$LAB_BIN/found"'
type_eof a
finish a
until_says elsewhere 'cat "$LAB_BIN/found"'
DEMO
  LABS_DEMO_DEADLINE=6 play
  assert_fails_with "'elsewhere' from cat" "'there'"
  assert_has "$stderr" 'demo.sh, line 7: until_says'
  assert_lacks "$output" $'\nthere'
}

@test "run: another exit status than expected" {
  demo_is <<<$'step One\nrun shell false'
  play
  assert_fails_with 'exit status 0' 'exit status 1'
  assert_has "$output" $'shell$ false\n[exit status 1]'
  demo_is <<<$'step One\nrun -s 1 shell true'
  play
  assert_fails_with 'exit status 1' 'exit status 0'
}

@test "run: a command that does not end" {
  demo_is <<<$'step One\nrun shell sleep 1000'
  LABS_DEMO_DEADLINE=1 play
  assert_fails_with "the end of 'sleep 1000' in shell" 'it still runs after 1 s'
}

@test "finish: another exit status than expected" {
  demo_is <<<$'step One\nstart a "echo up; exit 4"\nfinish a'
  play
  assert_fails_with 'exit status 0' 'exit status 4'
}

@test "expect and refute: the output does not say so" {
  demo_is <<<$'step One\nrun shell echo alpha\nexpect beta'
  play
  assert_fails_with 'a line that matches beta' 'none'
  demo_is <<<$'step One\nrun shell echo alpha\nrefute ph'
  play
  assert_fails_with 'no line that matches ph' 'alpha'
}

@test "type and interrupt: nobody is there" {
  demo_is <<<$'step One\ntype ghost hello'
  play
  assert_fails_with "a program in ghost's terminal" 'nothing was started there'
  demo_is <<'DEMO'
step One
start a 'echo gone; exit 5'
run b 'while pgrep -f "[g]one"; do :; done'
interrupt a
DEMO
  play
  assert_fails_with "'echo gone; exit 5' to be running in a" 'its end, exit status 5'
  assert_has "$output" $'[a]\ngone'
}

@test "type: the program has closed its input" {
  demo_is <<<$'step One\nstart a "exec <&-; echo closed; sleep 1000"\nawait a closed\ntype a hello'
  play
  assert_fails_with 'a program that reads what is typed' 'a has closed its standard input'
}

@test "start: the terminal is taken" {
  demo_is <<<$'step One\nstart a cat\nrun a echo'
  play
  assert_fails_with 'a free terminal' "a still has 'cat'"
}

@test "a regular expression that is none" {
  demo_is <<<$'step One\nrun shell echo a\nexpect "(a"'
  play
  assert_fails_with 'an extended regular expression' "'(a'"
}

@test "a program that dies unnoticed" {
  demo_is <<<$'step One\nstart a "echo up; exit 9"\nawait a up\nrun shell true'
  play
  assert_fails_with "a good end of 'echo up; exit 9' in a" 'exit status 9'
}

@test "a plain command of demo.sh that fails, or is unknown, or leaves" {
  demo_is <<<$'step One\ncp /nowhere /nowhere/else 2>/dev/null\nrun shell echo too far'
  play
  assert_fails_with 'a command that succeeds: cp /nowhere' 'exit status 1'
  assert_lacks "$output" 'too far'
  demo_is <<<$'step One\nawiat a b'
  play
  assert_fails_with 'a command that succeeds: awiat a b' 'exit status 127'
  demo_is <<<$'step One\nexit 0'
  play
  assert_status 1
  assert_has "$stderr" 'demo: FAILED in step 1: demo.sh ended early'
  demo_is <<<$'step One\necho "$nothing"'
  play
  assert_status 1
  assert_has "$stderr" 'nothing: unbound variable'
  demo_is <<<'tell "no step"'
  play
  assert_status 1
  assert_has "$stderr" 'at least one step'
}

@test "usage errors have status 2 and name what is wrong" {
  demo_is <<<'step One'
  usage_error() {
    run --separate-stderr "$DEMO" "${@:2}" 3>&-
    assert_status 2
    assert_has "$stderr" "$1"
    [[ ! $output ]]
  }
  usage_error "no folder '$LAB-not'" "$LAB-not"
  mkdir "$LAB-empty"
  usage_error 'it has no demo.sh' "$LAB-empty"
  usage_error 'which lab?'
  usage_error 'unknown option --stop' --stop "$LAB"
  usage_error "there is also 'more'" "$LAB" more
  usage_error '--step and --transcript exclude each other' --step --transcript "$LAB"
  usage_error '--step waits for keys, so it needs a terminal' --step "$LAB"
  demo_is <<<$'step One\nstep Two'
  usage_error '--from 3: this demo has only 2 steps' --from 3 "$LAB"
  usage_error '--from needs the number of a step' --from zero "$LAB"
  LABS_DEMO_DEADLINE=soon usage_error "LABS_DEMO_DEADLINE='soon'" "$LAB"
  LAB_BIN=/nowhere usage_error "no folder '/nowhere'" "$LAB"
  run "$DEMO" -h
  assert_status 0
  assert_has "$output" 'usage: demo [--step'
}

@test "what it prints goes nowhere: that is said in one line, status 1, not that the demo is wrong" {
  local program="echo up; exec -a $MARK sleep 1000"
  demo_is <<<"step One
start a '$program'"
  run --separate-stderr bash -c '"$@" >/dev/full' _ timeout -k 1 60 "$DEMO" "$LAB" 3>&-
  assert_status 1
  [[ $stderr == 'demo: cannot write: No space left on device' ]]
  no_marked_process
  run --separate-stderr bash -c '"$@" >&-' _ timeout -k 1 60 "$DEMO" "$LAB" 3>&-
  assert_status 1
  [[ $stderr == 'demo: cannot write: Bad file descriptor' ]]
  demo_is <<<$'step One\nprintf x >/dev/full'
  play
  assert_fails_with 'a command that succeeds: printf x > /dev/full' 'exit status 1'
}

# --- On a terminal -------------------------------------------------------------------------------

@test "no colour and no rule in a pipe: it is the transcript" {
  demo_is <<<$'title T\nstep One\nrun shell echo hi'
  play --transcript
  local transcript=$output
  TERM=xterm play
  assert_status 0
  [[ $output == "$transcript" ]]
  assert_lacks "$output" $'\e'
}

@test "a terminal gets colours and a rule, with NO_COLOR the rule alone" {
  demo_is <<<$'title T\nstep One\nrun shell echo hi'
  play_on_terminal --flow
  assert_status 0
  assert_has "$output" $'\e[1m'
  assert_has "$output" $'│ \e[0mhi'
  NO_COLOR=1 play_on_terminal --flow
  assert_lacks "$output" $'\e'
  assert_has "$output" '│ hi'
  play_on_terminal --flow --no-color
  assert_lacks "$output" $'\e'
  LABS_TERMINAL='' play_on_terminal --flow --no-color
  assert_has "$output" '| hi'
  play_on_terminal --transcript
  assert_lacks "$output" '│'
  assert_lacks "$output" $'\e'
}

@test "at a terminal it waits for a key before each step and each answer, which has a page of its own" {
  demo_is <<'DEMO'
title "A title"
step "First"
run shell echo one
predict "What next?"
run shell echo answer
step "Second"
run shell echo two
DEMO
  local option
  for option in '' --step; do
    open_screen ${option:+"$option"}
    until_true screen_has '[1/2] space goes on'
    run -1 screen_has '1. First'
    press Space
    until_true screen_has 'Write your answer down'
    run -1 screen_has '│ answer'
    press Enter
    until_true screen_has '[2/2] space goes on'
    screen_has '│ answer'
    screen_has '1. First, continued'
    run -1 screen_has 'Predict'
    run -1 screen_has '2. Second'
    press x
    press Space
    until_true screen_has 'left with 0'
    screen_has '│ two'
    run -1 screen_has '[2/2]'
    close_screen
  done
}

@test "--step: b shows the pages before again, space comes back, and only then goes on" {
  demo_is <<'DEMO'
title "A title"
step "First"
run shell echo one
step "Second"
run shell echo two
DEMO
  open_screen
  until_true screen_has '[1/2] space'
  press Space
  until_true screen_has '[2/2] space'
  press b
  until_true screen_has 'page 1 of 2 again'
  screen_has 'A title'
  run -1 screen_has '│ one'
  press b
  press Space
  until_true screen_has '[2/2] space'
  screen_has $'1. First\n--------\n\n│ shell$ echo one\n│ one'
  run -1 screen_has '│ two'
  press Space
  until_true screen_has $'2. Second\n---------\n\n│ shell$ echo two\n│ two\nleft with 0'
}

@test "--step: a page that is nearly full ends before the next action" {
  demo_is <<'DEMO'
step "First"
run shell seq 50
tell "Now something else."
run shell echo short
tell "That was short."
run shell echo last
DEMO
  open_screen
  until_true screen_has '[1/1] space'
  press Space
  until_true screen_has $'│ 50\n\nNow something else.\n\nspace goes on'
  press Space
  until_true screen_has 'left with 0'
  screen_has $'1. First, continued\n-------------------\n\n│ shell$ echo short\n│ short\n\nThat was short.\n\n│ shell$ echo last'
}

@test "--flow prints everything at once, at a terminal too" {
  demo_is <<<$'step One\npredict "What?"\nrun shell echo hi\nstep Two\nrun shell echo there'
  open_screen --flow
  until_true screen_has 'left with 0'
  screen_has $'Predict: What?\n\n│ shell$ echo hi\n│ hi\n\n2. Two'
}

@test "--from begins with a step; those before it are played, not shown" {
  demo_is <<'DEMO'
title "A title"
step One
predict "Unasked?"
run shell 'echo unseen; echo made >there'
step Two
run shell cat there
DEMO
  play --from 2
  assert_status 0
  [[ $output == $'A title\n=======\n\n2. Two\n------\n\nshell$ cat there\nmade' ]]
  open_screen --from 2
  until_true screen_has '[2/2] space'
  run -1 screen_has unseen
  press Space
  until_true screen_has $'│ made\nleft with 0'
}

@test "lasts: a state that has gone before the next action is made again, with a word about it" {
  demo_is <<'DEMO'
make_it() { run you touch state; }
step One
make_it
lasts "the state" 'ls "$LAB_BIN/state" 2>/dev/null' make_it
run you echo there
rm "$LAB_BIN/state"
run you ls state
lasts
rm "$LAB_BIN/state"
run -s 2 you 'ls state 2>&1'
DEMO
  play
  assert_status 0
  [[ $output == $'1. One\n------\n\nyou$ touch state\nyou$ echo there\nthere\n\nMeanwhile the state has gone. So we make it again:\n\nyou$ touch state\nyou$ ls state\nstate\nyou$ ls state 2>&1\nls: '* ]]
}

@test "--step: q asks once and leaves, and so does Ctrl-C; the terminal echoes again" {
  demo_is <<DEMO
step One
start a 'exec -a $MARK sleep 1000'
step Two
run shell echo too far
DEMO
  local key
  for key in q C-c; do
    open_screen --step
    until_true screen_has '[1/2] space'
    press Space
    until_true screen_has '[2/2] space'
    until_true marked_process
    press "$key"
    if [[ $key == q ]]; then
      until_true screen_has 'q once more quits'
      press x
      until_true screen_has '[2/2] space'
      press q
      until_true screen_has 'q once more quits'
      press q
      until_true screen_has $'demo: left at step 2 of 2\nleft with 0\necho'
    else
      until_true screen_has $'demo: interrupted\nleft with 130\necho'
    fi
    run screen_has 'too far'
    assert_status 1
    no_marked_process
    close_screen
  done
}

# --- Nothing is left -----------------------------------------------------------------------------

@test "Ctrl-C: one line, status 130, no process" {
  demo_is <<DEMO
step One
start a 'exec -a $MARK sleep 1000'
run shell 'setsid sleep 1000 & sleep 1000'
DEMO
  open_screen --flow
  until_true screen_has 'shell$'
  until_true marked_process
  press C-c
  until_true screen_has 'left with'
  screen_has $'demo: interrupted\nleft with 130'
  no_marked_process
}

@test "SIGTERM: status 143, no process; SIGKILL: no process" {
  demo_is <<'DEMO'
step One
start a "trap '' TERM HUP; while :; do ./hold; done"
run shell ./hold
DEMO
  printf '#!/bin/bash\nexec -a %s sleep 1000\n' "$MARK" >"$LAB/hold"
  chmod +x "$LAB/hold"
  local signal status player
  for signal in TERM KILL; do
    "$DEMO" "$LAB" >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
    player=$!
    until_true marked_process
    kill -s "$signal" "$player"
    status=0
    wait "$player" || status=$?
    if [[ $signal == TERM ]]; then
      assert_status 143
      assert_has "$(<"$BATS_TEST_TMPDIR/out")" $'\ndemo: terminated'
    fi
    until_true no_marked_process
  done
}

@test "a program that nobody finished is stopped at the end" {
  demo_is <<DEMO
step One
start a 'exec -a $MARK sleep 1000'
run shell 'setsid -f bash -c "exec -a $MARK sleep 1000" >/dev/null'
DEMO
  play
  assert_status 0
  no_marked_process
}

@test "topology makes a line of hosts; a role works on the host of its name, or of host" {
  demo_is <<'DEMO'
topology client,router,server
host tap router
step One
run client 'ip -4 -br address show eth0'
expect ' 10\.0\.1\.1/24'
run tap 'ip -4 -br address show eth1'
expect ' 10\.0\.2\.1/24'
start server 'exec nc -l 10.0.2.2 5000'
run client 'until echo hello | nc -N server 5000 2>/dev/null; do :; done'
finish server
expect '^hello$'
run elsewhere 'ip -br address'
refute '10\.0\.'
DEMO
  play
  assert_status 0
}

@test "host with a host that the topology does not have fails" {
  demo_is <<<$'topology a,b\nstep One\nhost tap c\nrun tap true'
  play
  assert_fails_with 'a host of the topology' 'c'
}

@test "a program that has ended does not run, even while bash has not noticed" {
  local zombie parent
  mkfifo "$LAB/told" "$LAB/go"
  # A parent that never waits: the child ends when it has become another program.
  (cd "$LAB" && exec bash -c 'read -r <go & echo $! >told; exec tail -f /dev/null' 3>&-) &
  parent=$!
  read -r zombie <"$LAB/told"
  until_true grep -qx tail "/proc/$parent/comm"
  echo >"$LAB/go"
  until_true grep -qs '^State:.Z' "/proc/$zombie/status"
  source "$ROOT/scripts/player/terminals.bash"
  # shellcheck disable=SC2034  # is_running reads it
  declare -A PID=([ended]=$zombie [other]=$parent)
  kill -0 "$zombie" # it is there, and yet:
  run is_running ended
  [[ $status == 1 ]]
  is_running other
  kill "$parent"
}
