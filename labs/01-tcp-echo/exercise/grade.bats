#!/usr/bin/env bats
# The checks of lab 01's exercise, the shouting server: ten points. scripts/grader/check.bash defines
# the words.
#
# Each mistake shows every time, not by luck. If a result depends on what arrives first, the check
# freezes the server while it arrives (a peer's `freeze` and `thaw`). Numbers and words come from the
# seed. A test asks for as little as it can, so that a mistake costs only its own points: most clients
# speak in digits, which come back as they are, and end their stream before they wait; most servers get
# one client.
load ../../../scripts/grader/check.bash

TEXT=$BATS_TEST_TMPDIR/text

# write_text NUMBER - fills the file TEXT with a line that is longer than any array of a student, and then
# with NUMBER short ones.
write_text() {
  local from
  draw from 10000 70000
  seq -s ' ' "$from" $((from + 13000)) >"$TEXT"
  seq "$from" $((from + $1)) >>"$TEXT"
}

# small_buffers - from now on the kernel keeps so few bytes for a connection that a client that does not
# read soon makes the server wait. This concerns our private network only, and the test that comes last.
small_buffers() {
  echo 4096 32768 32768 | tee /proc/sys/net/ipv4/tcp_wmem >/proc/sys/net/ipv4/tcp_rmem
}

# one_way - from now on the kernel keeps 40,000 bytes for a receiver, and for a sender few.
one_way() {
  echo 4096 262144 262144 >/proc/sys/net/ipv4/tcp_rmem
  echo 4096 4096 4096 >/proc/sys/net/ipv4/tcp_wmem
}

# children - prints how many processes the server has started that still run, or that have ended and
# that nobody has waited for.
children() {
  children_of "${PID[server]}"
  echo "${#CHILDREN[@]}"
}

# beside_each VARIABLE LETTER... - puts there, for each byte over 127 and LETTER, the two beside each other.
beside_each() {
  local -n text=$1
  local letter pairs
  text=''
  for letter in "${@:2}"; do
    printf -v pairs "\\x%02x$letter" {128..255}
    text+=$pairs
  done
}

# repeat NUMBER TEXT - prints TEXT that often.
repeat() {
  local turn
  for ((turn = 0; turn < $1; turn++)); do printf '%s' "$2"; done
}

# another_server - ends the server, and starts it on another port, because the first may still be taken.
another_server() {
  stop server KILL
  PORT=$((PORT + 20))
  start server
}

# threads - prints how many threads the server's first process has: num_threads of proc(5).
threads() {
  stat_of "${PID[server]}" && echo "${STAT[17]}"
}

# at_once NUMBER THREADS - so many clients are served at the same time, and end while the server itself is stopped: it
# finds all of their processes ended at once. One that has never waited for a process (cminflt of proc(5)), and has
# no more THREADS than it began with, has none for each client.
at_once() {
  local client come=() leave=()
  stat_of "${PID[server]}" && ((STAT[8] > 0 || STAT[17] > $2)) || return 0
  for ((client = 1; client <= $1; client++)); do
    come+=(as "no. $client" connect send '1\n' expect '1\n')
    leave+=(as "no. $client" shut eof)
  done
  peer "${come[@]}" freeze "${leave[@]}" thaw
}

few_children() {
  (($(children) < $1))
}

few_threads() {
  (($(threads) < $1))
}

# True if the second server has ended, or there is a second listening socket.
rival_has_decided() {
  has_ended rival || [[ $(listeners) == *' '* ]]
}

