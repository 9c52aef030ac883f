# shellcheck shell=bash
# The demo of lab 12, a list of steps for scripts/demo; scripts/lib/demo.bash tells the verbs.
# needs: nft line
topology client,server

# shellcheck source=SCRIPTDIR/wire.bash
source "$LAB_DIR/wire.bash"
calm_hosts
host wire client

# states PORT - both ends of its connection, as their kernels see them.
states() {
  local show="ss -Htn state connected"
  run you "on client $show dport = $1; on server $show sport = $1"
}

# reaches HOST STATE PORT - waits until its kernel has the connection there; '' for none.
reaches() {
  until_says "$2" "on $1 ss -Htn state connected '( sport = $3 or dport = $3 )' | cut -d' ' -f1"
}

# acked HOST PORT - waits until the other end has acknowledged all that it sent.
acked() {
  until_says 0 "on $1 ss -Htn state connected '( sport = $2 or dport = $2 )' | awk '{ print \$3 }'"
}

# wall HOST - a firewall, at the door of that machine: there is no rule yet.
wall() {
  local chain='{ type filter hook input priority 0; }'
  run you "on $1 nft 'add table ip wall; add chain ip wall in $chain'"
}

title "Lab 12: the TCP handshake"
tell "SYN, ACK, FIN: who sends what, and when? Two machines on one wire:

  client ------------------------- server
         10.0.1.1         10.0.1.2

The prompt says on which of them you are. On wire, ladder draws each frame that passes the client's
end of the wire, and the states that it leads to. From yours you see both machines."
start wire ./ladder/ladder -i eth0
await wire 'listening on eth0'

step "The handshake in general"
tell "The course notes draw it like this:

  cliente                         Servidor
     |  -> syn                       |
     |               <- ack + syn    |
     |  -> ack                       |
     |     ... trafico ...           |
     |  -> fin                       |
     |              <- ack + fin     |
     |  -> ack                       |"
predict "Who sends the acknowledgement of \"Thank you\", and is it in the drawing?"
# The kernel sends the ACK of a FIN alone when the program has not closed within 40 ms. On a busy
# machine that happens; here it does not get through.
on server nft 'table ip lone { chain out { type filter hook output priority 0;
  tcp sport 5002 tcp flags == ack drop; }; }'
