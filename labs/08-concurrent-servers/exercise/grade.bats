#!/usr/bin/env bats
# The checks of lab 08's exercise, the chat: ten points. scripts/grader/check.bash has the words.
# shellcheck disable=SC2034,SC2154  # draw and draw_word set variables by their names
load ../../../scripts/grader/check.bash

# small_buffers - the kernels keep at most so much for a client that does not read, on every machine.
small_buffers() {
  [[ -z ${SOCKET_LABS_BOX-} ]] || {
    echo '4096 16384 65536' >/proc/sys/net/ipv4/tcp_wmem
    echo '4096 16384 65536' >/proc/sys/net/ipv4/tcp_rmem
  }
}

# play ACTION... - clients act, and leave. Then waits until the server has noticed that, so that their names are free.
play() {
  peer "$@"
  wait_until closed "$PORT" || true
}

# What a first member does, and a second: their words for `peer`.
ANN=(as Ann connect send 'Ann\n' expect 'Ann joined\n')
BEN=(as Ben connect send 'Ben\n' expect 'Ben joined\n' as Ann expect 'Ben joined\n')

# bats test_tags=id:joins,points:1
@test "the first line is a name, and all members hear who has joined" {
  local word
  draw_word word 20
  start server
  likely any 'the first line of a client is its name, without the newline; then all members get "NAME joined", the new one, too: README, "Exercise"'
  play as one connect send "$word\n" expect "$word joined\n" \
    as two connect send 'Z\n' expect 'Z joined\n' as one expect 'Z joined\n' \
    as three connect send 'a0z9AZ\n' expect 'a0z9AZ joined\n' as one expect 'a0z9AZ joined\n' as two expect 'a0z9AZ joined\n'
  likely any 'a client without a name is no member: it hears nothing, and of it is told nothing: README, "Exercise"'
  play as guest connect "${ANN[@]}" "${BEN[@]}" as Ben send 'hello\n' as Ann expect 'Ben: hello\n' as guest silence close \
    as Ben send 'again\n' as Ann expect 'Ben: again\n'
  still_serving
}

# bats test_tags=id:names,points:1
@test "a bad name is refused, and so is one that a member has" {
  local name word
  draw_word word 21
  start server
  likely any 'a name has 1 to 20 letters and digits; to any other the answer is "refused", and the end: README, "Exercise"'
  play "${ANN[@]}"
  for name in '' "$word" 'a b' 'a_' '\xe9t\xe9' 'a\0b' 'Ann\r' '[' '@' '`' '{' '/' ':'; do
    play connect send "$name\n" expect 'refused\n' gone
  done
  likely any 'two members never have the same name at the same time: README, "Exercise"'
  play "${ANN[@]}" "${BEN[@]}" as C connect send 'Ann\n' expect 'refused\n' gone as D connect send 'Ben\n' expect 'refused\n' gone \
    as Ben send 'x\n' as Ann expect 'Ben: x\n' as Ben silence
  likely any 'names are the same only if all of their letters are: README, "Exercise"'
  play "${ANN[@]}" as a connect send 'An\n' expect 'An joined\n' as b connect send 'Annn\n' expect 'Annn joined\n' \
    as c connect send 'ANN\n' expect 'ANN joined\n'
  still_serving
}

# bats test_tags=id:lines,points:2
@test "a line goes to all others, byte for byte, and not back" {
  local word
  draw_word word 30
  start server
  likely any 'each line of a member goes to all other members, as "NAME: LINE": README, "Exercise"'
  play "${ANN[@]}" "${BEN[@]}" as Cy connect send 'Cy\n' expect 'Cy joined\n' as Ann expect 'Cy joined\n' as Ben expect 'Cy joined\n' \
    as Ann send "$word\n" as Ben expect "Ann: $word\n" as Cy expect "Ann: $word\n" \
    as Cy send 'to both\n' as Ann expect 'Cy: to both\n' as Ben expect 'Cy: to both\n' as Cy silence
  likely any 'a line may be empty, and have any bytes but a newline: README, "Exercise"'
  play "${ANN[@]}" "${BEN[@]}" as Ann send '\n' as Ben expect 'Ann: \n' \
    as Ann send 'a\0b\r\xff\t%s\x80\n' as Ben expect 'Ann: a\0b\r\xff\t%s\x80\n' \
    as Ann send 'Ben\n' as Ben expect 'Ann: Ben\n'
  still_serving
}

