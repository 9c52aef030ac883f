#!/usr/bin/env bats
# The checks of lab 03's exercise, the whoami server: ten points. scripts/grader/check.bash has the words.
# shellcheck disable=SC2030,SC2031  # each test sets its own
load ../../../scripts/grader/check.bash
load ../../../scripts/grader/unix.bash

# The answer to this check's clients: \p is the process id of the peer, and all is done by root of the box.
ANSWER='pid=\p uid=0 gid=0\n'

# Each test has a folder of its own, and the socket a name that nobody can know.
place() {
  local name
  draw_word name 6
  PLACE=$TMPDIR/$BATS_TEST_NUMBER
  mkdir "$PLACE"
  SOCKET=$PLACE/$name
  printf 'own\t%s\n' "$SOCKET" >>"$STORY"
}

# times COUNT TEXT - prints TEXT so often.
times() {
  local all
  printf -v all '%*s' "$1" ''
  echo "${all// /$2}"
}

# bats test_tags=id:answer,points:1
@test "each line of a client is answered at once with its pid, uid and gid, and nothing else is" {
  local class
  place
  start server
  likely wrong-bytes 'one line as in the exercise, with the pid, uid and gid of the client, from SO_PEERCRED: README, "Who is there"'
  likely hung 'answer a line when its newline has arrived, while the client waits: README, "Exercise"'
  likely eof 'the client ends the conversation, not the server: README, "Exercise"'
  peer connect send 'who am I?\n' expect "$ANSWER" send 'and now?\n' expect "$ANSWER"
  # All answers are alike, so one answer too many shows only at the end.
  likely hung 'recv may return many lines at once, or none: answer once for each newline in it: README, "Exercise"'
  likely more "${LIKELY[hung]}"
  likely open 'when recv returns 0, the client has ended its stream: close: README, "Exercise"'
  peer connect send 'one\n\ntwo\nthr' expect "$(times 3 "$ANSWER")" drip 'ee\nfour\n' expect "$ANSWER$ANSWER" \
    send '\n' expect "$ANSWER" shut eof
  likely more 'a piece without a newline is not a line, at the end of the stream either: README, "Exercise"'
  peer connect send 'last\nno newline' expect "$ANSWER" shut eof
  likely exited 'only SIGTERM and SIGINT ask it to end; a program that was stopped for a moment gets EINTR from some calls that wait: signal(7)'
  peer freeze connect thaw send 'x\n' lines 1 shut eof
  likely exited ''
  for class in hung eof reset; do
    likely $class 'what a client sent before the end of its stream is still to be read, and answered: README, "Exercise"'
  done
  peer freeze connect send 'a\nb\n' shut thaw expect "$ANSWER$ANSWER" eof
}

# bats test_tags=id:any-line,points:1,long
@test "a line may hold any byte and be longer than any buffer, and any number may come before the client reads" {
  local length lengths lines line late file=$BATS_TEST_TMPDIR/lines
  draw length 66000 99000
  draw lines 2500 3900
  draw late 2050 2250
  place
  start server
  likely open 'when recv returns 0, the client has ended its stream: close: README, "Exercise"'
  peer connect send 'x\n' lines 1 shut eof
  likely any 'a NUL ends no line: look for the newline among the bytes that recv returned, not in a string: README, "Exercise"'
  peer connect send 'a\0b\n\0\n' lines 2
  likely any 'no byte and no word but a newline means anything; a byte 0xff is not EOF (what getc returns is an int): README, "Exercise"'
  printf -v line '\\x%02x' {1..9} {11..255}
  for line in quit exit bye . '\x04' "$line"; do
    peer connect send "$line\\n" lines 1 send 'x\n' lines 1
  done
  likely any 'a line may be longer than any buffer, and a full buffer is not the end of it: README, "Exercise"'
  printf -v line '%0*d' "$length" 0
  peer connect send "$line" send '\n' lines 1 shut eof
  # Longer than the length of an argument may be: a million NULs.
  peer connect flood $((1000000 + length)) send '\n' lines 1 shut eof
  # Around the sizes of buffers, each length once.
  for length in {1..70} {250..260} {505..515} {1010..1030} {2046..2050} {4094..4098} 8191 8192 8193; do
    printf '%0*d\\n' "$length" 0
  done >"$file"
  lengths=$(grep -o '\\n' "$file" | wc -l)
  peer connect send "$(<"$file")" lines "$lengths" shut eof
  likely any 'a client may read its answers later. Then send waits, or a non-blocking one fails with EAGAIN and the answer must be kept: README, "Exercise"'
  peer connect send "$(times "$lines" 'x\n')" lines "$lines" shut eof
  peer connect send "$(times "$lines" 'x\n')" pause "$late" lines "$lines" shut eof
  # Another test is about an end that comes together with the lines.
  if aside peer freeze connect send 'a\nb\n' shut thaw lines 2 eof; then
    likely any 'the end of its stream says only that the client sends no more: send all answers that wait, and then close: README, "Exercise"'
    peer freeze connect send "$(times "$lines" 'x\n')" shut thaw pause 30 lines "$lines" eof
  fi
}

