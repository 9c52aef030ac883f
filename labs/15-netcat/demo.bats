#!/usr/bin/env bats
# Lab 15's programs behave as its README says, failures included. scripts/lib/behaviour.bash defines the words.
# needs: nft
# tools: nft nc netcat-traditional ncat busybox telnet socat make
# shellcheck disable=SC2016,SC2094  # bash -c expands it; cmp only reads
load ../../scripts/lib/behaviour.bash

REAL=(nc.openbsd nc.traditional ncat busybox) # Debian's names: elsewhere the first two may not be there

# What a test has changed in the box must not meet the next one.
teardown() {
  kill_started
  nft flush ruleset
  echo 32768 60999 >/proc/sys/net/ipv4/ip_local_port_range
}

# listening TOOL [OPTION...] - sets CMD to a real one that listens at 5115. sending TOOL, receiving TOOL - to one
# that connects to it; sending ends its stream when its input has ended, with the option that this one needs for it.
listening() {
  CMD=("${@:2}" -l 5115)
  case $1 in
    nc.traditional) CMD=(nc.traditional "${@:2}" -l -p 5115) ;;
    busybox) CMD=(busybox nc "${@:2}" -l -p 5115) ;;
    *) CMD=("$1" "${CMD[@]}") ;;
  esac
}
receiving() {
  CMD=("$1" "${@:2}" 127.0.0.1 5115)
  [[ $1 != busybox ]] || CMD=(busybox nc "${CMD[@]:1}")
}
# ends_its_stream TOOL - prints the option by which it ends its stream with its input.
ends_its_stream() {
  case $1 in
    nc.openbsd) echo -N ;;
    nc.traditional) echo '-q 0' ;;
  esac
}

# server OPTION... - our nc, until it listens.
server() {
  start server ./nc -l -v "$@" 5115
  await server 'listening on 127\.0\.0\.1:5115'
}
mail() {
  start mail ./mail -p 5115 "$@"
  await mail '^mail: listening on 127\.0\.0\.1:5115$'
}
listens() {
  [[ -n $(ss -Hl"${2:-t}"n "sport = :$1") ]]
}
same() {
  cmp -s "$1" "$2"
}
has_bytes() {
  (($(stat -c %s "$1") >= $2))
}
# connected N - true if so many connections of our port are established at both ends.
connected() {
  (($(ss -Htn state established 'sport = :5115' | wc -l) == $1))
}

# half_closed - true if the client has ended its stream, and the server has not.
half_closed() {
  [[ -n $(ss -Htn state fin-wait-2 'dport = :5115') ]]
}

# says TEXT - sends these bytes to the mail server, and prints what it answers, without CRs.
says() {
  # shellcheck disable=SC2059 # that is what the argument is
  timeout -k 1 60 ./nc -N 127.0.0.1 5115 < <(printf "$1") | tr -d '\r'
}
codes() {
  says "$1" | cut -c 1-3 | xargs
}

# --- with the real ones ---

@test "a file to a real one that listens, and from it" {
  local tool sent=$BATS_TEST_TMPDIR/sent option
  seq 50000 >"$sent"
  for tool in "${REAL[@]}"; do
    echo "# $tool"
    listening "$tool"
    start other "${CMD[@]}"
    wait_until listens 5115
    timeout -k 1 60 ./nc -N 127.0.0.1 5115 <"$sent" >/dev/null
    finish other
    cmp "$(out other)" "$sent"
    option=$(ends_its_stream "$tool")
    # shellcheck disable=SC2086 # words, or none
    listening "$tool" $option
    start other bash -c 'exec "${@:2}" <"$1"' - "$sent" "${CMD[@]}"
    wait_until listens 5115
    start client ./nc 127.0.0.1 5115
    finish client
    cmp "$(out client)" "$sent"
    finish other
  done
}

