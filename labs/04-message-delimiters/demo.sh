# shellcheck shell=bash
# The demo of lab 04, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
title "Lab 04: Message delimiters"
tell "Where does a message end? The client sends each message with a send of its own. The server shows
what it takes for a message."

step "Three messages, three sends"
tell "With -s the server waits for Enter before each recv, so you decide when it reads. Nagle's
algorithm is off in the client, so nothing holds a message back."
start server ./server -s
await server 'listening on 127\.0\.0\.1:5004, mode none'
run client ./client one two three
expect 'piece 3, length 5: "three"'
expect 'all acknowledged'
await server 'press Enter to recv'
tell "Three sends. How many segments came? The kernel counts those that carry data:"
run you "ss -tinH sport = 5004 | grep -o 'data_segs_in:[0-9]*'"
expect '^data_segs_in:3$'
tell "Three, with one message in each. They wait in the receive queue of the server's socket."
predict "How many messages will one recv return?"
type server "(Enter)"
await server 'message 1, length 11: "onetwothree"'
expect '^server: 11 bytes in the receive queue$'
tell "All three, glued into one. TCP delivers the bytes in order. It does not say which send they came from."
type server "(Enter)"
await server 'end of stream'
interrupt server
finish server

step "One message, a tiny buffer"
tell "The opposite: -r 4 gives recv a buffer of 4 bytes."
start server ./server -r 4
await server 'listening'
predict "The client will send 11 bytes by one send. How many recvs does it take?"
run client "./client 'hello world'"
expect 'piece 1, length 11'
await server 'end of stream'
expect 'message 1, length 4: "hell"'
expect 'message 2, length 4: "o wo"'
expect 'message 3, length 3: "rld"'
tell "One send, three messages: the message was split."
interrupt server
finish server

step "One message, two segments"
predict "Can one send still take several recvs, if the buffer is large enough?"
tell "The buffer is large now, but the message is sent in pieces. That happens when it is longer than a
packet, or when send takes only a part of it. -c 3 chops the stream into pieces of 3 bytes. With -s
the client waits for Enter before the next one."
start server ./server
await server 'listening'
start client ./client -s -c 3 hello
await client 'press Enter to send the next piece'
await server 'message 1, length 3: "hel"'
type client "(Enter)"
finish client
await server 'end of stream'
expect 'message 2, length 2: "lo"'
tell "It can: a larger buffer does not help, because recv returns what is there. Now glue and split at once:"
start client ./client -s -c 4 hello world
await client 'press Enter to send the next piece'
await server 'message 1, length 4: "hell"'
type client "(Enter)"
await client 'press Enter to send the next piece'
await server 'message 2, length 4: "owor"'
type client "(Enter)"
finish client
await server 'end of stream'
expect 'message 3, length 2: "ld"'
tell "Message 2 holds the end of one message and the beginning of the next. All of this is correct TCP.
What is missing is an agreement about where a message ends."
interrupt server
finish server

step "First cure: a delimiter"
tell "-m newline: a newline ends each message. The server keeps what it has until the newline comes.
A tiny buffer and a chopped stream do no harm any more:"
start server ./server -m newline -r 4 -l 8
await server 'listening'
run client ./client -m newline -c 3 one two three
await server 'end of stream between messages, 3 came'
expect 'message 1, length 3: "one"'
expect 'message 2, length 3: "two"'
expect 'message 3, length 5: "three"'
tell "But the data must not contain the delimiter."
predict "You send one message with a newline inside. What will the server show?"
run client "./client -m newline \$'two\\nlines'"
await server 'end of stream between messages, 2 came'
expect 'message 1, length 3: "two"'
expect 'message 2, length 5: "lines"'
tell "What about a message that never ends? With -l 8 this server takes no message of more than 8 bytes."
run client "./client -m newline 'far too long' fine"
await server 'end of stream between messages, 1 came'
expect 'a message of more than 8 bytes: skipping to its newline'
expect 'message 1, length 4: "fine"'
tell "After the next newline it can go on: that is the strength of a delimiter."
run client "printf 'one\\ntw' | ./client"
await server 'end of stream inside a message: no newline came'
expect 'message 1, length 3: "one"'
tell "Without its newline, \"tw\" is not a message. It may have been the beginning of \"two\"."
interrupt server
finish server

step "Second cure: the length first"
tell "-m length: 4 bytes say how many bytes follow, the most significant one first. A message may
contain any byte, and it may be empty."
start server ./server -m length -r 1 -l 8
await server 'listening'
run client "./client -m length \$'a\\nb' '' three"
expect 'x00.x00.x00.x03a.nb'
await server 'end of stream between messages, 3 came'
expect 'message 1, length 3: "a.nb"'
expect 'message 2, length 0: ""'
expect 'message 3, length 5: "three"'
tell "The server read all of it one byte at a time (-r 1), the headers too."

step "Do you believe a length?"
tell "With printf you can send what no honest client sends. Here the stream ends inside a header, and then
inside a message:"
run client "printf '\\0\\0' | ./client"
await server 'end of stream inside a header: 2 of 4 bytes came'
run client "printf '\\0\\0\\0\\5hel' | ./client"
await server 'end of stream inside a message: 3 of 5 bytes came'
predict "Four bytes announce a message of 4,294,967,295 bytes. What should the server do?"
run client "printf '\\377\\377\\377\\377' | ./client"
await server '4294967295 bytes announced, at most 8 allowed: closing'
tell "No. It closes the connection, because after a wrong length nothing says where the next message
begins: that is the weakness of a length. The server itself goes on:"
run client ./client -m length alive
await server 'end of stream between messages, 1 came'
expect 'message 1, length 5: "alive"'
interrupt server
finish server
tell "Your turn: read decoder.c, which did all this without a single socket. Then do the exercise."
