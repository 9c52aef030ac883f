#!/usr/bin/env bats
# What stands in single quotes is for a stub to expand; bats sets output, stderr and lines.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# scripts/lab and its verbs, on a tree of their own: real scripts, small labs, and stubs for what
# grades, plays and installs. So they pass or fail for reasons of their own.

bats_require_minimum_version 1.5.0

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  # pwd -P: the scripts tell physical paths
  tree=$(cd "$BATS_TEST_TMPDIR" && pwd -P)/tree
  mkdir -p "$tree/labs"
  cp -r "$BATS_TEST_DIRNAME/../scripts" "$tree/"
  lab=$tree/scripts/lab
  work=$tree/labs/01-tcp-echo/exercise/shout.c
  progress=$tree/.progress
  new_lab 01-tcp-echo shout.c '# Lab 01: TCP echo' \
    '**What happens between `socket()` and SO_FIRST?**'
  new_lab 02-udp-loss gaps.c '# Lab 02: UDP loss' 'Where did my datagram go?'
  new_lab 08-concurrent-servers chat.c '# Lab 08: Concurrent servers' 'Many clients at once?'
  mkdir "$tree/labs/03-notes-only" # no Makefile: not a lab

  stub grade 'printf "%q " "$@" >>"$tree/grade.log"; echo >>"$tree/grade.log"
    [[ -z ${GRADE_SCORE-} ]] || echo "$GRADE_SCORE" >"$LABS_SCORE_FILE"
    cat "$tree/grade.out" 2>/dev/null || echo "the report"
    exit "${GRADE_STATUS-0}"'
  stub demo 'printf "demo:"; printf " %q" "$@"; echo'
  stub setup 'echo "setup $*" >>"$tree/setup.log"; exit "${SETUP_STATUS-0}"'
  stub netbox '[[ $1 == -- ]] && shift; exec "$@"'
  unset NO_COLOR LABS_PROGRESS GRADE_SCORE GRADE_STATUS
  cd "$tree" || return
}

teardown() {
  local pid
  for pid in ${started-}; do kill -KILL -- "-$pid" 2>/dev/null || true; done
}

new_lab() { # NAME FILE.c TITLE QUESTION
  local dir=$tree/labs/$1
  mkdir -p "$dir/exercise/starter"
  printf '%s\n\n%s\n' "$3" "$4" >"$dir/README.md"
  printf 'all:\n\t@echo built >built\n' >"$dir/Makefile"
  printf 'int main(void) { return 0; }\n' >"$dir/exercise/starter/$2"
  printf '# Answers\n\n## Check yourself\n\n1. Because.\n' >"$dir/exercise/answers.md"
  printf '# Hints\n\nintro\n\n## Hint 1: look\n\nfirst\n\n## Hint 2: closer\n\nsecond\n\n## Hint 3: do\n\nthird\n' \
    >"$dir/exercise/hints.md"
}

stub() { # NAME BODY
  printf '#!/usr/bin/env bash\ntree=%q\n%s\n' "$tree" "$2" >"$tree/scripts/$1"
  chmod +x "$tree/scripts/$1"
}

on_terminal() { # COMMAND LINE, on a pseudo terminal
  run env TERM=xterm timeout -k 2 60 script -qec "$1" /dev/null </dev/null
}

# COMMAND…: in the background but deaf to no signal, in a process group of its own; output in out
start() {
  setsid env --default-signal=INT,QUIT "$@" >"$tree/out" 2>&1 3>&- &
  started+=" $!"
}

wait_for() { # COMMAND…: until it is true, ten seconds at most
  local i
  for ((i = 0; i < 500; i++)); do
    "$@" && return
    read -r -t 0.02 <> <(:) || true
  done
  echo "waited in vain for: $*"
  return 1
}

count_in() { [[ $(grep -c -- "$2" "$3") == "$1" ]]; } # N PATTERN FILE

# A private mount namespace with a small or read-only file system, where the system lets us.
in_mounts() { # SCRIPT
  unshare -Urm true 2>/dev/null ||
    skip "no user namespaces here: scripts/lab doctor names the remedy"
  run timeout -k 2 60 unshare -Urm bash -euc "$1"
}

