#!/usr/bin/env bats
# Lab 08's programs behave as its README says, failures included. scripts/lib/behaviour.bash defines the words.
# tools: gnuplot strace
# shellcheck disable=SC2030,SC2031  # each test sets its own
load ../../scripts/lib/behaviour.bash

# serve SERVER [OPTION...] - starts it as `server`; its queue and its buffers are the same on every machine.
serve() {
  echo '4096 16384 65536' >/proc/sys/net/ipv4/tcp_rmem
  echo '4096 16384 65536' >/proc/sys/net/ipv4/tcp_wmem
  start server "./$1" "${@:2}"
  await server '^server: listening on 127\.0\.0\.1:5008$'
}

# serve_with LIMIT SERVER [OPTION...] - the same, with so many descriptors.
serve_with() {
  start server bash -c "ulimit -n $1; exec ./${*:2}"
  await server '^server: listening on 127\.0\.0\.1:5008$'
}

# load OPTION... - the load client.
load_client() {
  run become timeout -k 1 60 ./load "$@"
  assert_success
}

# served NUMBER OPTION... - so many of the 20 are served.
served() {
  load_client "${@:2}"
  assert_line "load: $1 of 20 clients served"
}

# accepted - prints how many connections the server has (epoll's own descriptor counts as one); tasks, how many
# processes and threads it consists of.
accepted() {
  local all=("/proc/${PID[server]}/fd"/*)
  echo $((${#all[@]} - 4))
}

tasks() {
  ps -L -o lwp= --pid "${PID[server]}" --ppid "${PID[server]}" | wc -l
}

says() {
  [[ $("${@:2}") == "$1" ]]
}

in_state() {
  ss -Htn state "$1" dport = 5008 | wc -l
}

# --- who waits for whom ---

@test "alone: each server serves all 20" {
  local server
  for server in iterative fork thread pool poll epoll; do
    serve "$server"
    served 20
    served 20 -b 1024
    served 20 -b 1 -n 200
    assert_line --regexp '^load: 200 round trips, [0-9]+\* a second$'
    stop server
    assert_equal "$(tail -n 1 "$(out server)")" "server: stopped"
  done
}

@test "silent clients: they stop the iterative server and the pool, and no other" {
  local server
  serve iterative
  served 0 -s 1
  served 20 # that one has left
  stop server
  serve pool
  served 20 -s 3
  served 0 -s 4
  served 20
  stop server
  serve pool -n 5
  served 20 -s 4
  served 0 -s 5
  stop server
  for server in fork thread poll epoll; do
    serve "$server"
    served 20 -s 8
    assert_line 'load: 8 silent clients connected'
    stop server
  done
}

@test "one that never reads: it stops the iterative server and poll -b, and no other" {
  local server
  for server in iterative 'poll -b'; do
    # shellcheck disable=SC2086 # words
    serve $server
    served 0 -f 1
    assert_line --regexp '^load: a client that never reads: [0-9]+\* bytes taken from it$'
    served 20
    stop server
  done
  for server in fork thread pool poll epoll; do
    serve "$server"
    served 20 -f 2
    stop server
  done
}

@test "a slow one: the iterative server makes all as slow, the others do not" {
  local server
  serve iterative
  served 0 -d 1 -t 200
  served 20 -d 1 -t 5000
  stop server
  for server in fork thread pool poll epoll; do
    serve "$server"
    served 20 -d 2 -t 200
    stop server
  done
}

@test "what a client sends comes back, byte for byte, however much it is before it reads" {
  local server
  head -c 3000000 /dev/urandom >"$BATS_TEST_TMPDIR/sent"
  for server in iterative fork thread pool poll 'poll -b' epoll; do
    # shellcheck disable=SC2086 # words
    serve $server
    timeout -k 1 60 socat -t 10 - TCP:127.0.0.1:5008 <"$BATS_TEST_TMPDIR/sent" >"$BATS_TEST_TMPDIR/back"
    cmp "$BATS_TEST_TMPDIR/sent" "$BATS_TEST_TMPDIR/back"
    stop server
  done
}

@test "poll and epoll read nothing more from one who does not read, and send the rest when it does" {
  local server fd
  head -c 600000 /dev/urandom >"$BATS_TEST_TMPDIR/sent"
  for server in poll epoll; do
    serve "$server"
    exec {fd}<>/dev/tcp/127.0.0.1/5008
    # It stops when nobody takes more; then it reads.
    cat "$BATS_TEST_TMPDIR/sent" >&"$fd" &
    wait_until stuck
    memory_is_small
    head -c 600000 <&"$fd" >"$BATS_TEST_TMPDIR/back"
    wait $!
    exec {fd}>&-
    cmp "$BATS_TEST_TMPDIR/sent" "$BATS_TEST_TMPDIR/back"
    stop server
  done
}

# True if the client waits for room, and nobody moves.
stuck() {
  local before
  before=$(ss -Htn '( sport = 5008 or dport = 5008 )')
  [[ $before =~ ESTAB\ +[0-9]+\ +[1-9] ]] && pause 0.2 && [[ $(ss -Htn '( sport = 5008 or dport = 5008 )') == "$before" ]]
}

memory_is_small() {
  [[ -n ${SAN-} ]] || (($(awk '/^RssAnon:/ { print $2 }' "/proc/${PID[server]}/status") < 1000)) ||
    fail "the server keeps more than a rest: $(grep RssAnon "/proc/${PID[server]}/status")"
}

@test "clients that are reset in the middle leave nothing behind" {
  local pair server i
  for pair in iterative:0 fork:0 thread:0 pool:0 poll:0 epoll:1; do
    server=${pair%:*}
    serve "$server"
    served 20
    for ((i = 0; i < 20; i++)); do
      socat -u OPEN:/dev/zero,readbytes=100000 TCP:127.0.0.1:5008,linger=0 2>/dev/null || true
    done
    served 20
    wait_until says "${pair#*:}" accepted || fail "$server has $(accepted) connections"
    stop server
  done
}

# --- processes, threads, descriptors ---

@test "fork and thread have one task for each client, pool always the same number, poll and epoll one" {
  local pair server
  for pair in iterative:1 fork:6 thread:6 pool:5 poll:1 epoll:1; do
    server=${pair%:*}
    serve "$server"
    start load ./load -c 0 -s 5 -k
    await load '5 silent clients connected'
    wait_until says "${pair#*:}" tasks || fail "$server has $(tasks) tasks"
    type_eof load
    finish load
    wait_until says "$([[ $server == pool ]] && echo 5 || echo 1)" tasks || fail "$server keeps $(tasks) tasks"
    stop server
  done
}

@test "fork leaves no zombie, and its children end with it" {
  serve fork
  served 20
  wait_until says 1 tasks
  start load ./load -c 0 -s 3 -k
  await load '3 silent clients'
  wait_until says 4 tasks
  interrupt server KILL
  finish server 137
  wait_until says 0 pgrep -c -x fork
  start server ./fork
  await server listening # no child has kept the port
}

@test "an idle client costs at most 512 bytes of poll's and epoll's own memory, 8,000 of them" {
  [[ -z ${SAN-} ]] || skip "sanitizers have memory of their own"
  (($(ulimit -Hn) > 8100)) || skip "this login may have only $(ulimit -Hn) descriptors"
  run ./cost.sh 8000 epoll poll
  assert_success
  local line
  for line in 1 2; do
    read -r _ clients bytes _ tasks <<<"${lines[line]}"
    assert_equal "$clients $tasks" '8000 1'
    ((${bytes%\*} <= 512)) || fail "${lines[line]}"
  done
}

@test "a thousand clients at the same time, each is served" {
  local server
  for server in poll epoll; do
    serve "$server"
    load_client -c 1000 -n 5000 -t 10000
    assert_line 'load: 1000 of 1000 clients served'
    assert_line --regexp '^load: 5000 round trips'
    stop server
  done
}

@test "two system calls a round trip, and a part of a wait" {
  [[ -z ${SAN-} ]] || skip "sanitizers make calls of their own"
  local server calls traced
  for server in poll epoll; do
    start server strace -f -c -o "$BATS_TEST_TMPDIR/calls" "./$server"
    await server listening
    load_client -c 64 -n 6400 -t 10000
    wait_until closed 5008                                                        # the server has noticed that all have left
    read -r traced _ <"/proc/${PID[server]}/task/${PID[server]}/children" || true # it has no newline
    kill "$traced"
    finish server
    calls=$(awk '$NF == "recvfrom" || $NF == "sendto" { sum += $4 } END { print sum }' "$BATS_TEST_TMPDIR/calls")
    # One recv more for each client, which finds that it has left.
    assert_equal "$calls" $((2 * 6400 + 64))
    calls=$(awk '$NF == "poll" || $NF == "epoll_wait" { print $4 }' "$BATS_TEST_TMPDIR/calls")
    ((calls < 6400)) || fail "$server waited $calls times"
  done
}

# --- limits ---

@test "no descriptor left: poll and epoll wait until one leaves, poll -s spins" {
  local server
  for server in poll epoll 'poll -s'; do
    serve_with 20 "$server"
    start load ./load -c 0 -s 40 -k
    await load '40 silent clients connected'
    await server '^server: cannot accept: EMFILE: .*RLIMIT_NOFILE, ulimit -n'
    assert_equal "$(($(accepted) + 4))" 20
    if [[ $server == *-s ]]; then
      wait_until has_state "${PID[server]}" R
      spins || fail "it sleeps"
    else
      wait_until is_asleep "${PID[server]}"
      ! spins || fail "it spins"
    fi
    type_eof load
    finish load
    served 20
    assert_equal "$(grep -c EMFILE "$(out server)")" 1
    stop server
  done
}

# True if it takes 50 ms of processor time before 40 pauses are over.
spins() {
  local used before turn
  read -r before _ <"/proc/${PID[server]}/schedstat"
  for ((turn = 0; turn < 40; turn++)); do
    pause 0.01
    read -r used _ <"/proc/${PID[server]}/schedstat"
    ((used - before < 50000000)) || return 0
  done
  return 1
}

@test "no descriptor left: who waits is served when another one leaves" {
  local server
  for server in thread pool poll epoll; do
    serve_with 12 "$server"
    served 20 -s 3 -t 900 # less than the second after which poll and epoll look again in any case
    stop server
  done
}

@test "the load client says which limit it has met" {
  serve poll
  # A leak checker would need a descriptor at its end.
  run become env ASAN_OPTIONS=detect_leaks=0 bash -c 'ulimit -n 100; exec ./load -c 0 -s 200'
  assert_success
  assert_line --regexp '^load: 9[0-9] silent clients connected$'
  assert_line --partial 'the next one: EMFILE: this process may have no more descriptors (RLIMIT_NOFILE, ulimit -n)'
  run become env ASAN_OPTIONS=detect_leaks=0 bash -c 'ulimit -n 50; exec ./load -c 100'
  assert_line --regexp '^load: client 4[0-9]: EMFILE'
  echo 50000 50009 >/proc/sys/net/ipv4/ip_local_port_range
  load_client -c 0 -s 20
  assert_line --regexp '^load: the next one: EADDRNOTAVAIL: no port is left'
  echo 32768 60999 >/proc/sys/net/ipv4/ip_local_port_range
  stop server
  load_client -c 3 -p 5208 # a port that nobody has had: one in TIME_WAIT answers otherwise
  assert_line 'load: client 1: ECONNREFUSED'
  assert_line 'load: 0 of 3 clients served'
}

@test "a soft limit is raised to the hard one, by servers and load client" {
  start server bash -c 'ulimit -Sn 20; ulimit -Hn 200; exec ./poll'
  await server listening
  run become bash -c 'ulimit -Sn 20; ulimit -Hn 200; exec ./load -c 0 -s 100'
  assert_line 'load: 100 silent clients connected'
  assert_equal "$(cat "$(out server)")" 'server: listening on 127.0.0.1:5008'
}

@test "a queue of length n has room for n + 1, the next one's SYN is sent again until there is room" {
  local length
  for length in 0 1 3; do
    serve iterative -l "$length"
    start alice ./load -c 0 -s 1 -k
    await alice '1 silent'
    wait_until says 1 accepted
    start load ./load -c 0 -s $((length + 2)) -k
    await load "^load: $((length + 1)) silent clients? connected\$"
    await load 'the next one: no answer for 300 ms'
    assert_equal "$(in_state syn-sent)" 1
    NSTAT_HISTORY=$BATS_TEST_TMPDIR/nstat nstat -az TcpExtListenOverflows | grep -qE 'TcpExtListenOverflows +[1-9]'
    type_eof alice
    finish alice # the server takes the first of the queue, and so there is room
    wait_until says 0 in_state syn-sent
    type_eof load
    finish load
    stop server
  done
}

@test "FD_SET beyond 1023 writes behind the set, and the checks notice" {
  local fd
  for fd in 0 1023; do
    run ./fdset "$fd"
    assert_output "fdset: descriptor $fd: 1 in the set, 0 outside of it"
    run ./fdset -u "$fd"
    assert_output "fdset: descriptor $fd: 1 in the set, 0 outside of it"
  done
  for fd in 1024 1100 8191; do
    run ./fdset -u "$fd"
    assert_output "fdset: descriptor $fd: 0 in the set, 1 outside of it"
    run ./fdset "$fd"
    assert_failure
    [[ -n ${SAN-} ]] || assert_equal "$status" 134
  done
  run ./fdset -v 1
  assert_line 'fdset| sizeof(fd_set) = 128, FD_SETSIZE = 1024'
}

# --- wrong servers, wrong use ---

@test "the load client notices a server that gives back something else, or ends" {
  start server socat TCP-LISTEN:5008,bind=127.0.0.1,reuseaddr,fork SYSTEM:'dd bs=64 count=1 conv=ucase status=none'
  wait_until listens
  run become ./load -c 1
  assert_failure 1
  assert_output --partial "load: sent 'a', and 'A' came back"
  interrupt server KILL
  finish server 137
  start server socat TCP-LISTEN:5008,bind=127.0.0.1,reuseaddr,fork SYSTEM:true
  wait_until listens
  load_client -c 2 -t 2000
  assert_line 'load: 0 of 2 clients served'
}

listens() {
  ss -Htln sport = 5008 | grep -q .
}

@test "-v prints the calls, -p 0 lets the kernel choose the port" {
  local server port
  for server in iterative fork thread pool poll epoll; do
    start server "./$server" -v -p 0
    await server '^server: listening on 127\.0\.0\.1:[1-9][0-9]*$'
    port=$(sed -nE 's/.*listening on 127\.0\.0\.1:([0-9]+)$/\1/p' "$(out server)")
    load_client -v -c 1 -p "$port"
    assert_line --regexp '^load\| connect\([0-9]+\) = 0$'
    assert_line 'load: 1 of 1 clients served'
    await server '^server\| accept\([0-9]+\) = [0-9]+$'
    stop server
  done
}

@test "usage errors name the value and the range" {
  local program bad
  for program in iterative fork thread pool poll epoll; do
    run "./$program" -h
    assert_success
    assert_line --index 0 --partial "usage: $program"
    for bad in '-p 65536' '-l 4097'; do
      # shellcheck disable=SC2086 # words
      run "./$program" $bad
      assert_failure 2
      assert_output --partial "'${bad#* }'"
    done
  done
  run ./pool -n 1001
  assert_failure 2
  run ./load -h
  assert_success
  for bad in '-b 0' '-b 1025' '-c 100001' '-d 101' '-f 101' '-n 0' '-p 0' '-s 100001' '-t 0' extra; do
    # shellcheck disable=SC2086 # words
    run ./load $bad
    assert_failure 2
    assert_output --partial "'${bad#* }'"
  done
  for bad in '' -1 8192 '1 2'; do
    # shellcheck disable=SC2086 # words
    run ./fdset $bad
    assert_failure 2
  done
}

@test "a system call that fails is named, with status 1" {
  local server
  for server in iterative fork thread pool poll epoll; do
    dies_of fail_socket=1 'server: listen on 127.0.0.1:5008' "./$server"
    dies_of fail_listen=2 'server: listen on 127.0.0.1:5008' "./$server"
  done
  serve poll
  dies_of fail_socket=1 'load: connect 127.0.0.1:5008' ./load -f 1
}

@test "a limit of processes or threads is told, and that client is let go" {
  faulty fail_fork=1 ./fork
  start server "${FAULTY[@]}"
  await server listening
  served 19
  await server '^server: cannot fork: ENOBUFS'
}

@test "the picture and the table: a row for each" {
  builtin type gnuplot || skip "there is no gnuplot: scripts/setup gnuplot installs it"
  cp iterative fork thread pool poll epoll load "$BATS_TEST_TMPDIR"
  sed 's/^CLIENTS=.*/CLIENTS=(1 8)/; s/^TRIPS=.*/TRIPS=200/; s/^TURNS=.*/TURNS=1/' "$BATS_TEST_DIRNAME/picture.sh" >"$BATS_TEST_TMPDIR/picture.sh"
  cp "$BATS_TEST_DIRNAME/cost.sh" "$BATS_TEST_TMPDIR"
  chmod +x "$BATS_TEST_TMPDIR/picture.sh"
  cd "$BATS_TEST_TMPDIR" || return
  mkdir -p labs/08-concurrent-servers
  LAB_DIR=$BATS_TEST_TMPDIR/labs/08-concurrent-servers run ./picture.sh
  assert_success
  assert_line --regexp '^ +1  \|#* *\| +[1-9][0-9]*$'
  assert_line --regexp '^ +8  \|#* *\| +[1-9][0-9]*$'
  assert_line 'all servers: .build/08-concurrent-servers/clients.svg'
  run tail -n 2 .build/08-concurrent-servers/clients.svg
  assert_output --partial '</svg>'
  run ./cost.sh 50
  assert_success
  assert_line --regexp '^epoll +50 .* 1$'
  assert_line --regexp '^fork +50 .* 51$'
}
