# shellcheck shell=bash
# The demo of lab 16, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
# needs: line packet
# tools: nc cmp ethtool
topology sender,middle,receiver
servers receiver cable

# shellcheck source=SCRIPTDIR/cable.bash
source "$LAB_DIR/cable.bash"
lay_cable
host cable middle
cd "$LAB_BIN" || exit
export NSTAT_HISTORY=/run/nstat # its usual file is in /tmp, and may be another user's
printf 'one two three four five six ' >/run/words
head -c 8000 < <(seq 1000000 1002000) >/run/numbers

# carry OPTION... - from here on wire carries.
carry() {
  start cable ./wire "$@"
  await cable 'a cable from eth0 to eth1'
}

# ledger - ends wire, which tells what it did.
ledger() {
  interrupt cable
  finish cable
  expect 'own losses: 0 of its buffers, 0 of the interfaces'
}

# listens - starts nc, and waits until it listens.
listens() {
  start receiver "nc -l 10.0.2.2 5016 >/run/copy"
  until_says 1 'on receiver ss -Hltn sport = :5016 | wc -l'
}

# receives - starts our receiver.
receives() {
  start receiver "./receiver -b 10.0.2.2 -l 0 -o /run/copy"
  await receiver 'bound to'
}

# same FILE - the copy is the file.
same() {
  run you "cmp /run/$1 /run/copy && echo the same"
  expect '^the same$'
}

# settles - a hundred ms and more go by until the last acknowledgement is back; then no frame is under way.
settles() {
  until_says '' 'on sender ss -Htn state connected exclude time-wait; on receiver ss -Htn state connected'
}

title "Lab 16: Reliable UDP"
tell "What does TCP do for you? Build it, and see. Three machines stand in a row. The one in the middle has no address,
and forwards nothing:

  sender ------------- middle ------------- receiver
  10.0.1.1    eth0             eth1         10.0.2.2"

step "A cable"
predict "Can the sender reach the receiver?"
run -s 1 sender ping -c 1 -W 0.3 receiver
expect '100% packet loss'
tell "No. Now a program in the middle reads whole frames at one side, and writes them at the other, 10 ms later. It is
a cable:"
carry
run sender "ping -c 1 receiver | grep transmitted"
expect ' 0% packet loss'
ledger
tell "To the two ends it was nothing but a wire. The ledger counts frames with data of TCP or UDP, and a ping has none.
'Own losses' are those that the cable did not want."

step "Stop and wait"
tell "Now the cable is slow: 100 ms each way, and 30 ms from one frame to the next. Of the frames with data it loses 10
in a hundred, and the seed says which."
carry -s 67 -l 10 -m 100 -g 30
receives
tell "The sender sends a packet and waits for its acknowledgement, 800 ms at most. Then it sends the packet again."
predict "Seven packets of data, and one that says: the end. How many must be sent?"
ladder
run sender "./sender -b 10.0.2.2 -z 4 -t 800 /run/words"
expect 'all of 8 packets acknowledged, 9 sent, 1 time-outs'
packets
ladder_close
finish receiver
ledger
expect 'D 2 is lost'
expect '9 with data . 0 doubled = 1 lost . 8 arrived'
same words
tell "Nine. Each D is a packet, with its number, and each A says what must come next. Most of the time the cable is
empty: one packet in each round trip."

step "Go-back-N"
tell "The same cable, and the same seed: the third frame with data is lost again. But now four packets may be under way
(-w 4)."
carry -s 67 -l 10 -m 100 -g 30
receives
predict "Packet 2 is lost, 3 arrives. Our receiver has no buffer. What does it do with 3, and what does the sender do?"
ladder
run sender "./sender -b 10.0.2.2 -z 4 -t 800 -w 4 /run/words"
expect 'all of 8 packets acknowledged, 12 sent, 1 time-outs'
packets
ladder_close
finish receiver
expect 'thrown away: 3 too early, 0 that came again'
ledger
same words
tell "It throws 3 away, and says once more that 2 must come. After the time-out the sender goes back to 2, and sends all
from there on again, also what had arrived."

