#!/usr/bin/env bats
# Lines of hosts in a private network: scripts/netbox --line.

# shellcheck disable=SC2016  # what is in single quotes is for a shell in the box

bats_require_minimum_version 1.5.0

setup() {
  NETBOX=$BATS_TEST_DIRNAME/../scripts/netbox
}

# in_line HOSTS COMMAND... - $output and $status are those of COMMAND beside these hosts.
in_line() {
  run timeout -k 1 60 "$NETBOX" --line "$1" -- "${@:2}" 3>&-
}

@test "two hosts on a wire reach each other by address and by name, by IPv4 and IPv6" {
  in_line left,right sh -ec '
    on left ping -q -c 1 -W 2 10.0.1.2
    on left ping -q -c 1 -W 2 right
    on right ping -q -c 1 -W 2 10.0.1.1
    if [ -d /proc/sys/net/ipv6 ]; then
      on right ping -q -c 1 -W 2 fd00:1::1
      on right ping -q -c 1 -W 2 ip6-left
    fi'
  [ "$status" -eq 0 ]
}

@test "they share nothing but the wire: each has its own loopback and its own ports" {
  in_line left,right sh -ec '
    on left nc -l 127.0.0.1 5000 &
    until on left ss -Htln | grep -q :5000; do :; done
    on left nc -z 127.0.0.1 5000
    if on right nc -z 127.0.0.1 5000 || nc -z 127.0.0.1 5000; then exit 1; fi
    wait'
  [ "$status" -eq 0 ]
}

@test "in a line of three routers every host reaches every other at once" {
  in_line client,r1,r2,r3,server sh -ec '
    hosts="client r1 r2 r3 server"
    for from in $hosts; do
      for to in $hosts; do
        on $from ping -q -c 1 -W 2 $to
        [ ! -d /proc/sys/net/ipv6 ] || on $from ping -q -c 1 -W 2 ip6-$to
      done
    done'
  [ "$status" -eq 0 ]
}

@test "each router takes one from the TTL" {
  in_line client,r1,r2,r3,server on client ping -c 1 -W 2 server
  [[ $output == *"from server (10.0.4.2): icmp_seq=1 ttl=61 "* ]]
}

@test "the router where the TTL ends says so, from its address on this side" {
  in_line client,r1,r2,server on client ping -n -c 1 -W 2 -t 2 server
  [ "$status" -eq 1 ]
  [[ $output == *'From 10.0.2.2 icmp_seq=1 Time to live exceeded'* ]]
}

@test "the first router says that it knows no way to an address outside the line" {
  in_line client,r1,server on client ping -n -c 1 -W 2 192.0.2.1
  [ "$status" -eq 1 ]
  [[ $output == *'From 10.0.1.2 icmp_seq=1 Destination Net Unreachable'* ]]
}

@test "a host sends as many ICMP errors as it is asked for" {
  in_line client,r1,server on client ping -q -c 200 -i 0.002 -W 2 -t 1 server
  [[ $output == *'200 packets transmitted, 0 received, +200 errors'* ]]
}

@test "the command starts beside the hosts, with its arguments, status and signals as without" {
  in_line left,right sh -c 'echo "$2"; exit 7' sh 'a b' 'c  d'
  [ "$status" -eq 7 ]
  [ "$output" = 'c  d' ]
  in_line left,right sh -c 'kill -TERM $$'
  [ "$status" -eq 143 ]
}

@test "a command on a host has its arguments and its status too" {
  in_line left,right on right sh -c 'echo "$2"; exit 7' sh 'a b' 'c  d'
  [ "$status" -eq 7 ]
  [ "$output" = 'c  d' ]
}

@test "an unknown host is named with those that there are" {
  in_line left,right on middle true
  [ "$status" -eq 2 ]
  [[ $output == *'HOST is one of left right' ]]
}

@test "nothing is left: no process, no namespace, no file" {
  in_line left,right sh -c 'on left sleep 1234.5 & on right sleep 1234.5 &'
  [ "$status" -eq 0 ]
  [ ! -e /run/netns/left ]
  run -1 grep ' left$' /etc/hosts
  run ! grep -qz '1234\.5' /proc/[0-9]*/cmdline
}

@test "hosts that cannot be are a usage error that says why" {
  in_line alone true
  [ "$status" -eq 2 ]
  [[ $output == *'2 to 16 hosts'* ]]
  in_line left,left true
  [ "$status" -eq 2 ]
  [[ $output == *'two hosts by the name of left'* ]]
  in_line 'left,Ri ght' true
  [ "$status" -eq 2 ]
  [[ $output == *"'Ri ght' is not a host's name"* ]]
  run "$NETBOX" --line
  [ "$status" -eq 2 ]
}

@test "sixteen hosts are not too many" {
  in_line h1,h2,h3,h4,h5,h6,h7,h8,h9,h10,h11,h12,h13,h14,h15,h16 on h1 ping -c 1 -W 2 h16
  [[ $output == *' ttl=50 '* ]]
}
