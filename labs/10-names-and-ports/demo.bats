#!/usr/bin/env bats
# Lab 10's programs behave as its README says, failures included. scripts/lib/behaviour.bash defines the words.
# needs: nft ipv6
# tools: nft nc socat dig netbase
load ../../scripts/lib/behaviour.bash

PORT=$((21000 + ${BATS_TEST_NUMBER:-0}))

setup_file() {
  "$BATS_TEST_DIRNAME/private.sh"
}

# dns [ZONE] - starts the DNS server with the lab's zone or another one, on port 53.
dns() {
  start dns ./dns -f "${1:-$BATS_TEST_DIRNAME/etc/zone.lab}"
  await dns '^dns: answering on 127\.0\.0\.1:53$'
}

# asked TEXT... - the DNS server has been asked just this, one line each, in this order.
asked() {
  local line said=()
  mapfile -t said < <(sed -n 's/^dns: 127\.0\.0\.1:[0-9]* asks //p' "$(out dns)")
  printf -v line '%s\n' "$@"
  assert_equal "$(printf '%s\n' "${said[@]}")" "${line%$'\n'}"
}

# finds LINE... - the last run has succeeded, and printed just these lines, in this order.
finds() {
  local wanted
  assert_success
  printf -v wanted 'lookup: %s\n' "$@"
  assert_output "${wanted%$'\n'}"
}

# server [ARGUMENT...] - starts it at this test's port.
server() {
  start server ./server -p "$PORT" "$@"
  await server '^server: listening on '
}

# listeners - prints where sockets listen at this test's port.
listeners() {
  ss -Htln "sport = :$PORT" | awk '{ print $4 }' | sort | xargs
}

# unprivileged COMMAND... - runs it without the right to bind to ports of the system.
unprivileged() {
  setpriv --bounding-set -net_bind_service "$@"
}

# --- names ---

@test "one name: a question for each family, and a list with IPv6 first" {
  dns
  run ./lookup www.lab 80
  finds '[::1]:80' 127.0.0.1:80
  asked 'A of www.lab: 127.0.0.1' 'AAAA of www.lab: ::1'
  stop dns
}

@test "one family: one question" {
  dns
  run ./lookup -6 www.lab 80
  finds '[::1]:80'
  run ./lookup -4 www.lab 80
  finds 127.0.0.1:80
  asked 'AAAA of www.lab: ::1' 'A of www.lab: 127.0.0.1'
  stop dns
}

@test "getent finds what lookup finds" {
  local name
  dns
  for name in www.lab four.lab six.lab many.lab localhost; do
    run ./lookup "$name" 0
    assert_success
    assert_equal "$(sed 's/^lookup: //; s/:0$//; s/[][]//g' <<<"$output")" \
      "$(getent ahosts "$name" | awk '/STREAM/ { print $1 }')"
  done
  stop dns
}

@test "the files come first: nobody is asked for localhost" {
  dns
  run ./lookup localhost 80
  finds '[::1]:80' 127.0.0.1:80
  run cat "$(out dns)"
  assert_output 'dns: answering on 127.0.0.1:53'
  stop dns
}

@test "no such name is an answer, and another error than no answer" {
  dns
  run ./lookup no.lab
  assert_failure 1
  assert_output 'lookup: no.lab: Name or service not known [EAI_NONAME]'
  asked 'A of no.lab: no such name' 'AAAA of no.lab: no such name'
  run ./lookup dead.lab
  assert_failure 1
  assert_output 'lookup: dead.lab: Temporary failure in name resolution [EAI_AGAIN]'
  grep -q 'asks A of dead\.lab: nothing$' "$(out dns)"
  stop dns
  run ./lookup www.lab # nobody is there to ask
  assert_failure 1
  assert_output --partial '[EAI_AGAIN]'
}

@test "silent for one family: after the wait, the half that came" {
  dns
  run ./lookup mute.lab 80
  finds 127.0.0.1:80
  grep -q 'asks A of mute\.lab: 127\.0\.0\.1$' "$(out dns)"
  grep -q 'asks AAAA of mute\.lab: nothing$' "$(out dns)"
  stop dns
}