@test "a file from a real one that connects, and to it" {
  local tool sent=$BATS_TEST_TMPDIR/sent option
  seq 50000 >"$sent"
  for tool in "${REAL[@]}"; do
    echo "# $tool"
    server
    option=$(ends_its_stream "$tool")
    # shellcheck disable=SC2086 # words, or none
    receiving "$tool" $option
    timeout -k 1 60 "${CMD[@]}" <"$sent" >/dev/null
    finish server
    cmp "$(out server)" "$sent"
    start server bash -c './nc -l -v -N 5115 <"$1"' - "$sent"
    await server 'listening on'
    receiving "$tool"
    start other "${CMD[@]}"
    wait_until same "$(out other)" "$sent"
    type_eof other # some wait for it
    finish other
    finish server
  done
}

@test "a real one that ends its stream at once still gets the whole file" {
  local tool
  seq 200000 >"$BATS_TEST_TMPDIR/sent"
  for tool in 'nc.openbsd -N' ncat 'busybox nc'; do
    start server bash -c './nc -l -v -N 5115 <"$1"' - "$BATS_TEST_TMPDIR/sent"
    await server 'listening on'
    # shellcheck disable=SC2086 # words
    timeout -k 1 60 $tool 127.0.0.1 5115 </dev/null >"$BATS_TEST_TMPDIR/got"
    finish server
    cmp "$BATS_TEST_TMPDIR/sent" "$BATS_TEST_TMPDIR/got"
  done
}

@test "datagrams to the real ones and from them, both ways" {
  local tool
  for tool in nc.openbsd nc.traditional ncat; do # Debian's busybox nc has no UDP
    echo "# $tool"
    listening "$tool" -u
    start other "${CMD[@]}"
    wait_until listens 5115 u
    start client ./nc -u 127.0.0.1 5115
    type client ping
    await other '^ping$'
    type other pong
    await client '^pong$'
    kill_started
    start server ./nc -l -u -v 5115
    await server 'listening on'
    receiving "$tool" -u
    start other "${CMD[@]}"
    type other ping
    await server '^ping$'
    type server pong
    await other '^pong$'
    kill_started
    wait_until not_listens_udp
  done
}
not_listens_udp() {
  ! listens 5115 u
}

@test "scans by the real ones and of the real ones, and -k serves the next" {
  local tool
  server -k
  for tool in nc.openbsd nc.traditional ncat 'busybox nc'; do
    # shellcheck disable=SC2086 # words
    timeout -k 1 60 $tool -z 127.0.0.1 5115 </dev/null || [[ $tool == busybox* ]] # Debian's has no -z
  done
  timeout -k 1 60 ./nc -N 127.0.0.1 5115 <<<'still there'
  await server '^still there$'
  kill_started
  for tool in "${REAL[@]}"; do
    listening "$tool"
    start other "${CMD[@]}"
    wait_until listens 5115
    run ./nc -z -v 127.0.0.1 5115
    assert_success
    assert_output 'nc: 5115 is open: connected'
    kill_started
  done
}

# --- bytes ---

@test "bytes go both ways unchanged at the same time, many of them" {
  local name=$BATS_TEST_TMPDIR/sent
  head -c 10000000 /dev/urandom >"$name.1"
  head -c 12000000 /dev/urandom >"$name.2"
  start server bash -c './nc -l -v -N 5115 <"$1" | cmp - "$2"' - "$name.1" "$name.2"
  await server 'listening on'
  timeout -k 1 60 ./nc -N 127.0.0.1 5115 <"$name.2" | cmp - "$name.1"
  finish server
}

@test "a reader that is slow makes it wait, and nothing gets lost" {
  start source bash -c 'head -c 30000000 /dev/zero | ./nc -l -v -N 5115'
  await source 'listening on'
  start client bash -c './nc 127.0.0.1 5115 </dev/null | { read -r <"$1"; wc -c; }' - "$BATS_TEST_TMPDIR/client.in"
  await source connected
  pause 0.3
  connected 1
  type client go
  await client '^30000000$'
  finish client
  finish source
}

