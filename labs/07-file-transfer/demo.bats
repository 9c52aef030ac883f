#!/usr/bin/env bats
# Lab 07's programs behave as its README says, failures included. scripts/lib/behaviour.bash defines the words.
# tools: gnuplot script
load ../../scripts/lib/behaviour.bash

SMALL=$BATS_TEST_DIRNAME/Makefile # a file to send; not in the folder of the programs, which may be another one
THANKS='sender: the receiver answered "Gracias"'

# place - a folder of this test's own: IN. COPY is the final name.
place() {
  IN=$BATS_TEST_TMPDIR/in COPY=$BATS_TEST_TMPDIR/in/copy
  mkdir -p "$IN"
}

# receive [ARGUMENT...] - starts the receiver, for $COPY, and waits until it listens.
receive() {
  [[ -n ${IN-} ]] || place
  start receiver ./receiver -o "$COPY" "$@"
  await receiver 'listening on 127\.0\.0\.1:5007'
}

# naive - the same with the naive receiver.
naive() {
  place
  start naive ./naive -o "$COPY"
  await naive 'listening on 127\.0\.0\.1:5007'
}

# traced ROLE - sets TRACED to the process that this strace runs. When strace is killed, that one goes on.
traced() {
  TRACED=''
  read -r TRACED _ <"/proc/${PID[$1]}/task/${PID[$1]}/children" || true # it has no newline
} 2>/dev/null

# stop_traced - ends the receiver that strace runs.
stop_traced() {
  traced receiver
  [[ -z $TRACED ]] || kill "${1:--TERM}" "$TRACED" 2>/dev/null || true
  wait_until has_ended receiver
  wait "${PID[receiver]}" || true
  unset "PID[receiver]"
}

teardown() {
  [[ -z ${PID[receiver]-} ]] || { traced receiver && [[ -z $TRACED ]] || kill -KILL "$TRACED"; } 2>/dev/null || true
  kill_started
  ! mountpoint -q "${IN-/none}" || umount -l "$IN"
}

# numbers LENGTH FILE - makes a file of that many bytes, numbers in lines.
numbers() {
  head -c "$1" < <(seq -f %07.0f 0 $(($1 / 8))) >"$2"
}

# raw TEXT - is a sender that sends these bytes (as printf %b takes them) and ends its stream; prints what comes back.
raw() {
  printf %b "$1" | nc -N -w 5 127.0.0.1 5007
}

# holds TEXT - the final name has exactly this text, and nothing else is in the folder.
holds() {
  assert_equal "$(<"$COPY")" "$1"
  assert_equal "$(ls -A "$IN")" copy
}

# notes_sender FILE - a sender as course notes write it: 4 bytes, the file, and one answer; prints that.
notes_sender() {
  local size
  size=$(stat -c %s "$1")
  { printf '%b' "$(printf '\\x%02x' $((size >> 24)) $((size >> 16 & 255)) $((size >> 8 & 255)) $((size & 255)))" &&
    cat "$1"; } | nc -w 5 127.0.0.1 5007
}

# notes_receiver LENGTH [ANSWER] - starts the other end as `other`: it takes so many bytes, header included, into the
# file `got`, answers, and closes.
notes_receiver() {
  start other socat TCP-LISTEN:5007,bind=127.0.0.1,reuseaddr \
    SYSTEM:"head -c $1 >'$BATS_TEST_TMPDIR/got'; printf '%s' '${2-Gracias}'"
  wait_until other_listens
}

other_listens() {
  ss -Htln sport = 5007 | grep -q .
}

# --- the protocol ---

@test "each way to send meets each way to receive, and the file is the same" {
  local way how size
  place
  for how in read splice; do
    receive -w "$how"
    for way in read sendfile splice; do
      for size in 0 1 100000; do
        numbers "$size" "$BATS_TEST_TMPDIR/file"
        run ./sender -w "$way" "$BATS_TEST_TMPDIR/file"
        assert_success
        assert_line "sender: announced $size bytes"
        assert_line "sender: sent $size bytes by $way"
        assert_line "$THANKS"
        cmp "$BATS_TEST_TMPDIR/file" "$COPY"
      done
    done
    stop receiver
  done
  assert_equal "$(ls -A "$IN")" copy
}

