#!/usr/bin/env bats
# The checks of lab 02's exercise, the gap report: ten points. scripts/grader/check.bash defines the words.
# shellcheck disable=SC2030,SC2031  # each test sets its own
load ../../../scripts/grader/check.bash
# shellcheck disable=SC2034  # check.bash reads it
PROTOCOL=udp

# In each test the sender has the address $SENDER, and does what has been noted in ACTIONS. The numbers
# 0, 1, 2 ... stand for BASE, BASE + 1, BASE + 2 ..., which go on with 0 after 65535.
SENDER=127.0.0.1:30002 BASE=0
ACTIONS=() STRANGERS=() ASKED=''

# begin [MIN MAX] - starts the server, and draws the BASE, so far from 0 and 65535 that small numbers do not wrap.
# Its low byte is from MIN to MAX, or so low that it stays below 128.
begin() {
  local high low
  start server
  draw high 20 60
  draw low "${1-10}" "${2-60}"
  BASE=$((high * 256 + low))
}

# bytes NUMBER - sets BYTES to the two bytes of the number, in the form that peer wants.
bytes() {
  local number=$((BASE + $1))
  printf -v BYTES '\\x%02x\\x%02x' $((number >> 8 & 255)) $((number & 255))
}

# sends NUMBER... - notes that the sender sends these numbers, each in a datagram.
sends() {
  local number
  for number in "$@"; do bytes "$number" && ACTIONS+=(send "N#$BYTES"); done
}

