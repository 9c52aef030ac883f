#!/usr/bin/env bats
# Lab 13 behaves as its README says, failures included.
# needs: nft raw
# tools: libssl-dev
load ../../scripts/lib/behaviour.bash

# The rules of one test must not disturb the next.
teardown() {
  nft flush ruleset
  kill_started
}

# serve [OPTION...] - makes the files, and starts the server.
serve() {
  FILES=$BATS_TEST_TMPDIR/files
  mkdir -p "$FILES"
  seq -w 60 | paste -sd '         \n' >"$FILES/numbers"
  echo 'aa bb cc dd' >"$FILES/letters"
  start server ./server -d "$FILES" "$@"
  await server '^server: bound to 127\.0\.0\.1:5013$'
}

# served REQUESTS PIECES CLIENTS - stops the server, and looks at its count.
served() {
  stop server
  assert_equal "$(tail -n 1 "$(out server)")" \
    "server: $1 requests, $2 pieces given, clients remembered: $3"
}

loses() { nft -f "$BATS_TEST_DIRNAME/lost.nft"; }
doubles() { nft -f "$BATS_TEST_DIRNAME/twice.nft"; }

# pieces - prints the pieces that the client has printed, in one line.
pieces() {
  sed '/^client:/d' <<<"$output" | tr -s ' \n' ' ' | sed 's/ $//'
}

thirty() { seq -w 30 | paste -sd ' '; }

# by_hand ROLE [OPTION...] - a client that waits for Enter.
by_hand() {
  start "$1" ./client -w "${@:2}"
}

# next_of ROLE NUMBER PIECE - Enter, and that piece must come.
next_of() {
  type "$1" ''
  await "$1" "^client: piece $2: $3\$"
}

@test "stateful: one round trip more, and 3 bytes for each piece" {
  serve
  run ./client -n 3 numbers
  assert_success
  assert_line 'client: 3 pieces in 4 round trips, asked 4 times: 19 bytes there, 21 back'
  assert_equal "$(pieces)" '01 02 03'
  served 4 3 1
}

@test "stateless: a round trip for each piece, and all in each request" {
  serve -m stateless
  run ./client -s -n 3 numbers
  assert_success
  assert_line 'client: 3 pieces in 3 round trips, asked 3 times: 42 bytes there, 18 back'
  assert_equal "$(pieces)" '01 02 03'
  served 3 3 0
}

@test "cookie: 29 bytes for each piece of a file whose name has 7 letters" {
  local name
  serve -m cookie
  run ./client -n 3 numbers
  assert_success
  assert_line 'client: 3 pieces in 4 round trips, asked 4 times: 100 bytes there, 129 back'
  assert_equal "$(pieces)" '01 02 03'
  name=$(printf '%064d' 0)
  cp "$FILES/letters" "$FILES/$name"
  run ./client "$name"
  assert_success
  assert_equal "$(pieces)" 'aa bb cc dd'
}

@test "each way reads a whole file, whatever its length" {
  local way length
  for way in stateful cached stateless cookie; do
    serve -m "$way"
    for length in 0 1 2 3 4 299 300; do
      head -c "$length" < <(seq 1000) >"$FILES/some"
      run bash -c "./client $([[ $way != stateless ]] || echo -s) some | head -c $length | cmp - '$FILES/some'"
      assert_success
    done
    stop server
  done
}

@test "a file that is not there, and a name that leaves the folder, are refused in each way" {
  local way name option
  for way in stateful cached stateless cookie; do
    serve -m "$way"
    echo secret >"$FILES/.hidden"
    echo secret >"$FILES/../outside"
    option=''
    [[ $way != stateless ]] || option=-s
    for name in none ../outside /etc/passwd .hidden . "$FILES/numbers"; do
      run ./client $option -- "$name"
      assert_failure 1
      assert_output 'client: refused: no such file'
    done
    mkdir "$FILES/folder"
    run ./client $option folder
    assert_failure 1
    assert_output 'client: refused: cannot read it'
    rmdir "$FILES/folder"
    stop server
  done
}

