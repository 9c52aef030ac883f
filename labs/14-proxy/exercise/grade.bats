#!/usr/bin/env bats
# The checks of lab 14's exercise, the relay with limits: ten points. scripts/grader/check.bash has the words.
#
# Behind the relay is the lab's own backend. It prints which client has come, and how each stream has ended.
# needs: nft
# tools: nft
# shellcheck disable=SC2030,SC2031,SC2034,SC2119,SC2120,SC2154  # draw sets variables by name, each test has a PORT
load ../../../scripts/grader/check.bash
load ../../../scripts/grader/program.bash

LAB=$BATS_TEST_DIRNAME/..

# small_buffers - the kernels keep at most so much for an end that does not read, on every machine.
small_buffers() {
  [[ -z ${SOCKET_LABS_BOX-} ]] || {
    echo '4096 16384 65536' >/proc/sys/net/ipv4/tcp_wmem
    echo '4096 16384 65536' >/proc/sys/net/ipv4/tcp_rmem
  }
}

# backend KIND - starts it at another port than the one before, TARGET.
backend() {
  program_is_built backend
  TARGET=$((PORT + 3000 + 20 * ++BACKENDS))
  SAYS=$BATS_TEST_TMPDIR/backend$BACKENDS
  spawn "backend$BACKENDS" "$PROGRAM" -m "$1" -p "$TARGET" >"$SAYS"
  DEADLINE=60 wait_until grep -q listening "$SAYS"
  told "started ./backend -m $1 -p $TARGET" listening
}
BACKENDS=0

# relay KIND [OPTION...] - starts a backend, and the student's server in front of it, at a port of its own.
relay() {
  [[ -z ${PID[server]-} ]] || ends_server
  backend "$1"
  start server -t "$TARGET" "${@:2}"
}

# narrow_relay KIND [OPTION...] - the same, but the kernels take only some thousand bytes for a backend that does not
# read, and a hundred times that from a client for a server that does not.
narrow_relay() {
  ends_server
  [[ -z ${SOCKET_LABS_BOX-} ]] || tee /proc/sys/net/ipv4/tcp_rmem >/proc/sys/net/ipv4/tcp_wmem <<<'4096 4096 4096'
  backend "$1"
  [[ -z ${SOCKET_LABS_BOX-} ]] || echo '4096 1000000 1000000' >/proc/sys/net/ipv4/tcp_rmem
  start server -t "$TARGET" "${@:2}"
}

# meets [OPTION...] - one word is carried there and back. What fails here is no matter of the test that begins so.
meets() {
  relay echo "$@"
  likely any 'accept, connect to the port of -t, and carry what comes from one to the other, in both directions: README, "The idea"'
  peer connect send 'hello\n' expect 'hello\n' close
}

# backend_says REGEX TEXT - waits until the backend has printed such a line, which is TEXT in the report.
backend_says() {
  wait_until grep -qE -- "$1" "$SAYS" || {
    told "looked at what the backend has seen" "$(tail -n 1 "$SAYS")"
    fail_check backend "the backend sees $2" "$(tail -n 1 "$SAYS" | sed 's/^backend: //')"
  }
  told "the backend saw $2" "done"
}

# clients_of_backend NUMBER - so many have come to it.
clients_of_backend() {
  local came
  came=$(grep -c ': client ' "$SAYS") || true
  ((came == $1)) || fail_check backend "$1 connections to the backend" "$came"
}

# nobody_is_left - waits until all that have left are gone from the server, too.
nobody_is_left() {
  wait_until closed "$PORT" || true
  wait_until closed "$TARGET" || true
}

# starts_clock, reads_clock - sets MS to how many ms have passed since. took LEAST MOST WHAT - so many, and no others.
starts_clock() {
  CLOCK=${EPOCHREALTIME/[.,]/}
}

reads_clock() {
  MS=$(((${EPOCHREALTIME/[.,]/} - CLOCK) / 1000))
}

took() {
  reads_clock
  told "looked at the clock" "$MS ms"
  ((MS >= $1)) || fail_check early "$3 after $1 ms or more" "after $MS ms"
  ((MS <= $2)) || fail_check late "$3 after $2 ms at most" "after $MS ms"
}

