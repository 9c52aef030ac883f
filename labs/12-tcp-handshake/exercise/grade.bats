#!/usr/bin/env bats
# The checks of lab 12's exercise, the conductor: ten points. scripts/grader/check.bash has the words.
#
# Each test has a network of its own. The lab's ladder listens there while the student's program plays both ends,
# and what it has seen must be the exchange, segment by segment. The program has ended, or says that it holds
# the exchange, before anything is compared, so no clock decides.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154  # check.bash reads and sets some of these
# needs: packet nft
# tools: nft nstat
load ../../../scripts/grader/check.bash
load ../../../scripts/grader/program.bash
load ../../../scripts/grader/holder.bash

LAB=$BATS_TEST_DIRNAME/..
SWIFT=1000 # milliseconds: longer than any exchange takes by itself, and less than slow_wire holds a segment back
OPENING=('client SYN seq=0' 'server SYN,ACK seq=0 ack=1' 'client ACK seq=1 ack=1')

# --- the wire ---

# listens - makes the ladder listen in the network of this test.
listens() {
  SEEN_FRAMES=$BATS_TEST_TMPDIR/frames
  # By spawn, which empties both files before it returns: the word of an earlier ladder would be taken for this one's.
  spawn ladder nsenter --net="/proc/$HOLDER_PID/ns/net" -- "$PROGRAM" -i lo -f json >"$SEEN_FRAMES" 2>"$SEEN_FRAMES.err" </dev/null
  wait_until grep -q listening "$SEEN_FRAMES.err"
}