@test "a lost answer: the stateful server gives 44 where 30 were asked for, and the file has gaps" {
  serve
  loses
  run ./client -t 50 -n 30 numbers
  assert_success
  assert_line --partial '30 pieces in 31 round trips, asked 45 times: 142 bytes there'
  assert_equal "$(pieces)" "$(seq -w 44 | awk 'NR % 3' | paste -sd ' ')"
  run nft list chain inet lost third
  assert_output --partial 'packets 44 '
  served 45 44 1
}

@test "a lost answer: the stateless server gives 44, too, and the file is right" {
  serve -m stateless
  loses
  run ./client -s -t 50 -n 30 numbers
  assert_line --partial '30 pieces in 30 round trips, asked 44 times'
  assert_equal "$(pieces)" "$(thirty)"
  served 44 44 0
}

@test "a lost answer: with a cache 30 are given, with a cookie the file is right" {
  serve -m cached
  loses
  run ./client -t 50 -n 30 numbers
  assert_line --partial 'asked 45 times'
  assert_equal "$(pieces)" "$(thirty)"
  served 45 30 1
  serve -m cookie
  nft flush ruleset
  loses
  run ./client -t 50 -n 30 numbers
  assert_line --partial 'asked 45 times'
  assert_equal "$(pieces)" "$(thirty)"
  served 45 44 0
}

@test "a duplicate: the client does not notice, and two pieces are missing" {
  serve
  doubles
  run ./client -t 5000 -n 10 numbers
  assert_line --partial '10 pieces in 11 round trips, asked 11 times'
  assert_equal "$(pieces)" '01 02 03 04 05 07 08 09 10 12'
  served 13 12 1
}

@test "a duplicate: nothing is missing in the other ways" {
  local way option
  for way in cached stateless cookie; do
    option=''
    [[ $way != stateless ]] || option=-s
    serve -m "$way"
    nft flush ruleset
    doubles
    run ./client $option -t 5000 -n 30 numbers
    assert_equal "$(pieces)" "$(thirty)"
    stop server
  done
}

@test "a restart: the stateful server and the cached one know nobody any more" {
  local way
  for way in stateful cached; do
    serve -m "$way"
    by_hand alice numbers
    next_of alice 1 01
    next_of alice 2 02
    stop server
    serve -m "$way"
    type alice ''
    finish alice 1
    assert_equal "$(cat "$(err alice)")" 'client: refused: I do not know you'
    stop server
  done
}

@test "a restart: the stateless server's client does not notice" {
  serve -m stateless
  by_hand alice -s numbers
  next_of alice 1 01
  stop server
  serve -m stateless
  next_of alice 2 02
  type_eof alice
  finish alice
}

@test "a restart: a cookie is good as long as the key is the same" {
  local key=$BATS_TEST_TMPDIR/key
  serve -m cookie -k "$key"
  by_hand alice numbers
  next_of alice 1 01
  stop server
  assert_equal "$(stat -c '%a %s' "$key")" '600 32'
  serve -m cookie -k "$key"
  next_of alice 2 02
  stop server
  serve -m cookie
  type alice ''
  finish alice 1
  assert_equal "$(cat "$(err alice)")" 'client: refused: this is no cookie of mine'
}

@test "while nobody is there the client asks again, until somebody is" {
  serve -m stateless
  by_hand alice -s -t 400 -v numbers
  next_of alice 1 01
  stop server
  type alice ''
  await alice 'again$'
  serve -m stateless
  await alice 'piece 2: 02'
}

@test "two clients behind one address are mixed up, with -a only" {
  serve -a
  by_hand alice numbers
  next_of alice 1 01
  by_hand bob letters
  next_of bob 1 aa
  next_of alice 2 bb
  next_of bob 2 cc
  served 6 4 1
  interrupt alice
  interrupt bob
  serve
  by_hand alice numbers
  next_of alice 1 01
  by_hand bob letters
  next_of bob 1 aa
  next_of alice 2 02
  next_of bob 2 bb
  served 6 4 2
}

