#!/usr/bin/env bats
# Lab 12 behaves as its README says, failures included. Most tests use two hosts, client (10.0.1.1) and
# server (10.0.1.2), on one wire; `wire` is the ladder at the client's end.
#
# The expected ladders are what `ladder` draws, with shorter shafts and blanks. They are the same each
# time, even on a busy machine: each step waits for the state that the last one leads to, and no kernel
# sends anything again in the meantime.
# shellcheck disable=SC2016  # what is in single quotes is for a shell of its own
# needs: nft line packet [ipv6]
load ../../scripts/lib/behaviour.bash
source "$BATS_TEST_DIRNAME/wire.bash"

# A sanitizer's report must not look like status 1, which the programs use themselves.
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99

setup_file() {
  [[ ${SOCKET_LABS_BOX-} ]] || { echo 'run it in scripts/netbox' >&2 && return 1; }
  "$LABS_ROOT/scripts/netbox.d/line" client,server true >&2 3>&-
  export PATH=$PATH:/run/bin
  calm_hosts
}

teardown() {
  local host
  on client sysctl -qew net.ipv4.tcp_rto_max_ms=120000
  for host in client server; do
    on "$host" nft flush ruleset
    release "$host"
  done
  kill_started
  if grep -sE 'Sanitizer|runtime error' "$BATS_TEST_TMPDIR"/*.err; then return 1; fi
}

# drop HOST HOOK MATCH - from now on HOST drops what matches, and counts it.
drop() {
  on "$1" nft "table ip t { chain c { type filter hook $2 priority 0; $3 counter drop; }; }"
}

# dropped HOST - prints how many it has dropped.
dropped() {
  on "$1" nft list chain ip t c | sed -nE 's/.* packets ([0-9]+) .*/\1/p'
}

watch() {
  start wire on client ./ladder/ladder -i eth0 -p 5012 -e
  await wire 'listening on eth0'
}

serve() {
  start server on server ./server -b 10.0.1.2 "$@"
  await server 'listening on 10.0.1.2:5012'
}

# connect ARGUMENT... - starts a client; sets PORT to its port.
connect() {
  start client on client ./client -b 10.0.1.2 "$@"
  await client 'connected'
  PORT=$(sed -nE 's/^client: connected 10\.0\.1\.1:([0-9]+) -> .*/\1/p' "$(out client)")
}

# makes ROLE CALL REGEX - types the call, and waits for the line that reports it.
makes() {
  type "$1" "$2"
  await "$1" "$3"
}

# sockets HOST FILTER... - prints ss's lines about the connection.
sockets() {
  local host=$1
  shift
  on "$host" ss -Htn "$@" "( sport = :$PORT or dport = :$PORT )"
}

is_in() {
  [[ -n $(sockets "$1" state "$2") ]]
}

