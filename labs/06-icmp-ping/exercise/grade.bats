#!/usr/bin/env bats
# The checks of lab 06's exercise, traceroute: ten points. scripts/grader/check.bash defines the words.
# The client is at the end of a line of hosts (scripts/netbox.d/line):
#
#   client 10.0.1.1 --- 10.0.1.2 r1 --- 10.0.2.2 r2 --- 10.0.3.2 r3 --- 10.0.4.2 server
#
# In one test r1, r2 and r3 are real routers. In the others r1 forwards nothing, and plays all the routers and
# the server: scripts/grader/routers.c sends what the test wants, at once, so that no test has to wait for it.
# needs: line raw packet
load ../../../scripts/grader/check.bash

SERVER=10.0.4.2
THREE='1 10.0.1.2, 2 10.0.2.2, 3 10.0.3.2'
FALSE=:from=10.0.9.9 # no router has this address: it shows a program that takes a false answer for a true one

setup_file() {
  "$LABS_ROOT/scripts/netbox.d/line" client,r1,r2,r3,server true
}

# on HOST COMMAND... - runs it on that host.
on() {
  nsenter --net="/run/netns/$1" -- "${@:2}"
}

# play TEXT HOP ANSWERS [HOP ANSWERS]... - from now on r1 answers the probe with TTL HOP by ANSWERS, and so on.
# What they may be is in scripts/grader/routers.c. TEXT is the step in the report. If nothing else is said, each
# router answers as it should (11.0 is "time exceeded"), and so does the server at hop 4 (3.3 is "port unreachable").
play() {
  if [[ -n ${PID[routers]-} ]]; then
    kill "${PID[routers]}"
    wait "${PID[routers]}" || true
  fi
  spawn routers nsenter --net=/run/netns/r1 "$CHECK_TOOLS/routers" eth0 "${@:2}" 4 3.3 + 11.0 >"$(out routers)" 2>&1
  PAUSE=0.001 wait_until test -s "$(out routers)"
  told "$1" 'done'
}

# traceroute_on HOST ARGUMENT... - runs the student's traceroute on that host. What it prints goes to $OUTPUT.
traceroute_on() {
  sandbox_open
  sandbox_raw_sockets
  sandbox_show "$SUBJECT" /run/traceroute
  sandbox_close
  sandbox_no_user_namespaces
  (
    limit
    on "$1" "${LIMITED[@]}" timeout -k 1 "$CHECK_DEADLINE" \
      "$CHECK_TOOLS/unblock" "${SANDBOX[@]}" "$SEEN" "${@:2}" </dev/null 3>&-
  ) >"$OUTPUT" 2>&1
}

# trace ARGUMENT... - runs the student's traceroute on the client. Sets HOPS to the hops that it printed, such as
# "1 10.0.1.2, 2 *", and STATUS to its exit status. A program that prints no address of a router, true or false, has
# another mistake than the likely ones, and so has one that never shows the first router; but if ALL_SILENT is set,
# there is none to print.
trace() {
  STATUS=0
  traceroute_on client "$@" || STATUS=$?
  traced "$@"
}

# traced ARGUMENT... - the same, when it has been run.
traced() {
  HOPS=$(sed -nE 's/^traceroute: +([0-9]+) +([0-9.]+|\*)(.*)/\1 \2\3/p' "$OUTPUT" |
    awk '{$1 = $1; printf "%s%s", sep, $0; sep = ", "}')
  # shellcheck disable=SC2034  # check.bash reads it
  [[ -n ${ALL_SILENT-} || $HOPS == *10.0.[1-9].[29]* && $HOPS != '1 10.0.2.2'* ]] || LIKELY=()
  ended "$STATUS" "traceroute $*" "${HOPS:-no hop}"
}

# expect_hops HOPS [HOPS] - fails unless traceroute printed these hops, or the second list, which is as good.
expect_hops() {
  [[ $HOPS != "$1" && $HOPS != "${2-$1}" ]] || return 0
  local words
  words=$(sed '/^traceroute: *[0-9]/d' "$OUTPUT" | tail -n 1)
  fail_check wrong-hops "$1" "${HOPS:-no line like 'traceroute: 1  10.0.1.2'${words:+, it said: $words}}"
}

