#!/usr/bin/env bats
# The checks of lab 10's exercise, happy eyeballs: ten points. scripts/grader/check.bash has the words.
#
# Each test has addresses of its own, and a name for them in /etc/hosts, which only this box sees. The firewall notes
# when the first SYN leaves for an address: the order of the attempts and the time between them are the kernel's.
# shellcheck disable=SC2034  # check.bash reads OUTPUT, PLAIN and APART
# needs: nft line ipv6
# tools: nft socat
load ../../../scripts/grader/check.bash

HOST=peer.lab
PLAIN=yes
APART=yes          # on stderr a program may say what it likes
EARLY=239 LATE=265 # milliseconds between two attempts: see each_waits
FAILS_LATE=2001:db8:10::9 GONE=2001:db8:dead::7 GONE4=198.51.100.1
LONG=fd00:10:1111:2222:3333:4444:5555:6666

setup_file() {
  local address
  : >"$BATS_FILE_TMPDIR/hosts"
  mount --bind "$BATS_FILE_TMPDIR/hosts" /etc/hosts
  # No server is asked for a name: that there is none is known at once.
  echo 'hosts: files' >"$BATS_FILE_TMPDIR/nsswitch.conf"
  [[ ! -e /etc/nsswitch.conf ]] || mount --bind "$BATS_FILE_TMPDIR/nsswitch.conf" /etc/nsswitch.conf
  for address in {1..20}; do
    echo "address replace 2001:db8::$address/128 dev lo nodad"
    echo "address replace 192.0.2.$address/32 dev lo"
  done | ip -batch -
  # A program that talks to LONG does so from another kind of address, and so getaddrinfo puts it behind IPv4 (RFC 6724,
  # section 6, rule 5).
  ip address replace "$LONG/128" dev lo nodad
  ip -6 route del local "$LONG" dev lo table local metric 0 2>/dev/null || true
  ip -6 route replace local "$LONG" dev lo table local src 2001:db8::1
}

# --- the addresses ---

# at ADDRESS - prints it as ss has it.
at() {
  if [[ $1 == *:* ]]; then echo "[$1]"; else echo "$1"; fi
}