with_progress() { # SCRIPT: run with the functions of progress.bash
  bash -c "source '$tree/scripts/lib/progress.bash'; $1"
}

# --- names ---

@test "1, 01, 01-tcp-echo, tcp-echo and labs/01-tcp-echo/ are the same lab" {
  for name in 1 01 01-tcp-echo tcp-echo labs/01-tcp-echo/; do
    run "$lab" demo "$name"
    assert_success
    assert_output "demo: $tree/labs/01-tcp-echo"
  done
  run "$lab" demo 8 # 08 is no octal number
  assert_output "demo: $tree/labs/08-concurrent-servers"
}

@test "an unknown lab names the nearest ones, status 2" {
  run "$lab" check tcp-ehco
  assert_failure 2
  assert_output "lab: no lab 'tcp-ehco'; did you mean: 01-tcp-echo"
  run "$lab" check 02-upd-loss
  assert_failure 2
  assert_output "lab: no lab '02-upd-loss'; did you mean: 02-udp-loss"
  run "$lab" hint conc
  assert_output "lab: no lab 'conc'; did you mean: 08-concurrent-servers"
  run "$lab" demo 7
  assert_failure 2
  assert_output "lab: no lab '7'; there are: 01-tcp-echo 02-udp-loss 08-concurrent-servers"
  run "$lab" demo '*'
  assert_failure 2
  run "$lab" demo "$(printf 'x%.0s' {1..5000})"
  assert_failure 2
}

@test "a folder without a Makefile is not a lab" {
  run "$lab" check 3
  assert_failure 2
}

@test "an unknown verb names the nearest ones, status 2" {
  run "$lab" chekc 1
  assert_failure 2
  assert_output "lab: no verb 'chekc'; did you mean: check"
  run "$lab" doctor.c # a file of a verb, not a verb
  assert_failure 2
  run "$lab" ../lab
  assert_failure 2
  run "$lab" --verbose
  assert_failure 2
  assert_line "lab: unknown option: --verbose"
}

@test "every verb has --help, and no argument is ignored" {
  for verb in list doctor demo check watch hint answers reset; do
    for option in -h --help; do
      run "$lab" "$verb" "$option"
      assert_success
      assert_line --index 0 --partial "usage: scripts/lab $verb"
    done
    run "$lab" help "$verb"
    assert_line --index 0 --partial "usage: scripts/lab $verb"
    run "$lab" "$verb" 1 2 3
    assert_failure 2
    assert_line --regexp '^lab: extra argument: [123]$'
    [[ $verb == demo ]] && continue
    run "$lab" "$verb" --bogus
    assert_failure 2
    assert_line "lab: unknown option: --bogus"
  done
  for verb in demo check watch hint answers reset; do
    run "$lab" "$verb"
    assert_failure 2
    assert_line "lab: which lab?"
    assert_line --partial "usage: scripts/lab $verb"
  done
  run "$lab" --help
  assert_success
  assert_line --partial "scripts/lab hint N [TIER]"
}

@test "it works through a symlink and from any folder" {
  mkdir "$BATS_TEST_TMPDIR/bin"
  ln -s "$lab" "$BATS_TEST_TMPDIR/bin/lab"
  cd /
  run "$BATS_TEST_TMPDIR/bin/lab" demo 1
  assert_output "demo: $tree/labs/01-tcp-echo"
  LABS_ROOT=/elsewhere run "$lab" demo 1 # another tree's environment must not lead it astray
  assert_output "demo: $tree/labs/01-tcp-echo"
}

# --- list ---

@test "alone it lists labs, progress and the next thing to do" {
  printf '%s\n' '01-tcp-echo score=10 max=10 best=10' \
    '02-udp-loss score=7 max=10 best=8 hints=1' >"$progress"
  run "$lab"
  assert_success
  assert_line --regexp '^01-tcp-echo +done +TCP echo$'
  assert_line --regexp '^02-udp-loss +7 of 10 points \(best: 8\) +UDP loss$'
  assert_line --regexp '^08-concurrent-servers +not started +Concurrent servers$'
  assert_line "Next  02-udp-loss: Where did my datagram go?"
  assert_line "   >  exercise   scripts/lab check 02 makes the file to edit"
  refute_output --partial notes-only
  touch labs/02-udp-loss/exercise/gaps.c
  run "$lab"
  assert_line "   >  exercise   edit labs/02-udp-loss/exercise/gaps.c, then: scripts/lab check 02"
}

