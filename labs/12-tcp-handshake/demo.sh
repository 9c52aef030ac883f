# shellcheck shell=bash
# The demo of lab 12: a list of steps for scripts/demo. scripts/player/player.bash lists the verbs.
# needs: nft line packet
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

# reaches HOST STATE PORT - waits until HOST's kernel has the connection in STATE; '': not at all.
reaches() {
  until_says "$2" "on $1 ss -Htn state connected '( sport = $3 or dport = $3 )' | cut -d' ' -f1"
}

# acked HOST PORT - waits until the other end has acknowledged all that HOST has sent.
acked() {
  until_says 0 "on $1 ss -Htn state connected '( sport = $2 or dport = $2 )' | awk '{ print \$3 }'"
}

# wall HOST - a firewall for what comes in to HOST, without a rule yet.
wall() {
  local chain='{ type filter hook input priority 0; }'
  run you "on $1 nft 'add table ip wall; add chain ip wall in $chain'"
}

title "Lab 12: The TCP handshake"
tell "SYN, ACK, FIN: who sends what, and when? You see two machines on one wire:

  client ------------------------- server
         10.0.1.1         10.0.1.2

The prompt says on which of them you are. In the terminal 'wire', ladder draws each frame that
passes the client's end of the wire, and the states that it leads to. From 'you' you see both
machines."
start wire ./ladder/ladder -i eth0
await wire 'listening on eth0'

step "The handshake in general"
tell "Course notes often draw it like this:

  client                          server
     |  -> syn                       |
     |               <- ack + syn    |
     |  -> ack                       |
     |     ... traffic ...           |
     |  -> fin                       |
     |              <- ack + fin     |
     |  -> ack                       |"
predict "Three segments open the connection. How many close it, and which end is in TIME-WAIT
afterwards? And who acknowledges \"Thank you\": is it in the drawing?"
# If the program has not closed within a few milliseconds, the kernel sends the ACK of a FIN alone. On
# a busy machine that happens. Then this rule drops it.
on server nft 'table ip lone { chain out { type filter hook output priority 0;
  tcp sport 5112 tcp flags == ack drop; }; }'
