#!/usr/bin/env bats
# Lab 01 behaves as its README says, failures included.
# What is in single quotes is for a shell of its own; each test is a subshell with its own $port.
# shellcheck disable=SC2016,SC2030,SC2031,SC2094
load ../../scripts/lib/behaviour.bash

# A sanitizer's report must not look like status 1, which programs have of their own.
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99
PEER=$LABS_ROOT/.build/grader/peer

setup_file() {
  make -s -C "$LABS_ROOT/scripts/grader" >&2
}

teardown() {
  kill_started
  if grep -sE 'Sanitizer|runtime error' "$BATS_TEST_TMPDIR"/*.err; then return 1; fi
}

# serve [OPTION...] - starts the server and waits until it listens, on port 5001.
serve() {
  start server ./server "$@"
  await server '^server: listening on '
}

# client ARGUMENT... - runs a client for 10 seconds at most; sets $output and $status.
client() {
  run become timeout -k 1 "$DEADLINE" ./client "$@"
}

# still_serves - the server answers a new client.
still_serves() {
  client 'still there?'
  assert_success
  assert_output 'still there?'
}

# starts NAME - starts a client that waits for input; sets $port to its local port.
starts() {
  start "$1" ./client -v
  await "$1" '^client\| connect\(3, 127.0.0.1:5001\) = 0'
  port=$(sed -nE 's/.* tcp 127\.0\.0\.1:([0-9]+) -> .*/\1/p' "$(err "$1")")
}

# counted NAME NUMBER REGEX - exactly NUMBER lines of its output match.
counted() {
  (($(grep -cE -- "$3" "$(out "$1")") == $2))
}

# queue recv|send SS_FILTER - prints how many bytes are in that queue of the connection.
queue() {
  local received sent
  read -r _ received sent _ < <(ss -Htn state connected exclude time-wait "$2") || true
  case $1 in
    recv) echo "${received:-0}" ;;
    send) echo "${sent:-0}" ;;
  esac
}

queued() {
  (($(queue recv "$1") >= $2))
}

switches() {
  sed -n 's/^voluntary_ctxt_switches:\t//p' "/proc/${PID[$1]}/status"
}

# waits NAME - the program sleeps in a system call.
waits() { is_asleep "${PID[$1]}"; }

# sleeps_on NAME - the program sleeps, and has not woken up for a moment.
sleeps_on() {
  local before
  before=$(switches "$1")
  pause && pause && waits "$1" && [[ $(switches "$1") == "$before" ]]
}

# stuck_in_send [NAME PORT] - the server sleeps although it has input: so it sleeps in send.
stuck_in_send() {
  local name=${1-server} before
  before=$(switches "$name")
  waits "$name" && queued "sport = ${2-5001}" 1 && waits "$name" &&
    [[ $(switches "$name") == "$before" ]]
}

# floods NAME [PORT] - starts a client that sends without end and never reads.
floods() {
  start "$1" bash -c 'exec 5<>"/dev/tcp/127.0.0.1/$0" && exec cat /dev/zero >&5' "${2-5001}"
}

listens() {
  [[ -n $(ss -Htln "sport = $1") ]]
}

# stands_in COMMAND... - starts another server, on port 5101.
stands_in() {
  start other "$@"
  wait_until listens 5101
}

# peak NAME - prints the most memory the program has ever used, in KiB.
peak() {
  sed -nE 's/^VmHWM:\s+([0-9]+) kB/\1/p' "/proc/${PID[$1]}/status"
}

# --- what it shows ---

@test "a line comes back, and both ends report what happened" {
  serve
  client hello
  assert_success
  assert_output hello
  await server '^server: end of stream from 127\.0\.0\.1:[0-9]+$'
  stop server
  run cat "$(out server)"
  assert_line --index 0 'server: listening on 127.0.0.1:5001'
  assert_line --index 1 --regexp \
    '^server: accepted 127\.0\.0\.1:([0-9]+) as descriptor 4, tcp 127\.0\.0\.1:5001 <- '
  assert_line --index 3 'server: stopped'
  assert_equal "${#lines[@]}" 4
  assert_equal "$(<"$(err server)")" ''
}

@test "several messages are lines in their order" {
  serve
  client -- 'one two' three -r ''
  assert_success
  assert_output $'one two\nthree\n-r' # bats drops the empty line at the end
}