@test "buffers of any size: one byte a call, or a number that fits nowhere" {
  local size
  place
  numbers 5000 "$BATS_TEST_TMPDIR/file"
  for size in 1 333 4097; do
    receive -b "$size" -w splice
    for way in read sendfile splice; do
      ./sender -b "$size" -w "$way" "$BATS_TEST_TMPDIR/file"
      cmp "$BATS_TEST_TMPDIR/file" "$COPY"
    done
    stop receiver
  done
}

@test "a sender of the notes: 4 bytes, the file, no half-close; it is told Gracias, and the stream ends" {
  receive
  numbers 70000 "$BATS_TEST_TMPDIR/file"
  run notes_sender "$BATS_TEST_TMPDIR/file"
  assert_success
  assert_output Gracias
  cmp "$BATS_TEST_TMPDIR/file" "$COPY"
}

@test "a receiver of the notes: it gets 4 bytes and the file, and answers before it closes" {
  numbers 70000 "$BATS_TEST_TMPDIR/file"
  notes_receiver 70004
  run ./sender "$BATS_TEST_TMPDIR/file"
  assert_success
  assert_line "$THANKS"
  finish other
  cmp <(printf '\0\1\x11\x70' && cat "$BATS_TEST_TMPDIR/file") "$BATS_TEST_TMPDIR/got"
}

@test "the sender goes on only with exactly Gracias" {
  local answer
  for answer in '' Graci gracias 'De nada'; do
    notes_receiver "$(($(stat -c %s "$SMALL") + 4))" "$answer"
    run ./sender "$SMALL"
    assert_failure 1
    assert_output --partial 'no thanks: the receiver closed, so it may have kept nothing'
    finish other
  done
}

@test "header and body in pieces, byte by byte" {
  receive
  make -s -C "$LABS_ROOT/scripts/grader"
  run "$LABS_ROOT/.build/grader/peer" 127.0.0.1:5007 connect drip '\0\0\0\x05hello' expect Gracias eof
  assert_success
  holds hello
}

# --- what goes wrong ---

@test "the naive receiver: a first byte alone is a length of 0, an empty file, and thanks" {
  naive
  echo old >"$COPY"
  make -s -C "$LABS_ROOT/scripts/grader"
  run "$LABS_ROOT/.build/grader/peer" 127.0.0.1:5007 connect send '\0' heard expect Gracias
  assert_success
  finish naive
  assert_equal "$(stat -c %s "$COPY")" 0
  await naive 'received 0 of 0 bytes'
}

@test "the naive receiver runs for ever after a sender that died, and sleeps for ever at a silent one" {
  naive
  raw '\0\0\0\5hel'
  wait_until state_is R
  interrupt naive KILL
  finish naive 137
  naive
  exec {silent}<>/dev/tcp/127.0.0.1/5007
  printf '\0\0\0\5hel' >&"$silent"
  await naive '5 bytes announced'
  wait_until state_is S
  interrupt naive KILL
  finish naive 137
}

state_is() {
  [[ $(ps -o s= -p "${PID[naive]}") == "$1" ]]
}

@test "the end of the stream, anywhere: the old file stays, nothing else is left, no thanks" {
  local text
  place
  printf old >"$COPY"
  receive
  for text in '' '\0' '\0\0\0' '\0\0\0\5' '\0\0\0\5h' '\0\0\0\5hell'; do
    run raw "$text"
    assert_success
    assert_output ''
  done
  raw '\0\0\0\5hel' # served after all of the others
  holds old
  run cat "$(out receiver)"
  assert_line 'receiver: lost the sender inside the header, after 3 bytes of it: end of stream'
  assert_line 'receiver: lost the sender after 0 of 5 bytes: end of stream'
  assert_line 'receiver: lost the sender after 4 of 5 bytes: end of stream'
  assert_equal "$(raw '\0\0\0\3new')" Gracias
  holds new
}

