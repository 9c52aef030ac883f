#!/usr/bin/env bats
# The checks of lab 06's exercise, traceroute: ten points. scripts/grader/check.bash defines the words.
# Each test has a network of its own, with three real routers (scripts/netbox --line):
#
#   client 10.0.1.1 --- 10.0.1.2 r1 --- 10.0.2.2 r2 --- 10.0.3.2 r3 --- 10.0.4.2 server
# shellcheck disable=SC2016  # the commands that prepare a network are run by another shell
# needs: nft line
# tools: nft ethtool socat ping
load ../../../scripts/grader/check.bash

ALL_HOPS='1 10.0.1.2, 2 10.0.2.2, 3 10.0.3.2, 4 10.0.4.2'

# silence HOST TYPE - prints commands that keep the host from sending ICMP messages of that type.
silence() {
  echo "on $1 nft 'table ip silent { chain out { type filter hook output priority 0; icmp type $2 drop; }; }'"
}

# prepared TEXT COMMANDS - has the network prepared by these commands; TEXT is their step in the report.
prepared() {
  PREPARED+=$2$'\n'
  told "$1" 'done'
}

# For COMMANDS: how many ICMP messages the client has received, and how many errors ("unreachable" and
# "time exceeded").
COUNTERS='
  icmp_received() { on client awk "/^Icmp: [0-9]/ {print \$2}" /proc/net/snmp; }
  errors_received() { on client awk "/^Icmp: [0-9]/ {print \$5 + \$6}" /proc/net/snmp; }
'

# change HOST RULE - prints commands that apply this nft rule to each packet that reaches the host.
change() {
  echo "on $1 nft 'table ip change { chain in { type filter hook prerouting priority 0; $2; }; }'"
}

# trace ARGUMENT... - runs the student's traceroute on the client, in the prepared network, and then the
# commands in AFTERWARDS. Sets HOPS to the hops that it printed, "1 10.0.1.2, 2 *", and STATUS to its
# exit status.
trace() {
  local command="traceroute $*" status=0
  # What the preparation has left running ends with the network.
  sandbox_open
  sandbox_raw_sockets
  sandbox_show "$SUBJECT" /run/traceroute
  sandbox_close
  "$LABS_ROOT/scripts/netbox" --line client,r1,r2,r3,server -- bash -c "$LIMITS$COUNTERS${PREPARED-}"'
    status=0
    on client timeout -k 1 "$@" || status=$?
    '"${AFTERWARDS-}"'
    exit "$status"' trace "$CHECK_DEADLINE" "${SANDBOX[@]}" "$SEEN" "$@" \
    >"$OUTPUT" 2>&1 </dev/null 3>&- || status=$?
  STATUS=$status
  HOPS=$(sed -nE 's/^traceroute: +([0-9]+) +([0-9.]+|\*)( .*)?(![A-Z]).*/\1 \2 \4/p; t
    s/^traceroute: +([0-9]+) +([0-9.]+|\*).*/\1 \2/p' "$OUTPUT" | awk '{printf "%s%s", sep, $0; sep = ", "}')
  ended "$status" "$command" "${HOPS:-no hop}"
}

# expect_hops HOPS STATUS [HOPS] - fails unless traceroute printed these hops (or the second list, which
# is as good) and ended with this exit status.
expect_hops() {
  local words
  if [[ $HOPS != "$1" && $HOPS != "${3-$1}" ]]; then
    words=$(grep -v '^traceroute: *[0-9]' "$OUTPUT" | tail -n 1)
    fail_check wrong-hops "$1" "${HOPS:-no line like 'traceroute: 1  10.0.1.2'${words:+, it said: $words}}"
  fi
  ((STATUS == $2)) || fail_check wrong-status "exit status $2" "exit status $STATUS"
}

# bats test_tags=id:routers,points:1
@test "lists the three routers and the host behind them, in order" {
  likely wrong-hops 'the probe for hop N has a TTL of N; the address of a router is the source of the outer IP header of its error: README, "Which router gave up"'
  likely hung 'compare ports in network byte order: README, "Whose answer"; stop at the host itself: README, "Where the path ends"'
  likely wrong-status 'exit status 0 means that the host was reached: README, "Where the path ends"'
  trace -m 6 -w 300 10.0.4.2
  expect_hops "$ALL_HOPS" 0
}

# bats test_tags=id:probes,points:1
@test "sends one probe for each hop, each to the next port, from 33434 on" {
  likely any 'one UDP datagram for each hop: TTL 1 to port 33434, TTL 2 to port 33435, and so on: README, "Exercise"'
  local expected='TTL 1 to port 33434, TTL 2 to port 33435, TTL 3 to port 33436, TTL 4 to port 33437' got
  # A traceroute that sends its probes ahead of the answers may send some for hops that do not exist,
  # so only TTLs up to 4 are counted.
  prepared 'made r1 count the UDP datagrams from the client' '
    on r1 nft "table ip probes {
      set sent { typeof ip ttl . udp dport; flags dynamic; size 1000; counter; }
      chain in { type filter hook prerouting priority -300
        ip saddr 10.0.1.1 ip ttl <= 4 update @sent { ip ttl . udp dport }; }
    }"'
  AFTERWARDS='on r1 nft -j list set ip probes sent' trace -m 6 -w 300 10.0.4.2
  got=$(grep '^{"nftables"' "$OUTPUT" | jq -r '[.nftables[].set.elem // empty | .[].elem
    | {ttl: .val.concat[0], port: .val.concat[1], times: .counter.packets}] | sort_by(.ttl, .port)
    | map("TTL \(.ttl) to port \(.port)" + (if .times > 1 then ", \(.times) times" else "" end))
    | join(", ")')
  [[ $got == "$expected" ]] || fail_check wrong-probes "$expected" "${got:-no UDP datagram}"
}

