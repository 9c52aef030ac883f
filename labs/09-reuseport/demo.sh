# shellcheck shell=bash
# The demo of lab 09, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
servers w1 w2 w3 w4
title "Lab 09: One port, many processes"
tell "Can several processes serve one port, and can one of them be replaced while clients come? A worker answers each
client with its name. A client opens many connections, and counts."

# queue - prints a command that prints how many clients wait in each socket's queue.
queue() {
  echo "ss -Htln sport = :5009 | awk '{ print \$2 \"* waiting\" }'"
}

# all_wait NUMBER - waits until so many clients wait, in all queues together.
all_wait() {
  until_says "$1" "ss -Htln sport = :5009 | awk '{ sum += \$2 } END { print sum }'"
}

# two_stopped - two workers, and 40 clients in their queues.
two_stopped() {
  start w1 ./worker -n w1
  await w1 'listening'
  start w2 ./worker -n w2
  await w2 'listening'
  interrupt w1 STOP
  interrupt w2 STOP
  start client ./client -n 40
  all_wait 40
}

step "Three processes, one port"
start w1 ./worker -n w1
await w1 'listening on 127\.0\.0\.1:5009'
start w2 ./worker -n w2
await w2 'listening on 127\.0\.0\.1:5009'
start w3 ./worker -n w3
await w3 'listening on 127\.0\.0\.1:5009'
predict "Some course notes say that with SO_REUSEPORT several processes bind the same socket. How many sockets are
there now?"
run you "ss -Htlnp sport = :5009 | awk '{ print \$1, \$4, \$6 }' | sort -k 3"
expect '127\.0\.0\.1:5009.*worker'
tell "Three: one port, and a socket for each process. Which of them gets a client?"
predict "300 clients come. How many does each worker answer?"
run client ./client -n 300
expect '^client: w1 answered'
expect '^client: w2 answered'
expect '^client: w3 answered'
expect '300 connections, 0 lost'
tell "About a third each, and never exactly. The kernel does not deal them out in turn: it hashes addresses and ports,
and the hash chooses."

step "Who may join?"
predict "A fourth program wants the port, and has set SO_REUSEADDR, as lab 05 taught. May it?"
run -s 1 w4 ./worker -x
expect 'EADDRINUSE'
run you ./rules
expect '^TCP, SO_REUSEPORT +EADDRINUSE +EADDRINUSE +EADDRINUSE +shared'
expect '^TCP, SO_REUSEADDR +EADDRINUSE +EADDRINUSE +EADDRINUSE +EADDRINUSE'
tell "No. All sockets must have SO_REUSEPORT, the first one, too. And they must belong to the same user: otherwise a
stranger could take some of your clients."

step "One sender, one socket"
predict "Four UDP sockets share a port. One sender sends eight datagrams. Which sockets get them?"
run you ./datagrams
expect 'one sender, eight datagrams: sockets( [0-3]\*){8}'
expect 'eight senders, one each: sockets( [0-3]\*){8}'
tell "All eight come to one socket, because the hash of the same addresses and ports is the same. Which one is chance."

step "Steering"
tell "Instead of the hash a small program can choose, and the kernel runs it. Worker w4 brings one (-s): the client's
port, divided by 4; the rest is the number of a socket. The first that listened is number 0."
start w4 ./worker -n w4 -s port/4
await w4 'listening'
run client "./client -n 8 -e -f 20000 | sort"
expect 'from port 20000: w1'
expect 'from port 20001: w2'
expect 'from port 20002: w3'
expect 'from port 20003: w4'
expect 'from port 20007: w4'
tell "The next program takes the first two bytes of the client's data."
interrupt w4
finish w4
start w4 ./worker -n w4 -s data/4
await w4 'listening'
predict "Which worker gets which client, if the data decides?"
run client "./client -n 4 -e -f 20100 | sort"
expect 'from port 20100: w1'
expect 'from port 20103: w1'
tell "All come to w1. The socket is chosen when the SYN comes, and a SYN has no data. What is not there counts as 0,
and there is no error. UDP has data in the first packet:"
run you ./datagrams -s data/4
expect 'one sender, eight datagrams: sockets 0 1 2 3 0 1 2 3'
interrupt w4
finish w4
interrupt w3
finish w3
interrupt w2
finish w2
interrupt w1
finish w1

