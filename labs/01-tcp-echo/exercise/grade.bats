#!/usr/bin/env bats
# The checks of lab 01's exercise, the shouting server: ten points. scripts/grader/check.bash defines
# the words.
#
# Each mistake shows every time, not by luck. If a result depends on what arrives first, the check
# freezes the server while it arrives (a peer's `freeze` and `thaw`).
load ../../../scripts/grader/check.bash

# bats test_tags=id:address,points:1
@test "listens on 127.0.0.1 and the port of -p, nowhere else" {
  likely no-bind 'call socket, bind and listen, in this order, and then accept in a loop: README, "A name for the socket"'
  likely elsewhere 'put the port of -p into the sockaddr in network byte order (htons): README, "A name for the socket"'
  likely wrong-address 'INADDR_ANY opens the server to every network of the machine; INADDR_LOOPBACK is this machine alone: README, "A name for the socket"'
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
  likely hung 'send what you have read at once, not when a buffer is full or the stream ends: README, "Bytes, not lines"'
  likely wrong-bytes 'recv gives n bytes; turn a to z into capitals in exactly these n and send them back: README, "Bytes, not lines"'
  likely any 'accept a client, recv what it sends, send it back: README, "One after the other"'
  start server
  peer connect send 'hello\n' expect 'HELLO\n'
}

# bats test_tags=id:conversation,points:1
@test "a client may speak as often as it likes, and gets each answer at once" {
  likely hung 'send what you have read at once, not when a buffer is full or the stream ends: README, "Bytes, not lines"'
  likely wrong-bytes 'recv gives n bytes; send back exactly these n, not the whole buffer: README, "Bytes, not lines"'
  likely any 'one recv is not the whole conversation; recv and send again until recv returns 0: README, "Bytes, not lines"'
  start server
  peer connect send 'one\n' expect 'ONE\n' send 'two\n' expect 'TWO\n' drip 'three\n' expect 'THREE\n'
}

# bats test_tags=id:every-byte,points:1
@test "only a to z change: every other byte comes back as it was" {
  likely wrong-bytes 'change the letters a to z and no other byte, whatever the locale: README, "Bytes, not lines"'
  likely any 'data may hold any byte, even NUL, at which strlen and its family stop; use the number that recv returned: README, "Bytes, not lines"'
  local all capitals
  # Bytes 128 to 255 first, so that NUL is in the middle.
  printf -v all '\\x%02x' {128..255} {0..127} 10
  capitals=$(printf '\\x%02x' {128..255} {0..96} {65..90} {123..127} 10)
  start server
  peer connect send "$all" expect "$capitals"
}

# bats test_tags=id:end-of-stream,points:1
@test "the end of the client's stream ends the answer, after its last byte" {
  likely hung 'recv returns 0 at end of stream; leave the loop and close the connection then: README, "Zero is the end"'
  likely wrong-bytes 'send back what recv returned and no more; when it returns 0 there is nothing to send: README, "Zero is the end"'
  likely eof 'the end comes after the last byte, which need not be a newline; first send back all that was read, then close: README, "Zero is the end"'
  likely reset 'a plain close ends the stream after the last byte; SO_LINGER with 0, or data left unread, makes it a reset: README, "Zero is the end"'
  start server
  # The data and the end have both arrived before the server reads.
  peer freeze connect send 'last words' shut thaw expect 'LAST WORDS' eof
}

# bats test_tags=id:next-client,points:1
@test "serves the next client when one has gone" {
  likely hung 'when recv returns 0 the client has finished; close its connection and accept the next one: README, "Zero is the end"'
  likely any 'accept in a loop: one listening socket gives a new descriptor for each client: README, "One after the other"'
  start server
  peer connect send 'first\n' expect 'FIRST\n' close \
    as B connect send 'second\n' expect 'SECOND\n'
}

# bats test_tags=id:long-stream,points:1
@test "ten thousand lines come back whole when each send and recv takes only a part" {
  likely wrong-bytes 'send may take fewer bytes than you give it, and it returns how many; send the rest, and no more than recv returned: README, "Bytes, not lines"'
  likely hung 'send may take fewer bytes than you give it, and it returns how many; send the rest: README, "Bytes, not lines"'
  likely any 'one recv is not the whole stream; recv and send again until recv returns 0: README, "Bytes, not lines"'
  seq -f '%.0f lines of text' 1 10000 >"$BATS_TEST_TMPDIR/in"
  LC_ALL=C tr '[:lower:]' '[:upper:]' <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out"
  # The kernel may do this, and here it does it every time. recv's part is the larger one, so that
  # one send never takes all that one recv returned.
  FAULTS=send_max=10,recv_max=333 start server
  peer connect pump "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
}

# bats test_tags=id:after-a-reset,points:1
@test "serves the next client after one that died" {
  likely sigpipe 'writing to a connection that is gone raises SIGPIPE, which kills the process; MSG_NOSIGNAL makes it an error instead: README, "A client that dies"'
  likely any 'ECONNRESET and EPIPE are the end of one client, not of the server: README, "A client that dies"'
  local long
  printf -v long '%040000d' 0
  FAULTS=send_max=10 start server
  # A ends its stream before the reset. The server's first send provokes the reset, and a later one
  # fails with EPIPE and SIGPIPE; so the server must need many. B and C reset the connection without
  # an end of stream, which is ECONNRESET: in recv, when the server waits for B's next data, and in
  # send, when C's data had arrived before the reset.
  peer as A freeze connect send "$long" close thaw \
    as B connect send 'second\n' expect 'SECOND\n' reset \
    as C freeze connect send "$long" reset thaw \
    as D connect send 'fourth\n' expect 'FOURTH\n'
}

# bats test_tags=id:interrupted,points:1
@test "an interrupted call is made again" {
  likely any 'EINTR means that a signal came, ECONNABORTED that a client left the queue; nothing is wrong, so call again: README, "Not every -1 is the end"'
  # accept, recv and send are each interrupted before they work.
  FAULTS=eintr=2,accept_abort=1 start server
  peer connect send 'one\n' expect 'ONE\n'
}

# bats test_tags=id:two-hundred-clients,points:1
@test "two hundred clients later no descriptor is left open" {
  likely leak 'each accept opens a descriptor; close it when its client has gone: README, "One after the other"'
  likely hung 'when recv returns 0 the client has finished; close its connection and accept the next one: README, "Zero is the end"'
  likely any 'each client needs its own accept and its own close: README, "One after the other"'
  start server
  local before after
  before=$(descriptors)
  peer times 200 connect send 'x\n' expect 'X\n' close
  after=$(descriptors)
  # The last client's descriptor may still be open, and the server may have a few for itself.
  ((after < before + 10)) || {
    told "counted the server's open descriptors" "$before, then $after"
    fail_check leak "$before open descriptors, as before the first client" "$after"
  }
}