step "TCP"
tell "The same cable and seed under the kernels' own TCP, with the algorithm reno. nc sends 8,000 bytes, in six
segments."
run sender ip route replace 10.0.2.2 dev eth0 congctl reno
carry -s 67 -l 10 -m 100 -g 30
ladder
listens
predict "The third segment is lost. How many segments will TCP send again, and how long does it wait?"
run sender "nc -N 10.0.2.2 5016 </run/numbers"
finish receiver
settles
packets 'sent again'
ladder_close
ledger
expect '7 with data . 0 doubled = 1 lost . 6 arrived'
same numbers
tell "It sends the lost one again, and nothing else. Its receiver keeps what comes too early. And it does not wait for a
time-out: the acknowledgements that say the same again tell that one is missing, and others have come."
tell "All three side by side, six pieces and the end. A colon is a long wait."
run you "./ladders.sh | head -n 15"
expect '^8 sent, .* 11 sent, .* 8 sent, '
tell "TCP sends as few as stop-and-wait, and is done in less than half the time of go-back-N."

step "Doubled, late, damaged"
tell "What else can a cable do? 30 frames of a hundred come twice, 30 so late that others pass them, and 20 have a bit
turned over."
carry -s 136 -d 30 -o 30 -x 20
run receiver nstat -n
listens
predict "Will the bytes that nc writes be right?"
run sender "nc -N 10.0.2.2 5016 </run/numbers"
finish receiver
settles
ledger
expect '[1-9][0-9]* doubled .* [1-9][0-9]* late, [1-9][0-9]* damaged'
same numbers
run receiver "nstat -z TcpInSegs TcpInCsumErrors TcpExtTCPOFOQueue TcpExtTCPDSACKOldSent | awk 'NR > 1 { print \$1, \$2 \"*\" }'"
expect '^TcpInCsumErrors [1-9]'
expect '^TcpExtTCPOFOQueue [1-9]'
tell "They are. The receiver's kernel counts what it did for that: it dropped segments whose checksum was wrong
(InCsumErrors), kept those that came too early (OFOQueue), and told the sender of those that it had already
(DSACKOldSent)."
carry -s 136 -d 30 -o 30 -x 20
receives
predict "And our own, whose receiver has no buffer?"
run sender "./sender -b 10.0.2.2 -w 8 /run/numbers"
expect 'all of 7 packets acknowledged'
finish receiver
ledger
same numbers
tell "It is right, too: numbers tell what comes twice or too early, and UDP's checksum drops the damaged ones. It only
costs more packets."

step "The price"
tell "The same 80 packets, and the same seed, by five ways. Now with 10 ms each way again."
predict "What is more: the gain of go-back-N by its window, or the loss by what it sends in vain?"
run you ./picture.sh ways
expect '^go-back-64'
expect '^TCP reno'
tell "A window of 64 sends eight times as much as stop-and-wait, and is not even twice as fast. TCP sends only what was lost. How
fast it is depends on its algorithm, which decides how much may be under way after a loss."

step "How large a window?"
predict "Without a loss: what does a window of 2 gain, of 64, of 256?"
run you ./picture.sh window
expect '^1 .* 1\.0[0-9]\* +0\*$'
expect '^256 '
tell "Twice the window, twice the throughput, up to a limit. Where the last column is not 0, packets of a burst were lost, and not by
the cable: the receiver's socket buffer was full (lab 02). TCP's receiver therefore says in each segment how much room it
has: flow control."

step "How long to wait?"
tell "The round trip takes 20 ms."
predict "What if the sender waits less than that? And ten times as much?"
run you ./picture.sh timeout
expect '^15 ms .* (1\.[89]|2\.)[0-9]+\*$'
expect '^200 ms .* 1\.0[0-9]\*$'
tell "With 15 ms each packet is sent twice, and nothing was lost. With 200 ms it stands still after each loss. So
the sender must measure the round trip, and that is a part of your exercise."

step "How much loss?"
predict "Of a hundred packets one is lost. Does that cost one per cent of the throughput?"
run you ./picture.sh loss
expect '^20% '
tell "More: each loss costs a time-out, and then a window that is sent again. Your turn: the sender."
