# holder.bash - the words of a check that needs sockets in certain states: a network, and in it a holder
# (holder.c) that has the sockets. Sourced after check.bash, and what these words do becomes steps of the story;
# or by a demo.bats, which sets CHECK_TOOLS and has a `told` that does nothing.

# network - makes a new network and starts the holder in it.
network() {
  declare -gA HELD END OTHER=([client]=server [server]=client)
  # shellcheck disable=SC2016  # the shell inside expands it
  coproc HOLDER {
    exec unshare --net bash -c 'ip link set lo up
      echo 1 >/proc/sys/net/ipv4/tcp_rfc1337 # as in every netbox
      exec "$0"' "$CHECK_TOOLS/holder" 3>&-
  }
  # shellcheck disable=SC2034,SC2154  # teardown ends it
  PID[holder]=$HOLDER_PID
  ask listen 127.0.0.1 1 # once it answers, it is in the new network
  ask close "$FD"
}

# inside COMMAND... - runs it in the network.
inside() {
  nsenter --net="/proc/$HOLDER_PID/ns/net" -- "$@"
}

# ask WORD... - gives the holder a command; sets FD to the descriptor that it answers.
ask() {
  FD=
  echo "$*" >&"${HOLDER[1]}"
  read -r -t 30 FD <&"${HOLDER[0]}" && [[ $FD =~ ^[0-9]+$ ]] && return
  echo "the holder could not $*: ${FD:-no answer}" >&2
  return 1
}

# loses TEXT CONDITION - from now on the network loses the packets that meet the condition (for nft).
loses() {
  inside nft "add table inet wire; add chain inet wire in { type filter hook input priority 0; };
    add rule inet wire in $2 drop"
  told "let the network lose $1" 'done'
}

# end_text HOST PORT - prints that end of a connection as a table shows it.
end_text() {
  if [[ $1 == *:* ]]; then echo "[$1]:$2"; else echo "$1:$2"; fi
}

# listener HOST PORT - makes a socket listen there; sets LISTENER to its descriptor.
listener() {
  ask listen "$1" "$2"
  LISTENER=$FD
  await_state LISTEN "$2"
  told "listened on $(end_text "$1" "$2")" 'done'
}

# attempt FROM PORT TO PORT - makes a client begin to connect. From then on END[client] and END[server]
# are the two ends as text, and HELD[client] and HELD[server] their descriptors.
attempt() {
  END=([client]=$(end_text "$1" "$2") [server]=$(end_text "$3" "$4"))
  ask connect "$@"
  HELD[client]=$FD
}

# connection FROM PORT TO PORT - makes a client connect to the last listener.
connection() {
  attempt "$@"
  ask accept "$LISTENER"
  HELD[server]=$FD
  told "connected ${END[client]} to ${END[server]}" 'done'
}

# closes client|server, half_closes client|server - makes that end of the last connection do so.
closes() {
  ask close "${HELD[$1]}"
  told "closed the $1 of ${END[client]}" 'done'
}

half_closes() {
  ask shut "${HELD[$1]}"
  told "half-closed the $1 of ${END[client]}" 'done'
}

# reaches client|server STATE - waits until that end of the last connection is in STATE.
reaches() {
  await_state "$2" "${END[$1]##*:}" "${END[${OTHER[$1]}]##*:}"
}

# await_state STATE PORT [PEER_PORT] - waits until ss shows a socket in STATE with these ports.
await_state() {
  local state=${1,,}
  case $1 in
    LISTEN) state=listening ;;
    SYN-RECEIVED) state=syn-recv ;;
  esac
  LOOK=(ss -Htan state "$state" "( sport = :$2 ${3+and dport = :$3} )")
  DEADLINE=30 wait_until shown && return
  echo "port $2 did not reach $1: $(inside ss -Htan)" >&2
  return 1
}

shown() {
  [[ -n $(inside "${LOOK[@]}") ]]
}
