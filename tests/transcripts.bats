#!/usr/bin/env bats
# What the READMEs quote is what the demos print: `scripts/demo --check` on every lab, and on labs
# made up to see it object.

bats_require_minimum_version 1.5.0

load lib/ladder.bash

setup() {
  ROOT=$BATS_TEST_DIRNAME/..
  DEMO=$ROOT/scripts/demo
  NORMALISE=$ROOT/scripts/player/normalise
  LAB=$BATS_TEST_TMPDIR/labs/00-made-up
  mkdir -p "$LAB"
  unset LAB_BIN
}

# A lab whose demo says something else in each run, and a README from standard input. Every ^ at the
# beginning of a line stands for the three backquotes of a fence.
lab_with_readme() {
  cat >"$LAB/demo.sh" <<'DEMO'
step One
run server 'echo "server: listening on 127.0.0.1:5001"'
run client "echo 'client: 127.0.0.1:$((40000 + RANDOM % 9999)) connected in 0.$RANDOM ms'"
run client 'echo end'
DEMO
  sed 's/^\^/```/' >"$LAB/README.md"
}

check() {
  run --separate-stderr timeout -k 1 60 "$DEMO" "${1:---check}" "$LAB" 3>&-
}

assert_objects() {
  [[ $status == 1 && $stderr == *"$1"* ]] || {
    printf 'status %s, and no "%s" in:\n%s\n' "$status" "$1" "$stderr"
    return 1
  }
}

assert_normalised() {
  diff -u <(echo "$2") <("$NORMALISE" <<<"$1")
}

@test "every README quotes its lab's demo as it runs, and a deck the demo beside it" {
  local lab failed=()
  for lab in "$ROOT"/labs/*/ "$ROOT"/slides/00-layers; do
    timeout -k 1 300 "$DEMO" --check "$lab" 3>&- || failed+=("${lab%/}")
  done
  ((${#failed[@]} == 0)) || {
    printf 'out of date: %s\n' "${failed[@]##*/}"
    return 1
  }
}

@test "the README of the whole suite names labs that exist" {
  local name
  [[ -f $ROOT/README.md ]] || skip "there is no README.md"
  while read -r name; do
    [[ -f $ROOT/labs/$name/demo.sh ]] || {
      echo "README.md: <!-- demo $name -->, but labs/$name/demo.sh does not exist"
      return 1
    }
  done < <(sed -nE 's/^<!-- demo ([^ ]*)( --ladder)? -->$/\1/p' "$ROOT/README.md")
}

@test "a true quote passes, with other ports and times than in this run" {
  lab_with_readme <<'README'
<!-- demo -->

^console
server: listening on 127.0.0.1:5001
client$ echo 'client: 127.0.0.1:61234 connected in 7 ms'
client: 127.0.0.1:61234 connected in 7 ms
^
<!-- demo -->
^console
client$ echo end
end
^
README
  check
  [[ $status == 0 && ! $stderr ]]
}

@test "a block without the marker may say what it likes" {
  lab_with_readme <<'README'
<!-- demo -->
^console
end
^

^console
anything
^
README
  check
  [[ $status == 0 && ! $stderr ]]
}

@test "a changed line is found, with the difference and the remedy" {
  lab_with_readme <<'README'
Text.

<!-- demo -->
^console
server$ echo "server: listening on 127.0.0.1:5001"
server: listening on 127.0.0.1:5002
^
README
  check
  assert_objects 'README.md:5: the demo does not print this'
  assert_objects $'\n-server: listening on 127.0.0.1:5002\n+server: listening on 127.0.0.1:5001'
  assert_objects 'scripts/demo --refresh'
}

@test "lines that are left out, or out of order, are found" {
  lab_with_readme <<'README'
<!-- demo -->
^console
server: listening on 127.0.0.1:5001
client$ echo end
^
README
  check
  assert_objects 'README.md:3: the demo does not print this'
  lab_with_readme <<'README'
<!-- demo -->
^console
end
client$ echo end
^
README
  check
  assert_objects 'README.md:3: the demo does not print this'
  lab_with_readme <<'README'
<!-- demo -->
^console
listening on 127.0.0.1:5001
^
README
  check
  assert_objects 'README.md:3: the demo does not print this'
}

