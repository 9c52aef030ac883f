#!/usr/bin/env bats
# The checks of lab 07's exercise, the careful receiver: ten points. scripts/grader/check.bash has the words.
# tools: cmp
# shellcheck disable=SC2030,SC2031,SC2154  # each test sets its own; draw and draw_word set variables by their names
load ../../../scripts/grader/check.bash

# place [SIZE] - makes a folder of this test's own, on a disk of SIZE if given, for a FILE whose name nobody can
# know. OLD is what it holds after `old`.
place() {
  local name
  draw_word name 6
  draw_word OLD 40
  NAME=$name.bin FOLDER=$TMPDIR/$BATS_TEST_NUMBER
  [[ $BATS_TEST_TMPDIR != */beside.* ]] || FOLDER+=.${BATS_TEST_TMPDIR##*.}
  FILE=$FOLDER/$NAME NEW=$BATS_TEST_TMPDIR/new THANKS=$BATS_TEST_TMPDIR/thanks
  mkdir "$FOLDER"
  [[ -z ${1-} ]] || mount -t tmpfs -o "size=$1" none "$FOLDER"
  printf Gracias >"$THANKS"
}

old() {
  printf '%s' "$OLD" >"$FILE"
}

# new LENGTH - makes $NEW, LENGTH bytes of numbers in lines, no two of them alike, and $NEW.in, the same as a sender
# sends it.
new() {
  local length first
  draw first 1000000 5000000
  head -c "$1" < <(seq "$first" $((first + $1 / 8))) >"$NEW"
  printf -v length '\\x%02x' $(($1 >> 24)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255))
  { printf '%b' "$length" && cat "$NEW"; } >"$NEW.in"
}

# next_server [ARGUMENT...] - ends this server and starts another one.
next_server() {
  ends_server
  start server -o "$FILE" "$@"
}

# sends - a sender sends $NEW, is thanked, and finds that the connection ends. Then the file is $NEW.
sends() {
  peer connect pump "$NEW.in" "$THANKS" eof close
  holds "$NEW"
}

# small TEXT - the same with a short text.
small() {
  local length
  printf -v length '\\0\\0\\0\\x%02x' "${#1}"
  printf '%s' "$1" >"$NEW"
  peer connect send "$length$1" expect Gracias eof close
  holds "$NEW"
}

# holds EXPECTED [WHOSE] - fails if the file is not, byte for byte, what the file EXPECTED is.
holds() {
  local size=none difference
  if cmp -s "$1" "$FILE"; then return; fi
  [[ ! -e $FILE ]] || size="$(stat -c %s "$FILE") bytes"
  [[ -n ${KILLED-} ]] || still_serving
  difference=$(cmp "$1" "$FILE" 2>&1 | sed -n 's/.* differ: /; they differ at /p') || true
  told "looked at $NAME" "${size/none/it is not there}"
  fail_check half "${2-the file that was sent}, of $(stat -c %s "$1") bytes" "${size/none/no file}$difference"
}

# unchanged - fails if the file is not what `old` has put there.
unchanged() {
  printf '%s' "$OLD" >"$BATS_TEST_TMPDIR/old"
  holds "$BATS_TEST_TMPDIR/old" "the old file"
}

# old_or_new - fails if it is neither that nor $NEW, whole.
old_or_new() {
  [[ -e $FILE && $(<"$FILE") == "$OLD" ]] || holds "$NEW" "the old file or the new one"
}

# alone - fails if something else than the file is in its folder. It may take the server a moment to remove it.
alone() {
  local all
  wait_until is_alone || {
    still_serving
    all=$(find "$FOLDER" -mindepth 1 ! -name "$NAME" -printf '%f ')
    told "listed the folder of $NAME" "$all"
    fail_check left "nothing in it but $NAME" "there is also $all"
  }
}

is_alone() {
  [[ -z $(find "$FOLDER" -mindepth 1 ! -name "$NAME") ]]
}

# as_before - the file is the old one, and alone.
as_before() {
  unchanged
  alone
}

# reaches - connects to the server, and sets FD; false if nobody listens.
reaches() {
  { exec {FD}<>"/dev/tcp/127.0.0.1/$PORT"; } 2>/dev/null
}

