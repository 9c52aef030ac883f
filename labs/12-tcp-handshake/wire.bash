# shellcheck shell=bash
# wire.bash - two hosts on a wire, client (10.0.1.1) and server (10.0.1.2), on which nothing is left to
# chance. For demo.sh and demo.bats, in a box with both hosts: `scripts/netbox --line client,server`.

# calm_hosts - prepares both. A kernel sends again what is not acknowledged within 0.2 s, and a busy
# machine may stand still for longer, so here it waits a hundred seconds. A class may have questions, so
# an end waits an hour for the other's FIN, and even longer for the ACK of its own. A slow connection does
# not change the next one (tcp_no_metrics_save). The Ethernet addresses are fixed and there is no IPv6, so
# no other frames come in between.
calm_hosts() {
  local host
  for host in client server; do
    on "$host" sysctl -qw net.ipv4.tcp_early_retrans=0 net.ipv4.tcp_fin_timeout=3600 \
      net.ipv4.tcp_orphan_retries=100 net.ipv4.tcp_no_metrics_save=1
    on "$host" sysctl -qew net.ipv6.conf.eth0.disable_ipv6=1
    on "$host" ip link set eth0 address "02:00:00:00:00:0$(end_of_wire "$host")"
    patience 100s "$host"
    release "$host"
  done
}

end_of_wire() { if [[ $1 == client ]]; then echo 1; else echo 2; fi; }
other_end() { if [[ $1 == client ]]; then echo 2; else echo 1; fi; }

# patience TIME HOST - how long HOST waits for an acknowledgement before it sends again, on connections
# opened from now on.
patience() {
  on "$2" ip route change 10.0.1.0/24 dev eth0 rto_min "$1"
}

# hold HOST - keeps what HOST sends in its queue for frames whose Ethernet address is not known yet. No
# timer runs: with this state set from outside, the kernel does not ask for the address itself.
hold() {
  on "$1" ip neigh change "10.0.1.$(other_end "$1")" dev eth0 nud incomplete
}

# release HOST - gives HOST the address, and all that was held leaves, in order.
release() {
  local other
  other=$(other_end "$1")
  on "$1" ip neigh replace "10.0.1.$other" dev eth0 lladdr "02:00:00:00:00:0$other" nud permanent
}
