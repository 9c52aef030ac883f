#!/usr/bin/env bats
# Lab 02 behaves as its README says, failures included.
# needs: nft
# tools: gnuplot
load ../../scripts/lib/behaviour.bash

# A test may leave a rule behind when it fails.
teardown() {
  nft delete table inet loss 2>/dev/null || true
  local pid
  for pid in "${PID[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
}

# serve [OPTION...] - starts the server, and waits until it has bound its port.
serve() {
  start server ./server "$@"
  await server 'bound to'
}

# lose RULE - from now on this rule drops datagrams. Every datagram that arrives is counted first.
lose() {
  nft -f - <<RULES
table inet loss {
  chain in {
    type filter hook input priority 0;
    udp dport 5002 counter comment "arrived"
    udp dport 5002 $1 counter drop comment "lost"
  }
}
RULES
}

# packets WORD - prints how many the rule with that comment has seen.
packets() {
  nft list chain inet loss in | sed -nE "s/.*packets ([0-9]+).*\"$1\".*/\1/p"
}

# column NUMBER - prints that column of the server's line in /proc/net/udp: 5 has the queue, NF the drops.
column() {
  awk -v column="$1" '$2 ~ /:138A$/ {print column == "NF" ? $NF : $column}' /proc/net/udp
}

dropped() { [[ $(column NF) == "$1" ]]; }
something_waits() { [[ $(column 5) != *:00000000 ]]; }
port_is_free() { [[ -z $(column 5) ]]; }
nothing_waits() { [[ $(column 5) == *:00000000 ]]; }
have_arrived() { [[ $(packets arrived) == "$1" ]]; }

# ledger_is RECEIVED BUFFER OVERFLOW - stops the server, and looks at its last line.
ledger_is() {
  stop server INT
  assert_equal "$(tail -n 1 "$(out server)")" \
    "server: ledger: received $1, buffer $2 (SO_MEMINFO), SO_RXQ_OVFL $3"
}

@test "a datagram arrives whole, with its number and its sender" {
  serve
  run ./client -n 2 -l 1234
  assert_success
  assert_output 'client: sent 2 of 2 datagrams to 127.0.0.1:5002'
  await server '^server: number 1, 1234 bytes, from 127\.0\.0\.1:[0-9]+$'
  await server '^server: number 2, 1234 bytes, from 127\.0\.0\.1:[0-9]+$'
  ledger_is 2 0 0
}

@test "0 follows 65535" {
  serve
  run ./client -n 3 -f 65535
  await server 'number 1, '
  run grep -o 'number [0-9]*' "$(out server)"
  assert_output $'number 65535\nnumber 0\nnumber 1'
  ledger_is 3 0 0
}

@test "an empty datagram is a datagram, and one without a number has no number" {
  serve
  run ./client -n 1 -l 0
  assert_success
  await server '^server: no number, 0 bytes, from'
  printf 'hello' >/dev/udp/127.0.0.1/5002
  await server '^server: no number, 5 bytes, from'
  printf 'N#\0' >/dev/udp/127.0.0.1/5002
  await server '^server: no number, 3 bytes, from'
  ledger_is 3 0 0
}

@test "the largest datagram has 65507 bytes: EMSGSIZE beyond" {
  serve
  run ./client -n 1 -l 65507
  assert_success
  await server 'number 1, 65507 bytes, from'
  run ./client -n 1 -l 65508
  assert_failure 1
  assert_line 'client: number 1 not sent: Message too long [EMSGSIZE]'
  assert_line 'client: sent 0 of 1 datagrams to 127.0.0.1:5002'
  ledger_is 1 0 0
}

@test "what does not fit into the reader's memory is cut off, and does not come later" {
  serve -s 50
  run ./client -n 1 -l 50
  run ./client -n 1 -l 51 -f 7
  await server '^server: number 7, 51 bytes \(50 kept: MSG_TRUNC\), from'
  await server '^server: number 1, 50 bytes, from'
  ledger_is 2 0 0
  serve -s 3
  run ./client -n 1
  await server 'no number, 100 bytes \(3 kept'
  ledger_is 1 0 0
}

