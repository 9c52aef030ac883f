#!/usr/bin/env bats
# Lab 12's ladder sees every frame, says what it has missed, and draws what other tools confirm.
# shellcheck disable=SC2016  # what is in single quotes is for a shell of its own
# shellcheck disable=SC2154  # bats sets stderr
# needs: nft line packet [ipv6]
# tools: tcpdump tshark
bats_require_minimum_version 1.5.0
load ../../../scripts/lib/behaviour.bash

PORT=5012
TOOLS=$LABS_ROOT/.build/grader

setup_file() {
  make -s -C "$LABS_ROOT/scripts/grader" >&2
}

teardown() {
  nft delete table inet test 2>/dev/null || true
  kill_started
}

# watch [OPTION...] - starts ladder, and waits until it captures.
watch() {
  start ladder ./ladder "$@"
  await ladder '^ladder: listening on '
}

# drawn - ends ladder, and sets $output and $lines to what it has drawn.
drawn() {
  stop ladder INT
  run cat "$(out ladder)"
}

# serve - starts a server that sends back what it gets.
serve() {
  start server socat "TCP-LISTEN:$PORT,reuseaddr,fork,bind=127.0.0.1" EXEC:cat
  wait_until listens $PORT
}

listens() {
  [[ -n $(ss -Htln "sport = $1") ]]
}

# talk ACTION... - runs a client (scripts/grader/peer.c) that does this.
talk() {
  "$TOOLS/peer" "127.0.0.1:$PORT" connect "$@" >"$(out peer)"
}

# drop_first MATCH - makes the kernel drop the first packet that the nft expression matches, and no other.
drop_first() {
  nft "table inet test { chain in { type filter hook input priority 0;
    $1 numgen inc mod 1000 == 0 counter drop; }; }"
}

# read_by_tcpdump FILE - prints what tcpdump reads. As root it wants to become another user, and a box
# has none.
read_by_tcpdump() {
  unshare --user --map-user=65534 tcpdump -nr - <"$1"
}

# passed - prints how many frames the loopback has carried so far, by its own count.
passed() {
  awk '$1 == "lo:" {print $3}' /proc/net/dev
}

@test "a conversation is drawn as it happens, with the states that both sides enter" {
  watch
  serve
  talk send 'hi\n' expect 'hi\n' shut eof
  await ladder 'TIME-WAIT .*ACK'
  drawn
  assert_line -n 0 --regexp '127\.0\.0\.1:[0-9]{5} +.*127\.0\.0\.1:5012$'
  assert_line -n 1 --regexp '^    SYN-SENT \|-- SYN seq=0 -+>\| LISTEN$'
  assert_line -n 2 --regexp '^             \|<-+ SYN,ACK seq=0 ack=1 --\| SYN-RECEIVED$'
  assert_line -n 3 --regexp '^ ESTABLISHED \|-- ACK ack=1 -+>\| ESTABLISHED$'
  assert_line -n 4 --regexp '\|-- PSH,ACK seq=1 ack=1 len=3 "hi\\n" -+>\|$'
  assert_line --regexp '^  FIN-WAIT-1 \|-- FIN,ACK seq=4 ack=4 -+>\|'
}

@test "at Ctrl-C all that the kernel has queued is drawn, even if it came just before" {
  serve
  for _ in 1 2 3 4 5; do
    watch
    talk send '1' expect '1' send '2' expect '2' send '3' expect '3' reset
    drawn
    assert_equal "$(grep -c 'PSH,ACK' <<<"$output")" 6
    assert_line --regexp "^      CLOSED .*RST"
  done
}

@test "SIGUSR1 makes it draw and count what came so far, and it goes on" {
  watch -q -w "$BATS_TEST_TMPDIR/some.pcap"
  ping -q -c 1 127.0.0.1
  interrupt ladder USR1
  await ladder '^ladder: 2 frames so far, none dropped by the kernel$'
  run ./ladder -r "$BATS_TEST_TMPDIR/some.pcap"
  assert_line --regexp 'ICMP echo reply seq=1'
  ping -q -c 1 127.0.0.1
  stop ladder
  await ladder '^ladder: 4 frames, none dropped by the kernel$'
}

@test "-c ends it after that many frames" {
  watch -c 3
  serve
  talk send 'hi' expect 'hi'
  finish ladder
  await ladder '^ladder: 3 frames, '
  run cat "$(out ladder)"
  assert_equal "${#lines[@]}" 4
  assert_line -n 3 --regexp 'ACK ack=1'
}

