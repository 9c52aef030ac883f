# shellcheck shell=bash
# The demo of the deck 00-layers, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
# needs: nft line packet
# shellcheck disable=SC2016  # the terminals expand $TMPDIR
topology laptop,home,isp,server
host near laptop
host far server

# The programs of the labs, by their names.
PATH=$LAB_DIR/../../labs/01-tcp-echo:$LAB_DIR/../../labs/12-tcp-handshake/ladder:$PATH

# Nothing is left to chance, so that the bytes are the same each time: the Ethernet addresses, the client's
# port and the number that IP gives to a packet.
calm() {
  local number=0 end
  for end in laptop,eth0 home,eth0 home,eth1 isp,eth0 isp,eth1 server,eth0; do
    on "${end%,*}" ip link set "${end#*,}" address "02:00:00:00:00:0$((++number))"
  done
  on laptop nft 'table ip calm { chain out { type filter hook output priority 0;
    udp dport 5000 ip id set 1 udp sport set 40000; }; }'
}
calm

title "The layers"
tell "You press one key. What travels? You see four machines, each wired to the next:

  laptop --------- home ---------- isp ---------- server
      10.0.1.1 10.0.1.2       10.0.2.2       10.0.3.2

home and isp are routers: yours at home, and one of your Internet service provider. The prompt says on which
machine you are. ladder, the program of lab 12, keeps the first frame that passes the laptop's end of its
wire, and the first that passes the server's."

step "One byte on the wire"
start near 'ladder -q -i eth0 -p 5000 -c 1 -w $TMPDIR/near'
await near 'listening'
start far 'ladder -q -i eth0 -p 5000 -c 1 -w $TMPDIR/far'
await far 'listening'
predict "The laptop sends one byte, an x, by UDP. How many bytes are in the frame?"
run laptop 'printf x >/dev/udp/10.0.3.2/5000'
finish near
finish far
run you './frame.sh $TMPDIR/near'
expect '^all +43 bytes$'
tell "One byte of yours, and 42 of three headers. Each layer has put its own in front of what it was given."
predict "Two wires later the byte arrives at the server. Which of the headers are different there?"
run -s 1 you 'diff <(./frame.sh $TMPDIR/near) <(./frame.sh $TMPDIR/far)'
expect '^< Ethernet '
expect '^> Ethernet '
expect '^> IPv4 '
refute 'UDP'
tell "The frame is made anew for each wire, with the addresses of that wire. The packet goes all the way: only
its time to live has become two less, from 40 to 3e, and so its checksum is another. What is inside, the routers
did not touch."

step "A neighbour, or somebody far away?"
tell "The laptop has an address, and with it a prefix: 10.0.1.1/24. Who has the same first 24 bits is a
neighbour, on the same wire. For all others there is one router:"
run laptop ip route
expect '^default via 10\.0\.1\.2'
predict "To whom does the laptop give a packet for 10.0.1.77? And one for 10.0.3.2?"
run laptop 'ip route get 10.0.1.77 | head -1'
expect '^10\.0\.1\.77 dev eth0 '
run laptop 'ip route get 10.0.3.2 | head -1'
expect '^10\.0\.3\.2 via 10\.0\.1\.2 dev eth0 '
tell "A router knows prefixes too, and nothing of the whole way. We forbid half of the server's network:"
run home ip route add unreachable 10.0.3.128/25
run home ip route
predict "10.0.3.200 fits two of these lines, 10.0.3.0/24 and 10.0.3.128/25. Which one counts?"
run -s 2 home ip route get 10.0.3.200
expect 'No route to host'
run home 'ip route get 10.0.3.2 | head -1'
expect '^10\.0\.3\.2 via 10\.0\.2\.2 dev eth1 '
tell "The longer prefix, because it says more. A router looks up one line and forwards. Some course notes say that
it determines the best route; it takes the one that its table has."

step "A damaged byte"
tell "Each layer can notice that bytes were changed on the way. Two ways to do that, for eight bytes; then with one
bit flipped, 0 to 1; then with two words that have changed places:"
predict "Which of the changes does each of them notice?"
run you ./sums.sh A:10B:90 A:10B:91 A:90B:10
expect '^A:10B:90 .*checksum ([0-9a-f]{4}) '
tell "The Internet checksum, that of IP, UDP and TCP, only adds: it does not see in which order. The CRC, that of
Ethernet, sees it. Neither says which bit it was. So nobody corrects anything: who notices throws the whole frame
or packet away."

step "Ports for everybody?"
tell "An ordinary user starts lab 01's server, first on port 1023, then on 1024."
predict "Some course notes call the ports 0 to 1024 privileged, others those below 1024. Who is right?"
run -s 1 you setpriv --bounding-set -net_bind_service server -p 1023
expect 'EACCES'
start server setpriv --bounding-set -net_bind_service server -p 1024
await server 'listening on 127\.0\.0\.1:1024'
interrupt server
finish server
run you cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/net/ipv4/ip_local_port_range
expect '^1024$'
tell "1024 is free for everybody. And a server needs no privileges, unless its port is below that. From the last two
numbers the kernel takes a client's port: another range than the one in the standard, 49152 to 65535."
