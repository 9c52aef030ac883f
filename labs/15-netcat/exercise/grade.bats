#!/usr/bin/env bats
# The checks of lab 15's exercise, the scanner: ten points. scripts/grader/check.bash has the words.
#
# Each test scans an address of its own. The sockets that listen there belong to the holder, which never accepts: so the
# kernel shows, for each, how many connections have come, whether they have ended, and how many bytes. A firewall counts
# the SYNs, drops some, and rejects others.
# needs: nft
# tools: nft
# shellcheck disable=SC2015,SC2030,SC2031,SC2034,SC2154  # check.bash reads PLAIN, each test draws what it needs
load ../../../scripts/grader/check.bash

PLAIN=yes

# DESCRIPTORS=N lets the program have no more than N of them.
eval "usual_$(declare -f limit)"
limit() {
  usual_limit
  [[ -z ${DESCRIPTORS-} ]] || ulimit -n "$DESCRIPTORS"
}

# --- the ground ---

# begin - starts the holder, and draws HOST, the address to scan, and BASE, a port.
begin() {
  local b c d
  ports_of_clients 32768 60999
  draw b 1 250
  draw c 1 250
  draw d 2 250
  draw BASE 2000 9000
  HOST=127.$b.$c.$d
  WANTED=()
  declare -gA BEFORE=() AFTER=()
  coproc HOLDER { exec "$CHECK_TOOLS/holder" 3>&-; }
  PID[holder]=$HOLDER_PID
  likely hung 'after the answer of the last port, or its time, the program ends: README, "Exercise"'
  likely every_closed 'established is open, ECONNREFUSED is closed, all else is filtered: README, "Open, closed, filtered"'
  likely every_open "${LIKELY[every_closed]}"
  likely every_missing 'there is a line for each port, whatever its kind: README, "Exercise"'
}

# ports_of_clients LOW HIGH - connect takes its own ports from these.
ports_of_clients() {
  [[ -z ${SOCKET_LABS_BOX-} ]] || echo "$1 $2" >/proc/sys/net/ipv4/ip_local_port_range
}

# meets_itself_twice A - of the ports A to A + 3, two meet themselves in one scan. connect takes the even ones first, and
# none from which there is a connection to the same port already. So it has only A for A, and A + 2 for A + 2.
meets_itself_twice() {
  local from to waiting=()
  nft "add table ip busy; add chain ip busy in { type filter hook input priority 0; }; add rule ip busy in tcp sport . tcp dport { $1 . $(($1 + 2)), $(($1 + 2)) . $1 } drop"
  for from in "$1" $(($1 + 2)); do
    to=$((2 * $1 + 2 - from))
    ports_of_clients "$from" $((from + 1))
    (: <"/dev/tcp/$HOST/$to") 2>/dev/null &
    waiting+=($!)
    wait_until under_way "$to" "$from"
  done
  ports_of_clients "$1" $(($1 + 3))
  WANTED=()
  scan scan -n 1 "$HOST" "$1-$(($1 + 3))"
  over scan
  says "$1" $(($1 + 3))
  kill "${waiting[@]}"
  nft delete table ip busy
}

# under_way TO [FROM] - is there a connect to this port?
under_way() { [[ $(ss -Htn state syn-sent "dport = $1${2:+ and sport = $2}") ]]; }

# The rule for a port whose first SYN is lost. The kernel sends the next one after a second.
FIRST_SYN_LOST='tcp flags & (syn|ack) == syn numgen inc mod 100 == 0 drop'

# wall RULE... - a firewall with these rules, each for ports of HOST.
wall() {
  nft -f - <<RULES
table ip wall
delete table ip wall
table ip wall {
  chain in {
    type filter hook input priority 0;
$(printf "    ip daddr $HOST tcp dport %s\n" "$@")
  }
}
RULES
}

# counts - from now on the firewall counts the SYNs to HOST, and knows the ports.
counts() {
  nft -f - <<RULES
table ip tally
delete table ip tally
table ip tally {
  set seen { type inet_service; size 65535; flags dynamic; }
  set again { type inet_service; size 65535; flags dynamic; }
  counter syns { }
  chain in {
    type filter hook input priority -1;
    ip daddr $HOST tcp flags & (syn|ack) == syn counter name syns
    ip daddr $HOST tcp dport @seen tcp flags & (syn|ack) == syn add @again { tcp dport }
    ip daddr $HOST tcp flags & (syn|ack) == syn add @seen { tcp dport }
  }
}
RULES
}

# is KIND PORT... - what a right program says of these.
is() {
  local port
  for port in "${@:2}"; do WANTED[port]=$1; done
}