@test "slow for one family: the whole list is late" {
  # A busy machine needs more than the lab's 600 ms to look, and a resolver's patience of more than a second.
  sed '/^slow\.lab *AAAA/s/ 600$/ 3000/' "$BATS_TEST_DIRNAME/etc/zone.lab" >"$BATS_TEST_TMPDIR/zone"
  dns "$BATS_TEST_TMPDIR/zone"
  start slow env RES_OPTIONS=timeout:30 ./lookup slow.lab 80
  await dns 'asks A of slow\.lab: 127\.0\.0\.1$'
  await dns 'asks AAAA of slow\.lab: ::1, later$'
  interrupt dns STOP # so the later answer does not come, and the one for IPv4 has come
  wait_until is_stopped "${PID[dns]}"
  wait_until is_asleep "${PID[slow]}"
  run cat "$(out slow)"
  assert_output ''
  interrupt dns CONT
  run ./lookup www.lab 80
  finds '[::1]:80' 127.0.0.1:80
  finish slow
  run cat "$(out slow)"
  finds '[::1]:80' 127.0.0.1:80
  stop dns
}

@test "dig agrees with our server, and reads the header as we mean it" {
  dns
  run dig +short @127.0.0.1 www.lab AAAA
  assert_output ::1
  run dig +short @127.0.0.1 many.lab AAAA
  assert_output $'fd00:10::1\n::1'
  run dig +short @127.0.0.1 WWW.Lab A
  assert_output 127.0.0.1
  run dig +short @127.0.0.1 -x 127.0.0.7
  assert_output bank.example.
  run dig +short @127.0.0.1 -x ::1
  assert_output www.lab.
  run dig @127.0.0.1 no.lab A
  assert_output --partial 'status: NXDOMAIN'
  refute_output --regexp 'Warning|malformed|extra bytes'
  run dig @127.0.0.1 four.lab AAAA # the name exists, the record does not
  assert_output --partial 'status: NOERROR'
  assert_output --partial 'ANSWER: 0'
  run dig +opcode=2 @127.0.0.1 www.lab A
  assert_output --partial 'status: NOTIMP'
  run dig +tries=1 +time=1 @127.0.0.1 dead.lab A
  assert_failure
  stop dns
}

@test "a broken question gets an answer that says so, and half a header gets none" {
  dns
  # The id, a query, one question; and then a label of 40 bytes where two are.
  run bash -c "printf 'ab\x01\0\0\x01\0\0\0\0\0\0\x28xy' | socat -t 0.3 - UDP:127.0.0.1:53 | od -An -tx1"
  assert_output ' 61 62 85 01 00 00 00 00 00 00 00 00'
  await dns 'asks another type of \?: a broken question'
  printf 'ab\x01' | socat -u - UDP:127.0.0.1:53
  printf 'ab\x81\0\0\x01\0\0\0\0\0\0\0\0\x01\0\x01' | socat -u - UDP:127.0.0.1:53 # an answer
  run dig +short @127.0.0.1 four.lab A
  assert_output 127.0.0.1
  assert_equal "$(grep -c asks "$(out dns)")" 2
  stop dns
}

@test "a file of names that is wrong is told with its line" {
  printf '# a comment\n\nwww.lab A 127.0.0.1\nwww.lab AAAA 127.0.0.1\n' >"$BATS_TEST_TMPDIR/zone"
  run ./dns -p 0 -f "$BATS_TEST_TMPDIR/zone"
  assert_failure 1
  assert_output "dns: $BATS_TEST_TMPDIR/zone:4: not NAME TYPE VALUE [MILLISECONDS], or one too many"
  run ./dns -f /nowhere
  assert_failure 1
  assert_output 'dns: read /nowhere: No such file or directory [ENOENT]'
  run ./dns -p 70000
  assert_failure 2
}

@test "numbers that surprise" {
  run ./lookup 127.1 70000
  finds 127.0.0.1:4464
  run ./lookup 010.0.0.1 80
  finds 8.0.0.1:80
  run ./lookup 0x7f000001 080
  finds 127.0.0.1:80
  run ./lookup 2130706433 0
  finds 127.0.0.1:0
  run ./lookup 127.0.0.1 0x50
  assert_failure 1
  assert_output --partial '[EAI_SERVICE]'
}

