#!/usr/bin/env bats
# The checks of lab 03's exercise, the whoami server: ten points. scripts/grader/check.bash has the words.
# shellcheck disable=SC2030,SC2031  # each test sets its own
load ../../../scripts/grader/check.bash

# Each test has a folder of its own; the name is short, and the same in every run.
place() {
  PLACE=/run/tmp/$BATS_TEST_NUMBER
  mkdir "$PLACE"
  SOCKET=$PLACE/whoami
}

# file_at PATH - prints what is there: its kind, mode and inode, or "nothing".
file_at() {
  stat -c '%F, mode %04a, inode %i' "$1" 2>/dev/null || echo nothing
}

# names_in FOLDER - prints how long the paths of the files in there are.
names_in() {
  local file
  for file in "$1"/*; do
    [[ ! -e $file ]] || printf 'file with a path of %d bytes ' ${#file}
  done
  [[ -e $file ]] || printf 'empty folder'
}

# refuses PATH [FOLDER] - starts one more server at PATH: it must end with an error, and leave alone
# what is at PATH, or else in FOLDER.
refuses() {
  local before after what="started another ./server -s ${1:0:60}"
  LOOK=(file_at "$1")
  [[ -z ${2-} ]] || LOOK=(names_in "$2")
  before=$("${LOOK[@]}") BEFORE=$before
  SOCKET=$1 launch rival
  wait_until rival_has_decided || true
  after=$("${LOOK[@]}")
  if running "${PID[rival]}"; then
    told "$what" "still running"
    [[ $after != "$before" ]] ||
      fail_check stuck "an error, and status 1" "it neither ended nor began within $DEADLINE s"
    fail_check stolen "an error, and the $before untouched" "it took the place: $after"
  fi
  finish rival
  told "$what" "ended with status $STATUS"
  [[ $after == "$before" ]] || fail_check stolen "the $before untouched" "$after"
  ((STATUS == 1 || STATUS == 2)) || fail_check status "an error, and status 1" "status $STATUS"
  [[ -s $(out rival) ]] || fail_check status "a message that says why" "none"
}

# It has ended, or has put something else there. A server that has only removed the file is still about to
# do one or the other.
rival_has_decided() {
  local now
  ! running "${PID[rival]}" || { now=$("${LOOK[@]}") && [[ $now != "$BEFORE" && $now != nothing ]]; }
}

# bats test_tags=id:answer,points:1
@test "each line of a client is answered with its pid, uid and gid" {
  likely wrong-bytes 'the answer is the pid=... uid=... gid=... of the client, from SO_PEERCRED, once for each newline, however long the line, and for nothing else: README, "Who is there" and "Exercise"'
  likely hung 'answer each line when its newline has arrived, however many lines arrived at once; count the newlines among the bytes, for a NUL ends no line: README, "Exercise"'
  likely any 'the client ends the conversation, not the server: README, "Exercise"'
  place
  # All answers are alike, so one answer too many shows only at the end.
  local long
  printf -v long '%09999d\\n' 0
  start server
  peer connect send 'who am I?\n' expect 'pid=\p uid=0 gid=0\n' \
    send 'one\n\ntwo\nthr' expect 'pid=\p uid=0 gid=0\npid=\p uid=0 gid=0\npid=\p uid=0 gid=0\n' \
    drip 'ee\n' expect 'pid=\p uid=0 gid=0\n' \
    send 'a\0b\n\0\n' expect 'pid=\p uid=0 gid=0\npid=\p uid=0 gid=0\n' \
    send "$long" expect 'pid=\p uid=0 gid=0\n' send 'no newline' shut eof
}

# bats test_tags=id:kernels-word,points:1
@test "what counts is what the kernel says of a client, not what it says itself" {
  likely any 'a client may say what it likes; SO_PEERCRED has what the kernel noted at connect, first the pid, then the uid, then the gid: README, "Who is there"'
  place
  FAULTS=peer_id=1000:2000 start server
  peer connect send 'pid=1 uid=0 gid=0\n' expect 'pid=\p uid=1000 gid=2000\n'
}

# bats test_tags=id:many-clients,points:1
@test "two hundred clients and one that leaves early are served, and no descriptor is left open" {
  likely sigpipe 'SIGPIPE kills a program that sends to a client which has gone, unless it uses MSG_NOSIGNAL, as send_all does: README of lab 01, "A client that dies"'
  likely exited 'a client that has gone is no reason to end: close its connection, and accept the next one: README of lab 01, "A client that dies"'
  likely leak 'each accept opens a descriptor; close it when its client has gone: README of lab 01, "One after the other"'
  likely any 'accept in a loop: each client gets its own connection: README of lab 01, "One after the other"'
  place
  start server
  peer connect send '\n' expect 'pid=' close as B connect send '\n' expect 'pid=' close
  local before after
  before=$(descriptors)
  peer times 200 connect send 'x\n' expect 'pid=' shut close
  peer connect send 'x\n' expect 'pid='
  after=$(descriptors)
  # The server may not have seen the end of the last client yet: allow one more.
  ((after <= before + 1)) || {
    told "counted the server's open descriptors" "$before, then $after"
    fail_check leak "$before open descriptors, as after the first clients" "$after"
  }
  # The client does not read, so already the server's first send fails, whether the client is gone or not.
  peer as B connect deaf send '1\n2\n3\n' close as C connect send 'x\n' expect 'pid=' shut
  still_serving
}

# bats test_tags=id:mode,points:1
@test "the file has mode 0600 from its first moment, whatever the umask" {
  likely moment 'bind makes the file, so the umask must be right before it: a chmod comes too late for a fast client: README, "The mode of a socket file"'
  likely mode 'bind makes the file with the mode 0777 less the umask: README, "The mode of a socket file"'
  place
  local mode
  umask 0
  FAULTS=stop_bind=1 launch server
  told "set the umask to 0, started ./server -s $SOCKET" "running"
  wait_until stopped_or_done || true
  if [[ -e $SOCKET ]]; then
    mode=$(stat -c %04a "$SOCKET")
    told "stopped it when bind() had returned" "the file has mode $mode"
    [[ $mode == 0600 ]] || fail_check moment "mode 0600" "mode $mode, for a moment at least"
  fi
  interrupt server CONT
  wait_until server_is_up_or_gone || true
  running "${PID[server]}" || fail_with_death "a server that listens on $SOCKET" no-bind
  mode=$(stat -c %04a "$SOCKET" 2>&1) || true
  told "let it go on" "the file has mode $mode"
  [[ $mode == 0600 ]] || fail_check mode "mode 0600" "mode $mode"
  peer connect send 'x\n' expect 'pid='
}

# The server is stopped in bind, or listens without having stopped there, or has ended.
stopped_or_done() {
  server_is_up_or_gone || is_stopped "${PID[server]}"
}

# bats test_tags=id:stale,points:1
@test "starts again although a killed server has left its file" {
  likely no-bind 'the file outlives its server, and bind finds the name taken; if nobody listens there, unlink it and bind again: README, "The stale file"'
  likely any 'the file outlives its server; if nobody listens there, unlink it and bind again: README, "The stale file"'
  place
  local turn
  for turn in first second; do
    start server
    peer connect send 'x\n' expect 'pid='
    interrupt server KILL
    finish server
    told "killed the $turn server with SIGKILL" "it left $(file_at "$SOCKET" | sed 's/,.*//')"
  done
  start server
  peer connect send 'x\n' expect 'pid='
}