# opens [-a ADDRESS] PORT... - somebody listens there. drops PORT... - an answer never comes from there; the rule for wall.
opens() {
  local address=$HOST port answer
  [[ $1 != -a ]] || { address=$2 && shift 2; }
  for port; do
    echo "listen $address $port" >&"${HOLDER[1]}"
    read -r -t 30 answer <&"${HOLDER[0]}" && [[ $answer =~ ^[0-9]+$ ]] || {
      echo "the holder could not listen on $address:$port: ${answer-}" >&2
      return 1
    }
    [[ $address != "$HOST" ]] || is open "$port"
  done
}

# no_route KIND - from now on HOST is an address to which each connect fails at once; KIND is that of the route.
no_route() {
  local -A error=([prohibit]=EACCES [blackhole]=EINVAL)
  HOST=198.51.100.$((BASE % 250 + 1)) WANTED=()
  ip route replace "$1" "$HOST"
  told "let each connect to $HOST fail at once, with ${error[$1]}" "done"
}

among() { echo "{ $(tr ' ' ',' <<<"$*") }"; }

# --- the program ---

# scan ROLE ARGUMENT... - starts it as ROLE, and does not wait.
scan() {
  OUTPUT=$(out "$1")
  BEFORE[$1]=${EPOCHREALTIME/[.,]/}
  launch "$@"
  AFTER[$1]=${EPOCHREALTIME/[.,]/}
  note_start "$1"
  [[ -z ${FAULTS-} ]] || {
    tell_faults
    unset "FAULTED[$1]" # a program that waits for nothing but connect meets no fault
  }
  told "started ./scan ${*:2}" "done"
}

