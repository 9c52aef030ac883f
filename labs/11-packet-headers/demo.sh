# shellcheck shell=bash
# The demo of lab 11, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
# needs: nft line raw packet ping ipv6
# tools: ping
topology client,server
host tap client
host far server

# The Ethernet addresses are the same each time.
for end in client server; do
  on "$end" ip link set eth0 address "02:00:00:00:00:0$([[ $end == client ]] && echo 1 || echo 2)"
done

# counters - prints a command that prints the server's counts of UDP.
counters() {
  echo "on server nstat -asz UdpInDatagrams UdpInCsumErrors | awk 'NR > 1 { print \$1, \$2 }'"
}

title "Lab 11: What is on the wire"
tell "Which bytes travel, besides yours? Two machines, one wire:

  client ------------------------- server
         10.0.1.1         10.0.1.2
         fd00:1::1        fd00:1::2

In the terminal 'tap', dissect takes apart what passes the client's end of the wire."

step "Five bytes, and all that they need"
start server ./receiver
await server 'listening on port 5011'
start tap ./dissect -i eth0 -H UDP -s -c 1
await tap 'listening on eth0'
predict "The program sends the five bytes of hello. How many bytes does the frame have?"
run client ./sampler plain 10.0.1.2
await server '5 bytes: "hello"'
finish tap
expect '^frame 1: 47 bytes'
expect 'Source Port .*Destination Port'
expect 'inverted 0x[0-9a-f]+; the header says 0x[0-9a-f]+: right'
tell "47: Ethernet takes 14, IPv4 takes 20, UDP takes 8. Of UDP you see all four fields, with their bits."
predict "Course notes draw the UDP header with two addresses, zeros, a protocol and a length. Is that what you see?"
tell "No. That is the *pseudo-header*: it is part of the sum, as you see, but it is never sent. The sum covers the
addresses, so a packet that comes to the wrong machine is noticed."

step "Each header"
tell "Another datagram, and now its IP header:"
start tap ./dissect -i eth0 -H IPv4 -c 1
await tap 'listening'
run client ./sampler -D udp 10.0.1.2
await server '5 bytes'
finish tap
expect 'Version.*IHL.*DSCP.*ECN.*Total Length'
expect 'Time to Live .*Protocol .*Header Checksum'
tell "One byte has another name now. The notes say Type of Service; today it is two fields, DSCP and ECN."
predict "And a TCP header: the notes have six flags. How many are there?"
start tap ./dissect -i eth0 -H TCP -s -c 1
await tap 'listening'
run client ./sampler flags 10.0.1.2
finish tap
expect 'Offset.*W.C.R.C.S.S.Y.I'
expect '1.1.1.1.1.1.1.1'
tell "Eight: CWR and ECE came later, for congestion (RFC 3168)."

step "Before the first packet"
tell "An IP address is no address on the wire. Ethernet wants its own, of six bytes. The client forgets the server's:"
run client ip neigh flush dev eth0
start tap ./dissect -i eth0 -H ARP -c 2
await tap 'listening'
predict "Which two frames pass before the datagram?"
run client ./sampler plain 10.0.1.2
await server '5 bytes'
finish tap
expect 'Operation'
expect '02:00:00:00:00:02'
tell "A question to everyone, with the target's hardware address still empty, and an answer: ARP."

step "Broken on the way"
tell "The sampler computes the right checksum, and then changes one digit, as a bad wire would."
run you "$(counters)"
start tap ./dissect -i eth0 -H UDP -s -c 1
await tap 'listening'
predict "A:10B:90 becomes A:90B:90. Who notices, and who is told?"
run client ./sampler -d A:10B:90 digit 10.0.1.2
finish tap
expect ': wrong$'
until_says 1 "on server nstat -asz UdpInCsumErrors | awk 'NR > 1 { print \$2 }'"
run you "$(counters)"
expect '^UdpInCsumErrors 1$'
tell "The server's kernel drops it, and counts it. Its program is not told, and the client is not told: notes that say
datagrams are for programs that need no integrity are wrong about that. A broken one does not arrive."
predict "The same when two words change places: A:10B:90 becomes A:90B:10. Who notices?"
start tap ./dissect -i eth0 -H UDP -s -c 2
await tap 'listening'
run client ./sampler -d A:10B:90 plain 10.0.1.2
run client ./sampler -d A:10B:90 swapped 10.0.1.2
await server 'A:10B:90'
await server 'A:90B:10'
finish tap
expect 'inverted 0x[0-9a-f]+; the header says 0x[0-9a-f]+: right$'
expect 'CRC-32 of the frame: 0x'
tell "Nobody: A gets the 90 of B. A sum is the same in any order. So TCP and UDP are not \"free of errors\". Ethernet's
CRC-32, over the whole frame, is another number for each of the two, so a wire cannot swap words unnoticed. A router
with bad memory can: it computes a new CRC."

step "Too long for the wire"
tell "This wire takes 1,500 bytes behind Ethernet's header: the MTU."
predict "1,472 bytes fit, because 1,472 + 8 + 20 = 1,500. What becomes of 1,473?"
start tap "./dissect -i eth0 -H IPv4 -l -c 2 | grep --line-buffered -E 'listening|Total|MF|Offset'"
await tap 'listening'
run client ./sampler -s 1473 udp 10.0.1.2
await server '1473 bytes'
finish tap
expect '^1.IPv4.Total Length.1500$'
expect '^1.IPv4.MF.1$'
expect '^2.IPv4.Total Length.21$'
expect '^2.IPv4.Fragment Offset.185$'
tell "Two fragments: MF is set in the first, and the offset of the second counts in units of 8 bytes, 185 * 8 = 1480. The
last byte has a packet of 21. With DF, don't fragment:"
run -s 1 client ./sampler -D -s 1473 udp 10.0.1.2
expect 'EMSGSIZE'

step "More headers"
tell "IPv6 has no checksum and no fragments in its header. What is rare stands in headers of its own:"
start tap "./dissect -i eth0 -H 'IPv6 destination' -c 1"
await tap 'listening'
run client ./sampler options fd00:1::2
await server '5 bytes'
finish tap
expect 'Next Header'
expect 'option 1, padding'
tell "And a tag for virtual networks (VLAN) stands between the addresses and the type. The receiver's kernel takes it out:"
start far "./dissect -i eth0 -H 'VLAN tag' -c 1"
await far 'listening'
run client ./sampler vlan eth0
finish far
expect 'VLAN Identifier'

step "What it costs"
start tap ./dissect -i eth0 -o -H UDP -c 3
await tap 'listening'
run client ./sampler -d a udp 10.0.1.2
run client ./sampler -d a udp fd00:1::2
run client ./sampler -s 1400 udp 10.0.1.2
await server '1400 bytes'
finish tap
expect '^Data +1402 bytes'
tell "One byte of data needs 42 bytes of headers, and 62 with IPv6. With 1,400 bytes the headers are 3%. Your turn: decode
what stands behind a TCP header, its options."
interrupt server
finish server