# next_is LAB PART - the overview says that this part of that lab is next, and no other.
next_is() {
  run "$lab"
  assert_success
  assert_line --regexp "^Next  $1: "
  assert_line --regexp "^   >  $2 "
  assert_equal "$(grep -c '^   >' <<<"$output")" 1
}

@test "the next thing goes from reading to the demo, the exercise, the questions and the next lab" {
  sed -i '2a Time: 20 minutes to read, 15 for the demo, an hour for the exercise.' labs/01-tcp-echo/README.md
  next_is 01-tcp-echo read
  assert_line "Next  01-tcp-echo: What happens between socket() and SO_FIRST?"
  assert_line "      Time: 20 minutes to read, 15 for the demo, an hour for the exercise."
  assert_line '   >  read       labs/01-tcp-echo/README.md, up to "Predict"'
  assert_line '      demo       scripts/lab demo 01'
  "$lab" demo 1
  next_is 01-tcp-echo exercise
  assert_line --regexp '^01-tcp-echo +demo seen'
  assert_line --regexp '^  ok  read '
  assert_line --regexp '^  ok  predict '
  assert_line --regexp '^  ok  demo '
  GRADE_SCORE='9 10' GRADE_STATUS=1 run "$lab" check 1
  next_is 01-tcp-echo exercise
  GRADE_SCORE='10 10' "$lab" check 1
  next_is 01-tcp-echo questions
  assert_line --regexp '^01-tcp-echo +done'
  assert_line --regexp '^  ok  exercise '
  assert_line '   >  questions  "Check yourself" in the README, then: scripts/lab answers 01'
  "$lab" answers 1
  next_is 02-udp-loss read
  # Who does not play the demo is not told that it was played.
  GRADE_SCORE='10 10' "$lab" check 2
  next_is 02-udp-loss questions
  assert_line '      demo       scripts/lab demo 02'
  # Its questions do not hold back who has begun a later lab.
  "$lab" demo 8
  next_is 08-concurrent-servers exercise
  "$lab" answers 2
  GRADE_SCORE='10 10' "$lab" check 8
  "$lab" answers 8
  run "$lab"
  assert_line --partial "All done."
}

@test "the lab may stand before the verb" {
  run "$lab" 1 demo --step
  assert_success
  assert_output "demo: --step $tree/labs/01-tcp-echo"
  run "$lab" 01-tcp-echo hint 2
  assert_success
  assert_line second
  run "$lab" 1 nonsense
  assert_failure 2
}

# --- colour ---

@test "colour on a terminal, none with NO_COLOR, none in a pipe; the words are the same" {
  on_terminal "$lab"
  assert_output --partial $'\e['
  local coloured=$output
  on_terminal "NO_COLOR=1 $lab"
  refute_output --partial $'\e'
  assert_equal "$(sed $'s/\e\[[0-9]*m//g' < <(printf %s "$coloured"))" "$output"
  run "$lab"
  refute_output --partial $'\e'
}

# --- demo ---

@test "demo builds first, passes options on, and shows a failed build" {
  run "$lab" demo 1 --step --typing
  assert_success
  assert_output "demo: --step --typing $tree/labs/01-tcp-echo"
  assert [ -e labs/01-tcp-echo/built ]
  run cat setup.log
  assert_output "setup labs --quiet"
  printf 'all:\n\t@echo oops.c:1: error; false\n' >labs/01-tcp-echo/Makefile
  run "$lab" demo 1
  assert_failure 1
  assert_line "oops.c:1: error"
  assert_line --partial "labs/01-tcp-echo does not build"
  refute_output --partial "demo:"
}

# --- check ---

