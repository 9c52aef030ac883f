# shellcheck shell=bash
# cable.bash - prepares a line of three hosts, sender, middle and receiver, for the program wire on the middle one:
# `scripts/netbox --line sender,middle,receiver`. For demo.sh, demo.bats and the scripts of this lab.

# lay_cable - the middle host becomes nothing but a place for wire: it has no address and forwards nothing, so without
# wire the two ends do not meet. Each end has the other's Ethernet address, and there is no IPv6, so no other
# frames come in between. A TCP connection does not learn from the one before it (tcp_no_metrics_save),
# and takes three repeated acknowledgements for a loss, whatever the time between them is (tcp_recovery).
lay_cable() {
  local host
  for host in sender middle receiver; do
    on "$host" sysctl -qew net.ipv6.conf.all.disable_ipv6=1
    on "$host" sysctl -qw net.ipv4.tcp_no_metrics_save=1 net.ipv4.tcp_recovery=0
  done
  on middle sysctl -qw net.ipv4.ip_forward=0
  on middle ip address flush eth0
  on middle ip address flush eth1
  on sender ip link set eth0 address 02:00:00:00:00:01
  on receiver ip link set eth0 address 02:00:00:00:00:02
  meet sender 10.0.2.2 02:00:00:00:00:02
  meet receiver 10.0.1.1 02:00:00:00:00:01
}

# meet HOST ADDRESS ETHERNET - from now on HOST reaches this address by its own wire.
meet() {
  on "$1" ip route replace "$2" dev eth0
  on "$1" ip neigh replace "$2" dev eth0 lladdr "$3" nud permanent
}

# wire_up OPTION... - starts wire on the middle host. Sets WIRE to its process; its ledger comes from the descriptor LEDGER.
wire_up() {
  local line
  exec {LEDGER}< <(exec on middle ./wire "$@")
  WIRE=$!
  read -r line <&"$LEDGER"
  [[ $line == 'wire: a cable from '* ]]
}

# wire_down - ends it. Sets TOLD to all that it has told, and CAME and LOST to the frames with data from the sender, and
# those that wire lost on purpose. False if wire has lost some itself.
wire_down() {
  kill -INT "$WIRE"
  TOLD=$(cat <&"$LEDGER")
  exec {LEDGER}<&-
  wait "$WIRE"
  [[ $TOLD =~ '-> '\ *([0-9]+)\ with\ data[^=]*=\ ([0-9]+)\ lost ]]
  # shellcheck disable=SC2034  # for the callers
  CAME=${BASH_REMATCH[1]} LOST=${BASH_REMATCH[2]}
  [[ $TOLD == *'own losses: 0 of its buffers, 0 of the interfaces'* ]]
}
