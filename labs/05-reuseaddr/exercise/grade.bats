#!/usr/bin/env bats
# The checks of lab 05's exercise, the restartable server: ten points.
load ../../../scripts/grader/check.bash

README='README, '

# in_time_wait - the number of connections of our port that rest in TIME_WAIT on the server's side.
in_time_wait() {
  ss -H -tn state time-wait "sport = :$PORT" | wc -l
}

# refused - starts one more on the same port; it must refuse, with status 1 and the error's name.
refused() {
  local words where what="started a second ./server -p $PORT"
  launch rival
  wait_until rival_has_decided || true
  where=$(listeners)
  if running "${PID[rival]}"; then
    told "$what" "still running"
    fail_check second "an error at once: Address already in use" "it runs as well; listening now: $where"
  fi
  finish rival
  words=$(tail -c 300 "$(out rival)" | tr -d '\0' | tr '\n' ' ')
  told "$what" "ended with status $STATUS"
  ((STATUS == 1)) || fail_check second "exit status 1" "exit status $STATUS"
  # On whichever line: advice may follow.
  grep -qa EADDRINUSE "$(out rival)" ||
    fail_check second "a message that names EADDRINUSE" "${words:-no message}"
}

# It has ended, or it listens somewhere.
rival_has_decided() {
  ! running "${PID[rival]}" || [[ $(listeners) == *' '* ]]
}

# one_try_only - one more that finds the port taken must end, even if the port is free a moment later.
# It is stopped in that moment, so a program that tries again does listen, however soon, late or seldom
# it tries, and no clock decides what "at once" is.
one_try_only() {
  local where
  FAULTS=stop_taken=1 launch rival
  told "started one more, stopped it when bind() had failed" "done"
  wait_until stopped_or_decided || true
  stop server KILL
  interrupt rival CONT
  wait_until ended_or_listening || true
  has_ended rival || {
    where=$(listeners)
    told "let the other go on (SIGCONT)" "still running"
    fail_check retry "an end: its bind() has failed" \
      "it still runs; listening now: ${where:-nobody, it still tries}"
  }
  told "let the other go on (SIGCONT)" "ended"
}

stopped_or_decided() {
  is_stopped "${PID[rival]}" || rival_has_decided
}

ended_or_listening() {
  has_ended rival || listening '*' '*'
}

# bats test_tags=id:greeting,points:1
@test "tells its number to a client, and closes first" {
  likely hung "who closes first is what this lab is about: the server, after its line: ${README}\"Who closes first\""
  likely reset "SO_LINGER with time 0 throws away what the client has not got yet: ${README}\"What SO_LINGER costs\""
  likely any "the line is hello, a space, the number, a newline, and nothing else: ${README}\"Exercise\""
  likely leak "shutdown ends the stream, but only close gives the descriptor back: ${README}\"Exercise\""
  start server
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
  start server
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
  start server
  peer connect expect 'hello 1\n' eof close
  stop server
  ((STATUS == 0)) || fail_check status "exit status 0 after SIGTERM" "$STATUS"
  told "looked at the port" "$(in_time_wait) in TIME_WAIT"
  start server
  peer as B connect expect 'hello 1\n' eof
}

# bats test_tags=id:restart-after-kill,points:1
@test "starts again at once after kill -9" {
  likely no-bind "SO_REUSEADDR must be set at every start: nobody tidies up after kill -9: ${README}\"The matrix\""
  start server
  peer connect expect 'hello 1\n' eof close
  stop server KILL
  start server
  peer as B connect expect 'hello 1\n' eof
}

# bats test_tags=id:third-start,points:1
@test "starts a third time, and each time on its own port" {
  likely no-bind "the second server's connections decide on the third start: the option is for every start: ${README}\"The matrix\""
  for _ in 1 2; do
    start server
    peer connect expect 'hello 1\n' eof close
    stop server
  done
  start server
  local where
  where=$(listeners)
  [[ $where == "127.0.0.1:$PORT" ]] ||
    fail_check wrong-address "127.0.0.1:$PORT" "$where"
}

# bats test_tags=id:second-instance,points:2
@test "refuses to start while another one is alive" {
  likely second "SO_REUSEPORT lets two live servers share a port, and retrying hides that one is there: use SO_REUSEADDR, and fail: ${README}\"Why SO_REUSEPORT is not the cure\""
  likely retry "one bind decides: trying again is waiting for the port, and hides that another one is there: ${README}\"Exercise\""
  start server
  refused
  one_try_only
}

# bats test_tags=id:first-unharmed,points:2
@test "a second one that tried does not harm the first" {
  likely second "SO_REUSEPORT lets two live servers share a port, and clients meet either: ${README}\"Why SO_REUSEPORT is not the cure\""
  likely any "the first server alone must answer all clients: ${README}\"Why SO_REUSEPORT is not the cure\""
  start server
  peer connect expect 'hello 1\n' eof close
  refused
  peer as B connect expect 'hello 2\n' eof close
  still_serving
}
