#!/usr/bin/env bats
# The private network at bad moments: signals before its command is there, a terminal,
# a death while it is being made, a machine that lacks a tool.
# shellcheck disable=SC2016  # what is in single quotes is for a shell in the box
# shellcheck disable=SC2154  # bats sets stderr_lines
load ../scripts/lib/behaviour.bash

bats_require_minimum_version 1.5.0

NETBOX=$LABS_ROOT/scripts/netbox

teardown() {
  kill_started
  [[ -z ${outside-} ]] || { let_setpriv_go && rm -rf "$outside"; }
}

# have_outside - sets outside to a folder that a box sees too. Our TMPDIR is not: if that is an outer
# box's, an inner one has its own in that place.
have_outside() {
  mkdir -p "$LABS_ROOT/.build"
  outside=$(mktemp -d "$LABS_ROOT/.build/netbox.XXXXXX")
}

# hold_back_setpriv - makes a setpriv, netbox's first step, that waits for a line on $outside/go.
hold_back_setpriv() {
  mkdir "$outside/bin"
  mkfifo "$outside/go"
  printf '#!/bin/sh\necho ready to make a box\nread -r line <"%s"\nexec "%s" "$@"\n' \
    "$outside/go" "$(builtin type -P setpriv)" >"$outside/bin/setpriv"
  chmod +x "$outside/bin/setpriv"
}

# let_setpriv_go - if it still waits, because a test has failed: it finds the end of that pipe, its
# netbox gone, and ends.
let_setpriv_go() { [[ ! -p $outside/go ]] || : <>"$outside/go"; }

# spin MICROSECONDS - lets them pass, without a process.
spin() {
  local until=$((${EPOCHREALTIME/[.,]/} + $1))
  while ((${EPOCHREALTIME/[.,]/} < until)); do :; done
}

# is_netbox NAME - the process is no longer the test's own shell, env or strace on the way there.
is_netbox() {
  local words
  mapfile -d '' -t words <"/proc/${PID[$1]}/cmdline"
  [[ ${words[2]-} == "$NETBOX" ]] # bash -p NETBOX
}

# begin COMMAND... - starts it in a box, and returns as soon as netbox is there.
begin() {
  start box "$NETBOX" -- "$@"
  until is_netbox box || has_ended box; do :; done
}

# measure - sets making to the microseconds from the start of netbox to that of its command.
measure() {
  local before
  begin sh -c 'echo ready; exec tail -f /dev/null'
  before=${EPOCHREALTIME/[.,]/}
  until [[ -s $(out box) ]]; do spin 500; done
  making=$((${EPOCHREALTIME/[.,]/} - before))
  interrupt box TERM
  finish box 143
}