@test "a connected socket gets the error of a closed port, in every second call" {
  run ./client -v -n 4 -e 5000
  assert_failure 1
  run sed -nE 's/send\([0-9]+/send(N/; s/^client[:|] //; /^(send|number|sent)/p' <<<"$output"
  assert_output 'send(N, 100 bytes) = 100
send(N, 100 bytes) = -1 ECONNREFUSED
number 2 not sent: Connection refused [ECONNREFUSED]
send(N, 100 bytes) = 100
send(N, 100 bytes) = -1 ECONNREFUSED
number 4 not sent: Connection refused [ECONNREFUSED]
sent 2 of 4 datagrams to 127.0.0.1:5002'
}

@test "an unconnected socket gets no error" {
  run ./client -v -u -n 3 -e 50
  assert_success
  refute_output --partial ECONNREFUSED
  refute_output --partial connect
  assert_equal "$(grep -c 'sendto([0-9]*, 100 bytes, 127.0.0.1:5002) = 100' <<<"$output")" 3
}

@test "exactly every fifth is lost on the network, and the counter shows it" {
  lose 'numgen inc mod 5 == 4'
  serve
  run ./client -n 10
  assert_output 'client: sent 10 of 10 datagrams to 127.0.0.1:5002'
  wait_until have_arrived 10
  ledger_is 8 0 0
  run grep -o 'number [0-9]*' "$(out server)"
  assert_output "$(printf 'number %d\n' 1 2 3 4 6 7 8 9)"
  assert_equal "$(packets lost)" 2
}

@test "a drop on the output hook is not silent: the sender gets an error" {
  nft add table inet loss
  nft add chain inet loss out '{ type filter hook output priority 0; }'
  nft add rule inet loss out udp dport 5002 drop
  serve
  run ./client -n 1
  assert_failure 1
  assert_line 'client: number 1 not sent: Operation not permitted [EPERM]'
  ledger_is 0 0 0
}

@test "a sleeper's buffer takes one datagram that is too big for it, and drops the others" {
  serve -q -w -B 4096
  await server 'asked for a buffer of 4096 bytes, got 8192'
  run ./client -n 100 -l 20000
  assert_success
  wait_until dropped 99
  type server ''
  await server 'ledger: received 1, buffer 99 \(SO_MEMINFO\), SO_RXQ_OVFL 0'
  # SO_RXQ_OVFL is a stamp on a datagram: it shows the drops only with the next one.
  run ./client -n 1
  wait_until something_waits
  type server ''
  await server 'ledger: received 2, buffer 99 \(SO_MEMINFO\), SO_RXQ_OVFL 99'
  ledger_is 2 99 99
}

@test "a sleeper wakes up once more when its input ends" {
  serve -w
  run ./client -n 3
  wait_until something_waits
  type_eof server
  finish server
  assert_equal "$(tail -n 1 "$(out server)")" \
    'server: ledger: received 3, buffer 0 (SO_MEMINFO), SO_RXQ_OVFL 0'
}

@test "Ctrl-C and TERM: the server first counts what is still waiting" {
  local signal
  for signal in INT TERM; do
    serve -d 1000000
    run ./client -n 5
    await server 'number 1,'
    stop server "$signal"
    assert_equal "$(tail -n 1 "$(out server)")" \
      'server: ledger: received 5, buffer 0 (SO_MEMINFO), SO_RXQ_OVFL 0'
  done
}

@test "the ledger balances: network and buffer, exact" {
  run ./ledger.sh -e 5 -w -B 4096 -l 20000
  assert_success
  assert_output 'sent      by the client              100
network   nft counter                 20
buffer    SO_MEMINFO of the server    79
received  by the server                1
balance   sent = received + network + buffer, and /proc/net/snmp agrees'
}

@test "the ledger balances: random loss, a slow reader, many small datagrams" {
  local options
  for options in '-r 20 -n 200 -B 200000' '-d 300 -B 4096 -n 1000' '-w -n 1000 -B 8192 -e 7' \
    '-d 100 -B 2048 -r 50 -n 1000' '-n 250 -l 0' '-r 99 -n 10' '-e 1 -n 10'; do
    # shellcheck disable=SC2086  # the options are words
    run ./ledger.sh $options
    assert_success
    assert_line --partial 'balance '
  done
}