# bats test_tags=id:address,points:1
@test "listens on 127.0.0.1 and the port of -p, nowhere else" {
  likely no-bind 'socket, then bind to 127.0.0.1 and the port (htonl, htons), then listen, then accept in a loop: README, "A name for the socket"'
  likely elsewhere 'bind needs the port of -p through htons, and INADDR_LOOPBACK through htonl: README, "A name for the socket"'
  likely wrong-address 'INADDR_ANY opens the server to every network of the machine; INADDR_LOOPBACK is this machine alone: README, "A name for the socket"'
  likely other-places 'one address and one port are enough: README, "A name for the socket"'
  start server
  nowhere_else
  stop server KILL
  # Above the ports that the kernel gives to clients.
  draw PORT 61100 65300
  likely no-bind 'a port is a number of 16 bits without a sign, 65535 at most: README, "Exercise"'
  likely elsewhere 'a port is a number of 16 bits without a sign, 65535 at most: README, "Exercise"'
  start server
  nowhere_else
  # The port is taken now, and a listening socket that bind gave no name would get one from the kernel.
  likely wrong-address 'without an address, listen takes every one of the machine, and any port; so look at what bind returns: README, "A name for the socket"'
  launch rival
  wait_until rival_has_decided || true
  told "started a second ./server -p $PORT" 'done'
  nowhere_else
  stop rival KILL
  stop server KILL
  PORT=65535
  start server
  nowhere_else
  stop server KILL
  PORT=5001
  likely no-bind 'without -p the port is 5001: README, "Exercise"'
  likely elsewhere 'without -p the port is 5001: README, "Exercise"'
  PLAIN=yes start server
  nowhere_else
}