# name ADDRESS... - from now on HOST has these addresses. LIST becomes the order in which getaddrinfo has them, SIX
# and FOUR those of a family. The firewall knows each by its number, so that one set can have both families, and be
# read at one moment; MET is the number of what only `answers` makes.
MET=ff
name() {
  local i elements=([4]='' [6]='')
  ADDRESSES=(none "$@")
  printf "%s $HOST\n" "$@" >/etc/hosts
  LIST=$(getent ahosts $HOST | awk '/STREAM/ { printf "%s%s", sep, $1; sep = " " }')
  mapfile -t SIX < <(tr ' ' '\n' <<<"$LIST" | grep :)
  mapfile -t FOUR < <(tr ' ' '\n' <<<"$LIST" | grep -v :)
  for ((i = 1; i <= $#; i++)); do
    if [[ ${!i} == *:* ]]; then elements[6]+="${!i} : $i, "; else elements[4]+="${!i} : $i, "; fi
  done
  nft -f - <<RULES
table inet watch
delete table inet watch
table inet watch {
  set first { type mark; flags dynamic,timeout; }
  map number6 { type ipv6_addr : mark; ${elements[6]:+elements = { ${elements[6]} \}} }
  map number4 { type ipv4_addr : mark; ${elements[4]:+elements = { ${elements[4]} \}} }
  set silent6 { type ipv6_addr; }
  set silent4 { type ipv4_addr; }
  chain out {
    type filter hook output priority 0;
    tcp dport $PORT tcp flags & (syn|ack) == syn counter
    tcp dport $PORT tcp flags & (syn|ack) == syn meta mark set ip6 daddr map @number6
    tcp dport $PORT tcp flags & (syn|ack) == syn meta mark set ip daddr map @number4
    tcp dport $PORT tcp flags & (syn|ack) == (syn|ack) meta mark set $((16#$MET))
    tcp dport $PORT meta mark != 0 add @first { meta mark timeout 1h }
  }
  chain in {
    type filter hook input priority 0;
    ip6 daddr @silent6 tcp dport $PORT tcp flags & (syn|ack) == syn drop
    ip daddr @silent4 tcp dport $PORT tcp flags & (syn|ack) == syn drop
  }
}
RULES
  # shellcheck disable=SC2086  # words
  told "gave $HOST the addresses $(brief $LIST)" "in this order"
}

# brief WORD... - prints them; of many, the first three and the last.
brief() {
  if (($# <= 10)); then echo "$*"; else echo "$1 $2 $3, $(($# - 4)) more, ${!#}"; fi
}

family() {
  if [[ $1 == *:* ]]; then echo 6; else echo 4; fi
}

# silent ADDRESS... - these do not answer: each SYN for them is dropped.
silent() {
  local address
  for address; do nft "add element inet watch silent$(family "$address") { $address }"; done
  told "let these not answer: $*" "done"
}

# refuses ADDRESS - this one, which has been silent, refuses the next SYN.
refuses() {
  nft "delete element inet watch silent$(family "$1") { $1 }"
  told "let $1 refuse from now on" "done"
}

# no_neighbour MS - makes an attempt for FAILS_LATE fail so much later than its start, with EHOSTUNREACH. That address is on a
# wire where nobody answers, and so much time the kernel gives the question who has it. (GONE has no route, so that
# connect fails at once, with ENETUNREACH; nor has GONE4. The check would not see a SYN for them: there is none.)
no_neighbour() {
  ip link show wire >/dev/null 2>&1 || ip link add wire type veth peer name far
  ip link set wire up
  ip link set far up
  ip address replace 2001:db8:10::1/64 dev wire nodad
  ip ntable change name ndisc_cache dev wire retrans "$1" mcast_probes 1
  told "let attempts for $FAILS_LATE fail after $1 ms, and those for $GONE at once" "done"
}

# serves ADDRESS TEXT - a server there, which sends TEXT (as for printf %b) and closes. holds ADDRESS - one that sends what the check
# writes to $HOLD, and leaves the connection open until hang_up; if it is killed, it resets the connection.
serves() {
  local file=$BATS_TEST_TMPDIR/text-${1//:/-} # socat takes a colon for its own
  printf '%b' "$2" >"$file"
  serve "$1" "OPEN:$file"
}

holds() {
  local fifo=$BATS_TEST_TMPDIR/fifo-${1//:/-}
  mkfifo "$fifo"
  serve "$1" "OPEN:$fifo,rdonly" "$fifo" linger=0
}

hang_up() {
  exec {HOLD}>&-
  told "closed the server's end" "done"
}

# serve ADDRESS FROM [FIFO OPTION] - starts it, opens our end of the FIFO, and waits until it listens.
serve() {
  local where=TCP4-LISTEN:$PORT,bind=$1
  [[ $1 != *:* ]] || where=TCP6-LISTEN:$PORT,bind=[$1],ipv6only=1
  spawn "server $1" socat -u "$2" "$where,reuseaddr${4+,$4}" >>"$BATS_TEST_TMPDIR/socat" 2>&1 </dev/null
  [[ -z ${3-} ]] || exec {HOLD}>"$3"
  wait_until listens_there "$1" || {
    echo "the server at $1 does not listen: $(cat "$BATS_TEST_TMPDIR/socat")" >&2
    return 1
  }
  told "started a server at $1" "done"
}

# going ADDRESS - prints where the attempt for it is from, if one is going on.
going() {
  ss -Htn state syn-sent "dst $(at "$1")" "dport = :$PORT" | awk 'NR == 1 { print $3 }'
}

# answers ADDRESS FROM [FIFO] - ADDRESS answers the attempt that has been silent so far, now and not when its next SYN
# comes, a second or more after the first. It connects to the port where the attempt is from: two SYNs that meet make
# one connection (RFC 9293, section 3.5), and the program's answer to that SYN is noted as MET. The program's own SYNs
# stay dropped: one that came a moment too early would be refused.
answers() {
  local from to=TCP4
  from=$(going "$1")
  if [[ -z $from ]]; then
    told "looked for the attempt for $1" "none is going on"
    ! has_ended eyeballs || over 0
    fail_check winner "an attempt for $1 that is still going on" "none$(last_words)"
  fi
  told "let $1 answer from now on" "done"
  [[ $1 != *:* ]] || to=TCP6
  spawn "server $1" socat -u "$2" "$to:$from,bind=$(at "$1"):$PORT,reuseaddr" >>"$BATS_TEST_TMPDIR/socat" 2>&1 </dev/null
  [[ -z ${3-} ]] || exec {HOLD}>"$3"
}

listens_there() {
  [[ -n $(ss -Htln "src $(at "$1")" "sport = :$PORT") ]]
}

# --- the program ---

# eyeballs - starts it, for HOST and PORT.
eyeballs() {
  OUTPUT=$(out eyeballs)
  launch eyeballs "${1-$HOST}" "$PORT"
  told "started ./eyeballs ${1-$HOST} $PORT" "done"
}

# over [STATUS] - waits for its end, which must have this status, if one is given.
over() {
  finish eyeballs
  ((STATUS <= 128)) || fail_by_signal $((STATUS - 128)) "an end of its own"
  told "waited for its end" "ended with status $STATUS"
  ((STATUS == ${1-STATUS})) || fail_check status "exit status $1" "exit status $STATUS$(last_words)"
}

last_words() {
  local words file
  for file in "$OUTPUT.err" "$OUTPUT"; do
    words=$(tail -c 300 "$file" | tr -d '\0' | tail -n 1)
    [[ -z $words ]] || break
  done
  [[ -z $words ]] || printf ', its last words: %s' "$words"
}

# prints_only ADDRESS TEXT [exactly] - it has printed that it is connected to ADDRESS, and TEXT, and nothing else.
# Only exactly makes the form of the first line count.
prints_only() {
  local first other
  first=$(sed -n 1p "$OUTPUT" | tr -d '\0')
  cp "$OUTPUT" "$OUTPUT.came"
  if [[ -n ${3-} || $first == connected* ]]; then
    sed -i 1d "$OUTPUT.came"
  elif [[ $first == 'eyeballs: '* || ! -s $OUTPUT && -s $OUTPUT.err ]]; then
    fail_check winner "connected $1" "${first:-nothing$(last_words)}"
  fi
  [[ -z ${3-} || $first == "connected $1" ]] || fail_check winner "connected $1" "${first:-nothing$(last_words)}"
  for other in "${ADDRESSES[@]}"; do
    [[ $first != "connected $other" || $other == "$1" ]] || fail_check winner "connected $1" "$first"
  done
  printf '%b' "$2" >"$OUTPUT.made"
  cmp -s "$OUTPUT.made" "$OUTPUT.came" ||
    fail_check text "then the $(wc -c <"$OUTPUT.made") bytes of the server, as they are" \
      "$(wc -c <"$OUTPUT.came") bytes: $(head -c 60 "$OUTPUT.came" | tr '\n\0' '  ')"
}

# attempts - sets TRIED to the addresses that there has been a SYN for, in order, GAPS to the milliseconds before each
# but the first, and LATER to how many of them came after the answer of `answers`. What nft lists is how long it will
# remember them.
attempts() {
  local lines number left last=''
  lines=$(nft list set inet watch first | tr ',{}' '\n' |
    sed -nE 's/^.*0x([0-9a-f]+) timeout 1h expires ([0-9hms]+).*$/\1 \2/p' | awk '{
      left = 0; rest = $2
      while (match(rest, /^[0-9]+[a-z]+/)) {
        part = substr(rest, 1, RLENGTH); rest = substr(rest, RLENGTH + 1)
        unit = part; sub(/[0-9]+/, "", unit)
        left += part * (unit == "h" ? 3600000 : unit == "m" ? 60000 : unit == "s" ? 1000 : 1)
      }
      print left, ($1 ~ /^0*'$MET'$/ ? 0 : $1) }' | sort -n) # so that it comes first in its tick
  TRIED='' GAPS='' LATER=''
  while read -r left number; do
    [[ -n $number ]] || continue
    if ((16#$number == 0)); then
      LATER=0
    else
      [[ -z $TRIED ]] || GAPS+="${GAPS:+ }$((left - last))"
      TRIED+="${TRIED:+ }${ADDRESSES[16#$number]}" last=$left
      [[ -z $LATER ]] || LATER=$((LATER + 1))
    fi
  done <<<"$lines"
  # shellcheck disable=SC2086  # words
  told "looked at the attempts" "$(brief ${TRIED:-none})${GAPS:+, $(brief $GAPS) ms between}"
}

# makes_attempts NUMBER - so many SYNs have left.
makes_attempts() {
  local count
  count=$(nft list table inet watch | sed -n 's/.*counter packets \([0-9]*\).*/\1/p')
  told "counted the SYNs" "$count"
  ((count == $1)) || fail_check order "$1 attempts, one for each address" "$count"
}

tried() {
  local i
  for i in "${!ADDRESSES[@]}"; do
    [[ ${ADDRESSES[i]} != "$1" ]] || break
  done
  [[ $(nft list set inet watch first) == *"$(printf '0x%08x timeout' "$i")"* ]]
}

# tries ADDRESS... - waits until there has been an attempt for each.
tries() {
  local address
  for address; do
    PAUSE=0.04 wait_until tried_or_over "$address" || true
    tried "$address" || {
      attempts
      fail_check order "an attempt for $address" "none${TRIED:+, only for $TRIED}$(last_words)"
    }
  done
}

tried_or_over() {
  tried "$1" || has_ended eyeballs
}

# in_order ADDRESS... - these have been tried, in this order, and no others.
in_order() {
  attempts
  [[ $TRIED == "$*" ]] || fail_check order "attempts for $*" "attempts for ${TRIED:-no address}"
}

# each_waits - there were 250 ms between attempts. The kernel notes each SYN as it comes, to a tick of its clock: at
# most 10 ms. A busy machine runs the program late, never early. So a gap that is too long is measured again, and has
# to fit once: a program that waits for 300 ms never waits for 250. A gap may be short, too, if the SYN before it was
# sent late; but not twice.
each_waits() {
  local round i gap least=() early=() fits worst
  for round in {1..6}; do
    ((round == 1)) || once_more
    read -ra gap <<<"$GAPS"
    fits=yes worst=0
    for i in "${!gap[@]}"; do
      ((gap[i] >= EARLY)) || early[i]=$((${early[i]-0} + 1))
      ((${early[i]-0} < 2)) || fail_check early "250 ms between two attempts" "${gap[i]} ms, and not for the first time"
      ((gap[i] < EARLY || gap[i] >= ${least[i]-9999})) || least[i]=${gap[i]}
      ((${least[i]-9999} <= LATE)) || fits=''
      ((${least[i]-0} <= worst)) || worst=${least[i]}
    done
    ((worst <= 900)) || break
    [[ -z $fits ]] || return 0
  done
  fail_check slow "250 ms between two attempts" "$worst ms, the least of $round times"
}

# once_more - runs the program again, for the same addresses, with all of them silent, and looks at the attempts.
once_more() {
  local story
  story=$(stat -c %s "$STORY")
  again
  silent "${ADDRESSES[@]:1}"
  eyeballs
  tries "${ADDRESSES[@]:1}"
  attempts
  truncate -s "$story" "$STORY"
  told "started it again, with all of them silent" "${GAPS:-no} ms between the attempts"
}

# sockets - prints how many sockets of a network the program has open, however many descriptors each has.
sockets() {
  find "/proc/${PID[eyeballs]}/fd" -lname 'socket:*' -printf '%l\n' 2>/dev/null | tr -dc '0-9\n' | sort -u |
    awk 'NR == FNR { unix[$7]; next } !($1 in unix) { count++ } END { print count + 0 }' /proc/net/unix - || true
}

one_socket() {
  (($(sockets) == 1)) || has_ended eyeballs
}

# only_one_socket - all that it has open is the winner's.
only_one_socket() {
  local count
  wait_until one_socket || true
  count=$(sockets)
  told "counted its open sockets" "$count"
  ((count <= 1)) || fail_check leak "one open socket, the winner's" "$count"
}

connected_there() {
  [[ -n $(ss -Htn state established "src $(at "$1")" "sport = :$PORT") ]] || has_ended eyeballs
}

refused_or_over() {
  [[ -z $(going "$1") ]] || has_ended eyeballs
}

received_or_over() {
  [[ $(ss -Htin state established "dst $(at "$1")" "dport = :$PORT") == *bytes_received:* ]] || has_ended eyeballs
}

prints_or_over() {
  [[ -s $OUTPUT ]] || has_ended eyeballs
}

# wins ADDRESS - waits until the program is connected to that address.
wins() {
  wait_until connected_there "$1" || true
  [[ -n $(ss -Htn state established "src $(at "$1")" "sport = :$PORT") ]] || {
    told "waited for a connection to $1" "none"
    fail_check winner "a connection to $1" "none$(last_words)"
  }
  told "waited for a connection to $1" "done"
}

# after_a_failure - what fails is over, whichever attempt it is and whatever the error, and the time of the next one
# counts from its own start. The first attempt fails when the second has been silent for 100 ms; the third is for an
# address that fails at once, and so is the fifth. So there are 250, 100 and 250 ms between the SYNs. That a program
# has another patience is the subject of other tests: if the first gap or the order is wrong, this says nothing. As in
# each_waits, a gap that is too long must fit once, and one that is too short must be so twice.
after_a_failure() {
  local round story gap right first=9999 second=9999 third=9999 short=0 kept=
  no_neighbour 350
  name 192.0.2.{1..3} "$FAILS_LATE" "$GONE" 2001:db8:dead::8
  [[ ${SIX[0]} == "$FAILS_LATE" ]] || {
    echo "getaddrinfo puts addresses first that have no route: $LIST" >&2
    return 1
  }
  right="$FAILS_LATE ${FOUR[*]}"
  for round in {1..6}; do
    story=$(stat -c %s "$STORY")
    ((round == 1)) || again
    silent "${FOUR[@]}"
    ((round == 1)) || truncate -s "$story" "$STORY"
    eyeballs
    wait_until tried_or_over "${FOUR[0]}" || true
    [[ -z $(going "$FAILS_LATE") ]] || kept=yes # what has been given up cannot fail; that is another test's subject
    PAUSE=0.04 wait_until tried_or_over "${FOUR[2]}" || true
    attempts
    read -ra gap <<<"$GAPS"
    [[ "$right " == "$TRIED "* ]] && ((${#gap[@]} > 0 && gap[0] >= EARLY)) || return 0
    ((gap[0] >= first)) || first=${gap[0]}
    ((first <= LATE)) || continue
    ((${#gap[@]} == 3)) || fail_check slow "attempts for $right" "attempts for $TRIED$(last_words)"
    ((gap[1] >= second)) || second=${gap[1]}
    if ((gap[2] < EARLY)); then
      short=$((short + 1))
      ((short < 2)) || fail_check early "250 ms between the last two attempts" "${gap[2]} ms, and not for the first time"
    elif ((gap[2] < third)); then
      third=${gap[2]}
    fi
    ((second > 180 || third > LATE)) || return 0
  done
  [[ -n $kept ]] && ((first <= LATE)) || return 0
  ((second <= 180)) || fail_check at-once \
    "when that for $FAILS_LATE fails, the next one: 100 ms after that for ${FOUR[0]}" "$second ms after it, the least of $round times"
  fail_check slow "250 ms between the last two attempts" "$third ms, the least of $round times"
}

# again - ends the program, and forgets its attempts.
again() {
  [[ -z ${PID[eyeballs]-} ]] || {
    interrupt eyeballs KILL
    finish eyeballs
  }
  name "${ADDRESSES[@]:1}"
}

likely_all() {
  likely order 'IPv6 first, then by turns while there are both, in the order of the list, each once: README, "Exercise"'
  likely early 'count from the start of the last attempt; what has not failed gets 250 ms: README, "Exercise"'
  likely slow 'the next attempt starts 250 ms after the last one, whatever the others do: README, "Exercise"'
  likely winner 'all attempts stay in the race until one has connected: README, "Exercise"'
  likely text 'after the line "connected ADDRESS" comes what the server sends, all of it, as it is: README, "Exercise"'
  likely status 'the exit status is 0 after the end of the stream, and 1 if no address could be reached: README, "Exercise"'
  likely hung 'the end of the stream ends the program, and so does the failure of the last attempt: README, "Exercise"'
  likely any 'what it must do is in the README, "Exercise"'
}

# bats test_tags=id:first,points:1
@test "IPv6 first, and if that answers, nothing else" {
  local word host
  likely_all
  likely winner 'an IPv6 address comes first, wherever the list has it; when it answers, the line is "connected", a blank and that address: README, "Exercise"'
  draw_word word 30
  name 192.0.2.1 "$LONG"
  serves "$LONG" "$word\n\n\0\377 $word\n"
  serves 192.0.2.1 wrong
  eyeballs
  over 0
  prints_only "$LONG" "$word\n\n\0\377 $word\n" exactly
  in_order "$LONG"
  # After a refusal an IPv4 address wins, and its server has nothing to say. Whether a program gets that far, and whose
  # address it says, is the subject of other tests.
  likely winner 'say the address that has won, an IPv4 one as well as an IPv6 one: README, "Exercise"'
  draw host 2 20
  name "192.0.2.$host" 2001:db8::1
  serves "192.0.2.$host" ''
  eyeballs
  over
  if ! listens_there "192.0.2.$host"; then
    ((STATUS == 0)) || fail_check status "exit status 0" "exit status $STATUS$(last_words)"
    [[ $(head -n 1 "$OUTPUT") == "connected 2001:db8::1" ]] || prints_only "192.0.2.$host" '' exactly
  fi
}

# bats test_tags=id:turns,points:2
@test "IPv6 and IPv4 by turns, in the list's order" {
  likely_all
  name 192.0.2.1 2001:db8::3 2001:db8::1 2001:db8::2
  silent 2001:db8::{1..3} 192.0.2.1
  eyeballs
  tries "${SIX[2]}"
  in_order "${SIX[0]}" 192.0.2.1 "${SIX[1]}" "${SIX[2]}"
  each_waits
  likely order 'when one family has no address left, go on with the other: README, "Exercise"'
  interrupt eyeballs KILL
  finish eyeballs
  name 192.0.2.{1..2}
  silent 192.0.2.{1..2}
  eyeballs
  tries "${FOUR[1]}"
  interrupt eyeballs KILL
  finish eyeballs
  name 192.0.2.{1..3} 2001:db8::1
  silent 192.0.2.{1..3} 2001:db8::1
  eyeballs
  tries "${FOUR[2]}"
  in_order 2001:db8::1 "${FOUR[@]}"
}

# bats test_tags=id:waits,points:2
@test "IPv6 is silent: IPv4 after 250 ms" {
  local text
  likely_all
  draw text 15000 20000
  text=$(seq "$text") # about 90,000 bytes
  name 192.0.2.1 2001:db8::1
  silent 2001:db8::1
  serves 192.0.2.1 "$text"
  eyeballs
  over
  prints_only 192.0.2.1 "$text"
  in_order 2001:db8::1 192.0.2.1
  each_waits
}

# bats test_tags=id:fails,points:1
@test "all refuse: an error" {
  local errors=(EHOSTUNREACH EACCES ENETUNREACH) which host last error going
  likely_all
  draw which 0 2
  draw host 7 200
  last=198.51.100.$host error=${errors[which]}
  likely status 'if the last attempt of all has failed: status 1, and a message with the name of the error: README, "Exercise"'
  likely words "${LIKELY[status]}"
  name 2001:db8::1
  eyeballs
  over 1
  names ECONNREFUSED
  name 2001:db8::1 "$last"
  case $error in
    EHOSTUNREACH) ip route add unreachable "$last" ;;
    EACCES) ip route add prohibit "$last" ;;
  esac
  told "let $last fail with $error" "done"
  eyeballs
  over 1
  names "$error"
  likely words 'of several errors, name the one that came last: README, "Exercise"'
  # What comes last is not the error of the last address, a refusal. Whether the first attempt is kept is another test's
  # subject.
  no_neighbour 900
  name "$FAILS_LATE" 192.0.2.1
  eyeballs
  wait_until tried_or_over 192.0.2.1 || true
  going=$(going "$FAILS_LATE")
  over 1
  [[ ! $going ]] || names EHOSTUNREACH
  likely status 'a stream that breaks off has not come to its end: look at what recv returns: README, "Exercise"'
  likely words "${LIKELY[status]}"
  likely winner -
  name 2001:db8::2
  holds 2001:db8::2
  eyeballs
  wins 2001:db8::2
  printf 'half' >&"$HOLD"
  wait_until received_or_over 2001:db8::2 || true
  told "sent 4 bytes" "done"
  kill -KILL "${PID["server 2001:db8::2"]}"
  told "reset the connection" "done"
  over 1
  names ECONNRESET
  [[ $(tr -d '\0' <"$OUTPUT") == *half* ]] ||
    fail_check text "then the 4 bytes that came before the reset" "$(head -c 60 "$OUTPUT" | tr '\n\0' '  ')"
  name 2001:db8::3
  holds 2001:db8::3
  eyeballs
  wins 2001:db8::3
  wait_until prints_or_over || true # a reset that comes before it has looked is a failure to connect
  kill -KILL "${PID["server 2001:db8::3"]}"
  told "reset the connection, without a byte" "done"
  over 1
  names ECONNRESET
}

# names ERROR - it has said the name of that error.
names() {
  grep -aqw "$1" "$OUTPUT" "$OUTPUT.err" ||
    fail_check words "a message that names $1" "$(tail -qc 200 "$OUTPUT" "$OUTPUT.err" | tr '\n\0' '  ')"
}

# bats test_tags=id:refused,points:1
@test "a refusal costs no time" {
  local sum=0 gap last all
  likely_all
  likely at-once 'an attempt that has failed is over: start the next one at once: README, "Exercise"'
  likely winner 'try all addresses, however many there are, until one has connected: README, "Exercise"'
  name 2001:db8::{1..20} 192.0.2.{1..20}
  last=${FOUR[19]}
  serves "$last" text
  eyeballs
  DEADLINE=4 PAUSE=0.04 wait_until tried_or_over "$last" || true # with 250 ms for each, it is at the 17th by then
  attempts
  for gap in $GAPS; do sum=$((sum + gap)); done
  read -ra all <<<"$TRIED"
  ((sum < 1500)) || fail_check at-once "forty attempts, one right after the other" "$sum ms for ${#all[@]} of them"
  over
  prints_only "$last" text
  [[ $TRIED == "${SIX[19]} "* ]] || makes_attempts 40 # that the list is not read backwards is another test's subject
  # Asked for IPv4 alone, glibc makes 127.0.0.1 of ::1.
  name 127.0.0.1 ::1
  eyeballs
  over
  makes_attempts 2
  name 2001:db8:dead::{1..16}
  eyeballs
  DEADLINE=1.5 wait_until has_ended eyeballs || {
    told "waited 1.5 s for its end" "still running"
    fail_check at-once "16 attempts, one right after the other: there is no route to these" "it still runs after 1.5 s"
  }
  over
  likely at-once 'watch every attempt: whichever fails, with whatever error, the next one starts at once: README, "Exercise"'
  likely early 'after a failure, too, the next attempt starts 250 ms after the last one has started: README, "Exercise"'
  likely slow "${LIKELY[early]}"
  after_a_failure
}

# bats test_tags=id:late,points:1,long
@test "an attempt without an answer has not failed, and may still win" {
  local word
  likely_all
  likely winner 'an attempt that is silent has not failed: keep it, also when another one fails, and when no address is left: README, "Exercise"'
  likely status "${LIKELY[winner]}"
  draw_word word 20
  name 192.0.2.{1..2} "$GONE4" 2001:db8::1
  silent "${SIX[@]}" 192.0.2.{1..2}
  eyeballs
  PAUSE=0.04 wait_until tried_or_over "${FOUR[1]}" || true
  # The last attempt, for GONE4, fails at once. Then, when no address is left, the second one fails, too: the kernel
  # repeats its SYN after a second. A program that gives up after a second has done so then, even if it counts from there.
  refuses "${FOUR[0]}"
  wait_until refused_or_over "${FOUR[0]}" || true
  pause 1.1
  printf '%s' "$word" >"$BATS_TEST_TMPDIR/late"
  answers "${SIX[0]}" "OPEN:$BATS_TEST_TMPDIR/late"
  wait_until prints_or_over || fail_check winner "connected ${SIX[0]}" "nothing"
  over
  prints_only "${SIX[0]}" "$word"
  likely winner 'when no address is left, wait for all attempts at the same time, not for one after the other: README, "Exercise"'
  name 192.0.2.{3..4} 2001:db8::2
  silent "${ADDRESSES[@]:1}"
  eyeballs
  PAUSE=0.04 wait_until tried_or_over "${FOUR[1]}" || true
  pause 0.3 # the last attempt has had its time, too
  # That it has not been tried is told elsewhere.
  [[ $(going "${FOUR[0]}") ]] || return 0
  answers "${FOUR[0]}" "OPEN:$BATS_TEST_TMPDIR/late"
  wait_until prints_or_over || true
  [[ -s $OUTPUT ]] || fail_check winner "connected ${FOUR[0]}" "nothing$(last_words)"
}

# bats test_tags=id:closes,points:1,long
@test "one has won: the others are closed, and the stream is read to its end" {
  local winner tried
  likely_all
  likely leak 'close all other attempts as soon as one has connected: README, "Exercise"'
  likely order 'when one has connected, the race is over: README, "Exercise"'
  name 192.0.2.{1..4} 2001:db8::{1..4}
  silent "${FOUR[@]:1}" "${SIX[@]}"
  eyeballs
  # So there is a loser before the winner, one that has failed, and a loser after it.
  PAUSE=0.04 wait_until tried_or_over "${FOUR[1]}" || true
  if has_ended eyeballs; then # that a refusal is not the end is another test's subject
    again
    silent "${FOUR[@]}" "${SIX[@]}"
    eyeballs
    PAUSE=0.04 wait_until tried_or_over "${FOUR[1]}" || true
  fi
  for winner in "${SIX[1]}" "${FOUR[1]}" "${SIX[0]}"; do # that all are kept is another test's subject, too
    [[ -z $(going "$winner") ]] || break
  done
  mkfifo "$BATS_TEST_TMPDIR/fifo"
  answers "$winner" "OPEN:$BATS_TEST_TMPDIR/fifo,rdonly" "$BATS_TEST_TMPDIR/fifo"
  wins "$winner"
  only_one_socket
  attempts
  # One may have been due at just that moment, before the program could look.
  ((LATER <= 1)) || fail_check order "no attempt after the answer of $winner" "$LATER attempts"
  tried=$TRIED
  no_others
  printf 1 >&"$HOLD"
  pause 1.1 # a server may be silent for longer than an attempt may be
  ! has_ended eyeballs || { over && fail_check text "it waits for the rest of the stream" "it has ended"; }
  attempts
  [[ $TRIED == "$tried" ]] || fail_check order "no more attempts" "attempts for $TRIED"
  printf 'two' >&"$HOLD"
  hang_up
  over
  prints_only "$winner" 1two
  # Here connect itself fails, and then the next one wins, before it has to wait for anything.
  likely winner 'connect may fail at once, and whatever its error is, the next attempt begins: README, "Exercise"'
  ip -6 route replace prohibit "$GONE"
  name "$GONE" 192.0.2.9
  told "let attempts for $GONE fail at once, with EACCES" "done"
  holds 192.0.2.9
  eyeballs
  wins 192.0.2.9
  only_one_socket
  hang_up
  over
  prints_only 192.0.2.9 ''
  likely winner 'when socket itself fails, for want of IPv6 for instance, that attempt has failed like any other: the next one begins: README, "Exercise"'
  name 2001:db8::1 192.0.2.10
  serves 192.0.2.10 text
  told "let socket() fail for IPv6 (EAFNOSUPPORT), as where there is none" "done"
  FAULTS=no_ipv6=1 eyeballs
  over
  prints_only 192.0.2.10 text
}

# no_others - no attempt is going on, in whatever process.
no_others() {
  local others
  wait_until none_goes_on || true
  others=$(ss -Htn state syn-sent "dport = :$PORT" | awk 'NR == 1 { print $4 }')
  [[ ! $others ]] || fail_check leak "no other attempt" "one for $others that is going on"
}

none_goes_on() {
  [[ ! $(ss -Htn state syn-sent "dport = :$PORT") ]] || has_ended eyeballs
}

# bats test_tags=id:nobody,points:1
@test "a name without an address is an error" {
  likely_all
  likely words 'say what getaddrinfo says, by gai_strerror: README, "Exercise"'
  name 192.0.2.1
  serves 192.0.2.1 text
  serves 127.0.0.1 wrong
  eyeballs
  finish eyeballs
  [[ -s $OUTPUT && $(head -c 10 "$OUTPUT") != 'eyeballs: '* ]] ||
    fail_check winner "connected 192.0.2.1" "no such line$(last_words)"
  eyeballs no-such-name.lab
  over 1
  [[ -s $OUTPUT || -s $OUTPUT.err ]] || fail_check words "a message" "nothing"
}
