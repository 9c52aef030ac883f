#!/usr/bin/env bats
# The checks of lab 05's exercise, the restartable server: ten points. scripts/grader/check.bash defines
# the words.
load ../../../scripts/grader/check.bash

README='README, '

# in_time_wait - prints how many connections of our port are in TIME_WAIT at the server's end.
in_time_wait() {
  ss -H -tn state time-wait "sport = :$PORT" | wc -l
}

# refused - starts a second server on the same port. It must end with status 1 and name the error.
refused() {
  local words where what="started a second ./server -p $PORT"
  launch rival
  wait_until rival_has_decided || true
  where=$(listeners)
  if running "${PID[rival]}"; then
    told "$what" "still running"
    fail_check second "an error at once: Address already in use" "it runs too; listening now: $where"
  fi
  finish rival
  words=$(tail -c 300 "$(out rival)" | tr -d '\0' | tr '\n' ' ')
  told "$what" "ended with status $STATUS"
  ((STATUS == 1)) || fail_check second "exit status 1" "exit status $STATUS"
  # On any line, because the program may print advice after it.
  grep -qa EADDRINUSE "$(out rival)" ||
    fail_check second "a message that names EADDRINUSE" "${words:-no message}"
}

# True when the second server has ended or listens somewhere.
rival_has_decided() {
  ! running "${PID[rival]}" || [[ $(listeners) == *' '* ]]
}

# one_try_only - starts a second server, which must end when it finds the port taken, even if the port
# becomes free a moment later. We stop it when its bind has failed, and end the first server meanwhile.
# So a program that tries again will listen, however soon or late it tries, and no clock has to decide
# what "at once" means.
one_try_only() {
  local where
  FAULTS=stop_taken=1 launch rival
  told "started a second one, stopped it when bind() had failed" "done"
  wait_until stopped_or_decided || true
  stop server KILL
  interrupt rival CONT
  wait_until ended_or_listening || true
  has_ended rival || {
    where=$(listeners)
    told "let the second one go on (SIGCONT)" "still running"
    fail_check retry "an end: its bind() has failed" \
      "it still runs; listening now: ${where:-nothing, it still tries}"
  }
  told "let the second one go on (SIGCONT)" "ended"
}

stopped_or_decided() {
  is_stopped "${PID[rival]}" || rival_has_decided
}

ended_or_listening() {
  has_ended rival || listening '*' '*'
}

# bats test_tags=id:greeting,points:1
@test "sends each client its number, and closes first" {
  likely hung "the server closes first here, right after its line: ${README}\"Who closes first\""
  likely reset "SO_LINGER with time 0 throws away what the client has not received yet: ${README}\"What SO_LINGER costs\""
  likely any "the line is hello, a space, the number, a newline, and nothing else: ${README}\"Exercise\""
  likely leak "shutdown ends the stream, but only close gives the descriptor back: ${README}\"Exercise\""
  start server
  peer connect expect 'hello 1\n' eof close
  greets_and_closes
}

# greets_and_closes - the server must close, not only end the stream, so that clients cost no
# descriptors. The story tells only of a client that goes wrong.
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
  likely any "TIME_WAIT protects the next connection, so do not avoid it: no SO_LINGER with time 0, and the server closes first: ${README}\"What TIME_WAIT is for\""
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
  likely no-bind "set SO_REUSEADDR before bind, on the old socket and on the new one, so at every start: ${README}\"The matrix\""
  likely status "SIGTERM asks the server to stop, so handle it and end with status 0: ${README}\"Exercise\""
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
  likely no-bind "set SO_REUSEADDR at every start, because after kill -9 a server cannot clean up: ${README}\"The matrix\""
  start server
  peer connect expect 'hello 1\n' eof close
  stop server KILL
  start server
  peer as B connect expect 'hello 1\n' eof
}

# bats test_tags=id:third-start,points:1
@test "starts a third time, and each time on its own port" {
  likely no-bind "the second server's connections decide about the third start, so set the option at every start: ${README}\"The matrix\""
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
  likely second "SO_REUSEPORT lets two live servers share a port, and a retry hides that one is there; set SO_REUSEADDR, and end if bind fails: ${README}\"Why SO_REUSEPORT is not the cure\""
  likely retry "bind once: a second try waits for the port, and hides that another server has it: ${README}\"Exercise\""
  start server
  refused
  one_try_only
}

# bats test_tags=id:first-unharmed,points:2
@test "a second server that was refused does not harm the first" {
  likely second "SO_REUSEPORT lets two live servers share a port, and a client may reach either of them: ${README}\"Why SO_REUSEPORT is not the cure\""
  likely any "the first server must still answer all clients, alone: ${README}\"Why SO_REUSEPORT is not the cure\""
  start server
  peer connect expect 'hello 1\n' eof close
  refused
  peer as B connect expect 'hello 2\n' eof close
  still_serving
}