# expect_status STATUS [TEXT] - fails unless it ended with this exit status. TEXT is the likely mistake.
expect_status() {
  likely wrong-status "${2-exit status 0 means that the host was reached, and 1 that it was not: README, \"Where the path ends\"}"
  ((STATUS == $1)) || fail_check wrong-status "exit status $1" "exit status $STATUS"
}

# expect_three HOPS [HOPS] - the same for the first three hops.
expect_three() {
  HOPS=$(cut -d, -f-3 <<<"$HOPS")
  expect_hops "$@"
}

# try_three TEXT HOP ANSWERS... - plays that, and expects the first three routers to be found.
try_three() {
  play "$@"
  trace -m 4 -w 900 $SERVER
  expect_three "$THREE"
}

# path LAST - prints the hops up to that one, if each router answers.
path() {
  seq "$1" | awk '{printf "%s%d 10.0.%d.2", sep, $1, $1; sep = ", "}'
}

# bats test_tags=id:routers,points:1
@test "lists the three routers and the host behind them, in order" {
  likely hung 'stop at the host itself: README, "Where the path ends"'
  on r1 sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
  trace -m 5 -w 700 $SERVER
  likely wrong-hops 'the probe for hop N has a TTL of N; the address of a router is the source of the outer IP header of its error: README, "Which router gave up"'
  [[ $HOPS == *10.* ]] || likely wrong-hops 'no error was taken for an answer: compare the quote with the probe, byte by byte, in network byte order: README, "Whose answer"'
  [[ $HOPS == "$THREE"* ]] || expect_hops "$THREE, 4 $SERVER"
  likely wrong-hops 'the host itself ends the path, by "port unreachable": README, "Where the path ends"'
  expect_hops "$THREE, 4 $SERVER"
  expect_status 0
}

# beside PROBES OTHERS - prints the first of these PROBES that are not among the others.
beside() {
  comm -23 <(sort <<<"$1") <(sort <<<"$2") | sort -n |
    awk 'NF && ++n <= 4 {printf "%sTTL %d to port %d", sep, $1, $2; sep = ", "} END {if (!n) print "no other probe"}'
}

# probes LAST - prints TTL and port of all probes up to that TTL. A traceroute that sends its probes ahead of the
# answers may send some for hops that do not exist.
probes() {
  awk -v last="$1" '$1 == "probe" && $2 <= last {print $2, $3}' "$(out routers)" | sort -n
}

# bats test_tags=id:probes,points:1
@test "sends one probe for each hop, each to the next port, from 33434 on" {
  local last expected sent
  draw last 130 250
  play "put the host behind $((last - 1)) routers" "$last" 3.3 4 11.0
  trace -m 255 -w 3000 $SERVER
  likely wrong-probes 'one UDP datagram for each hop: TTL 1 to port 33434, TTL 2 to port 33435, and so on: README, "Exercise"'
  sent=$(probes "$last")
  expected=$(seq "$last" | awk '{print $1, 33433 + $1}')
  [[ $sent == "$expected" ]] ||
    fail_check wrong-probes "$(beside "$expected" "$sent")" "$(beside "$sent" "$expected")"
  # That is all that is asked here: which hops are printed, and the exit status, are another test's subject.
  likely hung '-m may be 255, and a number that ends there never gets greater: use an int: README, "Exercise"'
  play 'put the host out of reach' 4 11.0
  trace -m 255 -w 3000 $SERVER
}

