#!/usr/bin/env bats
# Lab 14's programs behave as its README says, failures included. scripts/lib/behaviour.bash defines the words.
# needs: nft
# tools: nft curl socat
# shellcheck disable=SC2016,SC2094  # bash -c expands it; cmp only reads
load ../../scripts/lib/behaviour.bash

# backend KIND, relay OPTION..., web OPTION... - starts it, and waits until it listens.
backend() {
  start backend ./backend -m "$1"
  await backend '^backend: listening on 127\.0\.0\.1:8014$'
}

relay() {
  start relay ./relay "$@"
  await relay '^relay: listening on '
}

web() {
  start web ./web "$@"
  await web '^web: listening on 127\.0\.0\.1:8014$'
}

small_buffers() {
  echo '4096 16384 65536' >/proc/sys/net/ipv4/tcp_rmem
  echo '4096 16384 65536' >/proc/sys/net/ipv4/tcp_wmem
}

# through PLACE - what socat gets back for its input: TCP:... or UNIX-CONNECT:...
through() {
  timeout -k 1 60 socat -t 10 - "$1"
}

# status TARGET [OPTION...] - what the web server answers, its status only.
status() {
  curl -s -o /dev/null -w '%{http_code}' --path-as-is "${@:2}" "http://127.0.0.1:8014$1"
}

# asks TEXT - sends these bytes, as printf writes them, and prints the answer without its CRs.
asks() {
  # shellcheck disable=SC2059 # that is what the argument is
  timeout -k 1 60 nc -N 127.0.0.1 8014 < <(printf "$1") | tr -d '\r'
}

memory_kb() {
  awk '/^RssAnon:/ { print $2 }' "/proc/${PID[relay]}/status"
}

# stuck - true if a client has sent, and nobody moves.
stuck() {
  local before
  before=$(ss -Htn '( sport = 5014 or dport = 5014 )')
  [[ $before =~ ESTAB\ +[0-9]+\ +[1-9] ]] && pause 0.2 && [[ $(ss -Htn '( sport = 5014 or dport = 5014 )') == "$before" ]]
}

# --- the relay ---

@test "bytes go both ways unchanged, by copy and by splice, to and from TCP and Unix sockets" {
  local option
  backend echo
  head -c 3000000 /dev/urandom >"$BATS_TEST_TMPDIR/sent"
  for option in '' -s; do
    # shellcheck disable=SC2086 # it may be nothing
    relay $option 127.0.0.1:8014
    through TCP:127.0.0.1:5014 <"$BATS_TEST_TMPDIR/sent" | cmp - "$BATS_TEST_TMPDIR/sent"
    await relay '^relay: 1: ended, 3000000 bytes to the server, 3000000 back$'
    # shellcheck disable=SC2086
    start outer ./relay $option -l "$BATS_TEST_TMPDIR/door" 127.0.0.1:5014
    await outer "listening on .*/door"
    # shellcheck disable=SC2086
    start third ./relay $option -p 8015 "$BATS_TEST_TMPDIR/door"
    await third 'listening on 127\.0\.0\.1:8015'
    through "UNIX-CONNECT:$BATS_TEST_TMPDIR/door" <"$BATS_TEST_TMPDIR/sent" | cmp - "$BATS_TEST_TMPDIR/sent"
    through TCP:127.0.0.1:8015 <"$BATS_TEST_TMPDIR/sent" | cmp - "$BATS_TEST_TMPDIR/sent"
    stop third
    stop outer
    [[ ! -e $BATS_TEST_TMPDIR/door ]]
    stop relay
  done
}

@test "one client, two connections; nc, curl and socat talk through it" {
  web
  relay 127.0.0.1:8014
  start client nc 127.0.0.1 5014
  await relay '^relay: 1: client 127\.0\.0\.1:[0-9]+, server 127\.0\.0\.1:8014, which sees 127\.0\.0\.1:[0-9]+$'
  assert_equal "$(ss -Htn state established '( dport = 5014 or dport = 8014 )' | wc -l)" 2
  type client $'GET /Makefile HTTP/1.0\r\n\r'
  await client '^PROGRAMS := relay'
  curl -s http://127.0.0.1:5014/relay.c | cmp - relay.c
  through TCP:127.0.0.1:5014 < <(printf 'HEAD /relay.c HTTP/1.0\r\n\r\n') | grep -c "^Content-Length: $(stat -c %s relay.c)"
}