# copy_with PROGRAM - copies the lab's programs, and replaces that one by the script on standard input.
copy_with() {
  mkdir "$BATS_TEST_TMPDIR/copy"
  cp server client ledger.sh picture.sh "$BATS_TEST_TMPDIR/copy"
  cd "$BATS_TEST_TMPDIR/copy" || return
  mv "$1" "real-$1"
  cat >"$1"
  chmod +x "$1"
}

copy_with_lying_server() {
  mv server real-server
  cat >server <<'SERVER'
#!/bin/bash
exec > >(sed -u 's/received 101/received 99/')
exec ./real-server "$@"
SERVER
  chmod +x server
}

@test "a ledger that does not balance fails, and says so" {
  copy_with client <<'CLIENT'
#!/bin/bash
./real-client "$@" | sed 's/sent 100/sent 101/'
printf x >/dev/udp/127.0.0.1/5002
CLIENT
  run ./ledger.sh # one datagram more than the client counts, but the hook counts it too
  assert_success
  copy_with_lying_server
  run ./ledger.sh
  assert_failure 1
  assert_line 'ledger: DOES NOT BALANCE: 101 sent, but 99 + 0 + 0 = 99'
  refute_output --partial 'balance '
}

@test "the kernel's own totals find a ledger in which two lies cancel out" {
  copy_with server <<'SERVER'
#!/bin/bash
exec > >(sed -u 's/received 100, buffer 0/received 99, buffer 1/')
exec ./real-server "$@"
SERVER
  run ./ledger.sh
  assert_failure 1
  assert_output --partial 'DOES NOT BALANCE: /proc/net/snmp has InDatagrams 100, RcvbufErrors 0'
}

@test "datagrams that never arrive at the hook are noticed" {
  copy_with client <<'CLIENT'
#!/bin/sh
./real-client "$@" | sed 's/sent 100/sent 101/'
CLIENT
  sed -i 's/SECONDS + 10/SECONDS + 1/' ledger.sh
  run ./ledger.sh
  assert_failure 1
  assert_output --partial '101 sent, but only 100 arrived at the input hook'
}

@test "datagrams of another program are noticed" {
  copy_with client <<'CLIENT'
#!/bin/bash
printf x >/dev/udp/127.0.0.1/5002
exec ./real-client "$@"
CLIENT
  run ./ledger.sh
  assert_failure 1
  assert_output 'ledger: 100 sent, but 101 arrived at the input hook: another program sends to port 5002, too'
}

# copy_with_short_picture SIZES - copies the lab, with a picture that takes less time.
copy_with_short_picture() {
  copy_with client <<<""
  mv real-client client
  sed -i "s/^SIZES=.*/SIZES=($1)/; s/^BURSTS=.*/BURSTS=(300)/" picture.sh
  export LAB_DIR=$BATS_TEST_TMPDIR/labs/02-udp-loss
  mkdir -p "$LAB_DIR"
}

@test "the picture: the bigger the buffer, the fewer are lost" {
  local lost last=300
  builtin type gnuplot || skip "there is no gnuplot: scripts/setup gnuplot installs it"
  copy_with_short_picture '2048 16384 65536 212992'
  run ./picture.sh
  assert_success
  assert_line --regexp '^ +2048  \|#{27,30} *\| (2[789][0-9]|300)$'
  assert_line --regexp '^ +212992  \| {30}\|   0$'
  while read -r lost; do
    ((lost <= last)) || fail "more lost with a bigger buffer: $output"
    last=$lost
  done < <(sed -n 's/.*|//p' <<<"$output")
  assert_line 'the same for bursts of 300: .build/02-udp-loss/loss.svg'
  run tail -n 2 "$BATS_TEST_TMPDIR/.build/02-udp-loss/loss.svg"
  assert_output --partial '</svg>'
}

