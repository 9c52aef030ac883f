#!/usr/bin/env bats
# Lab 06 behaves as its README says, failures included.
# shellcheck disable=SC2086  # $UNPRIVILEGED and $arguments are words
# shellcheck disable=SC2016  # the commands beside the routers are run by another shell
# needs: nft line raw ping [ipv6]
# tools: ping strace
load ../../scripts/lib/behaviour.bash

KERNEL=/proc/sys/net/ipv4/icmp_echo_ignore_all
KERNEL6=/proc/sys/net/ipv6/icmp/echo_ignore_all
UNPRIVILEGED='setpriv --bounding-set -net_raw'

teardown() {
  kernel_answers 1
  nft delete table inet test 2>/dev/null || true
  kill_started
}

# kernel_answers 0|1 - sets if the kernel answers pings.
kernel_answers() {
  echo $((1 - $1)) >"$KERNEL"
  [[ ! -e $KERNEL6 ]] || echo $((1 - $1)) >"$KERNEL6"
}

# serve [OPTION...] - starts our server, and keeps the kernel from answering.
serve() {
  kernel_answers 0
  start server ./server "$@"
  await server 'answering echo requests'
}

need_ipv6() {
  [[ -e $KERNEL6 ]] || skip 'this machine has no IPv6: sysctl net.ipv6.conf.all.disable_ipv6, or the kernel lacks it'
}

# beside_routers SCRIPT - runs it in a network of a client, two routers and a server, by `on HOST`.
beside_routers() {
  run timeout -k 1 60 "$LABS_ROOT/scripts/netbox" --line client,r1,r2,server -- bash -c "$1" 3>&-
}

# counts TEXT - the statistics begin with these counts.
counts() {
  assert_line --regexp "^ping: $1, time [0-9]+ ms\$"
}

@test "a raw socket on the loopback receives our own request, and then the answer, with IP headers" {
  run ./ping -v -c 1 -e 4711 127.0.0.1
  assert_success
  assert_line 'ping: 127.0.0.1 (127.0.0.1), 56 bytes of data, by SOCK_RAW, id 4711'
  run grep -oE '^ping\| (IP|ICMP) .*' <<<"$output"
  assert_line -n 0 'ping| IP     version=4 header=20 total=84 ttl=64 protocol=1 127.0.0.1 > 127.0.0.1'
  assert_line -n 1 'ping| ICMP   type=8 code=0 checksum=0xee84 id=4711 seq=1 data=56: our own request'
  assert_line -n 3 'ping| ICMP   type=0 code=0 checksum=0xf684 id=4711 seq=1 data=56: our answer'
}

@test "the statistics are those that users of ping know" {
  run ./ping -c 3 -i 0.01 127.0.0.1
  assert_success
  assert_line --regexp '^ping: 64 bytes from 127\.0\.0\.1: icmp_seq=1 ttl=64 time=[0-9]+\.[0-9]{3} ms$'
  assert_line --regexp '^ping: 64 bytes from 127\.0\.0\.1: icmp_seq=3 ttl=64 time='
  counts '3 packets transmitted, 3 received, 0% packet loss'
  assert_line --regexp '^ping: rtt min/avg/max/mdev = [0-9.]+/[0-9.]+/[0-9.]+/[0-9.]+ ms$'
}

@test "-q prints only the statistics" {
  run ./ping -q -c 3 -i 0.01 localhost
  assert_success
  assert_equal "${#lines[@]}" 4
}

@test "-s from no data at all to the longest possible packet" {
  local size
  for size in 0 1 15 1473 65507; do
    run ./ping -c 1 -s "$size" 127.0.0.1
    assert_success
    assert_line --partial "ping: $((size + 8)) bytes from 127.0.0.1: icmp_seq=1"
  done
}

@test "IPv6: the same without an IP header" {
  need_ipv6
  run ./ping -v -c 1 -e 4711 ::1
  assert_success
  assert_line --regexp '^ping\| ICMPv6 type=128 code=0 .* id=4711 seq=1 data=56: our own request$'
  assert_line --regexp '^ping\| ICMPv6 type=129 code=0 .* id=4711 seq=1 data=56: our answer$'
  assert_line --regexp '^ping: 64 bytes from ::1: icmp_seq=1 ttl=64 time='
  refute_line --partial 'version='
}