# dial - the same, and fails if nobody does.
dial() {
  ! reaches || return 0
  told "a sender connected" refused
  still_serving
  fail_check refused "a connection" "no connection"
}

# offer - sends all of $NEW.in, and waits for the thanks, or for the end. Sets ANSWER. Whether the server lives or
# dies meanwhile is the test's matter.
offer() {
  dial
  hand_over
}

# hand_over - the same over the connection FD.
hand_over() {
  ANSWER=''
  { cat "$NEW.in" >&"$FD"; } 2>/dev/null || true
  IFS= read -r -t "$DEADLINE" -N 7 ANSWER 2>/dev/null <&"$FD" || true
  exec {FD}>&-
}

# bats test_tags=id:saves,points:1
@test "a file comes under the name of -o, and its sender is thanked" {
  local word
  draw_word word 20
  place
  start server -o "$FILE"
  likely any 'when the file has its name, the answer is the 7 bytes "Gracias", and then the end of the stream: README, "The idea"'
  likely half 'the body goes into a file, and that gets the name of -o: README, "The idea"'
  small "$word"
  likely exited 'one file is not all: serve the next sender: README, "Exercise"'
  likely any 'whatever bytes come belong to the file, as many as were announced: README, "The idea"'
  likely half "${LIKELY[any]}"
  printf 'a\0b\n\r\xffc' >"$NEW"
  peer connect send '\0\0\0\x07a\0b\n\r\xffc' expect Gracias eof close
  holds "$NEW"
  likely any 'a length of 0 announces an empty file, which is a file: README, "The idea"'
  likely half "${LIKELY[any]}"
  : >"$NEW"
  peer connect send '\0\0\0\0' expect Gracias eof close
  holds "$NEW"
  likely half 'what comes behind the announced bytes is not of the file, nor of the next one: README, "The idea"'
  likely any "${LIKELY[half]}"
  printf ok >"$NEW"
  peer connect send '\0\0\0\x02okrest' expect Gracias close
  holds "$NEW"
  small "$word"
  likely any 'a sender may end its stream behind the file, and still waits for the thanks: README, "Exercise"'
  peer freeze connect send '\0\0\0\x01x' shut thaw expect Gracias eof close
  likely any 'a sender that has its thanks may stay: close, and do not wait for its end: README, "Exercise"'
  peer as A connect send '\0\0\0\x01y' expect Gracias as B connect send '\0\0\0\x01z' expect Gracias close as A close
  likely left 'when the file has come, nothing else may be left: README, "Whole or not at all"'
  alone
  likely any 'a path may be long, and the part beside it has one that is longer: README, "Whole or not at all"'
  likely no-bind "${LIKELY[any]}"
  FILE=$FOLDER/$(printf 'd%.0s' {1..200})/$(printf 'e%.0s' {1..200})/$NAME
  mkdir -p "${FILE%/*}"
  next_server
  small "$word"
}

# bats test_tags=id:pieces,points:1
@test "header and body may come in any pieces" {
  local max length
  draw max 4 7
  draw length 25 60
  place
  start server -o "$FILE"
  small first
  likely any 'recv(fd, header, 4) may return 1, 2 or 3 bytes: read on until you have 4: README, "A header in pieces"'
  likely half "${LIKELY[any]}"
  FAULTS=recv_max=1 next_server
  small x
  FAULTS=recv_max=3 next_server
  small abc
  new "$length"
  likely any 'recv gives what is there, not what you asked for: read on until the body is complete: README, "A header in pieces"'
  likely half "${LIKELY[any]}"
  FAULTS=recv_max=$max next_server
  sends
  likely half 'two senders at the same time must not write into one part: README, "Check yourself"'
  likely any "${LIKELY[half]}"
  # Served one after the other or side by side, both come whole. The second one may be refused, too.
  next_server
  printf abcdef >"$NEW"
  peer as A connect send '\0\0\0\x06abc' heard as B connect send '\0\0\0\x02xy' pause 200 \
    as A send def expect Gracias eof close as B dropped close
  [[ $(<"$FILE") == xy ]] || holds "$NEW" "one of the two files"
}

