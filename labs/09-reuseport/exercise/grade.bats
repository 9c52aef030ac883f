#!/usr/bin/env bats
# The checks of lab 09's exercise, the rolling restart: ten points. scripts/grader/check.bash has the words.
#
# The load comes from the lab's own client, and its count decides. No clock decides whether a restart is right: the
# check stops a server (SIGSTOP) where a wrong one would lose connections by chance.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154  # each test has a PORT of its own; draw sets variables by name, check.bash reads OUTPUT
load ../../../scripts/grader/check.bash
load ../../../scripts/grader/program.bash

LAB=$BATS_TEST_DIRNAME/..
APART=yes # on stderr a server may say what it likes

# words - sets the names that servers of this test get: letters that nobody can know.
words() {
  local i word
  likely wrong-bytes 'the line is the name of -n and a newline, all of it and nothing else: README, "Exercise"'
  for i in 0 1 2 3 4 5; do
    draw_word "word$i" 9
    word=word$i
    NAMES[i]=${!word}
  done
}

# --- servers ---

# beside NAME - starts another server beside the one that runs, and waits until it is ready.
beside() {
  another "$1"
  await_ready "$NEWER"
  told "started ./server -p $PORT -n $1 beside it" ready
}

# another NAME - starts it, and does not wait. Sets NEWER to its role.
another() {
  NEWER=server$((GENERATION = ${GENERATION:-1} + 1))
  launch "$NEWER" -n "$1"
}

# is_ready ROLE - true if it has printed its whole line.
is_ready() {
  local line
  while IFS= read -r line; do [[ $line != ready* ]] || return 0; done < <(tr -d '\0' <"$(out "$1")")
  return 1
}

# said ROLE - prints the end of all that it has written.
said() {
  cat "$(out "$1")" "$(out "$1").err" | tail -c 300 | tr -d '\0'
}

stopped_or_gone() {
  is_stopped "${PID[server]}" || has_ended server
}

is_ready_or_gone() {
  is_ready "$1" || has_ended "$1"
}

await_ready() {
  local status=0 words
  wait_until is_ready_or_gone "$1" || true
  words=$(said "$1" | tail -n 1)
  if has_ended "$1"; then
    told "waited for its line 'ready'" "it ended"
    wait "${BOX[$1]}" || status=$?
    unset "PID[$1]" "BOX[$1]"
    fail_check no-start "a server that starts${NEWER:+ beside the older one}" \
      "it ended with status $status${words:+, its last words: $words}"
  elif ! is_ready "$1"; then
    told "waited for its line 'ready'" "it did not come"
    fail_check not-ready "a line that begins with ready, on standard output" "${words:-no line}"
  fi
}

# takes_over NAME - starts another server beside the one that runs. False if it does not get ready, which another test is
# about.
takes_over() {
  another "$1"
  wait_until is_ready_or_gone "$NEWER" || true
  is_ready "$NEWER" || return
  told "started ./server -p $PORT -n $1 beside it" ready
}

# works NAME - starts the first server, and sees that it answers. So what is lost later has been lost by a restart.
works() {
  likely lost 'send each client all of its line, and close: README, "Exercise"'
  start server -n "$1"
  clients 5 "$1"
}

# freeze, thaw - stops the older server (SIGSTOP), and lets it go on.
freeze() {
  interrupt server STOP
  wait_until is_stopped "${PID[server]}" || true
  told "stopped the older one for now (SIGSTOP)" "done"
}

thaw() {
  interrupt server CONT
  told "let the older one go on (SIGCONT)" "done"
}

# leaves - the older one is asked to end, and must do so, with status 0. From then on the newer one is `server`.
leaves() {
  stop server
  ended_well
  [[ -z ${NEWER-} ]] || succeeds
}

# ends - the server has been asked to end, and must do so, with status 0.
ends() {
  finish server
  told "waited for its end" "it ended with status $STATUS"
  ended_well
}

ended_well() {
  ((STATUS == 0)) || fail_check status "exit status 0 after SIGTERM" "$STATUS"
}