# reaches HOST STATE [HOST STATE] - waits until HOST's kernel has the connection in STATE; for `closed`,
# until it has no such connection.
reaches() {
  while (($# > 0)); do
    if [[ $2 == closed ]]; then
      wait_until is_gone "$1" || fail "$1 still has $(sockets "$1")"
    else
      wait_until is_in "$1" "$2" || fail "$1 is not in $2, but: $(sockets "$1" state all)"
    fi
    shift 2
  done
}

is_gone() {
  [[ -z $(sockets "$1" state all) ]]
}

acked() {
  [[ $(sockets "$1" state established | awk '{ print $2 }') == 0 ]]
}

# all_acked HOST - waits until the other end has acknowledged all that HOST has sent.
all_acked() {
  wait_until acked "$1" || fail "$1 still waits for an acknowledgement: $(sockets "$1")"
}

# ladder_is - expects that the ladder drew what is on standard input.
ladder_is() {
  stop wire INT
  grep -q ', none dropped by the kernel$' "$(err wire)"
  run sed -E '1 s/.*//; /./! d; s/ +/ /g; s/-{2,}/--/g; s/^ //; s/ $//' "$(out wire)"
  assert_output "$(cat)"
}

# --- the nine exchanges ---

@test "exchange 1, the handshake in general: three segments to open, three to close" {
  # A server that closes at once leaves its kernel no time for a lone ACK. If a busy machine needs more
  # than the few milliseconds that this ACK waits, this rule drops it.
  drop server output 'tcp sport 5012 tcp flags == ack'
  watch
  serve send eof close
  connect recv close
  finish client
  reaches server closed client time-wait
  ladder_is <<'END'
SYN-SENT |-- SYN seq=0 -->| LISTEN
|<-- SYN,ACK seq=0 ack=1 --| SYN-RECEIVED
ESTABLISHED |-- ACK ack=1 -->| ESTABLISHED
|<-- PSH,ACK seq=1 ack=1 len=10 "Thank you\n" --|
|-- ACK ack=11 -->|
FIN-WAIT-1 |-- FIN,ACK seq=1 ack=11 -->|
FIN-WAIT-2 | | CLOSE-WAIT
TIME-WAIT |<-- FIN,ACK seq=11 ack=2 --| LAST-ACK
|-- ACK ack=12 -->| CLOSED
END
}

@test "exchange 2, the server closes first: FIN and ACK from each end, TIME-WAIT at the server" {
  watch
  serve -s
  connect -s
  makes server send 'sent 10 bytes'
  all_acked server
  makes server close closed
  reaches server fin-wait-2 client close-wait
  makes client eof 'end of the stream'
  makes client close closed
  reaches server time-wait client closed
  ladder_is <<'END'
SYN-SENT |-- SYN seq=0 -->| LISTEN
|<-- SYN,ACK seq=0 ack=1 --| SYN-RECEIVED
ESTABLISHED |-- ACK ack=1 -->| ESTABLISHED
|<-- PSH,ACK seq=1 ack=1 len=10 "Thank you\n" --|
|-- ACK ack=11 -->|
|<-- FIN,ACK seq=11 ack=1 --| FIN-WAIT-1
CLOSE-WAIT |-- ACK ack=12 -->| FIN-WAIT-2
LAST-ACK |-- FIN,ACK seq=1 ack=12 -->| TIME-WAIT
CLOSED |<-- ACK ack=2 --|
END
}

@test "exchange 3, the client closes first: the same with the sides swapped" {
  watch
  serve -s
  connect -s
  makes server send 'sent 10 bytes'
  all_acked server
  makes client recv 'got 10 bytes'
  makes client close closed
  reaches client fin-wait-2 server close-wait
  makes server eof 'end of the stream'
  makes server close closed
  reaches client time-wait server closed
  ladder_is <<'END'
SYN-SENT |-- SYN seq=0 -->| LISTEN
|<-- SYN,ACK seq=0 ack=1 --| SYN-RECEIVED
ESTABLISHED |-- ACK ack=1 -->| ESTABLISHED
|<-- PSH,ACK seq=1 ack=1 len=10 "Thank you\n" --|
|-- ACK ack=11 -->|
FIN-WAIT-1 |-- FIN,ACK seq=1 ack=11 -->|
FIN-WAIT-2 |<-- ACK ack=2 --| CLOSE-WAIT
TIME-WAIT |<-- FIN,ACK seq=11 ack=2 --| LAST-ACK
|-- ACK ack=12 -->| CLOSED
END
}

@test "exchange 4, both close at once: the FINs cross, both ends pass CLOSING" {
  watch
  serve -s
  connect -s
  makes server send 'sent 10 bytes'
  all_acked server
  makes client recv 'got 10 bytes'
  hold client
  hold server
  makes client close closed
  makes server close closed
  reaches client fin-wait-1 server fin-wait-1
  release client
  reaches server closing client fin-wait-1
  release server
  reaches client time-wait server time-wait
  ladder_is <<'END'
SYN-SENT |-- SYN seq=0 -->| LISTEN
|<-- SYN,ACK seq=0 ack=1 --| SYN-RECEIVED
ESTABLISHED |-- ACK ack=1 -->| ESTABLISHED
|<-- PSH,ACK seq=1 ack=1 len=10 "Thank you\n" --|
|-- ACK ack=11 -->|
FIN-WAIT-1 |-- FIN,ACK seq=1 ack=11 -->|
|<-- FIN,ACK seq=11 ack=1 --| FIN-WAIT-1
CLOSING |-- ACK ack=12 -->| CLOSING
TIME-WAIT |<-- ACK ack=2 --| TIME-WAIT
END
}

@test "exchange 5, half-close: an end that has sent FIN still receives" {
  watch
  serve -s
  connect -s
  makes client shutdown 'shut down'
  reaches client fin-wait-2 server close-wait
  makes server eof 'end of the stream'
  makes server send 'sent 10 bytes'
  server_acked() { [[ $(sockets server state close-wait | awk '{ print $2 }') == 0 ]]; }
  wait_until server_acked
  makes client recv 'got 10 bytes'
  makes server close closed
  reaches client time-wait server closed
  makes client eof 'end of the stream'
  makes client close closed
  ladder_is <<'END'
SYN-SENT |-- SYN seq=0 -->| LISTEN
|<-- SYN,ACK seq=0 ack=1 --| SYN-RECEIVED
ESTABLISHED |-- ACK ack=1 -->| ESTABLISHED
FIN-WAIT-1 |-- FIN,ACK seq=1 ack=1 -->|
FIN-WAIT-2 |<-- ACK ack=2 --| CLOSE-WAIT
|<-- PSH,ACK seq=1 ack=2 len=10 "Thank you\n" --|
|-- ACK ack=11 -->|
TIME-WAIT |<-- FIN,ACK seq=11 ack=2 --| LAST-ACK
|-- ACK ack=12 -->| CLOSED
END
}

@test "exchange 6, reset: no FIN, no TIME-WAIT, an error at the other end" {
  watch
  serve -s
  connect -s
  makes server send 'sent 10 bytes'
  all_acked server
  makes server reset reset
  reaches server closed client closed
  type client eof
  finish client 1
  await client 'got 10 bytes'
  await client 'ECONNRESET'
  ladder_is <<'END'
SYN-SENT |-- SYN seq=0 -->| LISTEN
|<-- SYN,ACK seq=0 ack=1 --| SYN-RECEIVED
ESTABLISHED |-- ACK ack=1 -->| ESTABLISHED
|<-- PSH,ACK seq=1 ack=1 len=10 "Thank you\n" --|
|-- ACK ack=11 -->|
CLOSED |<-- RST,ACK seq=11 ack=1 --| CLOSED
END
}

@test "exchange 7, refused: no program listens, and the answer to SYN is a reset" {
  watch
  run on client ./client -b 10.0.1.2
  assert_failure 1
  assert_output 'client: connect 10.0.1.2:5012: Connection refused [ECONNREFUSED]'
  ladder_is <<'END'
SYN-SENT |-- SYN seq=0 -->| LISTEN
CLOSED |<-- RST,ACK seq=0 ack=1 (refused) --| CLOSED
END
}

@test "exchange 8, no answer: SYN again and again, until connect gives up" {
  # Some kernels begin with several retries a second apart; some have a setting for the longest pause.
  on client sysctl -qw net.ipv4.tcp_syn_retries=2
  on client sysctl -qew net.ipv4.tcp_syn_linear_timeouts=0 net.ipv4.tcp_rto_max_ms=1000
  drop server input 'tcp dport 5012'
  watch
  run on client ./client -b 10.0.1.2
  assert_failure 1
  assert_output 'client: connect 10.0.1.2:5012: Connection timed out [ETIMEDOUT]'
  assert_equal "$(dropped server)" 3
  ladder_is <<'END'
SYN-SENT |-- SYN seq=0 --X | LISTEN
|-- SYN seq=0 (sent again) --X |
|-- SYN seq=0 (sent again) --X |
END
}

@test "exchange 9, data lost: sent again, and neither program notices" {
  patience 1s server
  drop client input 'tcp sport 5012 tcp flags & psh == psh numgen inc mod 1000 == 0'
  watch
  serve -s
  connect -s
  patience 100s server
  makes server send 'sent 10 bytes'
  makes client recv 'got 10 bytes: Thank you'
  assert_equal "$(dropped client)" 1
  all_acked server
  makes server close closed
  reaches server fin-wait-2 client close-wait
  makes client close closed
  reaches server time-wait client closed
  ladder_is <<'END'
SYN-SENT |-- SYN seq=0 -->| LISTEN
|<-- SYN,ACK seq=0 ack=1 --| SYN-RECEIVED
ESTABLISHED |-- ACK ack=1 -->| ESTABLISHED
| X-- PSH,ACK seq=1 ack=1 len=10 "Thank you\n" --|
|<-- PSH,ACK seq=1 ack=1 len=10 "Thank you\n" (sent again) --|
|-- ACK ack=11 -->|
|<-- FIN,ACK seq=11 ack=1 --| FIN-WAIT-1
CLOSE-WAIT |-- ACK ack=12 -->| FIN-WAIT-2
LAST-ACK |-- FIN,ACK seq=1 ack=12 -->| TIME-WAIT
CLOSED |<-- ACK ack=2 --|
END
}

# --- more about closing ---

@test "close with unread data: a reset, and the server learns that the data were not read" {
  watch
  serve -s
  connect -s
  makes server send 'sent 10 bytes'
  all_acked server
  makes client close closed
  reaches server closed client closed
  type server recv
  await server '^server: lost 10\.0\.1\.1:[0-9]+: recv: ECONNRESET$'
  ladder_is <<'END'
SYN-SENT |-- SYN seq=0 -->| LISTEN
|<-- SYN,ACK seq=0 ack=1 --| SYN-RECEIVED
ESTABLISHED |-- ACK ack=1 -->| ESTABLISHED
|<-- PSH,ACK seq=1 ack=1 len=10 "Thank you\n" --|
|-- ACK ack=11 -->|
CLOSED |-- RST,ACK seq=1 ack=11 -->| CLOSED
END
}

@test "send to an end that has closed: the answer is a reset, and the next send fails with EPIPE" {
  serve -s
  connect close
  finish client
  reaches server close-wait
  makes server send 'sent 10 bytes'
  reaches server closed
  type server send
  await server '^server: lost 10\.0\.1\.1:[0-9]+: send: EPIPE$'
}

@test "Recv-Q counts unread data, and a FIN as one" {
  serve send close
  connect -s
  reaches client close-wait
  assert_equal "$(sockets client state close-wait | awk '{ print $1 }')" 11
  type client eof
  await client 'end of the stream'
  assert_equal "$(sockets client state close-wait | awk '{ print $1 }')" 0
}

@test "a server that does not call accept: the kernel does the handshake, and acknowledges" {
  serve -s
  interrupt server STOP
  connect -s
  makes client send 'sent 10 bytes'
  all_acked client
  assert_equal "$(sockets server state established | awk '{ print $1 }')" 10
  interrupt server CONT
  await server "accepted 10.0.1.1:$PORT"
}

# --- the pair, on the loopback ---

# pair - starts a server on this test's own port.
pair() {
  start server ./server -p "$(port)" "$@"
  await server "^server: listening on 127\.0\.0\.1:$(port)$"
}

port() {
  echo $((5200 + BATS_TEST_NUMBER))
}

# meets ARGUMENT... - runs a client to its end.
meets() {
  run timeout -k 1 "$DEADLINE" ./client -p "$(port)" "$@"
}

still_thanks() {
  meets
  assert_success
  assert_line 'client: got 10 bytes: Thank you'
}

@test "without arguments the server thanks and closes first, and the client reads to the end" {
  pair
  meets
  assert_success
  assert_line --index 0 --regexp "^client: connected 127\.0\.0\.1:[0-9]+ -> 127\.0\.0\.1:$(port)$"
  assert_line --index 1 'client: got 10 bytes: Thank you'
  assert_line --index 2 'client: got the end of the stream'
  assert_line --index 3 'client: closed'
  assert_equal "${#lines[@]}" 4
  await server '^server: closed$'
  stop server
  run cat "$(out server)"
  assert_line --index 1 --regexp '^server: accepted 127\.0\.0\.1:[0-9]+$'
  assert_line --index 2 'server: sent 10 bytes'
  assert_line --index 3 'server: closed'
  assert_line --index 4 'server: stopped'
  wait_until closed "$(port)"
  assert_equal "$(ss -Htn state time-wait "sport = :$(port)" | wc -l)" 1
}

@test "calls are made in the order in which they are given, and close ends them" {
  pair recv send shutdown eof close
  meets send shutdown recv eof
  assert_success
  assert_line --index 1 'client: sent 10 bytes'
  assert_line --index 2 'client: shut down: no more from here'
  assert_line --index 3 'client: got 10 bytes: Thank you'
  assert_line --index 4 'client: got the end of the stream'
  assert_line --index 5 'client: closed'
  await server '^server: closed$'
  run grep -v accepted "$(out server)"
  assert_line --index 1 'server: got 10 bytes: Thank you'
  assert_line --index 2 'server: sent 10 bytes'
  assert_line --index 3 'server: shut down: no more from here'
  assert_line --index 4 'server: got the end of the stream'
}

@test "step by step: an unknown call is reported, and Ctrl-D closes" {
  pair -s
  start client ./client -s -p "$(port)"
  await server accepted
  makes server thanks "^server: no such call: 'thanks'; -h lists them$"
  makes server send 'sent 10 bytes'
  type_eof client
  finish client
  await client '^client: closed$'
  type_eof server
  finish server
  await server '^server: closed$'
  await server '^server: stopped$'
}

@test "a client that is killed sends FIN all the same, and the next one is served" {
  pair eof
  start client ./client -s -p "$(port)"
  await server accepted
  interrupt client KILL
  finish client 137
  await server '^server: got the end of the stream$'
  await server '^server: closed$'
  meets close
  assert_success
}

@test "a client that resets is reported as lost, and the next one is served" {
  pair eof send
  meets reset
  assert_success
  await server '^server: lost 127\.0\.0\.1:[0-9]+: (eof: ECONNRESET|send: EPIPE)$'
  assert_equal "$(readlink "/proc/${PID[server]}/fd"/* | grep -c socket)" 1
  meets shutdown eof
  assert_success
  assert_line 'client: got 10 bytes: Thank you'
}

@test "the server resets: the client gets what came before, then ECONNRESET, with status 1" {
  pair send reset
  start client ./client -p "$(port)"
  finish client 1
  assert_equal "$(<"$(err client)")" 'client: eof: Connection reset by peer [ECONNRESET]'
}

@test "what the other end sends cannot control the terminal" {
  pair recv
  start other bash -c 'printf "\033[2J\a\n" >"/dev/tcp/127.0.0.1/$0"' "$(port)"
  await server '^server: got 6 bytes: \?\[2J\?$'
}

@test "nc is a client, and socat a server" {
  pair
  run timeout -k 1 60 nc 127.0.0.1 "$(port)" </dev/null
  assert_success
  assert_output 'Thank you'
  stop server
  start other socat "TCP-LISTEN:$(port),reuseaddr" 'SYSTEM:echo hello'
  listens() { [[ -n $(ss -Htln "sport = :$(port)") ]]; }
  wait_until listens
  meets
  assert_success
  assert_line 'client: got 6 bytes: hello'
}

@test "IPv6: -b ::1 at both ends" {
  if ! grep -qs ' lo$' /proc/net/if_inet6; then
    skip 'this machine has no IPv6 on lo: sysctl net.ipv6.conf.lo.disable_ipv6=0'
  fi
  start server ./server -b ::1 -p "$(port)"
  await server "^server: listening on \[::1\]:$(port)$"
  run ./client -b ::1 -p "$(port)"
  assert_success
  assert_line --index 0 --regexp "^client: connected \[::1\]:[0-9]+ -> \[::1\]:$(port)$"
}

@test "-v prints the calls of the opening; with -p 0 the kernel chooses the port" {
  start server ./server -v -p 0
  await server '^server: listening on 127\.0\.0\.1:[1-9][0-9]+$'
  await server '^server\| bind\(3, 127\.0\.0\.1:0\) = 0$'
  await server '^server\| listen\(3\) = 0$'
  run become ./client -v -p "$(sed -nE 's/.* listening on .*:([0-9]+)$/\1/p' "$(out server)")"
  assert_success
  assert_line --index 0 'client| socket(SOCK_STREAM) = 3'
  assert_line --index 1 --regexp '^client\| connect\(3, (127\.0\.0\.1:[0-9]+)\) = 0, tcp 127\.0\.0\.1:[0-9]+ -> \1$'
  await server '^server\| accept\(3\) = 4$'
}

# --- ends ---

@test "INT and TERM stop a server that waits for a client, for a call or for data" {
  local signal
  for signal in INT TERM; do
    pair
    stop server "$signal"
    pair -s
    start client ./client -s -p "$(port)"
    await server accepted
    stop server "$signal"
    await server '^server: left 127\.0\.0\.1:[0-9]+: asked to stop$'
    type_eof client
    finish client
    pair eof
    start client ./client -s -p "$(port)"
    await server accepted
    stop server "$signal"
    await server '^server: left 127\.0\.0\.1:[0-9]+: asked to stop$'
    assert_equal "$(tail -n 1 "$(out server)")" 'server: stopped'
    type_eof client
    finish client
  done
}

@test "INT stops a server whose client sends without end" {
  pair eof
  start other bash -c 'exec cat /dev/zero >"/dev/tcp/127.0.0.1/$0"' "$(port)"
  await server 'got'
  stop server INT
}

@test "INT ends the client by that signal, also while its SYN has no answer" {
  pair
  start client ./client -s -p "$(port)"
  await client connected
  interrupt client INT
  finish client 130
  still_thanks
  drop server input 'tcp dport 5012'
  start client on client ./client -b 10.0.1.2
  dialing() { [[ -n $(on client ss -Htn state syn-sent) ]]; }
  wait_until dialing
  interrupt client INT
  finish client 130
}

# --- wrong arguments and other errors ---

@test "a port in use: the second server names EADDRINUSE, and the first one goes on" {
  pair
  run ./server -p "$(port)"
  assert_failure 1
  assert_output "server: listen on 127.0.0.1:$(port): Address already in use [EADDRINUSE]"
  still_thanks
}

@test "no server, a foreign address, an unknown host: a clear message, and status 1" {
  local program
  meets
  assert_failure 1
  assert_output "client: connect 127.0.0.1:$(port): Connection refused [ECONNREFUSED]"
  run ./server -b 192.0.2.1
  assert_failure 1
  assert_output 'server: listen on 192.0.2.1:5012: Cannot assign requested address [EADDRNOTAVAIL]'
  for program in server client; do
    run timeout -k 1 "$DEADLINE" "./$program" -b no.such.host.invalid
    assert_failure 1
    assert_output --regexp "^$program: cannot find host 'no\.such\.host\.invalid': [A-Z]"
  done
}

@test "a bad option or call is named, with status 2; -h lists all of them, with status 0" {
  local program option
  for program in server client; do
    run "./$program" -h
    assert_success
    assert_line --index 0 --regexp "^usage: $program \["
    for option in -b -p -s -v -h send recv eof shutdown close reset; do
      assert_line --regexp "^  $option( |$)"
    done
    refute_line --regexp '.{81}'
    for option in '-p 65536' '-p -1' '-p 12x' '-p ' '-Z' 'thanks' '-s send' \
      'close send' 'reset close'; do
      # shellcheck disable=SC2086  # an option and its value are two words
      run "./$program" $option
      assert_failure 2
      assert_line --index 0 --regexp "^$program: "
      assert_line --index 1 "$program: -h shows the options"
    done
  done
  run ./client -p 0
  assert_failure 2
  assert_line --index 0 "client: -p '0': a server's port is a whole number from 1 to 65535"
  run ./client thanks
  assert_line --index 0 "client: unexpected argument 'thanks'"
  run ./server close send
  assert_line --index 0 "server: unexpected argument 'send'"
}

@test "output that cannot be written is an error, with status 1" {
  local program
  run bash -c "./server -p $(port) >/dev/full"
  assert_failure 1
  assert_output 'server: write to standard output: No space left on device [ENOSPC]'
  pair
  run bash -c "./client -p $(port) >/dev/full"
  assert_failure 1
  assert_output 'client: write to standard output: No space left on device [ENOSPC]'
  for program in server client; do
    run bash -c "./$program -p $(port) >&-"
    assert_failure 1
    assert_output "$program: standard output is closed: Bad file descriptor [EBADF]"
  done
  still_thanks
}

@test "what is shown of received bytes is what came with them, and no newline need end it" {
  start server ./server -p "$(port)" recv recv close
  await server listening
  exec 5<>"/dev/tcp/127.0.0.1/$(port)"
  printf '%060d' 0 >&5
  await server '^server: got 60 bytes: 0{60}$'
  printf ab >&5
  await server '^server: got 2 bytes: ab$'
  exec 5>&-
  stop server
}

@test "a system call that fails is named, with status 1" {
  dies_of fail_socket=1 "server: listen on 127.0.0.1:$(port)" ./server -p "$(port)"
  dies_of fail_listen=1 "server: listen on 127.0.0.1:$(port)" ./server -p "$(port)"
  dies_of fail_accept=1 'server: accept' ./server -p "$(port)"
  dies_of fail_socket=1 "client: connect 127.0.0.1:$(port)" ./client -p "$(port)"
  pair
  dies_of fail_setsockopt=1 'client: reset' ./client -p "$(port)" reset
  dies_of fail_send=1 'client: send' ./client -p "$(port)" send
  dies_of fail_recv=1 'client: recv' ./client -p "$(port)" recv
  still_thanks
}