@test "a lab without a README, or without a quote, is found" {
  lab_with_readme <<<'Text.'
  check
  assert_objects 'README.md: quotes nothing'
  rm "$LAB/README.md"
  check
  assert_objects 'has no README.md'
}

@test "a marker without a block, an empty block, a block without an end are found" {
  lab_with_readme <<<$'<!-- demo -->\nText.'
  check
  assert_objects 'README.md:1: no ```console block follows'
  lab_with_readme <<<$'<!-- demo -->\n^console\n^'
  check
  assert_objects 'README.md:1: an empty quote'
  lab_with_readme <<<$'<!-- demo -->\n^console\nend'
  check
  assert_objects 'README.md:1: the quote that begins here has no end'
}

@test "a translation and the README of the suite are checked too" {
  lab_with_readme <<<$'<!-- demo -->\n^console\nend\n^'
  sed 's/end/fin/' "$LAB/README.md" >"$LAB/README.es.md"
  check
  assert_objects 'README.es.md:3: the demo does not print this'
  rm "$LAB/README.es.md"
  sed 's/end/fin/; s/demo/& 00-made-up/' "$LAB/README.md" >"$LAB/../../README.md"
  check
  assert_objects 'README.md:3: the demo does not print this'
  sed -i 's/00-made-up/01-another/' "$LAB/../../README.md"
  check
  [[ $status == 0 ]]
}

@test "below <!-- demo --ladder --> is a part of the transcript with packets" {
  lab_with_readme <<<$'<!-- demo -->\n^console\nend\n^\n<!-- demo --ladder -->\n^console\nend\n[ladder]\nclient 127.0.0.1:40000\n^'
  # shellcheck disable=SC2016  # for the shell in there
  lab_ladder <<<'((frames++ != 2)) || echo "client 127.0.0.1:$((50000 + RANDOM % 9999))"'
  check
  [[ $status == 0 && ! $stderr ]]
  sed -i 's/^client/server/' "$LAB/README.md"
  check
  assert_objects 'README.md:7: the demo does not print this'
  assert_objects $'\n-server 127.0.0.1:PORT\n+client 127.0.0.1:PORT'
  # Without that marker it is a part of a demo without packets.
  sed -i 's/ --ladder//; s/^server/client/' "$LAB/README.md"
  check
  assert_objects 'README.md:7: the demo does not print this'
}

# A lab with a function to quote; its README from standard input.
lab_with_code() {
  lab_with_readme
  cat >"$LAB/server.c" <<'CODE'
static int other_listener(int port)
{
    return open_listener(port);
}

/* Opens it. */
static int open_listener(int port)
{
    return port;
}
CODE
}

@test "below <!-- code FILE FUNCTION --> is that function as it stands in the lab's file" {
  lab_with_code <<'README'
<!-- demo -->
^console
end
^
<!-- code server.c open_listener -->

^c
static int open_listener(int port)
{
    return port;
}
^
README
  check
  [[ $status == 0 && ! $stderr ]]
  sed -i 's/return port/return 0/' "$LAB/server.c"
  check
  assert_objects 'README.md:8: server.c has another open_listener'
  assert_objects $'\n-    return port;\n+    return 0;'
  assert_objects 'scripts/demo --refresh'
}

@test "--refresh writes the function into every block that quotes it, and nothing else" {
  lab_with_code <<'README'
<!-- demo -->
^console
end
^
<!-- code server.c open_listener -->
^c
^
Between.
<!-- code server.c other_listener -->
^c
static int other_listener(int port)
{
}
^
README
  check --refresh
  [[ $status == 0 ]]
  check
  [[ $status == 0 && ! $stderr ]]
  diff -u - <(sed 's/^```/^/' "$LAB/README.md") <<'README'
<!-- demo -->
^console
end
^
<!-- code server.c open_listener -->
^c
static int open_listener(int port)
{
    return port;
}
^
Between.
<!-- code server.c other_listener -->
^c
static int other_listener(int port)
{
    return open_listener(port);
}
^
README
}

