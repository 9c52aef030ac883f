#!/usr/bin/env bash
# sums.sh TEXT... - prints the Internet checksum (RFC 1071) and the CRC-32 (that of Ethernet, and of gzip) of each TEXT, of
# an even number of bytes.
set -euo pipefail

internet_checksum() {
  local word sum=0
  for word in $(od -A n -v -t u2 --endian=big); do sum=$((sum + word)); done
  while ((sum > 0xffff)); do sum=$(((sum >> 16) + (sum & 0xffff))); done
  printf '%04x' $((~sum & 0xffff))
}

crc32() {
  gzip -c | tail -c 8 | od -A n -N 4 -t x4 --endian=little | tr -d ' '
}

for text; do
  printf '%s   checksum %s   CRC-32 %s\n' "$text" "$(printf %s "$text" | internet_checksum)" "$(printf %s "$text" | crc32)"
done