@test "without gnuplot there is no SVG, and the script says so" {
  copy_with_short_picture '2048 212992'
  mkdir bin
  local tool
  for tool in bash awk sed nft env dirname mkdir cat; do
    ln -s "$(PATH=$PATH:/usr/sbin builtin type -P "$tool")" bin/
  done
  PATH=$PWD/bin run ./picture.sh
  assert_success
  assert_line 'no SVG, because gnuplot is missing: scripts/setup gnuplot installs it'
}

@test "a receiver that answers: the client prints the report" {
  # The question has the number that would have come next: R?, 0, 10.
  # shellcheck disable=SC2016 # for socat's shell
  start other socat UDP-RECVFROM:5002,fork \
    SYSTEM:'test $(head -c 4 | od -An -tx1 | tr -d " ") = 523f000a && echo received 3 lost 0'
  wait_until nothing_waits
  run ./client -f 7 -n 3 -r
  assert_success
  assert_output 'client: sent 3 of 3 datagrams to 127.0.0.1:5002
client: report: received 3 lost 0'
  interrupt other TERM
  finish other 143
  wait_until port_is_free # its children are bound, too, and end after it
}

@test "no report: the client gives up" {
  serve
  run ./client -n 1 -r
  assert_failure 1
  assert_output --partial 'client: no report came, though I asked 5 times'
  stop server
}

@test "what an echo server sends back is no report, and is not printed" {
  start other socat UDP-RECVFROM:5002,fork EXEC:cat
  wait_until nothing_waits
  run ./client -v -n 1 -r
  assert_failure 1
  assert_line --regexp '^client\| recv\([0-9]+\) = 100, no report$'
  assert_line 'client: no report came, though I asked 5 times: it begins with "received "'
  refute_output --partial 'N#'
  interrupt other TERM
  finish other 143
  wait_until port_is_free # its children are bound, too, and end after it
}

@test "a second server on the port is refused, and -p 0 asks the kernel for another" {
  serve
  run ./server
  assert_failure 1
  assert_output 'server: bind 127.0.0.1:5002: Address already in use [EADDRINUSE]'
  start other ./server -p 0
  await other 'bound to 127\.0\.0\.1:[1-9][0-9]*$'
  stop other
  stop server
}

@test "usage errors name the value and the range" {
  local line
  while IFS='|' read -r line text; do
    # shellcheck disable=SC2086  # the options are words
    run $line
    assert_failure 2
    assert_line --partial "$text"
  done <<'USAGE'
./server -p 65536|-p '65536': a port is a whole number from 0 to 65535
./server -s 0|-s '0': a size in bytes is a whole number from 1 to 65536
./server -d x|-d 'x': a time in microseconds is a whole number from 0 to 1000000
./server -B -1|-B '-1': a size in bytes is a whole number
./server x|unexpected argument 'x'
./client -p 0|-p '0': a receiver's port is a whole number from 1 to 65535
./client -l 65536|-l '65536': a length in bytes is a whole number from 0 to 65535
./client -n 0|-n '0': a count is a whole number from 1
./client -f 65536|-f '65536': a number is a whole number from 0 to 65535
./client -e 60001|-e '60001': a time in milliseconds
./client x|unexpected argument 'x'
./ledger.sh -n 1001|-n '1001': a whole number from 1 to 1000
./ledger.sh -x|unknown option -x
./ledger.sh -e|option -e needs a value
./ledger.sh x|unexpected argument 'x'
USAGE
  for line in ./server ./client ./ledger.sh; do
    run "$line" -h
    assert_success
    assert_line --partial 'usage: '
  done
}

@test "a system call that fails is named, with status 1" {
  dies_of fail_socket=1 'server: bind 127.0.0.1:5002' ./server
  dies_of fail_setsockopt=1 'server: bind 127.0.0.1:5002' ./server
  dies_of fail_setsockopt=1 'server: bind 127.0.0.1:5002' ./server -B 4096
  dies_of fail_setsockopt=2 'server: bind 127.0.0.1:5002' ./server -B 4096
  dies_of fail_recv=1 'server: recvmsg' ./server
  dies_of fail_socket=1 'client: connect 127.0.0.1:5002' ./client
}
