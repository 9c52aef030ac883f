#!/usr/bin/env bats
# The checks of lab 05's exercise, the restartable server: ten points. scripts/grader/check.bash defines
# the words.
#
# A test asks for as little as it can, so that a mistake costs only its own points. Where two programs
# race for the port, the check stops one of them (SIGSTOP) until the other has done its part.
# shellcheck disable=SC2030,SC2031 # each test has a PORT of its own
load ../../../scripts/grader/check.bash

# in_time_wait - prints how many connections of our port are in TIME_WAIT at the server's end.
in_time_wait() {
  ss -H -tn state time-wait "sport = :$PORT" | wc -l
}

# end_server SIGNAL - ends the server. If it does not end by that signal, which another test is about, by
# SIGKILL. A sandbox ends what the server has started as soon as the server has ended, which no machine does. So
# the first process of the sandbox is stopped until nothing listens any more.
end_server() {
  local first=''
  # Without a sandbox the server's parent is this test.
  [[ ${PID[server]} == "${BOX[server]}" ]] || ! stat_of "${PID[server]}" || first=${STAT[1]}
  [[ ! $first ]] || kill -STOP "$first" || true
  interrupt server "$1"
  wait_until has_ended server || interrupt server KILL
  wait_until nobody_listens || {
    told "sent SIG$1 to the server" "it ended, but not what it had started"
    fail_check orphans "a port that is free again" "a process of the server still listens at $(listeners)"
  }
  [[ ! $first ]] || kill -CONT "$first" || true
  finish server
  told "sent SIG$1 to the server" "$(in_time_wait) connections in TIME_WAIT"
}

nobody_listens() {
  ! listening '*' "$PORT"
}