@test "a reset in the body is an event, and the next sender is served" {
  receive
  make -s -C "$LABS_ROOT/scripts/grader"
  "$LABS_ROOT/.build/grader/peer" 127.0.0.1:5007 connect send '\0\0\0\x05hel' heard reset
  await receiver 'lost the sender after 3 of 5 bytes: ECONNRESET'
  assert_equal "$(raw '\0\0\0\3new')" Gracias
  holds new
}

@test "a silent sender is left after -t, in the header and in the body" {
  local fd
  receive -t 2
  exec {fd}<>/dev/tcp/127.0.0.1/5007
  printf '\0' >&"$fd"
  await receiver 'lost the sender inside the header, after 1 bytes of it: silent for 2 s'
  exec {fd}>&-
  exec {fd}<>/dev/tcp/127.0.0.1/5007
  printf '\0\0\0\5hel' >&"$fd"
  await receiver 'lost the sender after 3 of 5 bytes: silent for 2 s'
  exec {fd}>&-
  assert_equal "$(ls -A "$IN")" ''
}

@test "a receiver that stops reading is left after -t, however the sender sends" {
  local way
  place
  truncate -s 100M "$BATS_TEST_TMPDIR/file"
  receive
  interrupt receiver STOP
  for way in read sendfile splice; do
    run timeout -k 1 "$DEADLINE" ./sender -t 1 -w "$way" "$BATS_TEST_TMPDIR/file"
    assert_failure 1
    assert_output --regexp 'sender: gave up after [0-9]+ of 104857600 bytes: silent for 1 s'
  done
  interrupt receiver CONT
  stop receiver
  assert_equal "$(ls -A "$IN")" ''
}

@test "a receiver that is gone ends the sender with an error, not by SIGPIPE" {
  local way
  truncate -s 100M "$BATS_TEST_TMPDIR/file"
  for way in read sendfile splice; do
    receive -l 1000
    run ./sender -w "$way" "$BATS_TEST_TMPDIR/file"
    assert_failure 1
    assert_output --regexp '(gave up after [0-9]+ of 104857600 bytes|no thanks): (ECONNRESET|EPIPE)'
    await receiver 'at most 1000 bytes allowed: closing'
    stop receiver
  done
  run ./sender "$SMALL"
  assert_failure 1
  assert_output --partial '[ECONNREFUSED]'
}

@test "a file that becomes shorter while it is sent: the sender says so, and the receiver keeps nothing" {
  local way
  receive
  for way in read sendfile splice; do
    truncate -s 100M "$BATS_TEST_TMPDIR/file"
    interrupt receiver STOP # so that the sender cannot finish
    start sender ./sender -w "$way" "$BATS_TEST_TMPDIR/file"
    await sender 'announced 104857600 bytes'
    wait_until sender_waits
    truncate -s 1000 "$BATS_TEST_TMPDIR/file"
    interrupt receiver CONT
    finish sender 1
    await sender 'the file has become shorter: sent [0-9]+ of 104857600 bytes'
  done
  await receiver 'lost the sender'
  stop receiver
  assert_equal "$(ls -A "$IN")" ''
}

# True if the sender waits for room in its socket.
sender_waits() {
  (($(ss -Htn dport = 5007 | awk '{print $3}') > 0)) && [[ $(ps -o s= -p "${PID[sender]}") == S ]]
}

# --- lengths ---

@test "a length over -l is refused at once, also ff ff ff ff" {
  receive -l 5
  assert_equal "$(raw '\0\0\0\5hello')" Gracias
  holds hello
  assert_equal "$(raw '\0\0\0\6')" ''
  await receiver 'at most 5 bytes allowed: closing'
  assert_equal "$(raw '\377\377\377\377')" ''
  await receiver '4294967295 bytes announced'
  holds hello
}

@test "a file of 4 GiB does not fit into 4 bytes; with -c it does, and what came of it is kept" {
  local big=$BATS_TEST_TMPDIR/big
  truncate -s 4294967295 "$big"
  run ./sender "$big"
  assert_failure 1
  assert_output --partial "$big: 4294967295 bytes are more than 4 bytes can announce: use -c"
}

