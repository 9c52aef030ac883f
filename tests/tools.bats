#!/usr/bin/env bats
# The tools of the checks, in scripts/grader, tell the truth: peer.c, the scripted peer, holder.c, which holds
# sockets, cover.c, which shows other files, routers.c, which plays the routers on a path, and faults.c, the library
# of faults.
# What is in single quotes is for a shell of its own.
# shellcheck disable=SC2016
load ../scripts/lib/behaviour.bash

# LD_PRELOAD's names end at a blank, and the folder of the course may have one in its name.
TOOLS=$BATS_FILE_TMPDIR/tools
PORT=5801

setup_file() {
  make -s -C "$LABS_ROOT/scripts/grader" >&2
  ln -s "$LABS_ROOT/.build/grader" "$TOOLS"
  make -s -C "$LABS_ROOT/labs/01-tcp-echo" OUT="$BATS_FILE_TMPDIR" >&2
  local fortify
  for fortify in 0 2; do
    cc -O2 -D_GNU_SOURCE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$fortify -x c \
      -o "$BATS_FILE_TMPDIR/probe$fortify" - <<<"$PROBE"
  done
}

# peer ACTION... - $output and $status are those of the peer, which loses patience after a second.
peer() {
  run timeout -k 1 60 "$TOOLS/peer" -t 1 "${AT:-127.0.0.1:$PORT}" "$@"
}

listens() {
  [[ -n $(ss -Htln "sport = $PORT") ]]
}

# listens_udp UDP_PORT
listens_udp() {
  [[ -n $(ss -Huln "sport = $1") ]]
}

# listens_unix NAME - its file is there a moment before it listens.
listens_unix() {
  grep -qE "00010000 0001 01 +[0-9]+ $1\$" /proc/net/unix
}

# serve SHELL_COMMAND - a server that does it for each client, on stdin and stdout.
serve() {
  start server socat TCP-LISTEN:$PORT,reuseaddr,fork SYSTEM:"$1"
  wait_until listens
}

stop_server() {
  interrupt server KILL
  finish server 137
}

# assert_last STEP OUTCOME CLASS EXPECTED GOT - where the story ends, and why. GONE=3 if the server had ended.
assert_last() {
  assert_failure "${GONE-1}"
  assert_line "$(printf 'step\t%s\t%s' "$1" "$2")"
  assert_line "$(printf 'failed\t%s' "$3")"
  assert_line "$(printf 'expected\t%s' "$4")"
  assert_line "$(printf 'got\t%s' "$5")"
}

# A program that makes each call it is asked for, once, with ten bytes, and prints the result.
PROBE='
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    char data[10], *text = "0123456789";
    size_t len = strlen(text) + (size_t)argc / 99; /* the compiler cannot know */
    struct sockaddr_in name = {.sin_family = AF_INET};
    socklen_t size = sizeof name;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    bind(listener, (struct sockaddr *)&name, size);
    listen(listener, 9);
    getsockname(listener, (struct sockaddr *)&name, &size);
    connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&name, size);
    for (int i = 1; i < argc; i++) {
        const char *call = argv[i];
        int fds[2];
        socketpair(AF_UNIX, strncmp(call, "dgram-", 6) == 0 ? SOCK_DGRAM : SOCK_STREAM, 0, fds);
        if (strncmp(call, "pipe-", 5) == 0)
            pipe(fds);
        int ten[2], file = memfd_create(text, 0);
        pipe(ten);
        syscall(SYS_write, strstr(call, "out") ? ten[1] : file, text, len);
        struct iovec in[] = {{data, 4}, {data + 4, 6}}, out[] = {{text, 4}, {text + 4, 6}};
        struct msghdr in_message = {.msg_iov = in, .msg_iovlen = 2};
        struct msghdr out_message = {.msg_iov = out, .msg_iovlen = 2};
        struct iovec hollow[] = {{text, 0}, {text, 0}, {text, 10}};
        struct msghdr hollow_message = {.msg_iov = hollow, .msg_iovlen = 3};
        const char *verb = strchr(call, 45) ? strchr(call, 45) + 1 : call;
        if (strstr("read readv recv recvfrom recvmsg splicein", verb))
            syscall(SYS_write, fds[1], text, len);
        errno = 0;
#define IS(name) strcmp(verb, name) == 0
        ssize_t n = IS("read") ? read(fds[0], data, len)
                    : IS("readv") ? readv(fds[0], in, 2)
                    : IS("recv") ? recv(fds[0], data, len, 0)
                    : IS("recvfrom") ? recvfrom(fds[0], data, len, 0, NULL, NULL)
                    : IS("recvmsg") ? recvmsg(fds[0], &in_message, 0)
                    : IS("write") ? write(fds[1], text, len)
                    : IS("writev") ? writev(fds[1], out, 2)
                    : IS("hollow") ? sendmsg(fds[1], &hollow_message, 0)
                    : IS("send") ? send(fds[1], text, len, 0)
                    : IS("sendto") ? sendto(fds[1], text, len, 0, NULL, 0)
                    : IS("sendmsg") ? sendmsg(fds[1], &out_message, 0)
                    : IS("sendfile") ? sendfile(fds[1], file, &(off_t){0}, len)
                    : IS("spliceout") ? splice(ten[0], NULL, fds[1], NULL, len, 0)
                    : IS("splicein") ? splice(fds[0], NULL, ten[1], NULL, len, 0)
                    : IS("accept") ? accept(listener, NULL, NULL)
                    : IS("accept4") ? accept4(listener, NULL, NULL, 0) : -2;
        if (n == -1)
            printf("%s %s\n", call, strerrorname_np(errno));
        else if (strncmp(verb, "accept", 6) == 0)
            printf("%s ok\n", call);
        else
            printf("%s %zd\n", call, n);
        close(fds[0]); /* the next pair gets the same descriptors, which count on */
        close(fds[1]);
        close(ten[0]);
        close(ten[1]);
        close(file);
    }
}'