@test "check makes the working file once, grades it and records the score" {
  GRADE_SCORE='7 10' GRADE_STATUS=1 run --separate-stderr "$lab" check 1
  assert_failure 1
  assert_output "the report"
  assert_equal "$stderr" \
    "lab: created labs/01-tcp-echo/exercise/shout.c from the starter: this is the file to edit"
  assert_equal "$(<grade.log)" "--no-color $tree/labs/01-tcp-echo $work "
  assert_equal "$(<"$progress")" "01-tcp-echo score=7 max=10 best=7"
  echo '// mine' >>"$work"
  GRADE_SCORE='4 10' GRADE_STATUS=1 run --separate-stderr "$lab" check 1
  assert_equal "$stderr" ""
  assert grep -q mine "$work"
  assert_equal "$(<"$progress")" "01-tcp-echo score=4 max=10 best=7"
}

@test "a read-only starter gives a file that can be written" {
  chmod 444 labs/01-tcp-echo/exercise/starter/shout.c
  run "$lab" check 1
  assert_equal "$(stat -c %A "$work" | cut -c3)" w
}

@test "check --json: the document comes through unharmed, and nothing else" {
  stub setup 'echo installing'
  printf '{"lab":"01-tcp-echo","score":7,"max":10,"tests":[{"message":"tab\\t %%s \\u00e9 é \\\\ end"}]}' >grade.out
  run --separate-stderr bash -c '"$1" check 1 --json >got; cmp got grade.out' _ "$lab"
  assert_success
  assert_equal "$(<grade.log)" "--json --no-color $tree/labs/01-tcp-echo $work "
}

@test "a working file that appears meanwhile is not written over" {
  mkdir stubs
  printf '#!/bin/sh\n[ -e %q ] || echo mine >%q # another run was faster\nexec /bin/cat "$@"\n' \
    "$work" "$work" >stubs/cat
  chmod +x stubs/cat
  PATH=$tree/stubs:$PATH run "$lab" check 1
  assert_success
  assert_equal "$(<"$work")" mine
}

@test "full marks name what is worth a second look, and what is next" {
  printf '%s\n' '# bats test_tags=id:a,points:4' '@test "serves the first client" {' \
    "  likely any 'accept: README, \"The first\" and \"The second\", README, \"Exercise\"'" '}' \
    '@test "serves the next client" {' "  likely any 'again: README, \"The first\"'" \
    "  likely any 'README of lab 01, \"Elsewhere\"; README, \"The third\"'" '}' >labs/02-udp-loss/exercise/grade.bats
  GRADE_SCORE='9 10' GRADE_STATUS=1 run "$lab" check 2
  assert_line 'the report'
  refute_output --partial 'Full marks'
  GRADE_SCORE='10 10' run "$lab" check 2
  assert_success
  assert_line 'Full marks. Worth a second look in labs/02-udp-loss/README.md, now that your program does it:'
  assert_line '  "The first": serves the first client'
  assert_line '  "The third": serves the next client'
  assert_equal "$(grep -c '^  "' <<<"$output")" 2
  assert_line 'Next  the questions, "Check yourself" in labs/02-udp-loss/README.md, then: scripts/lab answers 02'
  GRADE_SCORE='10 10' run "$lab" check 1 # without a check to read from
  assert_success
  assert_line 'Full marks.'
  GRADE_SCORE='10 10' run "$lab" check 2 --json
  assert_output 'the report'
  GRADE_SCORE='10 10' run "$lab" check 2 --only a
  assert_output 'the report'
}

@test "check: options in any order, and --only more than once" {
  run "$lab" check --seed=7 --only=a 1 --json --only b
  assert_success
  assert_equal "$(<grade.log)" "--seed 7 --json --only a --only b --no-color $tree/labs/01-tcp-echo $work "
  run "$lab" check 1 --only=
  assert_failure 2
  run "$lab" hint 1 --help
  assert_success
  run "$lab" watch 1 --help
  assert_success
}

@test "check --only passes the id on and records no score" {
  GRADE_SCORE='2 2' run "$lab" check 1 --only after-a-reset
  assert_success
  assert_equal "$(<grade.log)" "--only after-a-reset --no-color $tree/labs/01-tcp-echo $work "
  assert [ ! -e "$progress" ]
  run "$lab" check 1 --only
  assert_failure 2
  assert_line "lab: --only wants the id of a test"
}

