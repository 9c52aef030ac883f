#!/usr/bin/env bash
# ladders.sh - sends 8,000 bytes, six pieces and the end, by stop-and-wait, go-back-N and TCP, over the same slow cable,
# which loses the third of them. Draws what passed the sender's host, as three ladders side by side. All pieces are
# counted from 0. TCP's handshake and the receiver's own end are left out. A colon: nothing happens for 0.4 s and more.
# shellcheck disable=SC2154  # cable.bash sets TOLD
set -euo pipefail

PIECE=1448 BYTES=8000 # TCP has as much in a segment

# by_udp [OPTION...], by_tcp - sends it.
by_udp() {
  local receiver said
  exec {said}< <(exec on receiver ./receiver -b 10.0.2.2 -l 0)
  receiver=$!
  read -r _ <&"$said"
  on sender ./sender -b 10.0.2.2 -z "$PIECE" -t 800 "$@" "$WORK/file" >/dev/null
  wait "$receiver"
  exec {said}<&-
}

by_tcp() {
  on sender ip route replace 10.0.2.2 dev eth0 congctl reno
  on receiver nc -l 10.0.2.2 5016 >/dev/null &
  until [[ $(on receiver ss -Hltn 'sport = :5016') ]]; do read -r -t 0.01 -u "$NEVER" || true; done
  on sender nc -N 10.0.2.2 5016 <"$WORK/file"
  wait $!
  # Its last acknowledgement is still under way.
  while [[ $(on sender ss -Htn state connected exclude time-wait) ]]; do read -r -t 0.01 -u "$NEVER" || true; done
}

# drawn TITLE WAY... - sends it that way, and draws it to a file that is named like the title.
drawn() {
  local watcher seen line lost
  wire_up -t -s 67 -l 10 -m 100 -g 30
  exec {seen}< <(exec on sender "$LADDER" -i eth0 -p 5016 -f json 2>&1 >"$WORK/json")
  watcher=$!
  read -r line <&"$seen"
  [[ $line == 'ladder: listening on '* ]] || die "ladder does not listen: $line"
  "${@:2}"
  kill -INT "$watcher"
  wait "$watcher"
  exec {seen}<&-
  wire_down || die "the cable itself has lost frames"
  lost=$(awk '/->.* came$/ { n++ } /->.* is lost$/ { printf " %d ", n }' <<<"$TOLD")
  awk -v title="$1" -v lost="$lost" -v piece="$PIECE" -v bytes="$BYTES" -f "$HERE/ladders.awk" "$WORK/json" >"$WORK/$1"
}

die() {
  printf 'ladders: %s\n' "$1" >&2
  exit 1
}

main() {
  local root
  HERE=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
  root=$(cd "${LAB_DIR:-$HERE}/../.." && pwd)
  LADDER=${LADDER_PROGRAM:-$root/labs/12-tcp-handshake/ladder/ladder}
  # In a box that has no hosts yet, as without a box, it makes them first.
  if ! type -P on >/dev/null; then
    local hosts=sender,middle,receiver
    local line=("$root/scripts/netbox" --line "$hosts" --)
    [[ -z ${SOCKET_LABS_BOX-} ]] || line=("$root/scripts/netbox.d/line" "$hosts")
    exec "${line[@]}" "$HERE/ladders.sh"
  fi
  [[ -x $LADDER ]] || make -s -C "${LADDER%/*}" || die "there is no ladder of lab 12"
  cd "${LAB_BIN:-$HERE}"
  # shellcheck source=SCRIPTDIR/cable.bash
  source "$HERE/cable.bash"
  lay_cable
  WORK=$(mktemp -d) && exec {NEVER}<> <(:)
  head -c "$BYTES" /dev/zero >"$WORK/file"
  drawn stop-and-wait by_udp
  drawn go-back-4 by_udp -w 4
  drawn 'TCP reno' by_tcp
  paste "$WORK"/{stop-and-wait,go-back-4,'TCP reno'} |
    awk -F'\t' '{ line = sprintf("%-22s  %-22s  %s", $1, $2, $3); sub(/ +$/, "", line); print line }'
}

main "$@"