# faulty FAULTS EXPECTED CALL... - with these faults each of the calls has the result EXPECTED.
faulty() {
  local fortify call
  for fortify in 0 2; do
    run env LD_PRELOAD="$TOOLS/faults.so" FAULTS="$1" "$BATS_FILE_TMPDIR/probe$fortify" "${@:3}"
    assert_success
    assert_output "$(for call in "${@:3}"; do echo "$call $2"; done)"
  done
}

# in_turn FAULTS CALL RESULT... - the results of the same call, made again and again.
in_turn() {
  local call=$2 faults=$1 calls
  shift 2
  calls=("${@/*/$call}")
  run timeout -k 1 60 env LD_PRELOAD="$TOOLS/faults.so" FAULTS="$faults" \
    "$BATS_FILE_TMPDIR/probe0" "${calls[@]}"
  assert_success
  assert_output "$(printf "$call %s\n" "$@")"
}

# --- peer: what goes well ---

@test "peer: each action is a step, and all went well" {
  serve cat
  peer connect send 'a\n' expect 'a\n' silence drip 'bc' expect bc shut eof close
  assert_success
  assert_output "$(printf 'step\t%s\n' $'client A connected\tdone' \
    $'client A sent "a\\n"\tdone' $'client A waited for "a\\n"\tdone' \
    $'client A looked for anything that it must not get\tnothing' \
    $'client A sent "bc", byte by byte\tdone' $'client A waited for "bc"\tdone' \
    $'client A half-closed\tdone' $'client A waited for the end of the stream\tdone' \
    $'client A closed\tdone')"
}

@test "peer: escapes are the bytes that C makes of them" {
  serve 'od -An -v -tx1'
  peer connect send '\n\t\r\0\\\x41\xff\q' shut expect ' 0a 09 0d 00 5c 41 ff 71\n' eof
  assert_success
}

@test "peer: \\d is the number of the turn" {
  serve cat
  peer times 12 connect send 'turn \d' expect 'turn \d' close
  assert_success
  peer times 12 connect send 'turn 1' expect 'turn \d' close
  assert_line "$(printf 'expected\tturn 2')"
}

@test "peer: \\p is the process id of the peer" {
  serve cat
  peer connect send 'pid \p\n' expect 'pid \p\n' send '\p' expect x
  assert_failure 1
  assert_line --regexp '^got[[:space:]][0-9]+'
}

@test "peer: several clients, each with its own connection" {
  serve cat
  peer connect as B connect send b as A send a expect a shut eof as B expect b shut eof
  assert_success
  assert_line "$(printf 'step\tclient B connected\tdone')"
  assert_line "$(printf 'step\tclient A waited for "a"\tdone')"
}

@test "peer: times reports the last turn, and the turn that fails" {
  serve cat
  peer times 5 connect send x expect x close
  assert_success
  assert_line "$(printf 'step\tclient A connected, time 5 of 5\tdone')"
  assert_equal "${#lines[@]}" 4
  stop_server
  # This server takes one client, and no more.
  start server socat TCP-LISTEN:$PORT,reuseaddr EXEC:cat
  wait_until listens
  peer times 2 connect send x expect x close
  assert_failure 1
  assert_line "$(printf 'step\tclient A connected, time 2 of 2\trefused')"
}

