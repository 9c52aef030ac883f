#!/usr/bin/env bats
# The checks of lab 08's exercise, the chat: ten points. scripts/grader/check.bash has the words.
# shellcheck disable=SC2034,SC2154  # draw and draw_word set variables by their names
load ../../../scripts/grader/check.bash

# small_buffers - the kernels keep at most so much for a client that does not read, on every machine.
small_buffers() {
  [[ -z ${SOCKET_LABS_BOX-} ]] || {
    echo '4096 8192 8192' >/proc/sys/net/ipv4/tcp_wmem
    echo '4096 16384 65536' >/proc/sys/net/ipv4/tcp_rmem
  }
}

# play ACTION... - clients act, and leave. A name @ann becomes anna, the next time annb, and so on: a server that keeps a
# name loses only where this is the subject. Then waits until the server has noticed that all have left.
play() {
  local letters=abcdefghijklmnopqrstuvwxyz name
  local letter=${letters:PLAYS++:1}
  for name in ann ben cy di zoe; do set -- "${@//@$name/$name$letter}"; done
  peer "$@"
  local failed=$? # in `aside` a failure is not the end of the test
  ((failed == 0)) || return "$failed"
  [[ ${!#} != freeze ]] || { # all have left while the server stood still
    interrupt server CONT
    told "let the server go on (SIGCONT)" 'done'
  }
  wait_until closed "$PORT" || true
}
PLAYS=0

# The likely mistake in each test of that.
SIGPIPE='sending to a client that is gone raises SIGPIPE, which ends your program; MSG_NOSIGNAL makes it an error: README, "Who does not read"'

# What a first member does, and a second: their words for `peer`.
ANN=(as @ann connect send '@ann\n' expect '@ann joined\n')
BEN=(as @ben connect send '@ben\n' expect '@ben joined\n' as @ann expect '@ben joined\n')

# meet - starts the server, and two members hear each other. What fails here is no matter of the test that begins so.
meet() {
  start server
  likely any 'the first line of a client is its name, all members hear that it has joined, and each later line goes to the others: README, "Exercise"'
  play "${ANN[@]}" "${BEN[@]}" as @ben send 'hello\n' as @ann expect '@ben: hello\n'
}

# bats test_tags=id:joins,points:1
@test "the first line is a name, and all members hear who has joined" {
  local word
  draw_word word 20
  start server
  likely any 'the first line of a client is its name, without the newline; then all members get "NAME joined", the new one, too: README, "Exercise"'
  play as one connect send "$word\n" expect "$word joined\n" \
    as two connect send 'Z\n' expect 'Z joined\n' as one expect 'Z joined\n' \
    as three connect send '0a9zAZ\n' expect '0a9zAZ joined\n' as one expect '0a9zAZ joined\n' as two expect '0a9zAZ joined\n' \
    as four connect send '07\n' expect '07 joined\n' as two send 'hi\n' as one expect '07 joined\nZ: hi\n'
  likely any 'a client without a name is no member: it hears nothing, and of it is told nothing: README, "Exercise"'
  play as guest connect "${ANN[@]}" "${BEN[@]}" as @ben send 'hello\n' as @ann expect '@ben: hello\n' as guest silence close \
    as @ben send 'again\n' as @ann expect '@ben: again\n'
  still_serving
}

# bats test_tags=id:names,points:1
@test "a bad name is refused, and so is one that a member has" {
  local name word long crowd
  draw_word word 21
  draw_word long 900
  draw crowd 513 540
  meet
  likely any 'a name has 1 to 20 letters and digits; to any other the answer is "refused", and the end: README, "Exercise"'
  play "${ANN[@]}"
  for name in '' "$word" 'a b' 'a_' '\xe9t\xe9' 'a\0b' '@ann\r' '@ann ' ' @ann' '[' '@' '`' '{' '/' ':'; do
    play connect send "$name\n" expect 'refused\n' gone
  done
  # The answer may come before the newline: 21 bytes are no name, whatever follows.
  for name in "$word" "${long:0:300}"; do play connect send "$name" heard send '\n' expect 'refused\n' gone; done
  play connect send "$long\n" expect 'refused\n' gone
  likely any 'two members never have the same name at the same time: README, "Exercise"'
  play "${ANN[@]}" "${BEN[@]}" as C connect send '@ann\n' expect 'refused\n' gone as D connect send '@ben\n' expect 'refused\n' gone \
    as E connect send '@ann\n' expect 'refused\n' gone \
    as @ben send 'x\n' as @ann until '@ben: x\n'
  likely any 'after "refused" nothing else from that client counts, not even what came together with the name: README, "Exercise"'
  play "${ANN[@]}" as C connect send 'a b\n@zoe\nhi\n' expect 'refused\n' gone "${BEN[@]}" as @ann silence
  # That a member has left who was only refused costs points elsewhere.
  ! aside play "${ANN[@]}" as D connect send '@ann\n' expect 'refused\n' gone "${BEN[@]}" as @ann silence ||
    play "${ANN[@]}" as D connect send '@ann\n@di\nhi\n' expect 'refused\n' gone "${BEN[@]}" as @ann silence
  likely any 'names are the same only if all of their letters are: README, "Exercise"'
  play as t connect send 'tom\n' expect 'tom joined\n' as a connect send 'to\n' expect 'to joined\n' \
    as b connect send 'tomm\n' expect 'tomm joined\n' as c connect send 'TOM\n' expect 'TOM joined\n'
  # Reset behind the end of the stream is EPIPE, and a signal, at the first send.
  likely sigpipe "$SIGPIPE"
  play "${ANN[@]}" as C connect taken freeze send 'a b\n' shut reset thaw "${BEN[@]}" as @ann silence
  likely any ''
  likely wrong-bytes 'a name is compared with those of all members, however many there are: README, "Exercise"'
  play times "$crowd" as 'm\d' connect send 'm\d\n' until 'm\d joined\n' end as late connect send "m$crowd\n" expect 'refused\n' gone
  still_serving
}

# bats test_tags=id:lines,points:2
@test "a line goes to all others, byte for byte, and not back" {
  local word
  draw_word word 30
  meet
  likely any 'each line of a member goes to all other members, as "NAME: LINE": README, "Exercise"'
  play "${ANN[@]}" "${BEN[@]}" as @cy connect send '@cy\n' expect '@cy joined\n' as @ann expect '@cy joined\n' as @ben expect '@cy joined\n' \
    as @ann send "$word\n" as @ben expect "@ann: $word\n" as @cy expect "@ann: $word\n" \
    as @cy send 'to both\n' as @ann expect '@cy: to both\n' as @ben expect '@cy: to both\n' as @cy silence
  likely any 'a line may be empty, and have any bytes but a newline: README, "Exercise"'
  play "${ANN[@]}" "${BEN[@]}" as @ann send '\n' as @ben expect '@ann: \n' \
    as @ann send 'a\0b\r\xff\t%s\x80\n' as @ben expect '@ann: a\0b\r\xff\t%s\x80\n' \
    as @ann send '@ben\n' as @ben expect '@ann: @ben\n' as @ann send ' \n' as @ben expect '@ann:  \n' \
    as @ann send '\t two, and two behind  \n' as @ben expect '@ann: \t two, and two behind  \n' as @ann send 'quit\n' as @ben expect '@ann: quit\n' \
    as @ann send '100% %d %%\n' as @ben expect '@ann: 100% %d %%\n' as @ann send '/quit\n' as @ben expect '@ann: /quit\n' \
    as @ann send 'cr\r\n' as @ben expect '@ann: cr\r\n'
  still_serving
}

# bats test_tags=id:pieces,points:1
@test "lines come in any pieces, and several at once" {
  local max count line burst blank talker text speakers growing=()
  # In pieces of 2 to 5 bytes, a single byte is left of one of these at the end.
  for text in . .. ... .... .....; do growing+=(as @ann send "$text\n" as @ben expect "@ann: $text\n"); done
  draw max 2 5
  draw count 2300 2700
  draw_word line 900
  draw_word talker 19
  printf -v burst "$line"'\\n%.0s' {1..64}
  printf -v blank '\\n%.0s' {1..1000}
  meet
  likely any 'recv gives what is there: several lines, or a part of one. Keep what has no newline yet, for each client apart: README, "Lines, and parts of lines"'
  play as @ann connect send '@ann\none\ntwo\nthr' expect '@ann joined\n' "${BEN[@]}" as @ann send 'ee\n' as @ben expect '@ann: three\n' \
    as @ann drip 'slow\n' as @ben expect '@ann: slow\n' as @ann send '1\n2\n3\n4' as @ben expect '@ann: 1\n@ann: 2\n@ann: 3\n' \
    as @ann send '\n' as @ben expect '@ann: 4\n'
  # More than 10,000 bytes at once, and fewer than 30,000 for the other one.
  likely any 'many lines may come at once, if they are short, and each of them goes to the others: README, "Lines, and parts of lines"'
  play as eve connect send 'eve\n' expect 'eve joined\n' \
    as @ben connect send '@ben\n' expect '@ben joined\n' as eve expect '@ben joined\n' \
    send "$(seq -s '\n' "$count")\n" as @ben expect "eve: $(seq -s '\neve: ' "$count")\n"
  # Nearly 60,000 bytes, which are there when it looks: more than one recv takes into a buffer of 16 KiB or 32 KiB.
  likely any 'one recv takes what your buffer holds; the rest is still there, so read again (if your epoll is edge-triggered, until EAGAIN): README, "Lines, and parts of lines"'
  play "${ANN[@]}" "${BEN[@]}" freeze as @ann send "$burst" thaw as @ben expect "${burst//"$line"/@ann: $line}"
  # Some 90,000 bytes for each: all at once, the kernels have room for them. A program that counts what it has sent loses
  # points for that elsewhere.
  speakers=("${ANN[@]}" times 4 as 's\d' connect send "$talker\d\n" until "$talker\d joined\n" end as @ann lines 4)
  if aside play "${speakers[@]}" times 4 as 's\d' send "$blank" as @ann lines 1000 end; then
    likely any 'only what send has not taken is waiting, and up to 65536 bytes of that are kept, so try to send before you drop a member: README, "Who does not read"'
    play "${speakers[@]}" freeze times 4 as 's\d' send "$blank" end thaw as @ann lines 4000 send 'x\n' as s4 until '@ann: x\n'
  fi
  likely any 'two clients may both be in the middle of a line, and of a name: README, "Lines, and parts of lines"'
  play as @ann connect send @ann as @ben connect send @ben as @ann send 'x\n' expect '@annx joined\n' as @ben send 'y\n' expect '@beny joined\n' \
    as @ann expect '@beny joined\n' send 'he' as @ben send 'hi' as @ann send 'llo\n' as @ben expect '@annx: hello\n' send '!\n' as @ann expect '@beny: hi!\n'
  likely any 'what a client has begun stays its own, whoever leaves: README, "Lines, and parts of lines"'
  play "${ANN[@]}" "${BEN[@]}" as @cy connect send '@cy\n' expect '@cy joined\n' send hal heard as @ann close \
    as @ben send 'x\n' as @cy until '@ben: x\n' send 'f\n' as @ben until '@cy: half\n'
  ends_server
  FAULTS=recv_max=$max,send_max=$max start server
  likely any 'send takes what fits, not what you gave it: keep the rest, and send it before anything new: README, "Who does not read"'
  play "${ANN[@]}" "${BEN[@]}" as @ann send 'a long line\0in short pieces\nand one more\n' \
    as @ben expect '@ann: a long line\0in short pieces\n@ann: and one more\n' "${growing[@]}"
  still_serving
}

# bats test_tags=id:long,points:1
@test "a line of 1000 bytes is a line, and one of 1001 is the end" {
  local line flood word first before
  draw_word line 1000
  draw_word flood 5000
  draw_word word 20
  draw first 400 600
  meet
  likely any 'a line may have 1000 bytes, and then a newline: README, "Lines, and parts of lines"'
  play "${ANN[@]}" "${BEN[@]}" as @ann send "$line\n" as @ben expect "@ann: $line\n" as @ann send "$line" send '\nshort\n' \
    as @ben expect "@ann: $line\n@ann: short\n"
  likely any 'a name may have 20 letters, and a line 1000 bytes, both at once: README, "Exercise"'
  play as one connect send "$word\n" expect "$word joined\n" as two connect send 'two\n' expect 'two joined\n' \
    as one send "$line\n" as two expect "$word: $line\n"
  likely any 'each line may have 1000 bytes: count anew after a newline: README, "Lines, and parts of lines"'
  play "${ANN[@]}" "${BEN[@]}" times 8 as @ann send "$line" heard send '\n' as @ben expect "@ann: $line\n" end
  likely any 'a client that sends more than 1000 bytes without a newline is dropped, and nothing of that line is sent: README, "Lines, and parts of lines"'
  play "${ANN[@]}" "${BEN[@]}" as @ann send "${line}x" gone as @ben expect '@ann left\n' silence
  likely any 'what a client has sent without a newline goes with it: the next one begins with an empty line: README, "Lines, and parts of lines"'
  play "${ANN[@]}" "${BEN[@]}"
  likely any 'a client that sends more than 1000 bytes without a newline is dropped, and nothing of that line is sent: README, "Lines, and parts of lines"'
  play "${ANN[@]}" "${BEN[@]}" as @ann send "ok\n${line}x\n" as @ben expect '@ann: ok\n@ann left\n' silence
  play "${ANN[@]}" "${BEN[@]}" as @ann send "${line:0:first}" heard send "${line:first}x" gone \
    as @ben expect '@ann left\n' silence
  # It has no name, and may hear that this is none.
  play "${ANN[@]}" as guest connect send "${line}x" dropped "${BEN[@]}" as @ann silence
  play "${ANN[@]}" "${BEN[@]}" as guest connect send "$flood" dropped as @ben send "$flood" dropped as @ann expect '@ben left\n'
  likely any 'the name of a member that was dropped is free again: README, "Exercise"'
  play "${ANN[@]}" as ben connect send 'same\n' expect 'same joined\n' send "${line}x" gone as @ann expect 'same joined\nsame left\n' \
    as ben connect send 'same\n' expect 'same joined\n'
  likely leak 'close the connection of a client that is dropped, too: README, "Exercise"'
  likely any ''
  before=$(descriptors)
  play times 14 connect send 'same\n' expect 'same joined\n' send "${line}x" gone
  no_more_descriptors "$before" 14
  still_serving
}

# bats test_tags=id:leaves,points:2
@test "the others hear of a member that leaves, and nothing of it is left" {
  local before name line all=()
  draw_word line 1000
  for name in aa bb cc dd ee; do all+=(as "$name" connect send "$name\n" expect "$name joined\n" as @ann expect "$name joined\n"); done
  meet
  likely any 'recv returns 0 when a member has left, and fails when it was reset: all others get "NAME left": README, "Exercise"'
  play "${ANN[@]}" "${BEN[@]}" as @ben shut eof as @ann expect '@ben left\n' "${BEN[@]}" as @ben reset as @ann expect '@ben left\n' \
    as q connect send 'q\n' expect 'q joined\n' as @ann expect 'q joined\n' as q close as @ann expect 'q left\n' \
    "${BEN[@]}" as @ben send half heard reset as @ann expect '@ben left\n'
  likely any 'what a client has sent without a newline goes with it: the next one begins with an empty line: README, "Lines, and parts of lines"'
  play "${ANN[@]}" "${BEN[@]}"
  likely any 'what was said before the end is told, and a line without its newline is not: README, "Lines, and parts of lines"'
  likely hung 'behind the last bytes comes the end, which only one more recv tells: README, "Lines, and parts of lines"'
  play "${ANN[@]}" "${BEN[@]}" freeze as @ben send 'bye\nunfinis' close thaw as @ann expect '@ben: bye\n@ben left\n' silence
  play "${ANN[@]}" "${BEN[@]}" freeze as @ben send "$line\nbye\n" close thaw as @ann expect "@ben: $line\n@ben: bye\n@ben left\n"
  likely hung ''
  likely any 'a client that never had a name, or was refused, leaves without a word: README, "Exercise"'
  play "${ANN[@]}" as B connect send be close as C connect send '@ann\n' expect 'refused\n' gone close as D connect close \
    "${BEN[@]}" as @ann silence
  likely any 'a client without a name is no member, so it does not hear who leaves: README, "Exercise"'
  play as guest connect "${ANN[@]}" "${BEN[@]}" as @ben close as @ann expect '@ben left\n' as guest silence
  likely any 'the name of a member that has left is free again: README, "Exercise"'
  play "${ANN[@]}" times 3 "${BEN[@]}" as @ben close as @ann expect '@ben left\n' end "${BEN[@]}"
  likely any 'look at every member after each poll: a loop that removes one must not skip the next: README, "One loop for all"'
  play "${ANN[@]}" "${all[@]}" freeze as aa close as bb close as cc close as dd close as ee close thaw as @ann lines 5 \
    "${BEN[@]}" as @ben send 'x\n' as @ann expect '@ben: x\n'
  likely sigpipe "$SIGPIPE"
  likely any 'sending may fail, because that member has gone: then it has left, which all others hear once, and they go on: README, "Who does not read"'
  play "${ANN[@]}" "${BEN[@]}" as @cy connect send '@cy\n' expect '@cy joined\n' as @ben expect '@cy joined\n' freeze \
    as @ann send '1\n2\n3\n' as @cy close thaw as @ben until '@cy left\n' as @ann send '4\n' as @ben until '@ann: 4\n' \
    as @ann until '@cy left\n' as @ben send '5\n' as @ann expect '@ben: 5\n'
  # Reset behind the end of the stream is EPIPE, and a signal, at the first send.
  play "${ANN[@]}" as @ben connect taken freeze send '@ben\n' shut reset thaw as @cy connect send '@cy\n' expect '@cy joined\n' \
    as @ann until '@cy joined\n'
  likely any 'errno counts only when a call has failed: README, "Who does not read"'
  play "${ANN[@]}" "${BEN[@]}" as @cy connect send '@cy\n' expect '@cy joined\n' as @ann expect '@cy joined\n' \
    freeze as @ann send 'x\n' as @ben reset thaw as @cy until '@ben left\n' send 'y\n' as @ann expect '@ben left\n@cy: y\n'
  likely leak 'close the connection, however a client leaves: README, "Exercise"'
  likely any "${LIKELY[leak]}"
  before=$(descriptors)
  play times 20 as a connect send '@ann\n' expect '@ann joined\n' as b connect close as c connect send '@ann\n' expect 'refused\n' gone close \
    as a close as d connect send 'dan\n' until 'dan joined\n' reset
  no_more_descriptors "$before" 80
  still_serving
}

# bats test_tags=id:slow,points:1
@test "one that does not read is dropped, and slows nobody" {
  local line kept more many=600 before
  draw_word line 900
  small_buffers
  # The server's 65536 bytes, and more than what small buffers take; but less than twice as much as it keeps.
  [[ -z ${SOCKET_LABS_BOX-} ]] || many=97
  FAULTS=sndbuf_max=4096 meet
  likely any 'only poll may wait: recv and send with MSG_DONTWAIT, and what a member does not take is kept for it: README, "Who does not read"'
  # 72 lines of 906 bytes each, less than 65536 with all that is announced: none of it may be lost.
  kept=("${ANN[@]}" rcvbuf 4096 as @ben connect send '@ben\n' expect '@ben joined\n' rcvbuf 0 as @ann expect '@ben joined\n'
    as @cy connect send '@cy\n' expect '@cy joined\n' as @ann expect '@cy joined\n')
  more=(times 72 as @ann send "$line\n" as @cy expect "@ann: $line\n" end)
  play "${kept[@]}" "${more[@]}" as @ben expect '@cy joined\n' times 72 as @ben expect "@ann: $line\n" end \
    as @cy send 'here\n' as @ben expect '@cy: here\n'
  likely any 'a member that does not read may speak: read from it, whatever is waiting for it: README, "Who does not read"'
  play "${kept[@]}" times 50 as @ann send "$line\n" as @cy expect "@ann: $line\n" end \
    as @ben send 'here\n' as @ann expect '@ben: here\n' as @cy expect '@ben: here\n'
  likely any 'what was waiting for one that has left is for nobody else: README, "Who does not read"'
  play "${ANN[@]}" "${BEN[@]}" as @cy connect send '@cy\n' expect '@cy joined\n' as di connect send 'di\n' expect 'di joined\n'
  # 104 lines in all, but never more than 68 at a time; and never so few that the kernels take all of them.
  likely any 'what a member has taken is no longer waiting for it, and what still is goes before anything new: README, "Who does not read"'
  play "${kept[@]}" times 64 as @ann send "$line\n" as @cy expect "@ann: $line\n" end as @ben expect '@cy joined\n' \
    times 36 as @ben expect "@ann: $line\n" end times 40 as @ann send "$line\n" as @cy expect "@ann: $line\n" end \
    times 68 as @ben expect "@ann: $line\n" end
  likely any 'at the end of the stream a member has left, also if it has not taken all that waits for it: README, "Exercise"'
  play "${kept[@]}" "${more[@]}" as @ben shut as @ann expect '@ben left\n' as @cy expect '@ben left\n' \
    as back connect send '@ben\n' expect '@ben joined\n'
  likely any 'a member for whom more than 65536 bytes are waiting is dropped: all others hear once that it has left, and its name is free: README, "Who does not read"'
  play "${kept[@]}" times "$many" as @ann send "$line\n" as @cy until "@ann: $line\n" end as @ann expect '@ben left\n' \
    as @ann send 'end\n' as @cy until '@ann: end\n' send 'end\n' as @ann expect '@cy: end\n' \
    as back connect send '@ben\n' expect '@ben joined\n'
  # Two at once, so that one more leaves while the first one's leaving is told.
  play "${kept[@]}" rcvbuf 4096 as @di connect send '@di\n' expect '@di joined\n' as @ann expect '@di joined\n' as @cy expect '@di joined\n' \
    times 600 as @ann send "$line\n" as @cy until "@ann: $line\n" end as @ann lines 2 as @ann send 'end\n' as @cy until '@ann: end\n' \
    send 'end\n' as @ann expect '@cy: end\n'
  likely leak 'close the connection of a member that is dropped, too: README, "Exercise"'
  likely any ''
  before=$(descriptors)
  play "${ANN[@]}" times 14 as 's\d' rcvbuf 4096 connect send 's\d\n' end as @ann lines 14 times "$many" as @ann send "$line\n" end \
    as @ann lines 14
  no_more_descriptors "$before" 15
  still_serving
}

# bats test_tags=id:many,points:1
@test "a thousand members" {
  meet
  likely any 'there may be 1000 members, and a few clients without a name besides: each gets its place when it comes, and one loop serves all: README, "One loop for all"'
  play times 5 as 'guest\d' connect end "${ANN[@]}" \
    times 999 as 'm\d' connect send 'm\d\n' end as @ann lines 999 send 'hello\n' times 999 as 'm\d' until '@ann: hello\n' end \
    as m999 send 'and all of us\n' as m1 until 'm999: and all of us\n' as @ann expect 'm999: and all of us\n' freeze
  likely any 'when they have left, there is room for others: README, "Exercise"'
  play times 1100 as guest connect taken close end times 30 as @zoe connect send 'zoe\d\n' until 'zoe\d joined\n' close end
  still_serving
}