# bats test_tags=id:large,points:1
@test "a file may be long: all four bytes of its length count" {
  local length more
  draw more 1 999999
  place
  start server -o "$FILE"
  small first
  likely any 'all four bytes of the length count, the most significant first, none has a sign, and a long body takes many calls: README, "The idea"'
  likely half "${LIKELY[any]}"
  for length in 200 $((130 << 8 | 255)) $((3 << 16 | 128 << 8)) $((1 << 24 | more)); do
    new "$length"
    sends
  done
}

# bats test_tags=id:cut,points:2
@test "a file that does not come whole changes nothing, and the next sender is served" {
  local before text word
  draw_word word 9
  place
  start server -o "$FILE"
  small "$word"
  old
  likely any 'recv returns 0 at the end of the stream, inside a header or a body too: no thanks then: README, "A sender that dies"'
  likely open 'recv returns 0 at the end of the stream, again and again: stop, and close: README, "A sender that dies"'
  likely exited 'a sender that dies is no reason to end: serve the next one: README, "A sender that dies"'
  likely half 'until all bytes are there, the file under the final name stays what it was: README, "Whole or not at all"'
  likely left 'what came of a file that was cut is of no use: remove it: README, "Whole or not at all"'
  for text in '\0\0\0' '\0\0\0\x05' '\0\0\0\x05hell'; do
    peer connect send "$text" shut gone close
    as_before
  done
  peer connect shut gone close
  as_before
  peer connect send '\0\0\0\x05h' heard reset
  as_before
  peer connect send '\0\0' heard reset connect reset
  as_before
  likely sigpipe 'sending to a sender that is gone raises SIGPIPE, which ends your program; with MSG_NOSIGNAL you get an error instead: README, "A sender that dies"'
  printf y >"$NEW"
  peer freeze connect send '\0\0\0\x01y' shut reset thaw
  peer connect send '\0\0\0\x05h' shut gone close # when that is served, the one before is
  old_or_new
  small "$word"
  rm "$FILE"
  local cut=${LIKELY[left]}
  likely left 'when rename fails, because a folder has that name for instance, remove the part: README, "Whole or not at all"'
  likely more 'rename may fail, because a folder has that name for instance: no thanks then: README, "What does Gracias mean?"'
  mkdir "$FILE"
  peer connect send '\0\0\0\x01x' gone close
  alone
  rmdir "$FILE"
  likely left "$cut"
  likely more 'recv returns 0 at the end of the stream, inside a header or a body too: no thanks then: README, "A sender that dies"'
  peer connect send '\0\0\0\x05hel' shut gone close
  [[ ! -e $FILE ]] || {
    told "looked at $NAME, which was not there before" "it is there"
    fail_check half "no file, because none came whole" "$(stat -c %s "$FILE") bytes"
  }
  alone
  likely leak 'close the connection and the file, however a transfer ends: README, "Exercise"'
  before=$(descriptors)
  peer times 20 connect send '\0\0\0' shut gone close connect send '\0\0\0\x05h' shut gone close \
    connect send '\0\0\0\x05h' heard reset connect send '\0\0\0\x01x' expect Gracias eof close
  no_more_descriptors "$before" 80
  rm -rf "$FILE"
  mkdir "$FILE"
  peer times 20 connect send '\0\0\0\x01x' gone close
  no_more_descriptors "$before" 20
  still_serving
}