# asked_to_end - sends it SIGTERM. Its end is awaited later.
asked_to_end() {
  ENDING=yes
  interrupt server TERM
  told "sent it SIGTERM" "done"
}

# dies - the older one is killed. From then on the newer one, if there is one, is `server`.
dies() {
  interrupt server KILL
  finish server
  told "killed it (SIGKILL)" "done"
  [[ -z ${NEWER-} ]] || succeeds
}

succeeds() {
  [[ -z ${FAULTED[server]-} ]] || note_marks server
  PID[server]=${PID[$NEWER]} BOX[server]=${BOX[$NEWER]}
  OUTPUT=$(out "$NEWER")
  unset "PID[$NEWER]" "BOX[$NEWER]"
  NEWER=''
}

# --- clients ---

# arrive NUMBER [OPTION...] - that many clients connect, and wait for their answers, CLIENTS_WAIT seconds if that is set.
arrive() {
  local patience=${CLIENTS_WAIT:-${DEADLINE%.*}}
  ARRIVED=$1 COUNT=$BATS_TEST_TMPDIR/count
  spawn clients "$PROGRAM" -p "$PORT" -t $((patience > 1 ? patience : 1)) -n "$@" >"$COUNT" 2>&1
}

# queue_up NUMBER [MORE] - the same, and waits until all of them are in the queue of a server that is stopped, and so
# many more.
queue_up() {
  arrive "$1"
  wait_until in_the_queue_or_answered $(($1 + ${2-0})) ||
    short_queue
  told "$1 clients connected, and wait" "$(queued) in its queue"
}

queued() {
  ss -Htln "sport = :$PORT" | awk '{ sum += $2 } END { print sum + 0 }'
}

short_queue() {
  likely lost 'the second argument of listen is the length of the queue, which is to hold 100: README, "Exercise"'
}

# A server of several processes may have one that is not stopped, and answers.
in_the_queue_or_answered() {
  in_the_queue "$1" || has_ended clients
}

in_the_queue() {
  (($(queued) == $1))
}

# all_answered WHO NAME... - waits for the clients' count. Each must have been answered, by one of the NAMEs.
all_answered() {
  local who=$1 got name class=lost
  shift
  wait "${PID[clients]}" || true
  unset "PID[clients]"
  grep -q '^client: .* lost' "$COUNT" || {
    echo "the client itself failed: $(tail -n 1 "$COUNT")" >&2
    return 1
  }
  got=$(sed -n 's/^client: //p' "$COUNT" | sed '$d; s/\*//; s/\r/\\r/' | tr '\n' ',' | sed 's/,$//; s/,/, /g')
  told "$ARRIVED clients $who" "$got"
  if ! grep -q "^client: $ARRIVED connections, 0 lost" "$COUNT"; then
    [[ $got != *waiting* ]] || in_vain
    # What ends a connection too early after SIGTERM is the end of the server.
    [[ $got != *'without an answer'* || -n ${ENDING-} ]] || class=wrong-bytes
    (($(room) == 0 || $(room) >= 99)) || short_queue
    if [[ -z ${ENDING-} ]]; then still_serving; else not_killed; fi
    fail_check "$class" "$ARRIVED answered" "$got"
  fi
  while read -r name; do
    [[ " ${NAMES[*]} " == *" $name "* ]] || class=wrong-bytes
    [[ " $* " == *" $name "* ]] ||
      fail_check "$class" "an answer from ${*/%/,} and from nobody else" "$got"
  done < <(sed -n 's/^client: \(.*\) answered .*/\1/p' "$COUNT")
}

# not_killed - fails if the server, which was asked to end, has died by a signal.
not_killed() {
  local status=0
  wait_until has_ended server || return 0
  wait "${BOX[server]}" || status=$?
  ((status <= 128)) || fail_by_signal $((status - 128)) "an end of its own, with status 0"
}

# clients NUMBER NAME... - that many clients come, and one of these must answer each.
clients() {
  arrive "$1"
  all_answered connected "${@:2}"
}