@test "what each flag changes" {
  dns
  run ./lookup '' 80
  finds '[::1]:80' 127.0.0.1:80
  run ./lookup -p '' 80
  finds 0.0.0.0:80 '[::]:80'
  run ./lookup -e 127.0.0.1 80
  finds '127.0.0.1:80 SOCK_STREAM' '127.0.0.1:80 SOCK_DGRAM' '127.0.0.1:80 SOCK_RAW'
  run ./lookup -m four.lab 80
  finds '[::ffff:127.0.0.1]:80'
  run ./lookup -m www.lab 80
  finds '[::1]:80'
  run ./lookup -m -a www.lab 80
  finds '[::1]:80' '[::ffff:127.0.0.1]:80'
  run ./lookup -S 127.0.0.1 http
  assert_failure 1
  assert_output --partial '[EAI_NONAME]'
  run ./lookup -S 127.0.0.1 70000
  finds 127.0.0.1:4464
  : >"$(out dns)"
  run ./lookup -n www.lab
  assert_failure 1
  assert_output 'lookup: www.lab: Name or service not known [EAI_NONAME]'
  run cat "$(out dns)"
  assert_output ''
  run ./lookup -c 127.0.0.1 80
  finds 127.0.0.1:80
  stop dns
}

@test "a name of a service, and the way back" {
  dns
  run ./lookup 127.0.0.1 https
  finds 127.0.0.1:443
  run ./lookup -r 127.0.0.7 993
  finds bank.example:imaps
  run ./lookup -r ::1 5432
  finds localhost:postgresql
  run ./lookup -r 127.0.0.9
  assert_failure 1
  assert_output 'lookup: getnameinfo: Name or service not known [EAI_NONAME]'
  run ./lookup bank.example
  assert_failure 1
  assert_output --partial '[EAI_NONAME]'
  stop dns
}

@test "-4 localhost has the same address twice: glibc makes one of ::1" {
  run ./lookup -4 localhost 80
  finds 127.0.0.1:80 127.0.0.1:80
}

# --- one server, two families ---

@test "a name with two addresses: two sockets, one for each" {
  server
  assert_equal "$(listeners)" "127.0.0.1:$PORT [::1]:$PORT"
  run ./client -4 localhost "$PORT"
  assert_success
  assert_line --regexp '^client: it says: you are 127\.0\.0\.1:[0-9]+$'
  run ./client -6 localhost "$PORT"
  assert_line --regexp '^client: it says: you are \[::1\]:[0-9]+$'
  stop server
}

@test "one socket: IPv4 clients are v4-mapped" {
  server -m one
  assert_equal "$(listeners)" "*:$PORT"
  run ./client 127.0.0.1 "$PORT"
  assert_success
  assert_line --regexp '^client: it says: you are \[::ffff:127\.0\.0\.1\]:[0-9]+$'
  await server '^server: accepted \[::ffff:127\.0\.0\.1\]:[0-9]+$'
  run nc -N ::1 "$PORT" </dev/null
  assert_output --regexp '^you are \[::1\]:[0-9]+$'
  stop server
}

@test "whatever the machine's setting is" {
  local setting
  for setting in 1 0; do
    echo "$setting" >/proc/sys/net/ipv6/bindv6only
    server -m one
    run ./client 127.0.0.1 "$PORT"
    assert_success
    stop server
    server -m only
    run ./client 127.0.0.1 "$PORT"
    assert_failure 1
    stop server
  done
}

@test "only: IPv4 clients are refused" {
  server -m only
  assert_equal "$(listeners)" "[::]:$PORT"
  run ./client 127.0.0.1 "$PORT"
  assert_failure 1
  assert_output "client: 127.0.0.1:$PORT: ECONNREFUSED
client: no address of 127.0.0.1: Connection refused [ECONNREFUSED]"
  stop server
}