@test "memory stays flat, however long the file is" {
  local peak
  truncate -s 300M "$BATS_TEST_TMPDIR/file"
  receive -n
  for way in read sendfile splice; do
    ./sender -w "$way" "$BATS_TEST_TMPDIR/file"
  done
  stop receiver
  receive -n -w read
  ./sender "$BATS_TEST_TMPDIR/file"
  peak=$(awk '/^VmHWM:/ {print $2}' "/proc/${PID[receiver]}/status")
  [[ -n ${SAN-} ]] || ((peak < 20000)) || fail "the receiver took $peak KiB"
}

@test "what is no file cannot be sent, and what is no file is not replaced" {
  run ./sender /dev/zero
  assert_failure 1
  assert_output --partial '/dev/zero: not a file'
  run ./sender "$BATS_TEST_TMPDIR"
  assert_failure 1
  run ./sender /nowhere
  assert_failure 1
  assert_output --partial 'open /nowhere: No such file or directory [ENOENT]'
  for name in /dev/null "$BATS_TEST_TMPDIR" /nowhere/file ''; do
    run ./receiver -o "$name"
    assert_failure 2
    assert_output --partial "-o '$name': a file's name, in a folder that is there"
  done
}

# --- whole or not at all ---

@test "killed at every system call in turn: the final name has the old file or the whole new one" {
  local calls=$BATS_TEST_TMPDIR/calls name count turn tested=0
  place
  numbers 3000 "$BATS_TEST_TMPDIR/file"
  printf old >"$COPY"
  # First the calls of a whole transfer, by name.
  ASAN_OPTIONS=detect_leaks=0 start receiver strace -o "$calls" ./receiver -b 1000 -o "$COPY"
  await receiver listening
  ./sender "$BATS_TEST_TMPDIR/file"
  await receiver 'synced and renamed'
  stop_traced
  cmp "$BATS_TEST_TMPDIR/file" "$COPY"
  while read -r count name; do
    # Those before the receiver listens, and those that no kill meets, are left out.
    [[ $name =~ ^(accept|setsockopt|recvfrom|openat|flock|fstat|newfstatat|ftruncate|lseek|pipe2|fcntl|splice|write|fsync|renameat|sendto|close|clock_gettime)$ ]] ||
      continue
    for ((turn = 1; turn <= count; turn++)); do
      rm -f "$IN"/.copy.part
      printf old >"$COPY"
      ASAN_OPTIONS=detect_leaks=0 start receiver strace -qq -o /dev/null -e "inject=$name:signal=KILL:when=$turn" ./receiver -b 1000 -o "$COPY"
      wait_until listens_or_ended
      ./sender -t 5 "$BATS_TEST_TMPDIR/file" >/dev/null 2>&1 || true
      traced receiver
      [[ -n $TRACED ]] || tested=$((tested + 1))
      stop_traced -KILL
      [[ $(<"$COPY") == old ]] || cmp "$BATS_TEST_TMPDIR/file" "$COPY" ||
        fail "killed at call $turn of $name, half a file: $(stat -c %s "$COPY") bytes"
      assert_equal "$(find "$IN" -mindepth 1 ! -name copy ! -name .copy.part)" ''
    done
  done < <(sed -nE 's/^([a-z0-9_]+)\(.*/\1/p' "$calls" | sort | uniq -c)
  ((tested >= 20)) || fail "only $tested kills were met"
}

listens_or_ended() {
  other_listens || has_ended receiver
}

@test "a full disk: no thanks, the old file stays, the part is removed, and the next sender is served" {
  local way
  place
  mount -t tmpfs -o size=1m none "$IN"
  numbers 1500000 "$BATS_TEST_TMPDIR/file"
  for way in read splice; do
    printf old >"$COPY"
    receive -w "$way"
    run ./sender "$BATS_TEST_TMPDIR/file"
    assert_failure 1
    await receiver 'cannot write after [0-9]+ of 1500000 bytes: ENOSPC'
    holds old
    ./sender "$SMALL"
    cmp "$SMALL" "$COPY"
    stop receiver
  done
}