@test "-v prints what each call returned, in the order of the lecture" {
  serve -v
  client -v hello
  assert_success
  assert_line --index 0 'client| socket(AF_INET, SOCK_STREAM, 0) = 3'
  assert_line --index 1 --regexp \
    '^client\| connect\(3, 127\.0\.0\.1:5001\) = 0, tcp 127\.0\.0\.1:[0-9]+ -> 127\.0\.0\.1:5001$'
  assert_line --index 2 'client| send(3, 6 bytes) = 6'
  assert_line 'client| recv(3) = 6'
  assert_line 'client| shutdown(3, SHUT_WR) = 0'
  assert_line 'client| recv(3) = 0'
  assert_line --index "$((${#lines[@]} - 1))" 'client| close(3) = 0'
  await server 'end of stream from'
  stop server
  run cat "$(err server)"
  assert_output 'server| socket(AF_INET, SOCK_STREAM, 0) = 3
server| bind(3, 127.0.0.1:5001) = 0
server| listen(3) = 0
server| accept(3) = 4
server| recv(4) = 6
server| send(4, 6 bytes) = 6
server| recv(4) = 0
server| accept(3) = -1'
}

@test "the accepted socket is a new descriptor on the same local port, as ss says too" {
  local port
  serve
  starts alice
  await server "^server: accepted 127\.0\.0\.1:$port as descriptor 4, \
tcp 127\.0\.0\.1:5001 <- 127\.0\.0\.1:$port$"
  run ss -Htanp exclude time-wait
  assert_line --regexp '^LISTEN +0 +[0-9]+ +127\.0\.0\.1:5001 .*"server",pid=[0-9]+,fd=3\)'
  assert_line --regexp \
    "^ESTAB +0 +0 +127\.0\.0\.1:5001 +127\.0\.0\.1:$port .*\"server\",pid=[0-9]+,fd=4\)"
  assert_line --regexp \
    "^ESTAB +0 +0 +127\.0\.0\.1:$port +127\.0\.0\.1:5001 .*\"client\",pid=[0-9]+,fd=3\)"
  assert_equal "${#lines[@]}" 3
}

@test "with -p 0 the kernel chooses the port, and the server prints which" {
  local port
  serve -p 0
  port=$(sed -nE 's/^server: listening on 127\.0\.0\.1:([1-9][0-9]*)$/\1/p' "$(out server)")
  listens "$port"
  client -p "$port" hello
  assert_success
  assert_output hello
  stop server
}

@test "two clients differ in their ephemeral port; the second waits in the kernel for its turn" {
  local port alice bob
  serve
  starts alice
  alice=$port
  type alice 'from Alice'
  await alice '^from Alice$'
  starts bob
  bob=$port
  [[ $alice != "$bob" ]]
  type bob 'from Bob'
  wait_until queued "sport = 5001 and dport = $bob" 9
  run ss -Htln 'sport = 5001'
  assert_output --regexp '^LISTEN +1 ' # one connection in the queue
  run ss -Htnp "sport = 5001 and dport = $bob"
  assert_output --regexp '^ESTAB +9 +0 '
  refute_output --partial users # and no process has it
  type alice 'again Alice'
  await alice '^again Alice$'
  counted server 1 accepted
  type_eof alice
  finish alice
  await bob '^from Bob$'
  type_eof bob
  finish bob
  await server "^server: end of stream from 127\.0\.0\.1:$bob$"
  assert_equal "$(grep -oE 'accepted 127.0.0.1:[0-9]+|end of stream' "$(out server)")" \
    "$(printf '%s\nend of stream\n' "accepted 127.0.0.1:$alice" "accepted 127.0.0.1:$bob")"
}

# --- bytes ---

@test "after the half-close, what is still on its way arrives" {
  serve
  run "$PEER" 127.0.0.1:5001 connect send 'ab' shut expect 'ab' eof
  assert_success
  run "$PEER" 127.0.0.1:5001 connect shut eof
  assert_success
  client </dev/null
  assert_success
  assert_output ''
  wait_until counted server 3 '^server: end of stream from '
}

@test "one byte at a time, and all at once" {
  serve
  run "$PEER" 127.0.0.1:5001 connect drip 'a\nbc\n' expect 'a\nbc\n' shut eof
  assert_success
  run "$PEER" 127.0.0.1:5001 connect send 'a\nbc\n\n\nd' expect 'a\nbc\n\n\nd' shut eof
  assert_success
  run "$PEER" 127.0.0.1:5001 connect send a expect a send '\n' expect '\n' shut eof
  assert_success
}

