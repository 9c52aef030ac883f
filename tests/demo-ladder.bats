#!/usr/bin/env bats
# scripts/demo --ladder: the packets of a demo. Most labs here bring a `ladder` of their own.

bats_require_minimum_version 1.5.0

load lib/demo.bash
load lib/ladder.bash

# made_up_ladder - draws what a step writes to the file `wire`; `refuse` and `die` are files, too.
made_up_ladder() {
  lab_ladder '
    echo "$*" >options
    [[ ! -e refuse ]] || { echo "ladder: socket: Operation not permitted [EPERM]" >&2 && exit 1; }
    ' <<'DRAW'
    [[ ! -e die ]] || exit 3
    mapfile -t -s "$frames" lines <wire
    ((frames += ${#lines[@]}))
    ((${#lines[@]} == 0)) || printf '%s\n' "${lines[@]}"
DRAW
  : >"$LAB/wire"
}

@test "after each verb come the lines that are new, from a role of its own" {
  made_up_ladder
  demo_is <<'DEMO'
step One
run you 'printf "%s\n" syn ack >>wire; echo done'
start server 'read -r; echo data >>wire; echo up; read -r; echo fin >>wire'
type server go
await server up
type_eof server
finish server
run you 'echo nothing new'
DEMO
  play --transcript --ladder
  assert_status 0
  diff -u - <(echo "$output") <<'TRANSCRIPT'
1. One
------

you$ printf "%s\n" syn ack >>wire; echo done
done
[ladder]
syn
ack
server$ read -r; echo data >>wire; echo up; read -r; echo fin >>wire
server> go
up
[ladder]
data
server> ^D
[ladder]
fin
you$ echo nothing new
nothing new
TRANSCRIPT
}

@test "without --ladder the transcript is as it was" {
  made_up_ladder
  demo_is <<<$'step One\nrun you "echo syn >>wire"\npackets syn\nrun you echo hi'
  play --transcript
  assert_status 0
  [[ ! -e $LAB/options ]]
  [[ $output == $'1. One\n------\n\nyou$ echo syn >>wire\nyou$ echo hi\nhi' ]]
}

@test "what passes between two verbs is shown before the next step, and at the end" {
  made_up_ladder
  demo_is <<'DEMO'
step One
start you 'read -r; echo one >>wire; read -r; echo two >>wire; touch there; read -r'
type you go
echo "$(until [[ -s $LAB_BIN/wire ]]; do :; done)" >/dev/null
step Two
type you on
echo "$(until [[ -e $LAB_BIN/there ]]; do :; done)" >/dev/null
DEMO
  play --transcript --ladder
  assert_status 0
  assert_has "$output" $'you> go\n[ladder]\none\n\n2. Two\n'
  assert_has "$output" $'you> on\n[ladder]\ntwo'
}

@test "of a flood only the ends are shown" {
  made_up_ladder
  demo_is <<<$'step One\nrun you "seq 1000 >>wire"'
  play --transcript --ladder
  assert_status 0
  assert_has "$output" $'\n18\n[976 more lines]\n995\n'
  [[ $output == *$'\n1000' ]]
}

@test "a demo in which nothing passed says so, and none with packets does" {
  made_up_ladder
  demo_is <<<$'step One\nrun you echo hi'
  play --transcript --ladder
  assert_status 0
  [[ $output == *$'\nhi\n[ladder: nothing has passed the network]' ]]
  demo_is <<<$'step One\nrun you "echo syn >>wire"'
  play --transcript --ladder
  assert_lacks "$output" 'nothing has passed'
}

@test "packets that the kernel has dropped are reported" {
  made_up_ladder
  demo_is <<<$'step One\nrun you "echo syn >>wire"'
  LABS_DROPPED=3 play --ladder
  assert_status 0
  [[ $output == *$'\nsyn\n[1 frames, 3 dropped by the kernel]' ]]
}

@test "packets REGEX waits for a line, and expect looks at those since the step began" {
  made_up_ladder
  demo_is <<'DEMO'
step One
run you 'echo early >>wire'
step Two
run you 'echo first >>wire; (until [[ -e go ]]; do :; done; echo last >>wire) >/dev/null & touch go'
packets last
expect '^first$'
refute early
packets
refute first
DEMO
  play --transcript --ladder
  assert_status 0
  demo_is <<<$'step One\nrun you "echo syn >>wire"\npackets fin'
  : >"$LAB/wire"
  # Every answer of the ladder has this deadline, too.
  LABS_DEMO_DEADLINE=16 play --ladder
  assert_fails_with 'a packet that matches fin' 'none in 16 s'
}

@test "the verb ladder shows packets in every run, with options, and may start anew" {
  made_up_ladder
  demo_is <<'DEMO'
ladder -p 5012
step One
run you 'echo syn >>wire; cat options'
expect '^-i lo -f text -p 5012$'
ladder -p 5013
packets syn
run you 'cat options'
expect '5013$'
DEMO
  play --transcript
  assert_status 0
  assert_has "$output" $'[ladder]\nsyn\nsyn\nyou$ cat options'
}

@test "the verb losses has the ladder draw what the firewall drops as lost" {
  made_up_ladder
  demo_is <<'DEMO'
losses 2
step One
run you 'cat options'
expect '^-i lo -f text -l 2$'
DEMO
  play --ladder
  assert_status 0
}

@test "a ladder that cannot begin, or dies, ends the demo with its words" {
  made_up_ladder
  demo_is <<<$'step One\nrun you touch die'
  play --ladder
  assert_status 1
  touch "$LAB/refuse"
  play --ladder
  assert_fails_with 'ladder to listen on lo' 'ladder: socket: Operation not permitted'
}

@test "in a topology the first host is listened to" {
  made_up_ladder
  demo_is <<'DEMO'
topology east,west
step One
run you "ip -n east netns identify $(pgrep -f '[l]adder -i any') 2>/dev/null || pgrep -af '[l]adder'"
run east 'cat options'
expect '^-i any '
DEMO
  play --ladder
  assert_status 0
}

# --- The real one --------------------------------------------------------------------------------

@test "an exchange over TCP, each packet at its verb, acknowledgements too" {
  demo_is <<'DEMO'
step One
start server 'echo up; exec nc -l 127.0.0.1 5001'
await server up
run you 'until ss -Htln | grep -q 127.0.0.1:5001; do :; done'
start client 'exec nc 127.0.0.1 5001'
type client hello
await server hello
interrupt client KILL
finish client 137
finish server
packets LAST-ACK
expect 'FIN,ACK'
DEMO
  local part
  for _ in 1 2 3; do
    play --transcript --ladder
    assert_status 0
    part=${output#*$'client> hello\n'}
    diff -u - <(sed -E 's/(:|port )[3-6][0-9]{4}/\1PORT/; s/  +/ /g' <<<"${part%%$'\nclient$'*}") <<'TRANSCRIPT'
[server]
hello
[ladder]
client 127.0.0.1:PORT server 127.0.0.1:5001
 SYN-SENT |-- SYN seq=0 ---------------------------------------------------------->| LISTEN
 |<------------------------------------------------ SYN,ACK seq=0 ack=1 --| SYN-RECEIVED
 ESTABLISHED |-- ACK ack=1 ---------------------------------------------------------->| ESTABLISHED
 |-- PSH,ACK seq=1 ack=1 len=6 "hello\n" -------------------------------->|
 |<---------------------------------------------------------- ACK ack=7 --|
TRANSCRIPT
  done
}

@test "an acknowledgement that the kernel delays is shown with what it acknowledges" {
  demo_is <<'DEMO'
step One
start server 'exec socat TCP-LISTEN:5001,bind=127.0.0.1 EXEC:cat'
run you 'until ss -Htln | grep -q 127.0.0.1:5001; do :; done'
start client 'exec nc 127.0.0.1 5001'
for word in one two three four; do
  type client "$word"
  await client "$word"
done
interrupt client KILL
finish client 137
finish server
DEMO
  play --transcript --ladder
  assert_status 0
  local word rest
  for word in one two three four; do
    rest=${output#*"client> $word"}
    [[ ${rest%%'client>'*} =~ PSH[^$'\n']*'"'$word'\n" --|'.*'|-- ACK ack=' ]] || {
      printf 'the client does not acknowledge "%s" at once:\n%s\n' "$word" "$output"
      return 1
    }
  done
}

@test "a topology: the packets of its first host, from all its interfaces" {
  demo_is <<'DEMO'
topology east,west
step One
run east ping -c 1 -q 127.0.0.1
run east ping -c 1 -q 10.0.1.2
run west ping -c 1 -q 127.0.0.1
DEMO
  play --transcript --ladder
  assert_status 0
  (($(grep -c 'echo request' <<<"$output") == 2))
  assert_has "$output" 10.0.1.2
}

@test "for the slides the same run draws a picture of each ladder" {
  # shellcheck disable=SC2016 # for the shell in there
  lab_ladder 'echo "$*" >>options; trap "echo $* >>ended" EXIT
    while (($# > 1)) && [[ $1 != -s ]]; do shift; done
    if [[ $1 == -s ]]; then echo picture >"$2"; else echo picture; fi' <<<'frames=1'
  demo_is <<'DEMO'
losses 2
step One
run you 'grep -c . options; cut -d/ -f1 options'
start wire './ladder/ladder -i far'
await wire listening
interrupt wire
finish wire
run you 'cat ended'
DEMO
  mkdir "$BATS_TEST_TMPDIR/pictures"
  LABS_DEMO_PICTURES=$BATS_TEST_TMPDIR/pictures play --transcript --ladder
  assert_status 0
  # One ladder draws both, because the firewall tells only one program what it drops.
  assert_has "$output" $'\n1\n-i lo -f text -l 2 -s\n'
  # What the demo itself starts stays as it is, and gets a second one beside it.
  grep -qx -e '-i far -f svg' "$LAB/options"
  [[ $(cat "$BATS_TEST_TMPDIR"/pictures/*.svg) == $'picture\npicture' ]]
  # A picture ends with its ladder: what passes later is in the picture of the next one.
  assert_has "$output" $'cat ended\n-i far\n-i far -f svg'
}

@test "and the same run gives the transcript without packets, as it would be without --ladder" {
  made_up_ladder
  demo_is <<'DEMO'
title "A title"
step One
run you 'printf "%s\n" syn ack >>wire; echo done'
start server 'read -r; echo data >>wire; echo up; read -r; echo fin >>wire'
type server go
await server up
show server
tell "Here packets are shown at any time:"
ladder -e
run client 'echo rst >>wire; echo one'
run you 'echo two'
ladder_close
type_eof server
finish server
predict "Which?"
run you 'echo nothing'
DEMO
  play --transcript
  assert_status 0
  local without=$output
  assert_has "$without" $'one\n[ladder]\n'
  assert_lacks "$without" $'done\n[ladder]'
  mkdir "$BATS_TEST_TMPDIR/pictures"
  echo old >"$BATS_TEST_TMPDIR/pictures/transcript"
  : >"$LAB/wire"
  LABS_DEMO_PICTURES=$BATS_TEST_TMPDIR/pictures play --transcript --ladder
  assert_status 0
  assert_has "$output" $'done\n[ladder]\nsyn\nack\n'
  diff -u <(echo "$without") "$BATS_TEST_TMPDIR/pictures/transcript"
}