@test "-C sends CR LF for LF, and no CR twice, also where a read ends between them" {
  server
  start client ./nc -C 127.0.0.1 5115
  printf 'a\nb\r\nc\r' >&"${INPUT[client]}"
  wait_until has_bytes "$(out server)" 8
  printf '\n\n' >&"${INPUT[client]}"
  wait_until has_bytes "$(out server)" 11
  assert_equal "$(od -An -tu1 "$(out server)" | xargs)" '97 13 10 98 13 10 99 13 10 13 10'
}

@test "-t refuses what telnet offers and wishes, also in pieces; without it nothing is answered" {
  server
  start client ./nc -t 127.0.0.1 5115
  await server connected
  printf 'a\377\375' >&"${INPUT[server]}"
  wait_until has_bytes "$(out client)" 1
  printf '\001b\377\373\003\377\374\005\377\376\005\377\377\377\372\030\001\377\377\377\360c' >&"${INPUT[server]}"
  wait_until has_bytes "$(out client)" 4
  wait_until has_bytes "$(out server)" 6
  assert_equal "$(od -An -tu1 "$(out server)" | xargs)" '255 252 1 255 254 3'
  assert_equal "$(od -An -tu1 "$(out client)" | xargs)" '97 98 255 99'
  kill_started
  server
  start client ./nc 127.0.0.1 5115
  await server connected
  printf '\377\375\001' >&"${INPUT[server]}"
  wait_until has_bytes "$(out client)" 3
  assert_equal "$(stat -c %s "$(out server)")" 0
}

@test "-t refuses nothing after its own end, and still gets the answer" {
  start server socat -t 30 - TCP-LISTEN:5115,bind=127.0.0.1,reuseaddr
  wait_until listens 5115
  start client ./nc -N -t 127.0.0.1 5115
  type_eof client
  wait_until half_closed
  printf '\377\375\001hello' >&"${INPUT[server]}"
  wait_until has_bytes "$(out client)" 5
  printf ', again' >&"${INPUT[server]}"
  wait_until has_bytes "$(out client)" 12
  assert_equal "$(<"$(out client)")" 'hello, again'
}

@test "telnet negotiates, and a URL is no host name to it either" {
  server
  start client telnet 127.0.0.1 5115
  await server connected
  printf '\377\375\001\377\373\003hello\n' >&"${INPUT[server]}"
  wait_until has_bytes "$(out server)" 6
  assert_equal "$(od -An -tu1 -N 6 "$(out server)" | xargs)" '255 252 1 255 253 3'
  await client '^hello'
  run ./nc http://127.0.0.1:5115/ 80
  assert_failure 1
  assert_output --partial "nc: cannot find host 'http://127.0.0.1:5115/': "
  run telnet http://127.0.0.1:5115/ 80
  assert_failure
}

@test "HTTP by hand, to lab 14's web server" {
  [[ -d $LABS_ROOT/labs/14-proxy ]] || skip "this course has no lab 14"
  make -s -C "$LABS_ROOT/labs/14-proxy" OUT="$BATS_TEST_TMPDIR/www" "$BATS_TEST_TMPDIR/www/web"
  echo 'hello, reader' >"$BATS_TEST_TMPDIR/www/page"
  start web "$BATS_TEST_TMPDIR/www/web" "$BATS_TEST_TMPDIR/www"
  await web 'listening on 127\.0\.0\.1:8014'
  start client ./nc -C 127.0.0.1 8014
  type client 'GET /page HTTP/1.1'
  type client 'Host: lab'
  type client 'Connection: close'
  type client ''
  await client '^HTTP/1\.1 200 OK'
  await client '^hello, reader$'
  finish client
}

# --- the end ---

@test "without -N both wait for ever, with it both end; -w ends a silent one" {
  seq 1000 >"$BATS_TEST_TMPDIR/sent"
  server
  start client bash -c 'exec ./nc 127.0.0.1 5115 <"$1"' - "$BATS_TEST_TMPDIR/sent"
  wait_until same "$(out server)" "$BATS_TEST_TMPDIR/sent"
  pause 0.5
  running "${PID[client]}" && running "${PID[server]}"
  connected 1
  interrupt client
  finish client 130
  finish server
  server
  start client bash -c 'exec ./nc -v -N 127.0.0.1 5115 <"$1"' - "$BATS_TEST_TMPDIR/sent"
  finish client
  await client 'shutdown\(3, SHUT_WR\)'
  finish server
  server
  start client ./nc -w 1 127.0.0.1 5115
  finish client
  finish server
}

