#!/usr/bin/env bats
# Lab 09's programs behave as its README says, failures included. scripts/lib/behaviour.bash defines the words.
# netbox: --users
# tools: nc socat
load ../../scripts/lib/behaviour.bash

# Each test has a port of its own. At one that another test has used there would be connections in TIME_WAIT, which answer
# a SYN from the same port for a socket that has gone.
PORT=$((24000 + ${BATS_TEST_NUMBER:-0}))

# worker NAME [ARGUMENT...] - starts a worker of that name, and waits until it listens.
worker() {
  start "$1" ./worker -p "$PORT" -n "$@"
  await "$1" "^worker: $1 listening on 127\.0\.0\.1:$PORT\$"
}

# What a test has changed in the box must not meet the next one.
teardown() {
  kill_started
  echo 32768 60999 >/proc/sys/net/ipv4/ip_local_port_range
}

# workers NAME... - starts one after the other, so that the first is number 0.
workers() {
  local name
  for name; do worker "$name"; done
}

# stop_all NAME...
stop_all() {
  local name
  for name; do stop "$name"; done
}

# answered NAME - prints how many clients of the last run this worker has answered.
answered() {
  sed -n "s/^client: $1 answered \([0-9]*\)\*\$/\1/p" <<<"$output" | grep . || echo 0
}

# queue ROLE - prints how many clients wait in the queue of that worker.
queue() {
  ss -Htlnp "sport = :$PORT" | awk -v mine="pid=${PID[$1]}," 'index($0, mine) { print $2 }'
}

all_wait() {
  local sum
  sum=$(ss -Htln "sport = :$PORT" | awk '{ sum += $2 } END { print sum + 0 }')
  ((sum == $1))
}

# freeze ROLE... - stops them (SIGSTOP).
freeze() {
  local role
  for role; do
    interrupt "$role" STOP
    wait_until is_stopped "${PID[$role]}"
  done
}

# arrive NUMBER - that many clients connect, to workers that are stopped.
arrive() {
  start clients ./client -p "$PORT" -n "$1"
  wait_until all_wait "$1"
}

# count [STATUS] - waits for the clients' end. Their count is then $output.
count() {
  finish clients "${1:-0}"
  output=$(<"$(out clients)")
  mapfile -t lines <<<"$output" # for assert_line
}

# --- who gets a client ---

@test "each of four workers gets some of 400 clients, and all are answered" {
  workers w1 w2 w3 w4
  assert_equal "$(ss -Htln "sport = :$PORT" | wc -l)" 4
  run ./client -p "$PORT" -n 400
  assert_success
  assert_line 'client: 400 connections, 0 lost'
  local name sum=0
  for name in w1 w2 w3 w4; do
    (($(answered "$name") > 0))
    sum=$((sum + $(answered "$name")))
  done
  assert_equal "$sum" 400
  stop_all w1 w2 w3 w4
}

@test "a socket may join if all have the option" {
  run ./rules
  assert_success
  assert_output - <<'TABLE'
who has the option   neither      only first   only second  both
TCP, SO_REUSEPORT    EADDRINUSE   EADDRINUSE   EADDRINUSE   shared
UDP, SO_REUSEPORT    EADDRINUSE   EADDRINUSE   EADDRINUSE   shared
TCP, SO_REUSEADDR    EADDRINUSE   EADDRINUSE   EADDRINUSE   EADDRINUSE
UDP, SO_REUSEADDR    EADDRINUSE   EADDRINUSE   EADDRINUSE   shared
TABLE
}

@test "and if all belong to one user" {
  setpriv --reuid 1000 --regid 1000 --clear-groups true 2>/dev/null ||
    skip "this box has no other user: run it by scripts/netbox --users, which says what it needs"
  run ./rules -u 1000
  assert_success
  assert_line 'TCP, SO_REUSEPORT    EADDRINUSE   EADDRINUSE   EADDRINUSE   EADDRINUSE'
  assert_line 'UDP, SO_REUSEPORT    EADDRINUSE   EADDRINUSE   EADDRINUSE   EADDRINUSE'
  assert_line 'UDP, SO_REUSEADDR    EADDRINUSE   EADDRINUSE   EADDRINUSE   shared'
}

@test "where there is no other user, no table is made of that" {
  run ../../scripts/netbox ./rules -u 1000
  assert_failure 1
  assert_line 'rules: cannot become user 1000: run it by scripts/netbox --users'
}

