#!/usr/bin/env bash
# picture.sh - draws throughput against the size of the buffer: one file, sent in each of the three ways by calls of
# several sizes, to a receiver that keeps nothing. As text for read, and as .build/07-file-transfer/speed.svg for all.
set -euo pipefail

SIZES=(1024 4096 16384 65536 262144 1048576)
WAYS=(read sendfile splice)
BARS='read' # the way that is drawn as text
MEGABYTES=256
TURNS=3 # the fastest one counts: others may have the processor, too

# rate WAY SIZE - prints how many megabytes a second get through.
rate() {
  local turn start took least=0
  for ((turn = 0; turn < TURNS; turn++)); do
    start=${EPOCHREALTIME/[.,]/}
    ./sender -w "$1" -b "$2" "$TMPDIR/file" >/dev/null
    took=$((${EPOCHREALTIME/[.,]/} - start))
    ((least > 0 && least < took)) || least=$took
  done
  echo $((MEGABYTES * 1048576 / least))
}

measure() {
  local way size
  truncate -s "${MEGABYTES}M" "$TMPDIR/file"
  local said receiver
  exec {said}< <(exec ./receiver -n)
  receiver=$!
  read -r _ <&"$said" # it listens; what it says after that fits into the pipe
  for way in "${WAYS[@]}"; do
    for size in "${SIZES[@]}"; do
      rates[$way, $size]=$(rate "$way" "$size")
    done
  done
  kill "$receiver"
}

# At most 49 columns, the width of a pane in the classroom.
draw_bars() {
  local size bar most=1
  for size in "${SIZES[@]}"; do
    ((rates[$BARS, $size] < most)) || most=${rates[$BARS, $size]}
  done
  printf '%9s  MB/s by %s\n' 'bytes' "$BARS"
  for size in "${SIZES[@]}"; do
    printf -v bar '%*s' $((rates[$BARS, $size] * 28 / most)) ''
    printf '%9d  |%-28s| %5d\n' "$size" "${bar// /#}" "${rates[$BARS, $size]}"
  done
}

draw_svg() {
  local way size file=$1
  {
    cat <<'GNUPLOT'
set terminal svg noenhanced size 800,500 font "sans-serif,15" background "white"
set title "One file over the loopback: larger pieces, fewer calls"
set xlabel "bytes a call (-b)"
set ylabel "MB/s"
set logscale x 2
set yrange [0:*]
set grid
set key top left box opaque
GNUPLOT
    printf 'set output "%s"\nset xtics (' "$file"
    printf '%s' "$(printf '%d, ' "${SIZES[@]}" | sed 's/, $//')"
    printf ')\nplot '
    for way in "${WAYS[@]}"; do
      printf '"-" using 1:2 with linespoints linewidth 2 pointtype 7 title "-w %s", ' "$way"
    done
    echo
    for way in "${WAYS[@]}"; do
      for size in "${SIZES[@]}"; do echo "$size ${rates[$way, $size]}"; done
      echo e
    done
  } | gnuplot
}

main() {
  local here root file=.build/07-file-transfer/speed.svg
  here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
  root=$(cd "${LAB_DIR:-$here}/../.." && pwd)
  [[ -n ${SOCKET_LABS_BOX-} ]] || exec "$root/scripts/netbox" -- "$here/picture.sh"
  cd "$here"
  declare -A rates
  measure
  draw_bars
  if ! type gnuplot >/dev/null 2>&1; then
    echo "no SVG, because gnuplot is missing: scripts/setup gnuplot installs it"
  elif ! mkdir -p "$root/${file%/*}" 2>/dev/null || [[ ! -w $root/${file%/*} ]]; then
    echo "no SVG, because $root/${file%/*} cannot be written"
  else
    draw_svg "$root/$file"
    echo "all three ways: $file"
  fi
}

main
