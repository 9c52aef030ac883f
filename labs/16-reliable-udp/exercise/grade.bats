#!/usr/bin/env bats
# The checks of lab 16's exercise, the sender: ten points. scripts/grader/check.bash defines the words.
#
# The sender is at one end of a line of hosts, the lab's receiver at the other, and between them the lab's wire, which
# writes down each packet that passes it. What the sender did is read from that.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154  # each test sets its own; draw sets variables by their names
# needs: line packet
# tools: cmp ethtool prlimit
load ../../../scripts/grader/check.bash
load ../../../scripts/grader/program.bash
# shellcheck source=SCRIPTDIR/../cable.bash
source "$BATS_TEST_DIRNAME/../cable.bash"

LAB=$BATS_TEST_DIRNAME/..

# Losses of 20 in a hundred. SINGLE: the first four frames arrive, and then three or four are lost, not two in a row.
# TRIPLE: the first five arrive, the next one is lost three times in a row, then one arrives, and one is lost. TWICE: the
# first two are lost. FIFTH: only this one is lost. BAD, both ways and with all that a cable does: one to three time-outs, never four
# in a row, which would be a reason to give up. VARIED: the first is late, too. BASE, of 50 in a hundred: two arrive, and then each
# second one is lost, so that a window of 2 always has its second packet come and its first one not.
SINGLE=(23 33 47 53 147 408 205 307 323 353) TWICE=(570 594 723 747 864 888 1053 1182 1206 1920)
TRIPLE=(10089 42351 46829 61034 114715 121772 127417 135687 140455 167072) FIFTH=(3 15 87 107 148 189 260 311 322 342)
BAD=(73371 61034 66564 76990 24204 67097 82560 80473 24403 12337 58536 90891 5490 78046 51926 85711 85207 8280 78594 3943)
VARIED=(476 773 834 1091 3614 4250 4568 5244 5459 6074) BASE=(567 1489 1735 2227 3163 4331 4360 4666 6258 9969)
# Of 3 in a hundred: only number 44 and number 64 are lost, counted from 0.
PAIR=(19509 37011 55194 67791 83303 91804 118860 153055 155598 159694)
# Of 15 in a hundred, both ways: no packet is lost, but five of the acknowledgements 3 to 15, not two in a row.
ACKS=(48434 63350 137033 147916 279746 344361 434056 529390 611793 645644)

setup_file() {
  "$LABS_ROOT/scripts/netbox.d/line" sender,middle,receiver true
  lay_cable
}

# on HOST COMMAND... - runs it on that host.
on() {
  nsenter --net="/run/netns/$1" -- "${@:2}"
}

# carry TEXT OPTION... - lays a cable like that, instead of the one before. TEXT is the step in the report.
carry() {
  uncarry
  LOG=$(out wire)
  program_is_built wire
  spawn wire nsenter --net=/run/netns/middle -- "$PROGRAM" -t "${@:2}" >"$LOG" 2>&1 </dev/null
  DEADLINE=15 PAUSE=0.001 wait_until grep -q 'a cable' "$LOG"
  told "laid a cable: $1" "done"
}

# uncarry - takes the cable away. Then its ledger is in the LOG.
uncarry() {
  [[ -n ${PID[wire]-} ]] || return 0
  kill -INT "${PID[wire]}"
  wait "${PID[wire]}" || true
  unset "PID[wire]"
}

# file LENGTH [BYTES] - makes the FILE, of these bytes and numbers in lines, no two of them alike.
file() {
  local first
  draw first 100000 500000
  FILE=$BATS_TEST_TMPDIR/file
  { printf '%b' "${2-}" && seq "$first" $((first + $1 / 7)); } >"$FILE"
  truncate -s "$1" "$FILE"
  PACKETS=$((($1 + 999) / 1000 + 1))
}

# receives [OPTION...] - starts the lab's receiver.
receives() {
  COPY=$BATS_TEST_TMPDIR/copy
  program_is_built receiver
  spawn receiver nsenter --net=/run/netns/receiver -- "$PROGRAM" -b 10.0.2.2 -p "$PORT" -l 9000 -o "$COPY" "$@" \
    >"$(out receiver)" 2>&1 </dev/null
  DEADLINE=15 PAUSE=0.001 wait_until grep -q 'bound to' "$(out receiver)"
}

# send_by_student OPTION... - runs the student's sender. Its words go to $OUTPUT; sets STATUS.
send_by_student() {
  STATUS=0
  sandbox_open
  sandbox_show "$SUBJECT" /run/sender
  local program=$SEEN
  sandbox_show "$FILE" /run/file
  sandbox_close
  sandbox_no_user_namespaces
  (
    limit
    on sender "${LIMITED[@]}" timeout -k 1 "$CHECK_DEADLINE" \
      "$CHECK_TOOLS/unblock" "${SANDBOX[@]}" "$program" -b 10.0.2.2 -p "$PORT" "$@" "$SEEN" </dev/null 3>&-
  ) >"$OUTPUT" 2>&1 || STATUS=$?
  ENDED=$EPOCHREALTIME
}

