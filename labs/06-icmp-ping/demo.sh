# shellcheck shell=bash
# The demo of lab 06, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
# needs: nft line raw ping [ipv6]
# tools: ping
topology client,router1,router2,server

kernel=/proc/sys/net/ipv4/icmp_echo_ignore_all
host admin server

title "Lab 06: ICMP ping"
tell "What is under TCP and UDP? Packets. This demo has four machines, each wired to the next:

  client ------- router1 ------- router2 ------- server
       10.0.1.1  10.0.1.2        10.0.2.2        10.0.3.2

The prompt says which of them you are on; admin is a second terminal on the server."

step "One ping, header by header"
tell "A raw socket has no port and no connection. It sends ICMP messages, and it receives every one that
arrives at its host. The first probe goes to the host itself:"
predict "One probe, one answer. How many packets does the socket receive?"
run client ./ping -v -c 1 -e 4711 127.0.0.1
expect 'type=8 .* id=4711 seq=1 .*our own request'
expect 'type=0 .* id=4711 seq=1 .*our answer'
expect '1 packets transmitted, 1 received, 0% packet loss'
tell "Two. On the loopback, what goes out comes in: first our own request, of type 8, and then the answer,
of type 0. Everything else is the same, except the checksum: the type is 0x0800 less, the checksum 0x0800 more."

step "What answers?"
predict "No server program ran on that machine. What answered?"
tell "The kernel, and you can tell it not to:"
run client "echo 1 >$kernel"
run -s 1 client ./ping -c 1 -W 0.2 -e 4711 127.0.0.1
expect '1 packets transmitted, 0 received, 100% packet loss'
tell "A program can do the kernel's work. Even the system's own ping accepts the answers of our server:"
run server "echo 1 >$kernel"
start server ./server
await server 'answering echo requests'
run client ping -n -c 1 -e 4242 10.0.3.2
expect '64 bytes from 10\.0\.3\.2: icmp_seq=1 ttl=62'
await server 'from 10\.0\.1\.1, id 4242 seq 1, 56 bytes of data: answered'
predict "The TTL (time to live) was 64 when the answer left, and it is 62 now. How many routers did it pass?"
tell "Two. Each of them subtracted one."
predict "What if both our program and the kernel answer?"
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
tell "Anybody can send us anything, so ping must not believe what it gets. Our server can send wrong answers
on purpose. First with another identifier, as in the answer to another program's ping:"
start server ./server -q -m wrong-id
await server 'wrong-id'
run -s 1 client ./ping -v -c 1 -W 0.5 -e 4711 10.0.3.2
expect "id=4710 seq=1 data=56: another program's answer"
expect '0 received, \+1 foreign, 100% packet loss'
interrupt server
finish server
tell "One wrong bit, flipped after the checksum was computed:"
start server ./server -q -m damage
await server 'damage'
run -s 1 client ./ping -c 1 -W 0.5 -e 4711 10.0.3.2
expect 'corrupted: 84 bytes from 10\.0\.3\.2 have a wrong checksum'
interrupt server
finish server
tell "Only half of the data:"
start server ./server -q -m truncate
await server 'truncate'
run -s 1 client ./ping -c 1 -W 0.5 -e 4711 10.0.3.2
expect 'icmp_seq=1 returns 28 of 56 bytes of data'
interrupt server
finish server
run server "echo 0 >$kernel"