# bats test_tags=id:one-line,points:1
@test "one line comes back in capitals" {
  likely any 'accept a client, recv what it sends, turn a to z into capitals, send it back: README, "Bytes, not lines"'
  local word
  draw_word word 12
  word=${word//[az]/m} # another test is about the first letter and the last
  start server
  peer connect send "$word\n" heard shut expect "${word^^}\n"
}

# bats test_tags=id:conversation,points:1
@test "each piece of a conversation is answered at once, even one byte without a newline" {
  likely hung 'send what you have read at once, not when a line is complete, a buffer is full or the stream ends: README, "Bytes, not lines"'
  likely wrong-bytes 'recv gives n bytes; send back exactly these n, not the whole buffer: README, "Bytes, not lines"'
  likely any 'recv and send again until recv returns 0: one recv is not the whole conversation, and no word or byte ends it: README, "Bytes, not lines"'
  local number
  draw number 1000000 9999999
  write_text 0
  truncate -s 66666 "$TEXT" # one long piece without a newline
  start server
  peer connect send 7 expect 7 send "$number" expect "$number" send '12\n' expect '12\n' \
    drip "$number" expect "$number" send '\n' expect '\n' send 'quit\n' expect 'QUIT\n' \
    send exit expect EXIT send 'bye\n' expect 'BYE\n' send '.\n' expect '.\n' pump "$TEXT" "$TEXT"
  likely hung 'bytes are no characters: what looks unfinished is answered, too; the rest may never come: README, "Bytes, not lines"'
  # Another test is about bytes that come back changed.
  local byte alone=()
  for byte in c3 e2 0d 04 1a 03 00; do alone+=(send "\\x$byte" expect "\\x$byte"); done
  if aside peer connect send '\xc3\xe2\r\x04\x1a\x03\0' heard shut expect '\xc3\xe2\r\x04\x1a\x03\0'; then
    peer connect "${alone[@]}"
  fi
  likely hung 'a piece may fill your buffer to its last byte, and be all that comes for now: README, "Bytes, not lines"'
  local size full=()
  for size in 1000 1024 2048 4096 8192 10000 16384 65536; do
    head -c "$size" "$TEXT" >"$TEXT.$size"
    full+=(pump "$TEXT.$size" "$TEXT.$size")
  done
  another_server
  peer connect "${full[@]}"
}

# bats test_tags=id:every-byte,points:1
@test "only a to z change: every other byte comes back as it was" {
  likely any 'change the letters a to z and no other byte, whatever the locale: README, "Bytes, not lines"'
  local ascii shouted high
  printf -v ascii '\\x%02x' {1..127} 13 10 10
  printf -v shouted '\\x%02x' {1..96} {65..90} {123..127} 13 10 10
  printf -v high '\\x%02x' {128..255} 255 10
  # The same again and again, to more than 4096 bytes: letters must change wherever they are in a piece.
  ascii=$(repeat 40 "%x$ascii") shouted=$(repeat 40 "%X$shouted")
  start server
  peer connect send "$ascii" heard shut expect "$shouted"
  another_server
  likely any 'data may hold any byte, even NUL, at which strlen and its family stop; use the number that recv returned: README, "Bytes, not lines"'
  peer connect send '1\02\0\0\n' heard shut expect '1\02\0\0\n'
  another_server
  likely any 'a byte over 127 is data like any other, and 255 is not EOF; in a char it may be negative: README, "Bytes, not lines"'
  peer connect send "$high$high" heard shut expect "$high$high"
  another_server
  likely any 'what becomes of a byte depends on nothing but this byte: README, "Bytes, not lines"'
  beside_each ascii '`' a z '{' @ A Z '['
  beside_each shouted '`' A Z '{' @ A Z '['
  peer connect send "$ascii\n" heard shut expect "$shouted\n"
}

# bats test_tags=id:end-of-stream,points:1
@test "the end of the client's stream ends the answer, after its last byte" {
  likely open 'when recv returns 0, leave the loop and close the connection: README, "Zero is the end"'
  likely more 'send back what recv returned and no more; when it returns 0 there is nothing to send: README, "Zero is the end"'
  likely eof 'the end comes after the last byte, which need not be a newline; first send back all that was read, then close: README, "Zero is the end"'
  likely reset 'a plain close ends the stream after the last byte; SO_LINGER with 0, or data left unread, makes it a reset: README, "Zero is the end"'
  likely any 'send back all that was read before the end, then close: README, "Zero is the end"'
  local number
  draw number 100000 999999
  start server
  # The data and the end have both arrived before the server reads.
  peer freeze connect send "12 $number" shut thaw expect "12 $number" eof
}

# bats test_tags=id:next-client,points:1
@test "a client that comes while another is served waits for its turn" {
  likely refused 'keep the listening socket: accept gives a new descriptor for each client, and the others wait meanwhile: README, "One after the other"'
  likely any 'listen takes how many clients may wait, accept in a loop takes one after the other, and recv returns 0 when one has ended: README, "One after the other"'
  likely open 'the end comes when nobody has this connection open any more; a process for one client must not keep those of others: README, "Zero is the end"'
  local number client waiting=() turns=() end=(eof)
  draw number 10000 99999
  start server
  # Another test is about the end of a client that is alone.
  aside peer connect send '1\n' heard shut expect '1\n' eof || end=()
  another_server
  for client in 2 3 4 5 6; do waiting+=(as "no. $client" connect send "$client $number\n"); done
  for client in 1 2 3 4 5 6; do turns+=(as "no. $client" taken heard shut expect "$client $number\n" "${end[@]}" close); done
  peer as 'no. 1' connect send "1 $number\n" taken "${waiting[@]}" "${turns[@]}" \
    as 'no. 7' connect shut close as 'no. 8' connect send "8 $number\n" heard shut expect "8 $number\n"
}

# bats test_tags=id:after-a-reset,points:1
@test "serves the next client after one that died, and keeps nothing of it" {
  likely sigpipe 'writing to a connection that is gone raises SIGPIPE, which kills the process; MSG_NOSIGNAL makes it an error instead: README, "A client that dies"'
  likely leak 'close the descriptor of a client that died, too: README, "A client that dies"'
  likely any 'accept in a loop: README, "One after the other"'
  local long before others
  printf -v long '%040000d' 0
  FAULTS=send_max=10 start server
  # If other clients leave a descriptor open too, that is not about those that died.
  before=$(descriptors)
  peer times 30 connect send '1\n' heard shut expect '1\n' close
  others=$(($(descriptors) - before))
  likely any 'ECONNRESET and EPIPE are the end of one client, not of the server: README, "A client that dies"'
  # A ends its stream before the reset. The server's first send provokes the reset, and a later one
  # fails with EPIPE and SIGPIPE; so the server must need many. B, C and D reset the connection without
  # an end of stream, which is ECONNRESET: in recv, when the server waits for B's data, and in
  # send, when C's data had arrived before the reset. D has gone before the server accepts it.
  peer times 11 as A connect taken freeze send "$long" close thaw \
    as B connect taken reset \
    as C connect taken freeze send "$long" reset thaw \
    as D freeze connect reset as E connect thaw send '5\n' heard shut expect '5\n' close
  no_more_descriptors $((before + 3 * others)) 55
}

# bats test_tags=id:interrupted,points:1
@test "an interrupted call is made again, each time" {
  # First without an interruption: a program that fails here has another mistake.
  likely any 'send back what has come, no more and no less, while the client waits; then recv again: README, "Bytes, not lines"'
  local row aborts number part turns short=''
  draw row 2 4
  draw aborts 12 25
  draw number 10000 99999
  draw part 2 4
  draw turns 7 9
  FAULTS=send_max=$part start server
  peer connect send '7\n' expect '7\n' send '8\n' expect '8\n'
  # Other tests are about many clients, and about a send that takes only a part.
  aside peer times 3 connect send '7\n' heard shut expect '7\n' close || turns=0
  ! aside peer connect send "$number\n" heard shut expect "$number\n" || short=,send_max=$part
  likely any 'EINTR means that a signal came, ECONNABORTED that a client left the queue; nothing is wrong, so call again, each time, and go on where you were: README, "Not every -1 is the end"'
  # accept, recv and send are each interrupted before they work, and send also in the middle of a piece.
  FAULTS=eintr=2,eintr_row=$row,accept_abort=$aborts$short another_server
  # errno keeps EINTR when the next call succeeds. (One that ends in accept has done so when the client sends.)
  peer connect taken send "$number\n" expect "$number\n" send '7\n' heard shut expect '7\n' close
  ((turns == 0)) || peer times "$turns" connect send '7\n' heard shut expect '7\n' close
}

# bats test_tags=id:many-clients,points:1
@test "serves more than a thousand clients, and keeps nothing of them" {
  likely leak 'each accept opens a descriptor; close it when its client has gone: README, "One after the other"'
  likely children 'a process that has ended stays as a zombie until its parent waits for it, and one SIGCHLD may stand for several: README, "Exercise"'
  likely threads 'a thread ends when it has served its client; only those that you make before the first one may stay: README, "Exercise"'
  likely any 'accept in a loop: README, "One after the other"'
  local before started alone clients
  draw clients 1030 1100
  start server
  before=$(descriptors) started=$(children) alone=$(threads)
  peer times 30 connect send '1\n' heard shut expect '1\n' close
  no_more_descriptors "$before" 30
  aside allow 1 at_once 15 "$alone" || true # one that serves one after the other does not get that far
  interrupt server CONT
  wait_until few_children $((started + 10)) || {
    told "counted the server's processes, after all of these clients" "$(children)"
    fail_check children "$started, as before" "$(children)"
  }
  wait_until few_threads $((alone + 10)) || {
    told "counted the server's threads, after all of these clients" "$(threads)"
    fail_check threads "$alone, as before" "$(threads)"
  }
  likely any 'what a client takes must be given back when it has gone, and nothing may count to an end: README, "Exercise"'
  peer times "$clients" connect send '1\n' heard shut expect '1\n' close
}

# bats test_tags=id:long-stream,points:1
@test "no byte of a long stream is lost, however little a call moves and however late the client reads" {
  local part whole late='a client that reads late gets every byte, too; send waits for it, or fails with EAGAIN if the socket is non-blocking: README, "Bytes, not lines"'
  draw part 13 23
  write_text 1000
  likely wrong-bytes 'send may take fewer bytes than you give it, and it returns how many; send the rest, and no more than recv returned: README, "Bytes, not lines"'
  likely hung 'send may take fewer bytes than you give it, and it returns how many; send the rest: README, "Bytes, not lines"'
  likely any 'one recv is not the whole stream; recv and send again until recv returns 0: README, "Bytes, not lines"'
  # The kernel may do this, and here it does it every time. recv's part is the larger one, so that
  # one send never takes all that one recv returned.
  FAULTS=send_max=$part,recv_max=333 start server
  peer connect pour "$TEXT" "$TEXT"
  likely any 'the end comes after the last byte, however much is still to be read and sent before it: recv until it returns 0, and close when all is sent: README, "Zero is the end"'
  whole=$(head -c 40000 "$TEXT")
  # Another test is about short streams.
  if aside peer freeze connect send 12 shut thaw expect 12 eof; then
    peer freeze connect send "$whole" shut thaw expect "$whole" eof
  fi
  likely wrong-bytes "$late"
  likely hung "$late"
  likely any "$late"
  write_text 34000
  small_buffers
  another_server
  peer connect pour "$TEXT" "$TEXT"
  # The server can have all that it will ever get, and can send only a part of it: the client reads nothing yet.
  if aside peer freeze connect send 12 shut thaw expect 12 eof; then
    likely any 'the end comes after the last byte, even if the client has not read what is before it: README, "Zero is the end"'
    one_way
    peer freeze rcvbuf 2000 connect send "$whole" shut thaw pause 100 expect "$whole" eof
  fi
}