# asks NEXT [RECEIVED [LOST [DUPLICATED [REORDERED [FOREIGN [GARBAGE [whole]]]]]]]
# Does all that is noted. Then the sender asks, and must get a report with these counts, and the strangers
# nothing. Where # stands any number will do, and so it will for the counts that are missing: each test looks
# only at those that it is about. With `whole` nothing else may be in the report. It is for one test what becomes
# of a question that comes again; so in the others there is a different one between the two.
asks() {
  local text='' name next=$1
  shift
  [[ $next != "$ASKED" ]] || { bytes $((next - 1)) && ACTIONS+=(send "R?$BYTES" match ''); }
  ASKED=$next
  for name in received lost duplicated reordered foreign garbage; do
    (($# > 0)) || break
    text+="${text:+ }$name $1"
    shift
  done
  bytes "$next"
  ACTIONS+=(send "R?$BYTES" match "$text")
  [[ ${1-} != whole ]] || ACTIONS[-2]=expect ACTIONS[-1]+='\n'
  for name in "${STRANGERS[@]}"; do ACTIONS+=(as "$name" silence); done
  local actions=("${ACTIONS[@]}")
  ACTIONS=() STRANGERS=()
  peer from "$SENDER" connect "${actions[@]}"
}

# says TEXT... - notes that the sender sends each TEXT in a datagram.
says() {
  local text
  for text in "$@"; do ACTIONS+=(send "$text"); done
}

# stranger NAME ADDRESS TEXT... - notes that another client, at that address, does so.
stranger() {
  ACTIONS+=(as "$1" from "$2" connect)
  says "${@:3}"
  ACTIONS+=(as A)
  STRANGERS+=("$1")
}

# bats test_tags=id:address,points:1
@test "is bound to 127.0.0.1 and the port of -p, or 5002, nowhere else" {
  likely no-bind 'make a datagram socket, and bind it to 127.0.0.1: htonl for the address, htons for the port: README, "A socket without connections"'
  likely wrong-address 'INADDR_ANY opens the server to every network of the machine: README, "A socket without connections"'
  start server
  nowhere_else
  stop server
  PORT=65535
  likely no-bind 'a port is a number of 16 bits without a sign, 65535 at most: README, "Exercise"'
  likely elsewhere 'a port is a number of 16 bits without a sign, 65535 at most: README, "Exercise"'
  start server
  nowhere_else
  stop server
  likely no-bind 'without -p the port is 5002: README, "Exercise"'
  likely elsewhere 'without -p the port is 5002: README, "Exercise"'
  # shellcheck disable=SC2034  # check.bash reads it
  PORT=5002 PLAIN=yes
  start server
  nowhere_else
}

# bats test_tags=id:no-loss,points:1
@test "ten numbers in a row: ten received, and the same answer to each question" {
  likely hung 'answer the question R? with sendto, to the address that recvfrom returned: README, "A socket without connections"'
  likely wrong-bytes 'the answer is one line like that under "Exercise", in one datagram; and a number comes in network byte order: README, "Exercise"'
  begin 121 125
  sends 0
  asks 1 1 0 0 0 0 0 whole
  likely hung 'answer each question, also one that comes again: README, "Numbers tell what is missing"'
  likely exited 'an answer is not the end: README, "Exercise"'
  likely wrong-bytes 'a question changes no count: README, "Exercise"'
  sends 1 2
  asks 3 3 0 0 0 0 0 whole
  ASKED=''
  asks 3 3 0 0 0 0 0 whole
  likely wrong-bytes 'the bytes of a number are unsigned: the low byte is 128 or more now: README, "Exercise"'
  sends 3 4 5 6 7 8 9
  asks 10 10 0 0 0 0 0 whole
  # Another test is about a question that comes late.
  likely wrong-bytes 'the same question again is asked about this moment: count anew: README, "Exercise"'
  sends 10 11
  if aside asks 11 12 0; then
    sends 12 13
    ASKED=''
    asks 11 14 0 0 0 0 0 whole
  fi
  # A program that a stop disturbs has another mistake.
  bytes 14
  if aside peer from "$SENDER" connect freeze send "R?$BYTES" thaw match received; then
    likely hung 'several questions may be there at once, and each gets an answer of its own: README, "Exercise"'
    local waiting questions=() answers=()
    draw waiting 3 9
    while ((waiting-- > 0)); do
      questions+=(send "R?$BYTES")
      answers+=(match received)
    done
    peer from "$SENDER" connect freeze "${questions[@]}" thaw "${answers[@]}"
  fi
}

# bats test_tags=id:loss,points:1
@test "all numbers that are skipped are lost" {
  local gap
  draw gap 1 9 && gap=$((gap * 256 + 8))
  begin
  sends 0 1
  asks 2 2 0
  likely wrong-bytes 'numbers that are skipped are lost: README, "Numbers tell what is missing"'
  sends 3
  asks 4 3 1
  likely wrong-bytes 'a gap may be wider than one: lost is all numbers from the lowest to the highest, minus those that came: README, "Numbers tell what is missing"'
  sends 7 8
  asks 9 5 4
  sends $((8 + gap)) $((10 + gap))
  asks $((11 + gap)) 7 $((4 + gap))
}

# bats test_tags=id:lost-at-the-end,points:1
@test "numbers that are missing at the end are lost, too, and a question changes nothing" {
  local many
  draw many 5 12
  begin
  sends 0 1 2
  asks 3 3 0
  likely wrong-bytes 'no later number shows the last losses: only the question does, because it says which number would be next: README, "Numbers tell what is missing"'
  asks $((3 + many)) 3 "$many"
  likely wrong-bytes 'a question changes no count: the numbers before "next" may still come, in their order: README, "Exercise"'
  sends 3 5
  asks 6 5 1 0 0 0 0
  likely wrong-bytes 'a question may be late: count up to the highest number, if "next" is not beyond it: README, "Numbers tell what is missing"'
  asks 5 5 1
  asks 4 5 1
  asks -5000 5 1
  likely wrong-bytes '"next" may be 32,767 steps behind: README, "Exercise"'
  asks -32762 5 1
  # Another test is about copies.
  sends 0 1
  aside asks 6 5 || return 0
  likely wrong-bytes '"next" may be 32,767 steps ahead: README, "Exercise"'
  asks 32772 5 32767
  likely wrong-bytes 'a question changes no count, later ones either: what came may still come twice: README, "Exercise"'
  sends 0 1
  asks 6 5
}

# bats test_tags=id:duplicates,points:1
@test "a number that comes again is duplicated, and received once" {
  begin
  sends 0 1 2
  asks 3 3 0
  likely wrong-bytes 'remember which numbers came: each other copy counts as duplicated, and as nothing else: README, "Late, or twice"'
  sends 2 2 0 2 3 1 0
  asks 4 4 0 6 0
}

# bats test_tags=id:reordering,points:1
@test "a number that comes late was not lost, and counts as reordered" {
  local far gaps
  draw far 17 40 && far=$((far * 256 + 6))
  begin
  sends 0 3
  asks 4 2 2
  likely wrong-bytes 'a number that comes for the first time after a higher one is reordered; it is not lost any more: README, "Late, or twice"'
  sends 2 1
  asks 4 4 0 '#' 2
  likely wrong-bytes 'compare each number with the highest so far, not with the last one: README, "Late, or twice"'
  sends 7 4 5 6
  asks 8 8 0 '#' 5
  likely wrong-bytes 'a number below the lowest may come late, too, and what is between the two is lost: README, "Numbers tell what is missing"'
  sends -1 -5
  asks 8 10 3
  likely wrong-bytes 'remember the late numbers, too: a copy of one is not received again: README, "Late, or twice"'
  sends -5 4
  asks 8 10 3
  likely wrong-bytes 'remember all numbers, not only those near to the highest: README, "Late, or twice"'
  sends "$far" 9 2 9
  asks $((far + 1)) 12 $((far - 6))
  # Another test is about a low byte of 128 or more.
  sends $((far + 150))
  aside asks $((far + 151)) 13 $((far + 143)) || return 0
  likely wrong-bytes 'there may be any number of gaps, and what is missing in any of them may still come: README, "Late, or twice"'
  mapfile -t gaps < <(seq $((far + 152)) 2 $((far + 2350)))
  sends "${gaps[@]}" $((far + 153))
  asks $((far + 2351)) 1114
}

# bats test_tags=id:wrap,points:1
@test "0 follows 65535" {
  local back
  draw back 6 9
  start server
  sends -"$back" -3 -4 -3 -4 -"$back"
  asks -2 3 $((back - 5)) '#' 1
  likely wrong-bytes '0 after 65535 is one step forward, and 65534 after 0 is two steps back: README, "Numbers that wrap"'
  sends -1 0 -2 2
  asks 3 7 $((back - 4)) '#' 2
  likely wrong-bytes 'when 0 has come, a number below 65536 may still come twice: README, "Numbers that wrap"'
  sends -1 0 2
  asks 3 7 $((back - 4))
  stop server
  start server
  sends 5 3
  aside asks 7 2 2 || return 0 # another test is about what is missing below the first number
  likely wrong-bytes '0 is a number like any other, and 65535 may come after it: README, "Numbers that wrap"'
  sends 0 -1
  asks 7 4 4 '#' 3
  likely wrong-bytes 'from 65535 to 0 it is one step forward, also for the number in a question: README, "Numbers that wrap"'
  sends 32000 64000 65533
  asks 65538 7 65532
}

# bats test_tags=id:next-cycle,points:1,long
@test "a number that comes again 65536 later is a new one" {
  local first
  begin
  sends 0 32700 31000 0 31000 32700 65400
  asks 65401 4 65397
  likely wrong-bytes 'after a whole cycle the same 16 bits are a new number: when you go forward, forget the flags of the cycle before: README, "Numbers that wrap"'
  sends 65536 98236 96536
  asks 98237 7 98230
  likely wrong-bytes 'forget only what lies a whole cycle back: a number may come late, or twice, up to 32,767 steps behind the highest: README, "Numbers that wrap"'
  sends 65536 65469
  asks 98237 8 98229
  likely wrong-bytes 'a number may be 32,767 steps ahead of the highest: README, "Numbers that wrap"'
  sends 131003
  asks 131004 9 130995
  # Late ones, then each number of a whole cycle, then counts that make a long line.
  likely wrong-bytes ''
  printf -v first '\\i%04x' $((BASE + 130000 & 65535))
  peer from "$SENDER" connect times 111 send "N#$first"
  asks 131004 120 130884 '#' 114
  printf -v first '\\i%04x' $((BASE + 131004 & 65535))
  peer from "$SENDER" connect times 66000 send "N#$first"
  asks 197004 66120 130884
  bytes 197003
  peer from "$SENDER" connect times 12000 send "N#$BYTES"
  peer from "$SENDER" connect times 12000 send 'what is this?'
  asks 197004 66120 130884 12004 114 0 12000
  stop server
  BASE=0
  start server
  likely wrong-bytes 'after a whole cycle the same 16 bits are a new number, 65535 too: README, "Numbers that wrap"'
  sends -1 0 32000 64000 65533 65535
  asks 65536 6 65531
}

# unclaimed BEFORE - prints how many datagrams have found no socket; true if that is more than BEFORE.
unclaimed() {
  awk -v before="$1" '/^Udp: [0-9]/ {print $3; exit $3 <= before}' /proc/net/snmp
}

# silent_sender - a sender is silent for a while, and then a stranger comes.
silent_sender() {
  local late
  draw late 2050 2250
  SENDER=127.0.0.1:30004
  PORT=$((PORT + 20)) # that a program has more than its port is told elsewhere
  begin
  sends 0
  asks 1 1
  bytes 1
  likely hung 'the sender stays the sender, however long it is silent: README, "Exercise"'
  likely wrong-bytes "${LIKELY[hung]}"
  ACTIONS+=(pause "$late")
  stranger B 127.0.0.1:30005 "N#$BYTES"
  asks 2 1
}

# bats test_tags=id:foreign,points:1,long
@test "datagrams from other addresses are foreign, whatever they contain, and get no answer" {
  local long before
  printf -v long '%65505s' ''
  beside silent_sender
  likely refused 'a connected socket receives from one peer only, and the kernel refuses all others: do not connect it: README, "Anybody may send"'
  begin
  sends 0
  asks 1 1
  asks 1 1
  bytes 1
  likely hung 'a stranger must not become the sender: README, "Anybody may send"'
  likely wrong-bytes 'an address is an IP address and a port: this stranger has another port: README, "Anybody may send"'
  stranger B 127.0.0.1:30003 "N#$BYTES" "N#$BYTES"
  asks 1 1
  likely wrong-bytes 'an address is an IP address and a port: this stranger has another IP address: README, "Anybody may send"'
  stranger C 127.0.0.2:30002 "N#$BYTES"
  asks 1 1
  likely wrong-bytes 'look at the address first: from a stranger, everything is foreign and nothing else, and gets no answer: README, "Exercise"'
  asks 1 1 0 0 0 3
  stranger B 127.0.0.1:30003 "R?$BYTES" 'hello' '' 'N' "R?$long" "N#$long" "N#$BYTES"
  sends 1
  asks 2 2 0 0 0 10 0
  # The sender asks, and has closed its socket when the answer comes.
  likely hung ''
  likely wrong-bytes ''
  likely exited 'the sender may be gone when its answer comes, and come back: README, "What send does not say"'
  before=$(unclaimed 0 || true)
  peer from "$SENDER" connect freeze send "R?$BYTES" close thaw
  wait_until unclaimed "$before" || true
  sends 2
  asks 3 3 '#' '#' '#' 10
  all_beside
}

# bats test_tags=id:garbage,points:1
@test "what has neither form is garbage: empty, short, unknown, or before the first number" {
  local word long pad
  draw_word word 6 && draw pad 1500 4500
  printf -v long '%65503s' ''
  begin
  bytes 0
  likely hung 'only a numbered datagram makes its address that of the sender: README, "Exercise"'
  likely wrong-bytes 'before the first numbered datagram everything is garbage, whatever it is and wherever it comes from: README, "Exercise"'
  stranger B 127.0.0.1:30003 "R?$BYTES" "$word" 'N' "N#${BYTES:4}"
  says "R?$BYTES" "$word"
  sends 0
  asks 1 1 '#' '#' '#' 0 6
  likely hung ''
  likely wrong-bytes ''
  asks 1 1
  likely exited 'an empty datagram is not an end: README, "A socket without connections"'
  likely wrong-bytes 'an empty datagram is garbage, like all that has neither form: README, "Exercise"'
  says ''
  asks 1 1 '#' '#' '#' 0 7
  likely exited ''
  likely wrong-bytes 'look at the length before the bytes: README, "Anybody may send"'
  says 'N' 'N#' "N#${BYTES:4}" 'R' 'R?' "R?${BYTES:4}" ''
  asks 1 1 '#' '#' '#' 0 14
  likely wrong-bytes 'a question has exactly four bytes: README, "Exercise"'
  says "R?$BYTES!" "R?$BYTES${long:0:256}" "R?$BYTES${long:0:pad}"
  asks 1 1 '#' '#' '#' 0 17
  likely wrong-bytes 'look at both letters of a form: README, "Exercise"'
  says "n#$BYTES" "r?$BYTES" "N?$BYTES" "R#$BYTES" "NN$BYTES" "?R$BYTES" "$word" "\\0#$BYTES" " N#$BYTES" " R?$BYTES"
  asks 1 1 '#' '#' '#' 0 27
  likely wrong-bytes 'after the number any bytes may follow: README, "Exercise"'
  bytes 1 && says "N#$BYTES$word"
  bytes 2 && says "N#$BYTES${long:0:pad}"
  bytes 3 && says "N#$BYTES$long"
  asks 4 4 '#' '#' '#' 0 27
}
