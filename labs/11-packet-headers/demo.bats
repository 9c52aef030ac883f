#!/usr/bin/env bats
# Lab 11's programs behave as its README says, failures included. scripts/lib/behaviour.bash defines the words.
# Two hosts, client (10.0.1.1) and server (10.0.1.2), are on one wire; `wire` is dissect at the client's end.
# needs: nft line raw packet ping ipv6
# tools: tshark nc xxd socat curl ssh sshd dig
load ../../scripts/lib/behaviour.bash

setup_file() {
  [[ ${SOCKET_LABS_BOX-} ]] || { echo 'run it in scripts/netbox' >&2 && return 1; }
  "$LABS_ROOT/scripts/netbox.d/line" client,server true >&2 3>&-
  export PATH=$PATH:/run/bin
  on client ip link set eth0 address 02:00:00:00:00:01
  on server ip link set eth0 address 02:00:00:00:00:02
  on client ping -nqc 1 10.0.1.2 >/dev/null
}

teardown() {
  kill_started
  on client nft flush ruleset
  on server nft flush ruleset
  on client ip link set eth0 mtu 1500
}

# watch [ON] ARGUMENT... - starts dissect on a host, the client unless ON is server, and waits until it captures.
watch() {
  local host=client
  [[ $1 != server ]] || { host=server && shift; }
  start wire on "$host" ./dissect -i eth0 "$@"
  await wire '^dissect: listening on eth0$'
}

# seen - waits for its end, and sets $output and $lines to what it has shown.
seen() {
  finish wire
  run sed 1d "$(out wire)"
}

# sample ARGUMENT... - the client sends one packet.
sample() {
  on client ./sampler "$@" >/dev/null
}

receiver() {
  start receiver on server ./receiver
  await receiver '^receiver: listening on port 5011$'
}

# field HEADER NAME VALUE [FRAME] - expects that line of -l.
field() {
  assert_line "${4-1}"$'\t'"$1"$'\t'"$2"$'\t'"$3"
}

# counter NAME - prints the server's counter.
counter() {
  on server nstat -asz "$1" | awk 'NR > 1 { print $2 }'
}

counts() {
  (($(counter "$1") == $2))
}

# --- right ones ---

@test "a datagram of five bytes is a frame of 47, each field where the RFCs have it" {
  watch -l -c 1 -H UDP
  receiver
  sample plain 10.0.1.2
  await receiver '^receiver: 5 bytes: "hello"$'
  seen
  field UDP 'Source Port' 30011
  field UDP 'Destination Port' 5011
  field UDP Length 13
  field UDP Checksum 0x1d31
  stop receiver
}

@test "the drawing, bit by bit, and the sum, word by word" {
  watch -s -c 1 -H UDP
  sample plain 10.0.1.2
  seen
  assert_output - <<'DRAWING'
frame 1: 47 bytes
UDP: 8 bytes
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|          Source Port          |       Destination Port        |
|             30011             |             5011              |
|0 1 1 1 0 1 0 1 0 0 1 1 1 0 1 1|0 0 0 1 0 0 1 1 1 0 0 1 0 0 1 1|
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|            Length             |           Checksum            |
|              13               |            0x1d31             |
|0 0 0 0 0 0 0 0 0 0 0 0 1 1 0 1|0 0 0 1 1 1 0 1 0 0 1 1 0 0 0 1|
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
checksum of UDP
  pseudo: from   0a00 0101
    to           0a00 0102
    proto, length 0011 000d
  header         753b 1393 000d 0000
  data           6865 6c6c 6f00
  sum 0x1e2cd, carry added 0xe2ce, inverted 0x1d31; the header says 0x1d31: right
CRC-32 of the frame: 0x020affe2
DRAWING
}

@test "the eight flags of TCP, each of one bit, their names downwards" {
  watch -s -c 1 -H TCP
  sample flags 10.0.1.2
  seen
  assert_line '| Data  | Rsrvd |C|E|U|A|P|R|S|F|            Window             |'
  assert_line '|Offset |       |W|C|R|C|S|S|Y|I|                               |'
  assert_line '|       |       |R|E|G|K|H|T|N|N|                               |'
  assert_line '|0 1 0 1|0 0 0 0|1|1|1|1|1|1|1|1|0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0|'
  assert_line --partial ': right'
}