# bats test_tags=id:silent-router,points:1
@test "a silent router is shown as *, and the path goes on" {
  likely hung 'an answer may never come, so wait with poll, not in recvfrom: README, "No answer comes"'
  likely wrong-hops 'a router that does not answer still forwards, and each hop has its own time: README, "No answer comes"'
  play 'made the second router send no answer' 2 ''
  trace -m 4 -w 170 $SERVER
  [[ $HOPS == '1 10.0.1.2'* ]] || likely wrong-hops ''
  expect_three '1 10.0.1.2, 2 *, 3 10.0.3.2'
  likely wrong-probes 'send no second probe to a router that does not answer: README, "Exercise"'
  local first second one two three
  first=$(probes 3 | awk '$1 == 1' | wc -l) second=$(probes 3 | awk '$1 == 2' | wc -l)
  ((first == second)) || fail_check wrong-probes "as many probes for hop 2 as for hop 1, $first" "$second"
  likely wrong-probes 'each hop has the next port, whether the one before has answered or not: README, "Exercise"'
  read -r one two three < <(probes 3 | awk '!port[$1] { port[$1] = $2 } END { print port[1], port[2], port[3] }')
  # If the ports are others for all hops, that is told elsewhere.
  ((two != one + 1 || three == two + 1)) ||
    fail_check wrong-probes "the next port for hop 3, $((two + 1))" "$three"
}

# bats test_tags=id:hops,points:1
@test "if the host is not reached, it stops after the hops of -m, or 30, with exit status 1" {
  local most
  draw most 31 40
  likely wrong-hops '-m is the last TTL to try: README, "Exercise"'
  play 'put the host out of reach' 4 11.0
  trace -m "$most" -w 3000 $SERVER
  expect_hops "$(path "$most")"
  expect_status 1
  trace -m 1 -w 60000 $SERVER
  expect_hops "$(path 1)"
  expect_status 1
  likely wrong-hops 'without -m, 30 hops are tried: README, "Exercise"'
  trace -w 3000 $SERVER
  expect_hops "$(path 30)"
  likely wrong-hops 'the last hop of -m may be the host: README, "Exercise"'
  play 'put the host back at hop 4' 4 3.3
  trace -m 4 -w 3000 $SERVER
  expect_hops "$THREE, 4 $SERVER"
  expect_status 0
}

# time_without_w - prints for how many milliseconds, its start included, it waits for a silent router without -w.
time_without_w() {
  local begin=${EPOCHREALTIME/[.,]/}
  CHECK_DEADLINE=4.9 OUTPUT=$(out default) traceroute_on server -m 1 10.0.1.1 || true
  echo $(((${EPOCHREALTIME/[.,]/} - begin) / 1000))
}

# to_client SIGNAL - sends it to all that runs on the client: the student's program, and what it runs in.
to_client() {
  local pids
  mapfile -t pids < <(ip netns pids client)
  kill -s "$1" "${pids[@]}" 2>/dev/null || true # some may have ended
}

# client_stands - true if none of that runs.
client_stands() {
  local pid
  for pid in $(ip netns pids client); do is_stopped "$pid" || return; done
}

# probe_waits - true if a probe has come to r1, and nobody has looked at it.
probe_waits() {
  awk '$4 == "0800" && $7 > 0 {waits = 1} END {exit !waits}' < <(on r1 cat /proc/net/packet)
}

# errors - prints how many ICMP messages have come to the client. errors_have_come NUMBER - so many.
errors() {
  awk '/^Icmp: [0-9]/ {print $2}' < <(on client cat /proc/net/snmp)
}

errors_have_come() {
  (($(errors) >= $1))
}

# trace_held_up NUMBER ARGUMENT... - as trace, but the program is stopped until so many answers to its first probe wait.
trace_held_up() {
  local number=$1 running
  shift
  STATUS=0
  kill -s STOP "${PID[routers]}"
  wait_until is_stopped "${PID[routers]}"
  traceroute_on client "$@" 3>&- &
  running=$!
  wait_until probe_waits || true
  number=$((number + $(errors)))
  to_client STOP
  wait_until client_stands || true
  kill -s CONT "${PID[routers]}"
  wait_until errors_have_come "$number" || true
  to_client CONT
  told 'held it up (SIGSTOP) until all of that had come' 'done'
  wait "$running" || STATUS=$?
  traced "$@"
}

# behind_others NUMBER MILLISECONDS - so many packets for others come, and then the answer, which must be taken.
behind_others() {
  play "made $1 errors about another traceroute come before the answer" \
    1 "$(printf "11.0:source=1$FALSE %.0s" $(seq "$1"))11.0"
  trace -m 2 -w "$2" $SERVER
  [[ $HOPS == '1 10.0.1.2'* ]] || expect_hops "$(path 2)"
}

