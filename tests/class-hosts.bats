#!/usr/bin/env bats
# scripts/lab grade --hosts: a class is graded on other machines. These are hosts in a box, each with an sshd and a home
# of its own; the third, between them, is where the command runs.
# netbox: --users
# shellcheck disable=SC2016,SC2030,SC2031,SC2154  # it is for the box to expand; bats

bats_require_minimum_version 1.5.0

setup() {
  builtin type -P sshd rsync ssh >/dev/null || PATH=$PATH:/usr/sbin builtin type -P sshd rsync ssh >/dev/null ||
    skip 'no sshd: scripts/setup openssh-server rsync'
  source "$BATS_TEST_DIRNAME/lib/class.bash"
  small_course
  local reason
  reason=$("$BATS_TEST_DIRNAME/../scripts/netbox" --users true 2>&1) || skip "${reason#netbox: }"
  host_grade
  printf 'left\nright\n' >hosts
}

# The stub for a check: it notes where it runs, and does what the submission says: `lose ID`, `wait FILE` (until that is
# in the tree), `not on HOST` (that machine cannot grade it).
host_grade() {
  stub grade 'while (($#)); do [[ $1 != --json-to ]] || to=$2; source=$1; shift; done
    echo "$(uname -n) $(head -n 1 "$source")" >>"$tree/grade.log"
    ! grep -q "^not on $(uname -n)$" "$source" || { echo "  not graded: no bats here"; exit 3; }
    file=$tree/$(sed -n "s/^wait //p" "$source")
    until [[ -e $file ]]; do read -r -t 0.05 <> <(:); done
    jq -n --arg lost "$(sed -n "s/^lose //p" "$source")" "
      [[\"one\", 3], [\"two\", 5], [\"three\", 2] | . as [\$id, \$max] | (\$id == \$lost) as \$l
        | {id: \$id, name: \$id, points: (if \$l then 0 else \$max end), max: \$max,
           status: (if \$l then \"fail\" else \"ok\" end), seconds: 0.1, message: (if \$l then \"less\" else \"\" end)}] as \$tests
      | {lab: \"01-echo\", score: (\$tests | map(.points) | add), max: 10, seed: 1, sandboxed: true, tests: \$tests}" >"$to"'
}

# with_hosts COMMANDS - runs these on the machine between the hosts left and right. Each host has a home of its own.
# `holds COMMAND…` waits until that is true.
with_hosts() {
  cat >box.bash <<'BOX'
set -euo pipefail
cd "$1"
mkdir -m 755 -p /run/sshd
mkdir -p ssh homes/left homes/right
cd ssh
[[ -e key ]] || {
  ssh-keygen -q -t ed25519 -N '' -f key
  ssh-keygen -q -t ed25519 -N '' -f server
}
printf '%s\n' 'PermitRootLogin yes' 'UsePAM no' 'StrictModes no' 'PidFile none' 'LogLevel ERROR' \
  "AuthorizedKeysFile \"$PWD/key.pub\"" "HostKey \"$PWD/server\"" >sshd_config
printf 'IdentityFile "%s"\nStrictHostKeyChecking no\nUserKnownHostsFile /dev/null\nLogLevel ERROR\n' "$PWD/key" >config
# root of the box has no password, and neither file of the machine says so to everybody.
grep -v '^root:' /etc/passwd >passwd || true
echo 'root:*:0:0:root:/root:/bin/bash' >>passwd
echo 'root:*:19000::::::' >shadow
mount --bind passwd /etc/passwd
mount --bind shadow /etc/shadow
for host in left right; do
  on "$host" unshare --mount --uts sh -c 'hostname "$1" && mount --bind "$2" /root && exec "$(command -v sshd)" -D -e -f sshd_config' \
    sh "$host" "$1/homes/$host" 2>"$host.log" &
done
mount -t tmpfs boss /root
mkdir -m 700 /root/.ssh
cp config /root/.ssh/config
holds() { # five minutes at most: a busy machine takes one to copy a course to two hosts
  local end=$((SECONDS + 300))
  until "$@" >/dev/null; do
    ((SECONDS < end)) || { echo "never: $*"; exit 1; }
    read -r -t 0.05 <> <(:) || true
  done
}
for host in left right; do holds on boss nc -z "$host" 22; done
cd "$1"
results() { find out/.grade/results -name '*.json' 2>/dev/null | wc -l; }
checks() { sort -u tree/grade.log 2>/dev/null | grep -c "^$1" || true; } # of different submissions
BOX
  printf '%s\n' "$1" >>box.bash
  run timeout -k 5 1200 "$BATS_TEST_DIRNAME/../scripts/netbox" --users --line left,boss,right -- bash box.bash "$PWD" </dev/null 3>&-
  echo "$output"
}

@test "two hosts grade a class between them, and nothing of it stays there" {
  local i
  for i in {1..6}; do hand_in "s$i" 01-echo 'wait go'; done
  hand_in s6 01-echo 'wait go' 'lose two'
  with_hosts '
    on boss tree/scripts/lab grade class -o out --lab 01 --hosts hosts --jobs 2 &
    grading=$!
    holds eval "((\$(checks left) >= 2 && \$(checks right) >= 2))"
    touch tree/go
    wait "$grading"
    on boss tree/scripts/lab grade --verify out --hosts hosts --jobs 2'
  assert_success
  assert_line '6 graded, 0 missing, 0 not by this machine'
  assert_line '6 graded again, 0 differ'
  assert_equal "$(tail -n 1 out/grades.csv)" '"s6",5,5'
  assert_equal "$(jq -r '.receipt.machine' out/.grade/results/*.json | cut -d , -f 1 | sort -u)" $'left\nright'
  assert_equal "$(find homes/*/.lab-grade* 2>/dev/null)" ''
}

@test "what one host cannot grade another one does; what none can is a machine error, with its words" {
  hand_in ada 01-echo 'not on left'
  hand_in bob 01-echo 'not on right'
  hand_in eve 01-echo 'not on right' 'not on left'
  with_hosts 'on boss tree/scripts/lab grade class -o out --lab 01 --hosts hosts --jobs 2'
  assert_failure 3
  assert_line '2 graded, 0 missing, 1 not by this machine'
  assert_line --regexp 'eve 01-echo: (left|right): no bats here'
}

# bats test_tags=slow
@test "where no host answers there is no grade, and it says so" {
  hand_in ada 01-echo
  echo nowhere >hosts
  with_hosts 'on boss tree/scripts/lab grade class -o out --lab 01 --hosts hosts --jobs 2'
  assert_failure 3
  assert_line --regexp '^ *ada 01-echo: no host answered$'
  assert [ ! -e tree/grade.log ]
}

# bats test_tags=slow
@test "a result that did not come whole, or that belongs to another, is none" {
  source "$tree/scripts/class/run.bash"
  source "$tree/scripts/class/export.bash"
  # shellcheck disable=SC2034  # for progress
  STATE=$PWD/state
  mkdir -p state/{results,errors}
  echo 'an older error' >state/errors/01-a.1
  run progress 4 <<'LINES'
result 01-a.1 {"key": "01-a.1", "score": 1}
result 01-b.2 {"key": "01-b.2", "sc
result 01-c.3 {"key": "01-c.4", "score": 1}
result ../01-d.5 {"key": "../01-d.5", "score": 1}
error 01-e.6 left: no bats here
LINES
  assert_equal "$(cd state && find . -type f | sort)" $'./errors/01-e.6\n./results/01-a.1.json'
  assert_equal "$(jq -c . state/results/01-a.1.json)" '{"key":"01-a.1","score":1}'
  assert_equal "$(cat state/errors/01-e.6)" 'left: no bats here'
}

# bats test_tags=slow
@test "one host is cut off, the command is killed and started again: the table is that of an undisturbed run" {
  local i
  for i in {1..6}; do hand_in "a$i" 01-echo 'wait go'; done
  for i in {1..8}; do hand_in "b$i" 01-echo 'wait later'; done
  hand_in a3 01-echo 'wait go' 'lose one'
  hand_in b8 01-echo 'wait later' 'lose three'
  touch tree/go tree/later
  grade "$class" -o undisturbed --lab 01
  assert_success
  rm tree/go tree/later tree/grade.log
  with_hosts '
    on boss tree/scripts/lab grade class -o out --lab 01 --hosts hosts --jobs 2 &
    holds eval "((\$(checks left) == 2 && \$(checks right) == 2))"
    on left ip link set eth0 down
    touch tree/go
    holds eval "((\$(results) >= 3))"
    read -r pid _ < <(pgrep -f "lab.d/grade class -o out")
    kill -KILL "$pid"
    holds eval "! pgrep -x ssh"
    echo "killed with $(results) results"
    touch tree/later
    on boss tree/scripts/lab grade class -o out --lab 01 --hosts hosts --jobs 2
    echo "on left: $(checks left)"'
  assert_success
  assert_line --regexp '^killed with ([3-9]|1[0-3]) results$'
  assert_line 'on left: 2'
  assert_line '14 graded, 0 missing, 0 not by this machine'
  cmp out/grades.csv undisturbed/grades.csv
}

# bats test_tags=slow
@test "real checks run on hosts, in the sandbox that each has" {
  rm -r tree
  mkdir -p tree/labs class/{ada,bob}/01-tcp-echo
  cp -r "$BATS_TEST_DIRNAME"/../{scripts,common} tree/
  cp -r "$BATS_TEST_DIRNAME/../labs/01-tcp-echo" tree/labs/
  cp "$BATS_TEST_DIRNAME/solutions/01-tcp-echo/server.c" class/ada/01-tcp-echo/
  cp "$BATS_TEST_DIRNAME/../labs/01-tcp-echo/exercise/starter/server.c" class/bob/01-tcp-echo/
  with_hosts 'on boss tree/scripts/lab grade class -o out --hosts hosts --jobs 1'
  assert_success
  assert_equal "$(cat out/grades.csv)" '"student","01-tcp-echo","total"
"ada",10,10
"bob",0,0'
}

# bats test_tags=slow
@test "two hosts are at least 1.8 times as fast as one" {
  local i one two
  # Both hosts are this machine, and what it does for two of them at once takes it longer. So no clock is read: a check
  # lasts for a round, which is as long as it takes until each host that can be at work is.
  for i in {1..6}; do hand_in "s$i" 01-echo "wait go-s$i"; done
  echo left >one
  cp hosts two
  with_hosts '
    rounds() { # FILE
      local number=0 begun=0 wanted student
      rm -f tree/grade.log tree/go-*
      on boss tree/scripts/lab grade class -o "out-$1" --lab 01 --hosts "$1" --jobs 1 >"$1.log" 2>&1 &
      until ((begun == 6)); do
        wanted=$((begun + $(wc -l <"$1")))
        holds eval "((\$(checks .) >= $((wanted < 6 ? wanted : 6))))"
        begun=$(checks .)
        for student in $(sed "s,.*// ,," tree/grade.log); do touch "tree/go-$student"; done
        number=$((number + 1))
      done
      wait "$!"
      echo "$1: $number rounds"
    }
    rounds one
    rounds two'
  assert_success
  one=$(sed -n 's/^one: \(.*\) rounds$/\1/p' <<<"$output") two=$(sed -n 's/^two: \(.*\) rounds$/\1/p' <<<"$output")
  echo "# 6 checks, one at once on a host: on one $one rounds, on two $two" >&3
  ((one * 10 >= two * 18)) || fail "$(tail -n 20 ./*.log)"
}