@test "a limit on the size of files is an error, not SIGXFSZ" {
  local way
  place
  numbers 10000 "$BATS_TEST_TMPDIR/file"
  printf old >"$COPY"
  for way in read splice; do
    start receiver bash -c "ulimit -f 4; exec ./receiver -w $way -o '$COPY'"
    await receiver listening
    run ./sender "$BATS_TEST_TMPDIR/file"
    assert_failure 1
    await receiver 'cannot write after [0-9]+ of 10000 bytes: EFBIG'
    holds old
    assert_equal "$(raw '\0\0\0\3old')" Gracias
    stop receiver
  done
}

@test "the order: fsync of the part, rename, fsync of the folder, Gracias" {
  place
  ASAN_OPTIONS=detect_leaks=0 start receiver strace -e trace=fsync,renameat,sendto -o "$BATS_TEST_TMPDIR/calls" ./receiver -o "$COPY"
  await receiver listening
  ./sender "$SMALL"
  stop_traced
  run sed -nE 's/^(fsync|renameat|sendto)\(([0-9]+).*/\1 \2/p' "$BATS_TEST_TMPDIR/calls"
  assert_output "fsync 6
renameat 5
fsync 5
sendto 4"
}

@test "a disk that fails when it is synced: no thanks" {
  place
  printf old >"$COPY"
  ASAN_OPTIONS=detect_leaks=0 start receiver strace -qq -o /dev/null -e inject=fsync:error=EIO:when=1 ./receiver -o "$COPY"
  await receiver listening
  run ./sender "$SMALL"
  assert_failure 1
  await receiver 'cannot keep .*/copy: EIO'
  holds old
  stop_traced
}

@test "a second receiver does not write into the part of the first" {
  local fd
  receive
  exec {fd}<>/dev/tcp/127.0.0.1/5007
  printf '\0\0\0\5hel' >&"$fd"
  await receiver '5 bytes announced'
  start second ./receiver -p 5107 -o "$COPY"
  await second listening
  run ./sender -p 5107 "$SMALL"
  assert_failure 1
  await second 'cannot write beside .*/copy: EAGAIN'
  printf lo >&"$fd"
  await receiver 'all 5 bytes'
  exec {fd}>&-
  holds hello
  ./sender -p 5107 "$SMALL"
  cmp "$SMALL" "$COPY"
}

@test "what is left in the pipe of one transfer does not reach the next" {
  place
  mount -t tmpfs -o size=1m none "$IN"
  numbers 1500000 "$BATS_TEST_TMPDIR/file"
  receive -w splice
  ./sender "$BATS_TEST_TMPDIR/file" || true
  assert_equal "$(raw '\0\0\0\3new')" Gracias
  holds new
}

@test "SIGTERM in the middle of a transfer: the part is removed" {
  local fd
  receive
  exec {fd}<>/dev/tcp/127.0.0.1/5007
  printf '\0\0\0\5hel' >&"$fd"
  await receiver '5 bytes announced'
  wait_until part_has 3
  stop receiver
  exec {fd}>&-
  await receiver 'lost the sender after 3 of 5 bytes: asked to stop'
  assert_equal "$(ls -A "$IN")" ''
}

part_has() {
  [[ $(stat -c %s "$IN"/.copy*part) == "$1" ]]
}

# --- -c ---

# cut_after BYTES - the sender begins with -c, and the receiver keeps that many bytes.
cut_after() {
  start receiver bash -c "ulimit -f $(($1 / 1024)); exec ./receiver -c -w read -b 1024 -o '$COPY'"
  await receiver listening
  run ./sender -c "$BATS_TEST_TMPDIR/file"
  assert_failure 1
  await receiver "cannot write after $1 of"
  stop receiver
}

