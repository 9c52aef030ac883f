# shellcheck shell=bash
# The demo of lab 10, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
# needs: nft ipv6
# tools: nft netbase
servers dns
title "Lab 10: Names and ports"
tell "Who is that name, and may I have that port? This box has no internet. So it gets files of its own in the place of
those in /etc, and a DNS server of its own, which knows what is in etc/zone.lab."

step "A name is a list"
run you ./private.sh
start dns ./dns
await dns 'answering on 127\.0\.0\.1:53'
run you cat etc/resolv.conf
predict "getaddrinfo looks up www.lab. How many questions does it send?"
run client ./lookup www.lab 80
expect '^lookup: \[::1\]:80$'
expect '^lookup: 127\.0\.0\.1:80$'
await dns 'asks AAAA of www\.lab: ::1'
packets '53'
tell "Two: A is an IPv4 address, AAAA an IPv6 address. The answer is a list, and its order is a recommendation. All
programs that ask glibc get the same list, and dig asks the server itself, without glibc:"
run you "getent ahosts www.lab | awk '/STREAM/ { print \$1 }'"
expect '^::1$'
await dns 'asks AAAA of www\.lab'
tell "And localhost?"
run client ./lookup localhost 80
expect '^lookup: 127\.0\.0\.1:80$'
show dns
tell "Nobody asked the server: /etc/hosts comes first. nsswitch.conf says so."

step "Answers that are none"
predict "no.lab does not exist. mute.lab has an IPv4 address, but nobody answers for its IPv6 address. For slow.lab that
answer comes after 0.6 seconds. What does getaddrinfo say to each of the three?"
run -s 1 client ./lookup no.lab
expect 'Name or service not known \[EAI_NONAME\]'
await dns 'AAAA of no\.lab: no such name'
run client ./lookup mute.lab 80
refute '::1'
show dns
expect 'asks AAAA of mute\.lab: nothing'
run client ./lookup slow.lab 80
expect '^lookup: \[::1\]:80$'
await dns 'asks AAAA of slow\.lab: ::1, later'
tell "It waits for both answers, as long as resolv.conf says, and the faster one does not help. At last it takes what it
has. And 'no such name' is an answer. If there is none at all, it is another error: the next try may succeed."
run -s 1 client ./lookup dead.lab
expect 'EAI_AGAIN'
show dns

step "Numbers that surprise"
predict "127.1, 010.0.0.1 and port 70000: are these errors?"
run client ./lookup 127.1 70000
expect '^lookup: 127\.0\.0\.1:4464$'
run client ./lookup 010.0.0.1 80
expect '^lookup: 8\.0\.0\.1:80$'
tell "None of them. A part that is missing is filled up, a number with a 0 in front is octal, and a port is cut to its
lowest 16 bits: 70000 - 65536 = 4464. So read a port yourself, and refuse what is none."

step "One server, two families"
tell "localhost has two addresses, so this server has two sockets:"
start server ./server
await server 'listening on 127\.0\.0\.1:5010'
expect 'listening on \[::1\]:5010'
interrupt server
finish server
tell "One socket can serve both families, at the address ::."
start server ./server -m one
await server 'listening on \[::\]:5010'
predict "An IPv4 client comes to it. Which address does the server see?"
run client ./client -4 www.lab
expect 'you are \[::ffff:127\.0\.0\.1\]:[0-9]+'
await server 'accepted'
tell "An IPv4 address in the clothes of an IPv6 one: v4-mapped. Some servers want to know what they get, and say
IPV6_V6ONLY:"
interrupt server
finish server
start server ./server -m only
await server 'listening on \[::\]:5010'
run -s 1 client ./client -4 www.lab
expect 'ECONNREFUSED'
interrupt server
finish server
predict "And a socket at :: for IPv6, and one at 0.0.0.0 for IPv4: do they get along?"
run -s 1 server ./server -m clash
expect 'bind 0\.0\.0\.0:5010: Address already in use \[EADDRINUSE\]'
start server ./server -m two
await server 'listening on 0\.0\.0\.0:5010'
tell "Only if the first one keeps away from IPv4 (IPV6_V6ONLY). Otherwise both want the same port."
interrupt server
finish server