@test "after -N the answer still comes" {
  start sorter socat -t 30 TCP-LISTEN:5115,bind=127.0.0.1,reuseaddr EXEC:sort
  wait_until listens 5115
  assert_equal "$(printf 'b\na\n' | timeout -k 1 60 ./nc -N 127.0.0.1 5115 | xargs)" 'a b'
}

@test "the command of course notes empties the file that it should send" {
  echo precious >"$BATS_TEST_TMPDIR/file"
  server
  start client bash -c 'exec ./nc 127.0.0.1 5115 >"$1"' - "$BATS_TEST_TMPDIR/file"
  await server connected
  assert_equal "$(cat "$BATS_TEST_TMPDIR/file" "$(out server)")" ''
  running "${PID[client]}"
  echo precious >"$BATS_TEST_TMPDIR/file"
  start real bash -c 'exec nc.openbsd 127.0.0.1 5115 >"$1"' - "$BATS_TEST_TMPDIR/file" # refused, and yet:
  finish real 1
  assert_equal "$(cat "$BATS_TEST_TMPDIR/file")" ''
}

@test "a reset is the end of a client, and an event for a server with -k" {
  server -k
  start client socat - TCP:127.0.0.1:5115,linger=0
  type client hello
  await server '^hello$'
  interrupt client KILL
  finish client 137
  await server '^nc\| 127\.0\.0\.1:[0-9]+: ECONNRESET$'
  timeout -k 1 60 ./nc -N 127.0.0.1 5115 <<<next
  await server '^next$'
  kill_started
  server
  start client socat - TCP:127.0.0.1:5115,linger=0
  type client hello
  await server '^hello$'
  interrupt client KILL
  finish client 137
  finish server 1
  await server '^nc: 127\.0\.0\.1:[0-9]+: Connection reset by peer \[ECONNRESET\]$'
}

@test "without -k one client is all, and the next is refused" {
  server
  start first ./nc 127.0.0.1 5115
  await server connected
  run ./nc 127.0.0.1 5115
  assert_failure 1
  assert_output 'nc: connect 127.0.0.1:5115: Connection refused [ECONNREFUSED]'
}

@test "-p is the port of this end, to connect from and to listen at" {
  server -k
  start client ./nc -v -p 6115 127.0.0.1 5115
  await client '^nc\| connected 127\.0\.0\.1:6115 -> 127\.0\.0\.1:5115$'
  start other ./nc -l -v -p 7115
  await other 'listening on 127\.0\.0\.1:7115'
  start any ./nc -l -v -p 0
  await any 'listening on 127\.0\.0\.1:[1-9]'
  start usual ./nc -l -v
  await usual 'listening on 127\.0\.0\.1:5015'
  run ./nc -l 5115
  assert_failure 1
  assert_output 'nc: listen on 127.0.0.1:5115: Address already in use [EADDRINUSE]'
}

# --- UDP ---

@test "a UDP connection is no packet; the first datagram is refused, if somebody refuses" {
  nft 'table ip tally { chain out { type filter hook output priority 0; udp dport 5115 counter; }; }'
  start client ./nc -u -v 127.0.0.1 5115
  await client '^nc\| connected 127\.0\.0\.1:[0-9]+ -> 127\.0\.0\.1:5115$'
  assert_equal "$(nft list table ip tally | grep -o 'packets [0-9]*')" 'packets 0'
  type client hello
  finish client 1
  await client '^nc: 127\.0\.0\.1:5115: Connection refused \[ECONNREFUSED\]$'
  nft 'table ip wall { chain in { type filter hook input priority 0; udp dport 5115 drop; }; }'
  start client ./nc -u -w 1 127.0.0.1 5115
  type client hello
  finish client
}

