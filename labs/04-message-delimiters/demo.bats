#!/usr/bin/env bats
# Lab 04's pair behaves as its README says. scripts/lib/behaviour.bash defines the words.
load ../../scripts/lib/behaviour.bash

# serve [ARGUMENT...] - starts the server and waits until it listens.
serve() {
  start server ./server "$@"
  await server 'listening on 127\.0\.0\.1:5004'
}

# shown - prints what the server has shown, without the lines that differ from run to run.
shown() {
  await server 'end of stream|closing|lost|left'
  sed -nE 's/^server: //; /^(message|a message|end of|lost|left)|announced/p' "$(out server)"
}

# expect_shown LINE... - expects exactly these lines, after one client.
expect_shown() {
  run shown
  assert_output "$(printf '%s\n' "$@")"
}

NOBODY_KNOWS='end of stream: nobody can tell whether the last message was whole'

@test "none: several sends come as one message, glued" {
  serve -s
  run ./client one two three
  assert_success
  assert_line --index 2 'client: piece 3, length 5: "three"'
  assert_line --index 3 "client: all acknowledged: the server's kernel has them"
  run ss -tinH sport = 5004
  assert_output --partial ' data_segs_in:3 '
  type server ''
  await server 'message 1'
  type server ''
  expect_shown 'message 1, length 11: "onetwothree"' "$NOBODY_KNOWS"
  run grep -c '^server: 11 bytes in the receive queue$' "$(out server)"
  assert_output 1
}

@test "none: with a tiny buffer, one send comes as several messages" {
  serve -r 4
  run ./client 'hello world'
  assert_success
  expect_shown 'message 1, length 4: "hell"' 'message 2, length 4: "o wo"' \
    'message 3, length 3: "rld"' "$NOBODY_KNOWS"
}

@test "none: sent in pieces, one message comes as several" {
  serve
  start client ./client -s -c 4 hello world
  await server 'message 1, length 4: "hell"'
  type client ''
  await server 'message 2, length 4: "owor"'
  type client ''
  finish client
  expect_shown 'message 1, length 4: "hell"' 'message 2, length 4: "owor"' \
    'message 3, length 2: "ld"' "$NOBODY_KNOWS"
}

@test "the client's pieces: one for each message, or of -c bytes" {
  serve
  run ./client -m length one ''
  assert_line 'client: piece 1, length 7: "\x00\x00\x00\x03one"'
  assert_line 'client: piece 2, length 4: "\x00\x00\x00\x00"'
  run ./client -m newline -c 3 one two
  assert_line 'client: piece 1, length 3: "one"'
  assert_line 'client: piece 2, length 3: "\ntw"'
  assert_line 'client: piece 3, length 2: "o\n"'
  run ./client ''
  assert_success
  refute_line --partial piece
}

@test "newline and length: the same messages, whatever the pieces and the buffer" {
  local mode chop room
  for mode in newline length; do
    for chop in 1 3; do
      for room in 1 5 4096; do
        serve -m "$mode" -r "$room"
        ./client -m "$mode" -c "$chop" one '' 'two and more' x >/dev/null
        expect_shown 'message 1, length 3: "one"' 'message 2, length 0: ""' \
          'message 3, length 12: "two and more"' 'message 4, length 1: "x"' \
          'end of stream between messages, 4 came'
        stop server
      done
    done
  done
}

@test "newline: a delimiter inside the data makes two messages" {
  serve -m newline
  ./client -m newline $'two\nlines' >/dev/null
  expect_shown 'message 1, length 3: "two"' 'message 2, length 5: "lines"' \
    'end of stream between messages, 2 came'
}

@test "newline: a message of the maximum is shown, a longer one skipped" {
  serve -m newline -l 8 -r 3
  ./client -m newline 12345678 123456789 'far longer than that' ok >/dev/null
  expect_shown 'message 1, length 8: "12345678"' \
    'a message of more than 8 bytes: skipping to its newline' \
    'a message of more than 8 bytes: skipping to its newline' \
    'message 2, length 2: "ok"' 'end of stream between messages, 2 came'
}

@test "newline: the end of the stream inside a message" {
  serve -m newline
  printf 'one\ntw' | ./client >/dev/null
  expect_shown 'message 1, length 3: "one"' 'end of stream inside a message: no newline came'
}

@test "length: a newline is a byte like any other, and so is NUL" {
  serve -m length
  printf '\0\0\0\4a\nb\0' | ./client >/dev/null
  expect_shown 'message 1, length 4: "a\nb\x00"' 'end of stream between messages, 1 came'
}

@test "length: 0 and the maximum are served" {
  serve -m length -l 8
  ./client -m length '' 12345678 '' >/dev/null
  expect_shown 'message 1, length 0: ""' 'message 2, length 8: "12345678"' \
    'message 3, length 0: ""' 'end of stream between messages, 3 came'
}

@test "length: over the maximum ends the connection, not the server" {
  serve -m length -l 8
  printf '\0\0\0\2ok\0\0\0\11' | ./client >/dev/null
  expect_shown 'message 1, length 2: "ok"' '9 bytes announced, at most 8 allowed: closing'
  printf '\377\377\377\377' | ./client >/dev/null
  await server '4294967295 bytes announced, at most 8 allowed: closing'
  printf 'hello, is this length?' | ./client >/dev/null
  await server '1751477356 bytes announced \(these 4 bytes are "hell"\), at most 8 allowed: closing'
  ./client -m length alive >/dev/null
  await server 'message 1, length 5: "alive"'
}

