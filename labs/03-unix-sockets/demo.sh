# shellcheck shell=bash
# The demo of lab 03, a list of steps for scripts/demo; scripts/player/player.bash explains the verbs.
umask 022 # the demo shows what comes of it, so your own umask must not matter

servers receiver rival
title "Lab 03: Unix sockets"

step "A name that is a file"
tell "This server has no port. Its name is a path, and bind makes a file of it."
start server ./server -s /run/whoami.sock
await server 'listening on /run/whoami.sock'
run you "stat -c '%A %n: a %F' /run/whoami.sock"
expect '^srwxr-xr-x /run/whoami.sock: a socket$'
predict "does the data pass through the file? What will cat /run/whoami.sock print?"
run -s 1 you cat /run/whoami.sock
expect 'No such device or address'
tell "No data is in it. The file is only a name. Behind it is a socket, and only connect reaches that:"
run client ./client -s /run/whoami.sock
expect 'you are pid [0-9]+, uid 0, gid 0'
await server 'client is pid'

step "Who is there?"
tell "The client has sent nothing, and the server knows its process id, user and group: the kernel \
has told it (SO_PEERCRED). The client knows the server's too."
predict "a client connects, and its child reads the answer. Whose process id does the server print?"
run client ./client -f -s /run/whoami.sock
expect 'I am the child'
await server 'client is pid'
tell "That of the process that called connect: the kernel noted it then, and the server's at listen. \
Nothing that happens afterwards changes the note, and nothing that a client says."

step "Who may connect?"
tell "The file has a mode, as every file has. First everybody may read it, and nobody may write to it."
predict "which permission does a client need to connect: read, write, or execute?"
run you chmod 0444 /run/whoami.sock
run client ./client -s /run/whoami.sock
await server 'client is pid'
tell "It worked! But you are root in this box, and permissions do not stop root. Give up root's \
privileges, and the mode counts:"
run -s 1 client setpriv --bounding-set -all --inh-caps -all ./client -s /run/whoami.sock
expect 'EACCES'
run you chmod 0222 /run/whoami.sock
run client setpriv --bounding-set -all --inh-caps -all ./client -s /run/whoami.sock
await server 'client is pid'
tell "Write permission, and nothing else: a connection lets the client send. With the usual umask of \
022 the mode is 0755: only the owner may write, so only the owner may connect."

step "Why can't I restart my server?"
interrupt server KILL
finish server 137
predict "kill -9: the socket is closed. And the file? What will bind say when the server starts again, \
and for how long?"
run -s 1 client ./client -s /run/whoami.sock
expect 'ECONNREFUSED'
run -s 1 server ./server -s /run/whoami.sock
expect 'EADDRINUSE'
tell "The name is still taken, although nobody uses it. That is not TIME_WAIT: it does not go away, for \
the file stays until somebody removes it. -u removes it before bind:"
start server ./server -u -m 0666 -s /run/whoami.sock
await server 'listening on /run/whoami.sock, mode 0666'

step "The cure that steals"
predict "that server is alive. What does a second one with -u do to it?"
start rival ./server -u -s /run/whoami.sock
await rival 'listening on /run/whoami.sock'
run client ./client -s /run/whoami.sock
await rival 'client is pid'
tell "unlink did not check. All clients reach the rival now. The first server does not know: it \
listens under a name that leads elsewhere."
run you "ss -xlp src /run/whoami.sock | awk '/LISTEN/ { print \$2, \$5, \$9 }' | sort"
expect '^LISTEN /run/whoami.sock users:'
tell "And when it ends, it removes its file, as a good server does. Whose file is it?"
interrupt server
finish server
run -s 1 client ./client -s /run/whoami.sock
expect 'ENOENT'
interrupt rival
finish rival
tell "The rival was alive, but no client could reach it. How do you tell a stale file from a live server? That \
is the exercise."

step "A name that is too long"
tell "A path may have 4096 bytes, sun_path has 108 with the NUL. A program that cuts the rest off \
binds another name than you gave it."
run -s 2 server ./server -s "/run/$(printf 'very-%.0s' {1..21})long.sock"
expect 'has 1 to 107 bytes .*, this one has 119'

step "A name that is no file"
tell "Linux has abstract names too. They live in the network namespace, as ports do."
start server ./server -m 0000 -s @whoami
await server 'listening on @whoami'
run client ./client -s @whoami
await server 'client is pid'
interrupt server KILL
finish server 137
predict "kill -9 again. Can it start again this time?"
start server ./server -m 0000 -s @whoami
await server 'listening on @whoami'
tell "The name went with the socket. But there is no file, so there is no mode: any process in this \
network may connect, or take the name first."
run client setpriv --bounding-set -all --inh-caps -all ./client -s @whoami
expect 'you are pid'
interrupt server
finish server

step "Datagrams that wait"
tell "In lab 02 a slow receiver lost datagrams. This one does not read anything before you press \
Enter."
start receiver ./receiver -s /run/letters.sock
await receiver 'bound'
predict "a sender sends it 100 datagrams. What happens to them? And what if it were UDP?"
start sender ./sender -s /run/letters.sock
await sender 'the queue is full after 11'
run you sysctl net.unix.max_dgram_qlen
expect '= 10$'
tell "The queue is full with 11 datagrams, one more than that number, and send waits. Nothing is lost; \
the sender is slowed down."
type receiver ''
finish sender
expect '100 sent; send had to wait'
type_eof receiver
finish receiver
expect 'received 100, the last is number 100; dropped here: 0'

step "The same over UDP"
start receiver ./receiver -p 5003
await receiver 'bound'
predict "the same two programs, the same 100 datagrams. How many arrive?"
run sender ./sender -p 5003
expect '100 sent; send never had to wait'
until_says 99 "awk '\$2 ~ /:138B\$/ { print \$NF }' /proc/net/udp" # 138B is 5003
type receiver ''
type_eof receiver
finish receiver
expect 'received 1, the last is number 1; dropped here: 99'
tell "There is room for one. send never fails and never waits: 100 sent = 1 received + 99 dropped."

step "A pair without a name"
tell "A parent and its child need no name: socketpair makes both ends at once."
run you ./pair
expect 'child: end of stream'

step "A descriptor travels"
tell "A Unix socket carries more than bytes. One process opens a file, another one reads it."
run you "printf '%s\\n' 'one: a file' 'two: of three' 'three: lines' >/run/lines"
run you ./passfd /run/lines
expect 'reader: descriptor [0-9]+: "two: of three"'
expect 'opener: descriptor [0-9]+: "three: lines"'
tell "The reader never opened the file, and needs no permission to. It received the open file itself, \
with its position: that is why the opener never sees line two."

step "What does the network cost?"
tell "The same round trips over AF_UNIX and over TCP, on one machine. A star marks what changes \
from run to run."
run you ./race
expect 'AF_UNIX: 0 packets'
expect 'TCP: +2 packets'
tell "A Unix socket puts nothing on any wire, not even on lo. Your turn: read server.c, then do the \
exercise."