@test "two sockets get along, and without IPV6_V6ONLY they do not" {
  server -m two
  await server 'listening on 0\.0\.0\.0'
  assert_equal "$(listeners)" "0.0.0.0:$PORT [::]:$PORT"
  run ./client 127.0.0.1 "$PORT"
  assert_line --regexp 'you are 127\.0\.0\.1:'
  stop server
  run ./server -m clash -p "$((PORT + 500))"
  assert_failure 1
  assert_output "server: bind 0.0.0.0:$((PORT + 500)): Address already in use [EADDRINUSE]"
}

@test "a server's port may have a name, and what is wrong is said" {
  start server ./server -p imaps -b 127.0.0.1
  await server '^server: listening on 127\.0\.0\.1:993$'
  stop server
  run ./server -m both
  assert_failure 2
  run ./server -p nonsense
  assert_failure 1
  assert_output 'server: localhost: Servname not supported for ai_socktype [EAI_SERVICE]'
}

# --- every address ---

@test "the first address refuses, and the client takes the next" {
  dns
  server -b 127.0.0.1
  run ./client www.lab "$PORT"
  assert_success
  assert_line --index 0 "client: [::1]:$PORT: ECONNREFUSED"
  assert_line --index 1 --regexp "^client: connected 127\.0\.0\.1:[0-9]+ -> 127\.0\.0\.1:$PORT\$"
  stop server
  run ./client www.lab "$PORT"
  assert_failure 1
  assert_line "client: 127.0.0.1:$PORT: ECONNREFUSED"
  stop dns
}

# bats test_tags=slow
@test "the first address is silent: the client waits for the time-out" {
  echo 1 >/proc/sys/net/ipv4/tcp_syn_retries
  nft 'add table ip6 hole; add chain ip6 hole in { type filter hook input priority 0; policy drop; }'
  server -b 127.0.0.1
  start client ./client localhost "$PORT"
  wait_until waits_for_ipv6
  run cat "$(out client)"
  assert_output ''
  finish client
  nft delete table ip6 hole
  run cat "$(out client)"
  assert_line --index 0 "client: [::1]:$PORT: ETIMEDOUT"
  assert_line --index 1 --regexp '^client: connected 127\.0\.0\.1:'
  stop server
}

waits_for_ipv6() {
  [[ -n $(ss -Htn state syn-sent "dport = :$PORT") ]]
}

# --- ports ---

@test "the border: 1023 needs a privilege, 1024 does not, and the border is a setting" {
  run unprivileged ./ports
  assert_success
  assert_output $'ports: 1 to 1023: EACCES\nports: 1024 to 65535: yes'
  run ./ports
  assert_output 'ports: 1 to 65535: yes'
  echo 80 >/proc/sys/net/ipv4/ip_unprivileged_port_start
  run unprivileged ./ports
  assert_output $'ports: 1 to 79: EACCES\nports: 80 to 65535: yes'
  run unprivileged ./server -p 79
  assert_failure 1
  assert_output --partial '[EACCES]'
  echo 1024 >/proc/sys/net/ipv4/ip_unprivileged_port_start
}

@test "the classes and their names" {
  run unprivileged ./ports 80 1023 1024 5432 49151 49152 65535
  assert_output - <<'PORTS'
ports:    80  system   http         EACCES
ports:  1023  system   -            EACCES
ports:  1024  user     -            yes
ports:  5432  user     postgresql   yes
ports: 49151  user     -            yes
ports: 49152  dynamic  -            yes
ports: 65535  dynamic  -            yes
PORTS
  run ./ports 65536
  assert_failure 2
  run ./ports 0
  assert_failure 2
}

@test "clients get ports of one parity, sockets bound to port 0 the other" {
  run ./ports -e 50
  assert_success
  assert_output --regexp 'connect chose (50 even ports and 0 odd|0 even ports and 50 odd) ones'
  if [[ $output == *'connect chose 50 even'* ]]; then
    assert_line 'ports: bind to port 0 chose 0 even ports and 50 odd ones'
  else
    assert_line 'ports: bind to port 0 chose 50 even ports and 0 odd ones'
  fi
}

