#!/usr/bin/env bash
# picture.sh [WHAT] - measures over a cable with a round trip of 20 ms, prints a table, and draws a
# picture, .build/16-reliable-udp/WHAT.svg. WHAT is
#   ways      stop-and-wait, go-back-N and TCP, with the same losses
#   window    throughput against the window; this is the default
#   loss      throughput against loss
#   timeout   throughput against the time-out
# shellcheck disable=SC2154  # cable.bash sets CAME and LOST
set -euo pipefail

PAYLOAD=1396 # the sender's default

die() {
  printf 'picture: %s\n' "$1" >&2
  exit 1
}

# file PACKETS - makes the file that is sent.
file() {
  head -c $(($1 * PAYLOAD)) /dev/zero >"$FILE"
}

# over_wire [OPTION...] -- WAY... - sends it that way, by a wire with these options. Again, if the wire has lost frames
# itself or the sender has given up, as may happen on a busy machine.
over_wire() {
  local options=() good
  while [[ $1 != -- ]]; do options+=("$1") && shift; done
  for _ in 1 2 3 4 5; do
    wire_up -q "${options[@]}"
    good=yes
    "${@:2}" || good=''
    wire_down || good=''
    [[ ! $good ]] || return 0
  done
  die "the cable itself has lost frames, or the sender has given up, five times"
}

# by_udp OPTION... - sends it. Sets SECONDS_TAKEN, SENDS to how often a packet was sent, and FULL to how many the
# receiver's socket buffer has dropped. False if the sender has given up.
by_udp() {
  local receiver said line before
  before=$(overflows)
  exec {said}< <(exec on receiver ./receiver -b 10.0.2.2 -l 0)
  receiver=$!
  read -r _ <&"$said"
  line=$(on sender ./sender -b 10.0.2.2 "$@" "$FILE") || kill "$receiver"
  wait "$receiver" || true
  exec {said}<&-
  [[ $line =~ of\ ([0-9]+)\ packets.*,\ ([0-9]+)\ sent ]] || return
  SENDS=$(ratio "${BASH_REMATCH[2]}" "${BASH_REMATCH[1]}")
  [[ $line =~ in\ ([0-9.]+)\ s ]] || return
  SECONDS_TAKEN=${BASH_REMATCH[1]}
  FULL=$(($(overflows) - before))
}

# by_tcp ALGORITHM - sends it by TCP with this congestion control.
by_tcp() {
  local began
  on sender ip route replace 10.0.2.2 dev eth0 congctl "$1"
  on receiver nc -l 10.0.2.2 5016 >/dev/null &
  until [[ $(on receiver ss -Hltn 'sport = :5016') ]]; do read -r -t 0.01 -u "$NEVER" || true; done
  began=${EPOCHREALTIME/[.,]/}
  on sender nc -N 10.0.2.2 5016 <"$FILE"
  wait $!
  SECONDS_TAKEN=$(awk "BEGIN { printf \"%.3f\", (${EPOCHREALTIME/[.,]/} - $began) / 1e6 }")
}

ratio() { awk "BEGIN { printf \"%.2f\", $1 / $2 }"; }

# row NAME PACKETS NOTE... - a line of the table, and of the data for the picture.
row() {
  local rate
  rate=$(awk "BEGIN { printf \"%.3f\", $2 * $PAYLOAD / 1e6 / $SECONDS_TAKEN }")
  printf '%-13s %7s* %s\n' "$1" "$rate" "$(printf '%8s' "${@:3}")"
  printf '"%s" %s\n' "$1" "$rate" >>"$FILE.data"
}

# heading TITLE COLUMN... - the lines above them.
heading() {
  printf '%s\n%-13s %7s %s\n' "$1" "$2" MB/s "$(printf ' %7s' "${@:3}")"
}

