#!/usr/bin/env bats
# Lab 16's programs behave as its README says, failures included. scripts/lib/behaviour.bash defines the words.
# needs: line packet
# tools: nc cmp ethtool
load ../../scripts/lib/behaviour.bash
# shellcheck source=SCRIPTDIR/cable.bash
source "$LABS_ROOT/labs/16-reliable-udp/cable.bash"

setup_file() {
  "$LABS_ROOT/scripts/netbox.d/line" sender,middle,receiver true
  export PATH=$PATH:/run/bin # for the word `on`
  lay_cable
}

# carry OPTION... - starts wire.
carry() {
  start wire on middle ./wire "$@"
  await wire '^wire: a cable from eth0 to eth1$'
}

# receives [OPTION...] - starts the receiver, whose file is $COPY. It stays for a moment: on a busy machine the sender may
# read the last acknowledgement so late that it sends once more, and would be refused.
receives() {
  COPY=$BATS_TEST_TMPDIR/copy
  start receiver on receiver ./receiver -b 10.0.2.2 -l 400 -o "$COPY" "$@"
  await receiver '^receiver: bound to 10\.0\.2\.2:5016$'
}

# file BYTES - makes $FILE, of random bytes.
file() {
  FILE=$BATS_TEST_TMPDIR/file
  head -c "$1" /dev/urandom >"$FILE"
}

# sends [OPTION...] - sends $FILE, and waits until the receiver has it. Sets PACKETS, SENT and TIMEOUTS.
sends() {
  run on sender ./sender -b 10.0.2.2 "$@" "$FILE"
  assert_success
  [[ $output =~ all\ of\ ([0-9]+)\ packets\ acknowledged,\ ([0-9]+)\ sent,\ ([0-9]+)\ time-outs ]]
  PACKETS=${BASH_REMATCH[1]} SENT=${BASH_REMATCH[2]} TIMEOUTS=${BASH_REMATCH[3]}
  finish receiver
  has_line receiver "^receiver: all of $PACKETS packets came\$"
  cmp "$FILE" "$COPY"
}

# All that waits for wire has been read.
# shellcheck disable=SC2016  # awk's own
all_is_read() { on middle awk 'NR > 1 { waiting += $7 } END { exit waiting > 0 }' /proc/net/packet; }

# ledger - ends wire. Sets DATA, DOUBLED, LOST, ARRIVED, LATE and DAMAGED of the frames from the sender. It has lost none itself.
ledger() {
  wait_until all_is_read
  stop wire INT
  has_line wire "own losses: 0 of its buffers, 0 of the interfaces"
  read -r DATA DOUBLED LOST ARRIVED LATE DAMAGED < <(sed -nE \
    's/^wire: ->  ([0-9]+) with data \+ ([0-9]+) doubled = ([0-9]+) lost \+ ([0-9]+) arrived; ([0-9]+) late, ([0-9]+) damaged$/\1 \2 \3 \4 \5 \6/p' "$(out wire)")
  ((DATA + DOUBLED == LOST + ARRIVED))
}

# counter HOST NAME - prints a counter of that host's kernel, whichever file it is in.
counter() {
  # shellcheck disable=SC2016  # awk's own
  on "$1" awk -v name="$2" '{ key = $1 } key != last { last = key; split($0, names); next }
    { for (i in names) if (key names[i] == name) print $i }' /proc/net/snmp /proc/net/netstat
}

# fates - prints what wire has told, without the times.
fates() {
  sed -nE 's/^wire: +[0-9.]+ ms +//p' "$(out wire)"
}

thrown_away() {
  sed -nE "s/^receiver: thrown away: .*\b([0-9]+) $1.*/\1/p" "$(out receiver)"
}

# --- the cable ---

@test "without wire the ends do not meet, and with it they do, 10 ms away" {
  run on sender ping -c 1 -W 0.2 10.0.2.2
  assert_failure 1
  carry
  run on sender ping -c 2 -i 0.1 10.0.2.2
  assert_success
  assert_output --partial '2 received, 0% packet loss'
  [[ $output =~ min/avg/max/mdev\ =\ ([0-9]+) ]]
  ((BASH_REMATCH[1] >= 20))
  ledger
  ((DATA == 0))
}