@test "-p draws one port's conversations, and the errors about them" {
  watch -p $PORT
  start other socat "TCP-LISTEN:5912,bind=127.0.0.1" EXEC:cat
  wait_until listens 5912
  "$TOOLS/peer" 127.0.0.1:5912 connect send 'other' expect 'other' close >"$(out peer)"
  echo hi | socat - "UDP:127.0.0.1:$PORT" || true
  drawn
  assert_equal "${#lines[@]}" 3
  assert_line -n 1 --regexp '\|-- UDP len=3 "hi\\n" -+>\|'
  assert_line -n 2 --regexp '\|<-+ ICMP port unreachable --\|'
}

@test "several conversations are several ladders at the end, and are kept apart as they happen" {
  watch -w "$BATS_TEST_TMPDIR/some.pcap"
  serve
  talk send 'A1' expect 'A1' as B connect send 'B1' expect 'B1' as A send 'A2' expect 'A2' close as B close
  drawn
  # A, then B, then A again, then the rest of B: each time the two ends are above the lines.
  (($(grep -c ':5012$' <<<"$output") >= 4))
  run ./ladder -r "$BATS_TEST_TMPDIR/some.pcap"
  assert_equal "$(grep -c ':5012$' <<<"$output")" 2
  run awk -v RS= '/A1/ {a = /A2/ && !/B1/} /B1/ {b = !/A[12]/} END {print a, b}' <<<"$output"
  assert_output '1 1'
}

@test "a lost frame ends in a cross; the one that is sent again does not" {
  drop_first 'tcp dport 5012 tcp flags & psh == psh'
  watch -e
  serve
  talk send 'hi' expect 'hi' shut eof
  drawn
  assert_equal "$(grep -c 'X  *|$' <<<"$output")" 1
  assert_line --regexp '\|-- PSH,ACK seq=1 ack=1 len=2 "hi" -+X +\|$'
  assert_line --regexp 'PSH,ACK seq=1 ack=1 len=2 "hi" \(sent again\) -+>\|$'
}

@test "a SYN without an answer is lost, the last one too" {
  nft 'table inet test { chain in { type filter hook input priority 0; tcp dport 5012 drop; }; }'
  echo 1 >/proc/sys/net/ipv4/tcp_syn_retries
  watch -e
  run socat -u OPEN:/dev/null "TCP:127.0.0.1:$PORT"
  assert_output --partial 'timed out'
  drawn
  (($(grep -c 'SYN seq=0' <<<"$output") >= 2))
  refute_line --regexp 'SYN seq=0.*>\|'
}

# drop_logged MATCH - makes the kernel drop what the nft expression matches, and log it to group 2.
drop_logged() {
  nft "table inet test { chain in { type filter hook input priority 0; $1 log group 2 counter drop; }; }"
}

# send_numbers COUNT - sends that many datagrams, of one conversation: 1, 2, 3 ...
send_numbers() {
  local i
  exec {to}>"/dev/udp/127.0.0.1/$PORT"
  for ((i = 1; i <= $1; i++)); do printf '%d' "$i" >&"$to"; done
  exec {to}>&-
}

# A receiver that takes all, so that nothing answers with ICMP.
receive() {
  start receiver socat -u "UDP-RECV:$PORT,bind=127.0.0.1" OPEN:/dev/null
  wait_until eval '[[ -n $(ss -Hlun "sport = $PORT") ]]'
}

@test "with -l what the firewall drops is drawn as lost, and nothing else" {
  drop_logged "udp dport $PORT numgen inc mod 2 == 1"
  receive
  watch -l 2
  send_numbers 5
  interrupt ladder USR1
  await ladder '^ladder: 5 frames so far, none dropped by the kernel$'
  run cat "$(out ladder)"
  assert_equal "${#lines[@]}" 6
  assert_line -n 1 --regexp '\|-- UDP len=1 "1" -+>\|$'
  assert_line -n 2 --regexp '\|-- UDP len=1 "2" -+X +\|$'
  assert_line -n 3 --regexp '\|-- UDP len=1 "3" -+>\|$'
  assert_line -n 4 --regexp '\|-- UDP len=1 "4" -+X +\|$'
  assert_line -n 5 --regexp '\|-- UDP len=1 "5" -+>\|$'
  stop ladder INT
}

@test "so it is in every form of drawing, but a capture file does not tell" {
  local form file=$BATS_TEST_TMPDIR/some.pcap
  drop_logged "udp dport $PORT numgen inc mod 2 == 1"
  receive
  declare -A cross=([text]='-X +\|$' [utf8]='─× +│$' [svg]='>lost<' [mermaid]='-xserver: .*, lost$'
    [prose]='^[24]\. The client sends a datagram, 1 byte\. Data: "[24]"\. It is lost\.$'
    [json]='"data":"[24]".*"lost":true')
  for form in "${!cross[@]}"; do
    watch -e -l 2 -f "$form" -w "$file"
    send_numbers 4
    drawn
    assert_equal "$form $(grep -cE -- "${cross[$form]}" <<<"$output")" "$form 2"
  done
  run ./ladder -r "$file"
  assert_equal "$(grep -c '>|$' <<<"$output")" 4
}

