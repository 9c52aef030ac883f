# shellcheck shell=bash
# wire.bash - two hosts on a wire, client (10.0.1.1) and server (10.0.1.2), where nothing happens by
# luck. For demo.sh and demo.bats, in a box that has them: `scripts/netbox --line client,server`.

# calm_hosts - makes both ready. A kernel sends again what was not acknowledged within 0.2 s, and a
# busy machine stands still for longer now and then: a hundred seconds here. A class may have
# questions, so an end waits for the other's FIN for an hour, and what was slow once does not count
# the next time (tcp_no_metrics_save). The Ethernet addresses are fixed, and there is no IPv6:
# nothing comes between.
calm_hosts() {
  local host
  for host in client server; do
    on "$host" sysctl -qw net.ipv4.tcp_early_retrans=0 net.ipv4.tcp_fin_timeout=3600 \
      net.ipv4.tcp_no_metrics_save=1
    on "$host" sysctl -qew net.ipv6.conf.eth0.disable_ipv6=1
    on "$host" ip link set eth0 address "02:00:00:00:00:0$(end_of_wire "$host")"
    patience 100s "$host"
    release "$host"
  done
}

end_of_wire() { if [[ $1 == client ]]; then echo 1; else echo 2; fi; }
other_end() { if [[ $1 == client ]]; then echo 2; else echo 1; fi; }

# patience TIME HOST - so long it waits for an acknowledgement before it sends again, on connections
# that are opened from now on.
patience() {
  on "$2" ip route change 10.0.1.0/24 dev eth0 rto_min "$1"
}

# hold HOST - what it sends stays in the queue for frames whose Ethernet address is not known yet.
# No timer runs: the kernel believes that somebody else asks for the address.
hold() {
  on "$1" ip neigh change "10.0.1.$(other_end "$1")" dev eth0 nud incomplete
}

# release HOST - the address is known: all that was held goes, in its order.
release() {
  local other
  other=$(other_end "$1")
  on "$1" ip neigh replace "10.0.1.$other" dev eth0 lladdr "02:00:00:00:00:0$other" nud permanent
}