# bats test_tags=id:pieces,points:1
@test "lines come in any pieces, and several at once" {
  local max
  draw max 2 5
  start server
  likely any 'recv gives what is there: several lines, or a part of one. Keep what has no newline yet, for each client apart: README, "Lines, and parts of lines"'
  play as Ann connect send 'Ann\none\ntwo\nthr' expect 'Ann joined\n' "${BEN[@]}" as Ann send 'ee\n' as Ben expect 'Ann: three\n' \
    as Ann drip 'slow\n' as Ben expect 'Ann: slow\n' as Ann send '1\n2\n\n3\n4' as Ben expect 'Ann: 1\nAnn: 2\nAnn: \nAnn: 3\n'
  likely any 'two clients may both be in the middle of a line, and of a name: README, "Lines, and parts of lines"'
  play as Ann connect send An as Ben connect send B as Ann send 'n\n' expect 'Ann joined\n' as Ben send 'en\n' expect 'Ben joined\n' \
    as Ann expect 'Ben joined\n' send 'he' as Ben send 'hi' as Ann send 'llo\n' as Ben expect 'Ann: hello\n' send '!\n' as Ann expect 'Ben: hi!\n'
  interrupt server KILL
  finish server
  PORT=$((PORT + 100))
  FAULTS=recv_max=$max,send_max=$max start server
  likely any 'send takes what fits, not what you gave it: keep the rest: README, "Who does not read"'
  play "${ANN[@]}" "${BEN[@]}" as Ann send 'a long line in short pieces\nand one more\n' \
    as Ben expect 'Ann: a long line in short pieces\nAnn: and one more\n'
  still_serving
}

# bats test_tags=id:long,points:1
@test "a line of 1000 bytes is a line, and one of 1001 is the end" {
  local line
  draw_word line 1000
  start server
  likely any 'a line may have 1000 bytes, and then a newline: README, "Lines, and parts of lines"'
  play "${ANN[@]}" "${BEN[@]}" as Ann send "$line\n" as Ben expect "Ann: $line\n" as Ann send "$line" send '\nshort\n' \
    as Ben expect "Ann: $line\nAnn: short\n"
  likely any 'a client who sends more than 1000 bytes without a newline is dropped, and nothing of that line is sent: README, "Lines, and parts of lines"'
  play "${ANN[@]}" "${BEN[@]}" as Ann send "${line}x" gone as Ben expect 'Ann left\n' silence
  play "${ANN[@]}" "${BEN[@]}" as Ann send "ok\n${line}x\n" as Ben expect 'Ann: ok\nAnn left\n' silence
  play "${ANN[@]}" as Ben connect send "${line}x" gone as Ann silence
  still_serving
}