# note_start ROLE - sets BEFORE[ROLE] to when its process began, in microseconds, if it has not ended already: on a busy
# machine the sandbox may take longer than the program. A pause between the two clocks makes it earlier, never later.
note_start() {
  local up now=${EPOCHREALTIME/[.,]/}
  stat_of "${PID[$1]}" || return 0
  read -r up _ </proc/uptime
  BEFORE[$1]=$((now - 10#${up/./} * 10000 + STAT[19] * 10000 - 10000))
}

# over ROLE [STATUS] - waits for its end, which must be with this status. If none is given, that is no matter of the test,
# but lines must be there.
over() {
  OUTPUT=$(out "$1")
  finish "$1"
  [[ -z $(sanitizer_report) ]] || fail_check died "a program that keeps to its memory" "$(sanitizer_report)"
  ((STATUS <= 128)) || fail_by_signal $((STATUS - 128)) "an end of its own"
  told "waited for its end" "ended with status $STATUS"
  [[ -n ${2-} ]] || ! grep -qiE "$A_KIND" "$OUTPUT" || return 0
  ((STATUS == 0 || ${2-0} == 2)) || grep -qiE "$A_KIND" "$OUTPUT" ||
    fail_check ended "a line for each port" "none: exit status $STATUS$(last_words)"
  ((STATUS == ${2-0})) || fail_check status "exit status ${2-0}" "exit status $STATUS$(last_words)"
}
A_KIND='(open|closed|filtered)$'

last_words() {
  local words
  words=$(tail -n 1 "$OUTPUT" | tr -d '\0' | head -c 200)
  [[ -z $words ]] || printf ', its last words: %s' "$words"
}

# wanted FIRST LAST - the lines of a right program. A port of which nothing has been said is closed.
wanted() {
  local port
  for port in "${!WANTED[@]}"; do echo "$port ${WANTED[port]}"; done |
    awk -v first="$1" -v last="$2" '{ kind[$1] = $2 } END {
      for (port = first; port <= last; port++) print "scan: " port, port in kind ? kind[port] : "closed"
    }'
}

# says FIRST LAST - it has found the right kind of each port. Form, order and status do not matter here, nor does a line
# too many or too few at either end of the range: they have a test of their own.
says() {
  wanted "$1" "$2" >"$OUTPUT.wanted"
  tr -d '\0' <"$OUTPUT" | tr '[:upper:]' '[:lower:]' |
    sed -nE 's/^[^0-9]*([0-9]+)[^0-9a-z]+(open|closed|filtered)$/scan: \1 \2/p' | sort -nk2 -u |
    awk -v first="$1" -v last="$2" -v file="$OUTPUT.wanted" '
      function line(port) { print "scan: " port, kind[port] == "any" ? "any" : said[port] }
      BEGIN { while ((getline <file) > 0) kind[$2] = $3 }
      { said[$2] = $3 }
      END {
        for (port = first; port <= last; port++) {
          if (!(port in said) && (port == first && first + 1 in said || port == last && last - 1 in said)) said[port] = kind[port]
          if (port in said) line(port)
        }
      }' >"$OUTPUT.said"
  differs kind "$OUTPUT.wanted" "$OUTPUT.said"
}

# prints FIRST LAST - it has printed a line for each of these, in order. Which kinds these are does not matter here.
prints() {
  wanted "$1" "$2" | sed 's/[a-z]*$/KIND/' >"$OUTPUT.wanted"
  sed -E "s/$A_KIND/KIND/" "$OUTPUT" >"$OUTPUT.said"
  differs lines "$OUTPUT.wanted" "$OUTPUT.said"
}

# nothing_else ROLE - it has printed nothing but lines for ports. What these say does not matter here, nor how it ends.
nothing_else() {
  local line
  OUTPUT=$(out "$1")
  DEADLINE=3 wait_until has_ended "$1" || interrupt "$1" KILL
  finish "$1"
  ((STATUS == 0)) || return 0
  line=$(grep -avm1 -E '^scan: [0-9]+ [a-z]+$' "$OUTPUT" | tr -d '\0' | head -c 100) || return 0
  fail_check else "lines 'scan: PORT KIND' alone" "$line"
}

# many_open WANTED CAME - true if more than half of the closed ports are said to be open.
many_open() {
  (($(comm -13 <(grep open "$1" | sort) <(grep open "$2" | sort) | wc -l) * 2 > $(grep -c closed "$1")))
}

# all_wrong WANTED CAME - true if of the ports that are closed, or of those that are open, it has told none right. Then the
# mistake is not what the test is about. ALL_WRONG is the kind.
all_wrong() {
  for ALL_WRONG in closed open; do
    ! grep -q "$ALL_WRONG$" "$1" || [[ -n $(comm -12 <(grep "$ALL_WRONG$" "$1" | sort) <(sort "$2")) ]] || return 0
  done
  return 1
}

# differs CLASS WANTED CAME - fails at the first line that differs.
differs() {
  local line wanted came class=$1
  ! cmp -s "$2" "$3" || return 0
  line=$(awk 'NR == FNR { wanted[NR] = $0; next }
    !line && wanted[FNR] != $0 { line = FNR }
    END { print line ? line : FNR + 1 }' "$2" "$3")
  wanted=$(sed -n "${line}p" "$2") came=$(sed -n "${line}p" "$3" | tr -d '\0' | head -c 100)
  if [[ -z $came && -n $wanted ]]; then came='the end of the output' class=missing; fi
  (($(wc -l <"$3") >= $(wc -l <"$2"))) || class=missing
  [[ $class != kind || ${came% *} == "${wanted% *}" ]] || class=missing
  [[ $class != kind || $came != *' open' ]] || class=false-open
  [[ $class != false-open ]] || ! many_open "$2" "$3" || class=every_closed
  if [[ $1 == kind ]] && all_wrong "$2" "$3"; then
    if [[ $class == missing ]]; then class=every_missing; else class=every_$ALL_WRONG; fi
  fi
  fail_check "$class" "line $line: ${wanted:-the end of the output}" "${came:-nothing}"
}

# took ROLE LEAST MOST WHAT - it has printed its last line after so many ms. The file knows when that was, however late we
# look; its clock may be a few ms behind.
took() {
  local end least most
  [[ -s $(out "$1") ]] || return 0 # that nothing has been printed is told elsewhere
  end=$(stat -c %.6Y "$(out "$1")")
  end=${end/[.,]/}
  least=$(((end - AFTER[$1]) / 1000)) most=$(((end - BEFORE[$1]) / 1000))
  told "looked at the clock" "$most ms"
  ((most >= $2 - 12)) || {
    fail_check early "$4 after $2 ms or more" "after $most ms"
    return 1 # a condition goes on after a failure
  }
  ((least <= $3)) || fail_check late "$4 after $3 ms at most" "after $least ms"
}

# connects FIRST LAST - prints how many connects to these ports are under way.
connects() { ss -Htn state syn-sent "dst $HOST and dport >= :$1 and dport <= :$2" | wc -l; }

# at_a_time - sets NOW to the number of connects to HOST that have no answer yet.
at_a_time() {
  local hex sockets byte
  IFS=. read -ra byte <<<"$HOST"
  printf -v hex '%02X%02X%02X%02X' "${byte[3]}" "${byte[2]}" "${byte[1]}" "${byte[0]}"
  mapfile sockets < <(grep " $hex:.... 02 " /proc/net/tcp)
  NOW=${#sockets[@]}
}

so_many() {
  at_a_time
  ((NOW >= $1)) || has_ended crowd
}

# crowd NUMBER ARGUMENT... - starts it with these arguments: it has NUMBER connects under way, no more and no fewer. None has
# an answer, and the time of none ends before we have looked: while sockets come and go, the kernel's table is no picture of
# one moment.
crowd() {
  local most=0
  scan crowd -w 58700 "${@:2}"
  wait_until so_many "$1" || true
  ! has_ended crowd || {
    over crowd 0
    fail_check ended "$1 connects at a time" "none: it has ended"
  }
  for _ in {1..4}; do
    at_a_time
    ((NOW <= most)) || most=$NOW
    pause 0.02
  done
  told "looked at its connects without an answer" "$most at a time"
  ((most == $1)) || fail_check window "$1 connects at a time" "$most"
  interrupt crowd KILL
  finish crowd
}

# connected_once [FIRST LAST] - a SYN has come to each of these ports, one, and to no other; if none are given, no second
# one has come to any port.
connected_once() {
  local syns again outside
  syns=$(nft list counter ip tally syns | sed -n 's/.*packets \([0-9]*\).*/\1/p')
  again=$(nft list set ip tally again | sed -n 's/.*elements = { *\([0-9]*\).*/\1/p')
  outside=$(nft list set ip tally seen | tr -d '\n\t' | sed 's/.*elements = {\([^}]*\)}.*/\1/' | tr -d ' ' | tr ',' '\n' |
    awk -v first="$1" -v last="$2" '$1 ~ /^[0-9]+$/ && ($1 < first || $1 > last) { print; exit }')
  told "counted the connects" "$syns"
  [[ -z $again ]] || {
    fail_check again "one connect to each port" "another one to port $again"
    return 1 # a condition goes on after a failure
  }
  (($#)) || return 0
  [[ -z $outside ]] || fail_check again "connects to ports $1 to $2 and to no other" "one to port $outside"
  ((syns == $2 - $1 + 1)) || fail_check again "$(($2 - $1 + 1)) connects" "$syns"
}

# bats test_tags=id:kinds,points:2
@test "open, closed and filtered are told apart" {
  local last open kind
  begin
  likely kind "${LIKELY[every_closed]}"
  likely false-open "${LIKELY[every_closed]}"
  likely missing 'there is a line for each port, whatever its kind: README, "Exercise"'
  last=$((BASE + 29))
  draw open 1 2
  opens "$BASE" $((BASE + 12 + open)) "$last"
  opens -a 127.0.0.1 $((BASE + 17)) # that is another address
  # Not port-unreachable: while connect has the socket, Linux only notes such an error, and goes on.
  wall "$((BASE + 2)) reject with tcp reset" \
    "$((BASE + 5)) reject with icmp type host-unreachable" "$((BASE + 7)) reject with icmp type net-unreachable" \
    "$((BASE + 8)) reject with icmp type prot-unreachable" "$((BASE + 9)) reject with icmp type admin-prohibited" \
    "$((BASE + 11)) drop" "$((BASE + 20)) drop"
  is filtered $((BASE + 5)) $((BASE + 7)) $((BASE + 8)) $((BASE + 9)) $((BASE + 11)) $((BASE + 20))
  scan scan -w 300 "$HOST" "$BASE-$last"
  over scan
  says "$BASE" "$last"
  # No packet can go there, so connect has its error before it returns.
  likely ended 'connect may have its error at once; it is filtered, too: README, "Open, closed, filtered"'
  for kind in prohibit blackhole; do
    no_route "$kind"
    is filtered "$BASE" $((BASE + 1)) $((BASE + 2))
    scan "$kind" "$HOST" "$BASE-$((BASE + 2))"
    over "$kind"
    says "$BASE" $((BASE + 2))
  done
}

# bats test_tags=id:lines,points:1
@test "one line for each port of the range, in order, and nothing else" {
  local count low
  begin
  draw count 1030 1100
  draw low 7000 9000
  likely lines 'a line is "scan: PORT KIND", and the order is that of the ports, not of the answers: README, "Exercise"'
  likely missing 'there is a line for each port from FIRST to LAST, these two included: README, "Exercise"'
  likely status 'when all ports have been told, the exit status is 0, whatever they are: README, "Exercise"'
  likely output 'printf prints there, and fprintf(stderr, ...) does not: README, "Exercise"'
  likely else 'nothing but these lines, whatever happens to a connect: README, "Exercise"'
  opens 2 4 $((BASE + 3)) $((BASE + count - 2))
  wall "$(among 1 3 "$BASE" $((BASE + count - 1))) drop" "103 reject with icmp type host-unreachable" "110-139 drop"
  is filtered 1 3 "$BASE" $((BASE + count - 1))
  scan low -w 250 "$HOST" 1-4
  scan scan -w 250 -n 20 "$HOST" "$BASE-$((BASE + count - 1))"
  scan high -w 250 "$HOST" 65533-65535
  scan dead -w 250 "$HOST" 3-3
  APART=yes scan one "$HOST" "$((BASE + 3))-$((BASE + 3))"
  DESCRIPTORS=24 scan few -w 100 -n 40 "$HOST" 101-140
  over scan 0
  prints "$BASE" $((BASE + count - 1))
  over low 0
  prints 1 4
  over high 0
  prints 65533 65535
  over dead 0
  prints 3 3
  over one 0
  ! grep -qiE "$A_KIND" "$OUTPUT.err" ||
    fail_check output "the lines on standard output" "on standard error: $(grep -im1 -E "$A_KIND" "$OUTPUT.err")"
  prints $((BASE + 3)) $((BASE + 3))
  told "looked at a scan with 24 descriptors, and a port that is unreachable" "done"
  nothing_else few
  ports_of_clients $((2 * low)) $((2 * low + 1))
  told "let connect choose from few ports only" "done"
  scan self 127.0.0.1 "$((2 * low))-$((2 * low))"
  nothing_else self
}

# bats test_tags=id:itself,points:2,long
@test "a connection to itself is no open port" {
  local low i
  begin
  likely false-open 'connect may take the very port that it connects to; compare both ends of what you got: README, "A connection to oneself"'
  likely missing 'a port that has met itself gets its line, too: README, "A connection to oneself"'
  likely every_open '' # it may be that, or that no port is ever found open
  # Of two ports, the first one is what connect takes.
  draw low 15000 16000
  for i in 0 2; do
    ports_of_clients $((2 * low + i)) $((2 * low + i + 1))
    scan scan -n 1 127.0.0.1 "$((2 * low + i - 1))-$((2 * low + i + 2))"
    over scan
    says $((2 * low + i - 1)) $((2 * low + i + 2))
  done
  told "let connect choose from few ports only" "done"
  HOST=192.0.2.$((low % 200 + 1))
  ip address replace "$HOST/32" dev lo
  for i in {1..4}; do
    ports_of_clients $((2 * low + 20 * i)) $((2 * low + 20 * i + 15))
    WANTED=()
    opens $((2 * low + 20 * i + 5))
    scan scan -n 4 "$HOST" "$((2 * low + 20 * i))-$((2 * low + 20 * i + 15))"
    over scan
    says $((2 * low + 20 * i)) $((2 * low + 20 * i + 15))
  done
  meets_itself_twice $((2 * low + 200))
  # A server may be at another address with the same port number as ours. Here it is behind a translation of addresses.
  likely every_open 'an address is an IP address and a port: only if both are equal, it is a connection to itself: README, "A connection to oneself"'
  low=$((2 * low + 400)) HOST=127.0.77.$((low % 200 + 2)) WANTED=()
  ports_of_clients "$low" $((low + 1))
  opens -a 127.0.0.1 "$BASE"
  nft "add table ip way; add chain ip way out { type nat hook output priority -100; }; add rule ip way out ip daddr $HOST tcp dport $low dnat to 127.0.0.1:$BASE"
  is open "$low"
  scan scan -n 1 "$HOST" "$((low - 1))-$((low + 1))"
  over scan
  nft delete table ip way
  says $((low - 1)) $((low + 1))
}

# bats test_tags=id:window,points:1,long
@test "no more connects at a time than -n says, and no fewer" {
  local most few silent=() i
  begin
  draw most 65 99
  draw few 9 12
  likely window 'while ports are left, WINDOW connects are under way, and never more: README, "A window of connects"'
  likely early "${LIKELY[window]}"
  for ((i = 0; i <= few; i++)); do silent+=($((BASE + few * i))); done
  wall "500-900 drop" "$(among "${silent[@]}") drop"
  opens 498 499
  crowd "$most" -n "$most" "$HOST" 497-600 # three have had their answer
  crowd 300 -n 300 "$HOST" 500-801
  crowd 1 -n 1 "$HOST" 500-503
  likely window 'without -n the window is 64: README, "Exercise"'
  crowd 64 "$HOST" 500-570
  scan scan -w 150 -n 20 "$HOST" 500-559
  over scan
  took scan 450 1900 "three windows of -w 150 end"
  likely late 'without an answer the wait ends after MS: give poll no more time than the first connect has left: README, "A window of connects"'
  scan quick -w 5 -n 1 "$HOST" 500-539
  allow 8 over quick
  took quick 200 1500 "forty windows of -w 5 end"
  # One port of some ten drops: these wait beside each other, and the others do not wait for them.
  likely late 'when a connect has its answer, the next one begins; it does not wait for the others of its window: README, "A window of connects"'
  scan slides -w 250 -n 8 "$HOST" "$BASE-$((BASE + 60))"
  over slides
  took slides 250 1300 "six silent ports beside each other, with -w 250,"
  likely window 'whenever a connect has its answer, the next port begins, whichever that is: no part of the window has ports of its own: README, "A window of connects"'
  crowd "$few" -n "$few" "$HOST" "$BASE-$((BASE + few * few))"
}

# bats test_tags=id:patience,points:1,long
@test "each connect gets its time, and no more, and there is time for all 65,535" {
  local all many last=65535 one two
  begin
  likely early 'each connect has its own time, -w or 1000 ms, from its own start: README, "A window of connects"'
  likely late 'look how long poll may wait until the first connect has had its time; an answer of another one does not give it more: README, "A window of connects"'
  likely kind 'an answer that comes in time counts, even if it comes late: README, "A window of connects"'
  all=${HOST%.*}.251
  draw many 1100 1500
  opens $((BASE + 1)) $((BASE + 4)) $((BASE + 24)) $((BASE + 30)) $((BASE + 40))
  opens -a "$all" 1 65534 65535
  wall "$(among "$BASE" $((BASE + 10))) drop" \
    "$((BASE + 1)) $FIRST_SYN_LOST" \
    "$((BASE + 2)) $FIRST_SYN_LOST" \
    "$((BASE + 3)) reject with icmp type host-unreachable" \
    "$(among $((BASE + 20)) $((BASE + 22)) $((BASE + 23))) drop" \
    "$((BASE + 21)) $FIRST_SYN_LOST" \
    "$((BASE + 24)) $FIRST_SYN_LOST" \
    "$((BASE + 30)) $FIRST_SYN_LOST" \
    "$((BASE + 31)) drop" \
    "$((BASE + 40)) $FIRST_SYN_LOST"
  is any "$BASE" $((BASE + 3))
  scan edge "$all" 65534-65535
  scan default "$HOST" "$((BASE + 10))-$((BASE + 10))"
  scan scan -w 1400 "$HOST" "$BASE-$((BASE + 6))"
  scan latest -w 1200 -n 2 "$HOST" "$((BASE + 20))-$((BASE + 23))"
  scan next -w 1200 -n 1 "$HOST" "$((BASE + 30))-$((BASE + 31))"
  scan first -w 30000 -n 20 "$HOST" "$((BASE + 40))-$((BASE + 40 + many))"
  scan held -w 1400 "$HOST" "$((BASE + 24))-$((BASE + 25))"
  wait_until under_way $((BASE + 24)) || true
  interrupt held STOP
  scan soon -w 30000 "$HOST" "$((BASE + 3))-$((BASE + 9))"
  over soon
  took soon 0 5000 "with an answer from each port, the end"
  two=$(connects $((BASE + 20)) $((BASE + 23))) one=$(connects $((BASE + 30)) $((BASE + 31)))
  # That a scan ends after port 65535 is another test's subject.
  wait_until has_ended edge || last=65000
  interrupt edge KILL
  finish edge
  scan all -w 300 "$all" "1-$last"
  over default
  took default 1000 1850 "the end"
  over scan
  took scan 1400 2350 "the end"
  says "$BASE" $((BASE + 6))
  # If the window was not the one of -n, which another test is about, these two have other times.
  if ((two == 2)); then
    # The third port begins when the second one has answered, and the fourth one when the time of the first one is over.
    over latest
    took latest 2400 3250 "with -n 2 and three silent ports, the end"
  fi
  if ((one == 1)); then
    # The first port answers after a second, and only then the second one's time begins.
    over next
    took next 2200 3050 "with -n 1, a late answer and a silent port, the end"
  fi
  # The answer is there after a second, and it looks when its time is over, too.
  interrupt held CONT
  over held
  told "held it up (SIGSTOP) until the answer had come, and its time was over" "done"
  likely every_open "${LIKELY[kind]}"
  says $((BASE + 24)) $((BASE + 25))
  likely kind 'a port may answer when a thousand others have, and each keeps its kind: README, "A window of connects"'
  likely every_open "${LIKELY[kind]}"
  likely ended 'the descriptors have to do for all: give back what a port has had: README, "A window of connects"'
  over first
  likely ended ''
  says $((BASE + 40)) $((BASE + 40 + many))
  likely every_open "${LIKELY[every_closed]}"
  likely missing 'a port is a number from 1 to 65535: README, "Exercise"'
  likely false-open 'connect may take the very port that it connects to; compare both ends of what you got: README, "A connection to oneself"'
  likely any 'descriptors and time have to do for all: give back what a port has had, and wait for nothing but answers: README, "A window of connects"'
  likely kind ''
  WANTED=()
  is open 1 65534 65535
  allow 30 over all
  says 1 "$last"
}

# came PORT - prints the state and Recv-Q of each connection that came there. left PORT - it has ended in good order.
came() {
  ss -Htan src "$HOST:$1" | awk '$1 != "LISTEN" { print $1, $2 }'
}

left() {
  [[ $(came "$1") == 'CLOSE-WAIT '* ]]
}

# goes_on PORT - it connects to the last port. has_left_itself PORT - what it has met there is closed.
goes_on() { under_way "$1" || has_ended self; }
has_left_itself() { [[ ! $(ss -Htn state established "sport = $1 and dport = $1") ]]; }

# bats test_tags=id:polite,points:1
@test "the one connection to a port is closed at once, in good order, without a byte" {
  local low port said
  begin
  draw low 10000 14000
  likely open 'close the socket of an open port as soon as you know that: README, "A window of connects"'
  likely more 'a scan says nothing: README, "Exercise"'
  likely again 'each port is tried once, whatever has come of it: README, "Exercise"'
  likely reset 'a plain close ends the connection in good order; SO_LINGER with 0 resets it: README, "Exercise"'
  opens $((BASE + 1)) $((BASE + 4)) $((BASE + 5))
  wall "$((BASE + 6)) drop" "$((BASE + 3)) reject with icmp type net-unreachable"
  scan scan -w 20000 -n 3 "$HOST" "$BASE-$((BASE + 6))"
  for port in $((BASE + 1)) $((BASE + 4)) $((BASE + 5)); do
    DEADLINE=1.5 wait_until left "$port" || true
    said=$(came "$port")
    told "looked at the connection to port $port" "${said:-none}"
    [[ -n $said ]] || fail_check reset "a connection that the scanner has closed" "none: it was reset, or never there"
    [[ $said == 'CLOSE-WAIT '* ]] || fail_check open "that the scanner has closed it, while it waits for port $((BASE + 6))" "it is open"
    [[ $said != *$'\n'* ]] || fail_check again "one connection" "$(wc -l <<<"$said")"
    # The end of the stream counts as one.
    [[ $said == 'CLOSE-WAIT 1' ]] || fail_check more "the end of the stream, and no byte before it" "$((${said##* } - 1)) bytes"
  done
  ! has_ended scan || fail_check early "it still waits for port $((BASE + 6))" "it has ended"
  interrupt scan KILL
  finish scan
  wall "$((BASE + 2)) reject with icmp type host-unreachable" "$((BASE + 3)) reject with icmp type net-unreachable" \
    "$((BASE + 8)) drop"
  counts
  scan once -w 200 -n 3 "$HOST" "$((BASE + 1))-$((BASE + 9))"
  over once
  connected_once $((BASE + 1)) $((BASE + 9))
  # One more port, where it meets itself, and then one that is silent.
  port=$((2 * low)) HOST=127.0.0.1
  likely itself 'close a socket that has met itself as soon as you know that, too: README, "A window of connects"'
  ports_of_clients "$port" $((port + 1))
  told "let connect choose from few ports only" "done"
  wall "$((port + 1)) tcp flags & (syn|ack) == syn drop" # what is answered to a connect from there must come
  counts
  scan self -w 20000 -n 1 "$HOST" "$port-$((port + 1))"
  wait_until goes_on $((port + 1)) || true
  DEADLINE=1.5 wait_until has_left_itself "$port" ||
    fail_check itself "that it has closed its connection to itself, while it waits for port $((port + 1))" "it is open"
  told "looked at its connection to itself" "closed"
  ! grep -qw "$port" < <(nft list set ip tally again) ||
    fail_check again "one connect to port $port" "another one, after it has met itself"
  interrupt self KILL
  finish self
}

# bats test_tags=id:scarce,points:1
@test "all ports are told with few descriptors, and with signals" {
  local port few silent=() calm_once=
  begin
  draw few 21 27
  likely any 'if there is no descriptor left, go on when a connect has ended, and its socket is closed; that is nothing that a port has said: README, "A window of connects"'
  likely kind "${LIKELY[any]}"
  likely hung "${LIKELY[any]}"
  for ((port = BASE + 1; port < BASE + 90; port += 2)); do opens "$port"; done
  for port in 0 {3..35}; do silent+=($((BASE + 2 * port))); done
  wall "$(among "${silent[@]}") drop" "$((BASE + 100))-$((BASE + 139)) reject with icmp type host-unreachable" \
    "$((BASE + 140)) drop" "$((BASE + 141)) $FIRST_SYN_LOST" "$((BASE + 142)) drop" "$((BASE + 143)) $FIRST_SYN_LOST"
  is any "${silent[@]}" $(seq $((BASE + 100)) $((BASE + 139)))
  told "let it have $few descriptors" "done"
  counts
  DESCRIPTORS=$few scan few -w 150 "$HOST" "$BASE-$((BASE + 139))"
  over few
  says "$BASE" $((BASE + 139))
  ! aside connected_once || calm_once=yes
  FAULTS=no_file=4 scan system -w 400 "$HOST" "$BASE-$((BASE + 5))"
  over system
  says "$BASE" $((BASE + 5))
  likely any 'a signal interrupts a call that waits (EINTR): that is no answer of a port, and no end of its time: README, "A window of connects"'
  likely kind "${LIKELY[any]}"
  likely hung "${LIKELY[any]}"
  likely every_closed "${LIKELY[any]}"
  likely every_open "${LIKELY[any]}"
  likely every_missing "${LIKELY[any]}"
  likely late 'a signal gives no connect more time: README, "A window of connects"'
  counts
  FAULTS=eintr=2,eintr_row=2 scan signals -w 150 "$HOST" "$BASE-$((BASE + 99))"
  over signals
  says "$BASE" $((BASE + 99))
  # A second connect without a signal is another test's subject.
  [[ ! $calm_once ]] || connected_once
  # One port is silent, and the other one answers after a second. If it takes another time without signals, too, that is
  # another test's subject.
  scan calm -w 1200 -n 4 "$HOST" "$((BASE + 142))-$((BASE + 143))"
  FAULTS=eintr=2 scan timed -w 1200 -n 4 "$HOST" "$((BASE + 140))-$((BASE + 141))"
  allow 8 over timed
  if allow 8 wait_until has_ended calm && aside took calm 1200 1900 ''; then
    took timed 1200 1900 "with a silent port, and one that answers late, the end"
  fi
  likely any 'a socket whose connect fails at once is to be closed, too: README, "A window of connects"'
  likely hung "${LIKELY[any]}"
  likely missing 'there is a line for each port, whatever its kind: README, "Exercise"'
  told "let it have $few descriptors" "done"
  no_route prohibit
  # If such an error ends the program, that is told elsewhere.
  scan alone "$HOST" "$BASE-$BASE"
  aside over alone || true
  grep -qiE "$A_KIND" "$OUTPUT" || return 0
  is any $(seq "$BASE" $((BASE + 39)))
  DESCRIPTORS=$few scan once -n 2 "$HOST" "$BASE-$((BASE + 39))"
  over once
  says "$BASE" $((BASE + 39))
}

# refuses TEXT ARGUMENT... - with these arguments, TEXT is wrong.
refuses() {
  scan "bad$((++BAD))" "${@:2}"
  over "bad$BAD" 2
  ! grep -qE '(open|closed|filtered)$' "$OUTPUT" ||
    fail_check words "no line for a port" "$(grep -m1 -E '(open|closed|filtered)$' "$OUTPUT")"
  grep -qF -e "$1" "$OUTPUT" || fail_check words "a message with '$1' in it" "none$(last_words)"
}
BAD=0

# bats test_tags=id:arguments,points:1,long
@test "a range that is none is a usage error" {
  local low high range
  begin
  draw low 70 900
  draw high 1000 9000
  likely status 'FIRST-LAST is two decimal numbers, 1 to 65535, the first not above the second: README, "Exercise"'
  likely words 'print which argument is wrong, and nothing else: README, "Exercise"'
  likely hung "${LIKELY[status]}"
  for range in "0-$low" "65535-65536" "$high-$low" "$low" "$low-" "x-$low" "$low-${low}x" " $low-$high" \
    "$low-$low-$low" "$low- $high" "$(printf '%#x-%#x' "$low" "$high")" "$((65536 + low))-$((65536 + high))" \
    "$low-$(((1 << 32) + high))" "$low-184467440737095$((51616 + high))" "+$low-$high" "$low-+$high" "$low -$high" \
    "${low}x-$high" "65535-$low" "$low$(printf %020d 0)-$high"; do
    refuses "$range" "$HOST" "$range"
  done
  likely status '-n is from 1 to 300, and -w from 1 to 60000: README, "Exercise"'
  likely hung "${LIKELY[status]}"
  refuses 301 -n 301 "$HOST" "$low-$low"
  refuses 0 -n 0 "$HOST" "$low-$low"
  refuses 0 -w 0 "$HOST" "$low-$low"
  refuses 60001 -w 60001 "$HOST" "$low-$low"
  likely status 'with -w from 1 to 60000 and -n from 1 to 300, all is well: README, "Exercise"'
  likely ended "${LIKELY[status]}"
  scan good -w 60000 -n 300 "$HOST" 65535-65535
  wait_until has_ended good || interrupt good KILL # that it never ends is another test's subject, and so is a crash
  OUTPUT=$(out good)
  finish good
  ((STATUS != 2)) || fail_check status "exit status 0" "exit status 2$(last_words)"
  scan one -w 1 -n 1 "$HOST" "$high-$high"
  over one 0
}