@test "a part of a function is some of its lines, one after the other" {
  local demo=$'<!-- demo -->\n^console\nend\n^' marker='<!-- code server.c open_listener part -->'
  lab_with_code <<<"$demo"$'\n'"$marker"$'\n^c\n{\n    return port;\n^'
  check
  [[ $status == 0 && ! $stderr ]]
  sed -i 's/return port/return 0/' "$LAB/server.c"
  check
  assert_objects "nothing in open_listener goes from this first to this last line"
  lab_with_code <<<"$demo"$'\n'"$marker"$'\n^c\nstatic int open_listener(int port)\n}\n^'
  check
  assert_objects 'README.md:7: server.c has another open_listener'
  check --refresh
  [[ $status == 0 && $(sed -n '7,11p' "$LAB/README.md") == *$'{\n    return port;\n}'* ]]
  check
  [[ $status == 0 ]]
}

@test "the slides of a lab quote as its README does, and those of another lab by its name" {
  local slides=$BATS_TEST_TMPDIR/slides
  lab_with_code <<<$'<!-- demo -->\n^console\nend\n^'
  mkdir "$slides"
  sed 's/^\^/```/' >"$slides/00-made-up.md" <<'DECK'
<!-- demo -->
^console
first
^
<!-- code server.c open_listener -->
^c
^
DECK
  sed 's/^\^/```/' >"$slides/01-other.md" <<'DECK'
<!-- demo 00-made-up -->
^console
second
^
<!-- demo -->
^console
third
^
DECK
  check
  assert_objects 'slides/00-made-up.md:3: the demo does not print this'
  assert_objects 'slides/00-made-up.md:7: server.c has another open_listener'
  assert_objects 'slides/01-other.md:3: the demo does not print this'
  [[ $stderr != *third* ]]
  check --refresh
  sed -i 's/first/end/' "$slides/00-made-up.md"
  sed -i 's/second/end/' "$slides/01-other.md"
  check
  [[ $status == 0 && ! $stderr ]]
  # A ladder in the slides of another lab is that lab's.
  sed -i 's/^<!-- demo -->/<!-- demo --ladder -->/' "$slides/01-other.md"
  check
  [[ $status == 0 && ! $stderr ]]
}

@test "a demo that was played before is not played again, if its transcript is there" {
  lab_with_readme <<<$'<!-- demo -->\n^console\nas it was\n^'
  check
  assert_objects 'the demo does not print this'
  mkdir -p "$BATS_TEST_TMPDIR/played/00-made-up"
  echo 'as it was' >"$BATS_TEST_TMPDIR/played/00-made-up/transcript"
  LABS_DEMO_TRANSCRIPTS=$BATS_TEST_TMPDIR/played check
  [[ $status == 0 && ! $stderr ]]
}

@test "a function, a file or a block that is not there is found, by --refresh too" {
  local verb
  for verb in --check --refresh; do
    lab_with_code <<<$'<!-- demo -->\n^console\nend\n^\n<!-- code server.c listener -->\n^c\n^'
    check $verb
    assert_objects "README.md:5: server.c has no function 'listener'"
    lab_with_code <<<$'<!-- demo -->\n^console\nend\n^\n<!-- code serve.c open_listener -->\n^c\n^'
    check $verb
    assert_objects "README.md:5: serve.c has no function 'open_listener'"
    lab_with_code <<<$'<!-- code server.c open_listener -->\nText.\n<!-- demo -->\n^console\nend\n^'
    check $verb
    assert_objects 'README.md:1: no ```c block follows this marker'
    lab_with_code <<<$'<!-- demo -->\n^console\nend\n^\n<!-- code server.c open_listener -->\n^c\nint x;'
    check $verb
    assert_objects 'README.md:5: the quote that begins here has no end'
    lab_with_code <<<$'<!-- demo -->\n^console\nend\n^\n<!-- code server.c -->\n^c\n^'
    check $verb
    assert_objects 'README.md:5: a marker of code is <!-- code FILE FUNCTION -->, or'
  done
}