# bats test_tags=id:leaves,points:2
@test "who leaves is told to the others, and leaves nothing behind" {
  local before
  start server
  likely any 'recv returns 0 when a member has left, and fails when it was reset: all others get "NAME left": README, "Exercise"'
  play "${ANN[@]}" "${BEN[@]}" as Ben shut eof as Ann expect 'Ben left\n' "${BEN[@]}" as Ben reset as Ann expect 'Ben left\n'
  likely any 'what was said before the end is told, and a line without its newline is not: README, "Lines, and parts of lines"'
  play "${ANN[@]}" "${BEN[@]}" as Ben send 'bye\nunfinis' close as Ann expect 'Ben: bye\nBen left\n' silence
  likely any 'a client that never had a name, or was refused, leaves without a word: README, "Exercise"'
  play "${ANN[@]}" as B connect send Be close as C connect send 'Ann\n' expect 'refused\n' gone close as D connect close \
    "${BEN[@]}" as Ann silence
  likely any 'the name of a member that has left is free again: README, "Exercise"'
  play "${ANN[@]}" times 3 "${BEN[@]}" as Ben close as Ann expect 'Ben left\n' end "${BEN[@]}"
  likely any 'look at every member after each poll: a loop that removes one must not skip the next: README, "One loop for all"'
  play "${ANN[@]}" times 5 as 'm\d' connect send 'm\d\n' expect 'm\d joined\n' as Ann expect 'm\d joined\n' end \
    freeze times 5 as 'm\d' close end thaw as Ann lines 5 "${BEN[@]}" as Ben send 'x\n' as Ann expect 'Ben: x\n'
  likely sigpipe 'sending to a client that is gone raises SIGPIPE, which ends your program; MSG_NOSIGNAL makes it an error: README, "Who does not read"'
  likely any 'sending may fail, because that member has gone: then it has left, and all others go on: README, "Who does not read"'
  play "${ANN[@]}" "${BEN[@]}" as Cy connect send 'Cy\n' expect 'Cy joined\n' as Ben expect 'Cy joined\n' freeze \
    as Ann send '1\n2\n3\n' as Cy reset thaw as Ben until 'Cy left\n' as Ann send '4\n' as Ben until 'Ann: 4\n'
  likely leak 'close the connection, however a client leaves: README, "Exercise"'
  likely any "${LIKELY[leak]}"
  before=$(descriptors)
  play times 20 as a connect send 'Ann\n' expect 'Ann joined\n' close as b connect close as c connect send '-\n' expect 'refused\n' gone close \
    as d connect send 'Dan\n' expect 'Dan joined\n' reset
  no_more_descriptors "$before" 80
  still_serving
}

# bats test_tags=id:slow,points:1
@test "one that does not read is dropped, and slows nobody" {
  local line kept more
  draw_word line 1000
  small_buffers
  start server
  likely any 'only poll may wait: recv and send with MSG_DONTWAIT, and what a member does not take is kept for it: README, "Who does not read"'
  # 65 lines of 1006 bytes each, less than 65536 with all that is announced: none of it may be lost.
  kept=("${ANN[@]}" rcvbuf 4096 as Ben connect send 'Ben\n' expect 'Ben joined\n' rcvbuf 0 as Ann expect 'Ben joined\n'
    as Cy connect send 'Cy\n' expect 'Cy joined\n' as Ann expect 'Cy joined\n')
  more=(times 65 as Ann send "$line\n" as Cy expect "Ann: $line\n" end)
  play "${kept[@]}" "${more[@]}" as Ben expect 'Cy joined\n' times 65 as Ben expect "Ann: $line\n" end \
    as Cy send 'here\n' as Ben expect 'Cy: here\n'
  likely any 'a member for whom more than 65536 bytes are waiting is dropped, and all others hear that it has left: README, "Who does not read"'
  play "${kept[@]}" times 600 as Ann send "$line\n" as Cy until "Ann: $line\n" end as Ann expect 'Ben left\n' \
    as Ann send 'end\n' as Cy until 'Ann: end\n'
  # Two at once, so that one more leaves while the first one's leaving is told.
  play "${kept[@]}" rcvbuf 4096 as Di connect send 'Di\n' expect 'Di joined\n' as Ann expect 'Di joined\n' as Cy expect 'Di joined\n' \
    times 600 as Ann send "$line\n" as Cy until "Ann: $line\n" end as Ann lines 2 as Ann send 'end\n' as Cy until 'Ann: end\n'
  still_serving
}

# bats test_tags=id:many,points:1
@test "a thousand members" {
  start server
  likely any 'there may be 1000 members: each gets its place when it comes, and one loop serves all: README, "One loop for all"'
  play "${ANN[@]}" times 999 as 'm\d' connect send 'm\d\n' end as Ann lines 999 send 'hello\n' times 999 as 'm\d' until 'Ann: hello\n' end \
    as m999 send 'and all of us\n' as m1 until 'm999: and all of us\n' as Ann expect 'm999: and all of us\n'
  likely any 'when they have left, there is room for others: README, "Exercise"'
  play as Zoe connect send 'Zoe\n' until 'Zoe joined\n'
  still_serving
}
