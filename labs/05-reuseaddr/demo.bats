#!/usr/bin/env bats
# Lab 05 behaves as its README says, failures included.
load ../../scripts/lib/behaviour.bash

# Each test has a port of its own, because what one leaves in TIME_WAIT would disturb the next.
port() {
  echo $((5200 + BATS_TEST_NUMBER))
}

# one_client SERVER_OPTIONS CLIENT_OPTIONS - starts a server, lets it serve one client and end.
one_client() {
  # shellcheck disable=SC2086  # the options are words
  start server ./server -p "$(port)" -n 1 $1
  await server 'listening'
  # shellcheck disable=SC2086
  run ./client -p "$(port)" ${2-}
  assert_success
  finish server
  wait_until closed "$(port)"
}

# time_wait sport|dport - prints how many connections with our port at this end are in TIME_WAIT.
time_wait() {
  ss -H -tn state time-wait "$1 = :$(port)" | wc -l
}

@test "the server closes first: TIME_WAIT is on its side, with a timer, and the port is not free" {
  one_client ''
  assert_line 'client: got Thank you'
  assert_equal "$(time_wait sport)" 1
  run ss -H -tno state time-wait "sport = :$(port)"
  assert_output --regexp 'timer:\(timewait,(5[0-9]|60)sec'
  run ./server -p "$(port)"
  assert_failure 1
  assert_output "server: bind 127.0.0.1:$(port): Address already in use [EADDRINUSE]"
}

@test "the client closes first: TIME_WAIT is on its side, and the port is free" {
  one_client -w -f
  assert_equal "$(time_wait sport)" 0
  assert_equal "$(time_wait dport)" 1
  start server ./server -p "$(port)"
  await server 'listening'
  stop server
}

@test "with SO_REUSEADDR at both starts the server starts again" {
  one_client -r
  assert_equal "$(time_wait sport)" 1
  start server ./server -r -p "$(port)"
  await server 'listening'
  stop server INT
}

@test "SO_REUSEADDR of the new server alone is not enough" {
  one_client ''
  run ./server -r -p "$(port)"
  assert_failure 1
  assert_output --partial '[EADDRINUSE]'
}

@test "a reset leaves no TIME_WAIT, and gives the client an error" {
  start server ./server -l -p "$(port)" -n 1
  await server 'listening'
  run ./client -p "$(port)"
  assert_failure 1
  assert_line 'client: got Thank you'
  assert_line 'client: recv: Connection reset by peer [ECONNRESET]'
  finish server
  assert_equal "$(time_wait sport)" 0
}

@test "each client gets its end at once, while the server goes on" {
  start server ./server -p "$(port)"
  await server 'listening'
  run become timeout -k 1 "$DEADLINE" ./client -p "$(port)"
  assert_success
  stop server
}

@test "SO_REUSEADDR does not let two live servers listen; SO_REUSEPORT does" {
  start server ./server -r -p "$(port)"
  await server 'listening'
  run ./server -r -p "$(port)"
  assert_failure 1
  assert_output --partial '[EADDRINUSE]'
  stop server
  start server ./server -P -p "$(port)"
  await server 'listening'
  start twin ./server -P -p "$(port)"
  await twin 'listening'
  assert_equal "$(ss -H -tln "sport = :$(port)" | wc -l)" 2
  stop twin
  stop server
}

@test "two ports: the third connection that the client closes first gets EADDRNOTAVAIL" {
  sysctl -qw net.ipv4.ip_local_port_range='50000 50001' net.ipv4.tcp_tw_reuse=0
  start server ./server -w -p "$(port)"
  await server 'listening'
  run ./client -f -n 3 -p "$(port)"
  assert_failure 1
  assert_equal "$(grep -c 'closing first' <<<"$output")" 2
  assert_line "client: connect 127.0.0.1:$(port): Cannot assign requested address [EADDRNOTAVAIL]"
  sysctl -qw net.ipv4.ip_local_port_range='32768 60999' net.ipv4.tcp_tw_reuse=2
  stop server
}

@test "the matrix is what the README says" {
  run ./matrix -p 5301
  assert_success
  assert_line --index 2 --regexp '^server +EADDRINUSE +EADDRINUSE +EADDRINUSE +listens$'
  assert_line --index 3 --regexp '^client +listens +listens +listens +listens$'
  assert_line --index 4 --regexp '^server, with a reset +listens +listens +listens +listens$'
}

@test "matrix -v prints what each experiment does" {
  run ./matrix -v -p 5341
  assert_success
  assert_line 'matrix| port 5344: SO_REUSEADDR old 1, new 1; the server closes first, the other end gets end of stream: listens'
  assert_line 'matrix| port 5349: SO_REUSEADDR old 0, new 0; the server closes first, the other end gets ECONNRESET: listens'
  run ./matrix -v -p 65000
  assert_success
  assert_line --partial 'matrix| port 65011: '
}