@test "IPv4's header checksum and that of ICMP, whose sum has no pseudo-header; ICMPv6's has one" {
  watch -s -c 1 -H ICMP
  on client ping -nqc 1 -p 00 10.0.1.2 >/dev/null
  seen
  assert_line --partial ': right'
  refute_line --partial pseudo
  watch -s -c 1 -H ICMPv6
  on client ping -nqc 1 fd00:1::2 >/dev/null
  seen
  assert_line --regexp '^  pseudo: from'
  assert_line --partial ': right'
  watch -s -c 1 -H IPv4
  sample plain 10.0.1.2
  seen
  assert_line --partial ': right'
}

@test "before the first datagram a question and an answer: ARP" {
  on client ip neigh flush dev eth0
  watch -l -c 2 -H ARP
  sample plain 10.0.1.2
  seen
  field ARP Operation 1
  field ARP 'Sender Hardware Address' 02:00:00:00:00:01
  field ARP 'Target Hardware Address' 00:00:00:00:00:00
  field ARP 'Target Protocol Address' 10.0.1.2
  field ARP Operation 2 2
  field ARP 'Sender Hardware Address' 02:00:00:00:00:02 2
}

@test "an option of IPv4, an extension header of IPv6" {
  watch -c 1 -H IPv4
  sample options 10.0.1.2
  seen
  assert_line '  option 148, router alert: 94 04 00 00'
  watch -l -c 1 -H 'IPv6 destination'
  sample options fd00:1::2
  seen
  field 'IPv6 destination' 'Next Header' 17
  field 'IPv6 destination' 'Option 1' 010400000000
}

@test "a VLAN tag is told by the kernel, and is in the frame of a file" {
  watch server -l -c 1 -H 'VLAN tag'
  sample vlan eth0
  seen
  field 'VLAN tag' 'VLAN Identifier' 5
  # The same frame as a file has it.
  capture_file 'ffffffffffff0200000000010000' '8100600588b568656c6c6f'
  run ./dissect -l -r "$BATS_TEST_TMPDIR/file" -H 'VLAN tag'
  field 'VLAN tag' PCP 3
  field 'VLAN tag' 'VLAN Identifier' 5
  field 'VLAN tag' EtherType 0x88b5
}

