# shellcheck shell=bash
# The demo of lab 05. scripts/lib/demo.bash tells what the verbs do.

# closed PORT - waits until the connections of that port are through with closing: those that there
# still are rest in TIME_WAIT.
closed() {
  until_says '' "ss -tnH state connected exclude time-wait '( sport = :$1 or dport = :$1 )'"
}

servers rival
title "Lab 05: REUSEADDR and TIME_WAIT"

step "A server that closes first"
tell "This server thanks its client and closes the connection. It ends after one client: -n 1."
start server ./server -n 1
await server 'listening on 127.0.0.1:5005'
run client ./client
finish server
closed 5005
tell "Both programs have ended. Is everything gone?"
run shell ss -tano state time-wait
expect '127.0.0.1:5005 .*timewait'
tell "No. The end that closed first, the server's, stays in TIME_WAIT, with a timer of 60 seconds \
and without a process. If a packet of that connection was late, it would end here."

step "Why can't I restart my server?"
predict "the port has no process any more. Can a new server bind it?"
run -s 1 server ./server
expect 'EADDRINUSE'

step "The same, and the client closes first"
tell "Now the server waits (-w) until its client has closed (-f). Another port, 5015, so that the \
first step does not matter."
start server ./server -p 5015 -w -n 1
await server 'listening'
run client ./client -p 5015 -f
finish server
closed 5015
predict "who is in TIME_WAIT now, and can the server start again?"
run shell ss -tan state time-wait dport = :5015
expect '127.0.0.1:5015'
start server ./server -p 5015
await server 'listening on 127.0.0.1:5015'
interrupt server
finish server
tell "TIME_WAIT is on the client's side, under the client's port. Nothing is in the server's way."

step "The whole matrix"
tell "SO_REUSEADDR tells bind not to mind TIME_WAIT. But which socket must have it: the one that \
left, or the one that comes?"
predict "twelve cells. Fill them in before you look."
run shell ./matrix
expect '^server +EADDRINUSE +EADDRINUSE +EADDRINUSE +listens'
expect '^client +listens +listens +listens +listens'
expect '^server, with a reset +listens +listens +listens +listens'
tell "Both must have it: the connection in TIME_WAIT remembers whether its server had set it. So a \
server sets it each time it starts, not only when it has been in trouble."

step "The cure"
start server ./server -r -p 5025 -n 1
await server 'listening'
run client ./client -p 5025
finish server
closed 5025
run shell ss -tan state time-wait sport = :5025
expect '127.0.0.1:5025'
start server ./server -r -p 5025
await server 'listening on 127.0.0.1:5025'
tell "TIME_WAIT is there, and so is the new server. Does the option let two servers live on one port?"
run -s 1 rival ./server -r -p 5025
expect 'EADDRINUSE'
interrupt server
finish server

step "Not the cure: SO_REUSEPORT"
tell "SO_REUSEPORT (-P) lets the server start as well, and its twin, too."
start server ./server -P -p 5035
await server 'listening'
start rival ./server -P -p 5035
await rival 'listening'
run shell ss -tln sport = :5035
expect '127.0.0.1:5035'
tell "Two live servers on one port: the kernel deals the clients out between them. A forgotten old \
version would answer half of them. Lab 09 is about where that is wanted."
interrupt rival
finish rival
interrupt server
finish server

step "Not the cure: SO_LINGER with time 0"
tell "With -l the server's close sends a reset. There is no TIME_WAIT then. What does the client see?"
start server ./server -l -p 5045 -n 1
await server 'listening'
run -s 1 client ./client -p 5045
expect 'ECONNRESET'
finish server
closed 5045
run shell ss -tan state time-wait sport = :5045
refute '127.0.0.1:5045'
tell "An error instead of the end of the stream: it cannot know whether it has got everything."

step "The client's side: ports run out"
tell "A client that closes first keeps TIME_WAIT, and with it its local port. Here are only two."
run shell "sysctl -w net.ipv4.ip_local_port_range='50000 50001' net.ipv4.tcp_tw_reuse=0"
start server ./server -w -p 5055
await server 'listening'
predict "three connections, one after the other, to the same server. How many succeed?"
run -s 1 client ./client -f -n 3 -p 5055
expect 'EADDRNOTAVAIL'
closed 5055
run shell ss -tan state time-wait dport = :5055
tell "Two ports rest for a minute each, and the third connect has none. With the usual 28,232 ports \
that is about 470 connections a second, to one server from one address."
interrupt server
finish server