@test "a demo that fails is not compared" {
  lab_with_readme <<<$'<!-- demo -->\n^console\nend\n^'
  echo 'run client false' >>"$LAB/demo.sh"
  check
  assert_objects 'the demo itself fails'
}

@test "--refresh rewrites what is out of date, and only that" {
  lab_with_readme <<'README'
Before.
<!-- demo -->
^console
client: 127.0.0.1:61234 connected in 7 ms
^
<!-- demo -->
^console
server$ echo "server: listening on 127.0.0.1:5001"
an old line
another old line
client$ echo end
^
After.
README
  check --refresh
  [[ $status == 0 ]]
  [[ $output == *'README.md:8: refreshed' ]]
  check
  [[ $status == 0 ]]
  diff -u - <(sed -E '10,11s/(1:|in 0\.)[0-9]+/\1N/g' "$LAB/README.md" | sed 's/^```/^/') <<'README'
Before.
<!-- demo -->
^console
client: 127.0.0.1:61234 connected in 7 ms
^
<!-- demo -->
^console
server$ echo "server: listening on 127.0.0.1:5001"
server: listening on 127.0.0.1:5001
client$ echo 'client: 127.0.0.1:N connected in 0.N ms'
client: 127.0.0.1:N connected in 0.N ms
client$ echo end
^
After.
README
}

@test "--refresh leaves a quote whose first line is gone, and says so" {
  lab_with_readme <<<$'<!-- demo -->\n^console\ngone\nend\n^'
  cp "$LAB/README.md" "$BATS_TEST_TMPDIR/before"
  check --refresh
  assert_objects 'README.md:3: nothing in the demo goes from'
  cmp "$BATS_TEST_TMPDIR/before" "$LAB/README.md"
}

@test "normalise masks ephemeral ports and no others" {
  assert_normalised 'tcp 127.0.0.1:5001 <- 127.0.0.1:40312' 'tcp 127.0.0.1:5001 <- 127.0.0.1:PORT'
  assert_normalised '[::1]:32768 :65535 port 49152' '[::1]:PORT :PORT port PORT'
  assert_normalised ':32767 :65536 12345678 40000 bytes' ':32767 :65536 12345678 40000 bytes'
}

@test "normalise masks times, rates, dates, and processes" {
  assert_normalised 'took 3.1 ms, 20s, 1min12sec' 'took TIME, TIME, TIME'
  assert_normalised '3 sockets, 5 messages' '3 sockets, 5 messages'
  assert_normalised '2025-01-31 12:04:05.123 at 9.5 MB/s' 'DATE CLOCK at RATE'
  assert_normalised 'pid=4711 pid 12 ino:55 sk:1f0' 'pid=PID pid PID ino:INODE sk:COOKIE'
  assert_normalised '/run/tmp/tmp.aB3dE6gH 0x7ffd12345678' '/run/tmp/tmp.NAME ADDRESS'
}

@test "normalise masks a number with a star" {
  assert_normalised 'received 791*, sent 1000' 'received N*, sent 1000'
  assert_normalised '1.58* times (1.40* to 12.1*), 1.5' 'N* times (N* to N*), 1.5'
}

@test "normalise ignores how wide a column is" {
  assert_normalised $'LISTEN 0    4096  \t127.0.0.1:5001   ' 'LISTEN 0 4096 127.0.0.1:5001'
  local heading='State Recv-Q Send-Q Local Address:Port Peer Address:Port'
  assert_normalised "$heading  Process" "$heading"
  assert_normalised "${heading}Process" "$heading"
}