# sends [OPTION...] - the student's sender sends the file, and must end with status 0. Then the copy must be the file.
sends() {
  local words came class=status
  send_by_student "$@"
  came=$(stat -c %s "$COPY")
  words=$(tail -n 1 "$OUTPUT" | head -c 200)
  told "the receiver has, of $(stat -c %s "$FILE") bytes" "$came"
  if ((came == $(stat -c %s "$FILE"))); then
    likely hung 'when all is acknowledged, the E too, end: README, "The end"'
  elif ((came == 0)); then
    likely hung 'no packet has come in its turn: the first is a D with the number of -i, in network byte order: README, "Exercise"'
    likely gave-up "${LIKELY[hung]}"
  fi
  ended "$STATUS" "./sender -b 10.0.2.2 -p $PORT${*:+ $*} FILE"
  [[ $words != *TIMEDOUT* ]] || class=gave-up
  ((STATUS == 0)) || fail_check "$class" "exit status 0" "exit status $STATUS${words:+, its last words: $words}"
  ((came == $(stat -c %s "$FILE"))) ||
    fail_check unfinished "an end when all is acknowledged" "it ended when the receiver had $came of $(stat -c %s "$FILE") bytes"
  cmp -s "$FILE" "$COPY" ||
    fail_check bytes "the same bytes" "others, from byte $(cmp "$FILE" "$COPY" | sed 's/.* byte //; s/,.*//') on"
  end_receiver
}

# looks_idle - sets IDLE to how many ms before its end the last line of the ledger was written.
looks_idle() {
  IDLE=$(awk "BEGIN { print int(1000 * ($ENDED - $(stat -c %.Y "$LOG"))) }")
}

# end_receiver - ends it, if it has not ended by itself.
end_receiver() {
  kill -KILL "${PID[receiver]}" 2>/dev/null || true
  wait "${PID[receiver]}" 2>/dev/null || true
  unset "PID[receiver]"
}

# counts - takes the cable away; sets SENT and LOST to the packets from the sender, and PACKETS to how many different
# ones there were.
counts() {
  uncarry
  PACKETS=$(packets | awk '$2 == "->" && $5 != "arrived" { print $3, $4 }' | sort -u | wc -l)
  read -r SENT LOST < <(sed -nE 's/^wire: ->  ([0-9]+) with data .* = ([0-9]+) lost .*/\1 \2/p' "$LOG")
}

# packets - prints the log, a packet a line: ms, way, kind, number (counted from FIRST), what became of it.
packets() {
  awk -v first="${FIRST-0}" '$3 == "ms" { print $2, $4, $5, first ? ($6 - first + 65536) % 65536 : $6, $NF }' "$LOG"
}

# bats test_tags=id:arrives,points:1,long
@test "a file of any length arrives, in packets of 1,000 bytes" {
  local length many huge vast word other
  draw many 4100 9800
  draw huge 4200000 4400000
  draw_word word 995
  likely hung 'when all is acknowledged, the E too, end: README, "The end"'
  likely bytes 'as many bytes as the file has, whatever they are; the last packet may be shorter: README, "Exercise"'
  likely unfinished "${LIKELY[bytes]}"
  likely packets 'D packets of 1,000 bytes, the last one perhaps shorter, then an E: README, "Exercise"'
  carry "it loses nothing" -m 1
  for length in "$many" 1 1000 2001 0; do
    file "$length" "\0377a\0\r\n$word\0377" # 1,000 bytes, and the next packet's first
    receives
    sends
    grep -q "all of $PACKETS packets came" "$(out receiver)" ||
      fail_check packets "packets 0 to $((PACKETS - 2)) of data, and $((PACKETS - 1)), the E" \
        "$(grep -ao 'all of .* packets' "$(out receiver)" || echo 'no E in its turn')"
  done
  file "$huge"
  carry "it loses nothing" -m 0
  receives
  sends -w 50
  # All of so many packets would take too long, but the first ones tell whether it knows how many there are.
  likely packets 'only the numbers have 16 bits; of packets there may be more than 65,536: README, "Numbers that wrap"'
  draw vast 65537001 65542999
  truncate -s "$vast" "$FILE"
  carry "nobody has the port at its other end" -m 1
  send_by_student -w 9
  counts
  told "./sender -w 9 FILE, which has $vast bytes" "$SENT packets came to the cable"
  other=$(packets | awk '$5 == "came" && $3 != "D" && !found++ { print "number " NR " is none" }')
  [[ ! $other ]] || fail_check packets "packets D, as many as the window has room for" "$other"
}