start server ./server -b 10.0.1.2 -p 5002 send eof close
await server 'listening'
run client ./client -b 10.0.1.2 -p 5002 recv close
await wire 'ACK ack=12'
expect 'FIN-WAIT-2 .*FIN,ACK seq=11 ack=2 .*LAST-ACK'
interrupt server
finish server
on server nft delete table ip lone
tell "Every arrow of the notes is there. What they call traffic has an acknowledgement of its own,
by the client's kernel and at once. And every segment but the first carries ACK; FIN does, too."
tell "SYN and FIN take a number of their own, as if they were a byte: \"Thank you\" begins with 1,
and the FIN with the number 11 is acknowledged by 12. The real numbers begin anywhere; ladder
counts from there."
tell "Three segments to close? Only because this server closes at once. Its kernel waits up to 40
ms for something that the ACK could travel with, and here it is the FIN. (Should this machine be
too busy for that: a rule of the server's firewall lets no lone ACK pass.)"

step "The server speaks first, and closes first"
tell "That is the notes' second drawing, of server.py and client.py:

  cliente                         Servidor
     |     ...< Thank you...<        |
     |              <- ack + fin     |
     |  -> ack                       |
     |  -> fin + ack                 |
     |              <- ack           |
     |  -> ack                       |

Now call by call: with -s both programs do what is typed."
predict "The last arrow acknowledges an acknowledgement. Is that so?"
start server ./server -s -b 10.0.1.2
await server 'listening'
start client ./client -s -b 10.0.1.2
await client 'connected'
await server 'accepted'
await wire 'ESTABLISHED .*ESTABLISHED'
type server send
await server 'sent 10 bytes'
await wire 'ACK ack=11'
acked server 5012
tell "The client's program has not called recv yet. Its kernel has received, and acknowledged. Now
the server closes:"
type server close
await server 'closed'
reaches server FIN-WAIT-2 5012
await wire 'CLOSE-WAIT .*ACK ack=12 .*FIN-WAIT-2'
states 5012
expect '^CLOSE-WAIT 11 .*10\.0\.1\.2:5012'
expect '^FIN-WAIT-2 0 '
tell "Half of the connection is closed, and stays so until the client's program does something
about it. The first figure is what waits for it: ten bytes, and the FIN, which counts as one."
type client eof
await client 'end of the stream'
type client close
finish client
reaches server TIME-WAIT 5012
await wire 'CLOSED .*ACK ack=2 .*TIME-WAIT'
states 5012
expect '^TIME-WAIT .*10\.0\.1\.2:5012'
tell "The client has nothing left of it; the server, who closed first, remembers it for a minute.
And no sixth arrow: an ACK alone takes no number, so there is nothing to acknowledge."
interrupt server
finish server

step "The client closes first"
predict "The same with the sides changed. In which state is the server while it thinks?"
start server ./server -s -b 10.0.1.2 -p 5022
await server 'listening'
run client ./client -b 10.0.1.2 -p 5022 close
await server 'accepted'
reaches client FIN-WAIT-2 5022
await wire 'FIN-WAIT-2 .*ACK ack=2 .*CLOSE-WAIT'
states 5022
expect '^FIN-WAIT-2 '
expect '^CLOSE-WAIT '
tell "CLOSE-WAIT: the kernel waits for the program to close. A server that forgets it collects
these."
type server close
await server 'closed'
reaches client TIME-WAIT 5022
await wire 'TIME-WAIT .*CLOSED'
states 5022
expect '^TIME-WAIT .*10\.0\.1\.2:5022'
tell "Now the client keeps it, and its program has ended long ago: states are the kernel's."
interrupt server
finish server

step "Both close at once"
tell "Both FINs must be on the wire at the same time. So each machine forgets the other's Ethernet
address: what it sends waits in a queue until somebody tells it."
start server ./server -s -b 10.0.1.2 -p 5032
await server 'listening'
start client ./client -s -b 10.0.1.2 -p 5032
await client 'connected'
await server 'accepted'
await wire 'ESTABLISHED .*ESTABLISHED'
run you on client ip neigh change 10.0.1.2 dev eth0 nud incomplete
run you on server ip neigh change 10.0.1.1 dev eth0 nud incomplete
type client close
finish client
type server close
await server 'closed'
states 5032
expect '^FIN-WAIT-1 .*10\.0\.1\.2:5032'
expect '^FIN-WAIT-1 .*10\.0\.1\.1:'
predict "Both are in FIN-WAIT-1, and each will get a FIN where it expects an ACK. Which state is
that?"
run you on client ip neigh change 10.0.1.2 dev eth0 lladdr 02:00:00:00:00:02 nud permanent
reaches server CLOSING 5032
states 5032
expect '^FIN-WAIT-1 .*10\.0\.1\.2:5032'
expect '^CLOSING .*10\.0\.1\.1:'
run you on server ip neigh change 10.0.1.1 dev eth0 lladdr 02:00:00:00:00:01 nud permanent
reaches client TIME-WAIT 5032
reaches server TIME-WAIT 5032
await wire 'TIME-WAIT .*ACK ack=2'
states 5032
expect '^TIME-WAIT .*10\.0\.1\.2:5032'
expect '^TIME-WAIT .*10\.0\.1\.1:'
tell "CLOSING: I have your FIN, and you do not have mine yet. Nobody was first, so both remember."
interrupt server
finish server

step "Half-close"
tell "FIN says: no more from me. It does not say: I stop listening."
start server ./server -s -b 10.0.1.2 -p 5042
await server 'listening'
start client ./client -s -b 10.0.1.2 -p 5042
await client 'connected'
await server 'accepted'
await wire 'ESTABLISHED .*ESTABLISHED'
type client shutdown
await client 'shut down'
reaches client FIN-WAIT-2 5042
await wire 'FIN-WAIT-2 .*CLOSE-WAIT'
predict "May the server still send to somebody who has said FIN?"
type server send
await server 'sent 10 bytes'
await wire 'ACK ack=11'
acked server 5042
type client recv
await client 'Thank you'
tell "It may, and the client's kernel acknowledges, in FIN-WAIT-2."
type server close
await server 'closed'
reaches client TIME-WAIT 5042
await wire 'TIME-WAIT .*CLOSED'
type client eof
await client 'end of the stream'
type_eof client
finish client
interrupt server
finish server

step "Reset"
tell "A reset is no goodbye. The server asks for one (SO_LINGER 0):"
start server ./server -s -b 10.0.1.2 -p 5052
await server 'listening'
start client ./client -s -b 10.0.1.2 -p 5052
await client 'connected'
await server 'accepted'
await wire 'ESTABLISHED .*ESTABLISHED'
type server reset
await server 'reset'
await wire 'CLOSED .*RST,ACK .*CLOSED'
reaches client '' 5052
states 5052
refute '.'
type client recv
finish client 1
expect 'ECONNRESET'
tell "One segment, no answer, no TIME-WAIT on either side; and an error where the end of the stream
should be. The next one asks for nothing of the kind. It only closes before it has read:"
start client ./client -s -b 10.0.1.2 -p 5052
await client 'connected'
await server 'accepted'
await wire 'ESTABLISHED .*ESTABLISHED'
type server send
await server 'sent 10 bytes'
await wire 'ACK ack=11'
predict "Ten bytes wait for the client, and it closes. Which flag is on the segment?"
type client close
finish client
await wire 'CLOSED .*CLOSED'
expect 'RST,ACK seq=1'
tell "RST: the server is told that its \"Thank you\" was never read."
interrupt server
finish server

step "Refused"
predict "Nobody listens. Who answers the SYN, and what?"
run -s 1 client ./client -b 10.0.1.2 -p 5062
expect 'ECONNREFUSED'
await wire 'refused'
tell "The server's kernel, with a reset, and no program had to do with it. (That somebody is in
LISTEN was ladder's guess: it sees the wire, and not the machine.)"

step "No answer"
tell "Now the server's firewall throws every SYN away, and says nothing. ladder shall draw it at
the end: only then it knows what got lost."
interrupt wire
finish wire
# Some kernels begin with retries a second apart, whatever their number; some know a longest pause.
on client sysctl -qew net.ipv4.tcp_syn_linear_timeouts=0 net.ipv4.tcp_rto_max_ms=1000
run you on client sysctl -w net.ipv4.tcp_syn_retries=2
wall server
run you on server nft add rule ip wall in tcp dport 5072 counter drop
start wire ./ladder/ladder -e -i eth0 -p 5072
await wire 'listening'
predict "Two retries are allowed. How many SYNs, and what does connect say at last?"
run -s 1 client ./client -b 10.0.1.2 -p 5072
expect 'ETIMEDOUT'
interrupt wire
finish wire
expect 'SYN seq=0 \(sent again\) -*X'
run you "on server nft list table ip wall | grep -o 'packets [0-9]*'"
expect '^packets 3$'
tell "Refused is an answer, and comes at once; silence costs time: some seconds here, and two
minutes with the usual six retries."
on client sysctl -qew net.ipv4.tcp_rto_max_ms=120000

step "Data lost, and sent again"
tell "This time the wall is at the client's door, and takes one thing: the first segment with data."
wall client
first='tcp flags & psh == psh numgen inc mod 99 == 0'
run you "on client nft 'add rule ip wall in $first counter drop'"
patience 1s server
start wire ./ladder/ladder -e -i eth0 -p 5082
await wire 'listening'
start server ./server -s -b 10.0.1.2 -p 5082
await server 'listening'
start client ./client -s -b 10.0.1.2 -p 5082
await client 'connected'
await server 'accepted'
patience 100s server
predict "The server calls send once. How often will \"Thank you\" be on the wire, and who notices?"
type server send
await server 'sent 10 bytes'
type client recv
await client 'Thank you'
acked server 5082
run you "on client nft list table ip wall | grep -o 'packets [0-9]*'"
expect '^packets 1$'
type server close
await server 'closed'
reaches server FIN-WAIT-2 5082
type client close
finish client
reaches server TIME-WAIT 5082
interrupt wire
finish wire
expect 'X-.* PSH,ACK seq=1 ack=1 len=10'
expect 'PSH,ACK seq=1 ack=1 len=10 .*\(sent again\)'
tell "Neither program noticed: send had long returned, and recv only took longer. The server's
kernel kept the ten bytes until they were acknowledged, and no ACK came in time."
interrupt server
finish server
tell "Your turn: ladder draws any lab. Read server.c and client.c, then the exercise."
