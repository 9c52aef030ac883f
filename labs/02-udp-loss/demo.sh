# shellcheck shell=bash
# The demo of lab 02, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
# needs: nft

# The server's line in /proc/net/udp: 138A is 5002. Field 5 has the queue, the last one the drops.
dropped="awk '\$2 ~ /:138A\$/ {print \$NF}' /proc/net/udp"
nothing_waits="awk '\$2 ~ /:138A\$/ {print \$5 ~ /:00000000\$/}' /proc/net/udp"

losses 2
title "Lab 02: UDP loss"
tell "Where did my datagram go? The client sends numbered datagrams, the server counts what arrives.
The prompt shows whose terminal it is. You watch from yours."

step "Datagrams arrive"
tell "A socket with an address is all that the server needs: no listen, no accept."
start server ./server -v
await server 'bound to 127\.0\.0\.1:5002'
run client ./client -v -n 2
expect 'sent 2 of 2'
await server 'number 2, 100 bytes'
tell "One send, one recvmsg: a datagram keeps its size. And connect? It sent nothing. It only noted
which address this socket talks to."
tell "A datagram may be empty. On TCP a result of 0 was the end of the stream:"
run client ./client -n 1 -l 0
await server 'no number, 0 bytes'
tell "Here it is one more datagram, and the server goes on."
interrupt server
finish server
expect 'ledger: received 3, buffer 0 \(SO_MEMINFO\), SO_RXQ_OVFL 0'

step "No program has the port"
tell "Now no program has port 5002. The client sends four datagrams. After each one it waits a second at
most for an error."
predict "Which of the four sends will fail? And which of them without connect?"
run -s 1 client ./client -v -n 4 -e 1000
expect 'sent 2 of 4'
tell "Each datagram that reached the closed port caused an ICMP error, and the *next* call returned it.
So the first send succeeds, although its datagram is lost. The second send fails, and sends nothing."
tell "The same without connect, with sendto:"
run client ./client -v -u -n 2 -e 100
expect 'sent 2 of 2'
tell "Silence. The errors came here too. But an unconnected socket may talk to many peers, and the kernel
does not pass their errors on. Both datagrams are lost, and both calls succeeded."

step "Lost on the network"
tell "The firewall of this private network will drop every fifth incoming datagram, and count them. It also
logs them: where the packets are shown, a cross marks each one that it dropped."
run you "nft add table inet loss"
run you "nft add chain inet loss in '{ type filter hook input priority 0; }'"
run you "nft add rule inet loss in udp dport 5002 numgen inc mod 5 == 4 log group 2 counter drop"
start server ./server
await server 'bound to'
predict "The client will send ten datagrams. Which numbers will be missing, and how could the
server know?"
run client ./client -n 10
expect 'sent 10 of 10'
await server 'number 9,'
interrupt server
finish server
expect 'ledger: received 8, buffer 0'
tell "5 and 10 are missing. The gap at 5 shows in the numbers. Nothing shows the one at the end. The
client knows what it sent, and the firewall knows what it dropped:"
until_says 2 "nft list chain inet loss in | grep -Eo 'packets [0-9]+' | tr -dc 0-9"
run you "nft list chain inet loss in | grep -o 'packets [0-9]*'"
expect '^packets 2$'
tell "10 sent = 8 received + 2 on the network."
run you "nft delete table inet loss"

step "Lost in the socket buffer"
tell "This server sleeps until you press Enter, and its buffer is small. Datagrams that arrive meanwhile
wait in that buffer, and one of 20,000 bytes is larger than all of it."
start server ./server -w -B 4096
await server 'asked for a buffer of 4096 bytes, got 8192'
await server 'asleep'
run client ./client -n 100 -l 20000
expect 'sent 100 of 100'
until_says 99 "$dropped"
predict "100 sends have succeeded. How many datagrams will the server find when it wakes up?"
type server ''
await server 'ledger:'
expect 'ledger: received 1, buffer 99 \(SO_MEMINFO\), SO_RXQ_OVFL 0'
tell "An empty buffer takes one datagram of any size. The kernel dropped the other 99. They had
arrived, so no packets show it. Two kernel counters should, and one of them says 0! SO_RXQ_OVFL is a
stamp on each datagram: how many were dropped before this one came. The server has read only the
first one. Send one more, and it knows:"
run client ./client -n 1
until_says 0 "$nothing_waits"
type server ''
await server 'ledger:'
expect 'ledger: received 2, buffer 99 \(SO_MEMINFO\), SO_RXQ_OVFL 99'
tell "SO_MEMINFO knew at once. 101 sent = 2 received + 99 dropped in the buffer."
interrupt server
finish server

step "The ledger"
tell "Both losses at once. A script runs the pair, reads each counter, and fails if the numbers do not add
up. The network loses every fifth datagram, and the server sleeps:"
run you ./ledger.sh -e 5 -w -B 4096 -l 20000
expect '^sent .* 100$'
expect '^received .* 1$'
expect '^network .* 20$'
expect '^buffer .* 79$'
expect '^balance '
tell "Real losses have no pattern. Now each datagram is lost with a probability of 20 per cent:"
run you ./ledger.sh -r 20 -n 200 -B 200000
expect '^sent .* 200$'
expect '^buffer .* 0$'
expect '^balance '
refute ' 0\*'
tell "A star means that the number will be different in the next run. Which datagrams were lost is chance,
but the counters know how many, and the sum is right. Now the server is awake, but it works for half a
millisecond on each datagram, and 1000 arrive at once:"
run you ./ledger.sh -d 500 -B 4096 -n 1000
expect '^network .* 0$'
expect '^balance '
refute ' 0\*'

step "Loss against buffer size"
predict "How big must the buffer be for 300 datagrams of 100 bytes?"
run you ./picture.sh
expect ' 2048  \|#{27,30} *\| [0-9]+$'
expect '212992 .*\| +0$'
tell "30,000 bytes are not enough: each datagram also costs several hundred bytes of the kernel's own. A
buffer helps against a burst up to its size. It does not help if the sender stays faster than the
receiver."

step "The largest datagram"
start server ./server -s 50
await server 'bound to'
predict "The server has room for 50 bytes. What happens to a longer datagram? And how long can one
be at most?"
run client ./client -n 1 -l 65507
expect 'sent 1 of 1'
await server '65507 bytes'
expect '\(50 kept: MSG_TRUNC\)'
tell "The server had room for 50 bytes. The rest is gone: the next recvmsg returns the next datagram, never
the rest of this one."
predict "65,507 bytes work. Will 65,508?"
run -s 1 client ./client -n 1 -l 65508
expect 'EMSGSIZE'
tell "No. An IP packet has at most 65,535 bytes: 20 for its header, 8 for UDP's, and 65,507 for you. This
loss happens before the network, so the sender gets an error at once."
interrupt server
finish server
tell "Your turn: read server.c and receiver.c, client.c and sender.c. Then write a receiver that reports the gaps."