@test "not graded is not a score: status 3 passes through and nothing is recorded" {
  GRADE_STATUS=3 run "$lab" check 1
  assert_failure 3
  assert [ ! -e "$progress" ]
  rm grade.log
  SETUP_STATUS=1 run "$lab" check 1
  assert_failure 3
  assert_output --partial "not graded"
  assert [ ! -e grade.log ]
}

@test "demo goes on where the set-up may install nothing" {
  SETUP_STATUS=1 run "$lab" demo 1
  assert_success
  assert_output $'lab: going on without that\ndemo: '"$tree/labs/01-tcp-echo"
}

@test "check asks for no more than grading needs" {
  "$lab" check 1
  run cat setup.log
  assert_output --partial "--quiet cc"
  refute_output --partial clang
  refute_output --partial all
}

@test "two checks at once make one working file and lose no score" {
  GRADE_SCORE='3 10' "$lab" check 1 3>&- &
  GRADE_SCORE='4 10' "$lab" check 2 3>&- &
  GRADE_SCORE='3 10' "$lab" check 1 3>&- &
  wait
  assert_equal "$(sort "$progress")" \
    $'01-tcp-echo score=3 max=10 best=3\n02-udp-loss score=4 max=10 best=4'
  assert_equal "$(ls labs/01-tcp-echo/exercise)" $'answers.md\nhints.md\nshout.c\nstarter'
}

# --- progress ---

@test "progress: garbage and a torn last line are passed over, the rest is kept" {
  printf '01-tcp-echo score=7 max=10\n\xff\x00garbage\n02-udp-loss score=08 max=10\n02-udp-loss score\n08-concurrent-servers score=1' \
    >"$progress"
  run "$lab"
  assert_success
  assert_line --regexp '^01-tcp-echo +7 of 10'
  assert_line --regexp '^02-udp-loss +not started'
  assert_line --regexp '^08-concurrent-servers +not started'
  with_progress 'progress_set 02-udp-loss hints=1'
  assert_equal "$(<"$progress")" $'01-tcp-echo score=7 max=10\n02-udp-loss hints=1'
}

@test "progress: setting one key keeps the others; an empty value takes a key away" {
  with_progress 'progress_set 01-x score=7 max=10; progress_set 02-y hints=1
    progress_set 01-x score=8 hints=2'
  assert_equal "$(sort "$progress")" $'01-x score=8 max=10 hints=2\n02-y hints=1'
  with_progress 'progress_set 01-x score= max= hints='
  assert_equal "$(<"$progress")" '02-y hints=1'
}

@test "progress: killed between writing and renaming, the old file is whole" {
  with_progress 'progress_set 01-tcp-echo score=7 max=10; progress_set 02-udp-loss hints=1'
  cp "$progress" before
  mkdir stubs
  printf '#!/bin/sh\n: >%q\nexec sleep 60\n' "$tree/reached" >stubs/sync
  chmod +x stubs/sync
  start env PATH="$tree/stubs:$PATH" "$lab" hint 1
  wait_for test -e reached
  kill -KILL -- "-${started##* }"
  wait "${started##* }" || true
  run cmp before "$progress"
  assert_success
  run timeout -k 2 60 "$lab" hint 1
  assert_success
  run with_progress 'progress_get 01-tcp-echo hints; progress_get 02-udp-loss hints'
  assert_output $'1\n1'
}

@test "progress: killed at any moment, no line is lost" {
  printf '%s\n' {01..40}-some-lab' score=7 max=10' >"$progress"
  local i
  for i in {1..30}; do
    timeout -s KILL "0.0$((10 + i))" bash -c \
      "source '$tree/scripts/lib/progress.bash'; while :; do progress_set 41-new score=\$((RANDOM % 10)); done" || true
    run grep -c 'some-lab score=7 max=10$' "$progress"
    assert_output 40
  done
}

@test "progress: writers at the same time lose none of each other's lines" {
  local i
  for i in {11..30}; do
    with_progress "progress_set $i-lab score=1; progress_set 01-all a$(tr 0-9 a-j <<<"$i")=1" 3>&- &
  done
  wait
  run grep -c -- '-lab score=1$' "$progress"
  assert_output 20
  run grep -o ' a[a-j]*=1' "$progress"
  assert_equal "${#lines[@]}" 20
}