@test "peer: times repeats up to end, as many clients as there are turns, and until skips other lines" {
  serve cat
  peer times 5 as 'C\d' connect send 'one\nC\d\n' end times 5 as 'C\d' until 'C\d\n' end as C5 shut eof
  assert_success
  assert_line "$(printf 'step\tclient C5 waited for the line "C5\\n", after any others, time 5 of 5\tdone')"
  assert_line --index 3 "$(printf 'step\tclient C5 half-closed\tdone')"
  peer times 2 connect end end
  assert_failure 2
  peer connect send 'a\nbb\nb' until 'b\n'
  assert_last 'client A waited for the line "b\n", after any others' 'no answer' hung '"b\n"' \
    '2 other lines, and then nothing for 1 s'
  peer connect send 'a\n' shut until 'b\n'
  assert_last 'client A waited for the line "b\n", after any others' 'end of stream' eof '"b\n"' \
    '1 other lines, and then the end of the stream'
}

@test "peer: pump sends and reads at once, more than any buffer holds" {
  seq 1 1000000 >"$BATS_TEST_TMPDIR/many"
  serve cat
  peer connect pump "$BATS_TEST_TMPDIR/many" "$BATS_TEST_TMPDIR/many" shut eof
  assert_success
  assert_line "$(printf 'step\tclient A sent 6888896 bytes and read at once\tdone')"
}

@test "peer: taken waits until the server has called accept" {
  start server "$BATS_FILE_TMPDIR/server" -p $PORT
  await server listening
  peer as A connect taken as B connect as A close as B taken
  assert_success
  assert_line "$(printf 'step\tclient B waited to be accepted\tdone')"
  # The server serves one client at a time.
  peer as A connect taken as B connect taken
  assert_last 'client B waited to be accepted' 'not accepted' hung 'a server that accepts this client' \
    'it did not within 1 s'
}

@test "peer: heard waits until the server has read what came" {
  serve cat
  peer connect send hello heard shut expect hello heard eof
  assert_success
  assert_line "$(printf 'step\tclient A waited until the server had read that\tdone')"
  stop_server
  start server "$BATS_FILE_TMPDIR/server" -p $PORT
  await server listening
  interrupt server STOP
  peer connect send hello heard
  assert_last 'client A waited until the server had read that' unread hung 'a server that reads' \
    'it did not within 1 s'
}

@test "peer: pour reads only when the server takes no more" {
  seq 1 2000000 >"$BATS_TEST_TMPDIR/many"
  serve cat
  peer connect pour "$BATS_TEST_TMPDIR/many" "$BATS_TEST_TMPDIR/many" shut eof
  assert_success
  assert_line "$(printf 'step\tclient A sent as much of 14888896 bytes as it could before it read\tdone')"
}

@test "peer: flood ends when the server reads no more, and when it took all" {
  start server "$BATS_FILE_TMPDIR/server" -p $PORT
  await server listening
  peer connect flood 100000000 close
  assert_success
  peer connect flood 1000 close
  assert_success
}

@test "peer: a Unix socket by its path, and an abstract one" {
  cd "$BATS_TEST_TMPDIR"
  start path socat UNIX-LISTEN:./s,fork EXEC:cat
  start abstract socat ABSTRACT-LISTEN:lab,fork EXEC:cat
  wait_until listens_unix ./s
  wait_until listens_unix @lab
  AT=./s peer connect send a expect a shut eof
  assert_success
  AT=@lab peer connect send a expect a shut eof
  assert_success
  AT=./none peer connect
  assert_failure 1
  assert_line "$(printf 'failed\trefused')"
}

@test "peer: a client that is deaf sends, and what the server says to it fails" {
  cd "$BATS_TEST_TMPDIR"
  # With nofork it is cat that has the socket.
  start server socat UNIX-LISTEN:./s EXEC:cat,nofork
  wait_until listens_unix ./s
  AT=./s peer connect deaf send a
  assert_success
  assert_line "$(printf 'step\tclient A half-closed: it will read nothing\tdone')"
  await server 'Broken pipe'
}

@test "peer: a client can pass a descriptor along with what it sends" {
  cd "$BATS_TEST_TMPDIR"
  start server socat UNIX-LISTEN:./s,fork EXEC:cat
  wait_until listens_unix ./s
  AT=./s peer connect pass ab expect ab shut eof
  assert_success
  assert_line "$(printf 'step\tclient A sent "ab", and a descriptor with it\tdone')"
}

@test "peer: with udp: each send and expect is one datagram" {
  start server socat UDP-LISTEN:$PORT,fork EXEC:cat
  wait_until listens_udp $PORT
  AT=udp:127.0.0.1:$PORT peer connect send ab expect ab
  assert_success
  AT=udp:127.0.0.1:$PORT peer connect send ab expect abc
  assert_failure 1
  assert_line "$(printf 'failed\twrong-bytes')"
  assert_line "$(printf 'got\tab and then the end of the datagram')"
}