# bats test_tags=id:address,points:1
@test "listens on 127.0.0.1 and the port of -p, nowhere else" {
  likely any 'the address is INADDR_LOOPBACK through htonl, the port that of -p through htons: README, "Exercise"'
  likely no-bind "${LIKELY[any]}"
  start server -n x
  nowhere_else
  interrupt server KILL
  finish server
  draw PORT 61100 65300 # above the ports that the kernel gives to clients
  start server -n x
  nowhere_else
  interrupt server KILL
  finish server
  PORT=65535
  start server -n x
  nowhere_else
}

# bats test_tags=id:answer,points:1
@test "sends each client its name, and closes, however many come" {
  local before many long
  words
  program_is_built client
  likely leak 'close each connection: README, "Exercise"'
  likely any 'send each client all of its line, and close; wait for nothing that it sends: README, "Exercise"'
  likely lost 'accept in a loop that never ends: README, "Exercise"'
  draw_word long 300
  long+=%s%d
  draw many 1030 1100
  FAULTS=send_max=3 start server -n "$long"
  # A stays, and B must not have to wait for it.
  peer as A connect expect "$long\n" eof as B connect expect "$long\n" eof close as A close
  before=$(descriptors)
  peer times 30 connect expect "$long\n" eof close
  no_more_descriptors "$before" 30
  # They all stay. Even a short wait for each of them adds up, and the last one has to wait for all.
  if (($(room) >= 60)); then
    peer freeze times 60 as 'C\d' connect end thaw as C60 expect "$long\n" eof as C1 times 59 as 'C\d' expect "$long\n" eof
  fi
  ends_server
  start server -n "${NAMES[0]}"
  # At once no more than have room in its queue.
  for (( ; many > 0; many -= 100)); do clients $((many < 100 ? many : 100)) "${NAMES[0]}"; done
  still_serving
  ends_server
  likely any 'a non-blocking socket that has taken a part may have no room for the rest yet (EAGAIN): wait for room, and go on; that client has not gone: README, "Exercise"'
  likely wrong-bytes "${LIKELY[any]}"
  FAULTS=send_max=3,send_again=1 start server -n "$long"
  peer times 3 connect expect "$long\n" eof close
}

# bats test_tags=id:drains,points:1
@test "at SIGTERM all that wait in the queue are answered, and then it ends" {
  local ENDING='' CLIENTS_WAIT=$((3 * ${CHECK_DEADLINE%.*} + 1)) many spared
  words
  program_is_built client
  draw many 130 170
  draw spared 5 11
  works "${NAMES[0]}"
  likely lost 'a queue dies with its socket: at SIGTERM accept until nobody waits (EAGAIN), then close: README, "A queue dies with its socket"'
  likely died 'SIGTERM kills a program that does not catch it, and its queue dies with it: README, "A queue dies with its socket"'
  likely sigpipe 'writing to a connection that is gone raises SIGPIPE, which kills the process; send with MSG_NOSIGNAL: README, "Exercise"'
  likely status 'SIGTERM asks the server to end, so catch it, and end with status 0: README, "Exercise"'
  likely hung 'after SIGTERM nothing may wait for clients that have not come yet: README, "Exercise"'
  freeze
  (($(room) > many)) || many=100 # some have no room for more
  queue_up "$many"
  asked_to_end
  thaw
  all_answered "waited in the queue" "${NAMES[0]}"
  ends
  ENDING=''
  PORT=$((PORT + 20))
  likely lost 'a client that has left the queue (ECONNABORTED, or an error of send) is not the last one, and those who came before it still wait: README, "Exercise"'
  FAULTS=accept_abort=2,abort_after=$spared start server -n "${NAMES[1]}"
  freeze
  peer connect reset connect close
  queue_up 20 2
  asked_to_end
  thaw
  all_answered "waited in the queue" "${NAMES[1]}"
  ends
  aside ends_idle || return 0 # told elsewhere
  ends_before_it_waits
  ENDING=''
  PORT=$((PORT + 20))
  likely hung 'after SIGTERM answer those that wait, and end; more will come as long as there is a port: README, "Exercise"'
  start server -n "${NAMES[5]}"
  arrive 1000 -r 20 -e
  wait_until grep -q "${NAMES[5]}" "$COUNT" || return 0 # told elsewhere
  asked_to_end
  ends
  interrupt clients KILL
  ENDING=''
  PORT=$((PORT + 20))
  likely lost 'a newer one drains its queue as the first one does: README, "Exercise"'
  start server -n "${NAMES[3]}"
  takes_over "${NAMES[4]}" || return 0
  leaves
  freeze
  queue_up 20
  asked_to_end
  thaw
  all_answered "waited in the queue" "${NAMES[4]}"
  ends
}