@test "all bytes from 0 to 255 come back, upwards and downwards" {
  local bytes=$BATS_TEST_TMPDIR/bytes all
  printf -v all '\\x%02x' {0..255} {255..0}
  # shellcheck disable=SC2059  # the format is the bytes
  printf "$all" >"$bytes"
  assert_equal "$(stat -c %s "$bytes")" 512
  serve
  ./client <"$bytes" | cmp - "$bytes"
  run "$PEER" 127.0.0.1:5001 connect pump "$bytes" "$bytes" shut eof
  assert_success
}

@test "a million lines come back byte for byte" {
  serve
  seq 1 1000000 | timeout -k 1 60 ./client | cmp - <(seq 1 1000000)
  await server '^server: end of stream from '
}

@test "the memory that both need stays bounded" {
  local size=20000000
  if grep -q __asan_init ./server; then
    skip 'a sanitizer needs memory of its own: build without SAN=1'
  fi
  serve
  start hog bash -c 'exec ./client < <(head -c "$0" /dev/zero; read -r <"$1")' \
    "$size" "$BATS_TEST_TMPDIR/hog.in"
  came_back() { (($(stat -c %s "$(out hog)") == size)); }
  wait_until came_back
  (($(peak server) < 8000 && $(peak hog) < 8000))
  echo "peak: server $(peak server) KiB, client $(peak hog) KiB"
  stop server
}

@test "a client stopped in the middle, and a server, go on where they were" {
  local name
  serve
  start client bash -c 'exec ./client < <(cat; seq 1 200000)'
  type_eof client
  for name in client server client server; do
    interrupt "$name" STOP
    interrupt "$name" CONT
  done
  finish client
  cmp "$(out client)" <(seq 1 200000)
}

@test "a send that takes only a part of the bytes loses none, at either end" {
  faulty send_max=3 ./server
  start server "${FAULTY[@]}"
  await server '^server: listening on '
  client 'in pieces of three'
  assert_success
  assert_output 'in pieces of three'
  stop server
  serve
  faulty send_max=3 ./client 'in pieces of three'
  run become timeout -k 1 "$DEADLINE" "${FAULTY[@]}"
  assert_success
  assert_output 'in pieces of three'
}

@test "a client whose server does not answer sends less than two buffers, and waits" {
  serve
  interrupt server STOP
  start client bash -c 'exec ./client < <(yes)'
  wait_until queued 'sport = 5001' 16384
  wait_until sleeps_on client
  # It may have begun the last piece, a buffer at most, just before a whole buffer was on its way.
  (($(queue recv 'sport = 5001') < 2 * 16384))
}

# --- clients that behave badly ---

@test "a client killed with -9 looks like a polite goodbye, and the next one is served" {
  local port
  serve
  starts alice
  type alice hello
  await alice '^hello$'
  interrupt alice KILL
  finish alice 137
  await server "^server: end of stream from 127\.0\.0\.1:$port$"
  still_serves
}

@test "a client killed with unread bytes is lost, and the next one is served" {
  serve
  floods hog
  wait_until stuck_in_send
  interrupt hog KILL
  finish hog 137
  await server '^server: lost 127\.0\.0\.1:[0-9]+: (ECONNRESET|EPIPE)$'
  still_serves
}

@test "client -r ends with a reset, once it has everything back" {
  serve
  client -rv hello
  assert_success
  assert_line hello
  assert_line 'client| close(3) = 0'
  refute_line --partial shutdown
  await server '^server: lost 127\.0\.0\.1:[0-9]+: ECONNRESET$'
  still_serves
}

@test "a client that was reset before its turn is still named by its address" {
  local port name
  serve
  starts alice
  await server accepted
  run "$PEER" 127.0.0.1:5001 connect send 'unheard' reset
  assert_success
  type_eof alice
  finish alice
  await server '^server: lost '
  name=$(sed -n 's/^server: lost \(.*\): ECONNRESET$/\1/p' "$(out server)")
  [[ $name == 127.0.0.1:[1-9]* ]]
  await server "^server: accepted $name as descriptor 4, tcp 127\.0\.0\.1:5001 <- $name$"
  still_serves
}

@test "a client that never reads holds the server until it ends; then the next one is served" {
  serve
  floods hog
  wait_until stuck_in_send
  start next ./client 'at last'
  wait_until queued 'sport = 5001' 8
  counted server 1 accepted
  interrupt hog KILL
  finish hog 137
  await next '^at last$'
  finish next
}

@test "a client that is slow to read loses nothing" {
  serve
  seq 1 300000 | ./client | (
    head -c 100000
    interrupt server 0
    cat
  ) | cmp - <(seq 1 300000)
  await server '^server: end of stream from '
}