@test "peer: with udp: match looks at the beginning, and # is any number" {
  local port=5804
  start server socat UDP-RECVFROM:$port,fork EXEC:cat
  wait_until listens_udp $port
  AT=udp:127.0.0.1:$port peer connect send 'a -17 b 20 c' match 'a # b 20' send 7 match '#'
  assert_success
  AT=udp:127.0.0.1:$port peer connect send 'a 17 b 20 c' match 'a # b 2'
  assert_last 'client A waited for a datagram that begins with "a # b 2"' 'wrong bytes' wrong-bytes 'a 17 b 2' 'a 17 b 20 c'
  AT=udp:127.0.0.1:$port peer connect send 'a x' match 'a # b'
  assert_last 'client A waited for a datagram that begins with "a # b"' 'wrong bytes' wrong-bytes 'a # b' 'a x and then the end of the datagram'
}

@test "peer: from chooses this end, once" {
  serve 'echo $SOCAT_PEERADDR $SOCAT_PEERPORT'
  peer from 127.0.0.2:5899 connect expect '127.0.0.2 5899\n' shut eof close connect expect '127.0.0.1 '
  assert_success
  assert_line "$(printf 'step\tclient A connected from 127.0.0.2:5899\tdone')"
  assert_line "$(printf 'step\tclient A connected\tdone')"
  peer from 192.0.2.1:5899 connect
  assert_failure 1
}

@test "peer: \\i grows with each turn of times, and wraps" {
  local port=5802
  start server socat UDP-RECVFROM:$port,fork 'EXEC:od -An -tx1'
  wait_until listens_udp $port
  AT=udp:127.0.0.1:$port peer connect send '\i00ff\iffff' expect ' 00 ff ff ff\n' times 3 send '\iffff'
  assert_success
  assert_line "$(printf 'step\t%s\tdone' 'client A sent '"'\x00\x01'"', 2 bytes, time 3 of 3')"
}

@test "peer: many datagrams wait until the server has read, and it hangs if it does not" {
  local port=5803
  start server socat -u UDP-RECV:$port STDOUT
  wait_until listens_udp $port
  AT=udp:127.0.0.1:$port peer connect times 20000 send '0123456789'
  assert_success
  read_all() { (($(wc -c <"$(out server)") == 200000)); }
  wait_until read_all
  interrupt server STOP
  AT=udp:127.0.0.1:$port peer connect times 101 send x
  assert_last "client A sent 'x', 1 byte, time 101 of 101" stuck hung 'a server that reads' 'it read nothing for 1 s'
}

@test "peer: freeze stops the server, and thaw lets it go on" {
  start server "$BATS_FILE_TMPDIR/server" -p $PORT
  await server listening
  run timeout -k 1 60 "$TOOLS/peer" -s "${PID[server]}" 127.0.0.1:$PORT \
    connect freeze send a silence thaw expect a
  assert_success
  run timeout -k 1 60 "$TOOLS/peer" -s 999999 127.0.0.1:$PORT connect freeze
  GONE=3 assert_last 'stopped the server for a moment (SIGSTOP)' gone error \
    'a server that is still running' 'no process to stop'
}

@test "peer: connect waits for room in the queue of a Unix socket" {
  cd "$BATS_TEST_TMPDIR"
  start server socat UNIX-LISTEN:s,fork,backlog=1 PIPE
  wait_until listens_unix s
  AT=./s peer times 30 connect send a expect a
  assert_success
  run timeout -k 1 60 "$TOOLS/peer" -t 1 -s "${PID[server]}" ./s freeze connect as B connect as C connect
  assert_last 'client C connected' 'no answer' hung 'a connection' 'its queue was full for 1 s'
  interrupt server CONT
}

@test "peer: signal asks the server to end" {
  local name
  for name in TERM INT; do
    start server "$BATS_FILE_TMPDIR/server" -p $PORT
    await server listening
    run timeout -k 1 60 "$TOOLS/peer" -s "${PID[server]}" 127.0.0.1:$PORT connect send a expect a signal $name gone
    assert_success
    assert_line "$(printf 'step\tsent SIG%s to the server\tended' $name)"
    finish server 0
  done
  run timeout -k 1 60 "$TOOLS/peer" -s 999999 127.0.0.1:$PORT signal TERM
  GONE=3 assert_last 'sent SIGTERM to the server' gone error 'a server that is still running' 'no process'
  start server sh -c 'trap "" TERM; echo deaf; cat' <> <(:)
  await server deaf
  run timeout -k 1 60 "$TOOLS/peer" -t 1 -s "${PID[server]}" 127.0.0.1:$PORT signal TERM
  assert_last 'sent SIGTERM to the server' 'still running' endless 'a server that ends' 'it still runs after 1 s'
  stop_server
}

@test "peer: lines reads so many lines and no byte more" {
  serve 'read -r count; yes "" | head -n "$count"; echo one; echo two; printf three'
  peer connect send '3\n' lines 4 expect 'two\nthree' eof
  assert_success
  assert_line "$(printf 'step\tclient A waited for 4 lines\tdone')"
  peer connect send '3\n' lines 6
  assert_last 'client A waited for 6 lines' 'end of stream' eof '6 lines' '5, and then the end of the stream'
  stop_server
  serve 'echo one; cat >/dev/null'
  peer connect lines 1 lines 1
  assert_last 'client A waited for 1 line' 'no answer' hung '1 line' '0, and then nothing for 1 s'
}

