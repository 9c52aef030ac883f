# shellcheck shell=bash
# The demo of lab 01, a list of steps for scripts/demo; scripts/lib/demo.bash tells the verbs.
title "Lab 01: TCP echo"
tell "What happens between socket() and the first byte? The prompt says whose terminal it is:
server, alice, bob, carol; you watch from yours."

step "The passive open"
tell "The server makes a socket, gives it a name and waits."
start server ./server -v
await server 'listening on 127\.0\.0\.1:5001'
tell "Three calls. The third one, listen, made it a listening socket:"
run you ss -tln
expect 'LISTEN 0 .*127\.0\.0\.1:5001'

step "The active open"
tell "Alice's client makes a socket and connects. It never calls bind."
predict "accept returns a second socket. Which local port has that one?"
start alice ./client -v
await alice 'connect\(3, 127\.0\.0\.1:5001\) = 0'
await server 'accepted .* as descriptor 4, tcp 127\.0\.0\.1:5001 <-'
tell "The kernel chose a port for Alice, an ephemeral port. accept gave the server one more
descriptor, 4, and 3 still listens."

step "Does the server open another port?"
tell "Some course notes say so. Ask the kernel for every TCP socket that the server has: its
state, its own end, the other end."
run you "ss -tanp | awk '/\"server\"/ { print \$1, \$4, \$5 }'"
expect '^LISTEN 127\.0\.0\.1:5001 '
expect '^ESTAB 127\.0\.0\.1:5001 127\.0\.0\.1:[0-9]{5}$'
refute '127\.0\.0\.1:[0-9]{5} '
tell "No. Two sockets, one port: 5001. And here is the same connection from Alice's end:"
run you "ss -tanp | awk '/\"client\"/ { print \$1, \$4, \$5 }'"
expect '^ESTAB 127\.0\.0\.1:[0-9]{5} 127\.0\.0\.1:5001$'
tell "Protocol, address and port here, address and port there: these five name a connection."

step "The first byte"
type alice hello
await alice '^hello$'
await server 'send\(4, 6 bytes\) = all'
tell "Six bytes: the end of the line travels too."

step "A second client"
tell "The server serves one client after the other, and Alice is not done."
predict "Bob connects now. Does his connect wait, fail or succeed?"
start bob ./client -v
await bob 'connect\(3, 127\.0\.0\.1:5001\) = 0'
type bob "anybody there?"
await bob 'send\(3, 15 bytes\) = 15'
tell "It succeeds, and so does send! The server has not even called accept. Look at the server's
side (bytes that nobody has read, both ends, the process that has the socket):"
until_says 15 "ss -tnH sport = 5001 | sort -nk2 | awk 'END { print \$2 }'"
run you "ss -tnpH sport = 5001 | sort -nk2 | awk '{ print \$2, \$4, \$5, \$6 }'"
expect '^0 127\.0\.0\.1:5001 127\.0\.0\.1:[0-9]{5} users:.*"server"'
expect '^15 127\.0\.0\.1:5001 127\.0\.0\.1:[0-9]{5} *$'
tell "The kernel shook hands with Bob by itself and keeps his 15 bytes. No process has his
connection yet: it waits in the queue of the listening socket, where Recv-Q counts it."
run you ss -tln
expect 'LISTEN 1 .*127\.0\.0\.1:5001'
tell "And what tells the two connections apart? Four of the five things are the same. Only the
ephemeral port is not."

step "The end of a stream"
tell "Alice types Ctrl-D: \"no more from me\". Her client closes one direction only."
type_eof alice
finish alice
await server 'end of stream from'
tell "recv returned 0 to the server, and then, when it had closed too, to Alice. Now it is Bob's
turn; his bytes are there already:"
await server 'send\(4, 15 bytes\) = all'
await bob '^anybody there\?$'
tell "The descriptor is 4 again: the lowest that is free."

step "A client that dies"
predict "kill -9: Bob's client can do nothing any more. What will the server read?"
interrupt bob KILL
finish bob 137
await server 'end of stream from'
tell "A plain end of stream. Bob's kernel closed his descriptors, as it does for every process
that ends. To the server it looks like a polite goodbye."

step "A client that slams the door"
tell "With -r the client asks for a reset instead of a goodbye."
run carol ./client -r hello
await server 'lost 127\.0\.0\.1:[0-9]+: ECONNRESET'
tell "This time recv failed. That is an event in the server's day, not the end of it:"
run alice "./client 'are you still there?'"
await server 'end of stream from'

step "The server goes home"
interrupt server
finish server
predict "Nobody listens on port 5001 now. What does connect say?"
run -s 1 alice ./client hello
expect 'ECONNREFUSED'
tell "The kernel answered, with a reset: nobody is there. Your turn: read server.c, then the
exercise."
