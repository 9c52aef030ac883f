# shellcheck shell=bash
# The demo of lab 13, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
# needs: nft raw
# tools: libssl-dev

losses 2
title "Lab 13: Stateless, stateful"
tell "Who remembers? A file is read in pieces of 3 bytes, by UDP. Either the server remembers how far each client
has come, or the client says it each time."

step "Shorter, faster?"
run you "mkdir /run/files && seq -w 60 | paste -sd '         \\n' >/run/files/numbers"
tell "A stateful server first. The client opens the file, and then it only says \"next\":"
start server ./server -v -d /run/files
await server 'bound to 127\.0\.0\.1:5013'
run client ./client -v -n 3 numbers
expect '^01 02 03 ?$'
expect '3 pieces in 4 round trips, asked 4 times: 19 bytes there, 21 back'
await server 'N 4, 3 bytes, from'
interrupt server
finish server
expect '4 requests, 3 pieces given, clients remembered: 1'
tell "O is open, N is next, and the number behind it is the request's id. Now a stateless server. Each request
has the name and the place in it:"
start server ./server -v -d /run/files -m stateless
await server 'bound'
predict "Which of the two needs fewer bytes, and which fewer round trips?"
run client ./client -v -s -n 3 numbers
expect '^01 02 03 ?$'
expect '3 pieces in 3 round trips, asked 3 times: 42 bytes there, 18 back'
await server 'R 3, 14 bytes, from'
interrupt server
finish server
expect '3 requests, 3 pieces given, clients remembered: 0'
tell "\"Shorter\", say some course notes of the stateful server, and \"faster\". Shorter is true. Faster is not:
there is one more round trip, and for one piece that is twice the time. Measured with 2000 pieces:"
run you ./compare.sh
expect '^stateful +2001 +3\.0 '
expect '^stateless +2000 +13\.0 '

step "A lost answer"
tell "The firewall loses every third answer that has a piece, and counts all of them before. If no answer comes, the
client asks again, with the same id. First the stateful server:"
start server ./server -d /run/files
await server 'bound'
run you "nft -f lost.nft"
predict "The client asks for 30 pieces. What will it print?"
run client ./client -n 30 numbers
expect '^01 02 04 05 07 08 10$'
expect '30 pieces in 31 round trips, asked 45 times'
run you "nft list chain inet lost third | grep -o 'packets [0-9]*'"
expect '^packets 44$'
interrupt server
finish server
expect '45 requests, 44 pieces given'
tell "30 pieces were asked for and 44 given. The server took each repeated request for a new one. The client has 30
pieces, no error, and a wrong file. Now the stateless server, with the same losses:"
start server ./server -d /run/files -m stateless
await server 'bound'
run you "nft flush ruleset; nft -f lost.nft"
run client ./client -s -n 30 numbers
expect '^01 02 03 04 05 06 07 08 09 10$'
expect '30 pieces in 30 round trips, asked 44 times'
interrupt server
finish server
expect '44 requests, 44 pieces given'
tell "It, too, gave 44 pieces. But to read the same place twice does no harm. Such a request is called
*idempotent*: done twice is as good as done once."
run you "nft flush ruleset"

step "A duplicate on the wire"
tell "A network may also deliver a datagram twice. Here every fifth request \"next\" is doubled on its way:"
start server ./server -d /run/files
await server 'bound'
run you "nft -f twice.nft"
predict "The client asks ten times, and each answer comes. Which pieces will it have?"
run client ./client -n 10 numbers
expect '^01 02 03 04 05 07 08 09 10$'
expect '^12 ?$'
expect 'asked 11 times'
run you "nft flush ruleset"
interrupt server
finish server
expect '13 requests, 12 pieces given'
tell "06 and 11 are missing. The client asked once for each piece, and the server saw two requests more."