@test "behind the ports: who speaks first, and who waits" {
  start standins ./standins
  await standins '^standins: imap on port 143$'
  local service line
  while IFS=: read -r service line; do
    run ./client 127.0.0.1 "$service"
    assert_success
    assert_line "client: it says: $line"
    assert_equal "${#lines[@]}" 2
  done <<'GREETINGS'
ftp:220 ftp.lab FTP server ready
ssh:SSH-2.0-lab
smtp:220 mail.lab ESMTP
pop3:+OK POP3 server ready
imap:* OK IMAP4rev2 server ready
http:HTTP/1.0 400 Bad Request
GREETINGS
  run ./client -s 'EHLO lab' 127.0.0.1 smtp
  assert_line 'client: it says: 250 mail.lab, pleased to meet you'
  run ./client -s 'GET / HTTP/1.0' 127.0.0.1 ssh
  assert_line 'client: it says: SSH-2.0-lab'
  assert_line 'client: it says: Invalid SSH identification string.'
  # HTTP says nothing by itself.
  start silent nc 127.0.0.1 80
  wait_until connected_to 80
  run ss -Htn state established 'sport = :80'
  assert_output --regexp '^0 +0 '
  type silent 'GET / HTTP/1.0'
  await silent '^HTTP/1\.0 400 Bad Request'
  type_eof silent
  stop standins
}

connected_to() {
  [[ -n $(ss -Htn state established "sport = :$1") ]]
}

# --- the table ---

@test "names in the table: from the file, from DNS, and none with -n" {
  dns
  start server ./server -b 127.0.0.7 -p imaps
  await server listening
  run ./conntable -n -l
  assert_output 'conntable: 127.0.0.7:993          0.0.0.0:*              LISTEN        0'
  asked
  run ./conntable -l
  assert_output 'conntable: bank.example:imaps     0.0.0.0:*              LISTEN        0'
  asked 'PTR of 7.0.0.127.in-addr.arpa: bank.example'
  stop dns
  run ./conntable -l # nobody to ask: the digits
  assert_output 'conntable: 127.0.0.7:imaps        0.0.0.0:*              LISTEN        0'
  stop server
}

@test "both ends of connections of both families, with their states, as ss has them" {
  local end
  server
  start four nc 127.0.0.1 "$PORT"
  start six nc ::1 "$PORT"
  for end in four six; do await "$end" '^you are '; done
  wait_until both_half_closed
  run ./conntable -n
  assert_success
  assert_equal "$(awk '{ print $2, $3, $4 }' <<<"$output" | sort)" "$(ss -Htan | awk '
    { name["LISTEN"] = "LISTEN"; name["ESTAB"] = "ESTABLISHED"; name["FIN-WAIT-2"] = "FIN-WAIT-2"
      name["CLOSE-WAIT"] = "CLOSE-WAIT"; name["TIME-WAIT"] = "TIME-WAIT"; print $4, $5, name[$1] }' | sort)"
  assert_line --regexp '^conntable: \[::1\]:[0-9]+ +\[::1\]:[0-9]+ +CLOSE-WAIT +0$'
  run ./conntable -n -s CLOSE-WAIT
  assert_equal "${#lines[@]}" 2
  run ./conntable -n -l
  assert_equal "${#lines[@]}" 2
  run ./conntable -n -s LAST-ACK
  assert_success
  assert_output ''
  kill_started
}

both_half_closed() {
  (($(ss -Htn state close-wait | wc -l) == 2 && $(ss -Htn state fin-wait-2 | wc -l) == 2))
}

# --- sockets that the grader's tools keep in a state: scripts/grader/holder.bash and cover.c ---

# tools - builds them. holder.bash tells the steps of a check, and here there is no story of which they are a part.
tools() {
  make -s -C "$LABS_ROOT/scripts/grader" >&2
  CHECK_TOOLS=$LABS_ROOT/.build/grader
  source "$LABS_ROOT/scripts/grader/holder.bash"
}

told() { :; }

# is client|server STATE - waits until that end of the last connection is in this state; row adds a line that the
# table must have.
is() {
  reaches "$@"
  row "$2" "${END[$1]}" "${END[${OTHER[$1]}]}"
}