# bats test_tags=id:killed,points:2
@test "whenever the server is killed, the file is the old one or the whole new one" {
  local call reader KILLED=''
  place
  start server -o "$FILE"
  likely any 'all bytes of a long file count, and then come the thanks and the end: README, "The idea"'
  likely half "${LIKELY[any]}"
  new 2900
  sends
  likely half 'write to another name beside the final one, and rename when all is there: README, "Whole or not at all"'
  likely any 'a part that an earlier run has left must not be in the way: README, "Whole or not at all"'
  old
  exec {reader}<"$FILE"
  # Half of the body is there, and the server stands still.
  peer connect send '\0\0\0\x09half' heard freeze
  unchanged
  next_server
  unchanged
  likely half 'a part that an earlier run has left must be emptied, or replaced: README, "Whole or not at all"'
  small x
  likely half 'write to another name beside the final one, and rename when all is there: README, "Whole or not at all"'
  new 2900
  # Killed before each call that changes a file, until there is none any more.
  for ((call = 1; call <= 25; call++)); do
    old
    next_to_be_killed "$call"
    KILLED=yes
    interrupt server KILL
    old_or_new
    [[ -z $ANSWER ]] || holds "$NEW" "the file for which it was thanked"
    [[ $ANSWER != Gracias ]] || break
    KILLED=''
  done
  KILLED=''
  next_server
  sends
  reads_the_old "$reader"
  exec {reader}<&-
  old
  exec {reader}<"$FILE"
  new 0
  aside sends || next_server # told elsewhere
  reads_the_old "$reader"
  exec {reader}<&-
  # Without an old file, too, half of one is none.
  rm "$FILE"
  peer connect send '\0\0\0\x09half' heard freeze
  [[ ! -e $FILE ]] || {
    told "looked at $NAME, which was not there before" "it is there"
    fail_check half "no file before it is whole" "$(stat -c %s "$FILE") bytes"
  }
  next_server
}

# reads_the_old DESCRIPTOR - fails if the old file, open since before, is not what it was.
reads_the_old() {
  [[ $(cat <&"$1") == "$OLD" ]] || {
    told "read the old file to its end, open since before" "it has changed"
    fail_check half "the old bytes" "others"
  }
}

# next_to_be_killed CALL - the next server is killed before that call which changes a file. A sender offers it $NEW.in, and
# sets ANSWER. The call may be one with which it starts.
next_to_be_killed() {
  ends_server
  ANSWER=''
  FAULTS=kill_file=$1 launch server -o "$FILE"
  wait_until server_is_up_or_gone || true
  told "started ./server -p $PORT -o $FILE, to be killed before its call $1 that changes a file" "done"
  ! reaches || hand_over
}

# bats test_tags=id:synced,points:1
@test "when a sender is thanked, its file is on the disk, and so is the name" {
  local MARKS
  place
  new 200000
  FAULTS=final=$NAME start server -o "$FILE"
  likely any 'when the file has its name, the answer is the 7 bytes "Gracias", and then the end of the stream: README, "The idea"'
  sends
  new 2900 # in the place of another one
  sends
  new 0
  aside sends || true # told elsewhere
  read_marks server
  likely half 'rename (or link) gives the file its name at once: README, "Whole or not at all"'
  if [[ $MARKS != *N* ]]; then
    told "looked how the file got its name" "by no call that gives it at once"
    fail_check half "rename, or link" "neither"
  fi
  likely unsynced 'fsync the file before it gets its name, after the last write: README, "On the disk"'
  if [[ $MARKS == *U* ]]; then
    told "looked whether all of the file was synced when it got its name" "no"
    fail_check unsynced "fsync, then rename" "a name for bytes that a power cut may take"
  fi
  likely unsynced 'the name is in the folder: open the folder and fsync it, and then say Gracias: README, "On the disk"'
  folder_is_synced
  cannot_sync
  cannot_sync_the_folder
  # Outside of a sandbox this file would be left in a folder of the course.
  [[ -z ${UNSANDBOXED-} ]] || return 0
  ends_server
  FAULTS=final=$NAME start server -o "$NAME"
  likely any 'a name without a slash is in the current folder, which is the one to sync: README, "On the disk"'
  likely unsynced "${LIKELY[any]}"
  peer connect send '\0\0\0\x01x' expect Gracias eof close
  folder_is_synced
}

# folder_is_synced - fails if the thanks were sent before.
folder_is_synced() {
  local MARKS
  read_marks server
  [[ $MARKS != *O* ]] || {
    told "looked whether the folder was synced before the thanks" "no"
    fail_check unsynced "fsync of the folder, then Gracias" "thanks for a name that a power cut may take"
  }
}