step "A queue dies with its socket"
tell "Two workers are stopped (SIGSTOP), and 40 clients connect. The kernel accepts for them, and the clients wait in
two queues:"
two_stopped
run you "$(queue)"
expect '^[0-9]+\* waiting$'
predict "w1 is killed. What becomes of the clients in its queue? w2 is there, at the same port."
interrupt w1 KILL
finish w1 137
interrupt w2 CONT
finish client 1
expect '^client: [0-9]+\* reset$'
interrupt w2
finish w2
tell "They are reset, although w2 would have had time for them. A connection belongs to one queue, and the queue to one
socket. With one setting the kernel gives them to another socket of the port:"
run you sysctl -w net.ipv4.tcp_migrate_req=1
two_stopped
interrupt w1 KILL
finish w1 137
run you "$(queue)"
expect '^40\* waiting$'
interrupt w2 CONT
finish client
expect '40 connections, 0 lost'
interrupt w2
finish w2
run you sysctl -w net.ipv4.tcp_migrate_req=0

step "A restart: first the new one, then the old one"
tell "How does one restart without a loss? The new worker listens before the old one ends, so the port is never closed.
And the old one first answers all that wait (-d). With -l it stops itself before the last call, close, to let us look."
start w1 ./worker -d -l -n old
await w1 'listening'
start w2 ./worker -n new
await w2 'listening'
interrupt w1 TERM
await w1 'stops itself before it closes'
predict "Its queue was empty a moment ago. 40 clients come before it calls close. How many are lost?"
interrupt w2 STOP
start client ./client -n 40
all_wait 40
run you "$(queue)"
interrupt w1 CONT
finish w1
interrupt w2 CONT
finish client 1
expect '^client: [0-9]+\* reset$'
tell "Those that came to the old one between its last accept and its close. The time is short, and the loss is rare. No
order of the old one's calls makes it zero: the kernel goes on giving it clients."
interrupt w2
finish w2

step "Steer, then drain"
tell "The new worker can turn the stream. Of two sockets it is number 1, so its program says 1, always (-s 1)."
start w1 ./worker -d -l -n old
await w1 'listening'
start w2 ./worker -s 1 -n new
await w2 'listening'
interrupt w1 TERM
await w1 'stops itself before it closes'
run client ./client -n 40
expect '^client: new answered 40\*$'
expect '40 connections, 0 lost'
interrupt w1 CONT
finish w1
interrupt w2
finish w2
tell "The same moment, and nobody comes to the old one any more. It can drain its queue and go."

step "The same socket goes on"
tell "Or no socket is closed at all. The old worker sends its listening socket to the new one, as lab 03 sent a file
(SCM_RIGHTS), and ends."
start w1 ./worker -o /run/socket -n old
await w1 'listening'
interrupt w1 STOP
start client ./client -n 40
all_wait 40
predict "40 clients wait in the queue of the old worker. What happens to them when it has ended?"
start w2 ./worker -i /run/socket -n new
until_says 1 "ss -Hxln src /run/socket | awk '{ print \$3 }'"
interrupt w1 CONT
finish w1
await w2 'listening'
finish client
expect '^client: new answered 40\*$'
expect '40 connections, 0 lost'
tell "The queue belongs to the socket, and the socket lives as long as any process has a descriptor of it."
interrupt w2
finish w2

step "Under load"
tell "Each way under 4,000 connections a second, with a restart every 10 ms. gap is what lab 05's server does: the old
one ends, and then the new one begins."
predict "Which of the six ways lose connections, and which errors do their clients get?"
run you ./ways.sh
expect '^gap +[0-9]+\* +[1-9]'
expect '^overlap +[0-9]+\* +0\* +[1-9]'
expect '^steer +[0-9]+\* +0\* +0\* +0\*$'
expect '^hand +[0-9]+\* +0\* +0\* +0\*$'
tell "drain and migrate lose one now and then, in thousands of restarts. steer and hand lose none here; on a slow wire, steer may lose a client whose handshake is still going on."

step "One queue for all?"
tell "Processes can also share one socket, with one queue. Then who wakes up when a client comes?"
run you ./herd
expect '^one socket +100 +4[0-9]{2}\*'
expect '^one, exclusive +100 +1[0-9]{2}\*'
expect '^SO_REUSEPORT +100 +1[0-9]{2}\*'
tell "One socket: each client wakes all four, three of them in vain. EPOLLEXCLUSIVE wakes one, mostly the same. SO_REUSEPORT divides the
work, but a client in the queue of a slow worker waits, while others have time. Your turn: the rolling restart."
