#!/usr/bin/env bats
# The checks of lab 12's exercise, the connection table: ten points. scripts/grader/check.bash has the words.
#
# Each test has a network of its own, with a holder (scripts/grader/holder.c) that brings sockets into
# states; nft drops the packets that would lead them on. A test knows what must be in the table because it
# has made the sockets. It looks at the student's table once `ss` shows that the kernel has them.
# shellcheck disable=SC2030,SC2031  # each test sets its own
# needs: nft [ipv6]
# tools: nft
load ../../../scripts/grader/check.bash
load ../../../scripts/grader/holder.bash
load ../../../scripts/grader/table.bash

# --- what must be in the table ---

# listens HOST PORT - starts a server there, and adds it to the expected table.
listens() {
  local any='0.0.0.0:*'
  [[ $1 != *:* ]] || any='[::]:*'
  listener "$1" "$2"
  row LISTEN "$(end_text "$1" "$2")" "$any"
}

# is client|server STATE - waits until that end of the last connection is in this state, in which it stays,
# and adds it to the expected table.
is() {
  reaches "$@"
  row "$2" "${END[$1]}" "${END[${OTHER[$1]}]}"
}

# row STATE LOCAL REMOTE - adds a line to the expected table. A socket in TIME-WAIT has no owner any more.
row() {
  local owner=${OWNER-0}
  [[ $1 != TIME-WAIT ]] || owner=0
  printf 'conntable: %-21s  %-21s  %-12s  %s\n' "$2" "$3" "$1" "$owner" >>"$EXPECTED"
}

# --- the table ---

# conntable [ARGUMENT...] - runs the student's program in the network; sets STATUS, and WORDS to its error
# messages. SINK is a file that it writes to, VIEW a command that runs it in the sandbox, and OUTER one that
# runs the sandbox. GRANTED are capabilities for VIEW, which must be gone when the program starts.
conntable() {
  STATUS=0
  sandbox_open
  [[ -z ${NET-} ]] || show_files
  SANDBOX+=("${GRANTED[@]}")
  sandbox_show "$SUBJECT" /run/conntable
  sandbox_close
  (
    limit
    become nsenter --net="/proc/$HOLDER_PID/ns/net" -- \
      "${OUTER[@]}" "${LIMITED[@]}" timeout -k 1 "$CHECK_DEADLINE" "${SANDBOX[@]}" "${VIEW[@]}" "$SEEN" "$@"
  ) >"${SINK-$OUTPUT}" 2>"$OUTPUT.err" </dev/null || STATUS=$?
  WORDS=$(head -c 300 "$OUTPUT.err" | tr '\t\n' '  ')
  WORDS=${WORDS% }
  ended "$STATUS" "./conntable${*:+ $*}"
}

# table [ARGUMENT...] - the same, and expects status 0.
table() {
  local class=exited
  conntable "$@"
  ((STATUS != 2)) || class=usage
  ((STATUS == 0)) || fail_check "$class" "exit status 0" "exit status $STATUS${WORDS:+: $WORDS}"
}

# complains_with STATUS [WORD] - expects that it ended with this status, and a message with this word in it.
complains_with() {
  [[ $STATUS == "$1" && -n $WORDS && $WORDS == *"${2-}"* ]] ||
    fail_check no-error "exit status $1, and a message${2+ that names $2}" \
      "exit status $STATUS${WORDS:+: $WORDS}"
}

# The likely mistake for each column that is wrong; a test may know better.
likely_columns() {
  likely wrong-line 'a line must have the form that the starter shows, its blanks too: "%-21s  %-21s  %-12s  %u" after "conntable: ": README, "Exercise"'
  likely wrong-local 'the kernel prints the four bytes of an address as one number in its own byte order; the first end of a line is the local one: README, "The table in /proc"'
  likely wrong-remote 'the kernel prints the four bytes of an address as one number in its own byte order; the second end of a line is the remote one: README, "The table in /proc"'
  likely wrong-port 'the kernel prints a port as a number, in hexadecimal, and the first one is the local one: README, "The table in /proc"'
  likely wrong-peer 'the kernel prints a port as a number, in hexadecimal; if there is no other end it is 0, to be written as *: README, "Exercise" and "The table in /proc"'
  likely wrong-state 'the names are those of the RFC, the numbers the kernel'"'"'s own, ESTABLISHED is 1: README, "The states" and "The table in /proc"'
  likely wrong-uid 'the uid is a word of its own, in decimal: count words, not headings: README, "The table in /proc"'
  likely missing 'one line for each line of the two files except their headings, however many: README, "The table in /proc"'
  likely extra 'the first line of each file is a heading: README, "The table in /proc"'
  likely any 'what it must do is in the README, "Exercise"'
}