row() {
  printf 'conntable: %-21s  %-21s  %-12s  0\n' "$2" "$3" "$1" >>"$BATS_TEST_TMPDIR/expected"
}

# each_state HOST - brings sockets at this address into ten states. The eleventh, CLOSED, is in no table.
each_state() {
  local listener any='0.0.0.0:*'
  [[ $1 != *:* ]] || any='[::]:*'
  for listener in 5110 5030 5032; do
    listener "$1" $listener
    row LISTEN "$(end_text "$1" $listener)" "$any"
    LISTENERS[listener]=$LISTENER
  done
  attempt "$1" 40300 "$1" 5031
  is client SYN-SENT
  attempt "$1" 40301 "$1" 5032
  is client SYN-SENT
  is server SYN-RECEIVED
  at 5110 "$1" 40302
  is client ESTABLISHED
  is server ESTABLISHED
  at 5110 "$1" 40303
  half_closes client
  is client FIN-WAIT-2
  is server CLOSE-WAIT
  at 5110 "$1" 40304
  closes server
  reaches client CLOSE-WAIT
  closes client
  is server TIME-WAIT
  at 5030 "$1" 40305 # the server's FIN does not arrive
  half_closes server
  is server FIN-WAIT-1
  is client ESTABLISHED
  at 5030 "$1" 40306
  half_closes server
  reaches server FIN-WAIT-1
  half_closes client
  is server CLOSING
  is client FIN-WAIT-2
  at 5030 "$1" 40307
  half_closes client
  reaches server CLOSE-WAIT
  half_closes server
  is server LAST-ACK
  is client FIN-WAIT-2
}

# at PORT HOST CLIENT_PORT - connects such a client to the listener at PORT.
at() {
  LISTENER=${LISTENERS[$1]}
  connection "$2" "$3" "$2" "$1"
}

@test "each state, of both families, by name; and -s takes just that one" {
  local state LISTENERS=()
  tools
  network
  loses 'SYN to port 5031' 'tcp dport 5031 tcp flags & (syn | ack) == syn'
  loses 'SYN,ACK from port 5032' 'tcp sport 5032 tcp flags & (syn | ack) == (syn | ack)'
  loses 'FIN from port 5030' 'tcp sport 5030 tcp flags & fin == fin'
  each_state 127.0.0.1
  each_state ::1
  run inside ./conntable -n
  assert_success
  assert_equal "$(sort <<<"$output")" "$(sort "$BATS_TEST_TMPDIR/expected")"
  for state in LISTEN SYN-SENT SYN-RECEIVED ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 CLOSE-WAIT LAST-ACK CLOSING TIME-WAIT \
    CLOSED; do
    run inside ./conntable -n -s "$state"
    assert_success
    assert_equal "$(sort <<<"$output")" "$(grep -E " $state +0" "$BATS_TEST_TMPDIR/expected" | sort)"
  done
  run inside ./conntable -n -l
  assert_equal "$(sort <<<"$output")" "$(grep ' LISTEN ' "$BATS_TEST_TMPDIR/expected" | sort)"
}

@test "more than 1,024 sockets in each file: not a line is lost" {
  local port family
  ulimit -Sn 4096 # both ends of all connections are the holder's
  tools
  network
  for family in 127.0.0.1 ::1; do
    listener "$family" 5110
    for ((port = 20001; port <= 20515; port++)); do
      ask connect "$family" $port "$family" 5110
      ask accept "$LISTENER"
      row ESTABLISHED "$(end_text "$family" $port)" "$(end_text "$family" 5110)"
      row ESTABLISHED "$(end_text "$family" 5110)" "$(end_text "$family" $port)"
    done
  done
  wait_until all_connected 2060
  run inside ./conntable -n -s ESTABLISHED
  assert_success
  assert_equal "${#lines[@]}" 2060
  cmp <(sort <<<"$output") <(sort "$BATS_TEST_TMPDIR/expected")
  run inside ./conntable -n
  assert_equal "${#lines[@]}" 2062
}

all_connected() {
  (($(inside ss -Htan state established | wc -l) == $1))
}

