#!/usr/bin/env bats
# Lab 03 behaves as its README says, failures included.
# netbox: --users
# shellcheck disable=SC2030,SC2031  # each test sets its own
load ../../scripts/lib/behaviour.bash

# A folder that every user of the box may use, with a short name.
place() {
  umask 022
  PLACE=/run/tmp/$BATS_TEST_NUMBER
  mkdir -m 1777 "$PLACE"
  AT=$PLACE/whoami
}

# start_server NAME [OPTION...] - at $AT, until it listens.
start_server() {
  start "$1" ./server -s "$AT" "${@:2}"
  await "$1" '^server: listening on '
}

# powerless COMMAND... - in $output and $status: what it does without root's privileges.
powerless() {
  run setpriv --bounding-set -all --inh-caps -all "$@"
}

# need_users - skips the test if this box has no user but root.
need_users() {
  setpriv --reuid 1000 --regid 1000 --clear-groups true 2>/dev/null ||
    skip "this box has no other user: run it by scripts/netbox --users, which says what it needs"
}

# as_user UID COMMAND... - in $output and $status: what it does as that user. The programs may lie in a
# folder that only the box's root can enter, so another user runs a copy.
as_user() {
  cp "$2" "$PLACE/${2##*/}.of.$1"
  run setpriv --reuid "$1" --regid "$((1000 + $1))" --clear-groups "$PLACE/${2##*/}.of.$1" "${@:3}"
}

mode_of() {
  stat -c %04a "$1"
}

@test "each side knows the other: pid, uid, gid" {
  place
  start_server server
  start client ./client -s "$AT"
  local pid=${PID[client]}
  finish client
  await client "^client: the answer: you are pid $pid, uid 0, gid 0$"
  await client "^client: the server is pid ${PID[server]}, uid 0, gid 0$"
  stop server
  run cat "$(out server)"
  assert_line --index 1 "server: client is pid $pid, uid 0, gid 0"
  assert_line --index 2 'server: stopped'
}

@test "the server sees the process that connected, not the child that reads" {
  place
  start_server server
  start client ./client -f -s "$AT"
  local pid=${PID[client]}
  finish client
  await client "^client: the answer: you are pid $pid,"
  await client '^client: I am the child, pid '
  run grep -c "the child, pid $pid," "$(out client)"
  assert_output 0
  stop server
}

@test "the mode is what the umask leaves, or that of -m at any umask" {
  place
  start_server server
  assert_equal "$(mode_of "$AT")" 0755
  stop server
  umask 027
  start_server server
  assert_equal "$(mode_of "$AT")" 0750
  stop server
  start_server server -m 666
  assert_equal "$(mode_of "$AT")" 0666
  stop server
  umask 0
  start_server server -m 0600
  assert_equal "$(mode_of "$AT")" 0600
  stop server
}

@test "-m: the file has its mode from its first moment" {
  place
  umask 0
  faulty stop_bind=1 ./server -m 0640 -s "$AT"
  start server "${FAULTY[@]}"
  wait_until is_stopped "${PID[server]}"
  assert_equal "$(mode_of "$AT")" 0640
  run ./client -s "$AT" # bound but not listening yet, it looks stale
  assert_failure 1
  assert_line --partial '[ECONNREFUSED]'
  interrupt server CONT
  await server '^server: listening on .*, mode 0640$'
  stop server
}

@test "to connect you need permission to write, and no other" {
  place
  start_server server
  local mode
  for mode in 0200 0222 0700; do
    chmod "$mode" "$AT"
    powerless ./client -s "$AT"
    assert_success
  done
  for mode in 0000 0400 0555; do
    chmod "$mode" "$AT"
    powerless ./client -s "$AT"
    assert_failure 1
    assert_line "client: connect $AT: Permission denied [EACCES]"
  done
  run ./client -s "$AT" # the mode does not stop root
  assert_success
  stop server
}

@test "another user may connect if the mode allows it, and the server sees that user's ids" {
  place
  need_users
  start_server server
  as_user 1000 ./client -s "$AT"
  assert_failure 1
  assert_line "client: connect $AT: Permission denied [EACCES]"
  stop server
  start_server server -m 0666
  as_user 1000 ./client -s "$AT"
  assert_success
  assert_line --regexp '^client: the server is pid [0-9]+, uid 0, gid 0$'
  assert_line --regexp '^client: the answer: you are pid [0-9]+, uid 1000, gid 2000$'
  as_user 1001 ./client -s "$AT"
  assert_line --regexp '^client: the answer: you are pid [0-9]+, uid 1001, gid 2001$'
  stop server
}