# bats test_tags=id:live,points:1
@test "a second server leaves a live one alone, and its file too" {
  likely stolen 'unlink does not check whether a server is alive; check first, with connect: README, "Stale or alive"'
  likely any 'a server is alive at that name: say so, and end with status 1: README, "Stale or alive"'
  place
  start server
  refuses "$SOCKET"
  still_serving
  peer connect send 'x\n' expect 'pid='
}

# bats test_tags=id:live-other,points:1
@test "a server that is too busy, or of another type, is alive nevertheless" {
  likely stolen 'connect fails for many reasons, and only ECONNREFUSED means that nobody listens: README, "Stale or alive"'
  likely stuck 'if the queue of a server is full, connect waits; with SOCK_NONBLOCK it does not wait, and fails with EAGAIN: README, "Stale or alive"'
  likely any 'a server is alive at that name: say so, and end with status 1: README, "Stale or alive"'
  place
  FAULTS=backlog=1 start server
  # Until it has really stopped, it may still accept a client.
  interrupt server STOP
  wait_until is_stopped "${PID[server]}"
  told "stopped it, so that it accepts nobody" "done"
  peer connect as B connect
  refuses "$SOCKET"
  make -s -C "$LABS_ROOT/labs/03-unix-sockets" PROGRAMS=receiver OUT="$PLACE/bin" >&2
  spawn receiver "$PLACE/bin/receiver" -s "$PLACE/letters" <> <(:) >"$(out receiver)"
  wait_until grep -q bound "$(out receiver)"
  told "started the lab's ./receiver -s $PLACE/letters" "bound, for datagrams"
  refuses "$PLACE/letters"
}

# bats test_tags=id:not-a-socket,points:1
@test "a file that is not a socket is left alone" {
  likely stolen 'connect fails with ECONNREFUSED for a file of any kind, and unlink would remove it; look at its type first (S_ISSOCK): README, "Stale or alive"'
  likely any 'bind cannot have that name: say so, and end with status 1: README, "Stale or alive"'
  place
  start server
  echo "the only copy of the thesis" >"$PLACE/thesis"
  refuses "$PLACE/thesis"
  [[ $(<"$PLACE/thesis") == "the only copy of the thesis" ]] ||
    fail_check stolen "the file as it was" "another content"
}

# bats test_tags=id:too-long,points:1
@test "a path may have 107 bytes; a longer one is an error, and makes no file" {
  likely no-bind 'sun_path has 108 bytes, with the NUL at the end: README, "108 bytes"'
  likely any 'sun_path has 108 bytes; check the length before you copy, and cut nothing off: README, "108 bytes"'
  place
  local long extra
  printf -v extra '%0200d' 0
  SOCKET=$PLACE/whoami-${extra:0:107-8-${#PLACE}}
  start server
  peer connect send 'x\n' expect 'pid='
  mkdir "$PLACE/long"
  for extra in "${extra:0:4}" "$extra"; do
    long=${SOCKET/whoami/long\/me}$extra
    told "tried a longer path" "${#long} bytes"
    refuses "$long" "$PLACE/long"
  done
}

# bats test_tags=id:goodbye,points:1
@test "at SIGTERM it removes its file and ends with status 0" {
  likely left 'close does not remove the file; the server that made it must unlink it: README, "The stale file"'
  likely died 'SIGTERM ends a program at once, unless it handles the signal (stop_on_signals in io.h): README, "The stale file"'
  likely any 'SIGTERM is a request to end in good order, with status 0: README, "The stale file"'
  place
  start server
  peer connect send 'x\n' expect 'pid=' close
  stop server
  ((STATUS <= 128)) || fail_check died "status 0" "it died by the signal, and left $(file_at "$SOCKET" | sed 's/,.*//')"
  ((STATUS == 0)) || fail_check status "status 0" "status $STATUS"
  [[ ! -e $SOCKET ]] || fail_check left "no file at $SOCKET" "the file is still there"
}