# ends_idle - true if at SIGTERM a server ends that nobody waits for, which is another test's subject.
ends_idle() {
  local well=yes
  PORT=$((PORT + 20))
  start server -n "${NAMES[2]}"
  wait_until is_asleep "${PID[server]}" || true
  asked_to_end
  wait_until has_ended server || {
    well=''
    interrupt server KILL
  }
  finish server
  [[ $well ]]
}

ends_before_it_waits() {
  PORT=$((PORT + 20))
  likely hung 'SIGTERM may come just before the server waits, and then a flag is too late: block it, and read it from a descriptor: README, "A signal under load"'
  FAULTS=stop_wait=1 start server -n "${NAMES[2]}"
  DEADLINE=1 wait_until is_stopped "${PID[server]}" || true
  told "waited until it was about to wait for a client" "done"
  asked_to_end
  thaw
  ends
}

# bats test_tags=id:takes-over,points:2
@test "from its ready on, the newer one answers all clients, whatever the older one does" {
  local many
  words
  program_is_built client
  draw many 30 60
  works "${NAMES[0]}"
  dies
  PORT=$((PORT + 20)) # where no client has been
  likely no-start 'both sockets must have SO_REUSEPORT, set before bind: README, "One port, several sockets"'
  likely not-ready 'print the line when clients come to this server, and let it out at once (fflush, or setvbuf): README, "Exercise"'
  likely lost 'as long as the older socket is open, the kernel gives it clients; turn them all to the newer one before it is ready, or take over the same socket: README, "Restart without a loss"'
  likely status 'SIGTERM asks the older one to end, with status 0: README, "Exercise"'
  likely hung 'after SIGTERM nothing may wait for clients that have not come yet: README, "Exercise"'
  start server -n "${NAMES[0]}"
  await_ready server
  beside "${NAMES[1]}"
  freeze
  clients "$many" "${NAMES[1]}"
  thaw
  leaves
  clients 20 "${NAMES[1]}"
  # Clients that wait in the queue of the older one, when the newer one starts.
  dies
  PORT=$((PORT + 20))
  likely lost 'what is in the queue of the older one belongs to it, until it has answered: README, "A queue dies with its socket"'
  start server -n "${NAMES[2]}"
  freeze
  queue_up 20
  another "${NAMES[3]}"
  thaw
  await_ready "$NEWER"
  told "started ./server -p $PORT -n ${NAMES[3]} beside it meanwhile" ready
  all_answered "waited in the queue" "${NAMES[2]}" "${NAMES[3]}"
  likely lost 'once it is ready, the newer one needs nothing of the older one any more: README, "Exercise"'
  dies
  clients 20 "${NAMES[3]}"
  dies
  asked_beside_a_ready_one
  no_longer_accepts
  PORT=$((PORT + 20))
  likely early 'first listen, and turn the clients to this server; then print ready: README, "Exercise"'
  FAULTS=stop_listen=1 launch server -n "${NAMES[4]}"
  wait_until stopped_or_gone || true
  told "started ./server, stopped it just before listen()" "done"
  ! is_ready server || fail_check early "no line that begins with ready yet" "$(grep -am1 '^ready' "$(out server)")"
}

