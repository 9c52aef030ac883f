#!/usr/bin/env bats
# The checks of lab 13's exercise, the bank: ten points. scripts/grader/check.bash has the words.
# needs: nft
# tools: nft
# shellcheck disable=SC2030,SC2031,SC2034,SC2154  # draw sets variables by name; check.bash reads PROTOCOL and PORT
load ../../../scripts/grader/check.bash
load ../../../scripts/grader/program.bash
PROTOCOL=udp
LAB=$BATS_TEST_DIRNAME/..
TOO_MUCH='only what has just the form of a deposit or a question gets an answer: README, "Exercise"'

# opens - starts the bank with a journal in a folder of this test's own. Draws names: ana and eve; bea, whose 16 letters
# begin with ana's; and cid, a single letter.
opens() {
  local journal
  draw_word journal 8
  draw_word ana 3 && draw_word bea 16 && draw_word cid 1 && draw_word eve 5
  bea=${ana}${bea:3}
  [[ ${ana::1} != "$cid" ]] || cid=${ana:1:1}
  [[ ${ana::1} != "${eve::1}" ]] || eve=${eve:1}${eve::1}
  FOLDER=/run/tmp/$BATS_TEST_NUMBER JOURNAL=/run/tmp/$BATS_TEST_NUMBER/$journal.log
  mkdir "$FOLDER"
  [[ -z ${WATCHED-} ]] || FAULTS=journal=$JOURNAL
  start server -j "$JOURNAL"
}

# bank - the same, and sees that it does its work at all: it makes the deposit FIRST. What goes wrong later is the
# test's own subject.
bank() {
  local amount
  draw amount 100 900
  opens
  FIRST=("deposit ${eve}xy 0 $amount" "done ${eve}xy 0 $amount")
  likely any 'answer a deposit by "done", name, id and the balance after it, in one datagram to the client that asked: README, "Exercise"'
  asks "${FIRST[@]}"
  LIKELY=()
}

# restarted - kills the bank (SIGKILL), and starts it again with the same journal.
restarted() {
  killed
  start server -j "$JOURNAL"
}

killed() {
  interrupt server KILL
  finish server
  told "killed the bank (SIGKILL)" "done"
}