@test "without permission to search the folder nobody connects, whatever the mode of the file" {
  place
  need_users
  mkdir -m 0700 "$PLACE/private"
  AT=$PLACE/private/whoami
  start_server server -m 0777
  as_user 1000 ./client -s "$AT"
  assert_failure 1
  assert_line --partial '[EACCES]'
  stop server
}

@test "a user who may write to the folder may remove the file, unless the folder is sticky" {
  place
  need_users
  start_server server -m 0600
  as_user 1000 "$(builtin type -P rm)" -f "$AT"
  assert_failure
  [[ -S $AT ]]
  chmod 0777 "$PLACE"
  as_user 1000 "$(builtin type -P rm)" -f "$AT"
  assert_success
  [[ ! -e $AT ]]
  stop server
}

@test "an abstract name has no mode: everybody may connect" {
  place
  need_users
  AT=@whoami
  start_server server -m 0000
  PLACE=$PLACE as_user 1000 ./client -s "$AT"
  assert_success
  assert_line --regexp 'you are pid [0-9]+, uid 1000, gid 2000$'
  stop server
}

@test "a stale file refuses clients and servers alike, until it is removed" {
  place
  start_server server
  interrupt server KILL
  finish server 137
  [[ -S $AT ]]
  run ./client -s "$AT"
  assert_failure 1
  assert_line "client: connect $AT: Connection refused [ECONNREFUSED]"
  run timeout -k 1 "$DEADLINE" ./server -s "$AT"
  assert_failure 1
  assert_output "server: bind $AT: Address already in use [EADDRINUSE]"
  start_server server -u
  run ./client -s "$AT"
  assert_success
  stop server
}

@test "a live server keeps its name, and -u steals it; then the first one removes the other's file" {
  place
  start_server server
  run timeout -k 1 "$DEADLINE" ./server -s "$AT"
  assert_failure 1
  assert_output --partial '[EADDRINUSE]'
  start_server rival -u
  run ./client -s "$AT"
  assert_line --partial "the server is pid ${PID[rival]},"
  run grep -c "00010000 .* $AT$" /proc/net/unix
  assert_output 2
  stop server
  run ./client -s "$AT"
  assert_failure 1
  assert_line "client: connect $AT: No such file or directory [ENOENT]"
  stop rival
}

@test "INT and TERM end the server, and its file goes with it" {
  place
  local signal
  for signal in INT TERM; do
    start_server server
    stop server "$signal"
    await server '^server: stopped$'
    [[ ! -e $AT ]]
  done
}