@test "-l -u keeps the first sender and refuses the second; with -k it hears both" {
  server -u
  start alice ./nc -u 127.0.0.1 5115
  type alice one
  await server '^one$'
  run become timeout -k 1 60 ./nc -u 127.0.0.1 5115 <<<two
  assert_failure 1
  assert_output --partial ECONNREFUSED
  type server hello
  await alice '^hello$'
  kill_started
  server -u -k
  start alice ./nc -u 127.0.0.1 5115
  type alice one
  await server '^one$'
  run become ./nc -u -N 127.0.0.1 5115 <<<two
  assert_success
  await server '^two$'
  type alice three
  await server '^three$'
  await server '^nc\| 6 bytes from 127\.0\.0\.1:[0-9]+$'
}

@test "an empty datagram is no end, and a large one comes whole" {
  server -u
  start client socat -b 65000 - UDP:127.0.0.1:5115,bind=127.0.0.1:6115
  type client begin
  await server '^begin$'
  run ./nc -z -u 127.0.0.1 5115 # an empty one of another sender: refused
  assert_failure 1
  kill_started
  server -u
  ./nc -z -u 127.0.0.1 5115 # and now it is the first
  running "${PID[server]}"
  kill_started
  server -u -k
  head -c 16000 /dev/zero >"$BATS_TEST_TMPDIR/large" # what one read of a pipe gets would be chance
  ./nc -u -N 127.0.0.1 5115 <"$BATS_TEST_TMPDIR/large"
  await server '^nc\| 16000 bytes from'
  ./nc -z -u 127.0.0.1 5115
  await server '^nc\| 0 bytes from'
}

# --- the scan ---

wall() {
  nft 'table ip wall { chain in { type filter hook input priority 0
    tcp dport 8082 reject with tcp reset
    meta l4proto { tcp, udp } th dport 8083 reject with icmp port-unreachable
    meta l4proto { tcp, udp } th dport 8084 reject with icmp host-unreachable
    meta l4proto { tcp, udp } th dport 8085 reject with icmp admin-prohibited
    meta l4proto { tcp, udp } th dport 8086 reject with icmp net-unreachable
    meta l4proto { tcp, udp } th dport 8087 reject with icmp prot-unreachable
    meta l4proto { tcp, udp } th dport 8088 drop
  }; }'
}

@test "open, closed, filtered: what connect says to each answer" {
  wall
  start mail ./mail -p 8080
  await mail listening
  run ./nc -z -v -w 1 127.0.0.1 8080-8088
  assert_success
  assert_output 'nc: 8080 is open: connected
nc: 8081 is closed: ECONNREFUSED
nc: 8082 is closed: ECONNREFUSED
nc: 8083 is closed: ECONNREFUSED
nc: 8084 is filtered: EHOSTUNREACH
nc: 8085 is filtered: EHOSTUNREACH
nc: 8086 is filtered: ENETUNREACH
nc: 8087 is filtered: ENOPROTOOPT
nc: 8088 is filtered: no answer'
  run ./nc -z 127.0.0.1 8079-8082
  assert_output 'nc: 8080 is open: connected'
  run ./nc -z 127.0.0.1 8081-8087
  assert_failure 1
  assert_output ''
}

@test "the same by UDP, where silence may be an open port, and two of the errors are not told" {
  wall
  start echo socat UDP-RECVFROM:8080,bind=127.0.0.1,fork EXEC:'echo here'
  wait_until listens 8080 u
  run ./nc -z -v -u 127.0.0.1 8080-8088
  assert_success
  assert_output 'nc: 8080 is open: it has answered
nc: 8081 is closed: ECONNREFUSED
nc: 8082 is closed: ECONNREFUSED
nc: 8083 is closed: ECONNREFUSED
nc: 8084 is open or filtered: no answer
nc: 8085 is filtered: EHOSTUNREACH
nc: 8086 is open or filtered: no answer
nc: 8087 is filtered: ENOPROTOOPT
nc: 8088 is open or filtered: no answer'
  run nc.openbsd -z -v -u 127.0.0.1 8088
  assert_output --partial 'succeeded'
}