# asked_beside_a_ready_one - the older one is asked to end when clients wait in its own queue and a newer one is ready.
# A newer one that is to get the older one's socket cannot be ready while that is stopped.
asked_beside_a_ready_one() {
  local ENDING='' CLIENTS_WAIT=$((3 * ${CHECK_DEADLINE%.*} + 1))
  PORT=$((PORT + 20))
  aside drains_alone || return 0 # told elsewhere
  ENDING='' PORT=$((PORT + 20))
  likely lost 'the queue of the older one is its own, also when a newer one is there: drain it: README, "A queue dies with its socket"'
  start server -n "${NAMES[4]}"
  freeze
  queue_up 20
  another "${NAMES[5]}"
  DEADLINE=1 wait_until is_ready "$NEWER" || true
  told "started ./server -p $PORT -n ${NAMES[5]} beside it meanwhile" "$(is_ready "$NEWER" && echo ready || echo 'not ready yet')"
  ! is_ready "$NEWER" || asked_to_end
  thaw
  await_ready "$NEWER"
  all_answered "waited in the queue" "${NAMES[4]}" "${NAMES[5]}"
  if [[ $ENDING ]]; then
    ends
    succeeds
  else
    dies
  fi
  dies
}

# drains_alone - true if at SIGTERM a server answers all that wait in its queue, if no other one runs.
drains_alone() {
  start server -n "${NAMES[4]}"
  freeze
  queue_up 20
  asked_to_end
  thaw
  wait "${PID[clients]}" || true
  unset "PID[clients]"
  wait_until has_ended server || interrupt server KILL
  finish server
  grep -q '^client: 20 connections, 0 lost' "$COUNT"
}

# no_longer_accepts - a client that the older one took now could be in its hands when it is stopped.
no_longer_accepts() {
  local CLIENTS_WAIT=$((3 * ${CHECK_DEADLINE%.*} + 1))
  PORT=$((PORT + 20))
  likely lost 'once the socket is handed on, the older one must accept nobody any more: README, "Exercise"'
  FAULTS=stop_accept=1 start server -n "${NAMES[0]}"
  beside "${NAMES[1]}"
  interrupt "$NEWER" STOP
  arrive 5
  DEADLINE=1 wait_until five_wait_or_stopped || true
  interrupt "$NEWER" CONT
  told "let the newer one stand still for a moment; the older one is stopped when accept has given it a client" "done"
  all_answered connected "${NAMES[1]}"
  dies
  dies
}

five_wait_or_stopped() {
  in_the_queue 5 || is_stopped "${PID[server]}"
}

# bats test_tags=id:generations,points:1
@test "each newer one takes over from the one before it" {
  local i
  words
  program_is_built client
  works "${NAMES[0]}"
  likely lost 'once it is ready, the newer one must get all clients, whatever the older one does: README, "Restart without a loss"'
  likely no-start 'if all sockets have SO_REUSEPORT, set before bind, neither the older one nor TIME_WAIT is in the way: README, "One port, several sockets"'
  likely any 'each newer one takes over from the one before it, in the same way: README, "Exercise"'
  for i in 1 2 3 4 5; do
    beside "${NAMES[i]}"
    freeze
    clients 25 "${NAMES[i]}"
    thaw
    leaves
    clients 15 "${NAMES[i]}"
    likely lost 'the second restart is not the first one: which index has the newer socket when the older ones have gone? README, "Steering"'
  done
}

# bats test_tags=id:restart,points:1
@test "starts again after a kill -9" {
  local i
  words
  program_is_built client
  likely lost 'send each client all of its line, and close: README, "Exercise"'
  likely any 'a server that was killed has left nothing that the next one needs: README, "Exercise"'
  for i in 0 1 2; do
    start server -n "${NAMES[i]}"
    clients 20 "${NAMES[i]}"
    dies
    likely no-bind 'after kill -9 nothing can be tidied up; if all sockets have SO_REUSEPORT, set before bind, TIME_WAIT is not in the way: README, "One port, several sockets"'
  done
  likely any 'a server at another port is another service: it has nothing to take over: README, "Exercise"'
  likely lost "${LIKELY[any]}"
  likely wrong-bytes "${LIKELY[any]}"
  PORT=$((PORT + 20))
  start server -n "${NAMES[3]}"
  PORT=$((PORT + 20))
  takes_over "${NAMES[4]}" || return 0
  clients 10 "${NAMES[4]}"
  PORT=$((PORT - 20))
  clients 10 "${NAMES[3]}"
}

