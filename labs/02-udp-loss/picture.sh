#!/usr/bin/env bash
# picture.sh - draws loss against buffer size: bursts are sent to a sleeping receiver, for several sizes
# of its SO_RCVBUF. As text for a burst of 300, and as .build/02-udp-loss/loss.svg for three bursts.
set -euo pipefail

SIZES=(2048 4096 8192 16384 32768 65536 131072 212992)
BURSTS=(100 300 1000)
BARS=300 # the burst that is drawn as text

# dropped BURST SIZE - prints how many of the burst's datagrams find no room.
dropped() {
  local ledger
  ledger=$(./ledger.sh -w -n "$1" -B "$2") || exit
  awk '/^buffer/ {print $NF}' <<<"$ledger"
}

measure() {
  local burst size
  for burst in "${BURSTS[@]}"; do
    for size in "${SIZES[@]}"; do
      lost[$burst, $size]=$(dropped "$burst" "$size")
    done
  done
}

# At most 49 columns, the width of a pane in the classroom.
draw_bars() {
  local size bar n
  printf '%9s  lost of a burst of %d datagrams\n' SO_RCVBUF "$BARS"
  for size in "${SIZES[@]}"; do
    n=${lost[$BARS, $size]}
    printf -v bar '%*s' $((n * 30 / BARS)) ''
    printf '%9d  |%-30s| %3d\n' "$size" "${bar// /#}" "$n"
  done
}

# The axes show what you ask for and what you get: bytes of buffer, per cent lost.
draw_svg() {
  local burst size file=$1
  {
    cat <<'GNUPLOT'
set terminal svg noenhanced size 1100,500 font "sans-serif,20" background "white"
set title "Bursts at a sleeping receiver: a buffer cures bursts up to its size"
set xlabel "SO_RCVBUF asked for (bytes)"
set ylabel "lost in the socket buffer (%)"
set logscale x 2
set xrange [1800:240000]
set yrange [0:105]
set ytics 20
set grid
set key bottom left box opaque title "datagrams of 100 bytes"
GNUPLOT
    printf 'set output "%s"\nset xtics (' "$file"
    printf '%s' "$(printf '%d, ' "${SIZES[@]}" | sed 's/, $//')"
    printf ')\nplot '
    for burst in "${BURSTS[@]}"; do
      printf '"-" using 1:2 with linespoints linewidth 2 pointtype 7 title "%d in a burst", ' "$burst"
    done
    echo
    for burst in "${BURSTS[@]}"; do
      for size in "${SIZES[@]}"; do
        echo "$size $((100 * lost[$burst, $size])) $burst" | awk '{print $1, $2 / $3}'
      done
      echo e
    done
  } | gnuplot
}

main() {
  local here root
  here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
  root=$(cd "${LAB_DIR:-$here}/../.." && pwd)
  [[ -n ${SOCKET_LABS_BOX-} ]] || exec "$root/scripts/netbox" -- "$here/picture.sh"
  cd "$here"
  declare -A lost
  measure
  draw_bars
  local file=.build/02-udp-loss/loss.svg
  if ! type gnuplot >/dev/null 2>&1; then
    echo "no SVG, because gnuplot is missing: scripts/setup gnuplot installs it"
  elif ! mkdir -p "$root/${file%/*}" 2>/dev/null || [[ ! -w $root/${file%/*} ]]; then
    echo "no SVG, because $root/${file%/*} cannot be written"
  else
    draw_svg "$root/$file"
    echo "the same for bursts of ${BURSTS[*]}: $file"
  fi
}

main
