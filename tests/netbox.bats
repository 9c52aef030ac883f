#!/usr/bin/env bats
# scripts/netbox: the private network keeps its promises.
# What is in single quotes is for a shell in the box; a test writes no file that it reads.
# shellcheck disable=SC2016,SC2094
load ../scripts/lib/behaviour.bash

bats_require_minimum_version 1.5.0
NETBOX=$LABS_ROOT/scripts/netbox

# in_box COMMAND... - $output and $status are those of COMMAND in a box.
in_box() {
  run timeout -k 1 60 "$NETBOX" -- "$@" 3>&-
}

# box NAME COMMAND... - one that is left running; COMMAND says "ready" when it is.
box() {
  start "$1" "$NETBOX" -- "${@:2}"
  await "$1" '^ready$'
}

# MARK is a word that nobody else has, and FOREVER a shell command that runs for ever by that name.
have_forever() {
  MARK=mark-$BATS_TEST_NUMBER-$$
  FOREVER="exec -a $MARK tail -f /dev/null"
}

somebody_has_mark() {
  grep -qsz "^$MARK\$" /proc/[0-9]*/cmdline
}

nobody_has_mark() {
  ! somebody_has_mark
}

# --- status, arguments, streams ---

@test "in a locale that the machine lacks, the exit status is the command's too" {
  LC_ALL=xx_XX.UTF-8 in_box sh -c 'echo $LC_ALL; exit 7'
  assert_failure 7
  assert_line xx_XX.UTF-8
  refute_output --partial refuses
}

@test "the exit status is the command's" {
  local status_there
  for status_there in 0 1 2 42 125 255; do
    in_box bash -c "exit $status_there"
    assert_equal "$status" "$status_there"
    assert_output ''
  done
}

@test "a command that a signal ended: 128 + N, and nothing is said" {
  local signal
  for signal in HUP INT KILL TERM USR1 SEGV; do
    in_box bash -c "kill -$signal \$\$"
    assert_equal "$status" $((128 + $(kill -l "$signal")))
    assert_output ''
  done
}

@test "no such command: 127, not to be run: 126, and its name" {
  # (With a folder in PATH that one may not read, it would be 126.)
  PATH=/usr/bin:/bin run -127 timeout -k 1 60 "$NETBOX" -- no-such-command
  assert_output --partial no-such-command
  in_box /dev/null
  assert_failure 126
  assert_output --partial /dev/null
}

@test "arguments arrive as they are; -- is optional, and what follows the command is its own" {
  in_box printf '<%s>' 'a b' '' '*' -h -- '$x'
  assert_output '<a b><><*><-h><--><$x>'
  run timeout -k 1 60 "$NETBOX" printf '<%s>' -h --
  assert_output '<-h><-->'
}

@test "wrong use: status 2, what is wrong, and the usage; -h prints the usage with status 0" {
  run "$NETBOX"
  assert_failure 2
  assert_line --index 0 'netbox: no command'
  assert_line --index 1 --regexp '^usage: netbox '
  run "$NETBOX" --
  assert_failure 2
  run "$NETBOX" -Z true
  assert_failure 2
  assert_line --index 0 'netbox: unknown option -Z'
  run bash -c '"$0" -h 2>/dev/null' "$NETBOX"
  assert_success
  assert_line --index 0 --regexp '^usage: netbox '
}

@test "stdin, stdout and stderr pass unchanged, each on its own" {
  head -c 300000 /dev/urandom >"$BATS_TEST_TMPDIR/bytes"
  cd "$BATS_TEST_TMPDIR"
  "$NETBOX" -- cat <bytes 3>&- | cmp - bytes
  "$NETBOX" -- bash -c 'cat >&2' <bytes 2>err >out 3>&-
  cmp err bytes
  assert_equal "$(stat -c %s out)" 0
  "$NETBOX" -- bash -c 'echo more' >>bytes 3>&-
  assert_equal "$(tail -c 5 bytes)" more
  assert_equal "$(stat -c %s bytes)" 300005
}