@test "without the privilege for SOCK_RAW it uses SOCK_DGRAM, and says so and why" {
  run $UNPRIVILEGED ./ping -v -c 2 -i 0.01 -e 4711 127.0.0.1
  assert_success
  assert_line 'ping: SOCK_DGRAM, since SOCK_RAW needs CAP_NET_RAW: EPERM'
  assert_line 'ping: 127.0.0.1 (127.0.0.1), 56 bytes of data, by SOCK_DGRAM, id 4711'
  assert_line --regexp '64 bytes from 127\.0\.0\.1: icmp_seq=2 ttl=64 time='
  refute_line --partial 'our own request'
  counts '2 packets transmitted, 2 received, 0% packet loss'
}

@test "SOCK_DGRAM without -e: the kernel chooses the identifier, and ping prints it" {
  serve
  run $UNPRIVILEGED ./ping -c 1 127.0.0.1
  assert_success
  local id=${output##*, id } # from the first line
  id=${id%%$'\n'*}
  await server "from 127\.0\.0\.1, id $id seq 1,"
}

@test "SOCK_DGRAM with IPv6" {
  need_ipv6
  run $UNPRIVILEGED ./ping -c 2 -i 0.01 ::1
  assert_success
  assert_line --partial 'by SOCK_DGRAM'
  assert_line --regexp '64 bytes from ::1: icmp_seq=2 ttl=64 time='
}

@test "if neither kind of socket is allowed it prints the remedy, exit status 2" {
  # A new network has no group that may use ping sockets.
  run unshare -n $UNPRIVILEGED ./ping -c 1 127.0.0.1
  assert_failure 2
  assert_line 'ping:   scripts/netbox -- COMMAND, a network where you are root'
  assert_line --partial 'net.ipv4.ping_group_range'
  assert_line 'ping: socket SOCK_DGRAM: Permission denied [EACCES]'
}

@test "the system's ping accepts our answers, with IPv4 and IPv6" {
  serve
  run ping -n -c 3 -i 0.01 -W 2 127.0.0.1
  assert_success
  assert_line --partial '3 packets transmitted, 3 received, 0% packet loss'
  run ping -n -c 1 -W 2 -s 1400 127.0.0.1
  assert_success
  [[ -e $KERNEL6 ]] || return 0
  run ping -n -c 3 -i 0.01 -W 2 ::1
  assert_success
  assert_line --partial '3 packets transmitted, 3 received, 0% packet loss'
}

@test "our ping accepts our answers, and the server prints each request" {
  serve
  run ./ping -c 2 -i 0.01 -e 4711 -s 10 127.0.0.1
  assert_success
  counts '2 packets transmitted, 2 received, 0% packet loss'
  await server '^server: echo request from 127\.0\.0\.1, id 4711 seq 2, 10 bytes of data: answered$'
  stop server INT
  run cat "$(out server)"
  assert_equal "${#lines[@]}" 4
  assert_line -n 3 'server: stopped'
}

@test "the answer comes from the address that was pinged" {
  serve
  run ping -n -c 1 -W 2 127.0.0.99
  assert_success
  assert_line --partial '64 bytes from 127.0.0.99'
}

@test "the kernel and the server both answer: the second answer is a duplicate" {
  serve
  kernel_answers 1
  start client ./ping -i 60 -e 4711 127.0.0.1
  await client 'icmp_seq=1 .*\(DUP!\)$'
  stop client INT
  run cat "$(out client)"
  counts '1 packets transmitted, 1 received, \+1 duplicates, 0% packet loss'
}

@test "the server says when the kernel answers as well" {
  start server ./server
  await server '^server: the kernel answers as well'
}

@test "-m duplicate: the second answer is marked as a duplicate" {
  serve -m duplicate -q
  start client ./ping -i 60 127.0.0.1
  await client 'icmp_seq=1 .*\(DUP!\)$'
  stop client INT
}

# misbehave MODE COUNTS [LINE] - one probe gets no right answer; ping counts COUNTS and prints LINE.
misbehave() {
  serve -m "$1"
  run ./ping -c 1 -W 0.4 -e 4711 127.0.0.1
  assert_failure 1
  counts "1 packets transmitted, 0 received, $2"'100% packet loss'
  [[ -z ${3-} ]] || assert_line "ping: $3"
  await server "id 4711 seq 1, 56 bytes of data: $1\$"
}

@test "-m wrong-id: foreign" { misbehave wrong-id '\+1 foreign, '; }

@test "-m damage: corrupted" {
  misbehave damage '\+1 corrupted, ' 'corrupted: 84 bytes from 127.0.0.1 have a wrong checksum'
}

@test "-m truncate: truncated" {
  misbehave truncate '\+1 truncated, ' 'truncated: from 127.0.0.1, icmp_seq=1 returns 28 of 56 bytes of data'
}

@test "-m silent: lost" { misbehave silent ''; }

@test "-m stump: with IPv4 the kernel drops half a header, with IPv6 ping reports it as truncated" {
  misbehave stump ''
  [[ -e $KERNEL6 ]] || return 0
  run ./ping -c 1 -W 0.4 ::1
  assert_failure 1
  assert_line 'ping: truncated: 4 bytes from ::1 end before their headers do'
  counts '1 packets transmitted, 0 received, \+1 truncated, 100% packet loss'
}

@test "after a wrong answer the next probe is answered as usual: -n 2 misbehaves at every second" {
  local mode
  for mode in wrong-id damage truncate; do
    serve -q -m "$mode" -n 2
    run ./ping -q -c 3 -i 0.01 -W 0.4 127.0.0.1
    assert_success
    assert_line --regexp '3 packets transmitted, 2 received, \+1 [a-z]+, 33\.3333% packet loss'
    stop server
  done
}

@test "SOCK_DGRAM: the kernel drops answers with wrong identifiers or damage" {
  local mode
  for mode in wrong-id damage; do
    serve -m "$mode"
    run $UNPRIVILEGED ./ping -c 1 -W 0.4 127.0.0.1
    assert_failure 1
    counts '1 packets transmitted, 0 received, 100% packet loss'
    await server "data: $mode\$"
    stop server
  done
}

@test "two pings at once: each counts its own answers, and the other's as foreign" {
  start other ./ping -i 0.05 -e 1 -q 127.0.0.1
  await other 'id 1'
  run ./ping -c 40 -i 0.005 -e 2 -q 127.0.0.1
  assert_success
  assert_line --regexp '40 packets transmitted, 40 received, \+[0-9]+ foreign, 0% packet loss'
  stop other INT
}

@test "-t 1 and 2: the router where the TTL runs out says so, with either kind of socket" {
  beside_routers "for with in '' '$UNPRIVILEGED'; do
    for ttl in 1 2 3; do on client \$with ./ping -c 1 -t \$ttl 10.0.3.2; done
  done"
  run grep -E 'From|bytes from' <<<"$output"
  assert_line -n 0 'ping: From 10.0.1.2 icmp_seq=1 Time to live exceeded'
  assert_line -n 1 'ping: From 10.0.2.2 icmp_seq=1 Time to live exceeded'
  assert_line -n 2 --partial 'ping: 64 bytes from 10.0.3.2: icmp_seq=1 ttl=62 '
  assert_line -n 3 'ping: From 10.0.1.2 icmp_seq=1 Time to live exceeded'
  assert_line -n 4 'ping: From 10.0.2.2 icmp_seq=1 Time to live exceeded'
  assert_line -n 5 --partial 'ping: 64 bytes from 10.0.3.2: icmp_seq=1 ttl=62 '
}

@test "-t with IPv6" {
  need_ipv6
  beside_routers "for with in '' '$UNPRIVILEGED'; do on client \$with ./ping -c 1 -t 2 fd00:3::2; done"
  assert_failure 1
  run grep From <<<"$output"
  assert_line -n 0 'ping: From fd00:2::2 icmp_seq=1 Time exceeded: Hop limit'
  assert_line -n 1 'ping: From fd00:2::2 icmp_seq=1 Time exceeded: Hop limit'
}

@test "an error is quoted header by header" {
  beside_routers 'on client ./ping -v -c 1 -t 2 -e 4711 10.0.3.2'
  assert_line --regexp '^ping\| IP .* 10\.0\.2\.2 > 10\.0\.1\.1$'
  assert_line --regexp '^ping\| ICMP   type=11 code=0 .*about our request, id=4711 seq=1$'
  assert_line 'ping|   of IP version=4 header=20 total=84 ttl=1 protocol=1 10.0.1.1 > 10.0.3.2'
}

@test "net unreachable from a router, port unreachable from a firewall" {
  beside_routers "on server nft 'table ip wall { chain in { type filter hook input priority 0; icmp type echo-request reject; }; }'
    for with in '' '$UNPRIVILEGED'; do
      on client \$with ./ping -c 1 192.0.2.1
      on client \$with ./ping -c 1 10.0.3.2
    done"
  assert_failure 1
  assert_equal "$(grep -c 'From 10.0.1.2 icmp_seq=1 Destination Net Unreachable' <<<"$output")" 2
  assert_equal "$(grep -c 'From 10.0.3.2 icmp_seq=1 Destination Port Unreachable' <<<"$output")" 2
  assert_equal "$(grep -c '0 received, +1 errors, 100% packet loss' <<<"$output")" 4
}

@test "errors about another program's pings are not ours" {
  beside_routers 'on client ping -q -i 0.01 -t 1 10.0.3.2 &
    errors() { on client awk "/^Icmp: [0-9]/ {print \$6}" /proc/net/snmp; }
    until (($(errors) > 2)); do :; done
    on client ./ping -q -c 10 -i 0.02 10.0.3.2'
  assert_success
  assert_line --regexp '10 packets transmitted, 10 received, \+[0-9]+ foreign, 0% packet loss'
}

@test "every fourth request lost: 25% packet loss, exactly" {
  nft -f - <<<'table inet test { chain in { type filter hook input priority 0;
    icmp type echo-request numgen inc mod 4 == 3 counter drop; }; }'
  run ./ping -q -c 40 -i 0.005 -W 0.4 127.0.0.1
  assert_success
  counts '40 packets transmitted, 30 received, 25% packet loss'
}