@test "the same seed, the same fates; another seed, others" {
  local seed told=()
  file 1200
  for seed in 4 4 5; do
    carry -s "$seed" -l 20 -d 20 -m 1
    receives
    sends -z 40 -t 100
    ledger
    told+=("$(fates)")
  done
  [[ ${told[0]} == *'is lost'*'is doubled'* || ${told[0]} == *'is doubled'*'is lost'* ]]
  assert_equal "${told[1]}" "${told[0]}"
  [[ ${told[2]} != "${told[0]}" ]]
}

# seen - prints each packet that came from the sender, its fate, and what the ledger says of that way. (How many
# acknowledgements are still back when all is over, that is chance.)
seen() {
  sed -nE 's/^wire: +([0-9.]+ ms +)?(->.*(came|is lost|is doubled|damaged))$/\2/p' "$(out wire)"
}

# by_nc [OPTION...] - sends $FILE by TCP.
by_nc() {
  start receiver on receiver nc -l 10.0.2.2 5016
  wait_until listens
  on sender nc -N 10.0.2.2 5016 <"$FILE"
  finish receiver
}

by_ours() {
  receives
  sends -z 400 -t 500 "$@"
}

# bats test_tags=slow
@test "the same seed, ten times: the same, packet by packet, with stop-and-wait, go-back-N and TCP" {
  local way first i
  file 4000
  on sender ip route replace 10.0.2.2 dev eth0 congctl reno
  for way in by_ours 'by_ours -w 4' by_nc; do
    first=''
    for i in {1..10}; do
      carry -t -s 67 -l 10 -d 10 -m 40 -g 20
      $way
      ledger
      [[ $first ]] || first=$(seen)
      assert_equal "run $i of $way: $(seen)" "run $i of $way: $first"
    done
    [[ $first == *'is lost'* ]]
  done
}

@test "-b: the acknowledgements have fates, too" {
  file 1200
  carry -b -s 4 -l 20 -m 1
  receives
  sends -z 40 -t 60
  ledger
  grep -q -- '<-  A [0-9]* is lost' "$(out wire)"
  (($(thrown_away 'that came again') > 0))
}

@test "-t tells when each came and arrived, -q nothing" {
  file 100
  carry -t
  receives
  sends
  ledger
  run fates
  assert_output - <<'TOLD'
->  D 0 came
->  D 0 arrived
<-  A 1 came
<-  A 1 arrived
->  E 1 came
->  E 1 arrived
<-  A 2 came
<-  A 2 arrived
TOLD
  carry -q -l 50 -m 1
  receives
  sends -z 20
  ledger
  ((LOST > 0))
  run fates
  assert_output ''
}

@test "what wire loses itself is told apart from what it loses on purpose" {
  file 200000
  carry -q -s 2 -l 10
  interrupt wire STOP
  wait_until is_stopped "${PID[wire]}" || true
  start sender on sender ./sender -b 10.0.2.2 -z 10 -w 20000 -t 60000 "$FILE"
  wait_until is_asleep "${PID[sender]}"
  interrupt sender KILL
  finish sender 137
  interrupt wire CONT
  wait_until all_is_read
  stop wire INT
  has_line wire 'own losses: [1-9][0-9]* of its buffers'
  has_line wire '^wire: ->  [0-9]+ with data \+ 0 doubled = [1-9][0-9]* lost'
}

@test "-g: frames keep their distance" {
  file 100
  carry -t -g 40 -m 1
  receives
  sends -z 20 -w 8 -t 1000
  ledger
  # On a busy machine one may arrive late, but none before its turn.
  run awk '$4 != "->" { next } $7 == "came" && !first { first = $2 }
    $7 == "arrived" && $2 < first + 40 * n++ { print "too early: " $0 } END { print n }' "$(out wire)"
  assert_output 6
}

@test "an interface that is not there is an error" {
  run on middle ./wire eth0 eth7
  assert_failure 1
  assert_output 'wire: open eth7: No such device [ENODEV]'
}