step "A restart in the middle"
start server ./server -d /run/files
await server 'bound'
start client ./client -w numbers
type client ''
await client 'piece 1: 01'
tell "The server is restarted, and nobody is told:"
interrupt server
finish server
start server ./server -d /run/files
await server 'bound'
predict "What will the client get now? And what would a stateless server say?"
type client ''
finish client 1
expect 'refused: I do not know you'
tell "What a server remembers dies with it. The stateless one:"
interrupt server
finish server
start server ./server -d /run/files -m stateless
await server 'bound'
start client ./client -s -w numbers
type client ''
await client 'piece 1: 01'
interrupt server
finish server
start server ./server -d /run/files -m stateless
await server 'bound'
type client ''
await client 'piece 2: 02'
type_eof client
finish client
interrupt server
finish server
tell "It has nothing to forget."

step "Two clients behind one address"
tell "This server knows clients by their IP address. Many do, and it works, as long as each client has its own:"
run you "printf 'aa bb cc dd\\n' >/run/files/letters"
start server ./server -a -d /run/files
await server 'bound'
start alice ./client -w numbers
type alice ''
await alice 'piece 1: 01'
start bob ./client -w letters
type bob ''
await bob 'piece 1: aa'
predict "Alice asks for her next piece. Whose will she get?"
type alice ''
await alice 'piece 2: bb'
tell "Bob's. Behind a router with address translation (NAT) a whole house has one address. Address *and* port would
tell the two apart. But a router may give a client another port at any time, and then it is a stranger."
type_eof alice
type_eof bob
finish alice
finish bob
interrupt server
finish server

step "A forged request"
tell "Nobody proves who he is. The program forge writes Alice's address into a datagram of its own:"
start server ./server -d /run/files
await server 'bound'
start alice ./client -w -b 30013 numbers
type alice ''
await alice 'piece 1: 01'
run mallory ./forge -b 30013
predict "Which piece will Alice get?"
type alice ''
await alice 'piece 2: 03'
tell "One datagram, and Alice has lost a piece. She got an answer that she had not asked for, and could not know
what it meant. A stateless server would have sent her the same, and nothing would be lost."
type_eof alice
finish alice
interrupt server
finish server

step "Memory is finite"
tell "Clients do not say goodbye. This server remembers eight of them:"
start server ./server -d /run/files
await server 'bound'
run you 'for i in {1..9}; do ./client -n 1 numbers | head -n 1; done | uniq -c'
expect '^ *8 01 ?$'
expect 'refused: my memory is full'
interrupt server
finish server
expect 'clients remembered: 8'
tell "Each of the eight also holds a descriptor. Larger is no cure: somebody can open faster than you forget."

step "The cure: remember the last answer"
tell "With -m cached the server keeps its last answer to each client. If the same id comes again, it gives the same
answer, and nothing moves. The losses and the duplicates once more, both at once:"
start server ./server -d /run/files -m cached
await server 'bound'
run you "nft -f lost.nft; nft -f twice.nft"
run client ./client -n 30 numbers
expect '^01 02 03 04 05 06 07 08 09 10$'
expect '^21 22 23 24 25 26 27 28 29 30$'
interrupt server
finish server
expect ' 30 pieces given'
tell "Exactly 30. But a restart still kills its memory."
run you "nft flush ruleset"

step "The cure: a cookie"
tell "With -m cookie the server gives its state to the client, sealed with a key that only the server has. The client
brings it back in its next request, and cannot change it."
run you "nft -f lost.nft; nft -f twice.nft"
start server ./server -d /run/files -k /run/key -m cookie
await server 'bound'
run client ./client -n 30 numbers
expect '^01 02 03 04 05 06 07 08 09 10$'
expect '^21 22 23 24 25 26 27 28 29 30$'
run you "nft flush ruleset"
tell "Losses and duplicates do no harm. Now a restart, and a forged request, in the middle:"
start alice ./client -w -b 30013 numbers
type alice ''
await alice 'piece 1: 01'
interrupt server
finish server
expect 'clients remembered: 0'
start server ./server -d /run/files -k /run/key -m cookie
await server 'bound'
run mallory ./forge -b 30013
predict "Will Alice get her second piece?"
type alice ''
await alice 'piece 2: 02'
type_eof alice
finish alice
expect '2 pieces in 3 round trips'
interrupt server
finish server
expect 'clients remembered: 0'
tell "The server remembers nobody, only its key, which is in a file. The forged request had no cookie. This is how a
web site knows you again, and how TCP itself answers a flood of SYNs: SYN cookies."