# asks REQUEST ANSWER [REQUEST ANSWER]... - a client asks, and must get these answers and nothing else.
asks() {
  local actions=()
  while (($#)); do
    actions+=(send "$1" expect "$2")
    shift 2
  done
  peer connect "${actions[@]}" silence
}

# ignores REQUEST... - a client sends these, and none gets an answer; then the bank still answers a question, about
# the name of FIRST, which was in none of them: an answer to one of them would come before that.
ignores() {
  local text actions=()
  for text in "$@"; do actions+=(send "$text"); done
  peer connect "${actions[@]}" send "balance ${eve}xy" match "balance ${eve}xy " silence
}

# bats test_tags=id:address,points:1
@test "is bound to 127.0.0.1 and the port of -p, nowhere else" {
  likely no-bind 'make a datagram socket, and bind it to 127.0.0.1 and the port of -p: README, "Exercise"'
  likely wrong-address 'INADDR_ANY opens the bank to every network of the machine: README, "Exercise"'
  opens
  nowhere_else
  killed
  PORT=65535
  likely no-bind 'a port is a number of 16 bits without a sign, 65535 at most: README, "Exercise"'
  likely elsewhere 'a port is a number of 16 bits without a sign, 65535 at most: README, "Exercise"'
  start server -j "$JOURNAL"
  nowhere_else
  killed
  likely no-bind 'FILE may be a name without a folder: README, "Exercise"'
  likely elsewhere "${LIKELY["no-bind"]}"
  start server -j bank.log
  rm -f bank.log # if there is no sandbox, that is in our folder
}

# bats test_tags=id:deposits,points:1
@test "a deposit is added to its name, and answered with the new balance" {
  local amount id crowd name names=() place next
  draw amount 100 900
  draw id 5000 60000
  draw crowd 260 290
  bank
  asks "deposit $ana $id $amount" "done $ana $id $amount"
  likely wrong-bytes 'a balance is the sum of all deposits of that name: README, "Exercise"'
  asks "deposit $ana $((id + 1)) 7" "done $ana $((id + 1)) $((amount + 7))"
  likely wrong-bytes 'each name has a balance of its own, and each letter of it counts, from 1 to 16: README, "Exercise"'
  likely hung "${LIKELY["wrong-bytes"]}"
  asks "deposit $bea $((id + 2)) 5" "done $bea $((id + 2)) 5" "deposit $cid $((id + 3)) 3" "done $cid $((id + 3)) 3" \
    "deposit ${bea::15} $((id + 4)) 4" "done ${bea::15} $((id + 4)) 4" "deposit $ana $((id + 5)) 1" "done $ana $((id + 5)) $((amount + 8))"
  asks "deposit $cid$eve $((id + 6)) 1" "done $cid$eve $((id + 6)) 1" "deposit $eve$cid $((id + 7)) 2" "done $eve$cid $((id + 7)) 2"
  # Each differs from bea's in one letter.
  for place in {0..15}; do
    next=abcdefghijklmnopqrstuvwxyza
    next=${next#*"${bea:place:1}"}
    name=${bea::place}${next::1}${bea:place+1}
    names+=("deposit $name $((id + 8 + place)) 1" "done $name $((id + 8 + place)) 1")
  done
  asks "${names[@]}"
  likely wrong-bytes 'an id may be smaller than the last one, 0 and 4294967295 too: README, "Exercise"'
  likely hung "${LIKELY["wrong-bytes"]}"
  asks "deposit $ana 2 1" "done $ana 2 $((amount + 9))" "deposit $ana 0 1" "done $ana 0 $((amount + 10))" \
    "deposit $ana 4294967295 1" "done $ana 4294967295 $((amount + 11))" "deposit $ana 3 1" "done $ana 3 $((amount + 12))"
  likely wrong-bytes 'an amount is from 1 to 1000000000, and a balance may need more than 32 bits: README, "Exercise"'
  likely hung "${LIKELY["wrong-bytes"]}"
  asks "deposit $cid 10 1000000000" "done $cid 10 1000000003" "deposit $cid 11 1000000000" "done $cid 11 2000000003" \
    "deposit $cid 12 1000000000" "done $cid 12 3000000003" "deposit $cid 13 1000000000" "done $cid 13 4000000003" \
    "deposit $cid 14 1000000000" "done $cid 14 5000000003"
  likely any 'answer a question by "balance", the name and its balance: README, "Exercise"'
  likely wrong-bytes "${LIKELY[any]}"
  likely hung "${LIKELY[any]}"
  asks "balance $ana" "balance $ana $((amount + 12))" "balance $bea" "balance $bea 5" "balance $cid" "balance $cid 5000000003"
  likely any 'the balance of a name that nobody has used is 0: README, "Exercise"'
  likely wrong-bytes "${LIKELY[any]}"
  likely hung "${LIKELY[any]}"
  asks "balance ${ana}q" "balance ${ana}q 0"
  likely any 'each name has a balance of its own, however many names there are: README, "Exercise"'
  likely wrong-bytes "${LIKELY[any]}"
  likely hung "${LIKELY[any]}"
  names=()
  for name in {a..z}{k..v}; do names+=("deposit q$name$eve $((++id)) 1" "done q$name$eve $id 1"); done
  asks "${names[@]::2*crowd}"
}

# bats test_tags=id:repeats,points:2
@test "a repeated deposit gets the same answer, and is not executed again" {
  local amount turns wide place deposits=()
  draw amount 100 900
  draw turns 4200 4300
  draw wide 0 4294967295
  for place in {1..40}; do # their distances are of all sizes
    wide=$(((wide + 2654435769) % (1 << 32)))
    deposits+=("deposit wide $wide 1" "done wide $wide $place")
  done
  bank
  likely any 'answer a repeated deposit, too: its answer may have been lost: README, "A lost answer"'
  likely wrong-bytes 'name and id say which deposit it is: execute it once, and give the same answer again: README, "Identify the request"'
  asks "deposit $ana 7 $amount" "done $ana 7 $amount" "deposit $ana 7 $amount" "done $ana 7 $amount" \
    "deposit $ana 7 $amount" "done $ana 7 $amount" "deposit $ana 0 1" "done $ana 0 $((amount + 1))" \
    "deposit $ana 0 1" "done $ana 0 $((amount + 1))"
  likely any ''
  likely wrong-bytes 'the same answer, with the balance that was in it, although others came in between: README, "Identify the request"'
  asks "deposit $ana 8 1" "done $ana 8 $((amount + 2))" "deposit $eve 9 1" "done $eve 9 1" \
    "deposit $ana 7 $amount" "done $ana 7 $amount"
  likely wrong-bytes 'the same id of another name is another deposit: README, "Identify the request"'
  asks "deposit $eve 7 $amount" "done $eve 7 $((amount + 1))" "deposit $cid 7 $amount" "done $cid 7 $amount"
  # That a name of 16 letters has an account at all is another test's subject.
  ! aside asks "deposit $bea 7 5" "done $bea 7 5" || asks "deposit $bea 77 4" "done $bea 77 9"
  asks "deposit $ana 77 1" "done $ana 77 $((amount + 3))"
  likely wrong-bytes 'the same deposit may come from another address or port; name and id count: README, "Identify the request"'
  peer from 127.0.0.1:30003 connect send "deposit $ana 7 $amount" expect "done $ana 7 $amount" \
    as B from 127.0.0.2:30004 connect send "deposit $eve 7 $amount" expect "done $eve 7 $((amount + 1))"
  likely wrong-bytes 'two different deposits may have the same address: README, "Identify the request"'
  peer from 127.0.0.1:30003 connect send "deposit $cid 8 5" expect "done $cid 8 $((amount + 5))"
  likely wrong-bytes 'ids are 32 bits, and all of them count: README, "Exercise"'
  likely hung "${LIKELY["wrong-bytes"]}"
  asks "deposit $eve $((7 + 65536)) $amount" "done $eve $((7 + 65536)) $((2 * amount + 1))" \
    "deposit $eve 4294967295 1" "done $eve 4294967295 $((2 * amount + 2))" "deposit $eve 2147483647 1" "done $eve 2147483647 $((2 * amount + 3))"
  likely wrong-bytes 'each id is found again, whatever others are there (the difference of two of them needs more than 32 bits): README, "Identify the request"'
  likely hung "${LIKELY["wrong-bytes"]}"
  asks "${deposits[@]}" "${deposits[@]}"
  likely wrong-bytes 'however many deposits came in between, none may be forgotten: README, "Exercise"'
  likely any 'however many deposits come, each is answered: README, "Exercise"'
  likely hung "${LIKELY[any]}"
  peer connect times "$turns" send "deposit many \\d 1" expect "done many \\d \\d"
  asks "deposit $ana 7 $amount" "done $ana 7 $amount" "balance $ana" "balance $ana $((amount + 3))" \
    "balance many" "balance many $turns"
  peer connect times "$turns" send "deposit many \\d 1" expect "done many \\d \\d"
  restarted
  likely wrong-bytes 'however long the journal is, all of it is read: README, "The journal"'
  asks "balance many" "balance many $turns" "deposit $ana 77 1" "done $ana 77 $((amount + 3))" "deposit many $turns 1" "done many $turns $turns"
  # That the answers are those of before is another test's subject.
  aside asks "deposit $ana 7 $amount" "done $ana 7 $amount" || return 0
  restarted
  likely wrong-bytes 'a bank that writes its journal anew keeps the order of the deposits: README, "The journal"'
  asks "deposit $ana 7 $amount" "done $ana 7 $amount" "deposit $eve 9 1" "done $eve 9 1"
}

# bats test_tags=id:refused,points:1
@test "an id with another amount is refused, and changes nothing" {
  local amount
  draw amount 100 900
  bank
  likely any 'the same name and id with another amount is a mistake of the client: refuse it, and name the deposit: README, "Exercise"'
  asks "deposit $ana 7 $amount" "done $ana 7 $amount" "deposit $ana 7 $((amount + 1))" "refused $ana 7" \
    "deposit $ana 7 $((amount - 1))" "refused $ana 7" "deposit $ana 7 $((amount + 65536))" "refused $ana 7"
  likely any 'what is refused changes nothing: README, "Exercise"'
  asks "deposit $ana 7 $amount" "done $ana 7 $amount" "balance $ana" "balance $ana $amount"
  restarted
  likely any 'the journal must say the amount: README, "The journal"'
  asks "deposit $ana 7 1" "refused $ana 7" "deposit $ana 7 $amount" "done $ana 7 $amount"
  likely wrong-bytes 'after a restart each balance is what it was; what was refused is not in the journal: README, "The journal"'
  asks "balance $ana" "balance $ana $amount"
}

# bats test_tags=id:others,points:1
@test "anything else gets no answer, and changes nothing" {
  local long
  printf -v long '%03000d' 0
  bank
  likely wrong-bytes "$TOO_MUCH"
  asks "deposit $ana 1 10" "done $ana 1 10"
  likely exited 'an empty datagram is not an end: README, "Exercise"'
  ignores ''
  likely exited ''
  ignores hello deposit balance 'deposit ' 'balance ' "deposit $ana" "deposit $ana 2" "deposit $ana 2 " "deposit  2 1"
  likely wrong-bytes 'an amount is from 1 to 1000000000: README, "Exercise"'
  ignores "deposit $ana 2 0" "deposit $ana 1 0" "deposit $ana 1 1000000001" "deposit $ana 3 1000000001" "deposit $ana 4 -1" "deposit $ana 5 4294967297" "deposit $ana 6 18446744073709551617"
  likely wrong-bytes 'an id is from 0 to 4294967295: README, "Exercise"'
  ignores "deposit $ana -1 1" "deposit $ana 4294967296 1" "deposit $ana 18446744073709551618 1"
  likely wrong-bytes 'a number has digits only, and no 0 before them: README, "Exercise"'
  ignores "deposit $ana +2 1" "deposit $ana 02 1" "deposit $ana 2 01" "deposit $ana 2 0x1" "deposit $ana 2 1.5" "deposit $ana 2x 1" "deposit $ana 2 +1" \
    "deposit $ana -0 1" "deposit $ana 00 1"
  likely wrong-bytes 'a name is 1 to 16 small letters: README, "Exercise"'
  ignores "deposit ${bea}a 2 1" "deposit ${ana^} 2 1" "deposit ${ana}1 2 1" "deposit ${ana}_ 2 1" "balance ${bea}a" "balance ${ana^^}" "balance ../$ana" \
    "balance $ana{" "balance $ana\`" "deposit $ana{ 2 1" "deposit $ana\` 2 1" "balance $ana\\xe4" "deposit $ana\\xe4 2 1"
  likely wrong-bytes 'nothing comes before, between or behind but one blank between two words: README, "Exercise"'
  ignores " deposit $ana 2 1" "deposit  $ana 2 1" "deposit $ana 2  1" "deposit $ana 2 1 " "deposit $ana 2 1 1" \
    "deposit $ana 2 1\\n" "deposit $ana 2 1\\0" "deposit $ana 2 1\\0x" "deposit $ana\\t2 1" "balance $ana " "balance $ana\\n" \
    "balance $ana\\0" "Deposit $ana 2 1" "deposits $ana 2 1" "deposit $ana 2 1 $long" "$long" "balance $ana 1" \
    "balance  $ana" "balance$ana" "balance\\t$ana" " balance $ana" "deposit $ana 2\\t1" "deposit\\t$ana 2 1" \
    "deposit $ana 2 1\\r\\n" "balance $ana\\r\\n" "deposit $bea 4294967295 1000000000x" "deposit $ana 2 1${long//0/ }"
  likely wrong-bytes 'what gets no answer changes nothing: README, "Exercise"'
  asks "balance $ana" "balance $ana 10" "deposit $ana 2 1" "done $ana 2 11"
  likely exited 'the client may be gone when its answer comes: README, "Exercise"'
  likely hung "${LIKELY[exited]}"
  peer connect freeze send "deposit $ana 3 1" close thaw
  peer connect send "deposit $ana 3 1" expect "done $ana 3 12"
  still_serving
  likely exited 'the network of the client may be gone, too, and then sendto fails: that is the end of one answer, not of the bank: README, "Exercise"'
  likely hung "${LIKELY[exited]}"
  ip address add 198.51.100.13/32 dev lo
  interrupt server STOP
  wait_until is_stopped "${PID[server]}" || true
  peer from 198.51.100.13:30005 connect send "balance $ana" close
  ip address del 198.51.100.13/32 dev lo
  interrupt server CONT
  told "stopped the bank until that address was no longer there" "done"
  asks "balance $ana" "balance $ana 12"
}

# teller NAME COUNT AMOUNT [OPTION...] - starts the teller, which asks again after 30 ms.
teller() {
  program_is_built teller
  spawn teller "$PROGRAM" -p "$PORT" -t 30 -r 300 -n "$2" -a "$3" "${@:4}" "$1" >"$BATS_TEST_TMPDIR/teller" 2>&1
}

ends_teller() {
  kill -KILL "${PID[teller]}" 2>/dev/null || true
  unset "PID[teller]"
}

# last_done - prints the last answer that the teller has got.
last_done() {
  grep -o 'done .*' "$BATS_TEST_TMPDIR/teller" | grep '^done [a-z]' | tail -n 1 || true
}

has_deposits() {
  (($(grep -c ': done ' "$BATS_TEST_TMPDIR/teller") >= $1)) || has_ended server || ! running "${PID[teller]}"
}

teller_is_done() {
  ! running "${PID[teller]}"
}

# bats test_tags=id:lossy,points:1,long
@test "over a wire that loses, with restarts in between, each deposit is executed once" {
  local amount words
  draw amount 10 90
  bank
  likely wrong-bytes 'what is repeated was executed already, before a restart, too: README, "The journal"'
  nft -f - <<RULES
table inet lossy {
  chain in {
    type filter hook input priority 0;
    udp sport $PORT numgen inc mod 3 == 2 counter drop
    udp dport $PORT numgen inc mod 4 == 3 counter drop
  }
}
RULES
  told "the wire loses every third answer and every fourth request" "done"
  teller "$ana" 40 "$amount"
  wait_until has_deposits 10 || true
  restarted
  wait_until has_deposits 25 || true
  restarted
  DEADLINE=$((${DEADLINE%.*} * 3 + 1)) wait_until teller_is_done || true
  nft delete table inet lossy
  words=$(tail -n 1 "$BATS_TEST_TMPDIR/teller")
  still_serving
  told "the lab's teller made 40 deposits, and asked again for each until an answer came" "${words#teller: }"
  [[ $words == *' 40 of 40 deposits done'* ]] || {
    ! running "${PID[teller]}" || in_vain
    fail_check hung "40 of 40 deposits done" "${words#teller: }"
  }
  asks "balance $ana" "balance $ana $((40 * amount))"
}

# noted - fails if the journal is empty or not there, or if an answer went out before the disk had its deposit.
noted() {
  local MARKS
  [[ -s $JOURNAL ]] || {
    told "looked at the journal, the file of -j" "$([[ -e $JOURNAL ]] && echo "it is empty" || echo "it is not there")"
    fail_check unsynced "the deposits in it" "nothing"
  }
  read_marks server
  likely unsynced 'write the deposit, fsync or fdatasync, and then answer: README, "The journal"'
  if [[ $MARKS == *D* ]]; then
    told "looked whether the journal was synced when an answer was sent" "no"
    fail_check unsynced "fsync, then the answer" "an answer for a deposit that a power cut may take"
  fi
  if [[ $MARKS == *F* ]]; then
    likely unsynced 'a new journal is a new entry of its folder, and that needs an fsync, too: README, "The journal"'
    told "looked whether the folder of the new journal was synced when an answer was sent" "no"
    fail_check unsynced "an fsync of the folder before the first answer" "an answer for a deposit whose whole journal a power cut may take"
  fi
}

# cannot_sync - starts the bank anew on a disk that is found to be full only when its data are synced.
cannot_sync() {
  local got MARKS
  killed
  FAULTS=sync_fails=1 launch server -j "$JOURNAL"
  wait_until up_or_gone || true
  teller "$ana" 1 10 -f 900 -t 250 -r 3
  wait_until full_or_gone || true
  ends_teller
  got=$(last_done)
  read_marks server
  # If no sync has failed, it writes to the disk in another way.
  [[ $MARKS == *Y* ]] || return 0
  told "fsync and its like fail with ENOSPC; the lab's teller made a deposit, and asked three times" "${got:-no answer}"
  [[ ! $got ]] || {
    likely unsynced 'a deposit whose fsync has failed is not on the disk: it gets no answer, and none when it comes again: README, "The journal"'
    fail_check unsynced "no answer" "$got"
  }
}

full_or_gone() {
  teller_is_done || { has_ended server && teller_rests; }
}

# fills - lets the teller fill a disk that has one page left. Sets LAST to the last answer.
fills() {
  killed
  told "left 4096 bytes free on the disk of the journal" "done"
  mount -t tmpfs -o size=8k none "$FOLDER"
  head -c 4096 /dev/zero >"$FOLDER/filler"
  JOURNAL=$FOLDER/full.log
  WATCHED='' FAULTS='' launch server -j "$JOURNAL"
  wait_until up_or_gone || true
  # It asks three times: what was not answered at first may not be answered from memory, either.
  teller "$ana" 900 10 -t 250 -r 3
  wait_until full_or_gone || true
  ends_teller
  LAST=$(last_done)
  told "the lab's teller made deposits of 10 until no answer came" "${LAST:-no answer}"
  rm "$FOLDER/filler"
}

# bats test_tags=id:synced,points:1
@test "a deposit is in the journal, and on the disk, before it is answered" {
  local deep journal turns id later='' refuses=yes
  local behind='what is appended behind half a record, which a full disk has left, is lost with it: cut that off first: README, "The journal"'
  draw turns 40 60
  draw_word deep 200
  draw_word journal 90
  WATCHED=yes bank
  noted
  peer connect times "$turns" send "deposit many \\d 1" expect "done many \\d \\d"
  asks "deposit $ana 1001 10" "done $ana 1001 10" "deposit $ana 1002 5" "done $ana 1002 15"
  noted
  # The repetition comes while the disk is still at work.
  killed
  FAULTS=$FAULTS,sync_waits=100 start server -j "$JOURNAL"
  peer connect send "deposit $ana 1004 7" send "deposit $ana 1004 7" expect "done $ana 1004 22" expect "done $ana 1004 22"
  noted
  # A refusal shows later that a deposit is known. One that refuses the wrong things loses points for that elsewhere.
  aside asks "deposit $eve 1003 3" "done $eve 1003 3" "deposit $eve 1003 4" "refused $eve 1003" "deposit $eve 1003 3" "done $eve 1003 3" || refuses=''
  cannot_sync
  # More than one mistake shows here: how it wrote on the full disk, what it read again, what it refuses. So none is named.
  likely any -
  likely wrong-bytes -
  fills
  FAULTS=''
  # A bank that has not ended may make deposits when there is room again.
  if running "${PID[server]}"; then
    teller "$ana" 1 10 -f 950 -t 250 -r 3
    wait_until full_or_gone || true
    ends_teller
    later=$(last_done)
    told "left room again; the lab's teller made a deposit" "${later:-no answer}"
  fi
  if [[ $LAST ]]; then
    id=${LAST#done * }
    id=${id% *}
    [[ ! $later ]] || likely no-bind "$behind"
    restarted
    asks ${refuses:+"deposit $ana $id 11" "refused $ana $id"} "deposit $ana $id 10" "$LAST"
    likely wrong-bytes "$behind"
    [[ ! $later ]] || asks ${refuses:+"deposit $ana 950 11" "refused $ana 950"} "deposit $ana 950 10" "$later"
  fi
  LIKELY=()
  likely unsynced 'the path of -j may be long: README, "Exercise"'
  killed
  mount -t tmpfs -o size=1m none "$FOLDER" # a bank may make room for its journal in advance
  mkdir "$FOLDER/$deep"
  JOURNAL=$FOLDER/$deep/$journal
  start server -j "$JOURNAL"
  asks "deposit $ana 1 10" "done $ana 1 10"
  [[ -s $JOURNAL ]] || {
    told "looked at the journal, whose path has ${#JOURNAL} bytes" "it is not there"
    fail_check unsynced "the deposit in it" "nothing"
  }
}

answered_or_gone() {
  grep -q ': done ' "$BATS_TEST_TMPDIR/teller" || has_ended server
}

teller_rests() {
  is_asleep "${PID[teller]}" || ! running "${PID[teller]}"
}

up_or_gone() {
  listening '*' "$PORT" || has_ended server
}

# bats test_tags=id:killed,points:1,long
@test "whenever the bank is killed, no answered deposit is lost, and none is executed twice" {
  local call sum=100 got many large=()
  draw many 110 140
  bank
  program_is_built teller
  asks "deposit $ana 0 100" "done $ana 0 100" "deposit $bea 4294967295 1000000000" "done $bea 4294967295 1000000000" \
    "deposit $cid 2147483648 3" "done $cid 2147483648 3" "deposit $cid 11 2" "done $cid 11 5"
  # If its balances have 32 bits before a restart, too, that is told elsewhere.
  ! aside peer connect times "$many" send "deposit $eve \\d 1000000000" expect "done $eve \\d \\d000000000" ||
    large=("deposit $eve $many 1000000000" "done $eve $many ${many}000000000" "balance $eve" "balance $eve ${many}000000000")
  restarted
  likely wrong-bytes 'the answer from before the restart, byte for byte: README, "The journal"'
  asks "deposit $ana 0 100" "done $ana 0 100" "balance $ana" "balance $ana 100" "balance $bea" "balance $bea 1000000000" \
    "deposit $bea 4294967295 1000000000" "done $bea 4294967295 1000000000" "deposit $cid 2147483648 3" "done $cid 2147483648 3" \
    "${large[@]}"
  likely wrong-bytes 'one that was answered is there after kill -9, and one that was executed is not executed again: README, "The journal"'
  # Killed before each call that changes a file, until a deposit is answered without.
  for ((call = 1; call <= 25; call++)); do
    killed
    FAULTS=kill_file=$call launch server -j "$JOURNAL"
    wait_until up_or_gone || true
    spawn teller "$PROGRAM" -p "$PORT" -t 60000 -r 1 -f "$call" -a "$call" "$ana" >"$BATS_TEST_TMPDIR/teller" 2>&1
    wait_until answered_or_gone || true
    # An answer that was sent before the bank died is in the teller's socket, and wakes it.
    wait_until teller_rests
    got=$(grep -o 'done .*' "$BATS_TEST_TMPDIR/teller" || true)
    ends_teller
    sum=$((sum + call))
    told "deposit $ana $call $call, killed before call $call that changes a file" "${got:-no answer}"
    restarted
    [[ -z $got ]] || asks "balance $ana" "balance $ana $sum"
    asks "deposit $ana $call $call" "done $ana $call $sum" "balance $ana" "balance $ana $sum" "deposit $ana 0 100" "done $ana 0 100"
    [[ -z $got ]] || break
  done
}

# bats test_tags=id:cut,points:1,long
@test "a journal whose last bytes are missing loses only the deposits that they belong to" {
  local cut call came sum size id=0
  draw size 2 9
  bank
  likely no-bind 'the end of a journal may be missing, which is no reason not to start: README, "The journal"'
  killed
  truncate -s -3 "$JOURNAL"
  told "cut the last 3 bytes off the journal" "done"
  start server -j "$JOURNAL"
  likely wrong-bytes 'a record without its end was not written: drop it: README, "The journal"'
  asks "${FIRST[@]}"
  asks "deposit $ana 0 7" "done $ana 0 7"
  likely no-bind 'what is appended behind half a record is lost with it: cut that off first: README, "The journal"'
  restarted
  likely wrong-bytes "${LIKELY["no-bind"]}"
  asks "balance $ana" "balance $ana 7"
  sum=7
  for cut in 1 2 3 5 1; do
    id=$((id + 10))
    asks "deposit $ana $id 1234567" "done $ana $id $((sum + 1234567))"
    killed
    truncate -s "-$cut" "$JOURNAL"
    told "cut the last $cut byte(s) off the journal" "done"
    likely wrong-bytes 'a record without its end was not written: drop it: README, "The journal"'
    start server -j "$JOURNAL"
    sum=$((sum + 1234567))
    asks "deposit $ana $id 1234567" "done $ana $id $sum" "balance $ana" "balance $ana $sum"
    likely wrong-bytes 'what is appended behind half a record is lost with it: cut that off first: README, "The journal"'
    likely no-bind "${LIKELY["wrong-bytes"]}"
    sum=$((sum + 1))
    asks "deposit $ana $((id + 1)) 1" "done $ana $((id + 1)) $sum"
    restarted
    asks "balance $ana" "balance $ana $sum" "deposit $ana $((id + 1)) 1" "done $ana $((id + 1)) $sum"
  done
  likely wrong-bytes 'a bank may be killed while it mends its journal: what was whole must be whole all the time: README, "The journal"'
  likely no-bind "${LIKELY["wrong-bytes"]}"
  likely hung "${LIKELY["wrong-bytes"]}"
  # Killed before each call that changes a file, until it starts without.
  for ((call = 1; call <= 10; call++)); do
    killed
    truncate -s -1 "$JOURNAL"
    FAULTS=kill_file=$call launch server -j "$JOURNAL"
    wait_until up_or_gone || true
    came=started
    ! has_ended server || came=killed
    told "cut the last byte off the journal, and killed the bank before call $call that changes a file" "it was $came"
    restarted
    asks "deposit $ana $((id + 1)) 1" "done $ana $((id + 1)) $sum" "balance $ana" "balance $ana $sum"
    [[ $came == killed ]] || break
  done
  likely no-bind 'so many of the last bytes may be missing that hardly any is left: README, "The journal"'
  likely wrong-bytes "${LIKELY["no-bind"]}"
  likely hung ''
  for size in "$size" 1; do
    killed
    truncate -s "$size" "$JOURNAL"
    told "left the first $size byte(s) of the journal" "done"
    start server -j "$JOURNAL"
    asks "deposit $ana 0 7" "done $ana 0 7"
  done
  restarted
  asks "deposit $ana 0 7" "done $ana 0 7" "balance $ana" "balance $ana 7"
}