# bats test_tags=id:numbers,points:1
@test "numbers begin with -i, and 0 follows 65535" {
  local first which _
  likely hung 'the numbers sent and the acknowledgements have 16 bits, and wrap: README, "Numbers that wrap"'
  likely gave-up "${LIKELY[hung]}"
  likely unfinished "${LIKELY[hung]}"
  file 19000
  carry "it loses nothing" -m 1
  for first in 1000 32760 65516 65530 65535; do # 20 packets: 65516 ends with the acknowledgement 0
    receives -i "$first"
    sends -i "$first" -w 6
  done
  # A program that never goes back has lost points for that.
  draw which 0 9
  SEED=${FIFTH[which]}
  if ! goes_back 65530 && goes_back 1000 && ! goes_back 65530; then
    likely wrap 'what is sent again has the numbers that it had, before 0 and after it: README, "Numbers that wrap"'
    fail_check wrap "the whole file, as with -i 1000" "exit status $STATUS, $(stat -c %s "$COPY") of $(stat -c %s "$FILE") bytes"
  fi
  # On a busy machine it may be late. So it has three tries; and one without a wrap, for that is told elsewhere.
  file 4000
  for _ in 1 2 3; do
    measures_before 65535
    ((WAITED > 300)) || return 0
  done
  measures_before 1000
  likely too-late 'the round trip of a packet before the wrap is measured, too, when the acknowledgement has a small number: README, "Numbers that wrap"'
  ((WAITED > 300)) || fail_check too-late "with -i 65535 as with -i 1000: it goes back after $WAITED ms, for it has measured" "500 ms and more"
}

# measures_before FIRST - the fifth packet is lost: sets WAITED to how long the sender waited before it went back, or to 0.
measures_before() {
  local FIRST=$1
  fifth_lost "$1"
  uncarry
  WAITED=$(time_outs | awk 'NR == 1 { print $1 + 0 }')
  told "looked when that was sent again" "after ${WAITED:=0} ms"
}

# fifth_lost FIRST [OPTION...] - the fifth packet is lost on the way, with these options of the sender.
fifth_lost() {
  carry "it loses the fifth packet, seed $SEED" -m 2 -l 20 -s "$SEED"
  receives -i "$1"
  send_by_student -i "$@"
  end_receiver
}

# goes_back FIRST - does the file arrive nevertheless?
goes_back() {
  fifth_lost "$1" -w 6
  told "./sender -i $1 -w 6 FILE" "ended with status $STATUS"
  ((STATUS == 0)) && cmp -s "$FILE" "$COPY"
}

# under_way WINDOW - prints how many packets were under way at most, and how few while there was enough to send.
under_way() {
  packets | awk -v window="$1" -v packets="$PACKETS" '
    $2 == "->" && $5 == "came" { if ($4 + 1 > top) top = $4 + 1; under = top - acked; if (under > most) most = under
      if (under == window) full = 1 }
    $3 == "A" && $5 == "arrived" { if (full && top < packets - 1 && (low == "" || top - acked < low)) low = top - acked
      if ($4 > acked) acked = $4 }
    END { print most + 0, low == "" ? 0 : low }'
}