@test "progress: a full disk gives one warning and keeps the old file" {
  in_mounts "mkdir m; mount -t tmpfs -o size=16k t m; export LABS_PROGRESS=\$PWD/m/p
    echo '01-tcp-echo score=7 max=10 best=7' >m/p; : >m/p.lock
    cat /dev/zero >m/filler 2>/dev/null || true
    GRADE_SCORE='9 10' scripts/lab check 1 2>&1
    echo \"status \$?\"; cat m/p; ls m"
  assert_success
  assert_line "status 0"
  assert_equal "$(grep -c 'progress not recorded' <<<"$output")" 1
  assert_line "01-tcp-echo score=7 max=10 best=7"
  refute_line "p.new"
  refute_output --partial "No space left"
}

@test "progress: in a read-only folder everything works, with one warning" {
  in_mounts "mkdir m; mount -t tmpfs t m; export LABS_PROGRESS=\$PWD/m/p
    echo '01-tcp-echo score=7 max=10 best=7' >m/p; mount -o remount,bind,ro m
    GRADE_SCORE='9 10' scripts/lab check 1 2>&1
    echo \"status \$?\"; scripts/lab; scripts/lab demo 1 2>&1"
  assert_success
  assert_line "the report"
  assert_line "status 0"
  assert_equal "$(grep -c 'progress not recorded' <<<"$output")" 1
  assert_line --regexp '^01-tcp-echo +7 of 10 points'
  assert_line --partial "demo: "
  refute_output --partial "Read-only"
}

# --- hint ---

@test "hint: each call shows the next tier; after the last the last again" {
  run "$lab" hint 1
  assert_success
  assert_output $'Hint 1: look\n\nfirst\n\n(hint 1 of 3, 2 more: scripts/lab hint 01)'
  run "$lab" hint 1
  assert_line second
  refute_line first
  refute_line third
  run "$lab" hint 1
  assert_line third
  assert_line "(hint 3 of 3: that was the last one)"
  run "$lab" hint 1
  assert_success
  assert_line third
  assert_line --partial "no more"
  run "$lab" hint 2 # each lab counts for itself
  assert_line first
}

@test "hint N TIER shows exactly that one; the next call goes on from there" {
  run "$lab" hint 1 2
  assert_success
  assert_line second
  refute_line first
  run "$lab" hint 1 1
  assert_line first
  run "$lab" hint 1
  assert_line third
  for tier in 0 4 x -1 02 99999999999999999999; do
    run "$lab" hint 1 "$tier"
    assert_failure 2
    assert_line --partial "no tier '$tier'; lab 01 has tiers 1 to 3"
  done
}

@test "hint: a lab without hints says so" {
  rm labs/01-tcp-echo/exercise/hints.md
  run "$lab" hint 1
  assert_failure 1
  assert_output "lab: lab 01 has no hints"
}

# --- answers ---

@test "answers come after full marks, or with --anyway; before that it says what is missing" {
  run "$lab" answers 1
  assert_failure 1
  assert_line 'lab: the answers of lab 01 come after full marks, and you have neither played the demo nor checked your exercise yet'
  assert_line --partial 'scripts/lab check 01 '
  assert_line --partial 'scripts/lab answers 01 --anyway '
  refute_output --partial Because
  "$lab" demo 1
  run "$lab" answers 1
  assert_failure 1
  assert_line --partial ', and you have not checked your exercise yet'
  GRADE_SCORE='7 10' GRADE_STATUS=1 run "$lab" check 1
  GRADE_SCORE='4 10' GRADE_STATUS=1 run "$lab" check 1
  run "$lab" answers 1
  assert_failure 1
  assert_line --partial ', and your exercise has had 7 of 10 points so far'
  refute_output --partial Because
  run "$lab" answers --anyway 1
  assert_success
  assert_line '1. Because.'
  GRADE_SCORE='10 10' "$lab" check 1
  GRADE_SCORE='4 10' GRADE_STATUS=1 run "$lab" check 1 # it was full once
  run "$lab" answers 1
  assert_success
  assert_output $'# Answers\n\n## Check yourself\n\n1. Because.'
  assert_equal "$(<"$progress")" '01-tcp-echo demo=1 score=4 max=10 best=10 answers=1'
  "$lab" reset 1 --yes
  run "$lab" answers 1
  assert_success
}