@test "a worker with -x shares with nobody, whoever was first" {
  worker w1
  run ./worker -p "$PORT" -x
  assert_failure 1
  assert_output "worker: listen on 127.0.0.1:$PORT: Address already in use [EADDRINUSE]"
  stop w1
  worker w1 -x
  run ./worker -p "$PORT"
  assert_failure 1
  assert_output --partial '[EADDRINUSE]'
  stop w1
}

@test "a worker starts again beside its connections in TIME_WAIT" {
  worker w1
  ./client -p "$PORT" -n 20 >/dev/null
  stop w1
  assert_equal "$(ss -Htn state time-wait "sport = :$PORT" | wc -l)" 20
  worker w1
  stop w1
}

@test "real peers: socat shares the port, and nc is a client" {
  workers w1
  start other socat TCP-LISTEN:$PORT,bind=127.0.0.1,reuseport,backlog=100,fork SYSTEM:'echo socat'
  wait_until two_listen
  run ./client -p "$PORT" -n 60
  assert_success
  (($(answered w1) > 0 && $(answered socat) > 0 && $(answered w1) + $(answered socat) == 60))
  interrupt other KILL
  finish other 137
  run nc -N 127.0.0.1 "$PORT"
  assert_output w1
  stop w1
}

two_listen() {
  (($(ss -Htln "sport = :$PORT" | wc -l) == 2))
}

@test "all datagrams of one sender come to one socket, those of many to several" {
  local all='' i
  for i in 1 2 3 4; do
    run ./datagrams
    assert_success
    assert_line --regexp 'one sender, eight datagrams: sockets ([0-3])\*( \1\*){7}$'
    all+=$(sed -n 's/.*eight senders, one each: sockets//p' <<<"$output")
  done
  (($(tr ' ' '\n' <<<"$all" | sort -u | grep -c .) > 1))
}

# --- steering ---

@test "a program steers by the client's port: 16 of 16" {
  local i
  workers w0 w1 w2
  worker w3 -s port/4
  run ./client -p "$PORT" -e -n 16 -f 20000
  assert_success
  for i in {0..15}; do assert_line "client: from port $((20000 + i)): w$((i % 4))"; done
  stop_all w0 w1 w2 w3
}

@test "by data, which a SYN does not have: all come to the first" {
  workers w0 w1
  worker w2 -s data/3
  run ./client -p "$PORT" -n 30
  assert_line 'client: w0 answered 30*'
  stop_all w0 w1 w2
}

@test "a datagram has data" {
  run ./datagrams -s data/4
  assert_line 'datagrams: one sender, eight datagrams: sockets 0 1 2 3 0 1 2 3'
  assert_line 'datagrams: eight senders, one each: sockets 0 1 2 3 0 1 2 3'
  run ./datagrams -s data/2
  assert_line 'datagrams: one sender, eight datagrams: sockets 0 1 0 1 0 1 0 1'
  run ./datagrams -s 3
  assert_line 'datagrams: one sender, eight datagrams: sockets 3 3 3 3 3 3 3 3'
}

@test "by processor" {
  workers w0 w1
  worker w2 -s cpu/3
  run taskset -c 0 ./client -p "$PORT" -n 30
  assert_line 'client: w0 answered 30*'
  stop_all w0 w1 w2
}

@test "always to one; when a socket is closed, the last one takes its index" {
  workers w0 w1
  worker w2 -s 0
  run ./client -p "$PORT" -n 30
  assert_line 'client: w0 answered 30*'
  stop w0
  run ./client -p "$PORT" -n 30
  assert_line 'client: w2 answered 30*'
  stop_all w1 w2
}

@test "an index that no socket has is none, and the hash chooses" {
  workers w0
  worker w1 -s 7
  run ./client -p "$PORT" -n 60
  assert_success
  (($(answered w0) > 0 && $(answered w1) > 0))
  stop_all w0 w1
}

# --- a queue dies with its socket ---

@test "clients in the queue of a worker that is killed are reset, exactly those" {
  local lost
  workers w1 w2
  freeze w1 w2
  arrive 40
  lost=$(queue w1)
  assert_equal "$((lost + $(queue w2)))" 40
  interrupt w1 KILL
  finish w1 137
  interrupt w2 CONT
  count 1
  assert_line "client: $lost* reset"
  assert_line "client: w2 answered $((40 - lost))*"
  assert_line "client: 40 connections, $lost* lost"
  stop w2
}

