#!/usr/bin/env bash
# frame.sh FILE - prints the first frame of a capture file, a UDP datagram by IPv4 on Ethernet: a line for each layer.
set -euo pipefail

# A capture file has a header of 24 bytes, and one of 16 before each frame (man 5 pcap-savefile).
read -rd '' -a bytes < <(od -A n -v -t x1 -j 40 "$1") || true
from=0
for layer in Ethernet:14 IPv4:20 UDP:8 data:$((${#bytes[@]} - 42)); do
  length=${layer#*:}
  printf '%-8s %3d  %s\n' "${layer%:*}" "$length" "${bytes[*]:from:length}"
  from=$((from + length))
done
printf '%-8s %3d bytes\n' all "$from"