# cannot_sync - the disk is found to be broken only when the file is synced.
cannot_sync() {
  local MARKS removes=''
  old
  new 2900
  # That it removes a part at all is another test's subject.
  next_server
  ! aside peer connect send '\0\0\0\x05h' shut gone close || ! DEADLINE=1 wait_until is_alone || removes=yes
  old
  FAULTS=final=$NAME,sync_fails=3 next_server
  offer
  read_marks server
  # If no sync has failed, it writes to the disk in another way.
  [[ $MARKS == *Y* ]] || return 0
  told "fsync and its like fail with EIO; a sender sent 2900 bytes" "${ANSWER:-no thanks}"
  likely unsynced 'look at what fsync returns: when it fails, no thanks, and remove the part: README, "A full disk"'
  likely left 'when fsync fails, remove the part: README, "A full disk"'
  [[ $MARKS != *U* && -z $ANSWER ]] ||
    fail_check unsynced "no thanks, and no name for it" "${ANSWER:-a name} for bytes that are not on the disk"
  old_or_new
  [[ ! $removes ]] || alone
}

# cannot_sync_the_folder - the file is on the disk and has its name, and then that is not sure to last.
cannot_sync_the_folder() {
  local MARKS
  new 2900
  FAULTS=final=$NAME,sync_fails=2 next_server
  # Thanks that come before, or without, the name are another test's subject.
  rm -rf "$FILE"
  mkdir "$FILE"
  aside peer connect send '\0\0\0\x01x' gone close || return 0
  rm -rf "$FILE"
  old
  offer
  read_marks server
  [[ $MARKS == *Y* ]] || return 0
  told "fsync of a folder fails with EIO; a sender sent 2900 bytes" "${ANSWER:-no thanks}"
  likely unsynced 'look at what fsync of the folder returns, too: when it fails, a power cut may take the name, so no thanks: README, "On the disk"'
  [[ -z $ANSWER ]] || fail_check unsynced "no thanks" "$ANSWER for a name that is not on the disk"
  old_or_new
}

# bats test_tags=id:full,points:1
@test "a full disk changes nothing, and the next sender is served" {
  local free
  place 1m
  start server -o "$FILE"
  likely any 'all bytes of a long file count, there is room for it, and then come the thanks and the end: README, "The idea"'
  likely half "${LIKELY[any]}"
  new 290000
  sends
  small first
  old
  likely any 'write fails with ENOSPC, or takes fewer bytes: no thanks, close and remove the part, serve the next sender: README, "A full disk"'
  likely exited "${LIKELY[any]}"
  likely half 'what does not fit must not touch the old file: README, "Whole or not at all"'
  likely left 'remove the part, or the disk stays full: README, "A full disk"'
  # A byte more than there is room for: the last write takes nearly all of its bytes.
  free=$(($(stat -f -c '%a * %S' "$FOLDER")))
  new $((free + 1))
  offer
  if [[ -n $ANSWER ]]; then
    told "sent $((free + 1)) bytes for a disk with room for $free" thanked
    fail_check wrong-bytes "an end without thanks" "$ANSWER"
  fi
  as_before
  small second
  old
  # A server that goes on at the end of a stream is told of that elsewhere.
  FILE_LIMIT=none next_server # the disk is the limit for one that reserves the room
  if aside peer connect send '\0\0\0\x05hel' shut gone close connect send '\0\0\0\x01x' expect Gracias close; then
    old
    likely more 'four bytes announce up to 4,294,967,295: an int does not hold that, and in 32 bits no more, not even when you round it up: README, "Exercise"'
    peer connect send '\xff\xff\xff\xffhello' shut gone close
    as_before
  else
    next_server
  fi
  small third
  # There is room for this one once, not twice.
  rm "$FILE"
  new 600000
  sends
  # No room for another file at all: the folder and the old one are two (nr_inodes of tmpfs).
  old
  mount -t tmpfs -o nr_inodes=2 none "$FOLDER"
  old
  next_server
  offer
  if [[ -n $ANSWER ]]; then
    told "sent a file for a disk that has room for no more files" thanked
    fail_check wrong-bytes "an end without thanks" "$ANSWER"
  fi
  as_before
  still_serving
}

