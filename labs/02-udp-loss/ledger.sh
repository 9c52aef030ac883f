#!/usr/bin/env bash
# ledger.sh - runs lab 02's pair once, and prints its ledger: sent = received + network + buffer.
# Each term has a source of its own. If they do not balance, the script says so and fails.
set -euo pipefail

usage() {
  cat <<'HELP'
usage: ledger.sh [-w] [-n COUNT] [-l BYTES] [-B BYTES] [-d MICROSECONDS] [-e N | -r PERCENT]
Sends COUNT datagrams in one burst, in a private network, and accounts for each of them.

  -n COUNT         how many to send, 1 to 1000 (100)
  -l BYTES         the length of each (100)
  -B BYTES         the server's SO_RCVBUF (the system's default)
  -w               the server sleeps until all have been sent
  -d MICROSECONDS  the server works this long after each one
  -e N             the network loses exactly every Nth
  -r PERCENT       the network loses each one with this probability

The exit status is 0 if the ledger balances, 1 if not, 2 for a usage error.
HELP
}

die() {
  printf 'ledger: %s\n' "$1" >&2
  exit "${2:-1}"
}

# number OPTION VALUE MIN MAX
number() {
  [[ $2 =~ ^(0|[1-9][0-9]{0,9})$ ]] || die "-$1 '$2': a whole number from $3 to $4" 2
  (($2 >= $3 && $2 <= $4)) || die "-$1 '$2': a whole number from $3 to $4" 2
}

# More than 1000 at once may overflow the queue between sender and hook, net.core.netdev_max_backlog.
parse_options() {
  count=100 length=100 loss='' chance='' timing='' server=(-q)
  local option
  while getopts :hwn:l:B:d:e:r: option; do
    case $option in
      h) usage && exit ;;
      w) server+=(-w) ;;
      n) number n "$OPTARG" 1 1000 && count=$OPTARG ;;
      l) number l "$OPTARG" 0 65507 && length=$OPTARG ;;
      B) number B "$OPTARG" 0 1000000000 && server+=(-B "$OPTARG") ;;
      d) number d "$OPTARG" 0 1000000 && server+=(-d "$OPTARG") timing='*' ;;
      e) number e "$OPTARG" 1 1000 && loss="numgen inc mod $OPTARG == $((OPTARG - 1))" chance='' ;;
      r) number r "$OPTARG" 0 99 && loss="numgen random mod 100 < $OPTARG" chance='*' ;;
      :) die "option -$OPTARG needs a value" 2 ;;
      *) die "unknown option -$OPTARG (-h shows the options)" 2 ;;
    esac
  done
  ((OPTIND > $#)) || die "unexpected argument '${!OPTIND}'" 2
}

# The rules drop on the input hook, as a network would: a drop on output makes send fail (EPERM).
# They log what they drop to group 2, for lab 12's ladder: with -l 2 it draws that as lost.
load_rules() {
  nft -f - <<RULES || die "nft cannot load the rules: 'scripts/lab doctor' names the remedy"
table inet ledger {
  chain in {
    type filter hook input priority 0;
    udp dport 5002 counter comment "arrived"
    ${loss:+udp dport 5002 $loss log group 2 counter drop comment "lost"}
  }
}
RULES
}

# packets WORD - prints the counter of the rule with that comment, or 0 if there is no such rule.
packets() {
  local line
  line=$(nft list chain inet ledger in)
  [[ $line =~ packets\ ([0-9]+)[^$'\n']*\"$1\" ]] && echo "${BASH_REMATCH[1]}" || echo 0
}

# snmp NAME - prints a counter from the Udp lines of /proc/net/snmp.
snmp() {
  awk -v name="$1" '$1 == "Udp:" {if (!n) {while ($++n != name); next} print $n}' /proc/net/snmp
}

start_server() {
  exec {never}<> <(:) # a standard input on which nothing ever comes
  exec {events}< <(exec ./server "${server[@]}" <&"$never")
  server_pid=$!
  await 'bound to'
}

# await TEXT - sets $line to the server's next event line that contains TEXT.
await() {
  while IFS= read -r -t 10 -u "$events" line; do
    [[ $line != *"$1"* ]] || return 0
  done
  die "the server did not say '$1'"
}

# The burst is over when each datagram has passed the hook. Usually that is before the sender's last
# call returns, but on a busy machine the kernel may finish later.
wait_for_arrival() {
  local until=$((SECONDS + 10))
  until arrived=$(packets arrived) && ((arrived >= sent)); do
    ((SECONDS < until)) || die "$sent sent, but only $arrived arrived at the input hook: the others \
were lost before it, in a queue that this ledger does not count (second column of /proc/net/softnet_stat)"
    read -r -t 0.01 -u "$never" || true
  done
  ((arrived == sent)) || die "$sent sent, but $arrived arrived at the input hook: another program sends to port 5002, too"
}

print_ledger() {
  printf '%-34s %5d%s\n' \
    'sent      by the client' "$sent" '' \
    'network   nft counter' "$network" "$chance" \
    'buffer    SO_MEMINFO of the server' "$buffer" "$timing" \
    'received  by the server' "$received" "${chance:-$timing}"
  [[ -z $chance$timing ]] || echo '* in this run'
}

# The server's two numbers must also be those that the kernel counts for the whole network.
check_ledger() {
  local in_datagrams rcvbuf_errors
  in_datagrams=$(($(snmp InDatagrams) - in_before))
  rcvbuf_errors=$(($(snmp RcvbufErrors) - errors_before))
  ((sent == received + network + buffer)) ||
    die "DOES NOT BALANCE: $sent sent, but $received + $network + $buffer = $((received + network + buffer))"
  ((received == in_datagrams && buffer == rcvbuf_errors)) ||
    die "DOES NOT BALANCE: /proc/net/snmp has InDatagrams $in_datagrams, RcvbufErrors $rcvbuf_errors"
  ((overflow <= buffer)) || die "DOES NOT BALANCE: SO_RXQ_OVFL says $overflow"
  echo 'balance   sent = received + network + buffer, and /proc/net/snmp agrees'
}

main() {
  parse_options "$@"
  local here=${BASH_SOURCE[0]%/*}
  [[ -n ${SOCKET_LABS_BOX-} ]] || exec "$here/../../scripts/netbox" -- "${BASH_SOURCE[0]}" "$@"
  cd "$here"
  [[ -x server && -x client ]] || die "no server or client here yet: 'make' builds them"

  load_rules
  trap 'nft delete table inet ledger; kill "${server_pid-}" 2>/dev/null || true' EXIT
  in_before=$(snmp InDatagrams) errors_before=$(snmp RcvbufErrors)
  start_server
  line=$(./client -n "$count" -l "$length") || true
  [[ $line =~ sent\ ([0-9]+)\ of ]] || die "the client did not say how many it sent"
  sent=${BASH_REMATCH[1]}
  wait_for_arrival
  kill -INT "$server_pid"
  await ledger:
  [[ $line =~ received\ ([0-9]+),\ buffer\ ([0-9]+)\ .*OVFL\ ([0-9]+) ]] || die "no ledger: $line"
  received=${BASH_REMATCH[1]} buffer=${BASH_REMATCH[2]} overflow=${BASH_REMATCH[3]}
  network=$(packets lost)
  print_ledger
  check_ledger
}

main "$@"