# once_more - an answer after the time of -w is none, if a packet for others has come before, too. What that packet is
# taken for is another test's subject.
once_more() {
  play 'made an error about another traceroute come after 370 ms, and the answer after 600 ms' \
    1 "11.0:source=1:after=370$FALSE 11.0:after=230"
  trace -m 1 -w 410 $SERVER
  [[ $HOPS != '1 10.0.1.2'* ]] || expect_hops '1 *'
}

# bats test_tags=id:patience,points:1,long
@test "waits for an answer as long as -w says, whatever else comes" {
  ALL_SILENT=yes
  # It waits without -w at the other end of the line, while the steps below are taken. A host that does not
  # forward is a silent router.
  on r3 sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
  time_without_w >"$(out time)" 3>&- &
  local took others timing=$!
  likely hung '-w is how many milliseconds to wait for one answer, and nine times 1 ms is less than a second: README, "No answer comes"'
  likely wrong-hops 'a router that does not answer still forwards: README, "No answer comes"'
  play 'made all routers silent' 4 '' + ''
  trace -m 9 -w 1 $SERVER
  [[ $HOPS == '1 *, 2 *, 3 *, 4 *, 5 *, 6 *, 7 *, 8 *'* ]] || expect_hops '1 *, 2 *, 3 *, 4 *, 5 *, 6 *, 7 *, 8 *, 9 *'
  likely hung 'every packet ends the poll on a raw socket, so the wait needs a deadline, not a new timeout after each packet: README, "No answer comes"'
  likely wrong-hops ''
  play 'made an error about another traceroute come every 20 ms' 1 "11.0:source=1:every=20$FALSE"
  trace -m 2 -w 320 $SERVER
  [[ $HOPS == '1 *'* ]] || expect_hops '1 *, 2 10.0.2.2'
  likely hung 'two packets may be there when the wait ends, and an edge (EPOLLET) tells of both only once: read until there are no more: README, "No answer comes"'
  # If it has not taken the answer of the second router either, it is not about edges.
  [[ $HOPS == *'2 10.0.2.2' ]] || likely hung ''
  play 'made an error about another traceroute come together with the answer' 1 "11.0:source=1$FALSE 11.0"
  allow $((4 * ${PATIENCE%.*})) trace_held_up 2 -m 2 -w 30000 $SERVER
  likely hung ''
  # That the first packet for others does not end the wait is another test's subject.
  if aside behind_others 5 900; then
    draw others 120 150 # these, and the answer, have room in a socket's buffer
    likely wrong-hops 'only the time ends the wait, not how many packets for others have come: README, "No answer comes"'
    behind_others "$others" 30000
    likely wrong-hops ''
  fi
  # If it has not taken the prompt answer of the second router either, it is not about patience.
  [[ $HOPS != *'2 10.0.2.2' ]] ||
    likely wrong-hops 'an answer may take as long as -w says, in milliseconds: README, "No answer comes"'
  play 'made the first router answer after 150 ms' 1 11.0:after=150
  trace -m 2 -w 3000 $SERVER
  [[ $HOPS == '1 10.0.1.2'* ]] || expect_hops '1 10.0.1.2, 2 10.0.2.2'
  likely wrong-hops 'without -w it waits 1000 ms: README, "Exercise"'
  play 'made the first router answer after 300 ms' 1 11.0:after=300
  trace -m 2 $SERVER
  [[ $HOPS == '1 10.0.1.2'* ]] || expect_hops '1 10.0.1.2, 2 10.0.2.2'
  likely wrong-hops 'a packet for others gives no more time: the deadline stays, and you wait only for what is left until then: README, "No answer comes"'
  # On a busy machine a right program may look late, and then the answer is there. So it may try again.
  aside once_more || aside once_more || once_more
  likely wrong-time 'without -w it waits 1000 ms: README, "Exercise"'
  wait "$timing"
  took=$(<"$(out time)")
  told 'ran traceroute -m 1 10.0.1.1 on the server, whose router is silent' "ended after $took ms"
  ((took < 4800)) || fail_check wrong-time 'an end after a second' "it took $took ms"
}