step "Try every address"
start server ./server -b 127.0.0.1
await server 'listening on 127\.0\.0\.1:5010'
predict "The server is at IPv4 only, and the name has an IPv6 address first. Does a client reach it?"
run client ./client www.lab
expect '^client: \[::1\]:5010: ECONNREFUSED$'
expect '^client: connected 127\.0\.0\.1:[0-9]+ -> 127\.0\.0\.1:5010$'
await server 'accepted'
tell "Yes: it tries every address of the list. A refusal costs no time. But what if nobody answers at all, because a
firewall drops all IPv6?"
run you sysctl -w net.ipv4.tcp_syn_retries=1
run you "nft add table ip6 hole"
run you "nft add chain ip6 hole in '{ type filter hook input priority 0; policy drop; }'"
run client ./client www.lab
expect '^client: \[::1\]:5010: ETIMEDOUT$'
expect '^client: connected 127\.0\.0\.1:[0-9]+ -> 127\.0\.0\.1:5010$'
await server 'accepted'
tell "It waited for the time-out first, here 3 seconds, and on a machine as it comes a minute or two. Your exercise is a
client that does not wait."
run you "nft delete table ip6 hole"
interrupt server
finish server
show dns

step "Which port may I have?"
tell "The notes have three classes: up to 1023, up to 49151, and the rest. They also say that a server needs privileges,
and that ports from 0 to 1024 are privileged. Here is a program without privileges, which tries them all:"
predict "Which ports may it have?"
run you setpriv --bounding-set -net_bind_service ./ports
expect '^ports: 1 to 1023: EACCES$'
expect '^ports: 1024 to 65535: yes$'
tell "1024 is free for everybody, and every server of this course has run without privileges. The border is a setting:"
run you sysctl -w net.ipv4.ip_unprivileged_port_start=80
run you setpriv --bounding-set -net_bind_service ./ports
expect '^ports: 1 to 79: EACCES$'
run you sysctl -w net.ipv4.ip_unprivileged_port_start=1024
tell "And the ports that the kernel gives to clients?"
run you sysctl net.ipv4.ip_local_port_range
predict "connect chooses 50 of them, and bind to port 0 another 50. How many are even?"
run you ./ports -e 50
expect 'connect chose (50 even ports and 0 odd|0 even ports and 50 odd)'
tell "Linux keeps them apart, so that clients do not take what servers could need. And the range is not that of the
notes: look above."

step "What is behind a port?"
start you ./standins
await you 'imap on port 143'
run client ./client localhost smtp
expect '220 mail\.lab ESMTP'
predict "An HTTP server says nothing until it is asked. And if the same question goes to port 22?"
run client "./client -s 'GET / HTTP/1.0' localhost http"
expect 'HTTP/1\.0 400'
run client "./client -s 'GET / HTTP/1.0' localhost ssh"
expect 'SSH-2\.0-lab'
tell "A port number promises nothing. What answers is what somebody has started there."
interrupt you
finish you

step "Names in a table"
start server ./server -b 127.0.0.7
await server 'listening on'
run you ./conntable -n -l
expect '127\.0\.0\.7:5010'
predict "The notes show such a table with names of hosts. Who says that this is the name of that address?"
run you ./conntable -l
expect 'bank\.example:5010'
await dns 'asks PTR of 7\.0\.0\.127\.in-addr\.arpa: bank\.example'
tell "Whoever owns the address: the name comes from a server that he chooses. Ask the other way round:"
run -s 1 client ./lookup bank.example
expect 'EAI_NONAME'
await dns 'AAAA of bank\.example: no such name'
tell "Nobody at bank.example has heard of it. So never decide by such a name. Your turn: the client that does not wait."