@test "-s draws all of it as a picture, too, and both tell what the firewall drops" {
  local picture=$BATS_TEST_TMPDIR/some.svg
  drop_logged "udp dport $PORT numgen inc mod 2 == 1"
  receive
  watch -l 2 -s "$picture"
  send_numbers 4
  interrupt ladder USR1
  await ladder '^ladder: 4 frames so far'
  drawn
  assert_equal "$(grep -c '>|$' <<<"$output")" 2
  assert_equal "$(grep -cE -- '-X +\|$' <<<"$output")" 2
  assert_equal "$(tail -n 1 "$picture")" '</svg>'
  assert_equal "$(grep -c '>lost<' "$picture")" 2
}

@test "with -l the ladder and the ledger of lab 02 tell the same" {
  make -s -C "$LABS_ROOT/labs/02-udp-loss" >&2
  watch -l 2
  run "$LABS_ROOT/labs/02-udp-loss/ledger.sh" -e 5 -n 100
  assert_line --regexp '^network .* 20$'
  drawn
  assert_equal "$(grep -cE -- '-X +\|$' <<<"$output")" 20
  assert_equal "$(grep -c -- '->|$' <<<"$output")" 80
}

@test "-l hears of a datagram that it sees on its way through a router" {
  # A box in a box has temporary files of its own.
  LADDER=$PWD/ladder run timeout -k 1 20 "$LABS_ROOT/scripts/netbox" --line client,router,server -- bash -c '
    cd "$TMPDIR"
    : >told
    on router nft "table inet test { chain through { type filter hook forward priority 0;
      udp dport 5012 log group 2 drop; }; }"
    on router "$LADDER" -i eth0 -p 5012 -l 2 2>told >drawing & ladder=$!
    until grep -q listening told; do read -rt 0.01 <> <(:) || true; done
    on client bash -c "printf lost >/dev/udp/10.0.2.2/5012"
    kill -USR1 $ladder
    until grep -q "so far" told; do read -rt 0.01 <> <(:) || true; done
    kill -INT $ladder
    wait $ladder
    cat drawing told' 3>&-
  assert_success
  assert_line --regexp '\|-- UDP len=4 "lost" -+X +\|$'
}

@test "what a router carries is on two of its interfaces, and on the ladder once" {
  LADDER=$PWD/ladder run timeout -k 1 20 "$LABS_ROOT/scripts/netbox" --line client,router,server -- bash -c '
    cd "$TMPDIR"
    : >told
    on router "$LADDER" -i any -p 5012 -e 2>told >drawing & ladder=$!
    until grep -q listening told; do read -rt 0.01 <> <(:) || true; done
    : >socat
    on server socat -d -d TCP-LISTEN:5012 EXEC:cat 2>socat &
    until grep -q listening socat; do read -rt 0.01 <> <(:) || true; done
    echo hi | on client socat -t 5 - TCP:10.0.2.2:5012
    kill -INT $ladder
    wait $ladder
    cat drawing told' 3>&-
  assert_success
  assert_line --regexp '\|-- PSH,ACK seq=1 ack=1 len=3 "hi\\n" \(seen twice\) -+>\|$'
  refute_line --partial 'sent again'
  assert_equal "$(grep -c '(.*seen twice' <<<"$output")" "$(grep -cE '[|]' <<<"$output")"
  assert_line --regexp '^ladder: ([0-9]+) of [0-9]+ frames are copies of others, captured a second time: not drawn$'
}

@test "a packet that comes twice to one interface is on the ladder twice, but a file cannot tell" {
  local file=$BATS_TEST_TMPDIR/some.pcap frame=$BATS_TEST_TMPDIR/frame
  receive
  watch -q -w "$file"
  send_numbers 1
  stop ladder INT
  tail -c +41 "$file" >"$frame" # a file's header has 24 bytes, a frame's 16
  watch -w "$file"
  cat "$frame" "$frame" | socat -u -b "$(wc -c <"$frame")" - INTERFACE:lo
  drawn
  assert_equal "${lines[*]:1}" "${lines[1]} ${lines[1]}"
  assert_line -n 1 --regexp '\|-- UDP len=1 "1" -+>\|$'
  run ./ladder -r "$file"
  assert_line -n 1 --regexp '\|-- UDP len=1 "1" \(seen twice\) -+>\|$'
  refute_line -n 2 --partial '|'
}