# bats test_tags=id:kernels-word,points:1
@test "what counts is what the kernel says of a client, not what it says itself" {
  local user group
  # Beyond 2^31 too, where an int is negative.
  draw user 2200000000 4200000000
  draw group 70000 2000000000
  place
  likely wrong-bytes 'a client may say what it likes; SO_PEERCRED has what the kernel noted at connect, first the pid, then the uid, then the gid, without a sign: README, "Who is there"'
  FAULTS=peer_id=$user:$group start server
  peer connect send 'pid=1 uid=0 gid=0\n' expect "pid=\\p uid=$user gid=$group\\n" \
    send 'pid=1\n' expect "pid=\\p uid=$user gid=$group\\n"
  likely wrong-bytes 'the ids are those of the client that asks: look at each connection anew: README, "Who is there"'
  peer connect send 'x\n' expect "pid=\\p uid=$user gid=$group\\n"
}

# bats test_tags=id:many-clients,points:1
@test "any number of clients are served, however they leave, and no descriptor is left open" {
  local before count many class
  draw count 1030 1100
  draw many 66 90
  place
  start server
  peer connect send 'x\n' lines 1 close
  for class in refused reset eof hung; do
    likely $class 'the listening socket stays open; its queue holds the clients that wait for their turn: README of lab 01, "One after the other"'
  done
  # Another test is about a program that a stop disturbs.
  if aside peer freeze connect thaw send 'x\n' lines 1 close; then
    peer freeze connect as B connect thaw as A send 'x\n' lines 1 close as B send 'x\n' lines 1 close
  else
    interrupt server KILL
    finish server
    rm -f "$SOCKET"
    start server
  fi
  likely leak 'each accept opens a descriptor; close it when its client has gone: README of lab 01, "One after the other"'
  before=$(descriptors)
  peer times 40 connect send 'x\n' lines 1 close
  no_more_descriptors "$before" 40
  likely exited 'serve as many clients as come; nothing may fill up with them: README, "Exercise"'
  peer times "$count" connect send 'x\n' lines 1 close
  likely leak 'a client can pass a descriptor along; recv drops it, and what recvmsg gives is yours to close: SCM_RIGHTS in unix(7)'
  peer times 20 connect pass 'x\n' lines 1 close
  no_more_descriptors "$before" 60
  likely leak 'if send or recv fails because the client has gone, close its connection too: README of lab 01, "A client that dies"'
  likely sigpipe 'SIGPIPE kills a program that sends to a client which has gone, unless it uses MSG_NOSIGNAL, as send_all does: README of lab 01, "A client that dies"'
  likely exited 'a client that has gone is no reason to end: close its connection, and accept the next one: README of lab 01, "A client that dies"'
  for class in refused reset eof hung; do
    likely $class 'a client that has gone gives back all that it took, its place in a list too, whichever call tells of it: README of lab 01, "A client that dies"'
  done
  # This client does not read, so already the first send to it fails. The next one leaves an answer
  # unread, so the server's recv may fail (ECONNRESET).
  peer times 20 connect deaf send '1\n2\n3\n' close
  peer times 20 connect send 'x\n' expect 'pid=' close
  peer times 20 connect send 'x' close
  peer connect send 'x\n' lines 1 close
  no_more_descriptors "$before" 80
  # Many at once, if its queue has room for those that it may let wait.
  if (($(room) >= many)); then
    for class in eof reset hung; do
      likely $class 'however many clients are connected, each gets its answers, at once or in its turn: README, "Exercise"'
    done
    peer times "$many" as 'no. \d' connect send 'x\n' end times "$many" as 'no. \d' lines 1 close end
  fi
  still_serving
}