# bats test_tags=id:silent-router,points:1
@test "a silent router is shown as *, and the path goes on" {
  likely hung 'an answer may never come, so wait with poll, not in recvfrom: README, "No answer comes"'
  likely any 'a router that does not answer still forwards: print * and go on with the next hop: README, "No answer comes"'
  prepared 'made r2 send no "time exceeded"' "$(silence r2 time-exceeded)"
  trace -m 6 -w 300 10.0.4.2
  expect_hops '1 10.0.1.2, 2 *, 3 10.0.3.2, 4 10.0.4.2' 0
}

# bats test_tags=id:silent-host,points:1
@test "if the host never answers, it stops after the hops of -m, with exit status 1" {
  likely hung 'an answer may never come, so wait with poll, not in recvfrom: README, "No answer comes"'
  likely wrong-status 'exit status 0 means that the host was reached: README, "Where the path ends"'
  likely any '-m is the last TTL to try: README, "Where the path ends"'
  prepared 'made the server send no "unreachable"' "$(silence server destination-unreachable)"
  trace -m 5 -w 300 10.0.4.2
  expect_hops '1 10.0.1.2, 2 10.0.2.2, 3 10.0.3.2, 4 *, 5 *' 1
  likely hung '-w is how many milliseconds to wait for one answer, and twenty times 30 ms is less than a second: README, "Exercise"'
  prepared 'made r1 drop every packet' "$(change r1 drop)"
  trace -m 20 -w 30 10.0.4.2
  local hops
  printf -v hops '%d *, ' {1..20}
  expect_hops "${hops%, }" 1
}

# bats test_tags=id:no-network,points:1
@test "a router that has no route is marked !N, and ends the trace" {
  likely wrong-status 'exit status 0 means that the host was reached: README, "Where the path ends"'
  likely any 'type 3 is "unreachable", and its code says what: 0 the network, 3 the port: README, "Where the path ends"'
  prepared 'gave r1 a route to 192.0.2.1 through r2' 'on r1 ip route add 192.0.2.0/24 via 10.0.2.2'
  trace -m 5 -w 300 192.0.2.1
  expect_hops '1 10.0.1.2, 2 10.0.2.2 !N' 1
}

# bats test_tags=id:foreign-ping,points:1
@test "errors about another program's pings are not answers" {
  likely hung 'every packet ends the poll on a raw socket, so the wait needs a deadline, not a new timeout after each packet: README, "No answer comes"'
  likely any 'a raw socket receives ICMP for the whole host, but each error quotes the packet that it is about: README, "Whose answer"'
  prepared 'made r1 send no "time exceeded"' "$(silence r1 time-exceeded)"
  prepared 'started ping -t 2, so that r2 sends errors about it' '
    on client ping -q -i 0.01 -t 2 10.0.4.2 >/dev/null &
    until (($(errors_received) > 4)); do :; done'
  trace -m 6 -w 300 10.0.4.2
  expect_hops '1 *, 2 10.0.2.2, 3 10.0.3.2, 4 10.0.4.2' 0
}