@test "length: the end of the stream inside a header and inside a body" {
  serve -m length
  printf '\0\0' | ./client >/dev/null
  expect_shown 'end of stream inside a header: 2 of 4 bytes came'
  printf '\0\0\0\2ok\0\0\0\5hel' | ./client >/dev/null
  await server 'end of stream inside a message: 3 of 5 bytes came'
  printf '\0\0\0\5' | ./client >/dev/null
  await server 'end of stream inside a message: 0 of 5 bytes came'
  ./client -m length alive >/dev/null
  await server 'message 1, length 5: "alive"'
}

@test "a large input goes through, in order" {
  serve -m length -l 65536 -r 1000
  local frame=$BATS_TEST_TMPDIR/frame
  # Ten messages of 65536 bytes, in hexadecimal 10000.
  for _ in {1..10}; do printf '\0\1\0\0' && head -c 65536 /dev/zero; done >"$frame"
  ./client <"$frame" >/dev/null
  await server 'end of stream between messages, 10 came'
  run grep -c 'length 65536: "\(\\x00\)\{40\}"\.\.\.$' "$(out server)"
  assert_output 10
}

@test "a client that is killed, or resets its connection, is an event" {
  serve
  start client ./client -s -c 1 ab
  await server 'message 1'
  interrupt client KILL
  await server 'end of stream'
  stop server
  serve -s
  make -s -C "$LABS_ROOT/scripts/grader"
  "$LABS_ROOT/.build/grader/peer" 127.0.0.1:5004 connect send x reset
  type server ''
  await server 'message 1, length 1: "x"' # a reset discards what is not sent yet, not what has arrived
  type server ''
  await server 'lost the client: ECONNRESET'
  ./client next >/dev/null
  type server ''
  await server 'message 1, length 4: "next"'
}

@test "the server ends with status 0 on SIGTERM and SIGINT, with a client too" {
  serve
  stop server
  serve
  start client ./client -s -c 1 ab
  await server 'message 1'
  stop server INT
  run tail -n 2 "$(out server)"
  assert_output "$(printf 'server: left the client: asked to stop\nserver: stopped')"
}

@test "no server: ECONNREFUSED; one that closes: an error, not SIGPIPE" {
  run ./client hello
  assert_failure 1
  assert_output --partial '[ECONNREFUSED]'
  serve -m length -l 8
  # More than the server reads before it closes, and more than the kernels' buffers hold.
  run bash -c 'head -c 20000000 /dev/zero | tr "\0" x | ./client'
  assert_failure 1
  assert_output --regexp '\[(ECONNRESET|EPIPE)\]'
}

@test "a server that has closed: the client says that, for no pipe has broken" {
  closed() { [[ -n $(ss -Htn state close-wait 'dport = 5004') ]]; }
  serve -m length
  start client ./client -s $'\xff\xff\xff\xff' more
  wait_until closed
  type client ''
  finish client 1
  run tail -n 1 "$(err client)"
  assert_output 'client: wait for the server: it has closed the connection [EPIPE]'
}

@test "-p 0 lets the kernel choose the port, -v prints the calls with their results" {
  local port
  start server ./server -v -p 0
  await server 'listening on 127\.0\.0\.1:[1-9][0-9]*, mode none'
  port=$(sed -nE 's/.*listening on 127\.0\.0\.1:([0-9]+),.*/\1/p' "$(out server)")
  run become ./client -v -p "$port" hello
  assert_success
  assert_line 'client| setsockopt(3, TCP_NODELAY, 1) = 0'
  assert_line 'client| send_all(3, 5 bytes) = 0'
  await server 'end of stream'
  run cat "$(err server)"
  assert_line 'server| recv(4, 4096 bytes) = 5'
  assert_line 'server| recv(4, 4096 bytes) = 0'
}

@test "-p names another port, for both" {
  start server ./server -p 5204
  await server 'listening on 127\.0\.0\.1:5204'
  run ./client -p 5204 hello
  assert_success
  await server 'end of stream'
  stop server
}

@test "usage errors name the value and the range" {
  local program
  for program in ./server ./client; do
    run "$program" -m lines
    assert_failure 2
    assert_line --partial "-m 'lines': the mode is none, newline or length"
    run "$program" -h
    assert_success
    assert_line --index 0 --partial 'usage: '
  done
  run ./server -r 0
  assert_failure 2
  assert_line --partial "-r '0'"
  run ./server -l 65537
  assert_failure 2
  run ./server extra
  assert_failure 2
  run ./client -c 0 x
  assert_failure 2
  run ./client -s
  assert_failure 2
  assert_line --partial 'give the messages as arguments'
}

@test "a system call that fails is named, with status 1" {
  dies_of fail_socket=1 'server: listen on 127.0.0.1:5004' ./server
  dies_of fail_setsockopt=1 'server: listen on 127.0.0.1:5004' ./server
  dies_of fail_listen=1 'server: listen on 127.0.0.1:5004' ./server
  dies_of fail_accept=1 'server: accept' ./server
  dies_of fail_socket=1 'client: connect 127.0.0.1:5004' ./client hello
  serve
  dies_of fail_setsockopt=1 'client: setsockopt TCP_NODELAY' ./client hello
  dies_of fail_send=1 'client: send to the server' ./client hello
  stop server
}