# bats test_tags=id:mode,points:1
@test "the file has mode 0600 from its first moment, at any umask" {
  local mask
  draw mask 0 511
  place
  likely moment 'bind makes the file, so the umask must be right before it: README, "The mode of a socket file"'
  likely mode 'bind makes the file with the mode 0777 less the umask: README, "The mode of a socket file"'
  has_mode_at 0000
  rm "$SOCKET"
  # Without the owner's right to write, and then once more on the file that a server has left.
  has_mode_at "$(printf '%04o' $((mask | 0200)))"
  has_mode_at 0000
}

# has_mode_at UMASK - starts a server with that umask, and kills it. Its file must have mode 0600, both as soon
# as bind has made it and when the server listens. Whether it starts where a file is left is not asked here.
has_mode_at() {
  local mode left
  left=$(file_at "$SOCKET")
  umask "$1"
  FAULTS=stop_bind=1 launch server
  umask 022
  told "set the umask to $1, started ./server -s $SOCKET" "running"
  wait_until stopped_or_done || true
  if is_stopped "${PID[server]}" && [[ -e $SOCKET ]]; then
    mode=$(stat -c %04a "$SOCKET")
    told "stopped it when bind() had returned" "the file has mode $mode"
    [[ $mode == 0600 ]] || fail_check moment "mode 0600" "mode $mode, for a moment at least"
  fi
  interrupt server CONT
  wait_until server_is_up_or_gone || true
  running "${PID[server]}" || [[ $left != socket* ]] || return 0
  running "${PID[server]}" || fail_with_death "a server that listens on $SOCKET" no-bind
  mode=$(stat -c %04a "$SOCKET" 2>&1) || true
  told "let it go on" "the file has mode $mode"
  [[ $mode == 0600 ]] || fail_check mode "mode 0600" "mode $mode"
  interrupt server KILL
  finish server
}

# The server is stopped in bind, or listens without having stopped there, or has ended.
stopped_or_done() {
  server_is_up_or_gone || is_stopped "${PID[server]}"
}

# bats test_tags=id:stale,points:1
@test "starts again although a killed server has left its file" {
  local idle clean after
  place
  start server
  peer connect send 'x\n' lines 1 close
  # If the end of a client's stream is no end to it, that is told elsewhere.
  aside peer connect send 'x\n' lines 1 shut eof || true
  clean=$(descriptors)
  interrupt server KILL
  finish server
  told "killed the server with SIGKILL" "it left $(file_at "$SOCKET" | sed 's/,.*//')"
  likely no-bind 'the file outlives its server, and bind finds the name taken; if nobody listens there, unlink it and bind again: README, "The stale file"'
  start server
  peer connect send 'x\n' lines 1 close
  likely leak 'the socket that looked whether a server is alive is to be closed, and one that could not bind: README, "Exercise"'
  idle=$(idle_sockets)
  told "looked at the server's descriptors" "$idle unused"
  ((idle == 0)) || fail_check leak "only sockets that listen or are connected" "$idle more"
  likely leak 'what a look at the file has opened is to be closed, too: README, "Exercise"'
  wait_until fewer_descriptors $((clean + 1)) || {
    after=$(descriptors)
    told "counted the server's open descriptors" "$after"
    fail_check leak "$clean, as when no file was there" "$after"
  }
}

# bats test_tags=id:live,points:1
@test "a live server and its file are left alone, whatever its state, mode and type" {
  place
  FAULTS=backlog=1 start server
  likely stolen 'unlink does not check whether a server is alive; check first, with connect: README, "Stale or alive"'
  likely status 'a server is alive at that name: say so, and end with status 1: README, "Stale or alive"'
  likely exited 'the second server was a client that left at once; that is no reason to end: README, "Stale or alive"'
  refuses "$SOCKET"
  still_serving
  peer connect send 'x\n' lines 1 close
  likely stolen 'one file may have many paths; do not look for its name in a list, ask the kernel with connect: README, "Stale or alive"'
  refuses "$PLACE/./${SOCKET##*/}"
  likely stolen 'connect fails for many reasons, and only ECONNREFUSED means that nobody listens: README, "Stale or alive"'
  likely stuck 'if the queue of a server is full, connect waits; with SOCK_NONBLOCK it does not wait, and fails with EAGAIN: README, "Stale or alive"'
  chmod 0400 "$SOCKET"
  told "took away the right to connect to the live server" "mode 0400"
  refuses "$SOCKET"
  chmod 0600 "$SOCKET"
  held dgram "$PLACE/letters"
  told "bound a datagram socket to $PLACE/letters" "done"
  refuses "$PLACE/letters"
  held seqpacket "$PLACE/records"
  told "let a SOCK_SEQPACKET socket listen at $PLACE/records" "done"
  refuses "$PLACE/records"
  # Until it has really stopped, it may still accept a client.
  interrupt server STOP
  wait_until is_stopped "${PID[server]}"
  told "stopped the live server, so that it accepts nobody" "done"
  peer connect as B connect
  refuses "$SOCKET"
}