@test "-c: only the rest is sent, and the file is right" {
  place
  printf old >"$COPY"
  numbers 10000 "$BATS_TEST_TMPDIR/file"
  cut_after 4096
  assert_equal "$(<"$COPY")" old
  assert_equal "$(find "$IN" -name '.copy.*.part' -size 4096c | wc -l)" 1
  receive -c
  run ./sender -c "$BATS_TEST_TMPDIR/file"
  assert_success
  assert_line 'sender: the receiver has 4096 of them'
  assert_line 'sender: sent 5904 bytes by sendfile'
  cmp "$BATS_TEST_TMPDIR/file" "$COPY"
  assert_equal "$(ls -A "$IN")" copy
}

@test "-c: another file begins anew, and the part of the first waits" {
  place
  numbers 10000 "$BATS_TEST_TMPDIR/file"
  cut_after 4096
  receive -c
  run ./sender -c "$SMALL"
  assert_success
  assert_line 'sender: the receiver has 0 of them'
  cmp "$SMALL" "$COPY"
  run ./sender -c "$BATS_TEST_TMPDIR/file"
  assert_line 'sender: the receiver has 4096 of them'
  cmp "$BATS_TEST_TMPDIR/file" "$COPY"
}

@test "-c: a part with a wrong byte is found by its SHA-256 and thrown away; then all is sent anew" {
  place
  printf old >"$COPY"
  numbers 10000 "$BATS_TEST_TMPDIR/file"
  cut_after 4096
  printf X | dd of="$(echo "$IN"/.copy.*.part)" conv=notrunc status=none
  receive -c
  run ./sender -c "$BATS_TEST_TMPDIR/file"
  assert_failure 1
  await receiver 'not the file that was announced: threw it away'
  holds old
  run ./sender -c "$BATS_TEST_TMPDIR/file"
  assert_line 'sender: the receiver has 0 of them'
  cmp "$BATS_TEST_TMPDIR/file" "$COPY"
}

@test "-c: a part that is whole already, or longer than the file" {
  local part
  place
  numbers 10000 "$BATS_TEST_TMPDIR/file"
  cut_after 4096
  part=$(echo "$IN"/.copy.*.part)
  receive -c
  cp "$BATS_TEST_TMPDIR/file" "$part"
  run ./sender -c "$BATS_TEST_TMPDIR/file"
  assert_success
  assert_line 'sender: the receiver has 10000 of them'
  cmp "$BATS_TEST_TMPDIR/file" "$COPY"
  numbers 10008 "$part"
  run ./sender -c "$BATS_TEST_TMPDIR/file"
  assert_success
  assert_line 'sender: the receiver has 0 of them'
  cmp "$BATS_TEST_TMPDIR/file" "$COPY"
}

@test "-c on one side only: the old protocol still works, or the sender says what is missing" {
  receive -c
  run ./sender "$SMALL"
  assert_success
  cmp "$SMALL" "$COPY"
  stop receiver
  receive -t 1
  run ./sender -c "$SMALL"
  assert_failure 1
  assert_output --partial 'does the receiver have -c, too?'
}

# --- what is printed ---

@test "-s: both sides print what sha256sum prints" {
  local sum
  receive -s
  sum=$(sha256sum "$SMALL")
  run ./sender -s "$SMALL"
  assert_line "sender: SHA-256 ${sum%% *}"
  await receiver "^receiver: SHA-256 ${sum%% *}\$"
}

@test "-n keeps nothing" {
  receive -n
  run ./sender "$SMALL"
  assert_line "$THANKS"
  await receiver 'bytes came, none kept'
  stop receiver
  receive -n -c
  run ./sender -c "$SMALL"
  assert_line "$THANKS"
  assert_equal "$(ls -A "$IN")" ''
}

@test "the bar is there on a terminal, and only there" {
  receive
  truncate -s 30M "$BATS_TEST_TMPDIR/file"
  ./sender "$BATS_TEST_TMPDIR/file" >/dev/null 2>"$BATS_TEST_TMPDIR/plain"
  assert_equal "$(<"$BATS_TEST_TMPDIR/plain")" ''
  script -qec "./sender '$BATS_TEST_TMPDIR/file'" /dev/null >"$BATS_TEST_TMPDIR/screen" </dev/null
  run tr '\r' '\n' <"$BATS_TEST_TMPDIR/screen"
  assert_line --regexp '^\[#{20}\] 100%  31\.5 MB of 31\.5 MB  .*/s'
}

