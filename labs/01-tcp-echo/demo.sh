# shellcheck shell=bash
# The demo of lab 01, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
title "Lab 01: TCP echo"
tell "What happens between socket() and the first byte? Each prompt names its terminal: server,
alice, bob, carol. You watch from your own."

step "The passive open"
tell "The server creates a socket, binds it to an address, and listens."
start server ./server -v
await server 'listening on 127\.0\.0\.1:5001'
tell "Three calls. After the third, listen, it is a listening socket:"
run you ss -tln
expect 'LISTEN 0 .*127\.0\.0\.1:5001'

step "An address in 16 bytes"
tell "bind took the address as a struct sockaddr_in. This program fills one and prints its bytes:"
run you ./sockaddr
expect '^sockaddr: sin_family +02 00 +AF_INET$'
expect '^sockaddr: sin_port +13 89 +port 5001$'
expect '^sockaddr: sin_addr +7f 00 00 01 +127\.0\.0\.1$'
expect '^sockaddr: sin_zero +00 00 00 00 00 00 00 00 +not used$'
tell "5001 is 0x1389. On the network the most significant byte comes first; htons sees to that."
predict "Which port does the kernel read if you forget htons?"
run you ./sockaddr -n
expect '^sockaddr: sin_port +89 13 +port 35091$'

step "The active open"
tell "Alice's client creates a socket and connects it. It never calls bind."
predict "accept returns a second socket. What is its local port?"
start alice ./client -v
await alice 'connect\(3, 127\.0\.0\.1:5001\) = 0'
await server 'accepted .* as descriptor 4, tcp 127\.0\.0\.1:5001 <-'
tell "The kernel chose a port for Alice, an ephemeral port. accept gave the server one more
descriptor, 4; descriptor 3 still listens."

step "Does the server open another port?"
tell "Some course notes say so. Ask the kernel for every TCP socket of the server: its state, its
own end, the other end."
run you "ss -tanp | awk '/\"server\"/ { print \$1, \$4, \$5 }'"
expect '^LISTEN 127\.0\.0\.1:5001 '
expect '^ESTAB 127\.0\.0\.1:5001 127\.0\.0\.1:[0-9]{5}$'
refute '127\.0\.0\.1:[0-9]{5} '
tell "No. Two sockets, one port: 5001. Here is the same connection from Alice's end:"
run you "ss -tanp | awk '/\"client\"/ { print \$1, \$4, \$5 }'"
expect '^ESTAB 127\.0\.0\.1:[0-9]{5} 127\.0\.0\.1:5001$'
tell "The protocol, an address and a port here, an address and a port there: these five things
identify a connection."

step "The first byte"
type alice hello
await alice '^hello$'
await server 'send\(4, 6 bytes\) = 6'
tell "Six bytes: the newline travels too."

step "A second client"
tell "The server serves one client after the other, and Alice is not done."
predict "Bob connects now. Does connect wait, fail or succeed? And in which of the five things will his
connection differ from Alice's?"
start bob ./client -v
await bob 'connect\(3, 127\.0\.0\.1:5001\) = 0'
type bob "anybody there?"
await bob 'send\(3, 15 bytes\) = 15'
tell "It succeeds, and so does send! Yet the server has not called accept. Look at the server's
end of each connection: unread bytes, both addresses, and the process that holds the socket."
until_says 15 "ss -tnH sport = 5001 | sort -nk2 | awk 'END { print \$2 }'"
run you "ss -tnpH sport = 5001 | sort -nk2 | awk '{ print \$2, \$4, \$5, \$6 }'"
expect '^0 127\.0\.0\.1:5001 127\.0\.0\.1:[0-9]{5} users:.*"server"'
expect '^15 127\.0\.0\.1:5001 127\.0\.0\.1:[0-9]{5} *$'
tell "The kernel completed Bob's handshake by itself, and it keeps his 15 bytes. No process holds
his connection yet. It waits in the queue of the listening socket; Recv-Q counts it there."
run you ss -tln
expect 'LISTEN 1 .*127\.0\.0\.1:5001'
tell "How does the kernel tell the two connections apart? Four of the five things are the same.
Only the client's port differs."

step "The end of a stream"
tell "Alice types Ctrl-D: \"no more from me\". Her client closes one direction, and only one."
type_eof alice
finish alice
await server 'end of stream from'
tell "In the server recv returned 0. So the server closed its end, and recv returned 0 to Alice's
client too. Now it is Bob's turn, and his bytes are already there:"
await server 'send\(4, 15 bytes\) = 15'
await bob '^anybody there\?$'
tell "The descriptor is 4 again: accept returns the lowest number that is free."

step "A client that dies"
predict "kill -9 leaves Bob's client no time for a goodbye. What does the server read?"
interrupt bob KILL
finish bob 137
await server 'end of stream from'
tell "A plain end of stream. The kernel closed the client's descriptors, as it does for every
process that ends. To the server this looks like a polite goodbye."

step "A client that slams the door"
tell "With -r the client ends with a reset instead of a goodbye."
run carol ./client -r hello
await server 'lost 127\.0\.0\.1:[0-9]+: ECONNRESET'
tell "This time recv failed. The server reports it and serves the next client:"
run alice "./client 'are you still there?'"
await server 'end of stream from'

step "No server"
interrupt server
finish server
predict "No socket listens on port 5001 now. What does connect return?"
run -s 1 alice ./client hello
expect 'ECONNREFUSED'
tell "The kernel refused with a reset, because nothing listens on that port. Your turn: read
server.c, then do the exercise."
