#!/usr/bin/env bats
# The checks of lab 01's exercise, the shouting server: ten points. scripts/grader/check.bash has the words.
#
# Each mistake shows every time, not by luck: where the answer of a program depends on what arrives
# first, the server is frozen while it arrives (a peer's `freeze` and `thaw`).
load ../../../scripts/grader/check.bash

# bats test_tags=id:address,points:1
@test "listens on 127.0.0.1 and the port of -p, nowhere else" {
  likely no-bind 'socket, bind, listen, in this order, and then accept, for ever: README, "A name for the socket"'
  likely elsewhere 'the port in a sockaddr is the one of -p, in network byte order (htons): README, "A name for the socket"'
  likely wrong-address 'INADDR_ANY opens the server to every network of the machine; INADDR_LOOPBACK is this machine alone: README, "A name for the socket"'
  PORT=6001 # not the usual one: -p must have told it
  start server
  local where
  where=$(listeners)
  [[ $where == "127.0.0.1:$PORT" ]] || {
    told "looked at the listening sockets" "$where"
    fail_check wrong-address "127.0.0.1:$PORT" "$where"
  }
}

# bats test_tags=id:one-line,points:1
@test "one line comes back in capitals" {
  likely hung 'what was read must be sent at once, not when a buffer is full or the stream ends: README, "Bytes, not lines"'
  likely wrong-bytes 'recv gives n bytes; turn a to z into capitals in exactly these n and send them back: README, "Bytes, not lines"'
  likely any 'accept a client, recv what it sends, send it back: README, "One after the other"'
  start server
  peer connect send 'hello\n' expect 'HELLO\n'
}

# bats test_tags=id:conversation,points:1
@test "a client may speak as often as it likes, and gets each answer at once" {
  likely hung 'what was read must be sent at once, not when a buffer is full or the stream ends: README, "Bytes, not lines"'
  likely wrong-bytes 'recv gives n bytes; send back exactly these n, not the whole buffer: README, "Bytes, not lines"'
  likely any 'one recv is not the whole conversation; recv and send again until recv says 0: README, "Bytes, not lines"'
  start server
  peer connect send 'one\n' expect 'ONE\n' send 'two\n' expect 'TWO\n' drip 'three\n' expect 'THREE\n'
}

# bats test_tags=id:every-byte,points:1
@test "only a to z change: every other byte comes back as it was" {
  likely wrong-bytes 'only the letters a to z have capitals here: no other byte changes, in no locale: README, "Bytes, not lines"'
  likely any 'data may hold any byte, NUL too, where strlen and its family stop: count bytes by what recv returned: README, "Bytes, not lines"'
  local all capitals
  # Bytes 128 to 255 first, so that NUL stands in the middle; a backslash is doubled for the peer.
  printf -v all '\\x%02x' {128..255} {0..127} 10
  capitals=$(printf '\\x%02x' {128..255} {0..96} {65..90} {123..127} 10)
  start server
  peer connect send "$all" expect "$capitals"
}

# bats test_tags=id:end-of-stream,points:1
@test "the end of the client's stream ends the answer, after its last byte" {
  likely hung 'recv returns 0 at end of stream; leave the loop and close the connection then: README, "Zero is the end"'
  likely wrong-bytes 'send back what recv gave and no more; where it says 0 it gave nothing: README, "Zero is the end"'
  likely eof 'the end comes after the last byte, which need not be a newline; first send back all that was read, then close: README, "Zero is the end"'
  likely reset 'a plain close ends the stream after the last byte; SO_LINGER with 0, or data left unread, makes it a reset: README, "Zero is the end"'
  start server
  # Data and end are both there before the server looks.
  peer freeze connect send 'last words' shut thaw expect 'LAST WORDS' eof
}

# bats test_tags=id:next-client,points:1
@test "serves the next client when one has gone" {
  likely hung 'when recv says 0 the client has gone; leave it, and accept the next one: README, "Zero is the end"'
  likely any 'accept in a loop: one listening socket gives a new descriptor for each client: README, "One after the other"'
  start server
  peer connect send 'first\n' expect 'FIRST\n' close \
    as B connect send 'second\n' expect 'SECOND\n'
}

# bats test_tags=id:long-stream,points:1
@test "ten thousand lines come back whole where send and recv do a part of them a call" {
  likely wrong-bytes 'send may take fewer bytes than it was given, and tells how many; send the rest, and no more than recv gave: README, "Bytes, not lines"'
  likely hung 'send may take fewer bytes than it was given, and tells how many; send the rest: README, "Bytes, not lines"'
  likely any 'one recv is not the whole stream; recv and send again until recv says 0: README, "Bytes, not lines"'
  seq -f '%.0f lines of text' 1 10000 >"$BATS_TEST_TMPDIR/in"
  LC_ALL=C tr '[:lower:]' '[:upper:]' <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out"
  # The kernel may do this; here it does it every time. recv's part is larger, so that what one recv
  # gave never goes out by one send.
  FAULTS=send_max=10,recv_max=333 start server
  peer connect pump "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
}

# bats test_tags=id:after-a-reset,points:1
@test "serves the next client after one that died" {
  likely sigpipe 'writing to a connection that is gone raises SIGPIPE, which kills; MSG_NOSIGNAL makes it an error instead: README, "A client that dies"'
  likely any 'ECONNRESET and EPIPE are the end of one client, not of the server: README, "A client that dies"'
  local long
  printf -v long '%040000d' 0
  FAULTS=send_max=10 start server
  # SIGPIPE comes with EPIPE, and that comes where the end of A's stream came before the reset: the
  # first send provokes the reset, a later one meets it. So there must be many. A reset without an
  # end of stream is ECONNRESET: in recv, where the server waits for B's next words, and in send,
  # where C's data were there before the reset.
  peer as A freeze connect send "$long" close thaw \
    as B connect send 'second\n' expect 'SECOND\n' reset \
    as C freeze connect send "$long" reset thaw \
    as D connect send 'fourth\n' expect 'FOURTH\n'
}

# bats test_tags=id:interrupted,points:1
@test "an interrupted call is made again" {
  likely any 'EINTR says that a signal came, not that something is wrong, ECONNABORTED that a client left the queue; call again: README, "Not every -1 is the end"'
  # accept, recv and send: each is interrupted once before it works.
  FAULTS=eintr=2,accept_abort=1 start server
  peer connect send 'one\n' expect 'ONE\n'
}

# bats test_tags=id:two-hundred-clients,points:1
@test "two hundred clients later no descriptor is left open" {
  likely leak 'each accept opens a descriptor; close it when its client has gone: README, "One after the other"'
  likely hung 'when recv says 0 the client has gone; leave it, and accept the next one: README, "Zero is the end"'
  likely any 'each client needs its own accept and its own close: README, "One after the other"'
  start server
  local before after
  before=$(descriptors)
  peer times 200 connect send 'x\n' expect 'X\n' close
  after=$(descriptors)
  # The last client's may still be open, and a few more are the server's own affair.
  ((after < before + 10)) || {
    told "counted the server's open descriptors" "$before, then $after"
    fail_check leak "$before open descriptors, as before the first client" "$after"
  }
}
