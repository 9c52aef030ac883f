#!/usr/bin/env bats
# The checks of lab 02's exercise, the gap report: ten points. scripts/grader/check.bash defines the words.
load ../../../scripts/grader/check.bash
# shellcheck disable=SC2034  # check.bash reads it
PROTOCOL=udp

# numbers N... - sets WORDS to peer's actions that send these numbers in this order, a datagram each.
numbers() {
  local n word
  WORDS=()
  for n in "$@"; do
    printf -v word 'N#\\x%02x\\x%02x' $((n >> 8)) $((n & 255))
    WORDS+=(send "$word")
  done
}

# report NEXT RECEIVED LOST [DUPLICATED [REORDERED [FOREIGN [GARBAGE]]]]
# Sets REPORT to peer's actions that ask for the report and expect it.
report() {
  local text word
  printf -v word 'R?\\x%02x\\x%02x' $(($1 >> 8)) $(($1 & 255))
  printf -v text 'received %d lost %d duplicated %d reordered %d foreign %d garbage %d\\n' \
    "${@:2}" 0 0 0 0
  REPORT=(send "$word" expect "${text%%\\n*}\\n")
}

# bats test_tags=id:address,points:1
@test "is bound to 127.0.0.1 and the port of -p, nowhere else" {
  likely no-bind 'the port in a sockaddr is in network byte order, the address is INADDR_LOOPBACK: README, "A socket without connections"'
  start server
  likely any 'INADDR_ANY opens the server to every network of the machine: README, "A socket without connections"'
  local where
  where=$(listeners)
  [[ $where == "127.0.0.1:$PORT" ]] || {
    told "looked at the bound sockets" "$where"
    fail_check wrong-address "127.0.0.1:$PORT" "$where"
  }
}

# bats test_tags=id:no-loss,points:1
@test "ten numbers in a row: ten received, and the same answer to each question" {
  likely hung 'answer the question R? with sendto, to the address that recvfrom returned: README, "A socket without connections"'
  likely wrong-bytes 'the report is one datagram with one line, as under "Exercise"; a number is in network byte order, and the first may be any number: README, "Numbers tell what is missing"'
  start server
  numbers 7 8 9 10 11 12 13 14 15 16
  report 17 10 0
  peer connect "${WORDS[@]}" "${REPORT[@]}" "${REPORT[@]}"
  still_serving
}

# bats test_tags=id:loss,points:1
@test "all numbers that are skipped are lost" {
  likely wrong-bytes 'a gap may be wider than one: lost is all numbers from the lowest to the highest, minus those that came: README, "Numbers tell what is missing"'
  start server
  numbers 1 2 4 8 9 300
  report 301 6 294
  peer connect "${WORDS[@]}" "${REPORT[@]}"
}

# bats test_tags=id:lost-at-the-end,points:1
@test "numbers that are missing at the end are lost, too" {
  likely wrong-bytes 'no later number shows the last losses: only the question does, because it says which number would be next: README, "Numbers tell what is missing"'
  start server
  numbers 1 2 3
  report 9 3 5
  peer connect "${WORDS[@]}" "${REPORT[@]}"
}

# bats test_tags=id:duplicates,points:1
@test "a number that comes again is duplicated, and received once" {
  likely wrong-bytes 'remember which numbers came: a second copy counts as duplicated, and as nothing else: README, "Late, or twice"'
  start server
  numbers 1 2 2 3 1 3 3 4
  report 5 4 0 4
  peer connect "${WORDS[@]}" "${REPORT[@]}"
}

# bats test_tags=id:reordering,points:1
@test "a number that comes late was not lost, and counts as reordered" {
  likely wrong-bytes 'a number that comes for the first time after a higher one is reordered; it is not lost any more: README, "Late, or twice"'
  start server
  numbers 11 15 12 14 16 10 18
  report 19 7 2 0 3
  peer connect "${WORDS[@]}" "${REPORT[@]}"
}

# bats test_tags=id:wrap,points:1
@test "0 follows 65535" {
  likely wrong-bytes '0 after 65535 is one step forward, and 65535 after 0 is one step back: README, "Numbers that wrap"'
  start server
  numbers 65533 65535 1 0 3
  report 4 5 2 0 1
  peer connect "${WORDS[@]}" "${REPORT[@]}"
}

# bats test_tags=id:next-cycle,points:1
@test "a number that comes again 65536 later is a new one" {
  likely wrong-bytes 'after a whole cycle the same 16 bits are a new number: when you go forward, forget the flags of the cycle before: README, "Numbers that wrap"'
  start server
  numbers 5 30000 60000 5 30000
  report 30001 5 95527
  peer connect "${WORDS[@]}" "${REPORT[@]}"
}

# bats test_tags=id:foreign,points:1
@test "datagrams from other addresses are foreign, whatever they contain, and get no answer" {
  likely refused 'a connected socket receives from one peer only, and the kernel refuses all others: do not connect it: README, "Anybody may send"'
  likely hung 'a stranger must not become the sender: README, "Anybody may send"'
  likely wrong-bytes 'an address is an IP address and a port; compare both with those of the first numbered datagram: README, "Anybody may send"'
  start server
  local first
  report 2 1 0
  first=("${REPORT[@]}")
  report 3 2 0 0 0 3
  peer connect send 'N#\0\x01' "${first[@]}" as B connect send 'N#\0\x02' send 'R?\0\x09' send 'hello' \
    as A send 'N#\0\x02' "${REPORT[@]}" as B silence
}

# bats test_tags=id:garbage,points:1
@test "what has neither form is garbage: empty, short, unknown, or before the first number" {
  likely hung 'recvfrom returns 0 for an empty datagram: that is not an end: README, "Anybody may send"'
  likely wrong-bytes 'look at the length before the bytes; after the number any bytes may follow; before the first number everything is garbage: README, "Anybody may send"'
  start server
  local long
  printf -v long '%3000s' ''
  report 4 3 0 0 0 0 10
  peer as B connect send 'R?\0\x01' send 'hello' as A connect send '' send 'N#\0\x01' send '' \
    send 'N' send 'N#\0' send "N#\0\x02$long" send 'n#\0\x09' send 'R?\0' send 'N#\0\x03 and more' \
    send 'R?\0\0 please' send 'XY\0\x09' "${REPORT[@]}" "${REPORT[@]}"
  still_serving
}