@test "a client that sends without end keeps the next one waiting; each gets its own bytes" {
  local port
  serve
  start endless bash -c 'exec ./client < <(yes) >/dev/null'
  await server accepted
  starts next
  type next 'my turn?'
  wait_until queued "sport = 5001 and dport = $port" 9
  counted server 1 accepted
  interrupt endless KILL
  finish endless 137
  await next '^my turn\?$'
  type_eof next
  finish next
}

# --- ends ---

@test "INT and TERM stop a server that waits for a client" {
  local signal
  for signal in INT TERM; do
    serve
    wait_until waits server
    stop server "$signal"
    assert_equal "$(tail -n 1 "$(out server)")" 'server: stopped'
  done
}

@test "INT and TERM stop a server that waits for bytes" {
  local signal port
  for signal in INT TERM; do
    serve
    starts alice
    type alice hello
    await alice '^hello$'
    wait_until waits server
    stop server "$signal"
    run tail -n 2 "$(out server)"
    assert_output "server: lost 127.0.0.1:$port: stopping
server: stopped"
    finish alice 1
    assert_equal "$(grep -v '|' "$(err alice)")" \
      'client: the server ended the connection: 6 bytes sent, 6 came'
  done
}

@test "INT and TERM stop a server that is stuck in send" {
  local signal port=5301
  # Each takes a second or so: both at once.
  for signal in INT TERM; do
    start "$signal" ./server -p "$port"
    await "$signal" '^server: listening'
    floods "hog$port" "$port"
    wait_until stuck_in_send "$signal" "$port"
    interrupt "$signal" "$signal"
    port=$((port + 1))
  done
  for signal in INT TERM; do
    finish "$signal"
    run tail -n 2 "$(out "$signal")"
    assert_line --index 0 --regexp '^server: lost 127\.0\.0\.1:[0-9]+: stopping$'
    assert_line --index 1 'server: stopped'
  done
}

@test "INT and TERM stop a server whose client never lets it wait" {
  local signal calls
  for signal in INT TERM INT TERM; do
    serve -v
    start busy bash -c 'exec ./client < <(yes) >/dev/null'
    await server '^server\| send'
    interrupt server STOP
    wait_until is_stopped "${PID[server]}"
    calls=$(wc -l <"$(err server)")
    interrupt server "$signal"
    interrupt server CONT
    finish server
    # The server may finish the call that it was in, and make one more.
    (($(wc -l <"$(err server)") - calls <= 2))
    assert_equal "$(tail -n 1 "$(out server)")" 'server: stopped'
    finish busy 1
  done
}

@test "a stopped server can start again on its port at once" {
  serve
  client hello
  assert_success
  stop server
  serve
  still_serves
}

@test "INT ends the client by that signal: waiting for a server that does not answer" {
  nft 'table ip t { chain input { type filter hook input priority 0; tcp dport 5201 drop; }; }'
  start client ./client -v -p 5201 hello
  dialing() { [[ -n $(ss -Htn state syn-sent 'dport = 5201') ]]; }
  wait_until dialing
  interrupt client INT
  finish client 130
  nft delete table ip t
}

@test "INT ends the client by that signal: waiting for input" {
  serve
  starts alice
  wait_until waits alice
  interrupt alice INT
  finish alice 130
  still_serves
}

@test "INT ends the client by that signal: waiting for an answer" {
  serve
  interrupt server STOP
  start client ./client -v hello
  await client 'shutdown'
  wait_until waits client
  interrupt client INT
  finish client 130
  interrupt server CONT
  still_serves
}

@test "INT ends the client by that signal: its output is not read" {
  serve
  mkfifo "$BATS_TEST_TMPDIR/unread"
  start client bash -c 'exec ./client <>"$0" >&0 </dev/zero' "$BATS_TEST_TMPDIR/unread"
  # Input and server are always ready: it sleeps for nothing else.
  wait_until sleeps_on client
  interrupt client INT
  finish client 130
  still_serves
}

# --- servers that behave badly ---

@test "no server: the client names ECONNREFUSED" {
  client hello
  assert_failure 1
  assert_output 'client: connect 127.0.0.1:5001: Connection refused [ECONNREFUSED]'
}