@test "lost frames of which the firewall could not tell are counted" {
  local frames=20000 told crosses arrows
  drop_logged "icmp type echo-request"
  watch -e -l 2
  interrupt ladder STOP # so nothing reads the messages, and their buffer cannot hold all of these
  run ping -q -l $frames -c $frames -W 0.1 127.0.0.1
  assert_line --partial "$frames packets transmitted, 0 received"
  interrupt ladder CONT
  interrupt ladder USR1
  await ladder ' frames so far, '
  assert_equal "$(grep -c 'dropped up to' "$(err ladder)")" 1
  interrupt ladder USR1
  wait_until eval '(($(grep -c " so far, " "$(err ladder)") == 2))'
  assert_equal "$(grep -c 'dropped up to' "$(err ladder)")" 1 # nothing new
  drawn
  crosses=$(grep -cE -- '-X +\|$' <<<"$output")
  arrows=$(grep -c -- '->|$' <<<"$output" || true) # none, if the ring had room for no more than it heard of
  told=$(sed -nE 's/^ladder: .* dropped up to ([0-9]+) more, which are drawn as if they had arrived: .*/\1/p' \
    "$(err ladder)" | tail -n 1)
  ((crosses > 0 && told > 0))
  # Both bounds are the same number if the ring had room for every frame.
  ((arrows <= told && told <= frames - crosses))
}

@test "a frame that the firewall drops changes nothing at the other end" {
  drop_logged "tcp sport $PORT tcp flags & rst == rst"
  watch -l 2
  run timeout -k 1 1 socat -u OPEN:/dev/null "TCP:127.0.0.1:$PORT"
  drawn
  assert_line -n 1 --regexp '^    SYN-SENT \|-- SYN seq=0 -+>\| LISTEN$'
  assert_line -n 2 --regexp '^             \| +X-+ RST,ACK seq=0 ack=1 \(refused\) --\| CLOSED$'
}

@test "a log group that another program listens to is reported in one line, and so is a missing privilege" {
  local missing="hear the firewall's log group 2 (it needs CAP_NET_ADMIN, and a group to itself)"
  watch -l 2
  run timeout -k 1 10 ./ladder -l 2
  assert_failure 1
  assert_output "ladder: $missing: Operation not permitted [EPERM]"
  stop ladder INT
  run timeout -k 1 10 setpriv --bounding-set -net_admin ./ladder -l 2
  assert_failure 1
  assert_output "ladder: $missing: Operation not permitted [EPERM]"
}

@test "IPv6, UDP and ICMP have ladders too" {
  [[ -e /proc/sys/net/ipv6 ]] || skip 'this machine has no IPv6'
  watch
  start server socat "UDP6-RECVFROM:$PORT,bind=[::1],reuseaddr" EXEC:cat
  wait_until eval '[[ -n $(ss -Hlun "sport = 5012") ]]'
  assert_equal "$(echo hi | socat -t 2 - "UDP6:[::1]:$PORT")" hi
  ping -q -c 1 ::1
  drawn
  assert_line --regexp '\[::1\]:[0-9]+ +.*\[::1\]:5012$'
  assert_line --regexp '\|-- UDP len=3 "hi\\n" -+>\|'
  assert_line --regexp '\|<-+ UDP len=3 "hi\\n" --\|'
  assert_line --regexp '\|-- ICMP echo request seq=1 len=56 -+>\|'
  assert_line --regexp '\|<-+ ICMP echo reply seq=1 len=56 --\|'
}

# frames_told - prints how many frames ladder says that it has captured, and how many the kernel dropped.
frames_told() {
  sed -nE 's/^ladder: ([0-9]+) frames?, (none|[0-9]+) dropped by the kernel$/\1 \2/p' "$(err ladder)"
}

@test "with ten thousand connections, every frame that the interface counts is in the capture" {
  local before after frames file=$BATS_TEST_TMPDIR/some.pcap
  make -s -C "$LABS_ROOT/labs/01-tcp-echo" OUT="$BATS_TEST_TMPDIR" >&2
  start server "$BATS_TEST_TMPDIR/server" -p $PORT
  await server '^server: listening on '
  watch -q -w "$file"
  before=$(passed)
  "$TOOLS/peer" -t 20 "127.0.0.1:$PORT" times 10000 connect send 'x' expect 'x' close >"$(out peer)"
  wait_until closed $PORT
  after=$(passed)
  stop ladder INT
  frames=$((after - before))
  ((frames >= 80000))
  assert_equal "$(frames_told)" "$frames none"
  assert_equal "$(read_by_tcpdump "$file" 2>/dev/null | wc -l)" "$frames"
  assert_equal "$(./ladder -r "$file" | grep -c 'SYN seq=0')" 10000
}