@test "a client at another port is a stranger for the stateful server only" {
  serve
  run ./client -n 1 -b 30013 numbers
  assert_success
  run ./client -n 1 -b 30014 numbers
  served 4 2 2
}

@test "a forged request takes a piece from a client of the stateful server and of the cached one" {
  local way
  for way in stateful cached; do
    serve -m "$way"
    by_hand alice -b 30013 numbers
    next_of alice 1 01
    run ./forge -b 30013
    assert_success
    assert_output 'forge: asked for the next piece in the name of 127.0.0.1:30013'
    next_of alice 2 03
    served 4 3 1
    interrupt alice KILL
    unset "PID[alice]"
  done
}

@test "a forged request does no harm to the stateless server, and one without a cookie is refused" {
  serve -m stateless
  by_hand alice -s -b 30013 numbers
  next_of alice 1 01
  run ./forge -b 30013 -s numbers
  assert_success
  next_of alice 2 02
  served 3 3 0
  interrupt alice
  serve -m cookie -v
  by_hand bob -b 30014 numbers
  next_of bob 1 01
  run ./forge -b 30014
  next_of bob 2 02
  await server 'N 999, 3 bytes, from 127\.0\.0\.1:30014: E, 28 bytes'
  served 4 2 0
}

@test "forge needs a raw socket, and says so" {
  local program
  program=$(realpath forge)
  run setpriv --bounding-set -net_raw --inh-caps -net_raw --ambient-caps -all "$program" -b 30013
  assert_failure 1
  assert_output 'forge: raw socket, which needs root, as in scripts/netbox: Operation not permitted [EPERM]'
}

@test "the stateful server remembers eight clients, and refuses the ninth" {
  local i
  serve
  for i in 1 2 3 4 5 6 7 8; do
    run ./client -n 1 -b "3010$i" numbers
    assert_success
  done
  run ./client -n 1 numbers
  assert_failure 1
  assert_output 'client: refused: my memory is full'
  # One that it knows may open again, and begins anew; its descriptor is not lost.
  for i in 1 2 3 4 5 6 7 8 1 1 1; do run ./client -n 1 -b "3010$i" letters; done
  assert_success
  assert_equal "$(pieces)" aa
  assert_equal "$(find "/proc/${PID[server]}/fd" -lname '*/files/*' | wc -l)" 8
  stop server
}

@test "a request that is none gets no answer, and one that is not understood an E" {
  serve -v
  exec {to}<>/dev/udp/127.0.0.1/5013
  printf 'N' >&"$to"
  printf 'N\0' >&"$to"
  printf '%0204d' 0 >&"$to"
  printf 'X\0\1' >&"$to"
  await server 'X 1, 3 bytes, from .*: E, 22 bytes'
  printf 'R\0\2\0\0\0\0numbers' >&"$to"
  await server 'R 2, 14 bytes, from .*: E, 22 bytes'
  served 2 0 0
  serve -m stateless -v
  printf 'O\0\3numbers' >&"$to"
  await server 'O 3, 10 bytes, from .*: E, 22 bytes'
  printf 'R\0\4\0\0\0\0' >&"$to"
  await server 'R 4, 7 bytes, from .*: E, 22 bytes'
  served 2 0 0
}

@test "nobody answers: the client gives up, and says how often it has asked" {
  run ./client -t 1 numbers
  assert_failure 1
  assert_output 'client: asked 25 times: Connection timed out [ETIMEDOUT]'
}

# bank_says TEXT - a bank that gives this answer, whatever is asked.
bank_says() {
  printf "head -c 14 >/dev/null\nprintf %%s '%s'\n" "$1" >"$BATS_TEST_TMPDIR/bank"
  start bank socat UDP-RECVFROM:5013,fork SYSTEM:"bash $BATS_TEST_TMPDIR/bank"
  wait_until bank_is_there
}

