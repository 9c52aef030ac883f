#!/usr/bin/env bats
# The checks of lab 05's exercise, the restartable server: ten points.
load ../../../tests/lib/check.bash

README='README, '

# in_time_wait - the number of connections of our port that rest in TIME_WAIT on the server's side.
in_time_wait() {
  ss -H -tn state time-wait "sport = :$PORT" | wc -l
}

# stop_server SIGNAL - ends the server, and expects that it does end.
stop_server() {
  kill -s "$1" "$SERVER_PID"
  if ! wait_until not_running; then
    told "sent SIG$1 to the server" "still running"
    fail_check hung "a server that ends" "it still runs $CHECK_DEADLINE s after SIG$1"
  fi
  STATUS=0
  wait "$SERVER_PID" || STATUS=$?
  told "sent SIG$1 to the server" "ended"
}

# second_server - starts one more on the same port; it must refuse, with status 1 and the error's name.
second_server() {
  local status=0 words where what="started a second ./server -p $PORT"
  "$SUBJECT" -p "$PORT" >"$OUTPUT.second" 2>&1 </dev/null 3>&- &
  SECOND_PID=$!
  wait_until second_has_decided || true
  where=$(listeners)
  if running "$SECOND_PID"; then
    kill -KILL "$SECOND_PID"
    told "$what" "still running"
    fail_check second "an error at once: Address already in use" "it runs as well; listening now: $where"
  fi
  wait "$SECOND_PID" || status=$?
  words=$(tail -c 300 "$OUTPUT.second" | tr -d '\0' | tr '\n' ' ')
  told "$what" "ended with status $status"
  ((status == 1)) || fail_check second "exit status 1" "exit status $status"
  # On whichever line: advice may follow.
  grep -qa EADDRINUSE "$OUTPUT.second" ||
    fail_check second "a message that names EADDRINUSE" "${words:-no message}"
}

# It has ended, or it listens somewhere.
second_has_decided() {
  ! running "$SECOND_PID" || [[ $(listeners) == *' '* ]]
}

# one_try_only - one more that finds the port taken must end, even if the port is free a moment later.
# It is stopped in that moment: so whoever tries again listens, however soon, late or seldom it tries,
# and no clock decides what "at once" is. It is $SERVER_PID afterwards.
one_try_only() {
  local first=$SERVER_PID where
  OUTPUT=$OUTPUT.third FAULTS=stop_taken=1 launch_server
  told "started one more, stopped it when bind() had failed" "done"
  wait_until stopped_or_decided || true
  kill -KILL "$first"
  wait "$first" || true
  told "sent SIGKILL to the first server" "ended"
  kill -CONT "$SERVER_PID" 2>/dev/null || true
  wait_until ended_or_listening || true
  not_running || {
    where=$(listeners)
    told "let the other go on (SIGCONT)" "still running"
    fail_check retry "an end: its bind() has failed" \
      "it still runs; listening now: ${where:-nobody, it still tries}"
  }
  told "let the other go on (SIGCONT)" "ended"
}

stopped_or_decided() {
  is_stopped "$SERVER_PID" || not_running || [[ $(listeners) == *' '* ]]
}

ended_or_listening() {
  not_running || listening '*' '*'
}

# bats test_tags=id:greeting,points:1
@test "tells its number to a client, and closes first" {
  likely hung "who closes first is what this lab is about: the server, after its line: ${README}\"Who closes first\""
  likely reset "SO_LINGER with time 0 throws away what the client has not got yet: ${README}\"What SO_LINGER costs\""
  likely any "the line is hello, a space, the number, a newline, and nothing else: ${README}\"Exercise\""
  likely leak "shutdown ends the stream, but only close gives the descriptor back: ${README}\"Exercise\""
  start_server
  peer connect expect 'hello 1\n' eof close
  greets_and_closes
}

# greets_and_closes - it closes, and does not only end the stream: clients cost no descriptor. Only the
# client that is not served is told of.
greets_and_closes() {
  local before n turn=$BATS_TEST_TMPDIR/turn
  before=$(descriptors)
  for n in {2..31}; do
    : >"$turn"
    STORY=$turn peer connect expect "hello $n\n" eof close || {
      cat "$turn" >>"$STORY"
      return 1
    }
  done
  no_more_descriptors "$before" 30
}

# bats test_tags=id:time-wait,points:1
@test "leaves its connections in TIME_WAIT, as TCP wants it" {
  likely any "TIME_WAIT protects the next connection; do not avoid it, live with it: ${README}\"What TIME_WAIT is for\""
  start_server
  peer connect expect 'hello 1\n' eof close as B connect expect 'hello 2\n' eof close
  local count
  wait_until closed "$PORT" || true
  count=$(in_time_wait)
  ((count == 2)) || {
    told "counted the server's connections in TIME_WAIT" "$count"
    fail_check no-time-wait "2 connections in TIME_WAIT" "$count"
  }
}

# bats test_tags=id:restart,points:2
@test "starts again at once after SIGTERM" {
  likely no-bind "SO_REUSEADDR must be set, before bind, on the old socket and on the new one: ${README}\"The matrix\""
  likely status "SIGTERM is how a server is asked to stop; it stops with status 0: ${README}\"Exercise\""
  start_server
  peer connect expect 'hello 1\n' eof close
  stop_server TERM
  ((STATUS == 0)) || fail_check status "exit status 0 after SIGTERM" "$STATUS"
  told "looked at the port" "$(in_time_wait) in TIME_WAIT"
  start_server
  peer as B connect expect 'hello 1\n' eof
}

# bats test_tags=id:restart-after-kill,points:1
@test "starts again at once after kill -9" {
  likely no-bind "SO_REUSEADDR must be set at every start: nobody tidies up after kill -9: ${README}\"The matrix\""
  start_server
  peer connect expect 'hello 1\n' eof close
  stop_server KILL
  start_server
  peer as B connect expect 'hello 1\n' eof
}

# bats test_tags=id:third-start,points:1
@test "starts a third time, and each time on its own port" {
  likely no-bind "the second server's connections decide on the third start: the option is for every start: ${README}\"The matrix\""
  for _ in 1 2; do
    start_server
    peer connect expect 'hello 1\n' eof close
    stop_server TERM
  done
  start_server
  local where
  where=$(listeners)
  [[ $where == "127.0.0.1:$PORT" ]] ||
    fail_check wrong-address "127.0.0.1:$PORT" "$where"
}

# bats test_tags=id:second-instance,points:2
@test "refuses to start while another one is alive" {
  likely second "SO_REUSEPORT lets two live servers share a port, and retrying hides that one is there: use SO_REUSEADDR, and fail: ${README}\"Why SO_REUSEPORT is not the cure\""
  likely retry "one bind decides: trying again is waiting for the port, and hides that another one is there: ${README}\"Exercise\""
  start_server
  second_server
  one_try_only
}

# bats test_tags=id:first-unharmed,points:2
@test "a second one that tried does not harm the first" {
  likely second "SO_REUSEPORT lets two live servers share a port, and clients meet either: ${README}\"Why SO_REUSEPORT is not the cure\""
  likely any "the first server alone must answer all clients: ${README}\"Why SO_REUSEPORT is not the cure\""
  start_server
  peer connect expect 'hello 1\n' eof close
  second_server
  peer as B connect expect 'hello 2\n' eof close
  still_serving
}