start server ./server -b 10.0.1.2 -p 5112 send eof close
await server 'listening'
run client ./client -b 10.0.1.2 -p 5112 recv close
await wire 'ACK ack=12'
expect 'FIN-WAIT-2 [|] +[|] CLOSE-WAIT'
expect 'TIME-WAIT .*FIN,ACK seq=11 ack=2 .*LAST-ACK'
interrupt server
finish server
on server nft delete table ip lone
tell "Every arrow of the notes is there. The data have an acknowledgement of their own, which the
client's kernel sends at once. And here every segment but the first carries ACK, the FINs too."
tell "SYN and FIN each take a number, as if they were a byte. So \"Thank you\" begins with 1, and
the FIN with number 11 is acknowledged by 12. The real numbers begin anywhere; ladder counts from
there."
tell "Why only three segments to close? Because this server closes at once. Its kernel waits some
milliseconds for something that the ACK can travel with, and here that is the FIN. (In case this
machine is too busy for that, the server's firewall drops a lone ACK.) So one segment takes both
ends through two states. The first of them stands beside a line without an arrow. And the client,
which closed first, is in TIME-WAIT."

step "The server speaks first, and closes first"
tell "Here is a second drawing from course notes, of a server that says \"Thank you\" and closes:

  client                          server
     |     ...< Thank you...<        |
     |              <- ack + fin     |
     |  -> ack                       |
     |  -> fin + ack                 |
     |              <- ack           |
     |  -> ack                       |

Now call by call: with -s both programs make the calls that you type."
predict "The last arrow acknowledges an acknowledgement. Does that happen?"
start server ./server -s -b 10.0.1.2
await server 'listening'
tell "The server has called listen. Now we stop it, so that it cannot call accept:"
interrupt server STOP
predict "A client connects. Does connect return?"
start client ./client -s -b 10.0.1.2
await client 'connected'
await wire 'ESTABLISHED .*ESTABLISHED'
tell "It does: the server's kernel does the handshake by itself. The server goes on, and finds it
done:"
interrupt server CONT
await server 'accepted'
predict "The server sends \"Thank you\", and the client's program does not call recv. Are the data
acknowledged?"
type server send
await server 'sent 10 bytes'
await wire 'ACK ack=11'
acked server 5012
tell "They are: the client's kernel has received them."
predict "The server closes, the client does not. Which states are the two ends in then?"
type server close
await server 'closed'
reaches server FIN-WAIT-2 5012
await wire 'CLOSE-WAIT .*ACK ack=12 .*FIN-WAIT-2'
states 5012
expect '^CLOSE-WAIT 11 .*10\.0\.1\.2:5012'
expect '^FIN-WAIT-2 0 '
tell "Half of the connection is closed. CLOSE-WAIT lasts until the client's program closes too,
however long that is. FIN-WAIT-2 does not: its own program has closed, and so Linux gives it up
after tcp_fin_timeout, usually a minute. (In this demo it is an hour: you may have questions.) The
first number is Recv-Q, what the program has not read yet: ten bytes, and the FIN, which counts as
one."
type client eof
await client 'end of the stream'
type client close
finish client
reaches server TIME-WAIT 5012
await wire 'CLOSED .*ACK ack=2'
states 5012
expect '^TIME-WAIT .*10\.0\.1\.2:5012'
tell "The client has forgotten the connection. The server closed first, so it remembers it for a
minute. And there is no fifth arrow after \"Thank you\": an ACK alone takes no number, so nothing
acknowledges it. The drawing has one too many."
interrupt server
finish server

step "The client closes first"
predict "The same with the sides swapped. Which state is the server in before it closes?"
start server ./server -s -b 10.0.1.2 -p 5022
await server 'listening'
run client ./client -b 10.0.1.2 -p 5022 close
await server 'accepted'
reaches client FIN-WAIT-2 5022
await wire 'FIN-WAIT-2 .*ACK ack=2 .*CLOSE-WAIT'
states 5022
expect '^FIN-WAIT-2 '
expect '^CLOSE-WAIT '
tell "CLOSE-WAIT: the kernel waits for the program to close. A server that forgets to close
collects these."
type server close
await server 'closed'
reaches client TIME-WAIT 5022
await wire 'ACK ack=2 .*CLOSED'
states 5022
expect '^TIME-WAIT .*10\.0\.1\.2:5022'
tell "Now the client's machine keeps TIME-WAIT, although its program has ended: states belong to
the kernel."
interrupt server
finish server

step "Both close at once"
tell "For this, both FINs must be on their way at the same time. So we make each machine forget
the other's Ethernet address. What it sends then waits in a queue until it knows the address
again."
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
predict "Both are in FIN-WAIT-1, and each will get a FIN where it expects an ACK. Which state
comes next? And which end will be in TIME-WAIT?"
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
tell "CLOSING means: I have your FIN, but no ACK of mine. Neither side closed first, so both are
in TIME-WAIT."
interrupt server
finish server

step "Half-close"
tell "FIN means: I send no more. It does not mean: I no longer receive."
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
predict "The client has sent FIN. May the server still send?"
type server send
await server 'sent 10 bytes'
await wire 'ACK ack=11'
acked server 5042
type client recv
await client 'Thank you'
tell "It may. The client's kernel acknowledges the data, in FIN-WAIT-2."
type server close
await server 'closed'
reaches client TIME-WAIT 5042
await wire 'ACK ack=12 .*CLOSED'
type client eof
await client 'end of the stream'
type_eof client
finish client
interrupt server
finish server

step "Reset"
tell "A reset ends a connection at once, without FINs. Here the server asks for one (SO_LINGER 0):"
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
tell "One segment, no answer, and no TIME-WAIT on either side. The client gets an error where the
end of the stream should be. The next client asks for no reset. It only closes before it has
read:"
start client ./client -s -b 10.0.1.2 -p 5052
await client 'connected'
await server 'accepted'
await wire 'ESTABLISHED .*ESTABLISHED'
type server send
await server 'sent 10 bytes'
await wire 'ACK ack=11'
predict "The client closes with ten bytes unread. Which flag is on the segment?"
type client close
finish client
await wire 'CLOSED .*CLOSED'
expect 'RST,ACK seq=1'
tell "RST. It tells the server that nobody has read its \"Thank you\"."
interrupt server
finish server

step "Refused"
predict "No program listens on this port, and on the next one a firewall will drop the SYN. Who
answers, and how can the client tell the two apart?"
run -s 1 client ./client -b 10.0.1.2 -p 5062
expect 'ECONNREFUSED'
await wire 'refused'
tell "The server's kernel, with a reset. No program took part. (LISTEN was only ladder's guess:
it sees the wire, not the machine.)"

step "No answer"
tell "Now the server's firewall drops every SYN without an answer. This time ladder draws at the
end, because only then does it know what was lost."
interrupt wire
finish wire
tell "How often a client sends its SYN depends on some settings. The pause doubles each time, up to a
limit (tcp_rto_max_ms). Newer kernels make the first pauses equal, so that more SYNs go out in the
same time (tcp_syn_linear_timeouts). Without that, and with short pauses, you can count:"
run you on client sysctl -ew net.ipv4.tcp_syn_linear_timeouts=0 net.ipv4.tcp_rto_max_ms=1000
run you on client sysctl -w net.ipv4.tcp_syn_retries=2
wall server
run you on server nft add rule ip wall in tcp dport 5072 counter drop
start wire ./ladder/ladder -e -i eth0 -p 5072
await wire 'listening'
predict "Two retries are allowed. How many SYNs do you see, and which error does connect return?"
run -s 1 client ./client -b 10.0.1.2 -p 5072
expect 'ETIMEDOUT'
interrupt wire
finish wire
expect 'SYN seq=0 \(sent again\) -*X'
run you "on server nft list table ip wall | grep -o 'packets [0-9]*'"
expect '^packets 3$'
tell "A refusal is an answer, and it comes at once. Silence costs time: some seconds here, about
two minutes with the usual six retries."
on client sysctl -qew net.ipv4.tcp_rto_max_ms=120000

step "Data lost, and sent again"
tell "This time the client has the firewall. It drops one thing: the first segment with data."
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
predict "The server calls send once. How often is \"Thank you\" on the wire, and which program
notices?"
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
tell "Neither does: send had returned long before, and recv only took longer. The server's kernel
keeps the ten bytes until they are acknowledged. No ACK came in time, so it sent them again."
interrupt server
finish server
tell "Your turn: ladder draws the packets of any lab. Read server.c and client.c, then do the
exercise."