step "What routers say"
tell "The TTL of a probe says how many hops it may travel. The router that counts it down to 0 drops the
probe, and sends an error to the sender."
predict "How does the sender learn which of its packets that was?"
run -s 1 client ./ping -c 1 -t 1 -e 4711 10.0.3.2
expect 'From 10\.0\.1\.2 icmp_seq=1 Time to live exceeded'
predict "And with -t 2? With -t 3?"
run -s 1 client ./ping -v -c 1 -t 2 -e 4711 10.0.3.2
expect 'type=11 code=0 .*about our request, id=4711 seq=1'
expect 'of IP .*ttl=1 protocol=1 10\.0\.1\.1 > 10\.0\.3\.2'
expect 'From 10\.0\.2\.2 icmp_seq=1 Time to live exceeded'
tell "The error quotes the packet that it is about, as the router received it: its TTL was 1. The quote
tells ping that the packet was its own. A traceroute needs nothing more than this."
run client ./ping -c 1 -t 3 -e 4711 10.0.3.2
expect '64 bytes from 10\.0\.3\.2'
tell "An address that no router has a route to:"
run -s 1 client ./ping -c 1 -e 4711 192.0.2.1
expect 'From 10\.0\.1\.2 icmp_seq=1 Destination Net Unreachable'
tell "And a server whose firewall rejects our probes:"
run server "nft 'table ip wall { chain in { type filter hook input priority 0; icmp type echo-request reject; }; }'"
run -s 1 client ./ping -c 1 -e 4711 10.0.3.2
expect 'From 10\.0\.3\.2 icmp_seq=1 Destination Port Unreachable'
run server "nft delete table ip wall"

step "One address, one machine?"
tell "Course notes say that an IP address finds one member of a network. Here are two addresses:"
run client ./ping -c 1 -e 4711 10.0.1.2
expect '64 bytes from 10\.0\.1\.2: icmp_seq=1 ttl=64'
predict "10.0.2.1 is an address of the next wire. Which machine has it?"
run client ./ping -c 1 -e 4711 10.0.2.1
expect '64 bytes from 10\.0\.2\.1: icmp_seq=1 ttl=64'
run router1 ip -4 -br addr show up
expect '10\.0\.1\.2/24'
expect '10\.0\.2\.1/24'
tell "router1 again: the TTL is still 64, so no router was in between. An address belongs to an interface, and
a machine has as many as it likes."

step "Losses"
tell "A firewall that drops every fourth packet silently:"
run server "nft 'table ip loss { chain in { type filter hook input priority 0; icmp type echo-request numgen inc mod 4 == 3 drop; }; }'"
run client ./ping -q -c 20 -i 0.01 -W 0.2 -e 4711 10.0.3.2
expect '20 packets transmitted, 15 received, 25% packet loss'
run server "nft delete table ip loss"
tell "Nothing reported these losses, and nothing sent the packets again. That is all that IP promises: to
try, which is called best effort. Here the requests were lost. If the answers had been lost, ping would
print exactly the same."

step "Without privileges"
tell "A raw socket receives the ICMP messages of all programs, so you need root or CAP_NET_RAW to open one."
predict "You have neither, and yet ping works for you. How?"
run client "echo 0 >$kernel"
run client setpriv --bounding-set -net_raw ./ping -v -c 1 -e 4711 127.0.0.1
expect 'SOCK_DGRAM, since SOCK_RAW needs CAP_NET_RAW: EPERM'
expect 'type=0 .* id=4711 seq=1 data=56: our answer'
tell "This is a ping socket: it receives no IP header, not our own request, no answers to other programs.
The kernel fills in the identifier and the checksum, and checks what arrives. Errors wait in a queue of
their own:"
run -s 1 client setpriv --bounding-set -net_raw ./ping -v -c 1 -t 1 -e 4711 10.0.3.2
expect 'MSG_ERRQUEUE\) = 64'
expect 'From 10\.0\.1\.2 icmp_seq=1 Time to live exceeded'

if [[ -d /proc/sys/net/ipv6 ]]; then
  step "The same with IPv6"
  tell "ICMPv6 has the same ideas but other numbers, and a raw socket gives us no IP header:"
  run client ./ping -v -c 1 -e 4711 fd00:3::2
  expect 'type=129 .* id=4711 seq=1 .*our answer'
  run -s 1 client ./ping -c 1 -t 1 -e 4711 fd00:3::2
  expect 'From fd00:1::2 icmp_seq=1 Time exceeded: Hop limit'
fi
tell "Your turn: read ping.c and icmp.c, then write a traceroute."