# bats test_tags=id:table,points:1
@test "a listening socket and a connection: three lines, in the form of the README" {
  likely_columns
  network
  listens 127.0.0.1 5012
  connection 127.0.0.1 40312 127.0.0.1 5012
  is client ESTABLISHED
  is server ESTABLISHED
  table
  shows_only line
}

# bats test_tags=id:addresses,points:1
@test "IPv4 addresses and ports, each byte in its place" {
  likely_columns
  network
  inside ip address add 192.0.2.77/32 dev lo
  listens 0.0.0.0 80
  connection 192.0.2.77 40312 127.11.22.33 80
  is client ESTABLISHED
  is server ESTABLISHED
  listens 127.1.2.3 258
  table
  shows local remote
}

# has_ipv6 - skips the test where the machine has no IPv6.
has_ipv6() {
  [[ -e /proc/net/tcp6 ]] || skip 'this machine has no IPv6; it was started with ipv6.disable=1'
}

# bats test_tags=id:ipv6,points:1
@test "IPv6 sockets too, with their addresses as people write them" {
  has_ipv6
  likely_columns
  likely wrong-local 'an IPv6 address is four numbers, of four bytes each, every one in the byte order of the machine; inet_ntop writes it: README, "The table in /proc"'
  likely wrong-remote "${LIKELY["wrong-local"]}"
  likely missing 'sockets of IPv6 are in a file of their own: README, "The table in /proc"'
  network
  local address
  for address in 2001:db8:12:3456:789a:bcde:f012:3457 fd00::25:0:0:1; do
    inside ip address add "$address/128" dev lo nodad
  done
  listens ::1 5012
  connection ::1 40312 ::1 5012
  is client ESTABLISHED
  is server ESTABLISHED
  listens :: 5112
  connection 2001:db8:12:3456:789a:bcde:f012:3457 40313 fd00::25:0:0:1 5112
  is client ESTABLISHED
  is server ESTABLISHED
  # An IPv4 client of an IPv6 server: each end is in the file for its own kind of socket (ipv6(7)).
  connection 127.0.0.1 40314 127.0.0.1 5112
  is client ESTABLISHED
  # shellcheck disable=SC2154 # keys, not variables
  END=([client]='[::ffff:127.0.0.1]:40314' [server]='[::ffff:127.0.0.1]:5112')
  is server ESTABLISHED
  table
  shows_only local remote
}

# bats test_tags=id:opening,points:1
@test "the states of a connection that begins, by name" {
  likely_columns
  network
  loses 'SYN to port 5031' 'tcp dport 5031 tcp flags & (syn | ack) == syn'
  loses 'SYN,ACK from port 5032' 'tcp sport 5032 tcp flags & (syn | ack) == (syn | ack)'
  attempt 127.0.0.1 40312 127.0.0.1 5031
  told "began to connect ${END[client]} to ${END[server]}" 'done'
  is client SYN-SENT
  listens 127.0.0.1 5032
  attempt 127.0.0.1 40313 127.0.0.1 5032
  told "began to connect ${END[client]} to ${END[server]}" 'done'
  is client SYN-SENT
  is server SYN-RECEIVED
  listens 127.0.0.1 5012
  connection 127.0.0.1 40314 127.0.0.1 5012
  is client ESTABLISHED
  is server ESTABLISHED
  table
  shows port peer state
}

# bats test_tags=id:closing,points:1
@test "the states of a connection that ends, by name" {
  likely_columns
  likely wrong-state 'the names are those of the RFC, the numbers the kernel'"'"'s own; which end is in which state: README, "Who closes first" and "The table in /proc"'
  likely missing 'a connection that no process holds any more is in the table too, as long as the kernel has it: README, "The end of a conversation"'
  network
  listens 127.0.0.1 5012
  connection 127.0.0.1 40312 127.0.0.1 5012
  half_closes client
  is client FIN-WAIT-2
  is server CLOSE-WAIT
  connection 127.0.0.1 40313 127.0.0.1 5012
  closes server
  reaches client CLOSE-WAIT
  closes client
  is server TIME-WAIT
  # From here on the server's FIN does not arrive.
  loses 'FIN from port 5030' 'tcp sport 5030 tcp flags & fin == fin'
  listens 127.0.0.1 5030
  connection 127.0.0.1 40314 127.0.0.1 5030
  half_closes server
  is server FIN-WAIT-1
  is client ESTABLISHED
  connection 127.0.0.1 40315 127.0.0.1 5030
  half_closes server
  reaches server FIN-WAIT-1
  half_closes client
  is server CLOSING
  is client FIN-WAIT-2
  connection 127.0.0.1 40316 127.0.0.1 5030
  half_closes client
  reaches server CLOSE-WAIT
  half_closes server
  is server LAST-ACK
  is client FIN-WAIT-2
  table
  shows port peer state
}