# --- sender and receiver ---

@test "stop-and-wait sends each packet once, and once more for each loss" {
  file 30000
  carry -s 16 -l 20 -m 1
  receives
  sends -z 1000 -t 400
  ledger
  ((PACKETS == 31 && LOST > 0 && SENT == PACKETS + LOST && TIMEOUTS == LOST && DATA == SENT))
}

@test "go-back-N sends a window at most for each loss" {
  file 30000
  carry -s 16 -l 20 -m 2
  receives
  sends -z 1000 -t 100 -w 5
  ledger
  ((LOST > 0 && SENT > PACKETS + LOST && SENT <= PACKETS + 5 * LOST))
  (($(thrown_away 'too early') > 0))
}

@test "a file of any length" {
  local length
  carry -m 0
  for length in 0 1 1396 1397 14000; do
    file "$length"
    receives
    sends -w 3 -t 1000
    ((SENT == (length + 1395) / 1396 + 1))
  done
  ledger
}

@test "a window of any size is never exceeded" {
  file 40000
  carry -t -m 5
  receives
  sends -z 1000 -w 7
  ledger
  run awk '$5 == "D" && $7 == "came" { if ($6 + 1 > most) most = $6 + 1; if (most - acked > 7) print "too many: " $0
      if (most - acked == 7) full = 1 }
    $5 == "A" && $7 == "arrived" { acked = $6 } END { print full }' "$(out wire)"
  assert_output 1
}

@test "a time-out below the round trip: each packet twice, though none is lost" {
  file 10000
  carry -m 40
  receives
  sends -z 1000 -t 50
  ledger
  ((LOST == 0 && SENT >= 2 * PACKETS - 3))
}

@test "doubled, late and damaged: the bytes are the same, and each damaged one fails its checksum" {
  local before
  before=$(counter receiver Udp:InCsumErrors)
  file 60000
  carry -s 3 -d 20 -o 20 -x 20 -m 2
  receives
  sends -z 1000 -t 60 -w 4
  ledger
  ((DOUBLED > 0 && LATE > 0 && DAMAGED > 0))
  (($(counter receiver Udp:InCsumErrors) - before >= DAMAGED))
}

@test "a receiver with a small buffer loses what the cable did not" {
  local before
  before=$(counter receiver Udp:RcvbufErrors)
  file 60000
  carry -m 2
  receives -B 4096
  interrupt receiver STOP
  wait_until is_stopped "${PID[receiver]}"
  start sender on sender ./sender -b 10.0.2.2 -z 1000 -w 30 -t 100 "$FILE"
  wait_until overflown "$before"
  interrupt receiver CONT
  finish sender
  finish receiver
  cmp "$FILE" "$COPY"
  ledger
  ((LOST == 0))
}

overflown() {
  (($(counter receiver Udp:RcvbufErrors) > $1))
}

@test "garbage instead of an acknowledgement does no harm" {
  file 20000
  carry -m 1
  receives -g 4
  sends -z 1000 -w 4 -t 200
  ledger
  ((SENT == PACKETS))
}

@test "foreign datagrams do no harm to the receiver" {
  file 2000
  carry -m 1
  receives
  printf 'hello' | on sender nc -u -q 0 -w 1 10.0.2.2 5016
  printf 'A#\1\1' | on sender nc -u -q 0 -w 1 10.0.2.2 5016
  sends
  ledger
  assert_equal "$(thrown_away foreign)" 2
}

@test "numbers wrap in the receiver: 0 follows 65535" {
  COPY=$BATS_TEST_TMPDIR/copy
  start receiver on receiver ./receiver -b 127.0.0.1 -l 0 -i 65535 -o "$COPY"
  await receiver bound
  on receiver bash -c 'exec 3<>/dev/udp/127.0.0.1/5016
    printf "D#\0\0b" >&3; printf "D#\377\377a" >&3; printf "D#\0\0b" >&3; printf "E#\0\1" >&3'
  finish receiver
  assert_equal "$(<"$COPY")" ab
  has_line receiver 'thrown away: 1 too early, 0 that came again'
}