@test "a wait has its limit: -w, for a connect and for a scan" {
  wall
  SECONDS=0
  run ./nc -w 1 127.0.0.1 8088
  assert_failure 1
  assert_output 'nc: connect 127.0.0.1:8088: Connection timed out [ETIMEDOUT]'
  run ./nc -z -v -w 2 127.0.0.1 8088
  assert_output 'nc: 8088 is filtered: no answer'
  ((SECONDS >= 3 && SECONDS < 60)) # without -w the kernel gives up after two minutes: tcp(7), tcp_syn_retries
}

@test "a connection to oneself: the real ones believe it, -z does not" {
  local tool low=40000
  for tool in nc.openbsd nc.traditional ncat; do
    echo "$low $((low + 1))" >/proc/sys/net/ipv4/ip_local_port_range
    run bash -c 'for port; do timeout -k 1 60 '$tool' -z 127.0.0.1 $port </dev/null 2>/dev/null && echo open; done' - $low $((low + 1))
    assert_output open
    low=$((low + 100))
  done
  for low in 41000 41100 41200 41300 41400; do
    echo "$low $((low + 1))" >/proc/sys/net/ipv4/ip_local_port_range
    run ./nc -z -v 127.0.0.1 $low-$((low + 1))
    assert_failure 1
    assert_output "nc: $low is closed: a connection to itself
nc: $((low + 1)) is closed: ECONNREFUSED"
  done
}

@test "one can talk to oneself" {
  start client ./nc -v -p 6115 127.0.0.1 6115
  await client '^nc\| connected 127\.0\.0\.1:6115 -> 127\.0\.0\.1:6115$'
  type client 'anybody there?'
  await client '^anybody there\?$'
  assert_equal "$(ss -Htn state established 'sport = :6115' | wc -l)" 1
  type_eof client
}

@test "a scan by name and of IPv6" {
  run ./nc -z -v ::1 5115
  assert_output 'nc: 5115 is closed: ECONNREFUSED'
  start six socat 'TCP6-LISTEN:5115,bind=[::1],reuseaddr' PIPE
  wait_until listens 5115
  run ./nc -z -v ::1 5114-5115
  assert_line 'nc: 5115 is open: connected'
  mail
  run ./nc -z localhost 5115
  assert_output 'nc: 5115 is open: connected'
}

# --- mail ---

@test "a letter by hand, and what the server says of it" {
  mail
  start client ./nc -C 127.0.0.1 5115
  await client '^220 '
  type client 'EHLO me'
  await client '^250 hello me'
  type client 'MAIL FROM:<a@lab>'
  type client 'RCPT TO:<b@lab>'
  type client 'rcpt to:<c@lab>'
  type client 'data'
  await client '^354 '
  type client 'Subject: none'
  type client ''
  type client '..'
  type client 'QUIT'
  type client '.'
  await client '^250 OK, taken'
  await mail '^mail: from <a@lab> to <b@lab> and others: 4 lines$'
  type client QUIT
  await client '^221 '
  finish client
  await mail 'is gone$'
}

@test "each command has its answer, and its place" {
  mail
  assert_equal "$(codes 'HELO me\r\nNOOP\r\nVRFY x\r\nRSET\r\nHELP\r\n\r\nQUIT\r\nNOOP\r\n')" '220 250 250 252 250 500 500 221'
  assert_equal "$(codes 'EHLO\r\nMAIL FROM:<a@lab>\r\nRCPT TO:<b@lab>\r\nDATA\r\nQUIT\r\n')" '220 501 503 503 503 221'
  assert_equal "$(codes 'EHLO me\r\nMAIL FROM:a@lab\r\nMAIL FROM: <a@lab>\r\nMAIL FROM:<>\r\nMAIL FROM:<a@lab>\r\nRCPT TO:<>\r\nDATA\r\nRCPT TO:<b@lab>\r\nDATA\r\n.\r\nDATA\r\nQUIT\r\n')" \
    '220 250 501 501 250 503 501 503 250 354 250 503 221'
  await mail '^mail: from <> to <b@lab>: 0 lines$'
  assert_equal "$(codes 'EHLO me\r\nMAIL FROM:<a@lab>\r\nRSET\r\nRCPT TO:<b@lab>\r\nRSET\r\nMAIL FROM:<a@lab> SIZE=5\r\nQUIT\r\n')" \
    '220 250 250 250 503 250 250 221'
}

