#!/usr/bin/env bash
# compare.sh - the four ways, in round trips, bytes and time: "shorter" and "faster", measured.
# Reads the same file of 2000 pieces in each way. Bytes are those of the messages; UDP and IP add 28 to each.
set -euo pipefail

PIECES=2000 PORT=5413
PLACE=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$PLACE"' EXIT
head -n $((PIECES * 3 / 2)) < <(yes 7) >"$PLACE/sevens"

# measure WAY [OPTION] - prints the line of that way.
measure() {
  local says server start stop words
  exec {says}< <(exec ./server -p "$PORT" -d "$PLACE" -m "$1")
  server=$!
  read -r _ <&"$says"
  start=${EPOCHREALTIME/[.,]/}
  read -ra words < <(./client -p "$PORT" "${@:2}" -n "$PIECES" sevens | tail -n 1)
  stop=${EPOCHREALTIME/[.,]/}
  kill "$server"
  exec {says}<&-
  wait "$server" 2>/dev/null || true
  # client: 2000 pieces in 2001 round trips, asked 2001 times: N bytes there, N back
  awk -v way="$1" -v trips="${words[4]}" -v there="${words[10]}" -v back="${words[13]}" -v pieces="$PIECES" \
    -v microseconds=$((stop - start)) 'BEGIN {
      printf "%-9s   %11d   %6.1f   %6.1f   %8.1f*\n", way, trips, there / pieces, back / pieces, microseconds / pieces }'
}

echo 'way         round trips    there     back   microseconds, each for a piece'
measure stateful
measure cached
measure stateless -s
measure cookie
