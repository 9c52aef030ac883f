#!/usr/bin/env bats
# The checks of lab 04's exercise, the mirror server: ten points. scripts/grader/check.bash defines the words.
load ../../../scripts/grader/check.bash

# next_server - ends this server. The next one gets a port of its own, so that nothing that this one
# left behind is in its way.
next_server() {
  interrupt server KILL
  finish server
  PORT=$((PORT + 100))
}

# refused NAME FRAME - client NAME is served one message, then sends FRAME; the server must close.
refused() {
  peer as "$1" connect send '\0\0\0\x02ok' expect '\0\0\0\x02ko' send "$2" gone close
}

# peak_memory - the most memory, in KiB, that the server has had mapped so far.
peak_memory() {
  local name kib _
  while read -r name kib _; do
    [[ $name != VmPeak: ]] || echo "$kib"
  done <"/proc/${PID[server]}/status"
}

# bats test_tags=id:one-message,points:1
@test "messages come back reversed, each at once" {
  likely hung 'answer a message when it is complete, not when the stream ends: README, "The length first"'
  likely reset 'the length is 4 bytes, the most significant first; read backwards, a small length is a huge one: README, "Four bytes, in which order?"'
  likely wrong-bytes 'the length is 4 bytes, the most significant first, in the answer too: README, "Four bytes, in which order?"'
  likely any 'a small message that has arrived completely must be answered: README, "The length first"'
  start server
  peer connect send '\0\0\0\x05hello' expect '\0\0\0\x05olleh' shut eof
  # If the server closes too early, the client sees an end of stream or a reset, whichever comes first.
  likely eof 'a client sends many messages on one connection: loop until the end of the stream: README, "Exercise"'
  likely reset "${LIKELY[eof]}"
  peer as B connect send '\0\0\0\x01x' expect '\0\0\0\x01x' \
    send '\0\0\0\x0cnever odd...' expect '\0\0\0\x0c...ddo reven' shut eof
}

# bats test_tags=id:glued,points:1
@test "several messages in one segment, and in one queue, are all answered" {
  likely any 'one recv may bring more than one message: what is left after the first is the beginning of the second: README, "A stream has no edges"'
  start server
  peer connect send '\0\0\0\x03one\0\0\0\x03two\0\0\0\x05three' expect '\0\0\0\x03eno\0\0\0\x03owt\0\0\0\x05eerht' \
    freeze send '\0\0\0\x03abc\0' send '\0\0\x03def\0\0' send '\0\x02gh' thaw \
    expect '\0\0\0\x03cba\0\0\0\x03fed\0\0\0\x02hg' shut eof
}

# bats test_tags=id:header-in-pieces,points:1
@test "a header that comes in pieces is put together" {
  likely any 'recv(fd, header, 4) may return 1, 2 or 3 bytes: read on until you have 4: README, "Four bytes, in which order?"'
  FAULTS=recv_max=1 start server
  peer connect drip '\0\0\0\x01a' expect '\0\0\0\x01a' send '\0\0\0\x01b\0\0\0\x01c' expect '\0\0\0\x01b\0\0\0\x01c'
  next_server
  FAULTS=recv_max=3 start server
  peer as B connect send '\0\0\0\x03abc' expect '\0\0\0\x03cba' send '\0\0\0\x03def' expect '\0\0\0\x03fed' shut eof
}

# bats test_tags=id:body-in-pieces,points:1
@test "a body that comes in pieces is put together" {
  likely any 'recv gives what is there, not what you asked for: read on until the body is complete: README, "A stream has no edges"'
  FAULTS=recv_max=4 start server
  peer connect send '\0\0\0\x0bhello world' expect '\0\0\0\x0bdlrow olleh' \
    send '\0\0\0\x0bhello again\0\0\0\x05after' expect '\0\0\0\x0bniaga olleh\0\0\0\x05retfa' shut eof
}

# bats test_tags=id:every-byte,points:1
@test "a message may hold any byte: NUL, newline, something like a header" {
  likely any 'the length says where a message ends, and no byte inside it does: no string functions, no search for a newline: README, "The length first"'
  start server
  peer connect send '\0\0\0\x05ab\0cd' expect '\0\0\0\x05dc\0ba' send '\0\0\0\x04\0\n\r\xff' expect '\0\0\0\x04\xff\r\n\0' \
    send '\0\0\0\x05\0\0\0\x01x' expect '\0\0\0\x05x\x01\0\0\0' shut eof
}

# bats test_tags=id:empty,points:1
@test "a message of length 0 is a message, not the end" {
  likely any 'a length of 0 announces an empty message; the end of the stream is recv returning 0: README, "Nothing is a message"'
  start server
  peer connect send '\0\0\0\0' expect '\0\0\0\0' send '\0\0\0\0\0\0\0\0\0\0\0\x01x\0\0\0\0' \
    expect '\0\0\0\0\0\0\0\0\0\0\0\x01x\0\0\0\0' shut eof
}