@test "exit status: 1 if no answer comes, 2 for an unknown host" {
  kernel_answers 0
  run ./ping -c 1 -W 0 127.0.0.1
  assert_failure 1
  run ./ping -c 1 no.such.host.invalid
  assert_failure 2
  assert_output --partial "ping: cannot find host 'no.such.host.invalid'"
}

@test "a probe that cannot be sent is an error, and ping says which" {
  run unshare -n ./ping -c 2 -i 0.01 127.0.0.1
  assert_failure 1
  assert_line 'ping: icmp_seq=2 not sent: Network is unreachable [ENETUNREACH]'
  counts '0 packets transmitted, 0 received, \+2 not sent'
}

@test "a probe that cannot be sent is no lost packet" {
  run ./ping -c 1 127.255.255.255
  assert_failure 1
  assert_line 'ping: icmp_seq=1 not sent: Permission denied [EACCES]'
  counts '0 packets transmitted, 0 received, \+1 not sent'
  nft 'table inet test { chain out { type filter hook output priority 0;
    icmp type echo-request numgen inc mod 3 == 1 drop; }; }'
  run ./ping -c 3 -i 0.01 127.0.0.1
  nft delete table inet test
  assert_success
  assert_line 'ping: icmp_seq=2 not sent: Operation not permitted [EPERM]'
  counts '2 packets transmitted, 2 received, \+1 not sent, 0% packet loss'
}

