#!/usr/bin/env bats
# Lab 12 behaves as its README says, failures included. Most of it happens between two hosts, client
# (10.0.1.1) and server (10.0.1.2), on one wire; `wire` is the ladder at the client's end of it.
#
# The golden ladders are what `ladder` draws, with shafts and blanks shortened. They are the same each
# time, on a busy machine too: every next step waits for the state that the last one leads to, and no
# kernel loses patience meanwhile.
load ../../tests/lib/lab.bash
source "$BATS_TEST_DIRNAME/wire.bash"

setup_file() {
  [[ ${SOCKET_LABS_BOX-} ]] || { echo 'run it in scripts/netbox' >&2 && return 1; }
  "$LABS_ROOT/scripts/lib/netbox-line" client,server true >&2 3>&-
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
}

# drop HOST HOOK MATCH - from now on, and counts what is dropped.
drop() {
  on "$1" nft "table ip t { chain c { type filter hook $2 priority 0; $3 counter drop; }; }"
}

# dropped HOST - how many.
dropped() {
  on "$1" nft list chain ip t c | sed -nE 's/.* packets ([0-9]+) .*/\1/p'
}

watch() {
  start wire on client ./ladder -i eth0 -p 5012 -e
  await wire 'listening on eth0'
}

serve() {
  start server on server ./server -b 10.0.1.2 "$@"
  await server 'listening on 10.0.1.2:5012'
}

# connect ARGUMENT... - a client; PORT is its port.
connect() {
  start client on client ./client -b 10.0.1.2 "$@"
  await client 'connected'
  PORT=$(sed -nE 's/^client: connected 10\.0\.1\.1:([0-9]+) -> .*/\1/p' "$(out client)")
}

# makes NAME CALL REGEX - types the call, and waits for the line that tells of it.
makes() {
  say_to "$1" "$2"
  await "$1" "$3"
}

# sockets HOST FILTER... - ss's lines about the connection.
sockets() {
  local host=$1
  shift
  on "$host" ss -Htn "$@" "( sport = :$PORT or dport = :$PORT )"
}

is_in() {
  [[ -n $(sockets "$1" state "$2") ]]
}

# reaches HOST STATE [HOST STATE] - waits until its kernel says so; for `closed`, that it knows nothing.
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

# all_acked HOST - the other end has acknowledged all that it sent.
all_acked() {
  wait_until acked "$1" || fail "$1 still waits for an acknowledgement: $(sockets "$1")"
}

# ladder_is - compares what the ladder drew with standard input.
ladder_is() {
  stop wire INT
  run sed -E '1 s/.*//; /./! d; s/ +/ /g; s/-{2,}/--/g; s/^ //; s/ $//' "$(out wire)"
  assert_output "$(cat)"
}

# --- the nine exchanges ---

@test "exchange 1, the handshake in general: three segments to open, three to close" {
  # A server that is quick to close gives its kernel no time for a lone ACK. Should a busy machine be
  # slower than the 40 ms that ACK may wait, it does not get through.
  drop server output 'tcp sport 5012 tcp flags == ack'
  watch
  serve send eof close
  connect recv close
  expect_status client 0
  reaches server closed client time-wait
  ladder_is <<'END'
SYN-SENT |-- SYN seq=0 -->| LISTEN
|<-- SYN,ACK seq=0 ack=1 --| SYN-RECEIVED
ESTABLISHED |-- ACK ack=1 -->| ESTABLISHED
|<-- PSH,ACK seq=1 ack=1 len=10 "Thank you\n" --|
|-- ACK ack=11 -->|
FIN-WAIT-1 |-- FIN,ACK seq=1 ack=11 -->|
FIN-WAIT-2 |<-- FIN,ACK seq=11 ack=2 --| LAST-ACK
TIME-WAIT |-- ACK ack=12 -->| CLOSED
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
LAST-ACK |-- FIN,ACK seq=1 ack=12 -->|
CLOSED |<-- ACK ack=2 --| TIME-WAIT
END
}

@test "exchange 3, the client closes first: the same with the sides changed" {
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
|<-- FIN,ACK seq=11 ack=2 --| LAST-ACK
TIME-WAIT |-- ACK ack=12 -->| CLOSED
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
CLOSING |-- ACK ack=12 -->| TIME-WAIT
TIME-WAIT |<-- ACK ack=2 --|
END
}

@test "exchange 5, half-close: who has said FIN still receives" {
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
|<-- FIN,ACK seq=11 ack=2 --| LAST-ACK
TIME-WAIT |-- ACK ack=12 -->| CLOSED
END
}

@test "exchange 6, reset: no goodbye, no TIME-WAIT, an error at the other end" {
  watch
  serve -s
  connect -s
  makes server send 'sent 10 bytes'
  all_acked server
  makes server reset reset
  reaches server closed client closed
  say_to client eof
  expect_status client 1
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

@test "exchange 7, refused: nobody listens, the answer to SYN is a reset" {
  watch
  run on client ./client -b 10.0.1.2
  assert_failure 1
  assert_output 'client: connect 10.0.1.2:5012: Connection refused [ECONNREFUSED]'
  ladder_is <<'END'
SYN-SENT |-- SYN seq=0 -->| LISTEN
CLOSED |<-- RST,ACK seq=1 ack=1 (refused) --| CLOSED
END
}

@test "exchange 8, no answer: SYN again and again, until connect gives up" {
  # Some kernels begin with several retries a second apart; some can be told a longest pause.
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
  patience 10s server
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
LAST-ACK |-- FIN,ACK seq=1 ack=12 -->|
CLOSED |<-- ACK ack=2 --| TIME-WAIT
END
}