@test "answers: a lab without any says so" {
  rm labs/01-tcp-echo/exercise/answers.md
  run "$lab" answers 1 --anyway
  assert_failure 1
  assert_output "lab: lab 01 has no answers"
}

@test "a demo that did not play to its end does not count as seen" {
  stub demo 'echo "demo: unknown option" >&2; exit 2'
  run "$lab" demo 1 --nonsense
  assert_failure 2
  run "$lab" list
  assert_line --regexp '^01-tcp-echo +not started'
}

@test "progress: a file that cannot be read is not replaced" {
  ((EUID != 0)) || skip 'root can read any file'
  echo '02-udp-loss demo=1' >"$progress"
  chmod 0 "$progress"
  run --separate-stderr "$lab" demo 1
  assert_success
  GRADE_SCORE='2 10' GRADE_STATUS=1 run --separate-stderr "$lab" check 1
  [[ $stderr == *'progress not recorded'* ]]
  chmod 600 "$progress"
  assert_equal "$(<"$progress")" '02-udp-loss demo=1'
}

@test "check: if this machine cannot keep the file to edit, that is status 3" {
  ((EUID != 0)) || skip 'root can write anywhere'
  chmod a-w "$tree/labs/01-tcp-echo/exercise"
  run "$lab" check 1
  chmod u+w "$tree/labs/01-tcp-echo/exercise"
  assert_failure 3
}

# --- reset ---

@test "reset --yes keeps numbered backups and never writes over one" {
  for text in one two; do
    echo "$text" >"$work"
    run "$lab" reset 1 --yes
    assert_success
  done
  assert_line "kept yours as labs/01-tcp-echo/exercise/shout.c.2.bak"
  assert_equal "$(<"$work.1.bak")" one
  assert_equal "$(<"$work.2.bak")" two
  run cmp "$work" labs/01-tcp-echo/exercise/starter/shout.c
  assert_success
  run "$lab" reset 1 --yes
  assert_output --partial "nothing to do"
  assert [ ! -e "$work.3.bak" ]
}

@test "reset without a terminal and without --yes changes nothing" {
  echo mine >"$work"
  run "$lab" reset 1 </dev/null
  assert_failure 1
  assert_output --partial "--yes"
  run bash -c 'yes | "$1" reset 1' _ "$lab"
  assert_failure 1
  assert_equal "$(<"$work")" mine
}

@test "reset asks on a terminal: no leaves all, yes resets" {
  echo mine >"$work"
  run timeout -k 2 60 script -qec "$lab reset 1" /dev/null <<<n
  assert_output --partial "[y/N]"
  assert_equal "$(<"$work")" mine
  run timeout -k 2 60 script -qec "$lab reset 1" /dev/null <<<y
  assert_equal "$(<"$work.1.bak")" mine
}

@test "reset forgets the score but not the best one" {
  echo mine >"$work"
  echo '01-tcp-echo score=7 max=10 best=8' >"$progress"
  "$lab" reset 1 --yes
  assert_equal "$(<"$progress")" '01-tcp-echo max=10 best=8'
  run "$lab"
  assert_line --regexp '^01-tcp-echo +started again \(best: 8\) +TCP echo$'
  assert_line --regexp '^   >  exercise '
}

@test "reset after full marks: the overview still says what has been achieved" {
  echo mine >"$work"
  echo '01-tcp-echo score=10 max=10 best=10 answers=1' >"$progress"
  "$lab" reset 1 --yes
  run "$lab"
  assert_line --regexp '^01-tcp-echo +done, started again +TCP echo$'
  assert_line --regexp '^Next  02-udp-loss: '
  # what an earlier version has left
  echo '01-tcp-echo best=10' >"$progress"
  run "$lab"
  assert_line --regexp '^01-tcp-echo +started again \(best: 10\) +TCP echo$'
}