@test "each end of stream is carried by itself, in both directions" {
  local option
  for option in '' -s; do
    backend late
    # shellcheck disable=SC2086
    relay $option 127.0.0.1:8014
    assert_equal "$(through TCP:127.0.0.1:5014 < <(printf 12345))" '5 bytes have come'
    assert_equal "$(through TCP:127.0.0.1:5014 </dev/null)" '0 bytes have come'
    stop backend
    backend first
    assert_equal "$(through TCP:127.0.0.1:5014 < <(printf 1234567))" hello
    await backend '^backend: 1: end after 7 bytes'
    stop relay
    stop backend
  done
}

@test "-1 closes both at the first end, and the answer is lost" {
  backend late
  relay -1 127.0.0.1:8014
  run through TCP:127.0.0.1:5014 < <(printf 12345)
  assert_output ''
  await relay '^relay: 1: ended, 5 bytes to the server, 0 back$'
}

@test "a reset is carried, too, in both directions" {
  backend echo
  relay 127.0.0.1:8014
  start client socat - TCP:127.0.0.1:5014,linger=0
  type client hello
  await client '^hello$'
  interrupt client KILL # by itself socat would end its stream first
  finish client 137
  await relay '^relay: 1: broken off: ECONNRESET'
  await backend '^backend: 1: ECONNRESET after 6 bytes'
  stop backend
  backend reset
  run curl -s http://127.0.0.1:5014/
  assert_failure 56 # curl: failure in receiving
  await relay '^relay: 2: broken off: ECONNRESET'
}

@test "never more than its buffers, and nobody else has to wait" {
  local option before
  small_buffers
  for option in '' -s; do
    backend echo
    # shellcheck disable=SC2086
    relay $option 127.0.0.1:8014
    assert_equal "$(through TCP:127.0.0.1:5014 < <(printf 1))" 1
    before=$(memory_kb)
    for _ in 1 2 3; do
      run become ./load -f
      assert_output --regexp '^load: [0-9]+\* bytes taken$'
    done
    [[ -n ${SAN-} ]] || (($(memory_kb) - before < 700)) || fail "it has grown by $(($(memory_kb) - before)) kB"
    start flood bash -c 'exec 3<>/dev/tcp/127.0.0.1/5014; cat /dev/zero >&3'
    await relay '^relay: 5: client'
    wait_until stuck
    assert_equal "$(through TCP:127.0.0.1:5014 < <(printf 2))" 2
    kill -KILL "${PID[flood]}"
    stop relay
    stop backend
  done
}

# peak_kb - the most that the relay ever had in memory.
peak_kb() {
  awk '/^VmHWM:/ { print $2 }' "/proc/${PID[relay]}/status"
}

# bats test_tags=slow
@test "1 GiB goes through in as much memory as 1 MiB" {
  local option size before
  for option in '' -s; do
    # shellcheck disable=SC2086
    relay $option 127.0.0.1:8014
    for size in 1M 1G; do
      start sink socat -u -b 262144 TCP-LISTEN:8014,reuseaddr OPEN:/dev/null
      wait_until listens 8014
      head -c "$size" /dev/zero | timeout -k 1 100 socat -u -b 262144 - TCP:127.0.0.1:5014
      finish sink
      [[ $size == 1G ]] || before=$(peak_kb)
    done
    await relay '^relay: 2: ended, 1073741824 bytes to the server, 0 back$'
    [[ -n ${SAN-} ]] || (($(peak_kb) - before < 400)) || fail "from $before to $(peak_kb) kB"
    stop relay
  done
}