@test "with tcp_migrate_req they come into the other queue" {
  sysctl -qw net.ipv4.tcp_migrate_req=1
  workers w1 w2
  freeze w1 w2
  arrive 40
  interrupt w1 KILL
  finish w1 137
  assert_equal "$(queue w2)" 40
  interrupt w2 CONT
  count
  assert_line 'client: w2 answered 40*'
  sysctl -qw net.ipv4.tcp_migrate_req=0
  stop w2
}

@test "SIGTERM closes at once; with -d the queue is answered before" {
  worker w1
  freeze w1
  arrive 30
  interrupt w1 TERM
  interrupt w1 CONT
  finish w1
  count 1
  assert_line 'client: 30* reset'
  worker w1 -d
  freeze w1
  arrive 30
  interrupt w1 TERM
  interrupt w1 CONT
  finish w1
  count
  assert_line 'client: w1 answered 30*'
}

@test "between the last accept and close the old worker gets clients all the same, and loses them" {
  local lost
  worker w1 -d -l
  worker w2
  interrupt w1 TERM
  await w1 '^worker: w1 stops itself before it closes$'
  wait_until is_stopped "${PID[w1]}"
  freeze w2
  arrive 40
  lost=$(queue w1)
  ((lost > 0))
  interrupt w1 CONT
  finish w1
  interrupt w2 CONT
  count 1
  assert_line "client: $lost* reset"
  stop w2
}

@test "steer, then drain: at the same moment nobody comes to the old one" {
  worker w1 -d -l
  worker w2 -s 1
  interrupt w1 TERM
  await w1 'stops itself'
  wait_until is_stopped "${PID[w1]}"
  freeze w2
  arrive 40
  assert_equal "$(queue w1)" 0
  interrupt w1 CONT
  finish w1
  interrupt w2 CONT
  count
  assert_line 'client: w2 answered 40*'
  stop w2
}

@test "a socket that is handed on keeps its queue, from one worker to the next" {
  local path=$BATS_TEST_TMPDIR/socket
  worker w1 -o "$path"
  freeze w1
  arrive 40
  start w2 ./worker -p "$PORT" -n w2 -i "$path" -o "$path"
  wait_until asks "$path"
  interrupt w1 CONT
  finish w1
  count
  assert_line 'client: w2 answered 40*'
  # The path is w2's now.
  start w3 ./worker -p "$PORT" -n w3 -i "$path"
  finish w2
  await w3 listening
  run ./client -p "$PORT" -n 20
  assert_line 'client: w3 answered 20*'
  stop w3
}

@test "an heir that leaves before it has the socket is none" {
  local path=$BATS_TEST_TMPDIR/socket
  worker w1 -o "$path"
  freeze w1
  socat -u OPEN:/dev/null "UNIX-CONNECT:$path"
  arrive 10
  interrupt w1 CONT
  count
  assert_line 'client: w1 answered 10*'
  stop w1
}

# asks PATH - true if a process waits there to be answered.
asks() {
  [[ $(ss -Hxln src "$1" | awk '{ print $3 }') == 1 ]]
}

@test "a worker ends at SIGTERM and SIGINT although clients keep coming" {
  local signal
  for signal in TERM INT; do
    worker w1
    worker w2 -s 0
    start clients ./client -p "$PORT" -n 200000
    wait_until busy
    stop w1 "$signal"
    running "${PID[clients]}"
    interrupt clients KILL
    finish clients 137
    stop w2
  done
}

# True if many clients have been answered.
busy() {
  (($(ss -Htn state fin-wait-2 "sport = :$PORT" | wc -l) > 100))
}

# --- the client ---

@test "the client counts what was refused, cut short or not answered" {
  run ./client -p "$PORT" -n 20
  assert_failure 1
  assert_line 'client: 20* refused'
  assert_line 'client: 20 connections, 20* lost'
  start other socat TCP-LISTEN:5609,bind=127.0.0.1,fork SYSTEM:'printf half'
  wait_until other_listens
  run ./client -n 3 -p 5609
  assert_failure 1
  assert_line 'client: 3* without an answer'
  interrupt other KILL
  finish other 137
  worker w1
  freeze w1
  run ./client -p "$PORT" -n 20 -t 1
  assert_failure 1
  assert_line 'client: 20* still waiting'
  interrupt w1 KILL
  finish w1 137
}

other_listens() {
  [[ $(ss -Htln 'sport = :5609') ]]
}

