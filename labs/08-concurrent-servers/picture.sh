#!/usr/bin/env bash
# picture.sh - draws throughput against the number of clients: each server, with 1 to 1,000 clients at the same time.
# As text for epoll, and as .build/08-concurrent-servers/clients.svg for all, with the spread.
set -euo pipefail

CLIENTS=(1 4 16 64 250 1000)
SERVERS=(iterative fork thread poll epoll)
BARS='epoll' # the one that is drawn as text
TRIPS=10000
TURNS=5 # the median of them is drawn, and a bar from the slowest to the fastest

# rates SERVER CLIENTS - prints the slowest, the median and the fastest rate, in round trips a second.
rates() {
  local said server turn
  exec {said}< <(exec "./$1")
  server=$!
  read -r _ <&"$said" # it listens
  for ((turn = 0; turn < TURNS; turn++)); do
    ./load -c "$2" -n $((TRIPS > $2 ? TRIPS : $2 + 1)) -t 10000 | sed -nE 's/.* ([0-9]+)\* a second/\1/p'
  done | sort -n | awk '{ rate[NR] = $1 } END { print rate[1], rate[int((NR + 1) / 2)], rate[NR] }'
  kill "$server"
  wait "$server" || true
  exec {said}<&-
}

# At most 49 columns, the width of a pane in the classroom.
draw_bars() {
  local count median most=1 bar
  for count in "${CLIENTS[@]}"; do
    read -r _ median _ <<<"${rate[$BARS, $count]}"
    ((median < most)) || most=$median
  done
  printf '%7s  round trips a second, by %s\n' clients "$BARS"
  for count in "${CLIENTS[@]}"; do
    read -r _ median _ <<<"${rate[$BARS, $count]}"
    printf -v bar '%*s' $((median * 28 / most)) ''
    printf '%7d  |%-28s| %7d\n' "$count" "${bar// /#}" "$median"
  done
}

draw_svg() {
  local server count least median most
  {
    cat <<'GNUPLOT'
set terminal svg noenhanced size 800,500 font "sans-serif,15" background "white"
set title "The same echo by five servers: median, slowest and fastest run"
set xlabel "clients at the same time"
set ylabel "round trips a second"
set logscale x 2
set yrange [0:*]
set grid
set key bottom right box opaque
GNUPLOT
    printf 'set output "%s"\nset xtics (%s)\nplot ' "$1" "$(printf '%d, ' "${CLIENTS[@]}" | sed 's/, $//')"
    for server in "${SERVERS[@]}"; do
      printf '"-" using 1:2:3:4 with yerrorlines linewidth 2 pointtype 7 title "%s", ' "$server"
    done
    echo
    for server in "${SERVERS[@]}"; do
      for count in "${CLIENTS[@]}"; do
        read -r least median most <<<"${rate[$server, $count]}"
        echo "$count $median $least $most"
      done
      echo e
    done
  } | gnuplot
}

main() {
  local here root server count file=.build/08-concurrent-servers/clients.svg
  here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
  root=$(cd "${LAB_DIR:-$here}/../.." && pwd)
  [[ -n ${SOCKET_LABS_BOX-} ]] || exec "$root/scripts/netbox" -- "$here/picture.sh"
  cd "$here"
  declare -A rate
  for server in "${SERVERS[@]}"; do
    for count in "${CLIENTS[@]}"; do
      rate[$server, $count]=$(rates "$server" "$count")
    done
  done
  draw_bars
  if ! type gnuplot >/dev/null 2>&1; then
    echo "no SVG, because gnuplot is missing: scripts/setup gnuplot installs it"
  elif ! mkdir -p "$root/${file%/*}" 2>/dev/null || [[ ! -w $root/${file%/*} ]]; then
    echo "no SVG, because $root/${file%/*} cannot be written"
  else
    draw_svg "$root/$file"
    echo "all servers: $file"
  fi
}

main