@test "what a chain of relays swallows grows with each, and is bounded" {
  local port=8014 i taken last=0
  small_buffers
  backend mute
  for i in 5014 8015 8016 ''; do
    run become ./load -f -p "$port"
    taken=${output//[!0-9]/}
    ((taken > last + 30000 && taken < 2000000)) || fail "$taken bytes, after $last"
    last=$taken
    [[ -z $i ]] || {
      start "relay$i" ./relay -p "$i" "127.0.0.1:$port"
      await "relay$i" listening
      port=$i
    }
  done
}

@test "it sleeps while one of the two ends has hung up and the other one is slow" {
  local fd
  small_buffers
  backend mute
  relay 127.0.0.1:8014
  run become ./load -f
  assert_success
  start client nc -N 127.0.0.1 5014
  await relay '^relay: 2: client'
  type_eof client
  exec {fd}<>/dev/tcp/127.0.0.1/5014
  exec {fd}>&-
  await relay '^relay: 3: client'
  pause 0.3
  (($(awk '{ print $14 + $15 }' "/proc/${PID[relay]}/stat") < 20)) || fail "it has used the processor all the time"
}

@test "a server that is down: refused at once, or silent until -t" {
  relay -t 200 -r 0 127.0.0.1:8014
  run become ./load -c 1 -n 1
  assert_line 'load: 0 of 1 answered'
  await relay '^relay: 127\.0\.0\.1:8014 is out: ECONNREFUSED$'
  await relay '^relay: 1: no server is left$'
  await relay '^relay: 1: broken off: ECONNREFUSED, 0 bytes to the server, 0 back$'
  nft 'table ip wall { chain in { type filter hook input priority 0; tcp dport 8014 drop; }; }'
  run become ./load -c 1 -n 1
  assert_line 'load: 0 of 1 answered'
  await relay '^relay: 127\.0\.0\.1:8014 is out: ETIMEDOUT$'
  await relay '^relay: 2: broken off: ETIMEDOUT, 0 bytes to the server, 0 back$'
  nft delete table ip wall
  web
  run become ./load -c 1 -n 1
  assert_line 'load: 1 of 1 answered'
}

answers_again() {
  ./load -c 1 -n 1 >/dev/null && grep -q 'GET' "$(out web)"
}

@test "several servers have their turns; one that dies is left out, and comes back" {
  web
  start web2 ./web -p 8015
  await web2 listening
  relay -r 300 127.0.0.1:8014 127.0.0.1:8015
  local i
  for i in 1 2 3 4 5 6; do curl -s -o /dev/null http://127.0.0.1:5014/Makefile; done
  assert_equal "$(grep -c GET "$(out web)")" 3
  assert_equal "$(grep -c GET "$(out web2)")" 3
  stop web
  for i in 1 2 3 4 5 6; do assert_equal "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:5014/Makefile)" 200; done
  await relay '^relay: 127\.0\.0\.1:8014 is out: ECONNREFUSED$'
  assert_equal "$(grep -c GET "$(out web2)")" 9
  web
  wait_until answers_again
}

@test "without descriptors the relay blames no server, and serves the next client" {
  local option limit
  web
  for option in '' -s; do
    for limit in 40 41 42 43; do
      # shellcheck disable=SC2086 # it may be nothing
      start relay bash -c 'ulimit -n "$1" && shift && exec ./relay "$@"' bash "$limit" $option 127.0.0.1:8014
      await relay listening
      run become ./load -c 30 -n 300
      assert_equal "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:5014/Makefile)" 200
      refute grep -E 'is out|no server' "$(out relay)"
      stop relay
    done
  done
}

@test "a client of a Unix socket has sent and closed before the server answers: all of it arrives" {
  backend late
  relay -l "$BATS_TEST_TMPDIR/door" 127.0.0.1:8014
  interrupt relay STOP
  wait_until is_stopped "${PID[relay]}"
  socat -u - "UNIX-CONNECT:$BATS_TEST_TMPDIR/door" <<<hello
  interrupt relay CONT
  await backend '1: end after 6 bytes$'
}

@test "the server sees the relay's address, and the client's with the PROXY protocol" {
  local port
  web
  relay 127.0.0.1:8014
  port=$(curl -s -o /dev/null -w '%{local_port}' http://127.0.0.1:5014/Makefile)
  await web 'GET /Makefile 200'
  run grep GET "$(out web)"
  refute_output --partial ":$port "
  stop web
  stop relay
  web -x
  for option in '' -s; do
    # shellcheck disable=SC2086
    relay $option -x 127.0.0.1:8014
    port=$(curl -s -o /dev/null -w '%{local_port}' http://127.0.0.1:5014/Makefile)
    await web "^web: 127\\.0\\.0\\.1:$port GET /Makefile 200\$"
    stop relay
  done
  run status /Makefile
  assert_output 000
  await web 'no line of the PROXY protocol'
}

@test "the line of the PROXY protocol, byte for byte, in pieces, and from a Unix socket" {
  start seen socat -u TCP-LISTEN:8014,reuseaddr -
  wait_until listens 8014
  relay -x 127.0.0.1:8014
  start client nc -N -p 6000 127.0.0.1 5014
  type client hello
  type_eof client
  await seen hello
  assert_equal "$(cat "$(out seen)")" $'PROXY TCP4 127.0.0.1 127.0.0.1 6000 5014\r\nhello'
  finish seen
  stop relay
  web -x
  relay -x -l "$BATS_TEST_TMPDIR/door" 127.0.0.1:8014
  assert_equal "$(curl -s -o /dev/null -w '%{http_code}' --unix-socket "$BATS_TEST_TMPDIR/door" http://lab/Makefile)" 200
  await web '^web: unknown GET /Makefile 200$'
  local line
  for line in 'PROXY TCP4 1.2.3 1.2.3.4 1 2' 'PROXY TCP4 1.2.3.4 1.2.3.4 1 70000' 'PROXY TCP4 1.2.3.4 1.2.3.4 1' 'proxy' "$(printf '%0120d' 0)"; do
    run asks "$line\r\nGET /Makefile HTTP/1.0\r\n\r\n"
    assert_output ''
  done
  run asks 'PROXY TCP6 ::1 ::2 7 8\r\nHEAD /Makefile HTTP/1.0\r\n\r\n'
  assert_line 'HTTP/1.1 200 OK'
  await web '^web: \[::1\]:7 HEAD /Makefile 200$'
}

listens() {
  [[ -n $(ss -Htln "sport = :$1") ]]
}

# --- the web server ---

@test "files come whole, with their length; HEAD has the same head and no body" {
  mkdir "$BATS_TEST_TMPDIR/site"
  head -c 1000000 /dev/urandom >"$BATS_TEST_TMPDIR/site/big"
  : >"$BATS_TEST_TMPDIR/site/empty"
  echo '<p>home' >"$BATS_TEST_TMPDIR/site/index.html"
  echo blank >"$BATS_TEST_TMPDIR/site/a b"
  web "$BATS_TEST_TMPDIR/site"
  curl -s http://127.0.0.1:8014/big | cmp - "$BATS_TEST_TMPDIR/site/big"
  assert_equal "$(curl -s http://127.0.0.1:8014/)" '<p>home'
  assert_equal "$(curl -s http://127.0.0.1:8014/a%20b)" blank
  assert_equal "$(curl -s 'http://127.0.0.1:8014/index.html?x=1')" '<p>home'
  assert_equal "$(status /empty)" 200
  assert_equal "$(curl -s -o /dev/null -w '%{content_type}' http://127.0.0.1:8014/)" 'text/html; charset=utf-8'
  assert_equal "$(curl -s -o /dev/null -w '%{content_type}' http://127.0.0.1:8014/big)" 'text/plain; charset=utf-8'
  : >"$BATS_TEST_TMPDIR/site/style.css"
  assert_equal "$(curl -s -o /dev/null -w '%{content_type}' http://127.0.0.1:8014/style.css)" text/css
  run asks 'HEAD /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  assert_line 'Content-Length: 1000000'
  assert_line 'Connection: close'
  assert_equal "${#lines[@]}" 4
}

@test "a connection stays for the next request, also for some at once, or a byte at a time" {
  web
  assert_equal "$(curl -s -o /dev/null -o /dev/null -w '%{num_connects}' http://127.0.0.1:8014/Makefile http://127.0.0.1:8014/relay.c)" 10
  run asks 'HEAD /Makefile HTTP/1.1\r\nHost: x\r\n\r\nHEAD /none HTTP/1.1\r\nHost: x\r\n\r\nHEAD /web.c HTTP/1.1\r\nhost: x\r\nconnection: CLOSE\r\n\r\nHEAD /relay.c HTTP/1.1\r\n\r\n'
  assert_equal "$(grep -c '^HTTP/1.1 200 OK' <<<"$output")" 2
  assert_equal "$(grep -c '^HTTP/1.1 404 Not Found' <<<"$output")" 1
  run asks 'HEAD /Makefile HTTP/1.0\r\n\r\nHEAD /Makefile HTTP/1.0\r\n\r\n'
  assert_equal "$(grep -c '^HTTP' <<<"$output")" 1
  run asks 'HEAD /Makefile HTTP/1.0\r\nConnection: keep-alive\r\n\r\nHEAD /Makefile HTTP/1.0\r\n\r\n'
  assert_equal "$(grep -c '^HTTP' <<<"$output")" 2
  local fd text=$'HEAD /Makefile HTTP/1.0\r\n\r\n' i
  exec {fd}<>/dev/tcp/127.0.0.1/8014
  for ((i = 0; i < ${#text}; i++)); do printf %s "${text:i:1}" >&"$fd"; done
  read -r -t 5 -u "$fd" i
  exec {fd}>&-
  assert_equal "$i" $'HTTP/1.1 200 OK\r'
}

@test "400, 404, 405, 431 and 505" {
  local request
  web
  for request in 'GET /Makefile' 'GET  /Makefile HTTP/1.1\r\nHost: x' 'GET Makefile HTTP/1.1\r\nHost: x' 'GET /Makefile HTTP/1.1' \
    'GET /Makefile HTTP/1.1\r\nHost: x\r\nHost: y' 'GET /Makefile HTTP/1.1\r\nHost : x' 'GET /Makefile HTTP/1.1\r\nHost: x\r\nbad' \
    'GET /a%%00 HTTP/1.1\r\nHost: x' 'GET /a%%4 HTTP/1.1\r\nHost: x' 'GET /a%%zz HTTP/1.1\r\nHost: x' 'GET /\x01 HTTP/1.1\r\nHost: x' \
    'GET /Makefile HTTP/1.1\r\nHost: x\r\nContent-Length: 5' 'GET /Makefile HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked' \
    ' /Makefile HTTP/1.1\r\nHost: x' "GET /$(printf '%01100d' 0) HTTP/1.1\r\nHost: x"; do
    run asks "$request\r\n\r\nGET /Makefile HTTP/1.1\r\nHost: x\r\n\r\n"
    assert_line --index 0 'HTTP/1.1 400 Bad Request'
    assert_line 'Connection: close'
    assert_equal "$(grep -c '^HTTP/' <<<"$output")" 1
  done
  assert_equal "$(status /none)" 404
  assert_equal "$(status /exercise)" 404
  assert_equal "$(status /Makefile/x)" 404
  for request in POST PUT get GETT; do
    run asks "$request /Makefile HTTP/1.1\r\nHost: x\r\n\r\n"
    assert_line --index 0 'HTTP/1.1 405 Method Not Allowed'
    assert_line 'Allow: GET, HEAD'
  done
  run asks 'GET /Makefile HTTP/2.0\r\n\r\n'
  assert_line --index 0 'HTTP/1.1 505 HTTP Version Not Supported'
  # A head of 8,192 bytes is one, and of one more not.
  assert_equal "$(status /Makefile -H "X: $(printf '%08000d' 0)")" 200
  run asks "GET /Makefile HTTP/1.0\r\nX: $(printf '%08161d' 0)\r\n\r\n"
  assert_line --index 0 'HTTP/1.1 200 OK'
  run asks "GET /Makefile HTTP/1.0\r\nX: $(printf '%08162d' 0)\r\n\r\n"
  assert_line --index 0 'HTTP/1.1 431 Request Header Fields Too Large'
}

@test "no way leads out of the folder" {
  local path
  mkdir -p "$BATS_TEST_TMPDIR/site/inner"
  echo secret >"$BATS_TEST_TMPDIR/secret"
  echo fine >"$BATS_TEST_TMPDIR/site/fine"
  ln -s ../secret "$BATS_TEST_TMPDIR/site/link"
  ln -s .. "$BATS_TEST_TMPDIR/site/up"
  ln -s "$BATS_TEST_TMPDIR/secret" "$BATS_TEST_TMPDIR/site/absolute"
  ln -s fine "$BATS_TEST_TMPDIR/site/good"
  mkfifo "$BATS_TEST_TMPDIR/site/fifo"
  web "$BATS_TEST_TMPDIR/site"
  for path in /../secret /%2e%2e/secret /..%2fsecret /inner/../../secret /link /up/secret /absolute "/$BATS_TEST_TMPDIR/secret" \
    /./../secret /fifo /inner; do
    assert_equal "$path $(status "$path")" "$path 404"
  done
  assert_equal "$(status /good)" 200
  assert_equal "$(status /inner/../fine)" 200
}

@test "a client that leaves in the middle harms nobody" {
  mkdir "$BATS_TEST_TMPDIR/site"
  head -c 30000000 /dev/zero >"$BATS_TEST_TMPDIR/site/big"
  web "$BATS_TEST_TMPDIR/site"
  printf 'GET /big HTTP/1.0\r\n\r\n' | socat -t 0.1 STDIN TCP:127.0.0.1:8014,linger=0
  printf 'GET /b' | nc -N 127.0.0.1 8014
  assert_equal "$(curl -s http://127.0.0.1:8014/big | wc -c)" 30000000
}

@test "a server without descriptors ends with the reason" {
  local program fd i
  for program in web backend; do
    start "$program" bash -c 'ulimit -n 20 && exec "./$1"' bash "$program"
    await "$program" listening
    for i in {1..20}; do { exec {fd}<>/dev/tcp/127.0.0.1/8014; } 2>/dev/null || break; done
    finish "$program" 1
    assert_equal "$(tail -n 1 "$(err "$program")")" "$program: accept: Too many open files [EMFILE]"
  done
}

# --- the others ---

@test "load counts what is answered" {
  web
  relay 127.0.0.1:8014
  run become ./load -c 64 -n 2000
  assert_line 'load: 2000 of 2000 answered'
  assert_line --regexp '^load: [0-9]+\* a second$'
  assert_equal "$(grep -c 'which sees' "$(out relay)")" 64
  run become ./load -v -c 1 -n 1 -p 8014
  assert_line --regexp '^load\| connect\([0-9]+, 127\.0\.0\.1:8014\) = 0'
}

@test "the kinds of backend" {
  backend slow
  assert_equal "$(through TCP:127.0.0.1:8014 </dev/null)" ................
  stop backend
  backend much
  assert_equal "$(through TCP:127.0.0.1:8014 </dev/null | wc -c)" 100000
  stop backend
  run ./backend -m none
  assert_failure 2
}

@test "what is wrong with an option is said" {
  run ./relay
  assert_failure 2
  assert_line --index 0 'relay: which server?'
  for place in 8014 127.0.0.1:0 127.0.0.1:70000 "/$(printf '%0120d' 0)"; do
    run ./relay "$place"
    assert_failure 2
    assert_line --index 0 "relay: no server '$place': HOST:PORT or ./PATH, at most 16"
  done
  # shellcheck disable=SC2046 # 17 words
  run ./relay $(printf '127.0.0.1:%d ' {1..17})
  assert_failure 2
  run ./relay -l "" 127.0.0.1:8014
  assert_failure 2
  run ./web /none
  assert_failure 1
  assert_output 'web: open /none: No such file or directory [ENOENT]'
  web
  DIES=1 run ./web
  assert_failure 1
  assert_output --partial 'EADDRINUSE'
}