@test "frames that the kernel had to drop are counted and reported" {
  local before after frames dropped
  watch -q -w "$BATS_TEST_TMPDIR/some.pcap"
  before=$(passed)
  interrupt ladder STOP # so nothing empties the ring, and it cannot hold all of these
  ping -q -f -s 60000 -c 600 127.0.0.1
  after=$(passed)
  interrupt ladder CONT
  stop ladder INT
  read -r frames dropped < <(frames_told)
  ((dropped > 0 && frames > 0))
  assert_equal $((frames + dropped)) $((after - before))
}

@test "tcpdump and tshark read the file that it writes, and find no malformed frame" {
  local file=$BATS_TEST_TMPDIR/some.pcap
  watch -w "$file"
  serve
  talk send 'hi\n' expect 'hi\n' shut eof
  ping -q -c 1 127.0.0.1
  drawn
  run -0 read_by_tcpdump "$file"
  assert_line --regexp 'Flags \[S\], .*length 0$'
  assert_equal "$(grep -cE '^[0-9:.]+ IP ' <<<"$output")" "$(frames_told | cut -d ' ' -f 1)"
  # Without -d, tshark may take a stream for another protocol because of its ephemeral port.
  run --separate-stderr tshark -d tcp.port==5012,echo -r "$file" -Y _ws.malformed
  assert_success
  assert_output ''
  run --separate-stderr tshark -d tcp.port==5012,echo -r "$file" -Y 'tcp.flags.syn == 1'
  assert_success
  assert_line --regexp '\[SYN\]'
}