# hold NAME - a client connects, reads its line, and stays, whatever the server does. Like the clients of most
# tests it connects while the server is stopped, so that an end of the connection that comes too soon, which
# another test is about, cannot come before the client is connected. Sets NUMBER to the number in the line. Fails if
# the server has ended.
hold() {
  interrupt server STOP
  wait_until is_stopped "${PID[server]}" || true
  exec {HELD}<>"/dev/tcp/127.0.0.1/$PORT"
  interrupt server CONT
  read -r -t "$CHECK_DEADLINE" -u "$HELD" || true
  NUMBER=${REPLY//[^0-9]/}
  NUMBER=$((10#${NUMBER:-0}))
  told "client $1 connected, read its line, and stayed" "$REPLY"
  [[ $REPLY ]] || not_gone
}

# not_gone - fails if the server has ended, which explains why nothing has come.
not_gone() {
  DEADLINE=0.2 wait_until has_ended server || true
  still_serving
}

# let_go - the client that was held closes.
let_go() {
  exec {HELD}>&-
}

# True if the second server has ended, or there is a second listening socket.
rival_has_decided() {
  has_ended rival || [[ $(listeners) == *' '* ]]
}

rival_has_decided_or_sleeps() {
  rival_has_decided || rival_sleeps
}

# rival_sleeps - true if it waits for a time, in sleep or one of its kin: there the kernel holds it.
rival_sleeps() {
  local where
  { read -r where <"/proc/${PID[rival]}/wchan" || true; } 2>/dev/null
  [[ ${where-} == *nanosleep* ]]
}

# no_second_server - fails if the second server is still there.
no_second_server() {
  local where class=retry
  ! has_ended rival || return 0
  where=$(listeners)
  [[ $where != *' '* ]] || class=other-port
  [[ ${where//[^ ]/} != ' ' || ${where% *} != "${where#* }" ]] || class=shared
  fail_check "$class" "an error at once: Address already in use" \
    "it is still running; listening now: ${where:-nothing}"
}

# bats test_tags=id:address,points:1
@test "listens on 127.0.0.1 and the port of -p, nowhere else" {
  likely any 'the address is INADDR_LOOPBACK through htonl, the port that of -p through htons, or 5005 without -p: README, "Exercise"'
  likely no-bind 'the address is INADDR_LOOPBACK through htonl, the port that of -p through htons, or 5005 without -p: README, "Exercise"'
  start server
  nowhere_else
  stop server KILL
  draw PORT 61100 65300 # above the ports that the kernel gives to clients
  start server
  nowhere_else
  stop server KILL
  PORT=65535
  start server
  nowhere_else
  stop server KILL
  PORT=5005
  PLAIN=yes start server
  nowhere_else
}

# bats test_tags=id:greeting,points:1
@test "sends each client its number, however many come" {
  likely wrong-bytes 'the line is hello, a space, the number and a newline, and the number grows by one with each client: README, "Exercise"'
  likely leak 'shutdown ends the stream, but only close gives the descriptor back: README, "Exercise"'
  likely any 'accept in a loop that never ends, send each client all of its line, and close: README, "Exercise"'
  likely mixed 'each client gets its line on a connection of its own, and all of it, whoever comes before it has been sent: README, "Exercise"'
  local before clients i
  draw clients 1030 1100
  FAULTS=send_max=3 start server
  before=$(descriptors)
  peer times 30 connect expect 'hello \d\n' close
  no_more_descriptors "$before" 30
  for i in 31 33 35 37; do two_at_once "$i"; done
  stop server KILL
  PORT=$((PORT + 20)) # a restart on the same port is what another test is about
  start server
  peer times "$clients" connect expect 'hello \d\n' close
  for i in 1 3 5 7; do two_at_once $((clients + i)); done
  likely any 'a client that only sends no more (shutdown with SHUT_WR) still reads, and gets its line: README, "Exercise"'
  peer freeze connect shut thaw lines 1 close
}

# two_at_once NUMBER - two clients are there when the server looks. One gets this number, the other one the next, no
# matter which. If send takes only parts of a line, that of the second one begins before the first one's has ended.
two_at_once() {
  local a b one='' two=''
  interrupt server STOP
  wait_until is_stopped "${PID[server]}" || true
  exec {a}<>"/dev/tcp/127.0.0.1/$PORT" {b}<>"/dev/tcp/127.0.0.1/$PORT"
  interrupt server CONT
  read -r -t "$CHECK_DEADLINE" -u "$a" one || true
  exec {a}>&-
  read -r -t "$CHECK_DEADLINE" -u "$b" two || true
  exec {b}>&-
  told "clients A and B connected while the server was stopped, and read a line each" "$one, $two"
  [[ $one$two ]] || not_gone
  [[ "$one, $two" == "hello $1, hello $(($1 + 1))" || "$two, $one" == "hello $1, hello $(($1 + 1))" ]] ||
    fail_check mixed "hello $1 and hello $(($1 + 1))" "${one:-nothing} and ${two:-nothing}"
}

# bats test_tags=id:closes-first,points:1
@test "closes first, waits for nothing, and leaves its connections in TIME_WAIT" {
  likely more 'one line is all, and then close: README, "Exercise"'
  likely reset 'SO_LINGER with time 0 sends a reset instead of the end of the stream: README, "What SO_LINGER costs"'
  likely no-time-wait 'TIME_WAIT protects the next connection, so do nothing against it; a plain close is right: README, "What TIME_WAIT is for"'
  likely forgotten 'a client may close a while later, and TIME_WAIT comes only then; with TCP_LINGER2 the kernel has forgotten the connection by that time: README, "What TIME_WAIT is for"'
  likely any 'the server closes first here, right after its line, and waits for nothing that the client sends or does: README, "Who closes first"'
  likely kept 'close gives the descriptor back at once; who keeps it until the client closes waits for the client: README, "Who closes first"'
  local count before
  start server
  # A stays, and B must not have to wait for it.
  peer as A connect lines 1 eof as B connect lines 1 eof close as A close
  wait_until closed "$PORT" || true
  count=$(in_time_wait)
  ((count == 2)) || {
    told "counted the server's connections in TIME_WAIT" "$count"
    fail_check no-time-wait "2 connections in TIME_WAIT" "$count"
  }
  # A client may close a while later.
  hold C
  wait_until half_closed || true
  # Without a timer the descriptor is still open, which another test is about.
  [[ $TIMER && $TIMER != *timer:* || $TIMER =~ timer:\([a-z]*,([0-9]+min|[3-6][0-9]sec) ]] || {
    told "looked at the server's end of the connection" "${TIMER:-nothing}"
    fail_check forgotten "FIN-WAIT-2 for about a minute, then TIME_WAIT" "${TIMER:-nothing}"
  }
  before=$(descriptors)
  if wait_until is_closed; then let_go; else
    let_go
    ! wait_until fewer_descriptors "$before" ||
      fail_check kept "that the server has closed it, whatever client C does" "it closed it only when client C had done so"
  fi
  # They all stay. Even a short wait for each of them adds up.
  peer times 300 as 'D\d' connect dropped
  stop server KILL
  likely hung 'a client may send without a pause; what it sends is not for the server to read: README, "Exercise"'
  PORT=$((PORT + 20)) # a restart on the same port is what another test is about
  # So it cannot read as fast as the client sends. It need not read at all.
  FAULTS=recv_max=1 start server
  unset "FAULTED[server]"
  interrupt server STOP
  spawn flood cat /dev/zero >"/dev/tcp/127.0.0.1/$PORT" 2>/dev/null
  wait_until flooded || true
  told "client E connected, and sends without a pause" "done"
  peer as F connect thaw lines 1 close
}

# half_closed - sets TIMER to how long the kernel will keep the server's end of the connection in FIN-WAIT-2. False
# if there is none.
half_closed() {
  TIMER=$(ss -H -tno state fin-wait-2 "sport = :$PORT")
  [[ $TIMER ]]
}

# is_closed - true if the server's end is no longer one of its descriptors, for only then it has a timer.
is_closed() {
  half_closed && [[ $TIMER == *timer:* ]]
}

# flooded - true if the server has let much of what a client has sent lie, or that client has gone.
flooded() {
  ! running "${PID[flood]}" ||
    ss -H -tn state established "sport = :$PORT" | awk '$1 > 30000 {much = 1} END {exit !much}'
}

# bats test_tags=id:gone-clients,points:1
@test "a client that has gone before its line does not harm the server" {
  likely sigpipe 'writing to a connection that is gone raises SIGPIPE, which kills the process; send with MSG_NOSIGNAL: README, "Exercise"'
  likely leak 'close the descriptor of a client that has gone, too: README, "Exercise"'
  likely any 'ECONNRESET and EPIPE are the end of one client, ECONNABORTED of one that has left the queue; go on with the next: README, "Exercise"'
  local before others
  # The parts of a line: the first provokes a reset, and the next fails.
  FAULTS=send_max=3,accept_abort=2 start server
  hold Z
  let_go
  likely number 'count those that accept has given you, not the calls: README, "Exercise"'
  ((NUMBER <= 1)) || fail_check number "hello 1, for two others had left the queue" "${REPLY:-nothing}"
  # If other clients leave a descriptor open too, that is not about those that have gone.
  before=$(descriptors)
  peer times 15 freeze connect thaw expect h close
  others=$(($(descriptors) - before))
  peer times 15 as A freeze connect close thaw as B freeze connect thaw expect h close \
    as C freeze connect reset thaw as D freeze connect thaw expect h close
  no_more_descriptors $((before + 5 * others)) 60
}

# bats test_tags=id:sigterm,points:1
@test "stops on SIGTERM with status 0, whoever is connected" {
  likely status 'SIGTERM asks the server to stop, so handle it and end with status 0: README, "Exercise"'
  likely hung 'after SIGTERM the loop must end: is accept called again? README, "Exercise"'
  start server
  # It may handle the signal only from now on.
  DEADLINE=0.5 wait_until is_asleep "${PID[server]}" || true
  stop server
  ((STATUS == 0)) || fail_check status "exit status 0 after SIGTERM" "$STATUS"
  start server
  hold A
  stop server
  ((STATUS == 0)) || fail_check status "exit status 0 after SIGTERM" "$STATUS"
  let_go
  # That a client which has gone does not end it is another test's subject.
  PORT=$((PORT + 20)) # and so is a restart on the same port
  start server
  aside peer freeze connect reset as B connect reset thaw || true
  DEADLINE=0.5 wait_until is_asleep "${PID[server]}" || true
  if ! has_ended server; then
    likely status 'clients that were lost are no failure of the server: handle SIGTERM, and end with status 0: README, "Exercise"'
    stop server
    ((STATUS == 0)) || fail_check status "exit status 0 after SIGTERM" "$STATUS"
  fi
  likely status 'SIGTERM asks the server to stop, so handle it and end with status 0: README, "Exercise"'
  likely hung 'SIGTERM may come while a client is served: note it, and look before accept waits again: README, "Exercise"'
  PORT=$((PORT + 20))
  FAULTS=stop_accept=1 start server
  exec {HELD}<>"/dev/tcp/127.0.0.1/$PORT"
  wait_until one_is_stopped || true
  told "client B connected" "done"
  # What watches over its processes may end because one of them is stopped (SIGCHLD). That is no matter of SIGTERM.
  if ! is_stopped "${PID[server]}" && DEADLINE=0.1 wait_until has_ended server; then return; fi
  interrupt server TERM
  interrupt server CONT
  finish server
  told "sent it SIGTERM, and let it go on (SIGCONT)" "it ended with status $STATUS"
  ((STATUS == 0)) || fail_check status "exit status 0 after SIGTERM" "$STATUS"
  let_go
}

# one_is_stopped - true if the server is, or a process that it has made.
one_is_stopped() {
  local children=() child
  ! is_stopped "${PID[server]}" || return 0
  read -ra children <"/proc/${PID[server]}/task/${PID[server]}/children" || true # it has no newline
  for child in "${children[@]}"; do ! is_stopped "$child" || return 0; done
  return 1
}

# bats test_tags=id:restart,points:2
@test "starts again at once after SIGTERM, each time" {
  likely orphans 'a process that the server has started keeps the port; end it, too: README, "Exercise"'
  start server
  peer freeze connect thaw lines 1 close
  end_server TERM
  likely no-bind 'set SO_REUSEADDR before bind, on the old socket and on the new one, so at every start: README, "The matrix"'
  start server
  peer freeze connect thaw lines 1 close
  end_server TERM
  # The second server's connections decide about the third start.
  start server
  peer freeze connect thaw lines 1 close
}

# bats test_tags=id:restart-after-kill,points:1
@test "starts again at once after kill -9, even while a client stays connected" {
  likely orphans 'a process that the server has started keeps the port; prctl with PR_SET_PDEATHSIG ends it when the server is killed: README, "Exercise"'
  start server
  peer freeze connect thaw lines 1 close
  hold B
  end_server KILL
  likely no-bind 'set SO_REUSEADDR at every start, because after kill -9 a server cannot clean up: README, "The matrix"'
  start server
  peer as C freeze connect thaw lines 1 close
}

# bats test_tags=id:second-instance,points:1
@test "refuses to start while another one is alive, and does not harm it" {
  likely shared 'two sockets listen on one port, which is what SO_REUSEPORT is for; use SO_REUSEADDR: README, "Why SO_REUSEPORT is not the cure"'
  likely other-port 'clients look for the server at the port of -p; end if bind fails: README, "Exercise"'
  likely retry 'call bind once, and end at once: a server that waits or tries again hides that another server has the port: README, "Exercise"'
  likely any 'the first server must not notice the second: README, "Exercise"'
  local before
  start server
  hold A
  let_go
  before=$NUMBER
  launch rival
  wait_until rival_has_decided_or_sleeps || true
  told "started a second ./server -p $PORT" "done"
  no_second_server
  hold B
  let_go
  ((NUMBER <= before + 1)) || fail_check noticed "hello $((before + 1))" "$REPLY"
  peer as C freeze connect thaw lines 1 close
  still_serving
  # Now the port becomes free when the second one's bind has failed. A program that tries again will listen,
  # however soon or late, so no clock has to decide what "at once" means.
  FAULTS=stop_taken=1 launch rival
  wait_until stopped_or_decided || true
  told "started a second one, stopped it when bind() had failed" "done"
  stop server KILL
  interrupt rival CONT
  wait_until ended_or_listening || true
  told "let the second one go on (SIGCONT)" "done"
  no_second_server
}

stopped_or_decided() {
  is_stopped "${PID[rival]}" || rival_has_decided
}

ended_or_listening() {
  has_ended rival || rival_sleeps || listening '*' '*'
}

# refused STORY [DECIDED] - the second server must end, with the right status and message, as soon as DECIDED is true.
refused() {
  local words
  wait_until "${2:-rival_has_decided}" || true
  has_ended rival || {
    told "$1" "still running"
    fail_check running "an error at once" "it is still running"
  }
  finish rival
  told "$1" "ended with status $STATUS"
  words=$(tail -c 300 "$(out rival)" | tr -d '\0' | tr '\n' ' ')
  ((STATUS == 1)) || fail_check status "exit status 1" "exit status $STATUS"
  # On any line, because the program may print advice after it.
  grep -qa EADDRINUSE "$(out rival)" ||
    fail_check words "a message that names EADDRINUSE" "${words:-no message}"
}

# bats test_tags=id:refusal,points:1
@test "a refusal names EADDRINUSE and ends with status 1, whether bind or listen finds the port taken" {
  local listening='listen may fail, too, with EADDRINUSE: look at what it returns: README, "The matrix"'
  likely status 'a server that cannot start ends with status 1: README, "Exercise"'
  likely words 'print the name of the error, EADDRINUSE, as die does: README, "Exercise"'
  start server
  # Even a server that is stopped has its port.
  interrupt server STOP
  launch rival
  refused "started a second one while the first is stopped (SIGSTOP)"
  stop server KILL
  # Two sockets with SO_REUSEADDR may both bind. The first of them that listens has the port.
  FAULTS=stop_bind=1 launch rival
  wait_until stopped_or_decided || true
  launch server
  wait_until server_is_up_or_gone || true
  running "${PID[server]}" || return 0 # without the option the second bind fails; other tests are about that
  told "stopped one after its bind(), and started a second one" "listening"
  likely status "$listening"
  likely words "$listening"
  likely running 'listen may fail, too, with EADDRINUSE: look at what it returns, and end at once, without a second try: README, "The matrix"'
  interrupt rival CONT
  refused "let the first one go on (SIGCONT)" rival_has_decided_or_sleeps
}