# no_way CODE MILLISECONDS - the second router says that the probe cannot be delivered, which ends the trace.
no_way() {
  play "made the second router answer 3.$1" 2 "3.$1"
  trace -m 2 -w "$2" $SERVER
  expect_hops "1 10.0.1.2, 2 10.0.2.2 !$1"
}

# bats test_tags=id:unreachable,points:1
@test "unreachable ends the trace: the port is the arrival, all else is marked" {
  local code great
  draw code 4 15
  draw great 128 255
  likely wrong-hops 'type 3 is "unreachable", and its code says what, 0 the network: README, "Where the path ends"'
  play 'made the second router answer "network unreachable", 3.0' 2 3.0
  trace -m 5 -w 3000 $SERVER
  expect_hops '1 10.0.1.2, 2 10.0.2.2 !N'
  expect_status 1
  likely wrong-hops 'type 3 is "unreachable", and its code says what, 1 the host: README, "Where the path ends"'
  play 'made the third router answer "host unreachable", 3.1' 3 3.1
  trace -m 5 -w 3000 $SERVER
  expect_hops '1 10.0.1.2, 2 10.0.2.2, 3 10.0.3.2 !H'
  likely wrong-hops 'each other code of type 3 ends the trace, too, and is printed: README, "Exercise"'
  for code in 2 "$code"; do
    play "made the second router answer 3.$code" 2 "3.$code"
    trace -m 5 -w 3000 $SERVER
    expect_hops "1 10.0.1.2, 2 10.0.2.2 !$code"
  done
  likely wrong-hops '"port unreachable" is the arrival, whatever address it comes from: README, "Where the path ends"'
  play 'made the host answer from another address' 2 3.3:from=10.0.4.77
  trace -m 5 -w 700 $SERVER
  expect_hops '1 10.0.1.2, 2 10.0.4.77'
  expect_status 0
  local delivered='only "port unreachable" is the arrival: with any other code the probe was not delivered, even if the host says so: README, "Where the path ends"'
  likely wrong-hops "$delivered"
  play "made the host itself answer 3.$code" 4 "3.$code"
  trace -m 5 -w 3000 $SERVER
  expect_hops "$THREE, 4 $SERVER !$code"
  expect_status 1 "$delivered"
  # A program may leave it to the kernel to compare the quotes (IP_RECVERR), and then gets no code above 15.
  if aside no_way 100 400; then
    likely wrong-hops 'a code is a byte without a sign, from 0 to 255: README, "Exercise"'
    no_way "$great" 3000
  fi
}

# bats test_tags=id:other-errors,points:1
@test "errors of other kinds are not answers, although they quote the probe" {
  likely wrong-hops '"time exceeded" with code 1 is about fragments, and not an answer: README, "Exercise"'
  try_three 'made 11.1 come before each answer' + "11.1$FALSE 11.0"
  likely wrong-hops 'only types 3 and 11 are answers: README, "Exercise"'
  play 'made other types come before each answer' + "0.0$FALSE 4.0$FALSE 5.1$FALSE 12.0$FALSE 4.3$FALSE 11.0"
  trace -m 4 -w 900 $SERVER
  [[ $HOPS == *10.0.9.9* ]] ||
    likely wrong-hops 'the next call on a connected UDP socket may report such an error (EPROTO); that is no reason to stop: README, "Exercise"'
  expect_three "$THREE"
}

# sources - prints the different source ports of the probes for hop 1 that have come.
sources() {
  awk '$1 == "probe" && $2 == 1 {print $4}' "$(out routers)" | sort -un
}

# all_have_sent ONE TWO - true if two programs have sent probes, each from its own port, or these two have ended.
all_have_sent() {
  (($(sources | wc -l) >= 2)) || ! running "$1" && ! running "$2"
}