@test "a server that ends early: the client says how much it sent, and how much came" {
  stands_in socat TCP-LISTEN:5101,reuseaddr SYSTEM:'head -c 3'
  client -p 5101 hello
  assert_failure 1
  assert_output 'helclient: the server ended the connection: 6 bytes sent, 3 came'
  wait_until has_ended other # with status 0 or 1: whether a reset is an error depends on socat's version
}

@test "a server that speaks first and then ends is no echo server: the client counts both ways" {
  stands_in socat TCP-LISTEN:5101,reuseaddr SYSTEM:'echo 220 welcome; head -n 1'
  start client ./client -p 5101
  await client '^220 welcome$'
  type client hello
  finish client 1
  assert_equal "$(<"$(out client)")" $'220 welcome\nhello'
  assert_equal "$(<"$(err client)")" 'client: the server ended the connection: 6 bytes sent, 18 came'
  wait_until has_ended other
}

@test "a server that dies while it has unread bytes: the client names ECONNRESET" {
  serve
  interrupt server STOP
  start client ./client -v hello
  wait_until queued 'sport = 5001' 6
  interrupt server KILL
  finish server 137
  finish client 1
  assert_equal "$(tail -n 1 "$(err client)")" 'client: recv: Connection reset by peer [ECONNRESET]'
}

@test "a server that dies while the client sends: an error, never a signal" {
  serve
  start client bash -c 'exec ./client < <(yes) >/dev/null'
  await server accepted
  interrupt server KILL
  finish server 137
  finish client 1
  run cat "$(err client)"
  assert_output --regexp \
    '^client: (the server ended the connection: [0-9]+ bytes sent|.*\[(ECONNRESET|EPIPE)\]$)'
}

# --- other peers ---

@test "nc and socat are clients of this server" {
  serve
  run timeout -k 1 60 nc -N 127.0.0.1 5001 <<<'from nc'
  assert_success
  assert_output 'from nc'
  run timeout -k 1 60 socat -t 10 - TCP:127.0.0.1:5001 <<<'from socat'
  assert_success
  assert_output 'from socat'
  seq 1 100000 | timeout -k 1 60 socat -t 10 - TCP:127.0.0.1:5001 | cmp - <(seq 1 100000)
}

@test "this client talks to the echo server of socat" {
  stands_in socat TCP-LISTEN:5101,reuseaddr,fork EXEC:cat
  client -p 5101 hello
  assert_success
  assert_output hello
  seq 1 100000 | timeout -k 1 "$DEADLINE" ./client -p 5101 | cmp - <(seq 1 100000)
}

# --- an address, byte by byte ---

@test "sockaddr prints the bytes of a filled sockaddr_in" {
  run ./sockaddr
  assert_success
  assert_output 'sockaddr: sin_family  02 00                    AF_INET
sockaddr: sin_port    13 89                    port 5001
sockaddr: sin_addr    7f 00 00 01              127.0.0.1
sockaddr: sin_zero    00 00 00 00 00 00 00 00  not used'
  run ./sockaddr -b 192.0.2.255 -p 258
  assert_line --index 1 'sockaddr: sin_port    01 02                    port 258'
  assert_line --index 2 'sockaddr: sin_addr    c0 00 02 ff              192.0.2.255'
}

@test "the README draws these bytes" {
  local drawn
  drawn=$(grep -m1 -E '^ +\| 02 ' "$BATS_TEST_DIRNAME/README.md" | grep -oE '[0-9a-f]{2}|\.{3}' | xargs)
  assert_equal "$drawn" '02 00 13 89 7f 00 00 01 00 ... 00'
  run ./sockaddr
  assert_equal "$(sed -E 's/^sockaddr: sin_[a-z]+ +(([0-9a-f]{2} )+).*/\1/' <<<"$output" | xargs)" \
    "${drawn/.../00 00 00 00 00 00}"
}

@test "sockaddr -n leaves out htons, and the kernel reads another port" {
  run ./sockaddr -n
  assert_line --index 1 'sockaddr: sin_port    89 13                    port 35091'
  run ./sockaddr -n -p 257 # the same bytes in both orders
  assert_line --index 1 'sockaddr: sin_port    01 01                    port 257'
}

# --- options and errors ---

@test "a port in use: the second server names EADDRINUSE, and the first one goes on" {
  serve
  run ./server
  assert_failure 1
  assert_output 'server: bind 127.0.0.1:5001: Address already in use [EADDRINUSE]'
  still_serves
}

