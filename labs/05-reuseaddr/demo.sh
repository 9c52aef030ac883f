# shellcheck shell=bash
# The demo of lab 05, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
servers rival

# closed PORT - waits until every connection of that port has finished closing. Those that are left then
# are in TIME_WAIT.
closed() {
  until_says '' "ss -tnH state connected exclude time-wait '( sport = :$1 or dport = :$1 )'"
}

title "Lab 05: REUSEADDR and TIME_WAIT"

# in_time_wait FILTER - prints a command that prints the sockets in TIME_WAIT with ten seconds left or more.
in_time_wait() {
  echo "ss -tnoH state time-wait $1 | grep -E 'timewait,[1-9](min|[0-9]sec)'"
}

server_closes_first() {
  start server ./server -n 1
  await server 'listening on 127.0.0.1:5005'
  run client ./client
  finish server
  closed 5005
}

# The same with the client first, at port 5205, which no TIME_WAIT of ours is at.
client_closes_first() {
  start server ./server -p 5205 -w -n 1
  await server 'listening'
  run client ./client -p 5205 -f
  finish server
  closed 5205
}

step "A server that closes first"
tell "This server thanks its client and closes the connection. -n 1 makes it stop after one client."
server_closes_first
lasts "the TIME_WAIT, which is over after a minute," "$(in_time_wait 'sport = :5005')" server_closes_first
predict "Both programs have ended. In which state is the connection, and at which end?"
run shell ss -tano state time-wait
expect '127.0.0.1:5005 .*timewait'
tell "Not everything is gone. The server closed first, so its end of the connection is in TIME_WAIT. A timer of 60 \
seconds runs, without any process. If a packet of that connection is late, this is where it ends."

step "Why can't I restart my server?"
predict "No process has the port now. Can a new server bind it?"
run -s 1 server ./server
expect 'EADDRINUSE'
lasts

step "The same, but the client closes first"
tell "Now the client closes first (-f), and the server waits for that (-w). We take another port, \
5205, because 5005 may still be in TIME_WAIT."
client_closes_first
lasts 'the TIME_WAIT' "$(in_time_wait 'dport = :5205')" client_closes_first
predict "Which end is in TIME_WAIT now? Can the server start again?"
run shell ss -tan state time-wait dport = :5205
expect '127.0.0.1:5205'
lasts
start server ./server -p 5205
await server 'listening on 127.0.0.1:5205'
interrupt server
finish server
tell "TIME_WAIT is on the client's side: the local port is the client's. Nothing is in the server's \
way."

step "The whole matrix"
tell "Some course notes say that with SO_REUSEADDR the system can use the socket again at once. But \
which server must have set it: the old one, or the new one?"
predict "There are twelve cells. Fill them in before you look."
run shell ./matrix
expect '^server +EADDRINUSE +EADDRINUSE +EADDRINUSE +listens'
expect '^client +listens +listens +listens +listens'
expect '^server, with a reset +listens +listens +listens +listens'
tell "Both. The connection in TIME_WAIT remembers whether its server had set the option. So set it \
every time a server starts, not only after trouble."

step "The cure"
start server ./server -r -p 5305 -n 1
await server 'listening'
run client ./client -p 5305
finish server
closed 5305
run shell ss -tan state time-wait sport = :5305
expect '127.0.0.1:5305'
start server ./server -r -p 5305
await server 'listening on 127.0.0.1:5305'
tell "The connection is in TIME_WAIT, and the new server listens all the same. Does the option also \
let two live servers share a port?"
run -s 1 rival ./server -r -p 5305
expect 'EADDRINUSE'
interrupt server
finish server

step "Not the cure: SO_REUSEPORT"
tell "With SO_REUSEPORT (-P) the server starts, too. But so does a second one beside it."
start server ./server -P -p 5405
await server 'listening'
start rival ./server -P -p 5405
await rival 'listening'
run shell ss -tln sport = :5405
expect '127.0.0.1:5405'
tell "Some course notes say that several processes bind the same socket. But you see two sockets, \
which have one port, and the kernel divides the clients between them. An old \
version that you forgot to stop would answer half of them. Lab 09 shows when you want this."
interrupt rival
finish rival
interrupt server
finish server

step "Not the cure: SO_LINGER with time 0"
tell "With -l the server's close sends a reset. Then there is no TIME_WAIT. But what does the client \
see?"
start server ./server -l -p 5505 -n 1
await server 'listening'
run -s 1 client ./client -p 5505
expect 'ECONNRESET'
finish server
closed 5505
run shell ss -tan state time-wait sport = :5505
refute '127.0.0.1:5505'
tell "It sees an error instead of the end of the stream, so it cannot know whether it got everything."

step "A client that always closes first"
predict "A client connects to the same server again and again, and always closes first. What runs out?"
tell "Its local ports: TIME_WAIT keeps one after each connection. We leave it only two \
ports. (A demo runs in a private network, so your machine's own setting stays as it is.)"
run shell "sysctl -w net.ipv4.ip_local_port_range='50000 50001' net.ipv4.tcp_tw_reuse=0"
start server ./server -w -p 5605
await server 'listening'
predict "Three connections to the same server, one after the other. How many succeed?"
run -s 1 client ./client -f -n 3 -p 5605
expect 'EADDRNOTAVAIL'
closed 5605
run shell ss -tan state time-wait dport = :5605
tell "Both ports rest for a minute, so the third connect finds none. With the usual 28,232 ports \
that is about 470 connections a second, from one address to one server."
interrupt server
finish server