# bats test_tags=id:quote,points:1
@test "an error about another program's packet is not an answer" {
  likely wrong-hops 'the quote must have the protocol of the probe (byte 9): README, "Whose answer"'
  try_three 'made errors about ICMP and TCP come before each answer' + "11.0:protocol=1$FALSE 3.3:protocol=6$FALSE 11.0"
  likely wrong-hops 'the quote must have the destination of the probe (bytes 16 to 19): README, "Whose answer"'
  try_three 'made errors about other destinations come before each answer' \
    + "11.0:to=10.0.4.3$FALSE 11.0:to=10.0.5.2$FALSE 3.3:to=10.1.4.2$FALSE 3.3:to=11.0.4.2$FALSE 11.0"
  likely wrong-hops 'another traceroute may use the same destination ports, but the source port is yours alone: README, "Whose answer"'
  try_three "made errors about another traceroute's probes come before each answer" \
    + "11.0:source=1$FALSE 11.0:source=-1$FALSE 11.0:source=256$FALSE 3.3:source=1$FALSE 11.0"
  likely one-source 'bind the socket of the probes to port 0, and the kernel gives it a port that no other program has: README, "Whose answer"'
  local one two came
  play 'made the answer to probe 1 come when another probe has been sent' 1 11.0:late
  OUTPUT=$(out one) traceroute_on client -m 2 -w 30000 $SERVER 3>&- &
  one=$!
  OUTPUT=$(out two) traceroute_on client -m 2 -w 30000 $SERVER 3>&- &
  two=$!
  allow $((4 * ${PATIENCE%.*})) wait_until all_have_sent "$one" "$two" || true
  to_client KILL
  came=$(sources | paste -sd ' ')
  told 'ran two traceroutes at the same time' "their source ports: $came"
  [[ $came == *' '* ]] || fail_check one-source 'two different source ports' "${came:-none}"
}

# bats test_tags=id:late-answer,points:1
@test "an answer to another probe is not taken for the answer to this one" {
  likely wrong-hops 'each probe goes to a port of its own, and the error quotes it, so you know which probe it is about: README, "Whose answer"'
  try_three 'made errors about other probes come before each answer' \
    + "11.0:port=-1$FALSE 11.0:port=256$FALSE 11.0:port=-256$FALSE 3.3:port=-1$FALSE 11.0"
  play 'made the answer to probe 1 come when probe 2 has been sent' 1 11.0:late
  trace -m 4 -w 170 $SERVER
  [[ $HOPS == *'2 10.0.1.2'* ]] || likely wrong-hops ''
  expect_three '1 *, 2 10.0.2.2, 3 10.0.3.2' "$THREE"
}

# bats test_tags=id:nonsense,points:1
@test "reads headers with options, and survives packets that end early" {
  local whole="4.0$FALSE" bytes packets=''
  likely wrong-hops 'an error may quote no more than the IP header and 8 bytes: README, "Whose answer"'
  try_three 'made the errors quote as little as they may' + 11.0:more=0
  likely wrong-hops 'an error may quote much more than 8 bytes, up to 576 bytes in all (RFC 1812), and is an answer all the same: README, "Exercise"'
  try_three 'made the errors quote much more' + 11.0:more=500
  likely wrong-hops 'the first byte of an IP header says how long the header is, up to 60 bytes, and there are two of them: README, "Header by header"'
  try_three 'made headers have options, the quoted ones too' 1 11.0:options=1 2 11.0:quoted=1:ttl=0 3 11.0:options=10:quoted=10:more=500
  likely wrong-hops ''
  try_three 'made errors of type 4 come before each answer' + "$whole 11.0"
  likely any 'check that enough bytes came before you read a header, and ignore what makes no sense: README, "Header by header"'
  # Before each there is a whole one, which is not an answer, but leaves in memory what the short one lacks.
  for bytes in 35 32 28 27 12 8; do packets+="$whole 11.0:length=$bytes$FALSE "; done
  packets+="4.0:quoted=10$FALSE 11.0:header=15:more=0$FALSE"
  try_three 'made ICMP messages that end early come before each answer' + "$packets 11.0"
  likely any 'no IP header is shorter than 20 bytes, 5 words: README, "Header by header"'
  try_three 'made quotes come whose header claims to have 12 bytes' + "11.0:header=3:source=1$FALSE 11.0:header=3$FALSE 11.0"
}
