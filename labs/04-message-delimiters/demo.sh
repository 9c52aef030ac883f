# shellcheck shell=bash
# The demo of lab 04, a list of steps for scripts/demo; scripts/lib/demo.bash tells the verbs.
title "Lab 04: message delimiters"
tell "Where does a message end? The client sends each message with a send of its own. The server shows
what it takes for messages."

step "Three messages, three sends"
tell "With -s the server waits for Enter before each recv: you decide when it reads. Nagle's algorithm
is off in the client, so nothing holds a message back."
start server ./server -s
await server 'listening on 127\.0\.0\.1:5004, mode none'
run client ./client one two three
expect 'piece 3, length 5: "three"'
expect 'all acknowledged'
await server 'Enter lets it recv'
tell "Three sends. How many segments came? The kernel counts those that carry data:"
run you "ss -tinH sport = 5004 | grep -o 'data_segs_in:[0-9]*'"
expect '^data_segs_in:3$'
tell "Three, a message in each. They wait in the receive queue of the server's socket."
predict "How many messages does one recv give?"
type server "(Enter)"
await server 'message 1, length 11: "onetwothree"'
expect '^server: 11 bytes in the receive queue$'
tell "One: glued. TCP carries bytes in their order; which send they came from it does not tell."
type server "(Enter)"
await server 'end of stream'
interrupt server
finish server

step "One message, a tiny buffer"
tell "The opposite: -r 4 gives recv a buffer of 4 bytes."
start server ./server -r 4
await server 'listening'
run client "./client 'hello world'"
expect 'piece 1, length 11'
await server 'end of stream'
expect 'message 1, length 4: "hell"'
expect 'message 2, length 4: "o wo"'
expect 'message 3, length 3: "rld"'
tell "One send, three messages: split. And with a larger buffer?"
interrupt server
finish server

step "One message, two segments"
tell "Now the buffer is large, but the message leaves in pieces, as it does when it is longer than a
packet, or when send takes only a part. -c 3 chops the stream into pieces of 3 bytes; with -s the
client waits for Enter between two of them."
start server ./server
await server 'listening'
start client ./client -s -c 3 hello
await client 'Enter lets it send on'
await server 'message 1, length 3: "hel"'
type client "(Enter)"
finish client
await server 'end of stream'
expect 'message 2, length 2: "lo"'
tell "A larger buffer does not help: recv gives what is there. And both at once?"
start client ./client -s -c 4 hello world
await client 'Enter lets it send on'
await server 'message 1, length 4: "hell"'
type client "(Enter)"
await client 'Enter lets it send on'
await server 'message 2, length 4: "owor"'
type client "(Enter)"
finish client
await server 'end of stream'
expect 'message 3, length 2: "ld"'
tell "Glued and split in one. All of these are correct TCP. What is missing is an agreement about
where a message ends."
interrupt server
finish server

step "First cure: a delimiter"
tell "-m newline: a message ends with a newline. The server keeps what it has until one comes. Tiny
buffer, chopped stream, it does not matter any more:"
start server ./server -m newline -r 4 -l 8
await server 'listening'
run client ./client -m newline -c 3 one two three
await server 'end of stream between messages, 3 came'
expect 'message 1, length 3: "one"'
expect 'message 2, length 3: "two"'
expect 'message 3, length 5: "three"'
tell "But the data must not contain the delimiter."
predict "One message with a newline inside. What does the server show?"
run client "./client -m newline \$'two\\nlines'"
await server 'end of stream between messages, 2 came'
expect 'message 1, length 3: "two"'
expect 'message 2, length 5: "lines"'
tell "And a message that never ends? With -l 8 this server takes no message of more than 8 bytes."
run client "./client -m newline 'far too long' fine"
await server 'end of stream between messages, 1 came'
expect 'a message of more than 8 bytes: skipping to its newline'
expect 'message 1, length 4: "fine"'
tell "It finds its way again at the next newline: that is the strength of a delimiter."
run client "printf 'one\\ntw' | ./client"
await server 'end of stream inside a message: no newline came'
expect 'message 1, length 3: "one"'
tell "What came without its end is not a message: \"tw\" may have been the beginning of \"two\"."
interrupt server
finish server

step "Second cure: the length first"
tell "-m length: 4 bytes tell how many follow, the most significant byte first. Every byte is allowed
in a message, and a message may be empty."
start server ./server -m length -r 1 -l 8
await server 'listening'
run client "./client -m length \$'a\\nb' '' three"
expect 'x00.x00.x00.x03a.nb'
await server 'end of stream between messages, 3 came'
expect 'message 1, length 3: "a.nb"'
expect 'message 2, length 0: ""'
expect 'message 3, length 5: "three"'
tell "The server read it all one byte at a time (-r 1), the header too."

step "Who believes a length?"
tell "printf makes what no honest client sends. The stream ends inside a header, or inside a message:"
run client "printf '\\0\\0' | ./client"
await server 'end of stream inside a header: 2 of 4 bytes came'
run client "printf '\\0\\0\\0\\5hel' | ./client"
await server 'end of stream inside a message: 3 of 5 bytes came'
predict "Four bytes announce a message of 4,294,967,295 bytes. Should the server make room for it?"
run client "printf '\\377\\377\\377\\377' | ./client"
await server '4294967295 bytes announced, at most 8 allowed: closing'
tell "It closes the connection. After a wrong length nobody knows where the next message begins: that
is the weakness of the length. And the server?"
run client ./client -m length alive
await server 'end of stream between messages, 1 came'
expect 'message 1, length 5: "alive"'
interrupt server
finish server
tell "Your turn: read decoder.c, which did all this and never saw a socket, then the exercise."