# in_time LIMIT - true if TOOK is at most 200 more than LIMIT, or than what this machine needs now for a client that
# waits so long by itself.
in_time() {
  ((TOOK > $1 + 200)) || return 0
  starts_clock
  peer connect send x pause "$1" close
  reads_clock
  told "looked how long such a client takes that waits by itself" "$MS ms"
  ((TOOK <= MS + 200))
}

# not_before LEAST, never_in_time LIMIT - fail if the end has come too early, or too late in all eight tries: a busy
# machine may be late. TOOK is how many ms it took in the last one.
not_before() {
  TOOK=$MS
  told "looked at the clock" "$MS ms"
  ((MS >= $1)) || fail_check early "the end after $1 ms or more" "after $MS ms"
}

never_in_time() {
  fail_check late "the end after $(($1 + 200)) ms at most, in one of 8 tries" "after $TOOK ms in the last one"
}

# ends_in_time LEAST LIMIT ACTION... - the last action waits for the end, which comes after LEAST ms or more, and in time.
ends_in_time() {
  local try
  for try in {1..8}; do
    starts_clock
    peer "${@:3}"
    reads_clock
    not_before "$1"
    ! in_time "$2" || return 0
  done
  never_in_time "$2"
}

# wall RULE TEXT - from now on a firewall does that to the SYNs that go to TARGET. TEXT is the step in the report.
wall() {
  nft "table ip wall$TARGET { chain in { type filter hook input priority 0; tcp dport $TARGET tcp flags & (syn | ack) == syn $1; }; }"
  told "let a firewall $2" "done"
}

# first_connect_only - from now on a firewall drops all others to TARGET.
first_connect_only() {
  wall 'numgen inc mod 100000 != 0 drop' "drop all but the first connection to port $TARGET"
}

# one_connect_waits - from now on a firewall drops what comes from the port of the first that connects to TARGET.
one_connect_waits() {
  nft "table ip wall$TARGET {
    set waits { type inet_service; size 1; flags dynamic; }
    chain in { type filter hook input priority 0; tcp dport $TARGET tcp flags & (syn | ack) == syn update @waits { tcp sport } drop; }
  }"
  told "let a firewall drop the next connection to port $TARGET, and no other" "done"
}

# drains LIMIT - the server has read all that came from client A, and the backend takes the rest of it only when 4/5 of
# those LIMIT ms are over. That it can be sent then is no byte that comes. (Where the server has not read it all, because
# its buffers are small, bytes do come then, and it is not judged; nor is a try in which the machine was too busy to let
# the backend go on in time.) For client B nobody answers connect meanwhile.
drains() {
  local try word judged='' waits
  draw_word word 20000
  for try in {1..8}; do
    first_connect_only
    interrupt "backend$BACKENDS" STOP
    told "stopped the backend" "done"
    starts_clock
    (
      pause "0.$(($1 / 2))"
      kept
      reads_clock
      ((MS >= $1 * 4 / 5)) || pause "$(printf '0.%03d' $(($1 * 4 / 5 - MS)))"
      kill -s CONT "${PID[backend$BACKENDS]}"
      reads_clock
      echo "$((READ == ${#word} && KEPT > 0)) $MS" >"$BATS_TEST_TMPDIR/drains"
    ) 3>&- &
    peer freeze connect send "$word" thaw taken pause 10 as B connect as A gone as B gone
    reads_clock
    wait $!
    told "let the backend go on after $(($1 * 4 / 5)) ms of that" "done"
    nft delete table ip "wall$TARGET"
    not_before "$1"
    read -r waits MS <"$BATS_TEST_TMPDIR/drains"
    ((waits || MS >= $1)) || return 0
    ((MS < $1)) || continue
    judged=yes
    ! in_time "$1" || return 0
  done
  [[ ! $judged ]] || never_in_time "$1"
}

# chatters - a client that sends a byte each 50 ms, until stops_chattering; it has come to the backend when this returns.
chatters() {
  local turns=400
  SAID=$BATS_TEST_TMPDIR/chatter
  : >"$SAID"
  (
    trap '' PIPE
    exec {fd}<>"/dev/tcp/127.0.0.1/$PORT"
    while [[ ! -e $SAID.stop ]] && ((turns-- > 0)) && printf . >&"$fd" && printf . >>"$SAID"; do pause 0.05; done
  ) 3>&- 2>/dev/null &
  CHATTER=$!
  wait_until grep -q ': client ' "$SAYS" || true
  told "a client sends a byte each 50 ms all the time" "done"
}

