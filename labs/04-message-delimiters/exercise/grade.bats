#!/usr/bin/env bats
# The checks of lab 04's exercise, the mirror server: ten points. scripts/grader/check.bash defines the words.
# tools: rev
# shellcheck disable=SC2046,SC2154  # numbers of seq are words; draw and mirrored set variables by their names
load ../../../scripts/grader/check.bash

# next_server [ARGUMENT...] - ends this server and starts another one.
next_server() {
  ends_server
  start server "$@"
}

# frame NAME TEXT - sets NAME to the message of this text, as `send` and `printf %b` take it.
frame() {
  printf -v "$1" '\\x%02x' $((${#2} >> 24)) $((${#2} >> 16 & 255)) $((${#2} >> 8 & 255)) $((${#2} & 255))
  printf -v "$1" '%s%s' "${!1}" "$2"
}

# mirrored NAME LENGTH - sets NAME to a message of LENGTH letters, and NAME_back to its answer.
mirrored() {
  local text
  draw_word text "$2"
  frame "$1" "$text"
  frame "$1_back" "$(rev <<<"$text")"
}

# large LENGTH NAME - makes the files NAME.in, a message of LENGTH bytes, and NAME.out, its answer. The bytes are
# lines with numbers, no two of them alike.
large() {
  head -c "$1" < <(seq -f %07.0f 0 $(($1 / 8))) >"$2.text"
  local length
  printf -v length '\\x%02x' $(($1 >> 24)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255))
  { printf '%b' "$length" && cat "$2.text"; } >"$2.in"
  { printf '%b' "$length" && { cat "$2.text" && echo; } | tac | rev | head -c -1; } >"$2.out"
}

# small, two_small - a client is served a small message, or two. So what fails after that is another matter.
small() {
  peer connect send '\0\0\0\x02ok' expect '\0\0\0\x02ko' close
}

two_small() {
  peer connect send '\0\0\0\x02ok' expect '\0\0\0\x02ko' send '\0\0\0\x02at' expect '\0\0\0\x02ta' close
}

# broken TEXT - the likely mistake if what the test sends next gets no answer, or the server closes.
broken() {
  local class
  for class in hung eof reset; do likely $class "$1"; done
}

# refused MESSAGE - a client is served one message, then sends this one; the server must close.
refused() {
  peer connect send '\0\0\0\x02oo' expect '\0\0\0\x02oo' send "$1" gone close
}

# memory_for MESSAGE - as refused; sets MORE to how many KiB the most memory of the server has grown by meanwhile.
memory_for() {
  local before
  before=$(peak_memory)
  refused "$1"
  MORE=$(($(peak_memory) - before))
}

# peak_memory - the most memory, in KiB, that the server has had mapped so far; 0 if it has ended.
peak_memory() {
  local name kib most=0 _
  while read -r name kib _; do
    [[ $name != VmPeak: ]] || most=$kib
  done 2>/dev/null <"/proc/${PID[server]}/status" || true
  echo "$most"
}

# bats test_tags=id:one-message,points:1
@test "messages of one byte and of a thousand come back reversed, each at once" {
  local length
  draw length 5 12
  mirrored word "$length"
  draw length 130 250
  mirrored line "$length"
  draw length 520 1000
  mirrored page "$length"
  start server
  # One byte is its own mirror, so only the length can be wrong.
  likely hung 'answer a message when its last byte has arrived, while the client waits: README, "The length first"'
  likely any 'the length is 4 bytes, the most significant first, in the answer too: README, "Four bytes, in which order?"'
  peer connect send '\0\0\0\x01x' expect '\0\0\0\x01x'
  likely any 'the last byte of the message is the first one of the answer, and none is added or lost: README, "Exercise"'
  peer connect send "$word" expect "$word_back"
  likely any 'a client sends many messages on one connection: loop until the end of the stream: README, "Exercise"'
  likely open 'at the end of the stream, when recv returns 0, close; it is open as long as any process has the descriptor: README, "Exercise"'
  peer connect send "$word" expect "$word_back" send '\0\0\0\x01y' expect '\0\0\0\x01y' shut eof
  broken 'all four bytes of the length count, and one from 128 on is negative in a char: README, "Four bytes, in which order?"'
  likely any "${LIKELY[hung]}"
  peer connect send "$line" expect "$line_back"
  peer connect send "$page" expect "$page_back"
}

# bats test_tags=id:glued,points:1
@test "several messages in one segment, and in one queue, are all answered" {
  local count many=$BATS_TEST_TMPDIR/many
  draw count 8000 9999
  start server
  two_small
  likely any 'one recv may bring more than one message: what is left after the first is the beginning of the second: README, "A stream has no edges"'
  peer connect send '\0\0\0\x03one\0\0\0\x03two\0\0\0\x05three' expect '\0\0\0\x03eno\0\0\0\x03owt\0\0\0\x05eerht'
  peer freeze connect send '\0\0\0\x03abc\0' send '\0\0\x03def\0\0' send '\0\x02gh' thaw \
    expect '\0\0\0\x03cba\0\0\0\x03fed\0\0\0\x02hg'
  # More than any buffer holds.
  printf '\0\0\0\5%s' $(seq 10000 $((10000 + count))) >"$many.in"
  printf '\0\0\0\5%s' $(seq 10000 $((10000 + count)) | rev) >"$many.out"
  peer connect pump "$many.in" "$many.out"
}

# bats test_tags=id:header-in-pieces,points:1
@test "a header that comes in pieces is put together" {
  start server
  small
  likely any 'recv(fd, header, 4) may return 1, 2 or 3 bytes: read on until you have 4: README, "Four bytes, in which order?"'
  FAULTS=recv_max=1 next_server
  peer connect drip '\0\0\0\x01a' expect '\0\0\0\x01a'
  FAULTS=recv_max=3 next_server
  peer connect send '\0\0\0\x03def' expect '\0\0\0\x03fed'
}

# bats test_tags=id:body-in-pieces,points:1
@test "a body that comes in pieces is put together" {
  local max length
  draw max 4 7
  draw length 25 60
  mirrored line "$length"
  start server
  peer connect send "$line" expect "$line_back"
  likely any 'recv gives what is there, not what you asked for: read on until the body is complete: README, "A stream has no edges"'
  FAULTS=recv_max=$max next_server
  peer connect send "$line" expect "$line_back"
}

# bats test_tags=id:every-byte,points:1
@test "a message may hold any byte: NUL, newline, something like a header" {
  local from all back
  start server
  small
  likely any 'the length says where a message ends, and no byte inside it does: no string functions, no search for a newline: README, "The length first"'
  peer connect send '\0\0\0\x05ab\0cd' expect '\0\0\0\x05dc\0ba'
  peer connect send '\0\0\0\x04a\n\rb' expect '\0\0\0\x04b\r\na'
  peer connect send '\0\0\0\x05\0\0\0\x01x' expect '\0\0\0\x05x\x01\0\0\0'
  # All 256 bytes, 64 in a message.
  for from in 0 64 128 192; do
    printf -v all '\\x%02x' $(seq "$from" $((from + 63)))
    printf -v back '\\x%02x' $(seq $((from + 63)) -1 "$from")
    peer connect send "\\0\\0\\0\\x40$all" expect "\\0\\0\\0\\x40$back"
  done
}

# bats test_tags=id:empty,points:1
@test "a message of length 0 is a message, not the end" {
  # shellcheck disable=SC2034  # start takes it
  PORT=65535 # the last one that there is
  likely no-bind 'a port is a number of 16 bits without a sign, 65535 at most: README, "Exercise"'
  start server
  two_small
  likely any 'a length of 0 announces an empty message; the end of the stream is recv returning 0: README, "Nothing is a message"'
  peer connect send '\0\0\0\0' expect '\0\0\0\0'
  peer connect send '\0\0\0\0' expect '\0\0\0\0' send '\0\0\0\x01x' expect '\0\0\0\x01x' \
    send '\0\0\0\0' expect '\0\0\0\0'
  # If it cannot take two messages at once, that is told elsewhere.
  aside peer connect send '\0\0\0\x01a\0\0\0\x01b' expect '\0\0\0\x01a\0\0\0\x01b' || return 0
  likely any 'an empty message may come between others, in the same segment: README, "A stream has no edges"'
  peer connect send '\0\0\0\0\0\0\0\0\0\0\0\x02ab\0\0\0\0\0\0\0\x01c' \
    expect '\0\0\0\0\0\0\0\0\0\0\0\x02ba\0\0\0\0\0\0\0\x01c'
}

# bats test_tags=id:maximum,points:1,long
@test "a message of exactly the maximum comes back, a small one and a large one" {
  local high middle low length late file=$BATS_TEST_TMPDIR/file
  # The next answer shows whether a large one had more bytes than it should.
  local another=(send '\0\0\0\x02ok' expect '\0\0\0\x02ko')
  # Each byte of the length below 128.
  draw high 2 4
  draw middle 0 127
  draw low 1 127
  draw late 1530 1690
  length=$((high << 16 | middle << 8 | low))
  mirrored page 1024
  start server -l 8
  two_small
  broken 'the maximum itself is allowed: README, "How long is too long?"'
  peer connect send '\0\0\0\x0812345678' expect '\0\0\0\x0887654321'
  broken 'without -l the maximum is 1024: README, "Exercise"'
  next_server
  peer connect send "$page" expect "$page_back"
  broken 'a large message takes many calls of recv, and many of send: README, "A stream has no edges"'
  large "$length" "$file"
  FAULTS=send_max=10000 next_server -l "$length"
  peer connect pump "$file.in" "$file.out" "${another[@]}"
  broken 'a client may read its answers later. Then send waits, or a non-blocking one fails with EAGAIN and the rest must be kept: README, "Exercise"'
  # A kernel with little room for what is sent (tcp(7)); elsewhere it might take all of it at once.
  echo "4096 16384 65536" >/proc/sys/net/ipv4/tcp_wmem
  next_server -l "$length"
  peer rcvbuf 4096 connect pour "$file.in" "$file.out" "${another[@]}"
  broken 'a client may end its stream, and read the answers later: README, "Exercise"'
  mirrored page $((0x17f7f)) # each byte of the length below 128
  next_server -l 100000
  # An end that comes together with a message is another test's subject.
  ! aside peer freeze connect send '\0\0\0\x02oo' shut thaw expect '\0\0\0\x02oo' eof close ||
    peer rcvbuf 4096 connect send "$page" shut pause "$late" expect "$page_back"
  broken 'the largest -l is 1,048,576, and such a message needs room for its length too: README, "Exercise"'
  likely no-bind "${LIKELY[hung]}"
  large 1048576 "$file"
  next_server -l 1048576
  peer connect pump "$file.in" "$file.out" "${another[@]}"
}

# bats test_tags=id:over-maximum,points:1
@test "a message over the maximum ends its connection, and only that one" {
  local before many back empty=()
  start server -l 8
  peer connect send '\0\0\0\x02oo' expect '\0\0\0\x02oo' shut eof
  # If it serves no empty message, or none of the longest, that is told elsewhere.
  ! aside peer connect send '\0\0\0\0' expect '\0\0\0\0' send '\0\0\0\x08abcddcba' expect '\0\0\0\x08abcddcba' ||
    empty=(send '\0\0\0\0' expect '\0\0\0\0')
  likely open 'compare the announced length with the maximum before you read on, and close: README, "How long is too long?"'
  likely more 'a message of more than -l bytes gets no answer, nor does a part of it: README, "How long is too long?"'
  likely exited 'a bad client must not end the server: close its connection and serve the next one: README, "How long is too long?"'
  peer connect send '\0\0\0\x09' gone close connect send '\0\0\0\x09123456789' gone close
  peer connect send '\0\0\0\x02oo' expect '\0\0\0\x02oo' close
  likely hung 'a client whose message was too long may stay: close, and do not wait for its end: README, "How long is too long?"'
  peer as A connect send '\0\0\0\x09' gone as B connect send '\0\0\0\x02oo' expect '\0\0\0\x02oo' close as A close
  likely hung ''
  likely open 'what follows a message in the same recv is the beginning of the next one: README, "A stream has no edges"'
  likely eof 'messages that were complete before the bad one must be answered: README, "How long is too long?"'
  peer connect send '\0\0\0\x02aa\0\0\0\x09' expect '\0\0\0\x02aa' gone close
  likely open 'compare the announced length with the maximum before you read on, and close: README, "How long is too long?"'
  likely leak 'close gives the descriptor back, shutdown does not; a message that is too long is no reason to keep it: README, "Exercise"'
  before=$(descriptors)
  peer times 40 connect send '\0\0\0\x09' gone close
  no_more_descriptors "$before" 40
  still_serving
  likely open 'without -l the maximum is 1024: README, "Exercise"'
  next_server
  peer connect send '\0\0\x04\x01' gone
  likely open 'with -l 0 a message may be empty, and nothing else: README, "Exercise"'
  likely no-bind "${LIKELY[open]}"
  next_server -l 0
  broken "${LIKELY[open]}"
  peer connect "${empty[@]}" send '\0\0\0\x01' gone
  likely open 'compare the announced length with the maximum before you read on, and close: README, "How long is too long?"'
  # Neither its kernel nor the client's has room for all answers. If it keeps none of them, that is told elsewhere.
  echo "4096 4096 4096" >/proc/sys/net/ipv4/tcp_wmem
  printf -v many '\\0\\0\\0\\x06%06d' {1..1000}
  printf -v back '\\0\\0\\0\\x06%s' $(printf '%06d\n' {1..1000} | rev)
  next_server -l 8
  if aside peer rcvbuf 4096 freeze connect send "$many" shut thaw expect "$back" eof; then
    broken 'messages that were complete before the bad one must be answered, also if the client reads later: README, "How long is too long?"'
    peer rcvbuf 4096 freeze connect send "$many\\0\\0\\0\\x09" thaw expect "$back" gone
  fi
}

# bats test_tags=id:huge-length,points:1
@test "a huge length is refused, and costs no memory" {
  local class
  # The maximum is large here, so that only large numbers are refused.
  start server -l 1000000
  peer connect send '\0\0\0\x02oo' expect '\0\0\0\x02oo' shut eof
  likely open 'compare the announced length with the maximum before you read on, and close: README, "How long is too long?"'
  likely more 'all four bytes of the length count, also those that make it large: README, "How long is too long?"'
  likely memory 'check the length before you allocate: four bytes can ask for 4 GB: README, "How long is too long?"'
  memory_for '\x10\0\0\0'
  # A new thread may map 136 MiB, for its stack and its heap, and use almost nothing of it.
  ((MORE < 200 * 1024)) || {
    told "client A announced 256 MiB" "$((MORE / 1024)) MiB more"
    fail_check memory "next to no new memory" "$((MORE / 1024)) MiB"
  }
  refused '\x7f\xff\xff\xff'
  # Some of the last bytes alone would be a small number.
  for class in open died; do likely $class "${LIKELY[more]}"; done
  refused '\0\x20\0\x02ab'
  refused '\x01\0\0\x02ab'
  for class in open more exited died; do
    likely $class 'a length is unsigned, and adding to it may pass 2^32: as an int, 0xffffffff is -1, and that is not over the maximum: README, "How long is too long?"'
  done
  refused '\x80\0\0\0'
  refused '\x80\0\0\x02ab'
  refused '\xff\xff\xff\xfc'
  refused '\xff\xff\xff\xff'
  peer connect send '\0\0\0\x02oo' expect '\0\0\0\x02oo' shut gone
  still_serving
  # A new thread maps 8 MiB and more, so what lies between is the message.
  next_server
  # If it accepts more than its maximum, that is told elsewhere.
  aside refused '\0\0\x04\x01' || return 0
  memory_for '\0\x0f\xff\xff'
  ((MORE < 900 || MORE >= 7 * 1024)) || {
    told "client A announced 1 MiB, and -l is 1024" "$MORE KiB more"
    fail_check memory "next to no new memory" "$MORE KiB"
  }
}

# leave TIMES TIMES MESSAGES - clients that leave in the middle, so many times.
leave() {
  peer times "$1" connect send '\0\0' shut eof close connect send '\0\0\0\x05h' reset \
    connect send '\0\0\0\x02oo' expect '\0\0\0\x02oo' reset
  # Two clients that leave without reading. Everything that they do has arrived before the server looks. So the
  # first one's end of stream comes before the reset that the first answer provokes, and a later answer
  # meets EPIPE, and SIGPIPE. The second one's reset comes without an end of stream, and gives ECONNRESET.
  peer times "$2" freeze connect send "$3" close thaw connect send '\0\0\0\x02oo' expect '\0\0\0\x02oo' shut eof close \
    freeze connect send "$3" reset thaw connect send '\0\0\0\x02oo' expect '\0\0\0\x02oo' shut eof close
}

# bats test_tags=id:end-inside,points:1
@test "a stream that ends inside a message gets no answer for it; any number of clients are served, however they left" {
  local many before count crowd part=send_max=3
  draw count 1030 1090
  draw crowd 66 90
  printf -v many '\\0\\0\\0\\x02%02d' {1..99} {1..99} {1..99} {1..99} {1..99}
  # Small sends, so that a server that collects its answers first has many sends to make, too.
  # A rest that is not sent is told elsewhere, unless it is one of the header.
  FAULTS=send_max=5 start server
  aside peer connect send '\0\0\0\x02oo' expect '\0\0\0\x02oo' || part=''
  FAULTS=$part next_server
  likely open 'at the end of the stream, when recv returns 0, close; it is open as long as any process has the descriptor: README, "Exercise"'
  peer connect send '\0\0\0\x02oo' expect '\0\0\0\x02oo' shut eof close connect shut eof
  broken 'the listening socket stays open; its queue holds the clients that wait for their turn: README of lab 01, "One after the other"'
  likely refused "${LIKELY[hung]}"
  peer freeze connect as B connect thaw as A send '\0\0\0\x02oo' expect '\0\0\0\x02oo' close \
    as B send '\0\0\0\x02oo' expect '\0\0\0\x02oo' close
  likely wrong-bytes 'what has come of a message belongs to its client, not to the server: README, "Exercise"'
  # If it cannot read a message in two pieces, that is told elsewhere.
  ! aside peer connect send '\0\0\0\x04ab' heard send ba expect '\0\0\0\x04abba' close ||
    peer as A connect send '\0\0\0\x04ab' heard as B connect send '\0\0\0\x04wxxw' pause 50 \
      as A send ba expect '\0\0\0\x04abba' close as B expect '\0\0\0\x04wxxw' close
  likely wrong-bytes ''
  broken 'what came before the end of the stream is still to be read, and answered: README, "The end inside a message"'
  peer freeze connect send '\0\0\0\x02oo' shut thaw expect '\0\0\0\x02oo' eof
  likely more 'an incomplete message gets no answer: README, "The end inside a message"'
  broken ''
  likely wrong-bytes 'an incomplete message gets no answer, and nothing of it belongs to the next client: README, "The end inside a message"'
  likely hung "${LIKELY["wrong-bytes"]}"
  likely open 'recv returns 0 at the end of the stream, inside a header or a body too: README, "The end inside a message"'
  likely sigpipe 'writing to a connection that is gone raises SIGPIPE, which ends your program; with MSG_NOSIGNAL you get an error instead: README, "The end inside a message"'
  likely exited 'a client that leaves in the middle must not end the server: serve the next one: README, "The end inside a message"'
  peer connect send '\0\0\0\x02aa\0' expect '\0\0\0\x02aa' shut eof close \
    as B connect send '\0\0\0' shut eof close \
    as C connect send '\0\0\0\x05hel' shut eof close \
    as D connect send '\0\0\0\x05' shut eof close \
    as E connect send '\0\0\0\x05h' reset \
    as G connect send '\0\0\0\x02oo' expect '\0\0\0\x02oo' reset \
    as F connect send '\0\0\0\x02oo' expect '\0\0\0\x02oo' shut eof close
  likely leak 'however a connection ends, close it; shutdown does not give the descriptor back: README, "Exercise"'
  before=$(descriptors)
  leave 1 1 "$many"
  # What has gone well once goes well again, unless the number is too much for it.
  likely exited 'any number of clients must be served: README, "Exercise"'
  leave 19 11 "$many"
  no_more_descriptors "$before" 108
  peer times "$count" connect send '\0\0\0\x02oo' expect '\0\0\0\x02oo' shut eof close
  no_more_descriptors "$before" "$count"
  # Many at once, if its queue has room for those that it may let wait.
  if (($(room) >= crowd)); then
    broken 'however many clients are connected, each gets its answers, at once or in its turn: README, "Exercise"'
    peer times "$crowd" as 'no. \d' connect send '\0\0\0\x02oo' end pause 250 \
      times "$crowd" as 'no. \d' expect '\0\0\0\x02oo' close end
  fi
  still_serving
  # One more that leaves without reading: its messages are empty, and one send takes a whole answer.
  next_server
  printf -v many '%0*d' 99 0
  peer freeze connect send "${many//0/\\0\\0\\0\\0}" close thaw \
    connect send '\0\0\0\x02oo' expect '\0\0\0\x02oo' shut eof close
}