@test "a cable that is cut: the sender gives up" {
  file 3000
  carry -c 1 -m 1
  receives
  run on sender ./sender -b 10.0.2.2 -z 1000 -t 100 "$FILE"
  assert_failure 1
  assert_output 'sender: send to 10.0.2.2:5016: Connection timed out [ETIMEDOUT]'
  ledger
  ((DATA == 21 && LOST == 20))
}

@test "nobody has the port: the sender ends at once" {
  file 3000
  carry -m 1
  run on sender ./sender -b 10.0.2.2 -t 5000 "$FILE"
  assert_failure 1
  assert_output 'sender: send to 10.0.2.2:5016: Connection refused [ECONNREFUSED]'
  ledger
}

@test "more packets than there are numbers: the sender says so" {
  truncate -s 65001 "$BATS_TEST_TMPDIR/long"
  run ./sender -z 1 "$BATS_TEST_TMPDIR/long"
  assert_failure 1
  assert_output --partial 'more than 65000 packets'
}

# --- TCP over the same cable ---

@test "the kernels' TCP: what is lost is sent again, and nothing else" {
  local before
  before=$(counter sender Tcp:RetransSegs)
  file 20000
  on sender ip route replace 10.0.2.2 dev eth0 congctl reno
  carry -s 67 -l 10 -m 20
  start receiver on receiver nc -l 10.0.2.2 5016
  wait_until listens
  on sender nc -N 10.0.2.2 5016 <"$FILE"
  finish receiver
  cmp "$FILE" "$(out receiver)"
  ledger
  ((LOST == 1 && $(counter sender Tcp:RetransSegs) - before == 1))
}

listens() {
  [[ $(on receiver ss -Hltn 'sport = :5016') ]]
}

@test "the kernels' TCP: doubled, late and damaged segments, each counted" {
  local name before=()
  for name in Tcp:InCsumErrors TcpExt:TCPOFOQueue TcpExt:TCPDSACKOldSent; do before+=("$(counter receiver "$name")"); done
  file 20000
  carry -s 136 -d 30 -o 30 -x 20
  start receiver on receiver nc -l 10.0.2.2 5016
  wait_until listens
  on sender nc -N 10.0.2.2 5016 <"$FILE"
  finish receiver
  cmp "$FILE" "$(out receiver)"
  ledger
  ((DOUBLED > 0 && LATE > 0 && DAMAGED > 0))
  for name in Tcp:InCsumErrors TcpExt:TCPOFOQueue TcpExt:TCPDSACKOldSent; do
    (($(counter receiver "$name") > before[0]))
    before=("${before[@]:1}")
  done
}

@test "picture.sh tells what it measured" {
  run ./picture.sh loss
  assert_success
  assert_line --regexp '^0% +[0-9.]+\* +1\.[0-9]+\*$'
  assert_line --regexp '^20% +[0-9.]+\* +[1-9]\.[0-9]+\*$'
}

@test "ladders.sh draws three ladders side by side, each whole" {
  run ./ladders.sh
  assert_success
  assert_line --index 0 'stop-and-wait           go-back-4               TCP reno'
  assert_line --index 1 --regexp '^8 sent, [0-9.]+\* s +11 sent, [0-9.]+\* s +8 sent, [0-9.]+\* s$'
  assert_equal "$(grep -o 'X |' <<<"$output" | wc -l)" 3
  assert_equal "$(grep -o -- '-- 2 -------------X |' <<<"$output" | wc -l)" 3
  assert_equal "$(grep -o -- '-- 2 -------------->|' <<<"$output" | wc -l)" 3
  assert_equal "$(grep -o -- '-- 3 -------------->|' <<<"$output" | wc -l)" 4
  assert_equal "$(grep -o -- '-- end ------------>|' <<<"$output" | wc -l)" 3
  assert_equal "$(grep -o -- 'ack 7 --|' <<<"$output" | wc -l)" 3
  assert_equal "$(grep -o -- '| :  ' <<<"$output" | wc -l)" 2
}