# stops_chattering - sets CHATTERED to how many bytes that client has sent. The last four come after what has ended
# meanwhile, so they are lost if its connection was ended, too.
stops_chattering() {
  wait_until has_said $(($(stat -c %s "$SAID") + 4)) || true
  : >"$SAID.stop"
  wait "$CHATTER" || true
  CHATTERED=$(stat -c %s "$SAID")
  told "that client has sent $CHATTERED bytes, and then the end" "done"
}

# has_said BYTES - that client has sent so many, or has ended.
has_said() {
  (($(stat -c %s "$SAID") >= $1)) || ! kill -s 0 "$CHATTER" 2>/dev/null
}

# pours BYTES - a client that sends so many letters and then the end, while the server takes them. It fails if it cannot.
pours() {
  (trap '' PIPE && exec timeout -k 1 "$DEADLINE" head -c "$1" < <(tr '\0' . </dev/zero) >"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null 3>&-
}

# kept - sets KEPT to how many bytes the server has, of those that a single client sends to a backend, and READ to how
# many it has read. The kernel counts what has come from the client and what is acknowledged by the backend; what lies
# in its queues is not the server's.
kept() {
  local inbound outbound unread unsent
  inbound=$(ss -Htin "sport = :$PORT" | tr '\n' ' ')
  outbound=$(ss -Htin "dport = :$TARGET" | tr '\n' ' ')
  read -r _ unread _ <<<"$inbound"
  read -r _ _ unsent _ <<<"$outbound"
  READ=$(($(counted bytes_received "$inbound") - ${unread:-0}))
  KEPT=$((READ - $(counted bytes_acked "$outbound") - ${unsent:-0}))
}

# counted NAME TEXT - prints the number that ss gives with that name, or 0.
counted() {
  [[ $2 =~ $1:([0-9]+) ]] || true
  echo "${BASH_REMATCH[1]-0}"
}

# has_settled - the server has read something, and reads no more.
has_settled() {
  local before=${READ-0}
  kept
  ((READ > 0 && READ == before))
}

# memory - sets KB to the most kB that the server has had. Now it may have given some of them back.
memory() {
  KB=$(awk '/^VmHWM:/ { print $2 }' "/proc/${PID[server]}/status" 2>/dev/null) || true
  [[ -n $KB ]] || {
    wait_until has_ended server || true
    fail_with_death "a server that is still serving" exited
  }
}

# bats test_tags=id:carries,points:2
@test "carries all bytes in both directions, for many clients" {
  local word max
  draw max 2 5
  draw_word word 60
  likely any 'the address is INADDR_LOOPBACK through htonl, the port that of -p through htons: README, "Exercise"'
  likely no-bind "${LIKELY[any]}"
  start server -t $((PORT + 1))
  nowhere_else
  ends_server
  meets
  likely any 'carry whatever bytes come, all of them and in order: README, "The idea"'
  head -c 300000 /dev/urandom >"$BATS_TEST_TMPDIR/bytes"
  peer connect send 'a\0b\r\xff\n%s\x80' expect 'a\0b\r\xff\n%s\x80' pump "$BATS_TEST_TMPDIR/bytes" "$BATS_TEST_TMPDIR/bytes" close
  # A byte that comes alone or ends a piece is a byte like others.
  peer connect send '\0' expect '\0' send '\xff' expect '\xff' send '\n' expect '\n' send '\r' expect '\r' \
    send '\x04' expect '\x04' send '\x1a' expect '\x1a' times 256 send '\i0000' expect '\i0000' end close
  likely any 'each client has its own connection to the server, and its own buffers: README, "Two connections"'
  peer times 200 as 'm\d' connect send "\d$word" end times 200 as 'm\d' expect "\d$word" end as m7 send x expect x as m199 send y expect y
  wait_until closed "$PORT" || true
  clients_of_backend 203
  likely any 'recv gives a part, and send takes a part: keep the rest, and send it before you read on: README, "Who does not read"'
  ends_server
  FAULTS=send_max=$max,recv_max=$((max + 2)) start server -t "$TARGET"
  peer connect send "$word" expect "$word" as B connect drip "slow" expect "slow" close
  likely any 'what waits for one client is kept apart from what waits for another: README, "Two connections"'
  peer freeze as A connect send "$word" as B connect send "${word^^}" thaw expect "${word^^}" as A expect "$word" close
  still_serving
}

# bats test_tags=id:halves,points:2
@test "each end of stream is carried by itself" {
  local word before
  draw_word word 30
  meets
  relay late
  likely any 'when the client has ended its stream, the server still answers: pass the end on with shutdown, and go on in the other direction: README, "Each end by itself"'
  peer connect send "$word" shut expect '30 bytes have come\n' eof
  peer connect shut expect '0 bytes have come\n' eof
  likely any 'without -i nobody is ended for being silent: README, "Limits"'
  peer connect pause 150 send "$word" shut expect '30 bytes have come\n' eof
  likely any 'bytes and end may be there before the server has taken the connection: README, "Each end by itself"'
  peer freeze connect send "$word" shut thaw expect '30 bytes have come\n' eof
  relay first
  likely any 'when the server has ended its stream, the client may still send: README, "Each end by itself"'
  likely backend "${LIKELY[any]}"
  peer connect expect 'hello\n' eof send "$word" send "$word" shut
  backend_says '1: end after 60 bytes' 'the end after 60 bytes'
  likely leak 'when both ends have been passed on, close both connections: README, "Each end by itself"'
  before=$(descriptors)
  peer times 20 connect expect 'hello\n' eof send x shut end
  no_more_descriptors "$before" 20
  likely any 'the end comes after all bytes before it: README, "Each end by itself"'
  FAULTS=send_max=3 relay late
  peer freeze connect send "$word" shut thaw expect '30 bytes have come\n' eof
  relay much
  head -c 100000 < <(printf 'hello\n' && tr '\0' . </dev/zero) >"$BATS_TEST_TMPDIR/much"
  : >"$BATS_TEST_TMPDIR/nothing"
  peer connect pump "$BATS_TEST_TMPDIR/nothing" "$BATS_TEST_TMPDIR/much" eof
  # Both ends are there, and bytes wait in the kernel, for they are a few more than one second's.
  relay much -r 99000
  peer connect shut pump "$BATS_TEST_TMPDIR/nothing" "$BATS_TEST_TMPDIR/much" eof
  still_serving
}

# bats test_tags=id:ends,points:1
@test "if one of the two is gone, the other one is told, and all others are served" {
  local before aborts
  meets
  likely sigpipe 'sending to a connection that is gone raises SIGPIPE, which ends your program; MSG_NOSIGNAL makes it an error: README, "Each end by itself"'
  likely any 'a reset is the end of both connections of this client, and of no others: README, "Each end by itself"'
  likely backend "${LIKELY[any]}"
  peer as B connect send x expect x as A connect send 12345 expect 12345 reset as B send y expect y close
  backend_says '(end|E[A-Z]+) after 5 bytes' 'an end of that connection'
  peer as A connect send 1 expect 1 as B connect send x expect x as A reset as B send y expect y close
  likely leak 'close both connections, however one of them ends: README, "Each end by itself"'
  before=$(descriptors)
  peer times 20 connect send 1 expect 1 reset end
  no_more_descriptors "$before" 20
  likely exited 'a client may be gone before accept returns, which then fails with ECONNABORTED: go on with the next one: README, "Exercise"'
  FAULTS=accept_abort=2 relay echo
  peer times 5 freeze connect send x shut reset thaw end connect send x expect x close
  unset "LIKELY[exited]"
  # So many that even a short rest after each is longer than anybody waits.
  draw aborts 17 23
  FAULTS=accept_abort=$aborts relay echo
  likely hung 'when accept fails with ECONNABORTED, go on with the next client at once: README, "Exercise"'
  peer connect send x expect x close
  unset "LIKELY[hung]"
  FAULTS=send_gone=1 relay echo
  peer connect send x gone close
  peer connect send x expect x close
  relay mute
  before=$(descriptors)
  peer times 20 connect send x shut heard reset end
  no_more_descriptors "$before" 20
  relay reset
  before=$(descriptors)
  peer times 20 connect send x gone end as B connect as C connect send more gone as B send x gone
  no_more_descriptors "$before" 22
  kill "${PID[backend$BACKENDS]}"
  wait_until has_ended "backend$BACKENDS"
  told "ended the backend" "done"
  likely any 'if nothing listens at the port of -t, connect fails: close that client, and serve the next one: README, "A server that is down"'
  likely tries 'connect once for each client, and do not try again: README, "Exercise"'
  nft "table ip watch { chain in { type filter hook input priority 0; tcp dport $TARGET tcp flags & (syn | ack) == syn counter; }; }"
  before=$(descriptors)
  peer times 20 freeze connect thaw gone end
  no_more_descriptors "$before" 20
  local tries
  tries=$(nft list table ip watch | sed -n 's/.*counter packets \([0-9]*\).*/\1/p')
  nft delete table ip watch
  told "counted the attempts to connect to port $TARGET" "$tries"
  ((tries <= 20)) || fail_check tries "20 attempts, one for each client" "$tries"
  spawn again "$PROGRAM" -p "$TARGET" >"$SAYS"
  DEADLINE=60 wait_until grep -q listening "$SAYS"
  told "started ./backend -p $TARGET again" listening
  peer connect send hello expect hello close
  likely any 'if the server refuses one, end that client, and no others: README, "A server that is down"'
  wall 'numgen inc mod 100000 != 0 reject with tcp reset' "refuse all but the first connection to port $TARGET"
  peer as A connect send a expect a as X freeze connect thaw gone close as A send c expect c
  nft delete table ip "wall$TARGET"
  still_serving
}

# at_most_one_buffer - while the server stands still, more comes from a client than it may keep. When it goes on, what
# the kernels do not take for the backend is in the server, or has not been read.
at_most_one_buffer() {
  local word length tries=10
  [[ -n ${SOCKET_LABS_BOX-} ]] || return 0
  draw length 67000 72000
  draw_word word "$length"
  narrow_relay mute
  peer freeze connect send "$word" send "$word" thaw close
  wait_until has_settled || true
  # The kernel does not answer for two sockets at the same time; what is kept is kept when one looks again.
  while kept && ((KEPT > 65536 && --tries > 0)); do pause 0.05; done
  told "looked how much of that the server has read, and not passed on" "$KEPT bytes"
  ((KEPT <= 65536)) || fail_check memory "at most 65,536 bytes" "$KEPT bytes"
}

# grows ACTION... - clients act; sets GREW to how many kB more the server has had at most than before.
grows() {
  local before
  memory
  before=$KB
  peer "$@"
  memory
  GREW=$((KB - before))
  told "looked at the most memory that the server had, before and after" "$before kB, then $KB kB"
}

# takes_floods - three clients send as much as is taken, and read nothing.
takes_floods() {
  peer connect close
  grows times 3 as 'm\d' connect flood 3000000 end
  [[ -n ${SAN-} ]] || ((GREW < 1700)) ||
    fail_check memory "at most 65,536 bytes for each of 6 directions, and a little more" "$GREW kB more"
}

# zombies - prints how many processes of the server have ended, and it has not waited for them. few_zombies - not many.
zombies() {
  local child number=0
  children_of "${PID[server]}"
  for child in "${CHILDREN[@]}"; do
    ! has_state "$child" Z || number=$((number + 1))
  done
  echo "$number"
}

few_zombies() {
  (($(zombies) < 50))
}

# gives_back - a hundred clients come and leave, one after the other. If their connections are left, that is told elsewhere.
gives_back() {
  local open
  open=$(descriptors)
  grows times 100 connect send x expect x close end
  nobody_is_left
  (($(descriptors) < open + 50)) || return 0
  [[ -n ${SAN-} ]] || ((GREW < 4000)) || fail_check memory "no more than before" "$GREW kB more"
  likely zombies 'wait for each process that has ended (waitpid), or it stays, and 400 are all that there may be: README, "Exercise"'
  wait_until few_zombies || {
    told "counted the server's processes that have ended and are still there" "$(zombies)"
    fail_check zombies "few processes that have ended, or none" "$(zombies)"
  }
}

# bats test_tags=id:memory,points:1,long
@test "keeps no more than its buffers" {
  small_buffers
  meets
  beside takes_floods_before_it_connects
  relay mute
  likely memory 'do not read while there is something to send: README, "Who does not read"'
  likely any "${LIKELY[memory]}"
  likely reset 'what was kept is sent when there is room, and only then is more read; send that has no room is no end (EAGAIN): README, "Who does not read"'
  likely exited - # a client that does not read may end in a reset
  takes_floods
  # What is kept and what comes later must be there in the end, in order.
  relay echo
  takes_floods
  likely any 'what was kept is sent when there is room, and only then is more read: README, "Who does not read"'
  head -c 1500000 < <(seq 1000000 9999999) >"$BATS_TEST_TMPDIR/bytes"
  peer connect pour "$BATS_TEST_TMPDIR/bytes" "$BATS_TEST_TMPDIR/bytes" close
  likely memory 'free what a client needed when it has left: README, "Who does not read"'
  gives_back
  likely memory 'read no more than your buffer holds, 65,536 bytes, and only when it is empty: README, "Who does not read"'
  at_most_one_buffer
  still_serving
  all_beside
}

takes_floods_before_it_connects() {
  relay mute
  first_connect_only
  likely memory 'while connect waits for its answer nothing can be sent, so read no more than the buffer holds: README, "Who does not read"'
  takes_floods
  nft delete table ip "wall$TARGET"
  still_serving
}

# bats test_tags=id:waits,points:1
@test "waits for nobody" {
  small_buffers
  meets
  likely exited - # a client that does not read may end in a reset
  likely any 'only poll may wait; recv, send and connect must return at once: README, "Who does not read"'
  peer as B connect send x expect x as A connect flood 3000000 as B send y expect y as C connect send z expect z
  peer as B connect send x expect x as A connect send 'half' expect 'half' as C connect as B send y expect y
  first_connect_only
  likely any 'connect may wait for minutes: make that socket non-blocking before, and let poll report the answer: README, "Who does not read"'
  peer as A connect send a expect a as B connect send b as A send c expect c as C connect as A send d expect d
  nft delete table ip "wall$TARGET"
  one_connect_waits
  peer as A connect send a as B connect send b expect b as C connect send c expect c
  nft delete table ip "wall$TARGET"
  local word
  draw_word word 8000
  likely any 'close must not wait either, and with SO_LINGER and a time it does until all has arrived: README, "Who does not read"'
  peer times 20 as 'm\d' rcvbuf 2048 connect send "$word" shut end as B connect times 20 send x expect x end close
  still_serving
}

# bats test_tags=id:places,points:1
@test "with -c no more than so many clients at a time" {
  local most before
  draw most 3 9
  meets
  relay echo -c "$most"
  likely exited - # one of many clients, however it left
  likely any 'accept one client too many, and close it at once; the others are served as before: README, "Limits"'
  likely backend 'a client that is one too many is nothing that the server hears of: README, "Limits"'
  likely leak 'close the client that is one too many, do not only shut it down: README, "Limits"'
  before=$(descriptors)
  peer times "$most" as 'm\d' connect send 'm\d' expect 'm\d' end times 15 as X freeze connect thaw gone close end \
    as m1 send x expect x as "m$most" send y expect y
  clients_of_backend "$most"
  no_more_descriptors "$before" $((most + 15))
  likely any 'when a client has left, however that was, there is room for another: README, "Limits"'
  nobody_is_left
  peer times "$most" connect send x expect x reset end
  nobody_is_left
  # All leave while the program is stopped: one signal (SIGCHLD) tells it of all its processes.
  peer times "$most" as 'm\d' connect send 'm\d' expect 'm\d' end freeze times "$most" as 'm\d' shut end pause 60 thaw
  nobody_is_left
  peer times "$most" as 'm\d' connect send x expect x end
  nobody_is_left
  wall 'reject with tcp reset' "refuse all connections to port $TARGET"
  likely any 'when connect fails, close that client: README, "A server that is down"'
  peer times "$most" freeze connect thaw gone close end
  nft delete table ip "wall$TARGET"
  nobody_is_left
  likely any 'when a client has left, or its connect has failed, there is room for another: README, "Limits"'
  peer times "$most" as 'm\d' connect send 'm\d' expect 'm\d' end as X freeze connect thaw gone
  relay reset -c 2
  peer times 2 as 'm\d' connect send x gone close end
  nobody_is_left
  peer as A connect as B connect as A send x gone close as B send x gone close
  likely backend "${LIKELY[any]}"
  clients_of_backend 4
  relay echo -c 2 -i 600
  peer times 2 as 'm\d' connect send x expect x end pause 1000
  peer times 2 as 'm\d' connect send x expect x end
  likely any 'with -c 1 there is one client at a time: README, "Exercise"'
  relay echo -c 1
  peer connect send x expect x as X freeze connect thaw gone close as A send y expect y close
  nobody_is_left
  likely any 'a client has its place as soon as accept has returned it, before its connect is answered: README, "Limits"'
  peer freeze as A connect send x as B connect thaw gone close as A expect x close
  likely any 'a client has its place until both of its streams have ended: README, "Limits"'
  # Where an end of stream is the end of both, that is told elsewhere.
  relay late -c 1
  if aside peer connect send x shut expect '1 bytes have come\n' eof; then
    relay mute -c 1
    peer as A connect send x shut heard as X freeze connect thaw gone close
  fi
  relay first -c 1
  if aside peer connect expect 'hello\n' eof send x send x shut; then
    nobody_is_left
    peer as A connect expect 'hello\n' eof as X freeze connect thaw gone close as A send x shut
  fi
  likely any 'N may be 1000: README, "Exercise"'
  relay echo -c 1000
  peer connect send x expect x close
  still_serving
}

# bats test_tags=id:idle,points:1,long
@test "with -i a client that is silent for so long is ended, and no other" {
  local idle
  draw idle 400 500
  # Where the check has lost its patience, what is left may be less than that and a little more.
  ((${DEADLINE%.*} >= 2)) || local ALLOWANCE=2 DEADLINE=2 CHECK_DEADLINE=2
  meets
  likely exited - # so may one that is ended
  relay late -i "$idle"
  likely early 'the time is set again with every byte, from whichever end: README, "Limits"'
  likely late 'give poll the time until the next pair has been idle for too long: README, "Limits"'
  likely open "${LIKELY[late]}"
  likely backend 'end both connections: README, "Limits"'
  beside full_ends_are_idle
  beside connect_is_idle
  chatters
  ends_in_time "$idle" "$idle" connect send x gone close
  stops_chattering
  backend_says '2: (end|E[A-Z]+) after 1 bytes' 'the end of the other connection'
  likely backend 'a byte from the client is enough to set its time again: README, "Limits"'
  backend_says "1: (end|E[A-Z]+) after $CHATTERED bytes" "the end after $CHATTERED bytes"
  # Of these three the second is the next one, and what happens until shortly before its time is up is none of its own.
  ends_in_time "$idle" "$idle" as C connect send z as A connect send x as B connect pause $((idle - 10)) as C send z as B send y as A gone
  relay slow -i "$idle"
  likely any 'a byte from the server is enough to set the time of this client again: README, "Limits"'
  peer connect expect "$(printf '.%.0s' {1..16})" eof
  likely backend 'a pair is idle, too, when the stream of its server is over: README, "Limits"'
  relay first -i "$idle"
  local client
  exec {client}<>"/dev/tcp/127.0.0.1/$PORT"
  told "a client connected, and sends nothing" "done"
  backend_says '1: (end|E[A-Z]+) after 0 bytes' 'the end of a connection whose stream it has ended itself'
  exec {client}>&-
  likely any 'MS may be 1: README, "Exercise"'
  relay late -i 1
  peer connect gone close
  still_serving
  all_beside
}

# full_ends_are_idle - with an end over, or bytes that wait for one that does not read.
full_ends_are_idle() {
  local flood ended=0
  small_buffers
  relay echo -i "$idle"
  likely any 'a pair is idle, too, when one end is over, or when bytes wait for one that does not read: README, "Limits"'
  likely open "${LIKELY[any]}"
  likely late 'an end of stream is no byte, so it does not set the time again, and poll must return when the time is over: README, "Limits"'
  interrupt "backend$BACKENDS" STOP
  told "stopped the backend" "done"
  pours 3000000 &
  flood=$!
  # This end of stream comes so late that it would show if it counted as a byte. A relay that closes both connections
  # at the first end is another test's subject.
  ends_in_time 0 "$idle" connect send x pause $((idle * 4 / 5)) shut gone close
  wait "$flood" || ended=$?
  told "another client sent until the server took no more" "$( ((ended == 124)) && echo 'its connection is still open' || echo 'its connection was ended')"
  ((ended != 124)) || fail_check open "the end of that connection, too" "it is open after $DEADLINE s"
  interrupt "backend$BACKENDS" CONT
  told "let the backend go on" "done"
  ended=0
  pours 3000000 || ended=$?
  ((ended != 124)) || fail_check open "the end of a connection whose client does not read" "it is open after $DEADLINE s"
  likely any 'while connect waits for its answer, the time runs, too: README, "Limits"'
  likely open "${LIKELY[any]}"
  likely late 'the time is set again when a byte comes, not when one can be sent: README, "Limits"'
  narrow_relay late -i "$idle"
  drains "$idle"
  still_serving
}

# connect_is_idle - while it waits for its answer.
connect_is_idle() {
  likely any 'while connect waits for its answer, the time runs, too: README, "Limits"'
  likely open "${LIKELY[any]}"
  # The kernel sends another SYN after a second, and that is answered.
  relay late -i 1200
  wall 'numgen inc mod 2 == 0 drop' "drop the first SYN of each connection to port $TARGET"
  likely late 'an answer to connect is no byte, so it does not set the time again: README, "Limits"'
  ends_in_time 1200 1200 connect gone close
  nft delete table ip "wall$TARGET"
  still_serving
}

# bats test_tags=id:rate,points:1,long
@test "with -r so many bytes a second, in each direction of each client" {
  local rate
  local word all=() who
  draw rate 30000 40000
  meets
  head -c 100000 < <(printf 'hello\n' && tr '\0' . </dev/zero) >"$BATS_TEST_TMPDIR/much"
  : >"$BATS_TEST_TMPDIR/nothing"
  # Where bytes that have to wait are lost because the end is there, too, that is told elsewhere.
  relay much -r 99000
  if ! aside peer connect shut pump "$BATS_TEST_TMPDIR/nothing" "$BATS_TEST_TMPDIR/much" eof; then
    ! grep -q $'^failed\teof' "$BATS_TEST_TMPDIR/aside" || return 0
  fi
  beside few_bytes
  relay late -r "$rate"
  draw_word word $((16 * rate / 10))
  for who in A B C D E F G H; do all+=(as "$who" connect send "$word" shut); done
  for who in A B C D E F G H; do all+=(as "$who" expect "${#word} bytes have come\n" close); done
  likely early 'from each flow pass on no more than its allowance, which grows with time: README, "Limits"'
  likely late 'each flow has an allowance of its own, and poll must return when there is some again: README, "Limits"'
  likely hung "${LIKELY[late]}"
  likely any ''
  starts_clock
  peer "${all[@]}"
  took 600 3200 "the end"
  draw rate 58000 62000
  relay much -r "$rate"
  starts_clock
  peer connect pump "$BATS_TEST_TMPDIR/nothing" "$BATS_TEST_TMPDIR/much" close
  took $((100000000 / rate - 1000)) $((200000000 / rate)) "the end"
  draw rate 1200000 1400000 # so many that a fixed piece every few milliseconds is too little
  likely late 'an allowance grows with time, by as many bytes as that time is worth: README, "Limits"'
  likely backend "${LIKELY[late]}"
  relay late -r "$rate"
  starts_clock
  pours $((16 * rate / 10)) || true
  told "a client sent $((16 * rate / 10)) bytes, and then the end" "done"
  backend_says "1: end after $((16 * rate / 10)) bytes" "the end after $((16 * rate / 10)) bytes"
  took 600 3200 "the end"
  draw rate 4000 5000
  likely any 'the two directions of a client have an allowance each: README, "Limits"'
  likely hung "${LIKELY[any]}"
  relay first -r "$rate" # its word comes back at once, however long the other direction has to wait
  peer freeze connect send "$word" thaw expect 'hello\n' close
  still_serving
  all_beside
}

# few_bytes - passes where a second has room for some bytes only.
few_bytes() {
  local rate word
  draw rate 5 8 # so few that even on a busy machine the program looks several times before there is a whole byte
  relay echo -r "$rate" -i 3500
  likely any 'an allowance grows by parts of a byte, too, when the rate is low: README, "Limits"'
  likely hung "${LIKELY[any]}"
  likely early "${LIKELY[any]}"
  likely eof 'with -i, too, poll must return when there is an allowance: README, "Limits"'
  draw_word word $((rate + 3))
  starts_clock
  peer connect send "$word" expect "$word" close
  reads_clock
  not_before $((3000 / rate))
  relay echo -r 1
  likely any 'with -r 1 a byte passes each second, whoever is silent meanwhile: README, "Limits"'
  likely hung "${LIKELY[any]}"
  likely early "${LIKELY[any]}"
  starts_clock
  allow 4 peer as A connect send ab as B connect as A expect ab close
  reads_clock
  not_before 1000
  still_serving
}