# bats test_tags=id:gone,points:1
@test "a client that has gone before its line does no harm" {
  local before name
  words
  name=${NAMES[0]}
  likely sigpipe 'writing to a connection that is gone raises SIGPIPE, which kills the process; send with MSG_NOSIGNAL: README, "Exercise"'
  likely leak 'close the descriptor of a client that has gone, too: README, "Exercise"'
  likely any 'ECONNRESET and EPIPE are the end of one client, ECONNABORTED of one that has left the queue; go on with the next: README, "Exercise"'
  # The parts of a line: the first provokes a reset, and the next fails.
  FAULTS=send_max=3,accept_abort=2 start server -n "$name"
  aside peer connect expect "$name\n" close || { # that a line comes in parts is another test's subject
    ends_server
    FAULTS=accept_abort=2 start server -n "$name"
    peer connect expect "$name\n" close
  }
  before=$(descriptors)
  peer times 15 as A freeze connect close thaw as B freeze connect thaw expect "$name\n" close \
    as C freeze connect reset thaw as D freeze connect thaw expect "$name\n" close \
    as E freeze connect shut reset thaw as F freeze connect thaw expect "$name\n" close
  no_more_descriptors "$before" 90
  still_serving
}

# bats test_tags=id:refusal,points:1
@test "a port that another program does not share is an error at once" {
  local words
  likely status 'a server that cannot start ends with status 1: README, "Exercise"'
  likely words 'print the name of the error, EADDRINUSE, as die does: README, "Exercise"'
  likely any 'end at once if bind fails, and do not take another port: README, "Exercise"'
  coproc HOLDER { exec "$CHECK_TOOLS/holder" 3>&-; }
  PID[holder]=$HOLDER_PID
  echo "listen 127.0.0.1 $PORT" >&"${HOLDER[1]}"
  read -r -t "$DEADLINE" -u "${HOLDER[0]}"
  told "a program without SO_REUSEPORT listens on 127.0.0.1:$PORT" "done"
  launch server -n x
  wait_until has_ended server || {
    told "started ./server -p $PORT -n x" "still running"
    fail_check running "an error at once" "it is still running; listening now: $(listeners)"
  }
  finish server
  told "started ./server -p $PORT -n x" "ended with status $STATUS"
  words=$(said server | tr '\n' ' ')
  ((STATUS == 1)) || fail_check status "exit status 1" "exit status $STATUS"
  grep -qa EADDRINUSE "$(out server)" "$(out server).err" || fail_check words "a message that names EADDRINUSE" "${words:-no message}"
}

# bats test_tags=id:under-load,points:1,long
@test "restarts under 1,000 connections a second, for five seconds: none is lost" {
  local restarts=0
  words
  program_is_built client
  works "${NAMES[0]}"
  likely lost 'first turn all clients to the newer one, then empty the queue of the older one, and only then close; or hand the socket on: README, "Restart without a loss"'
  likely no-start 'if all sockets have SO_REUSEPORT, set before bind, neither the older one nor TIME_WAIT is in the way: README, "One port, several sockets"'
  likely any 'under load, too, a restart is: the newer one is ready, the older one ends with status 0: README, "Exercise"'
  arrive 5000 -r 1000
  cp "$STORY" "$STORY.before"
  until has_ended clients; do
    cp "$STORY.before" "$STORY"
    told "restarted it $restarts times, with 1,000 connections a second" "done"
    beside "${NAMES[++restarts % 6]}"
    leaves
  done
  cp "$STORY.before" "$STORY"
  told "restarted it $restarts times, with 1,000 connections a second" "done"
  all_answered "came meanwhile" "${NAMES[@]}"
}