# capture_file HEX... - makes a capture file of one frame, whose bytes these are; of the first the last two are left out.
capture_file() {
  local hex=${1:0:24}${2-} len
  {
    printf '\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\0\0\4\0\1\0\0\0'
    printf '\0\0\0\0\0\0\0\0'
    printf -v len %02x $((${#hex} / 2))
    xxd -r -p <<<"${len}000000${len}000000$hex"
  } >"$BATS_TEST_TMPDIR/file"
}

# --- broken ones ---

@test "one bit changed: the server's kernel drops it, counts it, and tells nobody" {
  local before
  before=$(counter UdpInCsumErrors)
  receiver
  watch -s -c 1 -H UDP
  sample -d A:10B:90 digit 10.0.1.2
  wait_until counts UdpInCsumErrors $((before + 1))
  sample -d end plain 10.0.1.2
  await receiver '"end"'
  run cat "$(out receiver)"
  assert_output - <<'SAID'
receiver: listening on port 5011
receiver: 3 bytes: "end"
SAID
  seen
  assert_line --regexp ': wrong$'
  stop receiver
}

@test "two words changed places: the same checksum, delivered; the CRC is another" {
  local before crc
  before=$(counter UdpInCsumErrors)
  receiver
  watch -s -c 2 -H UDP
  sample -d A:10B:90 plain 10.0.1.2
  sample -d A:10B:90 swapped 10.0.1.2
  await receiver '^receiver: 8 bytes: "A:90B:10"$'
  assert_equal "$(counter UdpInCsumErrors)" "$before"
  seen
  assert_equal "$(grep -c 'the header says 0x7328: right$' <<<"$output")" 2
  crc=$(grep '^CRC-32' <<<"$output" | sort -u | wc -l)
  assert_equal "$crc" 2
  stop receiver
}

@test "a datagram without a checksum is delivered, and dissect says that there is none" {
  receiver
  watch -s -c 1 -H UDP
  sample nosum 10.0.1.2
  await receiver '"hello"'
  seen
  assert_line --partial 'the header says 0x0000: there is none'
  stop receiver
}

@test "corrupted on the way by a firewall: dropped and counted, too" {
  local before
  before=$(counter UdpInCsumErrors)
  on server nft 'table netdev t { chain c { type filter hook ingress device eth0 priority 0;
    udp dport 5011 @th,64,16 set 0x4142; }; }'
  receiver
  sample udp 10.0.1.2
  wait_until counts UdpInCsumErrors $((before + 1))
  on server nft flush ruleset
  sample -d end udp 10.0.1.2
  await receiver '"end"'
  refute grep -q hello "$(out receiver)"
  stop receiver
}

# --- too long ---

@test "1,472 bytes are one packet, 1,473 are two; with DF they are refused" {
  receiver
  watch -l -c 3 -H IPv4
  sample -s 1472 udp 10.0.1.2
  sample -s 1473 udp 10.0.1.2
  await receiver '^receiver: 1473 bytes'
  seen
  field IPv4 'Total Length' 1500
  field IPv4 MF 0
  field IPv4 MF 1 2
  field IPv4 'Fragment Offset' 0 2
  field IPv4 'Total Length' 21 3
  field IPv4 'Fragment Offset' 185 3
  field IPv4 MF 0 3
  run on client ./sampler -D -s 1473 udp 10.0.1.2
  assert_failure 1
  assert_output 'sampler: send udp to 10.0.1.2: Message too long [EMSGSIZE]'
  sample -D -s 1472 udp 10.0.1.2
  await receiver '^receiver: 1472 bytes'
  stop receiver
}

@test "IPv6 cuts in a header of its own, and only at the sender" {
  receiver
  watch -l -c 2 -H 'IPv6 fragment'
  sample -s 1453 udp fd00:1::2
  await receiver '^receiver: 1453 bytes'
  seen
  field 'IPv6 fragment' M 1
  field 'IPv6 fragment' 'Fragment Offset' 0
  field 'IPv6 fragment' M 0 2
  field 'IPv6 fragment' 'Fragment Offset' 181 2
  stop receiver
}

@test "the largest datagram comes in 45 fragments" {
  receiver
  watch -o -c 45 -H IPv4
  sample -s 65507 udp 10.0.1.2
  await receiver '^receiver: 65507 bytes'
  seen
  assert_line --regexp '^IPv4 +900 bytes'
  assert_line --regexp '^UDP +8 bytes'
  assert_line --regexp '^Data +65507 bytes'
  stop receiver
}

@test "a sum over several fragments is not computed from one of them" {
  watch -s -c 1 -H UDP
  sample -s 1473 udp 10.0.1.2
  seen
  assert_line '  not computed: it is over the whole packet, and this is a piece of it'
}

@test "the overhead of each layer, and all of it together" {
  watch -o -c 3 -H UDP
  sample -d a udp 10.0.1.2
  sample -d a udp fd00:1::2
  sample -s 1400 udp 10.0.1.2
  seen
  assert_output - <<'COSTS'
Ethernet               42 bytes    2.7%
IPv4                   40 bytes    2.6%
IPv6                   40 bytes    2.6%
UDP                    24 bytes    1.6%
Data                 1402 bytes   90.6%
all                  1548 bytes  100.0%
COSTS
}

@test "what Ethernet has added behind the packet is padding" {
  capture_file 020000000002020000000001 "08004500001e000040004011$(printf 0)0000a0001010a000102753b1393000a000068690000"
  run ./dissect -o -r "$BATS_TEST_TMPDIR/file"
  assert_success
}

# --- other tools ---

# talk - traffic of many kinds.
talk() {
  on client ip neigh flush dev eth0
  on client ping -nqc 2 10.0.1.2
  on client ping -nqc 1 -s 3000 10.0.1.2
  on client ping -nqc 2 fd00:1::2
  on client ping -nqc 1 -s 3000 fd00:1::2
  sample udp 10.0.1.2
  sample udp fd00:1::2
  sample options 10.0.1.2
  sample options fd00:1::2
  sample -s 5000 udp 10.0.1.2
  sample flags 10.0.1.2
  sample nosum 10.0.1.2
  sample digit 10.0.1.2
  wait_until server_listens 10.0.1.2
  on client sh -c 'seq 1 3000 | nc -N 10.0.1.2 5011'
  wait_until server_listens '[fd00:1::2]' # the second one begins when the first has ended
  on client sh -c 'seq 1 3000 | nc -N fd00:1::2 5011'
}

# agree FILE PAIR... - prints each field of the file that tshark reads in another way. A PAIR is HEADER/FIELD=NAME, the
# last one tshark's. In a frame with two headers of a kind the first one counts, or tshark's last one with WHICH=l.
agree() {
  local file=$1 pair options=()
  shift
  for pair; do options+=(-e "${pair#*=}"); done
  ./dissect -l -r "$file" >"$BATS_TEST_TMPDIR/ours"
  tshark -o ip.defragment:FALSE -o ipv6.defragment:FALSE -r "$file" -T fields -E "occurrence=${WHICH-f}" -e frame.number "${options[@]}" \
    2>/dev/null >"$BATS_TEST_TMPDIR/theirs"
  printf '%s\n' "$@" | awk -F'\t' '
    function number(text,   i, sum) {
      if (text == "True") return 1
      if (text == "False") return 0
      if (text !~ /^0x/) return text
      for (i = 3; i <= length(text); i++)
        sum = sum * 16 + index("0123456789abcdef", tolower(substr(text, i, 1))) - 1
      return sum
    }
    FILENAME == "-" { sub(/=.*/, ""); names[++n] = $0; next }
    FILENAME ~ /ours$/ { if (!(($1, $2 "/" $3) in ours)) ours[$1, $2 "/" $3] = $4; next }
    {
      for (i = 1; i <= n; i++)
        if ((($1, names[i]) in ours) && $(i + 1) != "") {
          seen[names[i]]++
          if (number(ours[$1, names[i]]) != number($(i + 1)))
            print "frame " $1 ", " names[i] ": " ours[$1, names[i]] ", tshark: " $(i + 1)
        }
    }
    END { for (i = 1; i <= n; i++) if (!seen[names[i]]) print "no frame has " names[i] }
  ' - "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
}

@test "tshark reads the same in every field, whatever the traffic" {
  local file=$BATS_TEST_TMPDIR/traffic.pcap
  start server on server sh -c 'nc -lN 10.0.1.2 5011; nc -lN fd00:1::2 5011'
  start tshark on client dumpcap -P -q -i eth0 -w "$file"
  await tshark '^File: '
  talk >/dev/null
  finish server
  wait_until has_all "$file"
  stop tshark INT
  run agree "$file" Ethernet/{'Destination Address=eth.dst','Source Address=eth.src',EtherType=eth.type} \
    ARP/{Operation=arp.opcode,'Sender Hardware Address=arp.src.hw_mac','Target Protocol Address=arp.dst.proto_ipv4'} \
    IPv4/{DSCP=ip.dsfield.dscp,ECN=ip.dsfield.ecn,'Total Length=ip.len',Identification=ip.id,DF=ip.flags.df,MF=ip.flags.mf} \
    IPv4/{'Time to Live=ip.ttl',Protocol=ip.proto,'Header Checksum=ip.checksum','Source Address=ip.src','Destination Address=ip.dst'} \
    IPv6/{'Traffic Class=ipv6.tclass','Flow Label=ipv6.flow','Payload Length=ipv6.plen','Next Header=ipv6.nxt'} \
    IPv6/{'Hop Limit=ipv6.hlim','Source Address=ipv6.src','Destination Address=ipv6.dst'} \
    'IPv6 fragment'/{'Fragment Offset=ipv6.fraghdr.offset','Identification=ipv6.fraghdr.ident',M=ipv6.fraghdr.more} \
    UDP/{'Source Port=udp.srcport','Destination Port=udp.dstport',Length=udp.length,Checksum=udp.checksum} \
    TCP/{'Source Port=tcp.srcport','Destination Port=tcp.dstport','Sequence Number=tcp.seq_raw','Acknowledgment Number=tcp.ack_raw'} \
    TCP/{CWR=tcp.flags.cwr,ECE=tcp.flags.ece,URG=tcp.flags.urg,ACK=tcp.flags.ack,PSH=tcp.flags.push,RST=tcp.flags.reset} \
    TCP/{SYN=tcp.flags.syn,FIN=tcp.flags.fin,Window=tcp.window_size_value,Checksum=tcp.checksum,'Urgent Pointer=tcp.urgent_pointer'} \
    ICMP/{Type=icmp.type,Code=icmp.code,Checksum=icmp.checksum,Identifier=icmp.ident,'Sequence Number=icmp.seq'} \
    ICMPv6/{Type=icmpv6.type,Code=icmpv6.code,Checksum=icmpv6.checksum}
  assert_output ''
  # A file in the format pcapng says the same.
  tshark -r "$file" -w "$file"ng 2>/dev/null
  ./dissect -l -r "$file" >"$BATS_TEST_TMPDIR/one"
  ./dissect -l -r "$file"ng | diff "$BATS_TEST_TMPDIR/one" -
}

# has_all FILE - true if both connections are in the file to their ends.
has_all() {
  (($(./dissect -l -r "$1" -H TCP 2>/dev/null | grep -c $'FIN\t1$') >= 5))
}

server_listens() {
  [[ $(on server ss -Htln "src = $1:5011") ]]
}

# --- programs of every day: curl, ssh, dig ---

# serve - the server speaks HTTP at port 80, SSH at port 5022, and DNS at port 53, of both families where that is easy.
serve() {
  local dir=$BATS_TEST_TMPDIR
  ssh-keygen -q -t ed25519 -N '' -f "$dir/key"
  printf 'HostKey %s\nPort 5022\nListenAddress 10.0.1.2\nUsePAM no\nPidFile none\nStrictModes no\n' "$dir/key" >"$dir/sshd"
  # The box has no user but root. As another one sshd does not change into a user of its own.
  start sshd on server unshare --user --map-user=1000 "$(PATH=$PATH:/usr/sbin builtin type -P sshd)" -D -e -f "$dir/sshd"
  printf 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n' >"$dir/page"
  seq 1 9000 >>"$dir/page"
  # A request ends with an empty line. A server that answers sooner closes with unread data, and that is a reset.
  cat >"$dir/http" <<'HTTP'
while read -r line && [ ${#line} -gt 1 ]; do :; done
cat "$1"
HTTP
  start http on server socat -t 9 "TCP4-LISTEN:80,fork,reuseaddr" "EXEC:sh $dir/http $dir/page"
  start http6 on server socat -t 9 "TCP6-LISTEN:80,fork,reuseaddr,ipv6only" "EXEC:sh $dir/http $dir/page"
  # An answer repeats the id and the question; these flags say that there is no such name. It must be one write.
  cat >"$dir/answer" <<'ANSWER'
{ head -c 2; printf '\201\203\0\001\0\0\0\0\0\0'; tail -c +11; } >"$1" && cat "$1"
ANSWER
  start dns on server socat UDP4-RECVFROM:53 "EXEC:sh $dir/answer $dir/answered"
  wait_until all_serve || {
    cat "$(err sshd)" "$(err http)" "$(err http6)" "$(err dns)" >&2
    on server ss -Htunlp >&2
    return 1
  }
}

all_serve() {
  (($(on server ss -Htln 'sport = :80 or sport = :5022' | wc -l) == 3)) && [[ $(on server ss -Huln 'sport = :53') ]]
}

# errors - the server answers two datagrams and two connections with ICMP errors.
errors() {
  on server nft 'add table inet wall; add chain inet wall in { type filter hook input priority 0; };
    add rule inet wall in tcp dport 5111 reject with icmpx type admin-prohibited'
  sample -s 900 udp 10.0.1.2
  sample udp fd00:1::2
  run on client nc -z -w 2 10.0.1.2 5111
  assert_failure
  run on client nc -z -w 2 fd00:1::2 5111
  assert_failure
}

# options_of FILE - prints for each frame with options of TCP its number, their kinds, and their bytes: as we read them,
# or as tshark does.
options_of() {
  ./dissect -l -r "$1" | awk -F'\t' '$2 == "TCP" && $3 ~ /^Option / {
    if ($1 != frame) { if (frame) print frame, kinds, bytes; frame = $1; kinds = bytes = "" }
    kinds = kinds (kinds == "" ? "" : ",") substr($3, 8)
    bytes = bytes $4 } END { if (frame) print frame, kinds, bytes }'
}

tshark_options_of() {
  tshark -r "$1" -Y 'tcp.options && !icmp && !icmpv6' -T fields -e frame.number -e tcp.option_kind -e tcp.options 2>/dev/null |
    tr '\t' ' ' | tr -d :
}

@test "curl, ssh, dig and what ICMP quotes: tshark reads the same in every field, and in each option of TCP" {
  local file=$BATS_TEST_TMPDIR/daily.pcap
  on server sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_ratelimit; echo 0 >/proc/sys/net/ipv6/icmp/ratelimit'
  serve
  start tshark on client dumpcap -P -q -i eth0 -w "$file"
  await tshark '^File: '
  run on client curl -sS --max-time 10 http://10.0.1.2/
  assert_line --index 8999 9000
  run on client curl -sS --max-time 10 'http://[fd00:1::2]/'
  assert_line --index 8999 9000
  run on client ssh -p 5022 -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null nobody@10.0.1.2 true
  assert_output --partial 'Permission denied'
  run on client dig +noedns +tries=1 @10.0.1.2 www.lab
  assert_output --partial 'status: NXDOMAIN'
  errors
  wait_until has_errors "$file"
  stop tshark INT
  run agree "$file" IPv4/{'Total Length=ip.len',Identification=ip.id,'Time to Live=ip.ttl','Header Checksum=ip.checksum'} \
    IPv6/{'Traffic Class=ipv6.tclass','Flow Label=ipv6.flow','Payload Length=ipv6.plen','Next Header=ipv6.nxt'} \
    UDP/{'Source Port=udp.srcport','Destination Port=udp.dstport',Length=udp.length,Checksum=udp.checksum} \
    TCP/{'Source Port=tcp.srcport','Destination Port=tcp.dstport','Sequence Number=tcp.seq_raw','Acknowledgment Number=tcp.ack_raw'} \
    TCP/{ACK=tcp.flags.ack,PSH=tcp.flags.push,RST=tcp.flags.reset,SYN=tcp.flags.syn,FIN=tcp.flags.fin} \
    TCP/{Window=tcp.window_size_value,Checksum=tcp.checksum} ICMP/{Type=icmp.type,Code=icmp.code} ICMPv6/{Type=icmpv6.type,Code=icmpv6.code}
  assert_output ''
  WHICH=l run agree "$file" 'quoted IPv4'/{'Total Length=ip.len','Time to Live=ip.ttl','Header Checksum=ip.checksum','Source Address=ip.src'} \
    'quoted IPv6'/{'Flow Label=ipv6.flow','Payload Length=ipv6.plen','Hop Limit=ipv6.hlim','Source Address=ipv6.src'} \
    'quoted UDP'/{'Source Port=udp.srcport','Destination Port=udp.dstport',Length=udp.length,Checksum=udp.checksum} \
    'quoted TCP'/{'Source Port=tcp.srcport','Destination Port=tcp.dstport','Sequence Number=tcp.seq_raw',SYN=tcp.flags.syn,Checksum=tcp.checksum}
  assert_output ''
  options_of "$file" >"$BATS_TEST_TMPDIR/ours"
  tshark_options_of "$file" >"$BATS_TEST_TMPDIR/theirs"
  (($(wc -l <"$BATS_TEST_TMPDIR/theirs") > 20))
  grep -q ' 2,4,8,1,3 ' "$BATS_TEST_TMPDIR/theirs" # those of a SYN
  run diff "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/theirs"
  assert_output ''
}

# has_errors FILE - true if the six errors are in the file: nc tries each address once.
has_errors() {
  (($(./dissect -l -r "$1" 2>/dev/null | grep -cE $'\tquoted (UDP|TCP)\tSource Port') >= 4))
}

@test "the packet that an error quotes is drawn, with its own headers, and as much data as there is" {
  watch -c 1 -H 'quoted UDP'
  on client sh -c 'exec ./sampler -s 900 udp 10.0.1.2' >/dev/null
  seen
  assert_line --index 0 'frame 1: 590 bytes'
  assert_line --index 1 'quoted UDP: 8 bytes'
  refute_line --partial 'ICMP'
  watch -c 2
  sample -s 900 udp 10.0.1.2
  seen
  assert_line 'ICMP: 8 bytes'
  assert_line 'quoted IPv4: 20 bytes'
  assert_line 'quoted UDP: 8 bytes'
  assert_line 'quoted Data: 900 bytes, but the error quotes less'
  assert_equal "$(grep -c '^Data: ' <<<"$output")" 1 # that of the datagram itself
}

# --- files and options ---

@test "a file that is cut off is shown as far as it goes, with status 1; what is no capture file is named" {
  capture_file 020000000002020000000001 88b568656c6c6f
  run ./dissect -r "$BATS_TEST_TMPDIR/file"
  assert_success
  head -c 50 "$BATS_TEST_TMPDIR/file" >"$BATS_TEST_TMPDIR/cut"
  run ./dissect -r "$BATS_TEST_TMPDIR/cut"
  assert_failure 1
  assert_output --partial 'it ends inside a frame'
  run ./dissect -r demo.sh
  assert_failure 1
  assert_output 'dissect: demo.sh: it is not a capture file'
  run ./dissect -r /nowhere
  assert_failure 1
  assert_output 'dissect: open /nowhere: No such file or directory [ENOENT]'
  run ./dissect -r - <"$BATS_TEST_TMPDIR/file"
  assert_success
  assert_line 'Data: 5 bytes'
}

@test "options whose length is impossible are named, and nothing is read beyond" {
  local tcp=00500051000000000000000070020000$'00000000'
  capture_file 020000000002020000000001 "08004500003000004000400600000a0001010a000102${tcp}0200050101010101"
  run ./dissect -r "$BATS_TEST_TMPDIR/file" -H TCP
  assert_success
  assert_line --partial 'option 2 has an impossible length: the rest, 8 bytes, cannot be read'
}

@test "an interface that is not there, and one that may not be captured" {
  run ./dissect -i nowhere
  assert_failure 1
  assert_output 'dissect: capture on nowhere: No such device [ENODEV]'
}

@test "bad options name themselves and the range, with status 2; -h prints the help with status 0" {
  local program option
  for program in dissect sampler receiver; do
    run "./$program" -h
    assert_success
    assert_line --index 0 --regexp "^usage: $program "
    run "./$program" -Z
    assert_failure 2
    assert_line --index 0 --regexp "^$program: "
  done
  for option in '-c 0' '-c x' 'more' '-i lo -r file'; do
    # shellcheck disable=SC2086  # an option and its value are two words
    run ./dissect $option
    assert_failure 2
  done
  for option in '-p 0 udp 10.0.1.2' '-s 65536 udp 10.0.1.2' 'udp' 'strange 10.0.1.2' 'swapped 10.0.1.2' '-d ab digit 10.0.1.2' 'flags fd00:1::2' 'udp 10.0.1.2 more'; do
    # shellcheck disable=SC2086
    run ./sampler $option
    assert_failure 2
  done
  for option in '-n 0' '-p 65536' 'more'; do
    # shellcheck disable=SC2086
    run ./receiver $option
    assert_failure 2
  done
}

@test "output that cannot be written is an error, with status 1" {
  capture_file 020000000002020000000001 88b568656c6c6f
  run bash -c "./dissect -r $BATS_TEST_TMPDIR/file >/dev/full"
  assert_failure 1
  assert_output --partial '[ENOSPC]'
  run bash -c './receiver >/dev/full'
  assert_failure 1
  assert_output --partial '[ENOSPC]'
}

@test "an interface that goes down is told, and not waited for" {
  start dissect ./dissect
  await dissect 'listening on lo$'
  ip link set lo down
  finish dissect 1
  ip link set lo up
  run cat "$(err dissect)"
  assert_output 'dissect: capture: Network is down [ENETDOWN]'
}

@test "a system call that fails is named, with status 1" {
  dies_of fail_socket=1 'dissect: capture on lo' ./dissect
  dies_of fail_socket=1 'receiver: open a socket at port 5011' ./receiver
  dies_of fail_bind=1 'receiver: open a socket at port 5011' ./receiver
  dies_of fail_recv=1 'receiver: recv' ./receiver
  dies_of fail_socket=1 'sampler: send udp to 127.0.0.1' ./sampler udp 127.0.0.1
  dies_of fail_socket=2 'sampler: send plain to 127.0.0.1' ./sampler plain 127.0.0.1
  dies_of fail_setsockopt=1 'sampler: send udp to 127.0.0.1' ./sampler udp 127.0.0.1
}