# bats test_tags=id:window,points:1
@test "never more than a window under way, and as many as that" {
  local window result which
  likely hung 'when all is acknowledged, the E too, end: README, "The end"'
  draw window 6 9
  file 23000
  carry "it loses nothing, 60 ms there and back, 15 ms from one frame to the next" -m 30 -g 15
  receives
  sends -w "$window"
  uncarry
  result=$(under_way "$window")
  told "looked at how many packets were under way" "at most ${result% *}"
  likely under-way 'a packet may be sent when it is less than a window behind the first that is not acknowledged: README, "Go-back-N"'
  ((${result% *} <= window)) || fail_check under-way "$window at most" "${result% *}"
  likely idle 'each acknowledgement makes room for the next packet at once: README, "Go-back-N"'
  ((${result% *} == window)) || fail_check idle "$window, for there was enough to send" "${result% *} at most"
  ((${result#* } >= window - 3)) ||
    fail_check idle "about $window all the time, until the end is sent" "only ${result#* } at times"
  likely idle 'an acknowledgement counts for all before it, so it makes room for as many: README, "Go-back-N"'
  draw which 0 9
  SEED=${ACKS[which]}
  carry "it loses some acknowledgements, seed $SEED, 60 ms there and back, 15 ms from one frame to the next" \
    -b -m 30 -g 15 -l 15 -s "$SEED"
  receives
  sends -w "$window"
  uncarry
  result=$(under_way "$window")
  told "looked at how many packets were under way" "at least ${result#* } when an acknowledgement came"
  ((${result#* } >= window - 3)) ||
    fail_check idle "about $window all the time, until the end is sent" "only ${result#* } at times"
  likely idle 'the E is a packet as the others are, and may be under way with them: README, "Exercise"'
  draw window 69 80 # the receiver's buffer holds about 90
  file $(((window - 1) * 1000))
  carry "it loses nothing, 60 ms there and back" -m 30
  receives
  sends -w "$window"
  uncarry
  result=$(under_way "$window")
  told "looked at how many packets were under way" "at most ${result% *}"
  grep -q ' E ' < <(packets) || return 0 # that is told elsewhere
  ((${result% *} >= window - 1)) || likely idle '-w is at most 1000: README, "Exercise"'
  ((${result% *} == window)) || fail_check idle "all $window, the E, too" "${result% *} at most"
  likely idle '-w may be 1000, and as many packets as it says are under way: README, "Exercise"'
  draw window 960 999
  file $((window * 1000))
  carry "it loses nothing, 300 ms there and back, and nobody has the port at its other end" -m 150
  send_by_student -w "$window"
  uncarry
  result=$(under_way "$window")
  told "looked at how many packets were under way before the answer" "at most ${result% *}"
  ((${result% *} == window)) || fail_check idle "all $window" "${result% *} at most"
}

# within WHAT BOUND RUN... - does RUN, which sets SENT and LOST, and fails if more packets were sent than the arithmetic
# BOUND says. On a busy machine one may be late, so the run has a second try.
within() {
  "${@:3}"
  ((SENT > $2)) || return 0
  "${@:3}"
  local most
  read -r most _ < <(under_way "$WINDOW")
  ((WINDOW > 2)) || [[ $(time_outs) != *turn* ]] ||
    likely too-many 'after a time-out go back to the first packet that is not acknowledged: README, "Go-back-N"'
  ((most <= WINDOW)) || likely too-many 'more packets were under way than -w allows: README, "Go-back-N"'
  ((SENT <= $2)) || fail_check too-many "at most $(($2)) packets sent: $1" "$SENT sent, $LOST of them lost"
}

lossy() {
  WINDOW=$1
  carry "it loses 20 in a hundred, seed $SEED" -m 2 -l 20 -s "$SEED"
  receives
  sends -w "$1"
  counts
  told "counted the packets at the cable" "$SENT sent, $LOST of them lost"
}

# bats test_tags=id:stop-and-wait,points:1
@test "with a window of 1: one packet more for each loss, and none else" {
  local which
  likely hung 'send again what is not acknowledged in time: README, "Stop and wait"'
  likely gave-up "${LIKELY[hung]}"
  likely too-many 'send a packet again after a time-out, and only then: README, "Stop and wait"'
  draw which 0 9
  SEED=${SINGLE[which]}
  file 13000
  within "$PACKETS, and one for each loss" 'PACKETS + LOST' lossy 1
}

# bats test_tags=id:loss,points:1
@test "with a larger one: a window more at most for each loss" {
  local which window
  likely hung 'after a time-out go back to the first packet that is not acknowledged: README, "Go-back-N"'
  likely gave-up "${LIKELY[hung]}"
  likely unfinished "${LIKELY[hung]}"
  likely too-many 'go back once for each time-out, and start the time anew when something new is acknowledged: README, "Go-back-N"'
  draw which 0 9
  draw window 3 5
  SEED=${SINGLE[which]}
  file 25000
  within "$PACKETS, and $window for each loss" "PACKETS + $window * LOST" lossy "$window"
}

# bats test_tags=id:bad-cable,points:1
@test "doubled, late and damaged packets, and lost acknowledgements, too" {
  local which
  likely hung 'an acknowledgement may be lost, doubled or late; a later one counts for all before it: README, "Stop and wait"'
  likely gave-up "${LIKELY[hung]}"
  likely unfinished "${LIKELY[hung]}"
  draw which 0 19
  file 15000
  likely too-many 'an acknowledgement of nothing new is no reason to send: README, "Go-back-N"'
  within "$PACKETS, and 4 for each loss" 'PACKETS + 4 * LOSSES' bad "${BAD[which]}"
}

bad() {
  WINDOW=4
  carry "both ways it loses 5, doubles 20, delays 20, damages 3 in a hundred" -b -m 2 -l 5 -d 20 -o 20 -x 3 -s "$1"
  receives
  sends -w 4
  counts
  LOSSES=$(awk '$1 == "wire:" && / with data / { n += $9 + $(NF - 1) + ($2 == "->") * $(NF - 3) } END { print n }' "$LOG")
  told "counted the packets at the cable" "$SENT sent, $LOSSES packets and acknowledgements lost or damaged, or packets late"
}

# time_outs - prints for each time that the sender went back: after how many ms, counted from when something new was last
# acknowledged or, if nothing else was under way, when the packet was sent; how long it had to wait at least and at most;
# and whether it went back for the second time, or is the first packet that was sent again, or a later one. What is between
# least and most is free: RFC 6298 may measure each packet, or one in each round trip. A packet that was sent twice is
# never measured. If a packet comes out of its turn, it prints "turn".
time_outs() {
  packets | awk '
    function measure(how, rtt,    off) {
      off = srtt[how] > rtt ? srtt[how] - rtt : rtt - srtt[how]
      rttvar[how] = srtt[how] ? rttvar[how] * 3 / 4 + off / 4 : rtt / 2
      srtt[how] = srtt[how] ? srtt[how] * 7 / 8 + rtt / 8 : rtt
      rto[how] = srtt[how] + 4 * rttvar[how] < 100 ? 100 : srtt[how] + 4 * rttvar[how]
    }
    BEGIN { rto["each"] = rto["one"] = 500; times = 1; base = next_one = most = 0; timed = -1; kind = "first" }
    $2 == "->" && $5 == "came" && $4 == next_one && next_one - base < 1000 {
      if (next_one == base) since = $1
      if (next_one == most) { sent[most] = $1; if (timed < 0) timed = most; most++ }
      next_one++
      next
    }
    $2 == "->" && $5 == "came" && $4 == base {
      for (number = base; number < most; number++) delete sent[number]
      if (gone_back != "") kind = gone_back == base ? "second" : "later"
      low = rto["each"] < rto["one"] ? "each" : "one"
      high = low == "each" ? "one" : "each"
      print int($1 - since), int(times * rto[low]), int(times * rto[high]), kind
      gone_back = base; next_one = base + 1; since = $1; times *= 2; timed = -1
      next
    }
    $2 == "->" && $5 == "came" { print "turn" }
    $3 == "A" && $5 == "arrived" && $4 > base && $4 <= most {
      for (number = base; number < $4; number++) if (number in sent) measure("each", $1 - sent[number])
      if (timed >= 0 && timed < $4) { if (timed in sent) measure("one", $1 - sent[timed]); timed = -1 }
      base = $4; since = $1; times = 1
      if (next_one < base) next_one = base
    }'
}

# timed TEXT OPTION... - sends over a cable like that, with the options WITH. Sets WAITED to how long it waited before it went
# back, each time, LEAST and MOST to how long it had to, and KIND. With options it need not go well.
timed() {
  local waited least most kind
  carry "$@"
  receives
  if ((${#WITH[@]} == 0)); then
    sends
  else
    send_by_student "${WITH[@]}"
    end_receiver
  fi
  counts
  WAITED=() LEAST=() MOST=() KIND=()
  while read -r waited least most kind; do
    WAITED+=("$waited") LEAST+=("$least") MOST+=("$most") KIND+=("$kind")
  done < <(time_outs)
  told "looked when packets were sent again" "after ${WAITED[*]/%/ ms}"
}

# in_time - true if each was sent again when it had to be, but for what a busy machine takes. Else sets ODD to the first
# that was not, and CLASS to what is wrong.
in_time() {
  CLASS=order ODD=0
  [[ ${WAITED[*]} != *turn* ]] || return
  for ODD in "${!WAITED[@]}"; do
    CLASS=too-soon
    ((WAITED[ODD] >= LEAST[ODD] - EARLIER)) || return
    CLASS=too-late
    ((WAITED[ODD] <= MOST[ODD] + ALLOWED)) || return
  done
  CLASS=''
}

# disturbed DELAY - true if a packet took 5 ms more than it had to, through a cable of DELAY ms or at one of its ends. Then
# the machine was busy, and nobody's clock was right. A packet that is late on purpose, or sent again, does not count. Packets
# that wait for each other, as with a larger window, tell nothing of it.
disturbed() {
  ((${#WITH[@]} == 0)) && packets | awk -v delay="$1" '
    { repeated = $2 == "->" && $5 == "came" && $3 $4 == packet; if ($2 == "->") packet = $3 $4 }
    NR > 1 && !repeated && what != "late" && $1 - since > ($5 == "arrived" ? delay : 0) + 5 { busy = 1 }
    { since = $1; what = $5 }
    END { exit !busy }'
}

# waits MANY ROUND_TRIP SEED [OPTION...] - is it in time, with just so many times that it goes back? On a busy machine an
# acknowledgement may be late, and its packet is sent again: then the cable loses others. So it has four tries, and up to
# sixteen of which the ledger shows that the machine was busy. And if each time all was sent again when it had to be, only
# not that many, then the machine did that.
waits() {
  local tries=0
  for _ in {1..16}; do
    timed "$2 ms there and back, it loses $LOSS in a hundred, seed $3" -m $(($2 / 2)) -l "$LOSS" -s "$3" "${@:4}"
    ! in_time || ((${#WAITED[@]} != $1)) || return 0
    ((STATUS == 0)) || break
    disturbed $(($2 / 2)) || ((++tries < 4)) || break
  done
}

# one_wait WHEN MISTAKE ROUND_TRIP SEED [OPTION...] - sends over a cable that loses one packet. If that is sent again too soon or
# too late, fails: MISTAKE is what may be wrong then.
one_wait() {
  likely too-soon "$2"
  likely too-late "$2"
  waits 1 "${@:3}"
  [[ ! $CLASS ]] || wrong_time "$1"
}

# wrong_time WHEN - fails: it did not wait as long as it had to.
wrong_time() {
  local due=${LEAST[ODD]} most
  read -r most _ < <(under_way 1)
  ((most <= 1 || ${#WITH[@]})) || return 0 # that is told elsewhere
  [[ $CLASS != order ]] || fail_check order "each packet in its turn, and again only if it is not acknowledged" "another order of packets"
  ((due == MOST[ODD])) || due+=" to ${MOST[ODD]}"
  fail_check "$CLASS" "$due ms, at most $EARLIER less or $ALLOWED more, $1" "${WAITED[ODD]} ms"
}

# bats test_tags=id:adapts,points:1,long
@test "waits as long as the round trips say, at least 100 ms; twice as long after a time-out, then as before" {
  # The time doubles three times, so it may take longer than an answer.
  local which most EARLIER=15 ALLOWED=35 LOSS=20 WITH=() CLASS ODD CHECK_DEADLINE=$((2 * ${CHECK_DEADLINE%.*} + 1))
  likely hung 'send again what is not acknowledged in time: README, "Stop and wait"'
  likely gave-up "${LIKELY[hung]}"
  draw which 0 9
  file 10000
  waits 4 10 "${TRIPLE[which]}"
  case $CLASS-${KIND[ODD]-} in
    too-soon-second) likely too-soon 'each time-out doubles the time: README, "How long to wait"' ;;
    too-soon*) likely too-soon 'wait at least 100 ms: README, "Exercise"' ;;
    too-late-first) likely too-late 'measure the round trip: RTO = SRTT + 4 RTTVAR, here at least 100 ms: README, "How long to wait"' ;;
    too-late-second) likely too-late 'twice the time, not more: README, "Exercise"' ;;
    too-late-later) likely too-late 'when something new is acknowledged, the time is again SRTT + 4 RTTVAR, and what was sent twice measures nothing: README, "How long to wait"' ;;
  esac
  [[ ! $CLASS ]] || wrong_time "before number $((ODD + 1)) of these"
  file 1000
  waits 2 10 "${TWICE[which]}"
  likely too-soon 'wait 500 ms, as long as no round trip has been measured: README, "How long to wait"'
  ((ODD == 0)) || likely too-soon 'a time-out doubles the first 500 ms, too: README, "Exercise"'
  likely too-late "${LIKELY["too-soon"]}"
  [[ ! $CLASS ]] || wrong_time "before the first packet of all was sent for the $( ((ODD == 0)) && echo second || echo third) time"
  file 4000
  one_wait 'after four round trips' \
    'RTTVAR is 3/4 of what it was and 1/4 of |SRTT - R|, and RTO = SRTT + 4 RTTVAR: README, "How long to wait"' \
    120 "${FIFTH[which]}"
  one_wait 'after four round trips, a long one and three short ones' \
    'first RTTVAR, which is 3/4 of what it was and 1/4 of |SRTT - R| with the SRTT from before, then SRTT: README, "How long to wait"' \
    80 "${VARIED[which]}" -g 60 -o 20
  # Of a window of 8 the first is lost, and then the E, when all others have been acknowledged.
  likely too-soon 'the time begins anew when something new is acknowledged: README, "How long to wait"'
  WITH=(-w 8) LOSS=3
  file 56000
  waits 2 160 "${PAIR[which]}" -g 20
  likely too-late 'the time begins anew only when something new is acknowledged: README, "How long to wait"'
  ((ODD == 0)) || likely too-late 'of all that was sent again nothing is measured: README, "How long to wait"'
  # Going back too soon costs one window more. Where the window is another one, or still more is sent, that is told elsewhere.
  read -r most _ < <(under_way 8)
  [[ ! $CLASS ]] || ((STATUS != 0 || most != 8 || SENT > PACKETS + 8 * (LOST + 1))) || wrong_time "after what was last acknowledged"
}

slow() {
  WINDOW=5
  carry "it loses nothing, 240 ms there and back" -m 120
  receives
  sends -w 5
  looks_idle
  counts
  told "counted the packets at the cable" "$SENT sent"
}

varying() {
  WINDOW=1
  carry "it loses nothing, 100 ms there and back, and 85 more for some" -m 50 -g 30 -o 40 -s 27
  receives
  sends
  looks_idle
  counts
  told "counted the packets at the cable" "$SENT sent"
}

# ends_at_once RUN - fails if RUN, which sets IDLE and has gone well once, ends late. The last that has passed the cable is the
# last acknowledgement. A busy machine has two more tries.
ends_at_once() {
  local tries
  for tries in 1 2; do ((IDLE <= 150)) || "$1"; done
  ((IDLE <= 150)) || fail_check late "an end as soon as all is acknowledged" "$IDLE ms later"
}

far() {
  WINDOW=2
  # Not much more than 500: a program that measures from the second time on then takes the round trip for very short.
  carry "it loses nothing, 540 ms there and back" -m 270
  receives
  sends -w 2
  counts
  # Later there are acknowledgements that say nothing new, and what a program does then is told elsewhere.
  SENT=$(packets | awk '
    $2 == "->" && $5 == "came" { if ($4 == 2 && !since) since = $1; if (!since || $1 < since + 350) n++ }
    END { print n + 0 }')
  told "counted the packets until 350 ms after the third one" "$SENT sent"
}

# stops_it - stops the student's program for a moment when its first packet has come. What waits then may be interrupted
# (EINTR) although there is no handler: signal(7).
stops_it() {
  local pid name
  wait_until grep -q came "$LOG" || return 0
  for pid in $(ip netns pids sender); do
    { read -r name <"/proc/$pid/comm"; } 2>/dev/null || continue
    [[ $name == "${SUBJECT##*/}" || $name == sender ]] || continue
    ! kill -s STOP "$pid" || wait_until has_state "$pid" T || true
    kill -s CONT "$pid" || true
  done
}

stopped() {
  local stopper
  WINDOW=1
  carry "it loses nothing, 200 ms there and back" -m 100
  receives
  stops_it 3>&- 2>/dev/null &
  stopper=$!
  sends
  wait "$stopper" || true
  counts
  told "stopped it for a moment when the first packet had come, and counted the packets" "$SENT sent"
}

# bats test_tags=id:patient,points:1,long
@test "when the round trip is long, or varies, no packet is sent again without need" {
  likely hung 'when all is acknowledged, the E too, end: README, "The end"'
  likely late 'when the last acknowledgement has come, there is nothing left to wait for: README, "The end"'
  likely too-many 'begin with 500 ms; then RTO = SRTT + 4 RTTVAR, which is more than a round trip: README, "How long to wait"'
  file 9000
  within "each one once" 'PACKETS' slow
  likely packets 'the E is the last packet: nothing comes after it: README, "Exercise"'
  ((PACKETS <= 10)) || fail_check packets "packets 0 to 9, the last one the E" "$PACKETS different ones"
  ends_at_once slow
  likely too-many 'RTTVAR is how much the round trip varies, and RTO has four times as much: README, "How long to wait"'
  file 3000
  within "each one once" 'PACKETS' varying
  ends_at_once varying # here the last acknowledgement comes alone
  likely too-many 'which of the two has been acknowledged? A packet that was sent twice measures nothing: README, "How long to wait"'
  within "the first two twice, for the first 500 ms are less than the round trip, and the next two once" 'PACKETS + 2' far
  likely too-many 'a call that was interrupted (EINTR), for the program was stopped, is no time-out: make it again, until the time is over: signal(7)'
  likely gave-up "${LIKELY["too-many"]}"
  likely status "${LIKELY["too-many"]}"
  file 1
  within "each one once" 'PACKETS' stopped
}

garbage() {
  carry "it loses 20 in a hundred, seed $SEED" -m 2 -l 20 -s "$SEED"
  WINDOW=$1
  receives -g "$1"
  told "the receiver sends garbage before each acknowledgement" "done"
  sends -w "$1"
  counts
  told "counted the packets at the cable" "$SENT sent, $LOST of them lost"
}

# bats test_tags=id:garbage,points:1
@test "what is no acknowledgement, or one of what was never sent, is passed over" {
  local which most different
  likely unfinished 'an acknowledgement has four bytes, A and #, and is of something that was sent: README, "Exercise"'
  likely status "${LIKELY[unfinished]}"
  likely gave-up "${LIKELY[unfinished]}"
  draw which 0 9
  SEED=${SINGLE[which]}
  file 19000
  # A program that sends more than it may without garbage, too, has lost points for that.
  lossy 4
  read -r most _ < <(under_way 4)
  different=$PACKETS
  ((most <= 4 && SENT <= PACKETS + 4 * LOST)) || return 0
  likely too-many 'what is passed over is no reason to send: README, "Exercise"'
  likely hung "${LIKELY[unfinished]}"
  within "$PACKETS, and 4 for each loss" 'PACKETS + 4 * LOST' garbage 4
  within "$PACKETS, and one for each loss" 'PACKETS + LOST' garbage 1
  ((different <= 20)) || return 0 # packets beyond the E are told elsewhere
  likely unfinished 'what was sent ends with the E, however large the window is: README, "Exercise"'
  file 7000
  SEED=${FIFTH[which]}
  carry "it loses the fifth packet, seed $SEED" -m 2 -l 20 -s "$SEED"
  receives -g "$PACKETS"
  told "the receiver sends acknowledgements of packets beyond the end, too" "done"
  sends -w 20
}

# when_lost - prints when packets were lost, in ms.
when_lost() {
  packets | awk '$5 == "lost" { printf "%s%d", n++ ? ", " : "", $1 }'
}

# doubles - true if there are at least 100, 200 and 400 ms between that.
doubles() {
  packets | awk '$5 == "lost" { if (n++ && $1 - last < 50 * 2 ^ (n - 1) - 15) soon = 1; last = $1 } END { exit soon }'
}

# comes_soon - true if one of the first four was lost less than 85 ms after the one before, so no time-out was over.
comes_soon() {
  packets | awk '$5 == "lost" { if (n && n < 4 && $1 - last < 85) soon = 1; n++; last = $1 } END { exit !soon }'
}

# expect_failure NAME - fails unless it ended with status 1, and a message that names this error.
expect_failure() {
  local words
  words=$(grep -m1 -F "$1" "$OUTPUT" || tail -n 1 "$OUTPUT")
  words=${words:0:200}
  # Another error is named than the one that came: then it has not noticed it.
  [[ $words != *ETIMEDOUT* ]] || likely words "${LIKELY[refusal]-}"
  ((STATUS == 1)) || fail_check status "exit status 1" "exit status $STATUS"
  [[ $words == *"$1"* ]] || fail_check words "a message that names $1" "${words:-no message}"
}

# bats test_tags=id:gives-up,points:1,long
@test "gives up at the fourth time-out in a row, and at once if nobody has the port" {
  # The time doubles and doubles, so it takes longer than an answer.
  local tries turn doubling which CHECK_DEADLINE=$((2 * ${CHECK_DEADLINE%.*} + 1))
  likely hung 'nobody may ever answer: README, "The end"'
  likely status 'not all is acknowledged, for E is not, so it is a failure: README, "The end"'
  likely words 'print the name of the error, as die does: README, "Exercise"'
  likely tries 'the first time, and again after each of three time-outs; the fourth ends it: README, "Exercise"'
  file 3000
  # On a busy machine the cable may note a packet late. So it has three tries.
  for turn in 1 2 3; do
    carry "it is cut after three packets, so that E is lost" -m 2 -c 3
    receives
    send_by_student -w 1
    looks_idle
    uncarry
    end_receiver
    if ((IDLE >= 785)) || ! doubles; then break; fi
  done
  # On a busy machine the acknowledgement before may be too late for the cable, and then the packet of that one is the last.
  tries=$(packets | awk '$2 == "->" && $5 == "came" { n[$3 $4]++ } $5 == "lost" { last = $3 $4 } END { print n[last] + 0 }')
  ! doubles || doubling=yes
  told "counted how often it had sent the last one" "$tries times"
  ended "$STATUS" "./sender -w 1 FILE, over a cable that is cut"
  expect_failure ETIMEDOUT
  ((tries == 4)) || fail_check tries "4 times" "$tries times"
  # Where the time was not doubled before either, that is told elsewhere.
  if [[ ${doubling-} ]]; then
    likely early 'the fourth time-out comes after 800 ms, for the time is doubled after the third one, too: README, "The end"'
    told "looked how long it had waited for the last one" "$IDLE ms"
    ((IDLE >= 785)) || fail_check early "an end 800 ms after it had been sent for the fourth time" "$IDLE ms after that"
  fi
  likely tries 'a time-out is one, even if acknowledgements of nothing new have come meanwhile: README, "Exercise"'
  likely status "${LIKELY[tries]}"
  likely reset 'only if something new is acknowledged, the time is no longer doubled: README, "Exercise"'
  file 5000
  draw which 0 9
  for turn in 1 2 3; do # for the same reason
    carry "it loses 50 in a hundred, seed ${BASE[which]}" -m 2 -l 50 -s "${BASE[which]}"
    receives -g 2
    told "the receiver sends garbage before each acknowledgement" "done"
    send_by_student -w 2
    uncarry
    end_receiver
    if [[ ! ${doubling-} ]] || doubles; then break; fi
  done
  # Packets that come in another order, as with another window, meet other losses. That is told elsewhere.
  if [[ $(packets | awk '$2 == "->" && $5 == "came" { printf " %s", $4 }') =~ ^\ 0\ 1(\ 2\ 3){3} ]]; then
    tries=$(packets | awk '$5 == "lost" { n++ } END { print n + 0 }')
    told "counted how often the third one was lost, and when" "$tries times, $(when_lost) ms"
    ended "$STATUS" "./sender -w 2 FILE, when the third packet is lost and the fourth is not, each time"
    expect_failure ETIMEDOUT
    ! comes_soon || likely tries 'send a packet again after a time-out, and only then: README, "Stop and wait"'
    ((tries == 4)) || fail_check tries "4 times" "$tries times"
    [[ ! ${doubling-} ]] || doubles ||
      fail_check reset "100, 200 and 400 ms between them, as it was without acknowledgements" "less"
  fi
  likely refusal 'an ICMP error comes back, and the next call on a connected socket returns it: README, "Exercise"'
  likely hung "${LIKELY[refusal]}"
  likely status 'nobody has got the file, so it is a failure: README, "Exercise"'
  carry "nobody has the port at its other end" -m 2
  send_by_student -w 1
  counts
  ended "$STATUS" "./sender -w 1 FILE, and nobody has the port"
  expect_failure ECONNREFUSED
  ((SENT == PACKETS)) || fail_check refusal "an end before any is sent again" "$SENT packets sent, $PACKETS different ones"
  send_by_student -w 2 -b 10.0.1.1 # its own host: the error has come when send returns, and recv does not return it again
  ended "$STATUS" "./sender -w 2 FILE, and nobody has the port at its own host"
  expect_failure ECONNREFUSED
  file 7000
  carry "it loses nothing" -m 2
  receives
  # Its file may have 4,500 bytes and no more. So it ends when the fifth packet comes.
  prlimit --pid "${PID[receiver]}" --fsize=4500 --core=0
  send_by_student -w 1
  uncarry
  end_receiver
  ended "$STATUS" "./sender -w 1 FILE, and the receiver ends when the fifth packet comes"
  expect_failure ECONNREFUSED
  likely status 'the last packet of data and the E are not acknowledged, so it is a failure: README, "The end"'
  file 5000
  carry "it loses nothing, 10 ms from one frame to the next" -m 2 -g 10
  receives
  prlimit --pid "${PID[receiver]}" --fsize=4500 --core=0
  send_by_student -w 2
  uncarry
  end_receiver
  ended "$STATUS" "./sender -w 2 FILE, and the receiver ends when the fifth packet comes, the last before the E"
  expect_failure ECONNREFUSED
  likely status 'the E is not acknowledged, so it is a failure: README, "The end"'
  file 1
  carry "it loses nothing" -m 2
  receives -v
  # It tells of each packet before it acknowledges it. There is room for one line, so it ends when the E comes.
  prlimit --pid "${PID[receiver]}" --fsize=$(($(stat -c %s "$(out receiver)") + 30)) --core=0
  send_by_student -w 1
  uncarry
  end_receiver
  ended "$STATUS" "./sender -w 1 FILE, and the receiver ends when the E comes"
  expect_failure ECONNREFUSED
}