# wire - sets CAME to the segments that the ladder has seen, one a line.
wire() {
  kill -INT "${PID[ladder]}"
  wait "${PID[ladder]}"
  unset "PID[ladder]"
  CAME=$(jq -r '.conversations[] | .ends as $ends | .frames[] | .from + " " + (.flags | join(","))
    + " seq=\(.seq)" + (if .ack then " ack=\(.ack)" else "" end)
    + (if .length > 0 then " len=\(.length) \(.data | tojson)" else "" end)
    + (if .protocol == "TCP" and ($ends | any(.port == 5012 and .address == "127.0.0.1")) then "" else " elsewhere" end)' "$SEEN_FRAMES")
}

# saw SEGMENT... - fails if this is not what came, the opening left out. Names the first segment that differs.
saw() {
  local i=0 want=("$@") has=()
  [[ -z $CAME ]] || mapfile -t has <<<"$CAME"
  for ((i = 0; i < ${#want[@]} || i < ${#has[@]}; i++)); do
    [[ ${want[i]-} != "${has[i]-}" ]] || continue
    told "looked at segment $((i + 1)) on the wire" "${has[i]:-none}"
    fail_check wire "${want[i]:-no more segments}" "${has[i]:-no more segments}"
  done
}

# --- the program ---

# begin - makes the network, and has the ladder ready.
begin() {
  likely slow 'wait until a kernel says that it is so, not for a time: README, "From here, not from there"'
  likely exited 'an exchange that has been brought about is a success, whatever its calls returned: README, "Exercise"'
  program_is_built ladder ladder
  network
}

# in_there SECONDS [NAME] - becomes the student's program in the network, for so long at most.
in_there() {
  limit
  become nsenter --net="/proc/$HOLDER_PID/ns/net" -- \
    "${LIMITED[@]}" timeout -k 1 "$1" "${SANDBOX[@]}" "$SEEN" "${@:2}"
}

# prepare - makes the sandbox for it.
prepare() {
  sandbox_no_user_namespaces
  sandbox_open
  sandbox_show "$SUBJECT" /run/conduct
  sandbox_close
}

# conduct [NAME...] - runs it with these arguments; sets STATUS, WORDS to its error messages, and TOOK to its milliseconds.
conduct() {
  STATUS=0
  prepare
  TOOK=${EPOCHREALTIME/[.,]/}
  (in_there "$CHECK_DEADLINE" "$@") >"$OUTPUT" 2>"$OUTPUT.err" </dev/null 3>&- || STATUS=$?
  WORDS=$(head -c 300 "$OUTPUT.err" | tr '\t\n' '  ')
  WORDS=${WORDS% }
  TOOK=$(((${EPOCHREALTIME/[.,]/} - TOOK) / 1000))
  ended "$STATUS" "./conduct${*:+ $*}"
}

# swiftly NAME - plays it; without a wait that is longer than it must be. A busy machine makes that six tries.
swiftly() {
  local try
  for try in 1 2 3 4 5 6; do
    plays "$1"
    ((TOOK >= SWIFT)) || return 0
    [[ ! -e $STORY_DIR/slow ]] || break # it was so in another test
  done
  : >"$STORY_DIR/slow"
  fail_check slow "an end within $SWIFT ms" "$TOOK ms, and no less in $try tries"
}

# not_slow NAME - the same of what was just played, after all else that is to be seen of it; if something was too slow
# before, that is enough. It is played again where nothing is left of the first time.
not_slow() {
  ((TOOK >= SWIFT)) || return 0
  [[ ! -e $STORY_DIR/slow ]] || return 0
  other_network
  swiftly "$1"
}

# other_network - goes on in a new network.
other_network() {
  kill "$HOLDER_PID"
  wait "$HOLDER_PID" || true
  network
}

# plays NAME - the same with the ladder, in the network that is there or in a new one; expects status 0.
plays() {
  [[ -n ${PROGRAM-} ]] || begin
  listens
  conduct "$1"
  wire
  ((STATUS == 0)) || fail_check exited "exit status 0" "exit status $STATUS${WORDS:+: $WORDS}"
}

# states TABLE - prints the TCP sockets of this table of ss, with a * for the port that the kernel chose.
states() {
  awk 'NF {
    gsub(/\[::ffff:127\.0\.0\.1\]/, "127.0.0.1")
    if ($1 == "LISTEN") sub(/^\*:/, "0.0.0.0:", $5)
    for (i = 4; i <= 5; i++) if ($i !~ /:(5012|\*)$/) sub(/:[0-9]+$/, ":*", $i)
    print $1, $4, $5 }' <<<"$1" | LC_ALL=C sort
}

# holds TEXT [TABLE] - fails if these are not the sockets of the network, or of this table of ss.
holds() {
  local got
  got=$(states "${2-$(inside ss -Htan)}" | paste -sd ';')
  told "looked at its sockets" "${got:-none}"
  [[ $got == "$1" ]] || fail_check state "${1:-none}" "${got:-none}"
}

# exchange NAME - sets SEGMENTS to what must be on the wire after the opening.
exchange() {
  local fin=('client FIN,ACK seq=1 ack=1' 'server ACK seq=1 ack=2') data='len=10 "Thank you\n"'
  case $1 in
    four) SEGMENTS=("${fin[@]}" 'server FIN,ACK seq=1 ack=2' 'client ACK seq=2 ack=2') ;;
    half-close)
      SEGMENTS=("${fin[@]}" "server PSH,ACK seq=1 ack=2 $data" 'client ACK seq=2 ack=11'
        'server FIN,ACK seq=11 ack=2' 'client ACK seq=2 ack=12')
      ;;
    unread) SEGMENTS=("server PSH,ACK seq=1 ack=1 $data" 'client ACK seq=1 ack=11' 'client RST,ACK seq=1 ack=11') ;;
    late) SEGMENTS=("${fin[@]}" "server PSH,ACK seq=1 ack=2 $data" 'client RST seq=2') ;;
  esac
}

# is_exchange NAME - plays it, and fails if it is another one.
is_exchange() {
  swiftly "$1"
  exchange "$1"
  saw "${OPENING[@]}" "${SEGMENTS[@]}"
}

# elsewhere NAME - is this exchange wrong where another test sees it, too? Then that test has told it.
elsewhere() {
  local folder=$BATS_TEST_TMPDIR/elsewhere
  rm -rf "$folder"
  stand_beside "$folder" "$PORT" as_elsewhere "$1" 3>&- &
  wait "$!" || true
  grep -q '^failed' "$folder/story"
}