@test "SIGINT and SIGTERM print the statistics; the status says if an answer came" {
  start client ./ping -i 60 127.0.0.1
  await client 'icmp_seq=1'
  stop client INT
  await client '1 packets transmitted, 1 received'
  kernel_answers 0
  start client ./ping -i 60 127.0.0.1
  await client 'bytes of data'
  interrupt client TERM
  finish client 1
  await client ' packets transmitted, 0 received'
}

@test "a flood: the next probe is sent when the answer comes, and none is lost" {
  run ./ping -f -c 5000 127.0.0.1
  assert_success
  counts '5000 packets transmitted, 5000 received, 0% packet loss'
  # Without time stamps from the kernel it looks at the clock itself: no answer comes in no time.
  assert_line --partial 'rtt min/avg/max/mdev = '
  refute_line --partial '/0.000/0.000/'
  run ./ping -i 0 -c 1000 127.0.0.1
  assert_success
  counts '1000 packets transmitted, 1000 received, 0% packet loss'
}

@test "a flood to a host that does not answer: at most a hundred probes a second" {
  kernel_answers 0
  run ./ping -f -c 10 -W 0 127.0.0.1
  assert_failure 1
  local time=${output##*time }
  time=${time%% ms*}
  ((time >= 90)) || fail "ten probes in $time ms"
}

@test "no flood without privileges" {
  run $UNPRIVILEGED ./ping -f -c 10 127.0.0.1
  assert_failure 2
  assert_output --partial 'more than 500 probes a second need a raw socket'
  run $UNPRIVILEGED ./ping -i 0.001 -c 10 127.0.0.1
  assert_failure 2
}

@test "it sleeps between probes: three system calls each, and a few to spare" {
  builtin type strace >/dev/null || skip 'needs strace: scripts/setup strace'
  ASAN_OPTIONS=detect_leaks=0 run strace -qq -e trace=sendto,recvmsg,ppoll -o "$BATS_TEST_TMPDIR/calls" ./ping -q -c 20 -i 0.01 127.0.0.1
  assert_success
  local calls
  calls=$(wc -l <"$BATS_TEST_TMPDIR/calls")
  ((calls <= 100)) || fail "$calls system calls for 20 probes"
}

@test "the server survives nonsense and does not answer it" {
  builtin type socat >/dev/null || skip 'needs socat: scripts/setup socat'
  serve
  printf '\x08\x00\xff\xff\x00\x01\x00\x01nonsense' | socat -u - IP4-SENDTO:127.0.0.1:1
  await server 'damaged, not answered$'
  printf '\x08\x00\x00\x00' | socat -u - IP4-SENDTO:127.0.0.1:1
  run ./ping -c 1 127.0.0.1
  assert_success
}

@test "the server needs a raw socket, and says so" {
  run $UNPRIVILEGED ./server
  assert_failure 1
  assert_output 'server: socket SOCK_RAW (needs root, or scripts/netbox): Operation not permitted [EPERM]'
}

@test "a wrong command line names itself and the valid range, exit status 2" {
  local arguments
  for arguments in '' 'a b' '-c 0 a' '-c x a' '-e 65536 a' '-i -1 a' '-i 3601 a' '-i x a' '-i nan a' \
    '-s 65508 a' '-t 0 a' '-t 256 a' '-W 1x a' '-x a'; do
    run ./ping $arguments
    assert_failure 2
    assert_line 'ping: -h shows the options'
  done
  run ./ping -t 256 a
  assert_line "ping: -t '256': a time to live is a whole number from 1 to 255"
  for arguments in '-m x' '-n 0' 'a'; do
    run ./server $arguments
    assert_failure 2
  done
}

@test "-h lists the options" {
  run ./ping -h
  assert_success
  assert_output --partial 'Exit status: 0 an answer came'
  run ./server -h
  assert_success
  assert_output --partial 'misbehave ON PURPOSE'
}

@test "a system call that fails is named, with status 1, or 2 as in other pings" {
  dies_of fail_socket=1 'server: socket SOCK_RAW (needs root, or scripts/netbox)' ./server
  local call
  for call in 1 2 3 4; do
    dies_of "fail_setsockopt=$call" 'server: setsockopt' ./server
  done
  DIES=2 dies_of fail_socket=1 'ping: socket SOCK_RAW' ./ping 127.0.0.1
  DIES=2 dies_of fail_setsockopt=1 'ping: setsockopt ICMP_FILTER' ./ping 127.0.0.1
}