@test "a path may have 107 bytes; a longer one is refused, and no file is made" {
  place
  local longest=$PLACE/
  while ((${#longest} < 107)); do longest+=x; done
  AT=$longest
  start_server server
  run ./client -s "$AT"
  assert_success
  stop server
  local program
  for program in ./server ./client ./sender ./receiver; do
    run "$program" -s "${longest}x"
    assert_failure 2
    assert_line --partial "has 1 to 107 bytes (sun_path in unix(7)), this one has 108"
  done
  assert_equal "$(ls "$PLACE")" ''
}

@test "-u removes no file that is called like an abstract name" {
  local server=$PWD/server
  cd "$BATS_TEST_TMPDIR"
  echo precious >@whoami
  start server "$server" -u -s @whoami
  await server listening
  stop server
  assert_equal "$(<@whoami)" precious
  run "$server" -s @
  assert_failure 2
  assert_line --index 0 'server: -s @: an abstract name has at least one byte behind the @'
}

@test "an abstract name makes no file, and goes when the server is killed" {
  AT=@whoami
  start_server server
  await server '^server: listening on @whoami, which is no file$'
  run ./client -s @whoami
  assert_success
  interrupt server KILL
  finish server 137
  start_server server
  run ./client -s @whoami
  assert_success
  run "$LABS_ROOT/scripts/netbox" -- "$PWD/client" -s @whoami # names belong to the network namespace
  assert_failure 1
  assert_line --partial '[ECONNREFUSED]'
  stop server
}

@test "socat too reaches the server, by path and by abstract name" {
  builtin type socat >/dev/null || skip "there is no socat: scripts/setup tests"
  place
  start_server server
  run socat -u UNIX-CONNECT:"$AT" -
  assert_output --regexp '^you are pid [0-9]+, uid 0, gid 0$'
  stop server
  AT=@whoami
  start_server server
  run socat -u ABSTRACT-CONNECT:whoami -
  assert_output --regexp '^you are pid [0-9]+, uid 0, gid 0$'
  stop server
}

@test "a server that cannot bind its name says which name, and why" {
  place
  run timeout -k 1 "$DEADLINE" ./server -s "$PLACE/no/where"
  assert_failure 1
  assert_output "server: bind $PLACE/no/where: No such file or directory [ENOENT]"
  echo precious >"$PLACE/file"
  run timeout -k 1 "$DEADLINE" ./server -s "$PLACE/file"
  assert_failure 1
  assert_output "server: bind $PLACE/file: Address already in use [EADDRINUSE]"
  assert_equal "$(cat "$PLACE/file")" precious
  local mode
  for mode in 8 0778 '' -1 1000 x 0x1; do
    run timeout -k 1 "$DEADLINE" ./server -m "$mode" -s "$AT"
    assert_failure 2
    assert_line "server: -m '$mode': a mode is an octal number from 0 to 777"
  done
}

# blocked_in_send NAME - it sleeps, in the system call sendto.
blocked_in_send() {
  local number
  read -r number _ 2>/dev/null <"/proc/${PID[$1]}/syscall" && [[ $number == "$SENDTO" ]]
}

@test "if the receiver does not read, a Unix datagram sender waits, and nothing is lost" {
  place
  start receiver ./receiver -s "$PLACE/letters"
  await receiver bound
  start sender ./sender -n 1000 -s "$PLACE/letters"
  await sender '^sender: the queue is full after 11, send waits$'
  # Each architecture has numbers of its own, and headers of several may be here: the compiler takes ours.
  SENDTO=$(echo SYS_sendto | "${CC:-cc}" -E -P -include sys/syscall.h - | tail -n 1)
  wait_until blocked_in_send sender
  type receiver ''
  finish sender
  await sender '^sender: 1000 sent; send had to wait$'
  type_eof receiver
  finish receiver
  await receiver '^receiver: received 1000, the last is number 1000; dropped here: 0$'
  [[ ! -e $PLACE/letters ]]
}

@test "if the receiver does not read, UDP drops all datagrams but one, and the sender gets no error" {
  start receiver ./receiver -p 5003
  await receiver bound
  run timeout -k 1 "$DEADLINE" ./sender -p 5003 -n 50
  assert_success
  assert_output 'sender: 50 sent; send never had to wait'
  dropped() { [[ $(awk '$2 ~ /:138B$/ { print $NF }' /proc/net/udp) == 49 ]]; }
  wait_until dropped
  type receiver ''
  type_eof receiver
  finish receiver
  await receiver '^receiver: received 1, the last is number 1; dropped here: 49$'
}

@test "what others send counts, but no text of theirs is taken for a number" {
  local text
  for text in hello '7 dwarfs' $'\33[2J'; do
    start receiver ./receiver -p 5003
    await receiver bound
    printf %s "$text" >/dev/udp/127.0.0.1/5003
    type_eof receiver
    finish receiver
    await receiver '^receiver: received 1, the last has no number; dropped here: 0$'
  done
}

@test "a short datagram after a long one ends where it ends, and an empty one counts" {
  local text
  nothing_waits() { [[ $(awk '$2 ~ /:138B$/ { print $5 }' /proc/net/udp) == *:00000000 ]]; }
  start receiver ./receiver -p 5003
  await receiver bound
  type receiver ''
  for text in 1234 7; do
    printf %s "$text" >/dev/udp/127.0.0.1/5003
    wait_until nothing_waits
  done
  type_eof receiver
  finish receiver
  await receiver '^receiver: received 2, the last is number 7; dropped here: 0$'
  start receiver ./receiver -p 5003
  await receiver bound
  socat -u - UDP:127.0.0.1:5003,shut-null </dev/null
  type_eof receiver
  finish receiver
  await receiver '^receiver: received 1, the last has no number; dropped here: 0$'
}

@test "a sender gets an error if the receiver is gone, and the receiver's file is stale" {
  place
  run ./sender -s "$PLACE/letters"
  assert_failure 1
  assert_output 'sender: connect: No such file or directory [ENOENT]'
  start receiver ./receiver -s "$PLACE/letters"
  await receiver bound
  start sender ./sender -s "$PLACE/letters"
  await sender 'send waits'
  interrupt receiver KILL
  finish receiver 137
  finish sender 1
  await sender '^sender: send number 12: '
  run ./sender -s "$PLACE/letters"
  assert_failure 1
  assert_output 'sender: connect: Connection refused [ECONNREFUSED]'
}

@test "a stream client gets EPROTOTYPE from a datagram socket" {
  place
  start receiver ./receiver -s "$PLACE/letters"
  await receiver bound
  run ./client -s "$PLACE/letters"
  assert_failure 1
  assert_line "client: connect $PLACE/letters: Protocol wrong type for socket [EPROTOTYPE]"
  type_eof receiver
  finish receiver
}

@test "a pair has no name, carries data both ways, and ends" {
  run become ./pair
  assert_success
  assert_output "parent: the address of descriptor 3 has 0 bytes of name
child: got \"ping\", answered \"pong\"
parent: got \"pong\"
child: got \"ping\", answered \"pong\"
parent: got \"pong\"
child: end of stream"
}

@test "the pair prints its calls with -v" {
  run become ./pair -v
  assert_line --index 0 'parent| socketpair(AF_UNIX, SOCK_STREAM) = 0: 3 and 4'
}

@test "a descriptor travels with the position of its file, and without its name" {
  place
  printf '%s\n' one two three >"$PLACE/lines"
  run ./passfd "$PLACE/lines"
  assert_success
  assert_line --index 0 --regexp '^opener: descriptor [0-9]+: "one"$'
  assert_line --index 1 --regexp '^reader: descriptor [0-9]+: "two"$'
  assert_line --index 2 --regexp '^opener: descriptor [0-9]+: "three"$'
  run ./passfd "$PLACE/none"
  assert_failure 1
  assert_line "opener: open $PLACE/none: No such file or directory [ENOENT]"
  assert_line 'reader: no descriptor came'
}

@test "a Unix socket puts nothing on lo, and TCP two packets a round trip" {
  run ./race -n 300
  assert_success
  assert_line 'race: AF_UNIX: 0 packets a round trip on lo'
  assert_line 'race: TCP:     2 packets a round trip on lo'
  assert_line --regexp 'TCP takes [0-9]+\.[0-9]+\* times as long \(median of 7 pairs, '
  # The median, the least and the greatest of the ratios that -v prints.
  run ./race -v -n 20
  local ratios
  mapfile -t ratios < <(sed -n 's/^race| pair [1-7]: ratio //p' <<<"$output" | sort -n)
  assert_equal "${#ratios[@]}" 7
  assert_line "race: TCP takes ${ratios[3]}* times as long (median of 7 pairs, ${ratios[0]}* to ${ratios[6]}*)"
}

@test "every program has help, and reports a wrong option" {
  local program
  for program in server client sender receiver pair passfd race; do
    run "./$program" -h
    assert_success
    assert_line --index 0 --partial "usage: $program"
    run "./$program" -Q
    assert_failure 2
    assert_line --partial 'unknown option -Q'
  done
  run timeout -k 1 "$DEADLINE" ./server stray
  assert_failure 2
  assert_line "server: unexpected argument 'stray'"
}

@test "a system call that fails is named, with status 1" {
  place
  dies_of fail_socket=1 'server: socket' ./server -s "$AT"
  dies_of fail_listen=1 "server: listen $AT" ./server -u -s "$AT"
  dies_of fail_accept=1 'server: accept' ./server -u -s "$AT"
  dies_of fail_socket=1 'client: socket' ./client -s "$AT"
  start_server server -u
  dies_of fail_getsockopt=1 'client: getsockopt SO_PEERCRED' ./client -s "$AT"
  dies_of fail_fork=1 'client: fork' ./client -f -s "$AT"
  stop server
  dies_of fail_socket=1 'receiver: socket' ./receiver -s "$PLACE/letters"
  dies_of fail_setsockopt=1 'receiver: setsockopt SO_RCVBUF' ./receiver -s "$PLACE/letters"
  dies_of fail_poll=1 'receiver: poll' ./receiver -s "$PLACE/letters"
  dies_of fail_socket=1 'sender: socket' ./sender -s "$PLACE/letters"
  dies_of fail_socketpair=1 'parent: socketpair' ./pair
  dies_of fail_fork=1 'parent: fork' ./pair
  dies_of fail_socketpair=1 'opener: socketpair' ./passfd "$BATS_TEST_FILENAME"
  dies_of fail_fork=1 'opener: fork' ./passfd "$BATS_TEST_FILENAME"
  dies_of fail_socketpair=1 'race: a pair of sockets' ./race
  dies_of fail_listen=1 'race: a pair of sockets' ./race
  dies_of fail_fork=1 'race: fork' ./race
}

@test "a client whose ids the server cannot get is lost, and the next one is served" {
  place
  faulty fail_getsockopt=1 ./server -s "$AT"
  start server "${FAULTY[@]}"
  await server '^server: listening on '
  run ./client -s "$AT"
  assert_failure 1
  assert_line 'client: no answer came'
  await server '^server: lost the client: ENOBUFS$'
  run ./client -s "$AT"
  assert_success
  stop server
}