# resets_for_unread_data - prints how many resets the kernel of this network has sent because data were unread at a
# close. One that a program asks for (SO_LINGER) looks the same on the wire, but has another counter.
resets_for_unread_data() {
  inside nstat -asz TcpExtTCPAbortOnClose | awk 'NR > 1 { print $2 }'
}

# is_both - fails unless each end has sent one FIN, nothing was reset, and both are in TIME-WAIT.
is_both() {
  local fins
  fins=$(awk '$2 ~ /FIN|RST/ {print $1, $2 ~ /RST/ ? "RST" : "FIN"}' <<<"$CAME" | LC_ALL=C sort | paste -sd ';')
  [[ $fins == 'client FIN;server FIN' ]] || fail_check wire "client FIN;server FIN" "${fins:-none}"
  holds 'TIME-WAIT 127.0.0.1:* 127.0.0.1:5012;TIME-WAIT 127.0.0.1:5012 127.0.0.1:*'
}

# bats test_tags=id:four,points:1
@test "four: each FIN has an ACK of its own" {
  likely wire 'the client closes first, and the server not before its kernel has acknowledged that: README, "Three segments or four" and "From here, not from there"'
  is_exchange four
}

# bats test_tags=id:three,points:1
@test "three: the ACK of the first FIN travels with the second" {
  likely wire 'the client closes first, and the server at once, while its kernel waits with the ACK: README, "Three segments or four"'
  local try
  for try in 1 2 3 4 5; do
    plays three
    [[ $CAME == *$'\nserver ACK seq=1 ack=2\nserver FIN,ACK seq=1 ack=2\n'* ]] || break
  done
  saw "${OPENING[@]}" 'client FIN,ACK seq=1 ack=1' 'server FIN,ACK seq=1 ack=2' 'client ACK seq=2 ack=2'
  not_slow three
}

# bats test_tags=id:half-close,points:1
@test "half-close: data after the FIN, and they are read" {
  likely wire 'the client has sent FIN and can still receive; the server sends after that, and closes when all is acknowledged: README, "Half-close" and "From here, not from there"'
  is_exchange half-close
}

# bats test_tags=id:resets,points:1
@test "reset, unread and refused: a reset that the client asks for, one for unread data, one where nobody listens" {
  likely wire 'a close with SO_LINGER and time 0 sends a reset, and no FIN: README, "The end of a conversation"'
  likely unread 'a close resets by itself if something is unread; SO_LINGER asks for a reset, whatever was read: README, "The end of a conversation"'
  plays reset
  saw "${OPENING[@]}" 'client RST,ACK seq=1 ack=1'
  not_slow reset
  likely wire 'the data have arrived when they are acknowledged; a close sends a reset if they are unread: README, "The end of a conversation" and "From here, not from there"'
  is_exchange unread
  (($(resets_for_unread_data) > 0)) || {
    told "asked the kernel why it has sent that reset (TCPAbortOnClose)" "not for unread data"
    fail_check unread "a reset because data were unread at the close" "a reset for another reason"
  }
  likely wire 'a kernel answers a SYN with a reset if no socket listens on the port: README, "No answer"'
  plays refused
  saw 'client SYN seq=0' 'server RST,ACK seq=0 ack=1'
  not_slow refused
}

# bats test_tags=id:late,points:1
@test "late: data for an end that has closed" {
  likely wire 'the client has closed, not only shut down, and its FIN is acknowledged; then the data come: README, "The end of a conversation" and "From here, not from there"'
  is_exchange late
}

# counts_and_loses CONDITION - from now on the network loses the segments that meet the condition (for nft).
counts_and_loses() {
  inside nft "add table inet wire; add chain inet wire in { type filter hook input priority 0; };
    add rule inet wire in tcp dport != 0 $1 counter drop"
}

# pause_ms MILLISECONDS - waits for that long.
pause_ms() {
  pause "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))"
}

