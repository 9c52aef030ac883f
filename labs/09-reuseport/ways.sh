#!/usr/bin/env bash
# ways.sh - what do restarts cost? A worker is restarted again and again, in each of six ways, while a client connects.
# Prints a line for each way. It makes a network of its own for that, because one of the ways changes a setting.
set -euo pipefail

if [[ ${1-} != inside ]]; then
  own=(unshare --net)
  ((EUID == 0)) || own+=(--map-root-user)
  exec "${own[@]}" "$BASH" "$0" inside
fi
ip link set lo up

CONNECTIONS=4000 RATE=4000 PORT=5409
EVERY=0.01 # seconds between two restarts
PLACE=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$PLACE"' EXIT

# begin ARGUMENT... - starts the next worker, and waits until it listens. OLD is then the one before.
begin() {
  OLD=${NEW-} OLD_SAYS=${SAYS-}
  exec {SAYS}< <(exec ./worker -p "$PORT" "$@")
  NEW=$!
  read -r _ <&"$SAYS"
}

# end PID FD - waits until a worker has ended, whose output comes from FD.
end() {
  local says=$2
  wait "$1"
  exec {says}<&-
}

# restart WAY - one restart.
restart() {
  case $1 in
    gap) # first the old one ends, then the new one begins
      kill "$NEW"
      end "$NEW" "$SAYS"
      begin
      return
      ;;
    hand) # the new one asks for the socket, and the old one ends when it has given it
      begin -i "$PLACE/socket" -o "$PLACE/socket"
      end "$OLD" "$OLD_SAYS"
      return
      ;;
    overlap | migrate) begin ;;
    drain) begin -d ;;
    steer) begin -d -s 1 ;; # of two sockets, the new one is number 1
  esac
  kill "$OLD"
  end "$OLD" "$OLD_SAYS"
}

# try WAY ARGUMENT... - restarts in this way until the client has ended; ARGUMENTs are for the first worker.
try() {
  local way=$1 restarts=0 client
  shift
  [[ $way != migrate ]] || sysctl -qw net.ipv4.tcp_migrate_req=1
  begin "$@"
  ./client -t 1 -p "$PORT" -n "$CONNECTIONS" -r "$RATE" >"$PLACE/count" &
  client=$!
  while kill -0 "$client" 2>/dev/null; do
    restart "$way"
    restarts=$((restarts + 1))
    read -r -t "$EVERY" -u "$NEVER" || true
  done
  wait "$client" || true
  kill "$NEW"
  end "$NEW" "$SAYS"
  unset NEW SAYS
  sysctl -qw net.ipv4.tcp_migrate_req=0
  printf '%-8s %8s* %8s* %6s* %8s*\n' "$way" "$restarts" "$(count refused)" "$(count reset)" "$(count 'still waiting')"
}

# count WHAT - prints how many connections ended so.
count() {
  sed -n "s/^client: \([0-9]*\)\* $1\$/\1/p" "$PLACE/count" | grep . || echo 0
}

exec {NEVER}<> <(:)
printf '%-8s %9s %9s %7s %9s\n' 'way' 'restarts' 'refused' 'reset' 'waiting'
try gap
try overlap
try drain -d
try steer -d -s 0
try hand -o "$PLACE/socket"
try migrate