# bats test_tags=id:silent,points:1,long
@test "a sender that is silent for longer than -t is left, a slow one is not" {
  local word units='the limit is in milliseconds: SO_RCVTIMEO takes seconds, and microseconds below a million: README, "A sender that falls silent"'
  draw_word word 6
  place
  start server -o "$FILE"
  small first
  small second
  likely any "$units"
  beside a_slow_one
  beside a_second_and_more
  beside others_are_not_silent
  next_server -t 3600000 # the largest
  small "$word"
  old
  likely any 'a sender may fall silent and stay connected: limit each wait (SO_RCVTIMEO, or poll): README, "A sender that falls silent"'
  likely half 'until all bytes are there, the file under the final name stays what it was: README, "Whole or not at all"'
  likely left 'what came of a file that was cut is of no use: remove it: README, "Whole or not at all"'
  next_server -t 200
  peer connect send '\0\0' gone close
  peer connect send '\0\0\0\x05hel' gone close
  as_before
  next_server -t 200
  likely any 'if no sender comes for a while, wait on: -t is for one that has come: README, "Exercise"'
  likely exited "${LIKELY[any]}"
  peer pause 300 connect send '\0\0\0\x02ok' expect Gracias eof close
  likely any "$units"
  next_server -t 20
  peer times 30 connect send '\0\0' gone close
  still_serving
  all_beside
}

# a_slow_one - a sender pauses, each time for less than the limit, and in all for longer.
a_slow_one() {
  local ANSWER=''
  place
  start server -o "$FILE"
  # If it cannot read a header in pieces, that is told elsewhere.
  aside peer connect send '\0\0' pause 20 send '\0' pause 20 send '\x02ok' expect Gracias eof close || return 0
  next_server -t 990 # no whole number of seconds
  small third
  likely half 'not the whole transfer has a limit, but each silence: README, "A sender that falls silent"'
  dial
  # In a process of its own, because a server that has given up ends that by SIGPIPE.
  (
    printf '\0\0'
    pause 0.52 # the pauses are what this is about
    printf '\0'
    pause 0.52
    printf '\6%s' "${word::2}"
    pause 0.52
    printf '%s' "${word:2:2}"
    pause 0.52
    printf '%s' "${word:4}"
  ) >&"$FD" || true
  IFS= read -r -t "$DEADLINE" -N 7 ANSWER <&"$FD" || true
  exec {FD}>&-
  told "with -t 990, a slow sender paused four times for 0.52 s" "${ANSWER:-no thanks}"
  printf '%s' "$word" >"$NEW"
  holds "$NEW"
}

# a_second_and_more - a limit that microseconds cannot hold.
a_second_and_more() {
  place
  start server -o "$FILE" -t 1100
  allow 6 peer connect send '\0\0\0\x05hel' gone close
  still_serving
}

# others_are_not_silent - one sender is silent, and behind it comes another one, which is only slow. A server may keep that
# waiting, or refuse it.
others_are_not_silent() {
  local status=0
  place
  start server -o "$FILE" -t 200
  likely open 'each sender has its own limit: what others send, or that they come, does not make this one less silent: README, "A sender that falls silent"'
  dial
  printf '\0\0' >&"$FD"
  DEADLINE=1 wait_until all_is_read || true
  # shellcheck disable=SC2016  # the other bash expands it
  spawn slow bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" && printf "\0\1\0\0" >&3
    while sleep 0.05; do printf x >&3; done' "$PORT" 2>/dev/null
  IFS= read -r -t "$DEADLINE" -N 1 <&"$FD" || status=$?
  exec {FD}>&-
  interrupt slow KILL
  ((status <= 128)) || {
    in_vain
    told "with -t 200, a sender was silent in the header, and another one sent a byte every 50 ms" "it stays connected"
    still_serving
    fail_check open "the end of the silent one's connection" "nothing after $DEADLINE s"
  }
}

# all_is_read - the server has read all that has come. What waits is what ss prints first.
all_is_read() {
  ss -Htn state established "sport = :$PORT" | awk '$1 > 0 { waits = 1 } END { exit waits }'
}