# slow_wire NAME TEXT CONDITION - plays it while the network loses all segments that meet the condition (for nft), for
# longer than SWIFT from the first of them on. Then their kernel sends it once more, and the exchange goes on.
slow_wire() {
  local rule=$3 hold
  draw "hold" 1050 1250
  network
  counts_and_loses "$rule"
  listens
  prepare
  # If a busy machine lets that last longer, the kernel waits longer before it sends once more.
  (in_there 20 "$1") >"$OUTPUT" 2>"$OUTPUT.err" </dev/null 3>&- &
  PID[conduct]=$! BOX[conduct]=$!
  wait_until has_lost_one conduct || true
  pause_ms "$hold"
  inside nft flush chain inet wire in
  told "held back $2 for $hold ms" 'done'
  DEADLINE=15 wait_until has_ended conduct || true
  wire
  CAME=$(awk '!seen[$0]++' <<<"$CAME") # what was lost was sent again
  told "./conduct $1" "$(has_ended conduct && echo ended || echo 'still running')"
  case $1 in
    three) three_in_order ;;
    time-wait-server) holds 'TIME-WAIT 127.0.0.1:5012 127.0.0.1:*' ;; # by three segments or four
    time-wait-client) holds 'TIME-WAIT 127.0.0.1:* 127.0.0.1:5012' ;;
    both) is_both ;;
    *)
      exchange "$1"
      saw "${OPENING[@]}" "${SEGMENTS[@]}"
      ;;
  esac
}

# three_in_order - fails if the server has not waited. Whether the ACK went alone is a matter of milliseconds.
three_in_order() {
  [[ $CAME != *'server FIN,ACK seq=1 ack=1'* ]] ||
    fail_check wire "the FIN of the server behind that of the client" "the FIN of the server at once"
}

# as_elsewhere NAME - plays it as another test does: in a network that loses nothing, and instead of what ends in
# TIME-WAIT `four` on a slow wire, for it is the same close.
as_elsewhere() {
  case $1 in
    time-wait-*) slow_wire four 'the FIN of the client' "${rule['FIN of the client']}" ;;
    three) network && plays three && three_in_order ;;
    unaccepted) network && starts_to_hold && says_so ;;
    *) network && is_exchange "$1" ;;
  esac
}

# has_lost_one ROLE - true when the network has lost a segment, or the program has ended.
has_lost_one() {
  [[ $(inside nft list chain inet wire in) != *'packets 0 '* ]] || has_ended "$1"
}