@test "-e prints each end, with the error's name" {
  run ./client -p "$PORT" -n 2 -e -f 20200
  assert_line 'client: from port 20200: ECONNREFUSED'
  assert_line 'client: from port 20201: ECONNREFUSED'
}

@test "-r limits how many begin in a second" {
  local start=${EPOCHREALTIME/[.,]/}
  worker w1
  run ./client -p "$PORT" -n 300 -r 1000
  assert_success
  ((${EPOCHREALTIME/[.,]/} - start > 298000))
  # However slow the machine is: with one a second, the first waits long before the fourth comes.
  freeze w1
  start clients ./client -p "$PORT" -n 4 -r 1
  wait_until somebody_waits
  (($(queue w1) < 4))
  interrupt clients KILL
  finish clients 137
  interrupt w1 KILL
  finish w1 137
}

somebody_waits() {
  (($(queue w1) > 0))
}

@test "the limit of open files is raised, or told; all connections are made all the same" {
  worker w1
  run bash -c "ulimit -S -n 40 && ./client -p $PORT -n 500"
  assert_success
  refute_output --partial 'limit'
  run bash -c "ulimit -n 40 && ./client -p $PORT -n 500"
  assert_success
  assert_line --regexp '^client: at most [0-9]+ at once: the limit of open files \(ulimit -n\)$'
  assert_line 'client: 500 connections, 0 lost'
  stop w1
}

@test "ports that run out are told, and no reset" {
  worker w1
  freeze w1
  echo 40000 40099 >/proc/sys/net/ipv4/ip_local_port_range
  start clients ./client -p "$PORT" -n 150
  await clients '^client: at most [0-9]+ at once: no port is left \(sysctl net\.ipv4\.ip_local_port_range\)$'
  interrupt w1 CONT
  count
  assert_line 'client: 150 connections, 0 lost'
  stop w1
}

# --- under load, and the herd ---

@test "ways.sh: steer and hand lose nobody, gap and overlap do, and nothing is left" {
  run "$BATS_TEST_DIRNAME/ways.sh"
  assert_success
  assert_line --index 0 'way       restarts   refused   reset   waiting'
  assert_line --regexp '^gap +[0-9]+\* +[1-9]'
  assert_line --regexp '^overlap +[0-9]+\* +0\* +[1-9]'
  assert_line --regexp '^drain +[0-9]+\* +0\* '
  assert_line --regexp '^steer +[0-9]+\* +0\* +0\* +0\*$'
  assert_line --regexp '^hand +[0-9]+\* +0\* +0\* +0\*$'
  assert_line --regexp '^migrate +[0-9]+\* +0\* '
  assert_equal "$(ss -Htln 'sport = :5409')" ''
  assert_equal "$(sysctl -n net.ipv4.tcp_migrate_req)" 0
}

@test "herd: each way answers all 100, and only a shared socket wakes all four for each" {
  local way
  run ./herd
  assert_success
  for way in 'one socket' 'one, exclusive' SO_REUSEPORT; do
    assert_equal "$(sed -n "s/^$way  *100  *[0-9]*\* *//p" <<<"$output" | awk '{ print $1 + $2 + $3 + $4 }')" 100
  done
  assert_line --regexp '^one socket +100 +4[0-9]{2}\*'
  assert_line --regexp '^one, exclusive +100 +1[0-9]{2}\*'
  assert_line --regexp '^SO_REUSEPORT +100 +1[0-9]{2}\*( +[1-9][0-9]*\*){4}$'
}

# --- what every program does ---

@test "-v prints the calls" {
  start w1 ./worker -p "$PORT" -v -n w1
  await w1 'listening'
  run cat "$(err w1)"
  assert_line --index 0 'worker| setsockopt(4, SO_REUSEPORT, 1) = 0'
  assert_line --index 1 "worker| bind(4, 127.0.0.1:$PORT) = 0"
  assert_line --index 2 'worker| listen(4) = 0'
  run ./client -p "$PORT" -v -n 1
  assert_line --regexp '^client\| connect\([0-9]+\) = (0|-1 EINPROGRESS)$'
  stop w1
  grep -q '^worker| accept(4) = 5$' "$(err w1)"
  run ./client -p "$PORT" -v -n 1
  assert_line --regexp '^client\| connect\([0-9]+\) = -1 (ECONNREFUSED|EINPROGRESS)$'
}