@test "the picture: a rate for each size, and the same for all ways as SVG" {
  builtin type gnuplot || skip "there is no gnuplot: scripts/setup gnuplot installs it"
  cp sender receiver "$BATS_TEST_TMPDIR"
  sed 's/^SIZES=.*/SIZES=(4096 65536)/; s/^MEGABYTES=.*/MEGABYTES=8/; s/^TURNS=.*/TURNS=1/' "$BATS_TEST_DIRNAME/picture.sh" >"$BATS_TEST_TMPDIR/picture.sh"
  chmod +x "$BATS_TEST_TMPDIR/picture.sh"
  cd "$BATS_TEST_TMPDIR" || return
  mkdir -p labs/07-file-transfer
  LAB_DIR=$BATS_TEST_TMPDIR/labs/07-file-transfer run ./picture.sh
  assert_success
  assert_line --regexp '^ +4096  \|#* *\| +[1-9][0-9]*$'
  assert_line --regexp '^ +65536  \|#* *\| +[1-9][0-9]*$'
  assert_line 'all three ways: .build/07-file-transfer/speed.svg'
  run tail -n 2 .build/07-file-transfer/speed.svg
  assert_output --partial '</svg>'
}

@test "-v prints the calls, -p 0 lets the kernel choose the port" {
  local port
  place
  start receiver ./receiver -v -p 0 -o "$COPY"
  await receiver 'listening on 127\.0\.0\.1:[1-9][0-9]*, for '
  port=$(sed -nE 's/.*listening on 127\.0\.0\.1:([0-9]+),.*/\1/p' "$(out receiver)")
  run ./sender -v -p "$port" -w read "$SMALL"
  assert_success
  assert_line --regexp '^sender\| read\([0-9]+, [0-9]+ bytes\) = [0-9]+$'
  await receiver '^receiver\| renameat\("\.copy\.part", "copy"\) = 0$'
}

@test "usage errors name the value and the range" {
  local program
  for program in ./sender ./receiver ./naive; do
    run "$program" -h
    assert_success
    assert_line --index 0 --partial 'usage: '
    run "$program" -p 65536
    assert_failure 2
    assert_output --partial "-p '65536'"
  done
  run ./sender -w fast "$SMALL"
  assert_failure 2
  assert_output --partial "-w 'fast': the way is read, sendfile or splice"
  run ./receiver -w sendfile
  assert_failure 2
  assert_output --partial "-w 'sendfile': the way is read or splice"
  for bad in '-b 0' '-b 1048577' '-t 0' '-t 3601'; do
    # shellcheck disable=SC2086 # words
    run ./sender $bad "$SMALL"
    assert_failure 2
    # shellcheck disable=SC2086
    run ./receiver $bad
    assert_failure 2
  done
  run ./sender
  assert_failure 2
  assert_output --partial 'name one file'
  run ./sender one two
  assert_failure 2
  run ./receiver extra
  assert_failure 2
}

@test "a system call that fails is named, with status 1" {
  place
  cd "$IN" || return
  cp "$SMALL" file
  local bin=${LAB_BIN:-$BATS_TEST_DIRNAME}
  dies_of fail_socket=1 'receiver: listen on 127.0.0.1:5007' "$bin/receiver"
  dies_of fail_listen=1 'receiver: listen on 127.0.0.1:5007' "$bin/receiver"
  dies_of fail_accept=1 'receiver: accept' "$bin/receiver"
  dies_of fail_socket=1 'sender: connect 127.0.0.1:5007' "$bin/sender" file
  cd "$bin" || return
  receive
  dies_of fail_setsockopt=1 'sender: setsockopt SO_RCVTIMEO' ./sender "$IN/file"
  stop receiver
}