# slow_wires NAME TEXT... - slow_wire for each of these pairs, all at once; fails as the first of them that fails, but
# goes well on another wire.
slow_wires() {
  local i well=() right='' pairs=("$@")
  local -A rule=(['FIN of the client']='tcp dport 5012 tcp flags & fin == fin' ['data of the server']='tcp sport 5012 ip length 62'
    ['FIN of the server']='tcp sport 5012 tcp flags & fin == fin' ['data of the client']='tcp dport 5012 ip length > 60')
  for ((i = 0; i < ${#pairs[@]}; i += 2)); do
    beside slow_wire "${pairs[i]}" "the ${pairs[i + 1]}" "${rule[${pairs[i + 1]}]}"
  done
  for i in "${!BESIDE[@]}"; do
    ! wait "${BESIDE[i]}" || well[i]=yes
  done
  told 'had several exchanges at once, each on a wire that loses a segment at first' 'done'
  for ((i = 0; i < ${#pairs[@]}; i += 2)); do
    if [[ ${well[i / 2]-} ]]; then
      [[ ${pairs[i]} == @(three|time-wait-*) ]] || right=yes
    elif [[ ${pairs[i]} == both ]] || ! elsewhere "${pairs[i]}"; then
      fails_beside $((i / 2))
    fi
  done
  [[ $right || ${pairs[0]} == time-wait-* ]] ||
    fail_check not-asked 'the exchanges four, half-close, unread and late' 'none of them, on a quick wire already'
}

# bats test_tags=id:slow-wire,points:1,long
@test "the order holds on a slow wire, too" {
  likely wire 'no time is long enough: wait until a kernel says that the segment has arrived: README, "From here, not from there"'
  program_is_built ladder ladder
  slow_wires four 'FIN of the client' half-close 'FIN of the client' half-close 'data of the server' unread 'data of the server' \
    late 'FIN of the client' late 'data of the server' three 'FIN of the client'
}

# starts_to_hold - starts the program, which is to hold the exchange `unaccepted`. PID[program] is the program itself, not its
# sandbox, because a signal is sent to it.
starts_to_hold() {
  prepare
  (
    limit
    become "$CHECK_TOOLS/unblock" nsenter --net="/proc/$HOLDER_PID/ns/net" -- \
      "${LIMITED[@]}" "${SANDBOX[@]}" "$SEEN" unaccepted
  ) >"$OUTPUT" 2>"$OUTPUT.err" </dev/null 3>&- &
  BOX[program]=$!
  DEADLINE=60 PAUSE=0.001 wait_until find_program program || true
}

says_held() {
  if [[ -s $OUTPUT ]] && grep -qx 'conduct: held' "$OUTPUT"; then return; fi
  has_ended program
}

# has_said - prints what it has said so far, in one line.
has_said() {
  head -c 100 "$OUTPUT" | tr '\t\n' '  '
}

# says_so - waits until it says that it holds. That must be all that it says.
says_so() {
  wait_until says_held || true
  told './conduct unaccepted, until its line "conduct: held"' "$(has_said)"
  [[ $(<"$OUTPUT") == 'conduct: held' ]] ||
    fail_check held 'the line "conduct: held"' "$(cat "$OUTPUT" "$OUTPUT.err" | head -c 300 | tr '\t\n' '  ')"
}

# still_holds - fails unless the connection is there, waits to be accepted, and the program runs.
still_holds() {
  local table queue=none
  # A program that has ended has no sockets any more. So look at them first: it may end between the two looks.
  table=$(inside ss -Htan)
  [[ -n $table ]] || DEADLINE=0.5 wait_until has_ended program || true
  ! has_ended program || fail_check held "a program that runs until a signal comes" "it has ended by itself"
  holds 'ESTAB 127.0.0.1:* 127.0.0.1:5012;ESTAB 127.0.0.1:5012 127.0.0.1:*;LISTEN 127.0.0.1:5012 0.0.0.0:*' "$table"
  [[ ! $table =~ LISTEN\ +([0-9]+) ]] || queue=${BASH_REMATCH[1]}
  told "looked at the queue of the socket that listens" "$queue"
  [[ $queue == 1 ]] || fail_check state "1 connection in the queue" "$queue"
}

# ends_by SIGNAL - sends it the signal, which must end it.
ends_by() {
  # It may be about to wait: a program with a handler of its own must not get the signal in between.
  DEADLINE=0.5 wait_until is_asleep "${PID[program]}" || true
  stop program "$1"
}

# held_late - plays unaccepted in a network that loses the first SYN. Until the kernel sends it once more, after a
# second, the client is not connected, and the program has nothing to say.
held_late() {
  local look
  draw look 210 390
  network
  counts_and_loses 'tcp dport 5012 tcp flags & (syn | ack) == syn'
  starts_to_hold
  PAUSE=0.05 wait_until has_lost_one program || true
  pause "0.$look"
  told "lost the SYN of ./conduct unaccepted, and read what it says $look ms later" "$(has_said)"
  [[ ! -s $OUTPUT ]] || fail_check early "nothing, for the client is not connected" "$(has_said)"
  inside nft flush chain inet wire in
  DEADLINE=6 says_so
  still_holds
  ends_by INT
}

# bats test_tags=id:unaccepted,points:1,long
@test "unaccepted: a connection that no program has accepted, held" {
  likely held 'say("held") when the connection is there, and then wait for SIGINT or SIGTERM, with pause for instance: README, "Exercise"'
  likely early 'say("held") after connect has returned 0, not before: README, "Exercise"'
  likely hung 'a program that ignores or blocks a signal, or handles it and waits again, does not end: README, "Exercise"'
  likely wire 'the kernel shakes hands for a socket that listens, without accept; nobody closes: README, "The states"'
  likely state 'it listens, one connection waits in its queue, and it does not call accept: README, "The states"'
  local since hold
  draw hold 2020 2080
  begin
  listens
  starts_to_hold
  says_so
  since=${EPOCHREALTIME/[.,]/}
  interrupt program WINCH
  told 'sent SIGWINCH to the program, as a terminal does that gets another size' 'done'
  still_holds
  wire
  saw "${OPENING[@]}"
  # While that one holds, another one has a slow wire. No test can wait for ever, but two seconds find a program that only sleeps.
  beside held_late
  all_beside
  told 'held another one whose first SYN is lost, and sent it SIGINT' 'it ended'
  hold=$((hold - (${EPOCHREALTIME/[.,]/} - since) / 1000))
  ((hold <= 0)) || pause_ms "$hold"
  told "looked at the first one after $(((${EPOCHREALTIME/[.,]/} - since) / 1000)) ms" "$(has_ended program && echo 'ended' || echo 'still running')"
  still_holds
  ends_by TERM
  [[ $(<"$OUTPUT") == 'conduct: held' ]] || fail_check held 'the line "conduct: held", once, and nothing else' "$(has_said)"
}

# bats test_tags=id:time-wait,points:1,long
@test "time-wait-client and time-wait-server: the end that closes first, and again at once" {
  local refused=''
  begin
  # What is on the wire then is told elsewhere. It must leave nothing behind that would be taken for the next one's.
  ! aside plays refused || refused=yes
  [[ -z $(inside ss -Htan) ]] || { refused='' && other_network; }
  likely state 'the end that sends the first FIN is in TIME-WAIT: README, "Who closes first"'
  likely exited 'a server must be able to bind while its port is in TIME-WAIT: SO_REUSEADDR, README, "Who closes first"'
  plays time-wait-server
  holds 'TIME-WAIT 127.0.0.1:5012 127.0.0.1:*'
  [[ ! $refused ]] || plays refused
  plays time-wait-client
  holds 'TIME-WAIT 127.0.0.1:* 127.0.0.1:5012;TIME-WAIT 127.0.0.1:5012 127.0.0.1:*'
  slow_wires time-wait-server 'FIN of the server' time-wait-client 'FIN of the client'
  likely held "${LIKELY[exited]}"
  starts_to_hold
  aside says_so || elsewhere unaccepted || says_so
}

# bats test_tags=id:both,points:1,long
@test "both: neither end is second" {
  likely state 'each end must get the FIN of the other before the ACK of its own, or be the first: README, "A FIN that has to wait"'
  likely wire 'each end sends one FIN, and nothing is reset: README, "A FIN that has to wait"'
  plays both
  is_both
  not_slow both
  likely wire 'read to the end of the stream: what is there is not all that comes: README, "A FIN that has to wait"'
  slow_wires both 'data of the client'
}

# bats test_tags=id:names,points:1
@test "any other name is a usage error, and nothing is sent" {
  likely no-error 'a name that is not one of the eleven, to the last letter, is a usage error: README, "Exercise"'
  likely wire 'look at the name before the first call: README, "Exercise"'
  local name
  begin
  listens
  for name in five fou fourth FOUR Four '' 'four ' 'four three' time-wait time-wait- time-wait-clients time-wait-servers half-closed '100%s%s' \
    "half-close$(printf -- '-half-close%.0s' {1..20})"; do
    conduct "$name"
    [[ $STATUS == 2 && $WORDS == *"'$name'"* ]] ||
      fail_check no-error "exit status 2, and a message that names '$name'" "exit status $STATUS${WORDS:+: $WORDS}"
  done
  # With a free port it knew what is no name. So a program that fails now has made its socket before it looked at the name.
  likely taken 'look at the name before the first call: README, "Exercise"'
  draw_word name 8 # none of the eleven has eight letters
  listener 127.0.0.1 5012
  conduct "$name"
  [[ $STATUS == 2 && $WORDS == *"'$name'"* ]] ||
    fail_check taken "exit status 2, and a message that names '$name'" "exit status $STATUS${WORDS:+: $WORDS}"
  wire
  saw
}