@test "the matrix needs fresh ports, and says so" {
  ./matrix -p 5321 >/dev/null
  run ./matrix -p 5321
  assert_failure 1
  assert_line --partial 'matrix: port 5321: the experiment needs a port that was not used for a minute'
}

@test "-v prints what each call returns" {
  start server ./server -v -r -n 1 -p "$(port)"
  await server 'listening'
  run become ./client -v -p "$(port)"
  assert_success
  assert_line --regexp "^client\| connect\(3, 127\.0\.0\.1:$(port)\) = 0, tcp "
  assert_line 'client| recv(3) = 10'
  assert_line 'client| recv(3) = 0'
  finish server
  assert_equal "$(head -n 4 "$(err server)")" "server| setsockopt(3, SO_REUSEADDR, 1) = 0
server| setsockopt(3, SO_REUSEPORT, 0) = 0
server| bind(3, 127.0.0.1:$(port)) = 0
server| listen(3) = 0"
}

@test "a server without SO_REUSEADDR gets its port back when TIME_WAIT is over" {
  # The kernel's 60 seconds cannot be changed, but a box that keeps no TIME_WAIT shows the same at once.
  sysctl -qw net.ipv4.tcp_max_tw_buckets=0
  one_client ''
  sysctl -qw net.ipv4.tcp_max_tw_buckets=65536
  assert_equal "$(time_wait sport)" 0
  start server ./server -p "$(port)"
  await server 'listening'
  stop server
}

@test "SIGINT and SIGTERM stop the server with status 0, also while it waits for a client" {
  local signal
  for signal in INT TERM; do
    start server ./server -r -w -p "$(port)"
    await server 'listening'
    start idle nc 127.0.0.1 "$(port)"
    await idle 'Thank you'
    stop server "$signal"
    run grep -c 'closing .* first$' "$(out server)" # the client has not closed
    assert_output 1
    interrupt idle KILL
    finish idle 137
  done
}

@test "bad options name themselves and the range, with status 2; -h prints the help with status 0" {
  local program option
  for program in server client matrix; do
    run "./$program" -h
    assert_success
    assert_line --index 0 --regexp "^usage: $program "
    for option in '-p 65536' '-p -1' '-p 12x' '-p ' '-n 0' '-Z' 'extra'; do
      [[ $program != matrix || $option != -n* ]] || continue
      # shellcheck disable=SC2086  # an option and its value are two words
      run "./$program" $option
      assert_failure 2
      assert_line --index 0 --regexp "^$program: "
    done
  done
  run ./client -p 0
  assert_failure 2
  assert_line --index 0 "client: -p '0': a server's port is a whole number from 1 to 65535"
}

@test "output that cannot be written is an error, with status 1" {
  local program
  for program in server matrix; do
    run bash -c "./$program -p $(port) >/dev/full"
    assert_failure 1
    assert_output --partial '[ENOSPC]'
    run bash -c "./$program -p $(port) >&-"
    assert_failure 1
    assert_output "$program: standard output is closed: Bad file descriptor [EBADF]"
  done
}

@test "no server: a clear message, and status 1" {
  run ./client -p "$(port)"
  assert_failure 1
  assert_output "client: connect 127.0.0.1:$(port): Connection refused [ECONNREFUSED]"
}

@test "a system call that fails is named, with status 1" {
  local port=5400 # far from those that the matrix has used
  local server=(./server -p "$port")
  dies_of fail_socket=1 'server: socket' "${server[@]}"
  dies_of fail_setsockopt=1 'server: setsockopt SO_REUSEADDR' "${server[@]}"
  dies_of fail_setsockopt=2 'server: setsockopt SO_REUSEPORT' "${server[@]}"
  dies_of fail_listen=1 "server: listen on 127.0.0.1:$port" "${server[@]}"
  dies_of fail_accept=1 'server: accept' "${server[@]}"
  dies_of fail_socket=1 "client: connect 127.0.0.1:$port" ./client -p "$port"
  dies_of fail_socket=1 'matrix: socket' ./matrix -p "$port"
  dies_of fail_socket=2 'matrix: connect' ./matrix -p "$port"
  dies_of fail_setsockopt=1 'matrix: setsockopt SO_REUSEADDR' ./matrix -p "$port"
  dies_of fail_accept=1 'matrix: accept' ./matrix -p "$port"
  start server "${server[@]}"
  await server listening
  dies_of fail_recv=1 'client: recv' ./client -p "$port"
  stop server
}