@test "bad options name themselves and the range, with status 2; -h prints the help with status 0" {
  local program option
  for program in worker client rules datagrams herd; do
    run "./$program" -h
    assert_success
    assert_line --index 0 --regexp "^usage: $program "
    for option in '-p 65536' '-p -1' '-p 12x' '-Z' 'extra'; do
      # shellcheck disable=SC2086  # an option and its value are two words
      run "./$program" $option
      assert_failure 2
      assert_line --index 0 --regexp "^$program: "
    done
  done
  for option in '-s 65536' '-s port' '-s port/0' '-s mind/4' '-s data/65536' '-s -1'; do
    # shellcheck disable=SC2086
    run ./worker -p "$PORT" $option
    assert_failure 2
    assert_line --index 0 "worker: -s '${option#* }': a rule is a number, cpu/N, port/N or data/N"
    # shellcheck disable=SC2086
    run ./datagrams $option
    assert_failure 2
  done
  for option in '-n 0' '-n 1000001' '-r 0' '-t 0' '-t 3601' '-f 0' '-f 65530 -n 7' '-p 0'; do
    # shellcheck disable=SC2086
    run ./client -p "$PORT" $option
    assert_failure 2
  done
  run ./client -p "$PORT" -f 65530 -n 6
  assert_failure 1
  run ./worker -p "$PORT" -n sixteen-letters-
  assert_failure 2
  assert_line --index 0 "worker: -n 'sixteen-letters-': a name has 1 to 15 bytes and no blank"
  run ./worker -p "$PORT" -n 'a b'
  assert_failure 2
  run ./worker -p "$PORT" -n ''
  assert_failure 2
  run ./rules -u 0
  assert_failure 2
}

@test "output that cannot be written is an error, with status 1" {
  local program
  for program in 'worker -p 5109' client rules datagrams herd; do
    run bash -c "./$program >/dev/full"
    assert_failure 1
    assert_output --partial '[ENOSPC]'
  done
}

@test "a path at which nobody waits, or where no socket can be, is named" {
  run ./worker -p "$PORT" -i "$BATS_TEST_TMPDIR/nobody"
  assert_failure 1
  assert_output "worker: take a socket from $BATS_TEST_TMPDIR/nobody: No such file or directory [ENOENT]"
  run ./worker -p "$PORT" -o /nowhere/at/all
  assert_failure 1
  assert_output 'worker: wait at /nowhere/at/all: No such file or directory [ENOENT]'
  run ./worker -p "$PORT" -o "/tmp/$(printf '%0108d' 0)"
  assert_failure 1
  assert_output --partial '[ENAMETOOLONG]'
}

@test "a system call that fails is named, with status 1" {
  dies_of fail_socket=1 "worker: listen on 127.0.0.1:$PORT" ./worker -p "$PORT"
  dies_of fail_setsockopt=1 "worker: listen on 127.0.0.1:$PORT" ./worker -p "$PORT"
  dies_of fail_bind=1 "worker: listen on 127.0.0.1:$PORT" ./worker -p "$PORT"
  dies_of fail_listen=1 "worker: listen on 127.0.0.1:$PORT" ./worker -p "$PORT"
  dies_of fail_setsockopt=2 'worker: steer by cpu/4' ./worker -p "$PORT" -s cpu/4
  dies_of fail_poll=1 'worker: serve' ./worker -p "$PORT"
  dies_of fail_socket=2 "worker: wait at $BATS_TEST_TMPDIR/s" ./worker -p "$PORT" -o "$BATS_TEST_TMPDIR/s"
  dies_of fail_listen=2 "worker: wait at $BATS_TEST_TMPDIR/s" ./worker -p "$PORT" -o "$BATS_TEST_TMPDIR/s"
  dies_of fail_socket=1 'client: socket, with 0 open' ./client -p "$PORT"
  dies_of fail_bind=1 'client: bind port 20000' ./client -p "$PORT" -f 20000
  dies_of fail_socket=1 'rules: port 5109' ./rules
  dies_of fail_fork=1 'rules: fork' ./rules
  dies_of fail_socket=1 'datagrams: socket 0 at port 5209' ./datagrams
  dies_of fail_setsockopt=5 'datagrams: steer by 1' ./datagrams -s 1
  dies_of fail_send=1 'datagrams: send' ./datagrams
  dies_of fail_recv=1 'datagrams: recv' ./datagrams
  dies_of fail_socket=1 'herd: start a process' ./herd
  dies_of fail_fork=1 'herd: start a process' ./herd
}