# catches NAME BIT - it is netbox, and has a handler for that signal: BIT is two to the power of its
# number, less one.
catches() {
  is_netbox "$1" && ((16#$(sed -n 's/^SigCgt:\t//p' "/proc/${PID[$1]}/status") & $2))
}

@test "a signal at any moment of its making ends the box, with that signal's status" {
  local moment
  measure
  for moment in {0..24}; do
    begin tail -f /dev/null
    spin $((making * moment / 20))
    interrupt box TERM
    finish box 143
    assert_equal "$(<"$(err box)")" ''
  done
}

@test "a command that has started gets every signal, however slow netbox is" {
  # Each time that netbox makes a process, strace holds netbox back until that one is far ahead.
  start box strace -D -qq -o /dev/null -e trace=clone -e inject=clone:delay_exit=300000 \
    "$NETBOX" -- bash -c 'trap "echo got TERM; exit 7" TERM; echo ready
      until read -rt 0.1; do :; done'
  await box '^ready'
  interrupt box TERM
  finish box 7
  assert_equal "$(<"$(out box)")" $'ready\ngot TERM'
}

@test "a signal that comes while netbox makes itself ready for signals is not lost" {
  start box strace -D -qq -o /dev/null -e trace=rt_sigaction \
    -e inject=rt_sigaction:delay_exit=20000 "$NETBOX" -- tail -f /dev/null
  wait_until catches box $((1 << 14))
  interrupt box TERM
  finish box 143
}

@test "of two signals that come while the box is being made, the first ends it" {
  have_outside
  hold_back_setpriv
  PATH=$outside/bin:$PATH start box "$NETBOX" -- tail -f /dev/null
  await box '^ready to make'
  wait_until catches box $((1 << 9))
  interrupt box USR1
  # The command is not there to get it, and netbox waits for that, a moment at a time.
  has_a_moment() { pgrep -P "${PID[box]}" -x sleep; }
  wait_until has_a_moment
  interrupt box TERM
  echo >"$outside/go"
  finish box 138
}

@test "killed before its death is the death of the box, netbox leaves no box behind" {
  local mark=mark-$BATS_TEST_NUMBER-$$
  have_outside
  hold_back_setpriv
  PATH=$outside/bin:$PATH start box "$NETBOX" -- sh -c 'echo ran; exec tail -f /dev/null' "$mark"
  await box '^ready to make'
  interrupt box KILL
  finish box 137
  echo >"$outside/go"
  # It is an argument of each that makes the box, one becoming the next, and of the command at last.
  # A process that is becoming another has none for a moment.
  nobody() { ! grep -qsz "^$mark\$" /proc/[0-9]*/cmdline; }
  nobody_for_long() { nobody && pause && nobody && pause && nobody && pause && nobody; }
  wait_until nobody_for_long
  assert_equal "$(<"$(out box)")" 'ready to make a box'
}

# press_once [SLOW...] - Ctrl-C on a terminal, on which SLOW runs netbox, reaches its command. `exec`:
# a shell that waited there, as dash does where SHELL is not set, would get the Ctrl-C too, and end by it.
press_once() {
  # A signal just before bash reads is noticed only when it has read; so it reads in turns.
  local program='trap "echo got INT" INT; echo ready; until read -rt 0.1; do :; done; exit 7'
  start terminal script -qefc "exec $* '$NETBOX' -- bash -c '$program'" /dev/null
  await terminal '^ready'
  printf '\x03' >&"${INPUT[terminal]}"
  await terminal 'got INT'
}

# ends_after_one - the command got it once, and ends as it likes.
ends_after_one() {
  type terminal go
  finish terminal 7
  assert_equal "$(grep -c 'got INT' "$(out terminal)")" 1
}

@test "Ctrl-C on a terminal reaches the command, once" {
  press_once
  ends_after_one
}

@test "Ctrl-C on a terminal reaches a quick command once, however slow netbox is" {
  # strace holds netbox back after each dup2; bash makes one when it has written the "go".
  local trace=$BATS_TEST_TMPDIR/trace
  press_once strace -DDD -o "$trace" -e trace=dup2,rt_sigaction -e inject=dup2:delay_exit=300000
  # Before bash waits for the box again, it changes what SIGINT does, as it does for each wait.
  waits_again() { sed '1,/^--- SIGINT/d' "$trace" | grep -q '^rt_sigaction(SIGINT'; }
  wait_until waits_again
  ends_after_one
}

@test "Ctrl-C on a terminal ends a command that does not handle it" {
  start terminal script -qefc "exec '$NETBOX' -- sh -c 'echo ready; exec tail -f /dev/null'" /dev/null
  await terminal '^ready'
  printf '\x03' >&"${INPUT[terminal]}"
  finish terminal 130
}

@test "a command whose name has a = is a command" {
  have_outside
  printf '#!/bin/sh\necho "<$1>"\nexit 3\n' >"$outside/a=b"
  chmod +x "$outside/a=b"
  run -3 "$NETBOX" -- "$outside/a=b" 'c d'
  assert_output '<c d>'
  run -127 "$NETBOX" -- 'no=such' x
  assert_output --partial 'no=such'
}

@test "a machine that lacks a tool: status 125, and which it is" {
  local tool each bin
  have_outside
  bin=$outside/bin
  for tool in setpriv unshare ip; do
    mkdir "$bin"
    for each in bash env cat setpriv unshare mount mkdir ip; do
      [[ $each == "$tool" ]] || ln -s "$(PATH=$PATH:/usr/sbin:/sbin builtin type -P $each)" "$bin/$each"
    done
    # There, the folders where netbox also looks are empty. bash is named by its path: so is netbox.
    run --separate-stderr unshare -Urm "$BASH" -c '
      mount -t tmpfs none /usr/sbin
      [[ -L /sbin ]] || mount -t tmpfs none /sbin
      PATH=$1 exec "$BASH" "$0" -- echo ran' "$NETBOX" "$bin"
    rm -r "$bin"
    assert_failure 125
    assert_output ''
    assert_equal "${#stderr_lines[@]}" 2
    [[ ${stderr_lines[0]} == 'netbox: this machine refuses a private network ('*"$tool"*')' ]]
  done
}