# bats test_tags=id:not-a-socket,points:1
@test "what is not a socket is left alone" {
  local text
  draw_word text 40
  place
  start server
  likely status 'bind cannot have that name: say so, and end with status 1: README, "Stale or alive"'
  likely stuck 'look with lstat at what is there; do not open it: README, "Stale or alive"'
  likely stolen 'connect fails with ECONNREFUSED for a file of any kind, and unlink would remove it; look at its type first (S_ISSOCK): README, "Stale or alive"'
  echo "$text" >"$PLACE/thesis"
  refuses "$PLACE/thesis"
  [[ $(<"$PLACE/thesis") == "$text" ]] || fail_check stolen "the file as it was" "another content"
  mkdir "$PLACE/folder"
  refuses "$PLACE/folder"
  mkfifo "$PLACE/pipe"
  refuses "$PLACE/pipe"
  likely stolen 'a symbolic link is not a socket, whatever it leads to: lstat looks at the link itself, stat does not: README, "Stale or alive"'
  held stream "$PLACE/stale"
  held killed
  ln -s "$PLACE/stale" "$PLACE/link"
  told "made a symbolic link to a stale socket" "$PLACE/link"
  refuses "$PLACE/link"
}

# bats test_tags=id:too-long,points:1
@test "a path may have 107 bytes; a longer one is an error, and makes no file" {
  local long more extra small
  draw more 1 60
  draw small 3 15
  place
  printf -v extra '%0200d' 0
  SOCKET+=${extra:0:107-${#SOCKET}}
  likely no-bind 'sun_path has 108 bytes, with the NUL at the end: README, "108 bytes"'
  start server
  peer connect send 'x\n' lines 1 close
  likely any 'sun_path has 108 bytes; check the length before you copy, and cut nothing off: README, "108 bytes"'
  mkdir "$PLACE/d"
  for more in 0 "$more" 130; do
    long=$PLACE/d/${extra:0:108+more-2-${#PLACE}-1}
    told "tried a longer path" "${#long} bytes"
    refuses "$long" "$PLACE/d"
  done
  # As a number in a byte, the length is that of another path in this folder.
  long=$PLACE/d/${extra:0:100}
  mkdir "$long"
  long+=/${extra:0:256-101+small}
  told "tried a longer path" "${#long} bytes"
  FOLDER=$PLACE/d refuses "$long" "$PLACE/d"
}

# ends_well - the server ends in good order, and its file has gone.
ends_well() {
  finish server
  told "waited for the end of the server" "status $STATUS"
  ((STATUS <= 128)) || fail_check killed "status 0" "it died by the signal, and left $(file_at "$SOCKET" | sed 's/,.*//')"
  ((STATUS == 0)) || fail_check status "status 0" "status $STATUS"
  [[ ! -e $SOCKET ]] || fail_check left "no file at $SOCKET" "the file is still there"
}

# bats test_tags=id:goodbye,points:1
@test "at SIGTERM and at SIGINT it removes its file and ends with status 0, whatever it is doing" {
  local name
  place
  likely left 'close does not remove the file; the server that made it must unlink it: README, "The stale file"'
  likely status 'the signal asks the server to end in good order, with status 0: README, "The stale file"'
  for name in TERM INT; do
    likely killed "SIG$name ends a program at once, unless it handles the signal (stop_on_signals in io.h): README, \"The stale file\""
    likely endless 'a signal interrupts a call that waits (EINTR) only if its handler has no SA_RESTART; then look whether it is time to end: README, "The stale file"'
    start server
    peer connect send 'x\n' lines 1 close signal "$name"
    ends_well
  done
  # It waits for what a client sends, and then for one that does not read.
  likely endless 'the server may be waiting for a client just then; recv and send fail with EINTR too, and then it is time to end: README, "The stale file"'
  start server
  peer connect send 'x\n' lines 1 signal TERM
  ends_well
  start server
  peer connect send "$(times 2000 '\n')" signal INT
  ends_well
}