# bats test_tags=id:maximum,points:1
@test "a message of exactly the maximum comes back, a small one and a large one" {
  likely any 'the maximum itself is allowed, and a large message takes many calls of send and recv: README, "How long is too long?"'
  local in=$BATS_TEST_TMPDIR/in out=$BATS_TEST_TMPDIR/out
  # 300,000 bytes, in hexadecimal 493e0
  { printf '\0\4\x93\xe0' && seq -w 50000; } >"$in"
  { printf '\0\4\x93\xe0\n' && seq -w 50000 -1 1 | rev | head -c -1; } >"$out"
  start server -l 8
  peer connect send '\0\0\0\x0812345678' expect '\0\0\0\x0887654321' shut eof close
  next_server
  FAULTS=send_max=10000 start server -l 300000
  peer as B connect pump "$in" "$out" send '\0\0\0\x02ok' expect '\0\0\0\x02ko' shut eof
}

# bats test_tags=id:over-maximum,points:1
@test "a message over the maximum ends its connection, and only that one" {
  likely hung 'compare the announced length with the maximum before you read on, and close: README, "How long is too long?"'
  likely wrong-bytes 'a message of -l bytes is served, and one byte more is too much: README, "How long is too long?"'
  likely eof 'messages that were complete before the bad one must be answered: README, "How long is too long?"'
  likely leak 'close gives the descriptor back, shutdown does not: however a connection ends, close it: README, "Exercise"'
  likely any 'a bad client must not end the server: close its connection and serve the next one: README, "How long is too long?"'
  local before
  start server -l 8
  peer connect send '\0\0\0\x02ab\0\0\0\x09' expect '\0\0\0\x02ba' gone close \
    as B connect send '\0\0\0\x09123456789' gone close \
    as C connect send '\0\0\0\x02ok' expect '\0\0\0\x02ko' shut eof close
  before=$(descriptors)
  peer times 40 connect send '\0\0\0\x09' gone close
  no_more_descriptors "$before" 40
  still_serving
}

# bats test_tags=id:huge-length,points:1
@test "a huge length is refused, and costs no memory" {
  likely memory 'check the length before you allocate: four bytes can ask for 4 GB: README, "How long is too long?"'
  likely hung 'a length is unsigned, and you check it before you use it: README, "How long is too long?"'
  likely any 'a length is unsigned: as an int, 0xffffffff is -1, and that is not over the maximum: README, "How long is too long?"'
  start server
  local before after
  before=$(peak_memory)
  refused A '\x10\0\0\0'
  after=$(peak_memory)
  # A new thread may map 136 MiB, for its stack and its heap, and use almost nothing of it.
  ((after - before < 200 * 1024)) || {
    told "client A announced 256 MiB" "$(((after - before) / 1024)) MiB more"
    fail_check memory "next to no new memory" "$(((after - before) / 1024)) MiB"
  }
  refused B '\x7f\xff\xff\xff'
  refused C '\x80\0\0\0'
  refused D '\xff\xff\xff\xff'
  refused E '\0\0\x04\x01'
  peer as F connect send '\0\0\0\x02ok' expect '\0\0\0\x02ko' shut eof
  still_serving
}

# bats test_tags=id:end-inside,points:1
@test "a stream that ends inside a message gets no answer for it; the next client starts afresh" {
  likely wrong-bytes 'an incomplete message gets no answer, and nothing of it belongs to the next client: README, "The end inside a message"'
  likely hung 'recv returns 0 at the end of the stream, inside a header or a body too: README, "The end inside a message"'
  likely leak 'close gives the descriptor back, shutdown does not: at the end of the stream too: README, "Exercise"'
  likely sigpipe 'writing to a connection that is gone raises SIGPIPE, which ends your program; with MSG_NOSIGNAL you get an error instead: README, "The end inside a message"'
  likely any 'a client that leaves in the middle must not end the server: serve the next one: README, "The end inside a message"'
  local many before
  printf -v many '\\0\\0\\0\\x02%02d' {1..99} {1..99} {1..99} {1..99} {1..99}
  # Small sends, so that a server that collects its answers first has many sends to make, too.
  FAULTS=send_max=10 start server
  peer connect send '\0\0\0\x02ab\0\0' expect '\0\0\0\x02ba' shut eof close \
    as B connect send '\0\0\0\x05hel' shut eof close \
    as C connect send '\0\0\0\x05' shut eof close \
    as D connect send '\0\0\0\x05h' reset \
    as E connect shut eof close \
    as F connect send '\0\0\0\x02ok' expect '\0\0\0\x02ko' shut eof close
  # G and I leave without reading. Everything that they do has arrived before the server looks. So G's
  # end of stream comes before the reset that the first answer provokes, and a later answer meets EPIPE,
  # and SIGPIPE. I's reset comes without an end of stream, and gives ECONNRESET.
  peer as G freeze connect send "$many" close thaw \
    as H connect send '\0\0\0\x02ok' expect '\0\0\0\x02ko' shut eof close \
    as I freeze connect send "$many" reset thaw \
    as J connect send '\0\0\0\x02ok' expect '\0\0\0\x02ko' shut eof close
  before=$(descriptors)
  peer as K times 40 connect send '\0\0\0\x02ok' expect '\0\0\0\x02ko' shut eof close
  no_more_descriptors "$before" 40
  still_serving
}