@test "a line ends with CR LF, not with LF, and may come in pieces" {
  local fd i text=$'EHLO me\r\nQUIT\r\n'
  mail -v
  start client ./nc 127.0.0.1 5115
  type client 'EHLO me'
  type client QUIT
  wait_until got 13
  pause 0.3
  assert_equal "$(tr -d '\r' <"$(out client)")" '220 lab mail server'
  interrupt client
  finish client 130
  exec {fd}<>/dev/tcp/127.0.0.1/5115
  for ((i = 0; i < ${#text}; i++)); do printf %s "${text:i:1}" >&"$fd"; done
  assert_equal "$(tr -d '\r' <&"$fd" | cut -c 1-3 | xargs)" '220 250 221'
  exec {fd}>&-
  await mail '^mail\| line "EHLO me"$'
}
got() {
  ss -Htin state established 'sport = :5115' | grep -q "bytes_received:$1"
}

@test "a line that is too long, and a client that leaves: the next one is served" {
  local long
  mail
  long=$(printf '%0998d' 0)
  assert_equal "$(codes "$long\r\nQUIT\r\n")" '220 500 221'
  start client ./nc 127.0.0.1 5115
  type client "0$long"
  await client '^500 line too long'
  wait_until has_ended client
  start client socat - TCP:127.0.0.1:5115,linger=0
  type client EHLO
  await client 220
  interrupt client KILL
  assert_equal "$(codes 'QUIT\r\n')" '220 221'
}

# --- what is wrong ---

@test "what is wrong with an option is said" {
  local ports words
  for words in '' 127.0.0.1 '127.0.0.1 80 81' '-z 127.0.0.1'; do
    # shellcheck disable=SC2086 # words
    run ./nc $words
    assert_failure 2
    assert_line --index 0 'nc: which host, and which port?'
  done
  for words in '-l 80 81' '-l -z 80'; do
    # shellcheck disable=SC2086 # words
    run ./nc $words
    assert_failure 2
    assert_line --index 0 'nc: -l listens, at one port'
  done
  for ports in 0 65536 80- 9-8 a 80-90x 80-65536 0-5 ' 80' 000000080-90; do
    run ./nc -z 127.0.0.1 "$ports"
    assert_failure 2
    assert_line --index 0 "nc: '$ports' is no port, and no range like 20-80, within 1 to 65535"
  done
  run ./nc 127.0.0.1 0
  assert_failure 2
  assert_line --index 0 "nc: '0' is no port: 1 to 65535"
  run ./nc -w 0 127.0.0.1 80
  assert_failure 2
}

@test "calls that fail" {
  dies_of fail_socket=1 'nc: listen on 127.0.0.1:5115' ./nc -l 5115
  dies_of fail_bind=1 'nc: listen on 127.0.0.1:5115' ./nc -u -l 5115
  dies_of fail_socket=1 'nc: connect 127.0.0.1:5115' ./nc 127.0.0.1 5115
  dies_of fail_bind=1 'nc: connect 127.0.0.1:5115' ./nc -p 6115 127.0.0.1 5115
  dies_of fail_socket=1 'nc: port 5115' ./nc -z 127.0.0.1 5115
  dies_of fail_listen=1 'mail: listen on 127.0.0.1:5115' ./mail -p 5115
  mail
  DIES=1 run ./mail -p 5115
  assert_failure 1
  assert_output --partial EADDRINUSE
}