@test "the server is bound to 127.0.0.1 and no other address" {
  serve
  run ss -Htln
  assert_output --regexp '^LISTEN +0 +[0-9]+ +127\.0\.0\.1:5001 +0\.0\.0\.0:\*'
  assert_equal "${#lines[@]}" 1
  client -b 127.0.0.2 hello
  assert_failure 1
  assert_output 'client: connect 127.0.0.2:5001: Connection refused [ECONNREFUSED]'
  client -b 127.0.0.1 hello
  assert_success
}

@test "an address that is not four numbers names itself, with status 2" {
  local program value
  for program in client sockaddr; do
    for value in localhost ::1 127.0.0 127.0.0.256 '' '127.0.0.1 '; do
      run "./$program" -b "$value"
      assert_failure 2
      assert_line --index 0 \
        "$program: -b '$value': an IPv4 address is four numbers, such as 127.0.0.1"
    done
  done
}

@test "a bad port names itself and the range, with status 2" {
  local value
  for value in 65536 -1 12x '' ' 1' 99999999999999999999; do
    run ./server -p "$value"
    assert_failure 2
    assert_line --index 0 "server: -p '$value': a port is a whole number from 0 to 65535"
    client -p "$value"
    assert_failure 2
    assert_line --index 0 "client: -p '$value': a server's port is a whole number from 1 to 65535"
  done
  client -p 0
  assert_failure 2
  assert_line --index 0 "client: -p '0': a server's port is a whole number from 1 to 65535"
}

@test "an unknown option, a missing value, an extra argument: a usage error, with status 2" {
  local program
  for program in server client sockaddr; do
    run "./$program" -Z
    assert_failure 2
    assert_output "$program: unknown option -Z
$program: -h shows the options"
    run "./$program" -p
    assert_failure 2
    assert_line --index 0 "$program: option -p needs a value"
  done
  run ./sockaddr extra
  assert_failure 2
  assert_line --index 0 "sockaddr: unexpected argument 'extra'"
}

@test "-h prints every option on standard output, with status 0" {
  local program option
  for program in server client sockaddr; do
    run bash -c "./$program -h 2>&1 >&3 3>&- | cat >&2" 3>"$BATS_TEST_TMPDIR/help"
    assert_output ''
    run "./$program" -h
    assert_success
    assert_equal "$output" "$(<"$BATS_TEST_TMPDIR/help")"
    assert_line --index 0 --regexp "^usage: $program \["
    for option in $(sed -nE 's/.*next_option\(.*"([a-z:]+)".*/\1/; T; s/://g; s/./& /gp' \
      "$BATS_TEST_DIRNAME/$program.c") h; do
      assert_line --regexp "^  -$option "
    done
    refute_line --regexp '.{81}'
  done
}

@test "output that cannot be written is an error, with status 1" {
  run bash -c './server >/dev/full'
  assert_failure 1
  assert_output 'server: write to standard output: No space left on device [ENOSPC]'
  run bash -c './server >&-'
  assert_failure 1
  assert_output 'server: standard output is closed: Bad file descriptor [EBADF]'
  serve
  run bash -c './client hello >/dev/full'
  assert_failure 1
  assert_output 'client: write to standard output: No space left on device [ENOSPC]'
  run bash -c './client hello >&-'
  assert_failure 1
  assert_output 'client: standard output is closed: Bad file descriptor [EBADF]'
  run bash -c './client <&-'
  assert_failure 1
  assert_output 'client: standard input is closed: Bad file descriptor [EBADF]'
  still_serves
}

@test "a reader that had enough ends the client, as it ends any filter" {
  serve
  run bash -c 'timeout -k 1 60 ./client < <(yes) | head -n 1; echo "${PIPESTATUS[0]}"'
  assert_output $'y\n141'
  still_serves
}

@test "input that cannot be read is an error, with status 1" {
  serve
  run bash -c './client <.'
  assert_failure 1
  assert_output 'client: read standard input: Is a directory [EISDIR]'
  still_serves
}

@test "a system call that fails is named, with status 1" {
  dies_of fail_socket=1 'server: socket' ./server
  dies_of fail_setsockopt=1 'server: setsockopt SO_REUSEADDR' ./server
  dies_of fail_listen=1 'server: listen on 127.0.0.1:5001' ./server
  dies_of fail_accept=1 'server: accept' ./server
  dies_of fail_socket=1 'client: socket' ./client hello
  serve
  dies_of fail_setsockopt=1 'client: setsockopt SO_LINGER' ./client -r hello
  dies_of fail_recv=1 'client: recv' ./client hello
  dies_of fail_send=1 'client: send' ./client hello
  dies_of fail_poll=1 'client: poll' ./client hello
  still_serves
}
