# shellcheck shell=bash
# The demo of lab 08, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
servers iterative fork thread pool poll epoll
title "Lab 08: Concurrent servers"
tell "Six servers do the same: what a client sends comes back. They differ in who waits for whom. The load client
connects bad clients first, and then 20 quick ones: each sends a message, reads it back, and leaves."

# serves SERVER [OPTION...] - starts it.
serves() {
  local server=$1
  shift
  start "$server" "./$server${*:+ $*}"
  await "$server" 'listening on 127\.0\.0\.1:5008'
}

# ends SERVER - ends it.
ends() {
  interrupt "$1"
  finish "$1"
}

# load OPTIONS SERVED - the load client, and how many of the 20 must be served.
load() {
  run load "./load${1:+ $1}"
  expect "^load: $2 of 20 clients served\$"
}

step "A silent client"
tell "First the limits of this machine's socket buffers, so that the numbers are the same everywhere:"
run you "sysctl -qw net.ipv4.tcp_rmem='4096 16384 65536' net.ipv4.tcp_wmem='4096 16384 65536'"
tell "The iterative server serves one client to its end, and then the next:"
serves iterative
load "" 20
predict "A client connects before the others, and says nothing. How many of the 20 are served?"
load "-s 1" 0
tell "None. All of them are connected: the kernel does that alone. But the server waits in recv, for the silent one.
Now a thread for each client, and then a process for each:"
ends iterative
serves thread
load "-s 8" 20
ends thread
serves fork
start load ./load -s 8 -k
await load '20 of 20 clients served'
until_says 9 "pgrep -c -x fork"
run you "pgrep -c -x fork"
type_eof load
finish load
ends fork
tell "Eight silent clients harm nobody. Nine processes: the one that accepts, and eight that wait for their clients."

step "Four threads"
tell "A pool has threads that are made once, here four. Each of them is an iterative server."
serves pool
predict "How many of the 20 are served if three silent clients come first? And if four do?"
load "-s 3" 20
load "-s 4" 0
ends pool
tell "Three: all are served, by the one thread that is left. Four: none. A pool only moves the border."

step "One thread for all"
tell "The poll server has one thread. It asks the kernel which clients have sent something, and serves just those,
without waiting for any of them:"
serves poll
load "-s 8" 20
ends poll
predict "A client sends and sends, and never reads its answers. Which servers does it stop?"
serves thread
load "-f 1" 20
ends thread
serves poll
load "-f 1" 20
ends poll
tell "None of these. When the kernels' buffers are full, a thread waits in send, alone. The poll server keeps the
rest, and reads nothing more from that client until it has room. With -b it waits in send, as a beginner's would:"
serves poll -b
load "-f 1" 0
ends poll
tell "One thread, one wait: nobody is served any more. In such a loop no call may wait but poll itself."

step "A slow client"
tell "A client that sends a byte each 20 ms, for half a second; the quick ones wait for 300 ms, and then for 3 s:"
serves iterative
predict "How many of the 20 are served by the iterative server, with both patiences?"
load "-d 1" 0
load "-d 1 -t 3000" 20
ends iterative
serves epoll
load "-d 1" 20
ends epoll
tell "The iterative server serves them, but late: everybody is as slow as the slowest."

step "The queue of the listener"
tell "While a server is busy, the kernel accepts for it, into a queue. Here its length is 1, and Alice has the
server:"
serves iterative -v -l 1
start alice nc 127.0.0.1 5008
type alice hello
await alice hello
predict "Bob, Carol and Dave connect. The queue's length is 1. Who of them is connected?"
start bob nc 127.0.0.1 5008
until_says 2 "ss -Htn state established dport = 5008 | wc -l"
start carol nc 127.0.0.1 5008
until_says 3 "ss -Htn state established dport = 5008 | wc -l"
start dave nc 127.0.0.1 5008
until_says 1 "ss -Htn state syn-sent dport = 5008 | wc -l"
run you "ss -Htan exclude time-wait dport = 5008 | awk '{ print \$1 }' | sort | uniq -c"
expect '3 ESTAB'
expect '1 SYN-SENT'
tell "A length of 1 makes room for two: Linux counts so. Dave's SYN is thrown away, and nobody tells him. His kernel
sends it again after a second, and again. When Alice leaves, Bob is next, and there is room:"
type_eof alice
interrupt alice
finish alice 130
type dave hi
interrupt bob
finish bob 130
interrupt carol
finish carol 130
await dave hi
interrupt dave
finish dave 130
ends iterative

step "No descriptor left"
tell "Each client takes a descriptor. This server may have 20. Three are its input and outputs, one listens:"
start poll "bash -c 'ulimit -n 20; exec ./poll -s'"
await poll 'listening'
start load ./load -c 0 -s 40 -k
await load '40 silent clients connected'
await poll 'EMFILE'
run you "ls /proc/\$(pgrep -x poll)/fd | wc -l"
expect '^20$'
predict "40 clients believe that they are connected, 16 are accepted. What does the server do now?"
until_says R "ps -C poll -o s="
run you "ps -C poll -o s=,comm="
expect '^R'
tell "R: it runs. poll says that there is a client to accept, accept fails with EMFILE, poll says it again. It takes
a whole processor. Without -s the server does not look at its listener until somebody has left:"
type_eof load
finish load
ends poll
start poll "bash -c 'ulimit -n 20; exec ./poll'"
await poll 'listening'
start load ./load -c 0 -s 40 -k
await load '40 silent clients connected'
await poll 'EMFILE'
until_says S "ps -C poll -o s="
run you "ps -C poll -o s=,comm="
expect '^S'
type_eof load
finish load
load "" 20
ends poll

step "A descriptor beyond 1023"
tell "select is older than poll. Its set of descriptors is an array of 1024 bits, and FD_SET writes where its number
says:"
predict "What does FD_SET do with descriptor 1100?"
run load ./fdset -u 1100
expect 'descriptor 1100: 0 in the set, 1 outside of it'
tell "It writes into whatever stands behind the set. Our Makefile has -D_FORTIFY_SOURCE=2, which looks first, and ends
the program:"
run -s 134 load ./fdset 1100
tell "poll has no such limit."

step "What a client costs"
tell "1,000 clients connect and say nothing. What does each of them cost?"
predict "A process, a thread, an entry in a table: how many bytes is each?"
run you ./cost.sh 1000
expect '^fork +1000 .* 1001$'
expect '^thread +1000 .* 1001$'
expect '^poll +1000 .* 1$'
expect '^epoll +1000 .* 1$'
tell "The kernel's part is that of both ends and of processes and threads; other programs change it, too. poll and
epoll need next to nothing of their own. Your turn: read poll.c and echo.c, then write a chat."