@test "the teller asks until it is told, and counts what is done" {
  run ./teller -t 1 -r 3 ana
  assert_failure 1
  assert_output 'teller: deposit ana 1 10: no answer, though I asked 3 times'
  # The answer to deposit 10 begins as one to deposit 1 would.
  bank_says 'done ana 10 1'
  run ./teller -t 300 -r 2 ana
  assert_failure 1
  assert_output 'teller: deposit ana 1 10: no answer, though I asked 2 times'
  run ./teller -t 2000 -f 10 -a 5 -v ana
  assert_success
  assert_line 'teller: deposit ana 10 5: done ana 10 1'
  assert_line 'teller: 1 of 1 deposits done, asked 1 times, 0 answers that nobody waited for'
  interrupt bank
}

bank_is_there() { grep -q ':1395 ' /proc/net/udp; }

@test "a deposit that is refused is not done" {
  bank_says 'refused ana 1'
  run ./teller -t 2000 ana
  assert_failure 1
  assert_line 'teller: deposit ana 1 10: refused ana 1'
  assert_line 'teller: 0 of 1 deposits done, asked 1 times, 0 answers that nobody waited for'
}

@test "the comparison prints round trips and bytes of each way" {
  sed 's/^PIECES=2000/PIECES=40/' "$BATS_TEST_DIRNAME/compare.sh" >"$BATS_TEST_TMPDIR/compare.sh"
  run bash "$BATS_TEST_TMPDIR/compare.sh"
  assert_success
  assert_line --regexp '^stateful +41 +3\.2 +6\.1 '
  assert_line --regexp '^cached +41 +3\.2 +6\.1 '
  assert_line --regexp '^stateless +40 +13\.0 +6\.0 '
  assert_line --regexp '^cookie +41 '
}

@test "a port that is taken, a folder and a key that are not there: status 1 and the reason" {
  serve
  run ./server
  assert_failure 1
  assert_output 'server: bind 127.0.0.1:5013: Address already in use [EADDRINUSE]'
  run ./server -p 0 -d /none
  assert_failure 1
  assert_output 'server: folder /none: No such file or directory [ENOENT]'
  run ./server -p 0 -k /none/key
  assert_failure 1
  assert_output 'server: key /none/key: No such file or directory [ENOENT]'
  echo short >"$BATS_TEST_TMPDIR/short"
  run ./server -p 0 -k "$BATS_TEST_TMPDIR/short"
  assert_failure 1
  assert_output --partial 'Invalid argument [EINVAL]'
  run ./client -b 5013 numbers
  assert_failure 1
  assert_output 'client: connect to port 5013: Address already in use [EADDRINUSE]'
}

@test "what cannot be meant is a usage error" {
  local command
  for command in './server -m none' './server x' './server -p 65536' ./client './client a b' './client -n 0 a' \
    "./client $(printf '%065d' 0)" ./forge './forge -b 0' './forge -b 1 x' "./forge -b 1 -s $(printf '%065d' 0)" \
    ./teller './teller a b' './teller -a 0 a' './teller aaaaaaaaaaaaaaaaa'; do
    run $command
    assert_failure 2
  done
}

@test "a system call that fails is told" {
  dies_of fail_socket=1 'server: socket' ./server
  dies_of fail_bind=1 'server: bind 127.0.0.1:5013' ./server
  dies_of fail_socket=1 'client: connect to port 5013' ./client numbers
  dies_of fail_bind=1 'client: connect to port 5013' ./client numbers
  dies_of fail_socket=1 'forge: raw socket, which needs root, as in scripts/netbox' ./forge -b 30013
  dies_of fail_send=1 'forge: sendto' ./forge -b 30013
  dies_of fail_socket=1 'teller: connect to port 5013' ./teller ana
}