@test "the folder and the environment are the caller's" {
  cd "$BATS_TEST_TMPDIR"
  FOO='b a r' in_box bash -c 'echo "$PWD $FOO $SOCKET_LABS_BOX"; : >written'
  assert_output "$BATS_TEST_TMPDIR b a r 1"
  # The file of a test may be in the memory of an outer box, which the inner one covers.
  [[ -e written || $BATS_TEST_TMPDIR == /run/* ]]
}

@test "the command has no descriptor that its caller does not have" {
  run become "$NETBOX" -- bash -c 'echo /proc/$$/fd/*'
  assert_output --regexp '^/proc/[0-9]+/fd/0 [^ ]*/1 [^ ]*/2( [^ ]*/3)?$'
  echo seven >"$BATS_TEST_TMPDIR/file"
  run become bash -c 'exec "$0" -- bash -c "cat <&7; echo /proc/\$\$/fd/*" 7<"$1"' \
    "$NETBOX" "$BATS_TEST_TMPDIR/file"
  assert_line --index 0 seven
  assert_line --index 1 --regexp '^/proc/[0-9]+/fd/0 [^ ]*/1 [^ ]*/2 ([^ ]*/3 )?[^ ]*/7$'
}

@test "closed standard streams stay closed" {
  run bash -c '"$0" -- bash -c "[[ ! -e /proc/\$\$/fd/0 ]]" <&-' "$NETBOX"
  assert_success
  run bash -c '"$0" -- bash -c "[[ ! -e /proc/\$\$/fd/1 ]]" >&-' "$NETBOX"
  assert_success
}

# --- signals ---

@test "TERM, HUP, USR1, USR2, INT and QUIT reach the command, whose status counts" {
  local signal
  for signal in TERM HUP USR1 USR2 INT QUIT; do
    box "$signal" bash -c "trap 'echo got $signal; exit 7' $signal; echo ready
      tail -f /dev/null & while :; do wait; done"
    interrupt "$signal" "$signal"
    finish "$signal" 7
    assert_equal "$(<"$(out "$signal")")" $'ready\n'"got $signal"
  done
}

@test "a command without a handler ends by the signal" {
  local signal
  for signal in TERM HUP USR1 INT; do
    box "$signal" bash -c 'echo ready; exec tail -f /dev/null'
    interrupt "$signal" "$signal"
    finish "$signal" $((128 + $(kill -l "$signal")))
    assert_equal "$(<"$(err "$signal")")" ''
  done
}

@test "a command that handles a signal and goes on is not left alone" {
  box go bash -c 'trap "echo once more" USR1; trap "exit 0" TERM; echo ready
    tail -f /dev/null & while :; do wait; done'
  interrupt go USR1
  await go 'once more'
  stop go
}

@test "a signal that comes while the box is made is not lost" {
  local moment
  for moment in 0 1 2 3 5 8 13 21; do
    start "early$moment" "$NETBOX" -- tail -f /dev/null
    for (( ; moment > 0; moment--)); do pause; done
  done
  for moment in 0 1 2 3 5 8 13 21; do
    interrupt "early$moment" TERM
  done
  for moment in 0 1 2 3 5 8 13 21; do
    finish "early$moment" 143
  done
}

@test "INT and QUIT that the caller ignores stay ignored; the others are at their default" {
  # The 18 is glibc's: a program that make has started (posix_spawn) ignores its signals 32 and 33.
  run env --default-signal "$NETBOX" -- grep SigIgn /proc/self/status
  assert_output --regexp '^SigIgn:\s+0+(18000000)?0$'
  run env --default-signal --ignore-signal=INT "$NETBOX" -- grep SigIgn /proc/self/status
  assert_output --regexp '^SigIgn:\s+0+(18000000)?2$'
  run env --default-signal --ignore-signal=INT,QUIT "$NETBOX" -- grep SigIgn /proc/self/status
  assert_output --regexp '^SigIgn:\s+0+(18000000)?6$'
  run env --default-signal "$NETBOX" -- grep SigBlk /proc/self/status
  assert_output --regexp '^SigBlk:\s+0+$'
}

# --- nothing survives ---

@test "what the command leaves running ends with it: background, own session, double fork" {
  have_forever
  in_box bash -c "($FOREVER) & setsid bash -c '$FOREVER' & (setsid -f bash -c '$FOREVER' &)
    for ((n = 0; n < 3; )); do n=\$(grep -slz '^$MARK\$' /proc/[0-9]*/cmdline | wc -l); done"
  assert_success
  nobody_has_mark
}

@test "a command that ignores all signals ends with its box too" {
  have_forever
  box stubborn bash -c "trap '' TERM INT HUP; ($FOREVER) & echo ready; exec tail -f /dev/null"
  wait_until somebody_has_mark
  interrupt stubborn TERM
  somebody_has_mark
  interrupt stubborn KILL
  finish stubborn 137
  wait_until nobody_has_mark
}

@test "kill -9 of netbox ends all that is in the box" {
  have_forever
  box killed bash -c "(setsid -f bash -c '$FOREVER' &); echo ready; $FOREVER"
  wait_until somebody_has_mark
  interrupt killed KILL
  finish killed 137
  wait_until nobody_has_mark
}

@test "no mount, no file, no namespace is left" {
  local mounts namespaces name
  mounts=$(</proc/self/mountinfo)
  in_box bash -c 'mount -t tmpfs left /mnt && : >/mnt/left && : >/run/left && : >"$TMPDIR/left"
    ip netns add left && ip link add left type dummy && mktemp
    readlink /proc/self/ns/{net,mnt,pid,user}'
  assert_success
  assert_equal "$(</proc/self/mountinfo)" "$mounts"
  [[ ! -e /mnt/left && ! -e /run/left && ! -e /run/tmp/left && ! -e /run/netns/left ]]
  [[ ! -e ${lines[0]} && ! -e /sys/class/net/left ]]
  namespaces=$(readlink /proc/[0-9]*/ns/* 2>/dev/null || true)
  for name in "${lines[@]:1}"; do
    [[ $name == *:\[*\] && $namespaces != *"$name"* ]]
  done
  assert_equal "${#lines[@]}" 5
}

# --- what is private in there ---

@test "two boxes bind the same port at once, and outside nobody sees it" {
  local name
  for name in one two; do
    box "$name" bash -c 'nc -l 127.0.0.1 5999 & until ss -Htln | grep -q :5999; do :; done
      echo ready; wait; echo "ended $?"'
  done
  run ss -Htln 'sport = 5999'
  assert_output ''
  run nc -z 127.0.0.1 5999
  assert_failure
  stop_box() {
    interrupt "$1" KILL
    finish "$1" 137
  }
  stop_box one
  stop_box two
}

@test "the loopback is up and works, by IPv4 and IPv6; there is no other network" {
  in_box bash -ec 'ping -q -c 1 -W 2 127.0.0.1
    [[ ! -d /proc/sys/net/ipv6 ]] || ping -q -c 1 -W 2 ::1'
  assert_success
  in_box ip -o link
  assert_equal "${#lines[@]}" 1
  assert_output --regexp '^1: lo: <LOOPBACK,UP,LOWER_UP>'
  in_box ping -q -c 1 -W 2 192.0.2.1
  assert_failure
}

@test "the user is root in there, and nobody else outside" {
  in_box bash -c 'id -u; : >"$0"' "$BATS_TEST_TMPDIR/mine"
  assert_line --index 0 0
  [[ ! -e $BATS_TEST_TMPDIR/mine || -O $BATS_TEST_TMPDIR/mine ]]
}

@test "raw sockets, ping sockets, privileged ports and nft rules work" {
  in_box bash -ec 'echo x | socat -u - IP4-SENDTO:127.0.0.1:254
    read -r low high </proc/sys/net/ipv4/ping_group_range
    ((low == 0 && high == 0))
    nc -l 127.0.0.1 80 >/dev/null & until ss -Htln | grep -q :80; do :; done
    nc -z 127.0.0.1 80
    nft "table ip t { chain c { type filter hook input priority 0;
      icmp type echo-request counter drop; }; }"
    ! ping -q -c 1 -W 0.1 127.0.0.1 >/dev/null
    nft list ruleset'
  assert_success
  assert_output --partial 'icmp type echo-request counter packets 1 '
  run nft list ruleset
  refute_output --partial 'counter packets 1 '
}

@test "sysctl of the network is private" {
  local before
  before=$(</proc/sys/net/ipv4/ip_local_port_range)
  in_box bash -c 'echo 50000 50001 >/proc/sys/net/ipv4/ip_local_port_range
    cat /proc/sys/net/ipv4/ip_local_port_range'
  assert_output $'50000\t50001'
  assert_equal "$(</proc/sys/net/ipv4/ip_local_port_range)" "$before"
}

@test "a reset does not end TIME_WAIT in there" {
  in_box cat /proc/sys/net/ipv4/tcp_rfc1337
  assert_output 1
}

@test "TMPDIR is a folder of the box's own, empty, for everybody, in memory" {
  in_box bash -c 'ls -A "$TMPDIR"; stat -c %a "$TMPDIR"; stat -fc %T "$TMPDIR"; echo "$TMPDIR"'
  assert_output $'1777\ntmpfs\n/run/tmp'
}

@test "processes outside are not seen, and the command's descendants have a parent" {
  in_box bash -c 'ls -d /proc/[0-9]* | wc -l; cat /proc/1/cmdline | tr "\0" " "'
  ((lines[0] <= 5))
  assert_line --index 1 --partial netbox.d/inside
}

@test "a box in a box works like a box" {
  in_box "$NETBOX" -- "$NETBOX" -- bash -c 'ping -q -c 1 -W 2 127.0.0.1 >/dev/null && exit 42'
  assert_failure 42
  in_box bash -c 'nc -l 127.0.0.1 5999 & until ss -Htln | grep -q :5999; do :; done
    "$0" -- bash -c "ss -Htln"; kill $!' "$NETBOX"
  assert_output ''
}

# --- where it cannot be ---

@test "a machine that refuses: status 125, the reason, and the remedy; the command does not run" {
  run timeout -k 1 60 unshare -Ur bash -c 'echo 0 >/proc/sys/user/max_user_namespaces
    exec "$0" -- echo ran' "$NETBOX"
  assert_failure 125
  refute_line ran
  assert_line --index 0 --regexp '^netbox: this machine refuses a private network \(.*: .*\)$'
  assert_line --index 1 --partial 'scripts/lab doctor'
  assert_equal "${#lines[@]}" 2
}