@test "reset on a full disk changes nothing" {
  in_mounts "mount -t tmpfs -o size=20k t labs/01-tcp-echo/exercise
    mkdir labs/01-tcp-echo/exercise/starter
    echo x >labs/01-tcp-echo/exercise/starter/shout.c; echo mine >labs/01-tcp-echo/exercise/shout.c
    cat /dev/zero >labs/01-tcp-echo/exercise/filler 2>/dev/null || true
    scripts/lab reset 1 --yes 2>&1 || echo \"status \$?\"
    cat labs/01-tcp-echo/exercise/shout.c
    ls labs/01-tcp-echo/exercise"
  assert_line "status 1"
  assert_line --partial "nothing changed"
  assert_line "mine"
  refute_output --partial .bak # a part of a file is no backup
}

# --- watch ---

@test "watch checks now and at each save, however it is written, and leaves on Ctrl-C with 0" {
  type -P inotifywait >/dev/null || skip "no inotifywait: scripts/setup inotifywait"
  start bash -c '"$1" watch 1; echo "status $?"' _ "$lab"
  wait_for count_in 1 "save it to check again" out
  refute grep -q $'\e' out # not a terminal: the screen is not cleared
  echo '// written in place' >>"$work"
  wait_for count_in 2 "save it to check again" out
  cp "$work" new.c && mv new.c "$work" # by rename, as most editors do
  wait_for count_in 3 "save it to check again" out
  kill -INT -- "-${started##* }"
  wait_for grep -q '^status' out
  run cat out
  assert_line "no longer watching; scripts/lab shows how far you are"
  assert_line "status 0"
  assert_equal "$(grep -c 'the report' out)" 3
}

@test "watch: a burst of events is one check, another file none; without inotifywait it ends" {
  mkdir stubs
  # The last event is no part of the burst: it comes when that is being checked.
  cat >stubs/inotifywait <<END
#!/bin/bash
printf 'Setting up watches.\nWatches established.\n'
printf 'shout.c\nshout.c\nother.c\nshout.c\nshout.c\n'
for ((i = 0; i < 1000; i++)); do
  [[ \$(grep -c . "$tree/grade.log" 2>/dev/null) != 2 ]] || break
  read -rt 0.01 <> <(:)
done
printf 'other.c\n'
END
  chmod +x stubs/inotifywait
  PATH=$tree/stubs:$PATH run timeout -k 2 60 "$lab" watch 1
  assert_failure 1
  assert_line --partial 'inotifywait has gone'
  assert_equal "$(grep -c 'the report' <<<"$output")" 2 # the first check and the burst
}

# --- doctor ---

@test "doctor: what is there is ok, what is not says why and the remedy" {
  stub netbox 'echo "netbox: this machine refuses [EPERM]" >&2; exit 125'
  printf '# needs: line raw\n' >labs/01-tcp-echo/demo.sh
  run "$lab" doctor
  assert_failure 1
  assert_line --regexp '^ok +make, for every lab$'
  assert_line --regexp '^MISSING +private network'
  assert_line --partial "met:     netbox: this machine refuses [EPERM]"
  assert_line --partial "remedy:"
  assert_line --regexp '^untried +raw socket'
  assert_equal "$(ls .build)" "" # leaves nothing behind
}

@test "doctor: what only some labs need it tries for them alone, and names them" {
  # In brackets: only a part needs it.
  stub netbox '[[ $* != *--line* ]] || { echo "no veth" >&2; exit 1; }'
  run "$lab" doctor
  assert_success
  refute_output --partial 'hosts on wires'
  printf '# needs: nft line\n' | tee labs/02-udp-loss/demo.sh >labs/08-concurrent-servers/demo.bats
  printf '#!/bin/bash\n# needs: [line]\n' >labs/01-tcp-echo/exercise/grade.bats
  run "$lab" doctor
  assert_failure 1
  assert_line --regexp '^ok +firewall rules'
  assert_line --regexp '^MISSING +hosts on wires'
  assert_line '         needed:  labs 01, 02 and 08'
  refute_output --partial 'raw socket'
}

@test "doctor: with everything there the status is 0" {
  stub netbox 'exit 0' # the box itself is tested elsewhere
  run "$lab" doctor
  assert_success
  refute_output --partial MISSING
  assert_line "All that the labs need works here."
}