# bats test_tags=id:foreign-probe,points:1
@test "errors about another traceroute's probes are not answers" {
  likely hung 'every packet ends the poll on a raw socket, so the wait needs a deadline, not a new timeout after each packet: README, "No answer comes"'
  likely any 'another traceroute may use the same destination ports, but the source port is yours alone: README, "Whose answer"'
  prepared 'made r1 send no "time exceeded"' "$(silence r1 time-exceeded)"
  prepared 'started another traceroute, which always sends with TTL 2' '
    for port in 33434 33435 33436 33437; do
      while :; do
        read -r -t 0.01 <> <(:)
        echo probe
      done | on client socat -u - "UDP4-SENDTO:10.0.4.2:$port,ttl=2" &
    done
    until (($(errors_received) > 4)); do :; done'
  trace -m 6 -w 300 10.0.4.2
  expect_hops '1 *, 2 10.0.2.2, 3 10.0.3.2, 4 10.0.4.2' 0
}

# bats test_tags=id:quote,points:1
@test "an error that quotes another protocol, or another destination, is not an answer" {
  likely any 'everything in the quote must be right, the protocol (byte 9) and the destination (bytes 16 to 19) too: README, "Whose answer"'
  # Both errors come from the router that is at this hop, and everything else in the quote is right.
  prepared 'made r1 send probe 2 to 10.0.4.9 instead' "$(change r1 'ip ttl 2 ip daddr set 10.0.4.9')"
  prepared 'made r1 turn probe 3 from UDP into TCP' "$(change r1 'ip ttl 3 ip protocol set 6')"
  trace -m 6 -w 300 10.0.4.2
  expect_hops '1 10.0.1.2, 2 *, 3 *, 4 10.0.4.2' 0
}

# bats test_tags=id:late-answer,points:1
@test "a late answer is not taken for the answer to the next probe" {
  likely any 'each probe goes to a port of its own, and the error quotes it, so you know which probe it is about: README, "Whose answer"'
  # r1 cannot reach the client, because the client does not answer its ARP requests. So the errors of r1,
  # and of the routers behind it, wait in r1 until it has forwarded the second probe.
  prepared 'made r1 hold all answers until probe 2 has passed' '
    mac() { ip -n "$1" -br link show eth0 | { read -r _ _ mac _; echo "$mac"; }; }
    ip -n client neigh replace 10.0.1.2 lladdr "$(mac r1)" dev eth0 nud permanent
    on client sh -c "echo 8 >/proc/sys/net/ipv4/conf/eth0/arp_ignore"
    on r1 sh -c "echo 20 >/proc/sys/net/ipv4/neigh/eth0/mcast_solicit"
    on r1 bash -c '"'"'
      forwarded=0
      until ((forwarded > 0)); do
        { read -r; read -r _ _ _ _ _ _ forwarded _; } </proc/net/snmp
        read -r -t 0.005 <> <(:)
      done
      exec ip neigh replace 10.0.1.1 lladdr "$0" dev eth0'"'"' "$(mac client)" &'
  trace -m 6 -w 500 10.0.4.2
  expect_hops '1 *, 2 10.0.2.2, 3 10.0.3.2, 4 10.0.4.2' 0 "$ALL_HOPS"
}

# bats test_tags=id:nonsense,points:1
@test "survives ICMP that quotes too little, or nonsense" {
  likely any 'check that enough bytes came before you read a header, and ignore what makes no sense: README, "Header by header"'
  prepared 'made r1 send no "time exceeded"' "$(silence r1 time-exceeded)"
  prepared 'made r2 send the client ICMP errors that end early' '
    header="\x0b\x00\x00\x00\x00\x00\x00\x00"
    quote="\x00\x00\x1d\x00\x00\x40\x00\x01\x11\x00\x00\x0a\x00\x01\x01\x0a\x00\x04\x02"
    for packet in "$header" "$header\x45" "$header\x45$quote" "$header\x4f$quote" "$header\x40$quote" \
      "$header\x65$quote" "$header\x45$quote\x82\x9a\x82" "\x03\x03\x00\x00" "\x03\x03\x00\x00\x00\x00\x00\x00\x45$quote"; do
      while :; do
        printf "$packet"
        read -r -t 0.02 <> <(:)
      done | on r2 socat -u - IP4-SENDTO:10.0.1.1:1 &
    done
    until (($(icmp_received) > 20)); do :; done'
  trace -m 6 -w 300 10.0.4.2
  expect_hops '1 *, 2 10.0.2.2, 3 10.0.3.2, 4 10.0.4.2' 0
}