# with_files [FILE...] - the folder $NET, which covered shows as /proc/net, has now these files of the kernel as they
# were at this moment, and what a test puts there.
with_files() {
  local file
  NET=$BATS_TEST_TMPDIR/net
  rm -rf "$NET" && mkdir "$NET"
  ln -sfn "$NET" "$BATS_TEST_TMPDIR/link"
  for file; do inside cat "/proc/net/$file" >"$NET/$file"; done
}

# covered COMMAND... - runs it without privileges, and with $NET for /proc/net.
covered() {
  inside unshare --mount "$CHECK_TOOLS/cover" "$BATS_TEST_TMPDIR/link" /proc/net setpriv --bounding-set -all --inh-caps -all "$@"
}

@test "a file of the table that is missing or cannot be read" {
  tools
  network # where no earlier test has left a connection in TIME-WAIT
  start server nsenter --net="/proc/$HOLDER_PID/ns/net" ./server -p "$PORT" -m one
  await server '^server: listening on '
  with_files tcp tcp6
  run covered ./conntable -n
  assert_success
  assert_equal "$output" "$(inside ./conntable -n)"
  with_files tcp # as without IPv6
  run covered ./conntable -n
  assert_success
  assert_output ''
  with_files tcp6
  run covered ./conntable -n
  assert_failure 1
  assert_output 'conntable: read /proc/net/tcp: No such file or directory [ENOENT]'
  mkdir "$NET/tcp" # can be opened, and not read
  run covered ./conntable -n
  assert_failure 1
  assert_output 'conntable: read /proc/net/tcp: Is a directory [EISDIR]'
  with_files tcp
  mkdir "$NET/tcp6"
  run covered ./conntable -n
  assert_failure 1
  assert_output 'conntable: read /proc/net/tcp6: Is a directory [EISDIR]'
  rmdir "$NET/tcp6"
  (umask 777 && : >"$NET/tcp6")
  run covered ./conntable -n
  assert_failure 1
  assert_output 'conntable: read /proc/net/tcp6: Permission denied [EACCES]'
  chmod 600 "$NET/tcp6"
  stop server
}

@test "what the kernel may say and does not say here: CLOSED, a number that is no state, a user beyond 2 to the 31" {
  tools
  network
  with_files tcp6
  sed 's/^ *//' >"$NET/tcp" <<'TABLE'
    sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
    0: 00000000:1392 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1
    1: 00000000:1400 00000000:0000 0D 00000000:00000000 00:00000000 00000000  3000000000        0 1
TABLE
  run covered ./conntable -n
  assert_success
  assert_output - <<'TABLE'
conntable: 0.0.0.0:5010           0.0.0.0:*              CLOSED        0
conntable: 0.0.0.0:5120           0.0.0.0:*              ?             3000000000
TABLE
  run covered ./conntable -n -s CLOSED
  assert_equal "${#lines[@]}" 1
}

@test "a state that is none, a file that is missing, output that cannot be written" {
  local state
  for state in LISTENING listen ESTAB 1; do
    run ./conntable -s "$state"
    assert_failure 2
    assert_line "conntable: -s '$state': there is no such state; ESTABLISHED is one"
  done
  server
  run bash -c './conntable -n >/dev/full'
  assert_failure 1
  stop server
}

# --- calls that fail ---

@test "calls that fail are told" {
  dies_of fail_socket=1 'dns: socket' ./dns -p 0 -f "$BATS_TEST_DIRNAME/etc/zone.lab"
  dies_of fail_bind=1 'dns: bind 127.0.0.1:0' ./dns -p 0 -f "$BATS_TEST_DIRNAME/etc/zone.lab"
  dies_of fail_socket=1 "server: socket for 127.0.0.1:$PORT" ./server -b 127.0.0.1 -p "$PORT"
  dies_of fail_listen=1 "server: listen on 127.0.0.1:$PORT" ./server -b 127.0.0.1 -p "$PORT"
  dies_of fail_socket=1 'ports: socket' ./ports 80
}

@test "outside of a box private.sh changes nothing" {
  run env -u SOCKET_LABS_BOX "$BATS_TEST_DIRNAME/private.sh"
  assert_failure 1
  assert_output --partial 'only in a box'
}