# overflows - prints how many datagrams the receiver's socket buffer has dropped so far.
overflows() {
  # shellcheck disable=SC2016  # awk's own
  on receiver awk '$1 == "Udp:" {if (!n) {while ($++n != "RcvbufErrors"); next} print $n}' /proc/net/snmp
}

draw_ways() {
  local way name
  file 80
  heading '80 packets of data, 10 in 100 lost, seed 16' way sent lost
  for way in stop-and-wait go-back-8 go-back-64 reno cubic; do
    name=$way
    case $way in
      stop*) over_wire -s 16 -l 10 -- by_udp -t 100 ;;
      go-back-*) over_wire -s 16 -l 10 -- by_udp -t 100 -w "${way##*-}" ;;
      *) over_wire -s 16 -l 10 -- by_tcp "$way" && name="TCP $way" ;;
    esac
    row "$name" 80 "$CAME*" "$LOST*"
  done
}

draw_window() {
  local window packets
  heading 'no loss on the cable; full: lost in the receiving buffer' window sends full
  # The receiver's buffer holds about 90 packets. 128 would fit if the receiver reads in time: so it is left out.
  for window in 1 2 4 8 16 32 64 256; do
    packets=$((window * 4 < 64 ? 64 : window * 4))
    file "$packets"
    over_wire -- by_udp -t 100 -w "$window"
    row "$window" "$packets" "$SENDS*" "$FULL*"
  done
}

draw_loss() {
  local loss
  file 100
  heading 'go-back-8, seed 16' loss sends
  for loss in 0 1 2 5 10 20; do
    over_wire -s 16 -l "$loss" -- by_udp -t 50 -w 8
    row "$loss%" 100 "$SENDS*"
  done
}

draw_timeout() {
  local timeout quiet
  file 30
  heading 'stop-and-wait, round trip 20 ms, seed 16, 10 in 100 lost' time-out sends 'no loss'
  for timeout in 8 15 30 50 100 200; do
    over_wire -- by_udp -t "$timeout"
    quiet=$SENDS
    over_wire -s 16 -l 10 -- by_udp -t "$timeout"
    row "$timeout ms" 30 "$SENDS*" "$quiet*"
  done
}

draw_svg() {
  gnuplot <<GNUPLOT
set terminal svg noenhanced size 1100,500 font "sans-serif,20" background "white"
set output "$2"
set title "$1, round trip 20 ms"
set ylabel "MB a second"
set yrange [0:*]
set style fill solid 0.6
set boxwidth 0.6
set grid ytics
unset key
plot "$FILE.data" using 0:2:xtic(1) with boxes
GNUPLOT
}

main() {
  local here root what=${1-window}
  here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
  root=$(cd "${LAB_DIR:-$here}/../.." && pwd)
  [[ $what =~ ^(ways|window|loss|timeout)$ ]] || die "draw what? ways, window, loss or timeout"
  # In a box that has no hosts yet, as without a box, it makes them first.
  if ! type -P on >/dev/null; then
    local hosts=sender,middle,receiver
    local line=("$root/scripts/netbox" --line "$hosts" --)
    [[ -z ${SOCKET_LABS_BOX-} ]] || line=("$root/scripts/netbox.d/line" "$hosts")
    exec "${line[@]}" "$here/picture.sh" "$what"
  fi
  cd "${LAB_BIN:-$here}"
  # shellcheck source=SCRIPTDIR/cable.bash
  source "$here/cable.bash"
  lay_cable
  FILE=$(mktemp) && exec {NEVER}<> <(:)
  "draw_$what"
  local file=.build/16-reliable-udp/$what.svg
  if ! type gnuplot >/dev/null 2>&1; then
    echo "no SVG, because gnuplot is missing: scripts/setup gnuplot installs it"
  elif ! mkdir -p "$root/${file%/*}" 2>/dev/null || [[ ! -w $root/${file%/*} ]]; then
    echo "no SVG, because $root/${file%/*} cannot be written"
  else
    draw_svg "$what" "$root/$file"
    echo "as a picture: $file"
  fi
}

main "$@"