@test "peer: dropped waits for the end, whatever comes before" {
  serve 'seq 100000; read -r line; echo one'
  peer connect until '100000\n' send '\n' dropped
  assert_success
  assert_line "$(printf 'step\tclient A waited for the end of the connection, whatever comes before\tdone')"
  peer connect dropped
  assert_last 'client A waited for the end of the connection, whatever comes before' 'no end' open \
    'the end of the connection' 'the connection was still open after 1 s'
  stop_server
  serve yes
  peer connect dropped
  assert_last 'client A waited for the end of the connection, whatever comes before' 'no end' open \
    'the end of the connection' 'the connection was still open after 1 s'
}

# --- peer: how it fails ---

@test "peer: refused, if nothing listens there" {
  peer connect send a
  assert_last 'client A connected' refused refused 'a connection' \
    'connection refused: nothing listens there [ECONNREFUSED]'
  assert_equal "${#lines[@]}" 4
}

@test "peer: hung, where nothing comes, or less than was expected" {
  serve 'cat >/dev/null'
  peer connect send a expect a
  assert_last 'client A waited for "a"' 'no answer' hung a 'nothing for 1 s'
  refute_line --partial caret
  stop_server
  serve 'head -c 2; cat >/dev/null'
  peer connect send abc expect abc
  assert_last 'client A waited for "abc"' 'no answer' hung abc 'ab and then nothing for 1 s'
  assert_line "$(printf 'caret\t  ^ byte 3')"
}

@test "peer: open, where the end does not come, and hung, where nothing is read" {
  serve cat
  peer connect eof
  assert_last 'client A waited for the end of the stream' 'no end' open 'the end of the stream' \
    'the connection was still open after 1 s'
  interrupt server STOP
  peer connect send a gone
  assert_last 'client A waited for the end of the connection' 'no end' open \
    'the end of the connection' 'the connection was still open after 1 s'
}

@test "peer: eof, where the stream ends too early" {
  serve 'head -c 2'
  peer connect send abc expect abc
  assert_last 'client A waited for "abc"' 'end of stream' eof abc \
    'ab and then the end of the stream'
  assert_line "$(printf 'caret\t  ^ byte 3')"
}

@test "peer: reset, where the server does that" {
  start server "$BATS_FILE_TMPDIR/server" -p $PORT
  await server listening
  # A server that is killed while it has unread bytes resets.
  interrupt server STOP
  start victim "$TOOLS/peer" 127.0.0.1:$PORT connect send abc expect abc
  await victim 'sent "abc"'
  interrupt server KILL
  finish server 137
  finish victim 1
  run cat "$(out victim)"
  assert_line "$(printf 'failed\treset')"
  assert_line "$(printf 'got\ta reset of the connection')"
}

@test "peer: wrong bytes, with the caret under the first of them" {
  serve 'tr b X'
  peer connect send 'aab\n' shut expect 'aab\n'
  assert_last 'client A waited for "aab\n"' 'wrong bytes' wrong-bytes 'aab\n' 'aaX\n'
  assert_line "$(printf 'caret\t  ^ byte 3')"
}

@test "peer: the caret counts columns, where a byte takes several of them" {
  serve 'tr b X'
  peer connect send '\n\x01b.' shut expect '\n\x01b.'
  assert_failure 1
  assert_line "$(printf 'expected\t\\n\\x01b.')"
  assert_line "$(printf 'got\t\\n\\x01X.')"
  assert_line "$(printf 'caret\t      ^ byte 3')"
}

@test "peer: of a long answer only the surroundings are shown" {
  local many
  printf -v many '%0100d' 0
  serve 'tr b X'
  peer connect send "${many}b$many" shut expect "${many}b$many"
  assert_failure 1
  assert_line --regexp $'^expected\t\\.\\.\\.0{20,30}b0+\\.\\.\\.$'
  assert_line --regexp $'^got\t\\.\\.\\.0{20,30}X0*(\\.\\.\\.)?$'
  assert_line --regexp $'^caret\t +\\^ byte 101$'
  # The caret is where the X is.
  local got caret
  got=$(sed -n 's/^got\t//p' <<<"$output")
  caret=$(sed -n 's/^caret\t//p' <<<"$output")
  got=${got%%X*} caret=${caret%%^*}
  assert_equal "${#caret}" "${#got}"
}

@test "peer: more than was expected is wrong, for eof and for silence" {
  serve 'cat; printf more'
  peer connect send a expect a shut eof
  assert_last 'client A waited for the end of the stream' 'more bytes' more \
    'the end of the stream' 'more bytes, the first is m'
  peer connect send ab expect a silence
  assert_last 'client A looked for anything that it must not get' 'something came' wrong-bytes \
    nothing 'an answer that was not for this client'
}

