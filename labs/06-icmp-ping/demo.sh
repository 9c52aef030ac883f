# shellcheck shell=bash
# The demo of lab 06, a list of steps for scripts/demo; scripts/lib/demo.bash tells the verbs.
# needs: nft line
topology client,router1,router2,server

kernel=/proc/sys/net/ipv4/icmp_echo_ignore_all
host admin server

title "Lab 06: ICMP ping"
tell "What is under TCP and UDP? Packets. This demo has four machines, each wired to the next:

  client ------- router1 ------- router2 ------- server
       10.0.1.1  10.0.1.2        10.0.2.2        10.0.3.2

The prompt says on which of them you are; admin is a second terminal on the server."

step "One ping, header by header"
tell "A raw socket has no port and no connection. It sends ICMP messages, and it receives every one that
comes to its host. The first probe goes to the host itself:"
predict "One probe, one answer. How many packets does the socket receive?"
run client ./ping -v -c 1 -e 4711 127.0.0.1
expect 'type=8 .* id=4711 seq=1 .*our own request'
expect 'type=0 .* id=4711 seq=1 .*our answer'
expect '1 packets transmitted, 1 received, 0% packet loss'
tell "Two. On the loopback what goes out comes in: first our own request, of type 8, and then the answer,
of type 0. All else is the same, except the checksum: as the type is 0x0800 less, it is as much more."

step "Who answers?"
tell "No program has listened. It was the kernel that answered, and it can be told not to:"
run client "echo 1 >$kernel"
run -s 1 client ./ping -c 1 -W 0.2 -e 4711 127.0.0.1
expect '1 packets transmitted, 0 received, 100% packet loss'
tell "What the kernel does a program can do as well. The system's own ping believes ours:"
run server "echo 1 >$kernel"
start server ./server
await server 'answering echo requests'
run client ping -n -c 1 -e 4242 10.0.3.2
expect '64 bytes from 10\.0\.3\.2: icmp_seq=1 ttl=62'
await server 'from 10\.0\.1\.1, id 4242 seq 1, 56 bytes of data: answered'
tell "The TTL, time to live, was 64 when the answer left. Each of the two routers took one off."
predict "What if both answer, our program and the kernel?"
run admin "echo 0 >$kernel"
start client ./ping -i 60 -e 4711 10.0.3.2
await client 'icmp_seq=1 ttl=62 time=[0-9.]+ ms$'
await client 'icmp_seq=1 .*\(DUP!\)'
await server 'id 4711 seq 1'
interrupt client
finish client
expect '1 packets transmitted, 1 received, \+1 duplicates, 0% packet loss'
run admin "echo 1 >$kernel"
interrupt server
finish server

step "A server that misbehaves"
tell "Anybody may send us anything, so ping must not believe what it gets. Our server can be as bad as
that, on purpose. Another identifier: the answer to another program's ping."
start server ./server -q -m wrong-id
await server 'wrong-id'
run -s 1 client ./ping -v -c 1 -W 0.5 -e 4711 10.0.3.2
expect "id=4710 seq=1 data=56: another's answer"
expect '0 received, \+1 foreign, 100% packet loss'
interrupt server
finish server
tell "One bit wrong, flipped after the checksum was made:"
start server ./server -q -m damage
await server 'damage'
run -s 1 client ./ping -c 1 -W 0.5 -e 4711 10.0.3.2
expect 'corrupted: 84 bytes from 10\.0\.3\.2 have a wrong checksum'
interrupt server
finish server
tell "Half of the data:"
start server ./server -q -m truncate
await server 'truncate'
run -s 1 client ./ping -c 1 -W 0.5 -e 4711 10.0.3.2
expect 'icmp_seq=1 returns 28 of 56 bytes of data'
interrupt server
finish server
run server "echo 0 >$kernel"

step "What routers say"
tell "A probe may say how many hops it is worth. The router that takes the last one off gives up, and
says so to the sender:"
run -s 1 client ./ping -c 1 -t 1 -e 4711 10.0.3.2
expect 'From 10\.0\.1\.2 icmp_seq=1 Time to live exceeded'
predict "And with -t 2? With -t 3?"
run -s 1 client ./ping -v -c 1 -t 2 -e 4711 10.0.3.2
expect 'type=11 code=0 .*about our request, id=4711 seq=1'
expect 'of IP .*ttl=1 protocol=1 10\.0\.1\.1 > 10\.0\.3\.2'
expect 'From 10\.0\.2\.2 icmp_seq=1 Time to live exceeded'
tell "The error quotes the packet that it is about, as it was when the router gave up: its TTL was 1. That
is how ping knows that it was one of its own, and traceroute is made of nothing else."
run client ./ping -c 1 -t 3 -e 4711 10.0.3.2
expect '64 bytes from 10\.0\.3\.2'
tell "An address to which no router knows the way:"
run -s 1 client ./ping -c 1 -e 4711 192.0.2.1
expect 'From 10\.0\.1\.2 icmp_seq=1 Destination Net Unreachable'
tell "And a server with a firewall that rejects:"
run server "nft 'table ip wall { chain in { type filter hook input priority 0; icmp type echo-request reject; }; }'"
run -s 1 client ./ping -c 1 -e 4711 10.0.3.2
expect 'From 10\.0\.3\.2 icmp_seq=1 Destination Port Unreachable'
run server "nft delete table ip wall"

step "Losses"
tell "A firewall that loses every fourth packet, and says nothing:"
run server "nft 'table ip loss { chain in { type filter hook input priority 0; icmp type echo-request numgen inc mod 4 == 3 drop; }; }'"
run client ./ping -q -c 20 -i 0.01 -W 0.2 -e 4711 10.0.3.2
expect '20 packets transmitted, 15 received, 25% packet loss'
run server "nft delete table ip loss"
tell "A question or an answer: from here one cannot tell which of the two was lost."

step "Without privileges"
tell "A raw socket hears everybody's ICMP, so only root may have one, or who has CAP_NET_RAW. Here is the
same ping without that privilege:"
run client "echo 0 >$kernel"
run client setpriv --bounding-set -net_raw ./ping -v -c 1 -e 4711 127.0.0.1
expect 'SOCK_DGRAM, since SOCK_RAW needs CAP_NET_RAW: EPERM'
expect 'type=0 .* id=4711 seq=1 data=56: our answer'
tell "A ping socket: no IP header, no request of our own, no answer of others. The kernel fills in the
identifier and the checksum, and checks what comes. Errors come by a queue of their own:"
run -s 1 client setpriv --bounding-set -net_raw ./ping -v -c 1 -t 1 -e 4711 10.0.3.2
expect 'MSG_ERRQUEUE\) = 64'
expect 'From 10\.0\.1\.2 icmp_seq=1 Time to live exceeded'

if [[ -d /proc/sys/net/ipv6 ]]; then
  step "The same by IPv6"
  tell "ICMPv6 has other numbers, the same ideas, and no IP header on a raw socket:"
  run client ./ping -v -c 1 -e 4711 fd00:3::2
  expect 'type=129 .* id=4711 seq=1 .*our answer'
  run -s 1 client ./ping -c 1 -t 1 -e 4711 fd00:3::2
  expect 'From fd00:1::2 icmp_seq=1 Time exceeded: Hop limit'
fi
tell "Your turn: read ping.c and icmp.c, then write a traceroute."