# segments FILE, tshark_segments FILE - prints of each TCP frame, by conversation: its number, the sender's port, the flags
# as a number, seq, ack and length, and A if it is the same data again; as we read them, or as tshark does.
segments() {
  ./ladder -r "$1" -f json 2>/dev/null | jq -r '
    {FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16, URG: 32, ECE: 64, CWR: 128} as $bits
    | [.conversations[] | select(.protocol == "TCP")] | to_entries[] | .key as $number
    | (.value.ends | map({(.name): .port}) | add) as $ports | .value.frames[]
    | [$number, $ports[.from], (.flags | map($bits[.]) | add), .seq, (.ack // 0), .length,
      (if any(.remarks[]; test("sent again")) then "A" else "" end)] | @tsv'
}

tshark_segments() {
  # Without -d, tshark may take a stream for another protocol because of its ephemeral port.
  tshark -d "tcp.port==$PORT,echo" -r "$1" -Y 'tcp && !icmp && !icmpv6' -T fields -e tcp.stream -e tcp.srcport -e tcp.flags \
    -e tcp.seq -e tcp.ack -e tcp.len -e tcp.analysis.retransmission 2>/dev/null |
    while IFS=$'\t' read -r stream port flags seq ack len again; do
      # A refusal's number is 0 on the wire and no first number; tshark takes it for one, and counts from 1.
      ((flags != 20 || ack != 1)) || seq=0
      printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$stream" "$port" $((flags)) "$seq" "$ack" "$len" "${again:+A}"
    done | sort -s -n -k 1,1
}

@test "tshark finds the same conversations, with the same numbers, and the same data sent again" {
  local file=$BATS_TEST_TMPDIR/some.pcap late=$BATS_TEST_TMPDIR/late.pcap
  watch -q -w "$file"
  serve
  talk send 'hi\n' expect 'hi\n' shut eof
  talk send 'once\n' expect 'once\n' reset
  drop_first "tcp dport $PORT tcp flags & (syn | fin | psh) == psh"
  talk send 'lost\n' expect 'lost\n' shut eof
  nft delete table inet test
  drop_first "tcp sport $PORT tcp flags & (syn | ack) == (syn | ack)"
  talk send 'x\n' expect 'x\n' shut eof
  nft delete table inet test
  start slow nc 127.0.0.1 "$PORT" # over the others
  type slow one
  await slow one
  talk send 'between\n' expect 'between\n' shut eof
  type slow two
  await slow two
  run nc -z 127.0.0.1 5112
  assert_failure
  seq 1 40000 | nc -N 127.0.0.1 "$PORT" >/dev/null
  start server6 socat "TCP6-LISTEN:$PORT,reuseaddr,bind=[::1]" EXEC:cat
  wait_until listens6
  echo six | nc -N ::1 "$PORT" >/dev/null
  stop ladder INT
  segments "$file" >"$BATS_TEST_TMPDIR/ours"
  tshark_segments "$file" >"$BATS_TEST_TMPDIR/theirs"
  assert_equal "$(cut -f 1 "$BATS_TEST_TMPDIR/theirs" | uniq | wc -l)" 9
  (($(grep -c 'A$' "$BATS_TEST_TMPDIR/theirs") >= 2))
  run diff "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
  assert_output ''
  # The same without its first five frames: a conversation of which the beginning is missing.
  tshark -r "$file" -Y 'frame.number > 5' -w "$late" 2>/dev/null
  segments "$late" >"$BATS_TEST_TMPDIR/ours"
  tshark_segments "$late" >"$BATS_TEST_TMPDIR/theirs"
  run diff "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
  assert_output ''
}

listens6() {
  [[ -n $(ss -Htln "src [::1] sport = $PORT") ]]
}

@test "a file in the format pcapng, Wireshark's, is read too; one that is compressed says how" {
  local file=$BATS_TEST_TMPDIR/some.pcap
  watch -q -w "$file"
  serve
  talk send 'hi\n' expect 'hi\n' shut eof
  stop ladder INT
  tshark -r "$file" -w "$file"ng 2>/dev/null
  run cat <(head -c 4 "$file"ng | od -An -tx1)
  assert_output ' 0a 0d 0d 0a'
  run ./ladder -r "$file"ng -f json
  assert_success
  assert_output "$(./ladder -r "$file" -f json 2>&1)"
  gzip "$file"ng
  run ./ladder -r "$file"ng.gz
  assert_failure 1
  assert_output "ladder: $file""ng.gz: it is compressed: put \`zcat FILE |\` in front, and read it by -r -"
  run bash -c "set -o pipefail; zcat '$file'ng.gz | ./ladder -r -"
  assert_success
  assert_line --regexp '"hi\\n"'
}

@test "a file in that format with two link types is drawn, but not written as one that can have only one" {
  local file=$BATS_TEST_TMPDIR/some
  watch -q -w "$file"
  ping -q -c 1 127.0.0.1
  stop ladder INT
  cp "$file" "$file.cooked"
  set_byte "$file.cooked" 20 71 # link type 113, which these frames do not have
  mergecap -w "$file.mixed" "$file" "$file.cooked"
  run --separate-stderr ./ladder -r "$file.mixed"
  assert_success
  assert_equal "$(grep -c 'ICMP echo' <<<"$output")" 2
  assert_equal "$stderr" 'ladder: 2 of 4 frames in no ladder: no TCP, UDP or ICMP, or too little of it'
  run ./ladder -q -r "$file.mixed" -w "$file.out"
  assert_failure 1
  assert_output "ladder: $file.mixed: its frames have link types 1 and 113, and -w writes a file of one"
}

@test "a conversation as SVG, Mermaid, JSON and with lines drawn in UTF-8" {
  local file=$BATS_TEST_TMPDIR/some.pcap
  watch -q -w "$file"
  serve
  talk send 'hi\n' expect 'hi\n' shut eof
  stop ladder INT
  run ./ladder -r "$file" -f utf8
  assert_line --regexp '^ +SYN-SENT │── SYN seq=0 ─+→│ LISTEN$'
  run --separate-stderr ./ladder -r "$file" -f svg
  assert_line -n 1 --regexp '^<svg xmlns="http://www\.w3\.org/2000/svg" .*role="img"'
  assert_line --regexp '<title[^>]*>.+</title>'
  assert_line --regexp 'SYN,ACK seq=0 ack=1'
  assert_line -n -1 '</svg>'
  run ./ladder -r "$file" -f mermaid
  assert_line -n 0 '```mermaid'
  assert_line -n 1 'sequenceDiagram'
  assert_line --regexp '^ +client->>server: SYN'
  run --separate-stderr jq -r '.conversations[0].frames[] | [.from, (.flags | join("+")), .seq, .data] | @tsv' \
    <<<"$(./ladder -r "$file" -f json)"
  assert_success
  assert_line -n 0 $'client\tSYN\t0\t'
  assert_line -n 1 $'server\tSYN+ACK\t0\t'
  assert_line -n 3 $'client\tPSH+ACK\t1\thi\\n'
}

@test "on lo it says that checksums are left to the card, and not that they are wrong; so of a file" {
  local file=$BATS_TEST_TMPDIR/some.pcap
  watch -w "$file"
  serve
  talk send 'hi' expect 'hi' shut eof
  stop ladder INT
  await ladder 'checksums of [0-9]+ are left to the network card \(offload\): not checked$'
  run ! grep -i 'wrong' "$(err ladder)" "$(out ladder)"
  run --separate-stderr ./ladder -r "$file"
  assert_success
  assert_equal "$stderr" "$(grep 'left to the network card' "$(err ladder)")"
  # A file's header has 24 bytes, a frame's 16, Ethernet's 14; then the IP checksum follows 10 bytes.
  set_byte "$file" $((24 + 16 + 14 + 10)) 00
  set_byte "$file" $((24 + 16 + 14 + 11)) 00
  run ./ladder -r "$file"
  assert_line 'ladder: the IP checksums of 1 are left to the network card (offload): not checked'
  refute_line --partial wrong
}

@test "on a wire every checksum is right, and a damaged one is reported as wrong" {
  make -s -C "$LABS_ROOT/labs/06-icmp-ping" server >&2
  export DAMAGING=$LABS_ROOT/labs/06-icmp-ping/server LADDER=$PWD/ladder
  # A box in a box has temporary files of its own.
  run timeout -k 1 20 "$LABS_ROOT/scripts/netbox" --line client,server -- bash -c '
    cd "$TMPDIR"
    until_said() { until grep -q "$1" "$2"; do read -rt 0.01 <> <(:) || true; done; }
    : >told
    on client "$LADDER" -i eth0 2>told >drawing & ladder=$!
    until_said listening told
    : >socat
    on server socat -d -d TCP-LISTEN:5012 EXEC:cat 2>socat &
    until_said listening socat
    echo hi | on client socat -t 5 - TCP:10.0.1.2:5012
    on server sh -c "echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all"
    : >damaging
    on server "$DAMAGING" -q -m damage >damaging & server=$!
    until_said damage damaging
    on client ping -q -c 1 -W 0.5 10.0.1.2
    until_said "wrong checksum" drawing
    kill $server
    kill -INT $ladder
    wait $ladder
    cat drawing told' 3>&-
  assert_success
  assert_line --regexp '\|<-+ PSH,ACK seq=1 ack=[45] len=3 "hi\\n" --\|'
  assert_line --regexp 'ICMP echo reply seq=1 len=56 \(wrong checksum\)'
  assert_line 'ladder: 1 with a wrong checksum'
  refute_line --partial 'offload'
  assert_equal "$(grep -c '(wrong checksum)' <<<"$output")" 1
}

@test "a frame longer than a wire can carry, as on the loopback, is drawn and kept whole" {
  local file=$BATS_TEST_TMPDIR/some.pcap
  watch -w "$file"
  serve
  seq 20000 >"$BATS_TEST_TMPDIR/in"
  talk pump "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/in" shut eof
  drawn
  assert_line --regexp 'len=[0-9]{5} "1\\n2\\n3\\n4\\n'
  run ./ladder -r "$file"
  assert_success
  assert_line --regexp 'len=[0-9]{5} "1\\n2\\n3\\n4\\n'
}

@test "an interface without a link header, like a VPN's, is captured as it is" {
  local file=$BATS_TEST_TMPDIR/tun.pcap
  [[ -w /dev/net/tun ]] || skip 'you may not make such an interface here: you cannot open /dev/net/tun'
  start vpn socat TUN:10.8.0.1/24,iff-up,iff-no-pi,tun-name=tun0 -
  wait_until ip link show tun0 up
  watch -i tun0 -p 5012 -w "$file"
  echo hello >/dev/udp/10.8.0.2/5012
  drawn
  assert_line --regexp 'UDP len=6 "hello\\n"'
  run read_by_tcpdump "$file"
  assert_line --partial '> 10.8.0.2.5012: UDP, length 6'
  # "any" means all interfaces whose frames begin alike, because a file can hold only one kind.
  watch -i any -p 5012
  echo hello >/dev/udp/10.8.0.2/5012
  echo hello >/dev/udp/127.0.0.1/5012
  drawn
  assert_equal "$(grep -c 'UDP len=6' <<<"$output")" 1
}

@test "\"any\" captures on all interfaces, and sees the loopback's frames once" {
  watch -i any
  ping -q -c 1 127.0.0.1
  drawn
  assert_equal "$(grep -c 'ICMP echo' <<<"$output")" 2
}

@test "a file that is no capture, or is cut off, is named, and what comes before the cut is drawn" {
  local file=$BATS_TEST_TMPDIR/some.pcap
  watch -q -w "$file"
  ping -q -i 0.01 -c 2 127.0.0.1
  stop ladder INT
  head -c -1 "$file" >"$file.short"
  run --separate-stderr ./ladder -r "$file.short"
  assert_failure 1
  assert_equal "$(grep -c 'ICMP echo' <<<"$output")" 3
  assert_equal "$stderr" "ladder: $file.short: it ends inside a frame; what came before is drawn"
  run ./ladder -r - <"$file"
  assert_success
  assert_equal "$(grep -c 'ICMP echo' <<<"$output")" 4
  run ./ladder -r "$LABS_ROOT/README.md"
  assert_failure 1
  assert_output "ladder: $LABS_ROOT/README.md: it is not a capture file"
  run ./ladder -r /dev/null
  assert_failure 1
  run ./ladder -r /nowhere
  assert_failure 1
  assert_output 'ladder: open /nowhere: No such file or directory [ENOENT]'
  run ./ladder -r .
  assert_failure 1
  assert_output 'ladder: read .: Is a directory [EISDIR]'
}

# set_byte FILE OFFSET HEX - changes one byte of the file.
set_byte() {
  printf '%b' "\\x$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

@test "frames of a file that belong in no ladder are counted, and a link type that it cannot read is named" {
  local file=$BATS_TEST_TMPDIR/frames.pcap
  watch -q -w "$file"
  ping -q -i 0.01 -c 2 127.0.0.1
  stop ladder INT
  # A file's header has 24 bytes, a frame's 16; its EtherType follows 12 bytes of addresses.
  local option what
  for what in '06 ARP' 'cc no TCP, UDP or ICMP, or too little of it'; do
    set_byte "$file" $((24 + 16 + 12 + 1)) "${what%% *}" # 0806 is ARP
    for option in '' -e '-f json'; do
      # shellcheck disable=SC2086  # none, one or two words
      run --separate-stderr ./ladder $option -r "$file"
      assert_success
      assert_equal "$stderr" "ladder: 1 of 4 frames in no ladder: ${what#* }"
    done
  done
  set_byte "$file" 20 7f
  run ./ladder -r "$file"
  assert_failure 1
  assert_output "ladder: $file: its frames have link type 127 (Wi-Fi with radiotap headers), which this does not read"
  set_byte "$file" 20 94 # link type 148 is for private use
  run ./ladder -r "$file"
  assert_failure 1
  assert_output "ladder: $file: its frames have link type 148, which this does not read"
}

@test "a file with nothing on the port that -p names says so" {
  local file=$BATS_TEST_TMPDIR/some.pcap
  watch -q -w "$file"
  ping -q -c 1 127.0.0.1
  stop ladder INT
  run ./ladder -r "$file" -p 5012
  assert_success
  assert_output "ladder: $file: none of its 2 frames has port 5012"
}

@test "a missing interface, one that is down, and a missing privilege are reported in one line" {
  run timeout -k 1 10 ./ladder -i eth9
  assert_failure 1
  assert_output 'ladder: capture on eth9: No such device [ENODEV]'
  run timeout -k 1 10 setpriv --bounding-set -net_raw ./ladder
  assert_failure 1
  assert_output 'ladder: capture on lo (it needs CAP_NET_RAW: try it in scripts/netbox): Operation not permitted [EPERM]'
  ip link set lo down
  run timeout -k 1 10 ./ladder
  ip link set lo up
  assert_failure 1
  assert_line 'ladder: capture on lo: Network is down [ENETDOWN]'
}

@test "a full disk is an error that names itself" {
  local file=$BATS_TEST_TMPDIR/some.pcap
  watch -q -w "$file"
  ping -q -c 1 127.0.0.1
  stop ladder INT
  run ./ladder -q -r "$file" -w /dev/full
  assert_failure 1
  assert_output 'ladder: write the frames, or their drawing: No space left on device [ENOSPC]'
  run ./ladder -q -r "$file" -s /dev/full
  assert_failure 1
  assert_output 'ladder: write the frames, or their drawing: No space left on device [ENOSPC]'
  run sh -c "./ladder -r '$file' >/dev/full"
  assert_failure 1
  assert_output 'ladder: write the frames, or their drawing: No space left on device [ENOSPC]'
}

@test "a wrong command line is a usage error that says what is wrong" {
  local words expected
  while IFS='|' read -r words expected; do
    # shellcheck disable=SC2086  # they are words
    run timeout -k 1 10 ./ladder $words
    assert_failure 2
    assert_line --partial "$expected"
  done <<'CASES'
-f png|-f wants text, utf8, svg, mermaid, json or prose, not 'png'
-c 0|a number of frames
-c 12x|a number of frames
-p 65536|a port
-p 0|a port
-i lo -r x|choose one
-l 2 -r x|a file does not tell what was lost
-l 2 -q|choose one
-l 65536|a log group
-r ladder -w ./ladder|overwrite
-w -|-q
-s -|-s wants a file
-z|unknown option
lo|unexpected argument 'lo'
-f|-f
CASES
  local option
  for option in -h --help; do
    run ./ladder "$option"
    assert_success
    assert_line --partial 'usage: ladder '
  done
}