@test "peer: wrong use: status 2, and no harm" {
  run "$TOOLS/peer"
  assert_failure 2
  assert_line --index 0 --regexp '^usage: peer '
  peer dance
  assert_failure 2
  assert_line --index 0 --partial 'dance'
  peer send
  assert_failure 2
  AT=nowhere peer connect
  assert_failure 2
  peer as '' connect
  assert_failure 2
  peer as sixteen-letters. connect
  assert_failure 2
  local names
  mapfile -d ' ' -t names < <(printf 'as %s ' {1..1024})
  peer "${names[@]}"
  assert_failure 2
  assert_line --index 0 --partial 'as 1023: '
  local number
  for number in '' 0 x -1; do
    peer times "$number" connect
    assert_failure 2
  done
  peer times
  assert_failure 2
  run "$TOOLS/peer" -h
  assert_success
}

# --- routers ---

@test "routers: true answers and false ones, silence, and what comes late" {
  cc -std=c17 -D_GNU_SOURCE -I "$LABS_ROOT/common" -o "$BATS_TEST_TMPDIR/traceroute" \
    "$LABS_ROOT/tests/solutions/06-icmp-ping/traceroute.c" "$LABS_ROOT/common"/*.c
  cd "$BATS_TEST_TMPDIR"
  run "$LABS_ROOT/scripts/netbox" --line client,r1,server -- bash -c '
    on r1 "$0" eth0 1 "11.0:protocol=6:from=10.0.9.9 11.0:options=2:quoted=3" 2 "11.0:late" \
      3 "11.0:source=1:every=1" + "4.0 3.1:from=10.0.9.9:more=8" >routers &
    timeout 60 sh -c "until [ -s routers ]; do :; done"
    on client ./traceroute -w 200 10.0.7.7' "$LABS_ROOT/.build/grader/routers"
  assert_failure 1
  assert_output 'traceroute: 1  10.0.1.2
traceroute: 2  *
traceroute: 3  *
traceroute: 4  10.0.9.9 !H'
  run cut -d ' ' -f -3 routers # the source port is the kernel's choice
  assert_output 'ready
probe 1 33434
probe 2 33435
probe 3 33436
probe 4 33437'
}

@test "routers: wrong use" {
  run "$TOOLS/routers" eth0 1
  assert_failure 2
  run "$TOOLS/routers" none 1 3.3
  assert_failure 1
}

# --- holder: ports of its own, since others rest in TIME-WAIT, and none that connect might have chosen ---

# does COMMAND ANSWER - what the holder answers to it.
does() {
  local before
  before=$(wc -l <"$(out holder)")
  type holder "$1"
  answered() { (($(wc -l <"$(out holder)") > before)); }
  wait_until answered
  assert_equal "$(tail -n 1 "$(out holder)")" "$2"
}

# is_in STATE FILTER - there is one such socket, soon.
is_in() {
  one() { (($(ss -Htan state "$1" "$2" | wc -l) == 1)); }
  wait_until one "$1" "$2" || fail "no socket $2 is $1: $(ss -Htan)"
}

@test "holder: a connection, its half-close and its end, by IPv4 and IPv6" {
  local to port=5890 client=20310
  start holder "$TOOLS/holder"
  for to in 127.0.0.1 ::1; do
    port=$((port + 1)) client=$((client + 1))
    does "listen $to $port" 3
    does "connect $to $client $to $port" 4
    does 'accept 3' 5
    is_in established "sport = :$client"
    does 'shut 4' 4
    is_in fin-wait-2 "sport = :$client"
    is_in close-wait "dport = :$client"
    does 'close 5' 5
    is_in time-wait "sport = :$client"
    does 'close 4' 4
    does 'close 3' 3
    [[ -z $(ss -Htln "sport = :$port") ]]
  done
}

@test "holder: a connect that nobody answers does not keep it waiting" {
  nft 'add table ip wire; add chain ip wire in { type filter hook input priority 0; };
    add rule ip wire in tcp dport 5899 drop'
  start holder "$TOOLS/holder"
  does 'connect 127.0.0.1 20313 127.0.0.1 5899' 3
  is_in syn-sent 'sport = :20313'
  nft delete table ip wire
}

@test "holder: a Unix socket of each type, whose file outlives it" {
  local type
  start holder "$TOOLS/holder"
  cd "$BATS_TEST_TMPDIR"
  for type in stream dgram seqpacket; do
    does "name $type $PWD/$type" 3
    [[ $(stat -c %F $type) == socket ]]
    does "name $type $PWD/$type" EADDRINUSE
    [[ -n $(ss -Hxa "src = $PWD/$type") ]]
    does 'close 3' 3
    [[ -S $type ]]
  done
}

@test "holder: an error has its name and leaves nothing, and its own end resets what it holds" {
  start holder "$TOOLS/holder"
  does 'close 99' EBADF
  does 'jump 3' ENOSYS
  does '' ENOSYS
  does 'listen 127.0.0.1 5890' 3
  does 'listen 127.0.0.1 5890' EADDRINUSE
  does 'connect 127.0.0.1 20314 127.0.0.1 5890' 4
  does 'accept 3' 5
  type_eof holder
  finish holder
  [[ -z $(ss -Htan '( sport = :20314 or dport = :20314 )') ]]
}

# --- check.bash ---

# listens_at PATH - what unix_listener of check.bash says.
listens_at() {
  run bash -c 'CHECK_DEADLINE=1 && source "$0" && unix_listener "$1"' "$LABS_ROOT/scripts/grader/check.bash" "$1"
}

@test "unix_listener: a server is found at its file, whatever name it has bound" {
  mkdir "$BATS_TEST_TMPDIR/deep"
  cd "$BATS_TEST_TMPDIR/deep"
  listens_at "$PWD/here"
  assert_failure
  start holder "$TOOLS/holder"
  does "name stream $PWD/here" 3
  does "name dgram $PWD/other" 4
  listens_at "$PWD/here"
  assert_success
  mv here there
  listens_at "$PWD/there"
  assert_success
  listens_at "$PWD/here"
  assert_failure
  listens_at "$PWD/other"
  assert_failure
  does 'close 3' 3
  listens_at "$PWD/there"
  assert_failure
}

# --- cover ---

@test "cover: another link in the place of one, for a command and all that it starts, and nobody else" {
  local before
  cd "$BATS_TEST_TMPDIR"
  mkdir net
  echo ours >net/tcp
  ln -s "$PWD/net" link
  before=$(readlink /proc/net)
  run unshare --mount "$TOOLS/cover" link /proc/net sh -c 'readlink /proc/net
    read -r line </proc/net/tcp && echo "$line"; cat /proc/net/tcp; sh -c "cat /proc/net/tcp; exit"'
  assert_success
  assert_output "$PWD/net"$'\nours\nours\nours'
  assert_equal "$(readlink /proc/net)" "$before"
}

@test "cover: what it cannot do it says, and does not run the command" {
  cd "$BATS_TEST_TMPDIR"
  ln -s / link
  run unshare --mount "$TOOLS/cover" none /proc/net echo ran
  assert_failure 1
  assert_output 'cover: take none: No such file or directory'
  run unshare --mount "$TOOLS/cover" link none echo ran
  assert_failure 1
  assert_output 'cover: mount on none: No such file or directory'
  run unshare --mount "$TOOLS/cover" link /proc/net ./none
  assert_failure 1
  assert_output 'cover: run ./none: No such file or directory'
  run "$TOOLS/cover" link /proc/net
  assert_failure 2
  assert_output --partial usage:
}

# --- faults ---

@test "faults: without any, all is as it was" {
  faulty '' 10 send sendto write sendmsg writev sendfile spliceout recv recvfrom read recvmsg readv splicein
}

@test "faults: send_max lets a stream socket take no more than that" {
  faulty send_max=3 3 send sendto write sendmsg writev hollow sendfile spliceout
  faulty send_max=3 10 recv recvfrom read recvmsg readv splicein
}

@test "faults: recv_max lets a stream socket give no more than that" {
  faulty recv_max=3 3 recv recvfrom read recvmsg readv splicein
  faulty recv_max=3 10 send sendto write sendmsg writev sendfile spliceout
}

@test "faults: datagrams stay whole, and pipes are not touched" {
  faulty send_max=3,recv_max=3,eintr=0 10 dgram-send dgram-write dgram-sendmsg dgram-writev \
    dgram-recv dgram-read dgram-recvmsg dgram-readv pipe-write pipe-read pipe-writev pipe-readv
  faulty eintr=1 10 pipe-write pipe-read pipe-writev pipe-readv
}

@test "faults: eintr interrupts every Nth call, the first among them" {
  faulty eintr=1 EINTR send sendto write sendmsg writev sendfile spliceout recv recvfrom read recvmsg readv splicein accept
  in_turn eintr=2 send EINTR 10 EINTR 10
  in_turn eintr=3 recv EINTR 10 10 EINTR 10
  in_turn eintr=2,eintr_row=2 recv EINTR EINTR 10 EINTR EINTR 10
  in_turn eintr=2 accept EINTR ok
  in_turn eintr=2 accept4 EINTR ok
}

@test "faults: accept_abort lets the first N calls of accept fail" {
  in_turn accept_abort=2 accept ECONNABORTED ECONNABORTED ok
  in_turn accept_abort=1 accept4 ECONNABORTED ok
}

@test "faults: send_gone lets the Nth call that sends find the other end gone" {
  local call
  run timeout -k 1 60 env LD_PRELOAD="$TOOLS/faults.so" FAULTS=send_gone=2 "$BATS_FILE_TMPDIR/probe0" send send
  assert_equal "$status" 141 # SIGPIPE
  trap '' PIPE
  in_turn send_gone=2 send 10 EPIPE 10
  for call in send sendto write sendmsg writev sendfile spliceout; do faulty send_gone=1 EPIPE "$call"; done
  faulty send_gone=1 10 recv recvfrom read recvmsg readv splicein
}

# stops_before_it_listens FAULT - so does socat, until it may go on.
stops_before_it_listens() {
  start server env LD_PRELOAD="$TOOLS/faults.so" FAULTS="$1" socat TCP-LISTEN:$PORT,reuseaddr PIPE
  wait_until is_stopped "${PID[server]}"
  peer connect
  assert_line "$(printf 'failed\trefused')"
  interrupt server CONT
  wait_until listens
  stop_server
}

@test "faults: stop_bind stops a program that has bound a TCP socket" {
  stops_before_it_listens stop_bind=1
}

@test "faults: stop_listen stops a program before it listens" {
  stops_before_it_listens stop_listen=1
}

@test "faults: stop_bind stops a program that has bound a Unix socket, until it may go on" {
  start server env LD_PRELOAD="$TOOLS/faults.so" FAULTS=stop_bind=1 \
    socat UNIX-LISTEN:"$BATS_TEST_TMPDIR/s" PIPE
  wait_until is_stopped "${PID[server]}"
  [[ -S $BATS_TEST_TMPDIR/s ]]
  AT=$BATS_TEST_TMPDIR/s peer connect
  assert_line "$(printf 'failed\trefused')"
  interrupt server CONT
  wait_until listens_unix "$BATS_TEST_TMPDIR/s"
  AT=$BATS_TEST_TMPDIR/s peer connect send a expect a close
  assert_success
}

@test "faults: stop_accept and stop_wait stop a program that has taken a client, or is about to wait for one" {
  local client fault
  for fault in stop_accept=1 stop_wait=1; do
    start server env LD_PRELOAD="$TOOLS/faults.so" FAULTS=$fault socat TCP-LISTEN:$PORT,reuseaddr PIPE
    wait_until listens
    [[ $fault != stop_wait* ]] || wait_until is_stopped "${PID[server]}"
    exec {client}<>"/dev/tcp/127.0.0.1/$PORT"
    wait_until is_stopped "${PID[server]}"
    interrupt server CONT
    echo hello >&"$client"
    read -r -t 5 -u "$client"
    assert_equal "$REPLY" hello
    stop_server
    exec {client}>&-
  done
}

@test "faults: stop_taken stops a program whose port is taken, and only such a one" {
  start first env LD_PRELOAD="$TOOLS/faults.so" ASAN_OPTIONS=verify_asan_link_order=0 \
    FAULTS=stop_taken=1 "$BATS_FILE_TMPDIR/server" -p $PORT
  await first listening
  start second env LD_PRELOAD="$TOOLS/faults.so" ASAN_OPTIONS=verify_asan_link_order=0 \
    FAULTS=stop_taken=1 "$BATS_FILE_TMPDIR/server" -p $PORT
  wait_until is_stopped "${PID[second]}"
  interrupt second CONT
  await second EADDRINUSE
}

@test "faults: what a short call took is the beginning, and nothing is lost or doubled" {
  start server env LD_PRELOAD="$TOOLS/faults.so" ASAN_OPTIONS=verify_asan_link_order=0 \
    FAULTS=send_max=3,recv_max=5,accept_abort=1 "$BATS_FILE_TMPDIR/server" -v -p $PORT
  await server listening
  seq 1 2000 >"$BATS_TEST_TMPDIR/many"
  peer connect pump "$BATS_TEST_TMPDIR/many" "$BATS_TEST_TMPDIR/many" shut eof
  assert_success
  await server '^server: end of stream from '
  run grep -cE 'recv\(4\) = ([6-9]|[1-9][0-9])' "$(err server)"
  assert_output 0
}

@test "faults: a server that tries again after EINTR loses and doubles nothing either" {
  cc -std=c17 -D_GNU_SOURCE -I"$LABS_ROOT/common" -o "$BATS_TEST_TMPDIR/shouting" \
    "$LABS_ROOT/tests/solutions/01-tcp-echo/server.c" "$LABS_ROOT"/common/*.c
  start server env LD_PRELOAD="$TOOLS/faults.so" \
    FAULTS=send_max=3,recv_max=5,eintr=2,accept_abort=1 "$BATS_TEST_TMPDIR/shouting" -p $PORT
  await server listening
  seq 1 2000 >"$BATS_TEST_TMPDIR/many" # shouting changes no digit
  peer connect pump "$BATS_TEST_TMPDIR/many" "$BATS_TEST_TMPDIR/many" shut eof
  assert_success
}