# bats test_tags=id:owner,points:1
@test "the user id of a socket's owner, as in the kernel's file" {
  likely_columns
  unshare --user --map-user=4711 true 2>"$OUTPUT" ||
    skip "this machine allows no user namespace in a user namespace: $(head -n 1 "$OUTPUT")"
  local owner
  network
  listens 127.0.0.1 5012
  connection 127.0.0.1 40312 127.0.0.1 5012
  connection 127.0.0.1 40313 127.0.0.1 5012
  closes client
  reaches server CLOSE-WAIT
  closes server
  reaches client TIME-WAIT
  # In a user namespace of its own, the program sees another number for this owner (user_namespaces(7)).
  for owner in 4711 3000000000; do
    rm -f "$EXPECTED"
    OWNER=$owner
    row LISTEN 127.0.0.1:5012 '0.0.0.0:*'
    row TIME-WAIT 127.0.0.1:40313 127.0.0.1:5012
    row ESTABLISHED 127.0.0.1:5012 127.0.0.1:40312
    row ESTABLISHED 127.0.0.1:40312 127.0.0.1:5012
    VIEW=(unshare --user --map-user="$owner")
    GRANTED=(--cap-add CAP_SETFCAP) # a map of user 0 needs it (user_namespaces(7))
    told "showed it the owner of all sockets as user $owner" 'done'
    table
    shows port peer uid
  done
}

# bats test_tags=id:many,points:1
@test "six hundred sockets: not a line is lost" {
  likely_columns
  network
  listens 127.0.0.1 5012
  local port
  for ((port = 20001; port <= 20300; port++)); do
    ask connect 127.0.0.1 $port 127.0.0.1 5012
    ask accept "$LISTENER"
    row ESTABLISHED 127.0.0.1:$port 127.0.0.1:5012
    row ESTABLISHED 127.0.0.1:5012 127.0.0.1:$port
  done
  DEADLINE=30 wait_until all_connected
  told 'connected 300 clients to 127.0.0.1:5012' 'done'
  table
  shows_only port peer
}

all_connected() {
  (($(inside ss -Htan state established | wc -l) == 600))
}

# only_files FILE... - from now on the student's program, and any process that it starts, sees the folder
# $NET as /proc/net. It holds these files of the kernel, and what the test puts there.
only_files() {
  [[ -z $UNSANDBOXED ]] || skip "this machine does not let a test hide files of /proc/net: $UNSANDBOXED"
  NET=$BATS_TEST_TMPDIR/net
  rm -rf "$NET" && mkdir "$NET"
  local file
  for file in "$@"; do : >"$NET/$file"; done
  # shellcheck disable=SC2016  # for the shell in there
  OUTER=(unshare --mount bash -c '
    for file in $2; do mount --bind "/proc/net/$file" "$1/$file" || exit; done
    exec "${@:3}"' outer "$NET" "$*")
}

# show_files - puts $NET into the sandbox. A mount on /proc/self/net is for the program itself, and one on the
# link /proc/net for all of its processes.
show_files() {
  SANDBOX+=(--bind "$NET" /run/net --symlink /run/net /run/link --ro-bind "$CHECK_TOOLS/cover" /run/cover)
  GRANTED=(--cap-add CAP_SYS_ADMIN --cap-add CAP_SETPCAP)
  # shellcheck disable=SC2016  # for the shell in there
  VIEW=(bash -c 'mount --rbind /run/net "/proc/$$/net" && exec "$@"' view
    /run/cover /run/link /proc/net setpriv --bounding-set -all --inh-caps -all)
}

# bats test_tags=id:no-ipv6,points:1
@test "a missing /proc/net/tcp6, as without IPv6, is no error; a file that cannot be read is one" {
  likely_columns
  likely exited 'it is no error if this one file is missing (ENOENT): README, "Exercise"'
  likely no-error 'without /proc/net/tcp nothing is known: say so, and end with status 1: README, "Exercise"'
  network
  listens 127.0.0.1 5012
  connection 127.0.0.1 40312 127.0.0.1 5012
  is client ESTABLISHED
  is server ESTABLISHED
  only_files tcp
  told 'took /proc/net/tcp6 away' 'done'
  table
  shows port peer
  only_files
  told 'took /proc/net/tcp away too' 'done'
  conntable
  complains_with 1 net/tcp
  # A folder can be opened, by open and by fopen, but not read.
  likely no-error 'a file that cannot be read is not at its end: check whether reading succeeded, with ferror after getline or fgets: README, "Exercise"'
  mkdir "$NET/tcp"
  told 'made /proc/net/tcp a folder: reading it is EISDIR' 'done'
  conntable
  complains_with 1 net/tcp
  likely no-error 'without this file the sockets of IPv6 are unknown: try to read this file too, and check whether that succeeded: README, "Exercise"'
  only_files tcp
  mkdir "$NET/tcp6"
  told 'gave /proc/net/tcp back, and made tcp6 a folder' 'done'
  conntable
  complains_with 1 net/tcp6
  likely no-error 'only a missing /proc/net/tcp6 (ENOENT) is normal; one that may not be opened is an error: README, "Exercise"'
  rmdir "$NET/tcp6"
  (umask 777 && : >"$NET/tcp6")
  told 'made /proc/net/tcp6 a file that it may not open: EACCES' 'done'
  conntable
  complains_with 1 net/tcp6
}

# bats test_tags=id:filter,points:1
@test "-l and -s STATE: only those sockets, and only the eleven names" {
  likely_columns
  likely missing '-s is for every state, and -l for LISTEN: README, "Exercise"'
  likely wrong-state '-s is for every state, and -l for LISTEN: README, "Exercise"'
  likely extra 'compare whole names, to the last character: README, "Exercise"'
  likely usage 'the eleven names of the README are states, whether a socket is in one or not: README, "Exercise"'
  likely exited 'a table without lines is a table, not an error: README, "Exercise"'
  likely no-error 'a name that is not one of the eleven, in capitals and to the last character, is a usage error: README, "Exercise"'
  network
  listens 127.0.0.1 5012
  connection 127.0.0.1 40312 127.0.0.1 5012
  is client ESTABLISHED
  is server ESTABLISHED
  connection 127.0.0.1 40313 127.0.0.1 5012
  half_closes client
  is client FIN-WAIT-2
  is server CLOSE-WAIT
  cp "$EXPECTED" "$EXPECTED.all"
  local state
  for state in LISTEN ESTABLISHED FIN-WAIT-2 CLOSE-WAIT FIN-WAIT-1 SYN-RECEIVED CLOSED; do
    grep " $state " "$EXPECTED.all" >"$EXPECTED" || true
    if [[ $state == LISTEN ]]; then
      table -l
      shows_only state
    fi
    table -s "$state"
    shows_only state
  done
  for state in FIN-WAIT LISTENING listen ESTAB SYN_RECV 1; do
    conntable -s "$state"
    complains_with 2 "$state"
  done
  local class order
  for class in missing wrong-state extra usage; do
    likely "$class" 'if there are several options -s and -l, the last one counts: README, "Exercise"'
  done
  grep ' ESTABLISHED ' "$EXPECTED.all" >"$EXPECTED"
  for order in '-l -s ESTABLISHED' '-s CLOSE-WAIT -s ESTABLISHED' '-s ESTABLISHED -l'; do
    [[ $order != *-l ]] || grep ' LISTEN ' "$EXPECTED.all" >"$EXPECTED"
    # shellcheck disable=SC2086  # these are words
    table $order
    shows_only state
  done
}

# bats test_tags=id:full,points:1
@test "output that cannot be written is an error" {
  likely_columns
  likely no-error 'a table that was not written is an error: check whether each write succeeded, the last one too, which may be that of fflush or fclose: README, "Exercise"'
  network
  listens 127.0.0.1 5012
  table
  [[ -s $OUTPUT ]] || fail_check missing "a line for the socket" "nothing"
  told 'gave it /dev/full for its standard output' 'done'
  SINK=/dev/full
  conntable
  complains_with 1
  told 'closed its standard output' 'done'
  unset SINK
  VIEW=(bash -c 'exec "$@" >&-' closed)
  conntable
  complains_with 1
}
