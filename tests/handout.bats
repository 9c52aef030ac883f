#!/usr/bin/env bats
# A course is handed out without tests/ (and without .git): everything that a student does works there.

setup_file() {
  export COURSE=$BATS_FILE_TMPDIR/course LABS_PROGRESS=$BATS_FILE_TMPDIR/progress
  cd "$BATS_TEST_DIRNAME/.." || return
  mkdir "$COURSE"
  cp -r Makefile README.md common labs scripts "$COURSE"
  rm -f "$COURSE"/labs/*/exercise/*.c
}

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  source "$BATS_TEST_DIRNAME/../scripts/lib/process.bash"
  cd "$COURSE" || return
  rm -f labs/*/exercise/*.c "$LABS_PROGRESS"
}

lab() {
  run timeout -k 5 60 scripts/lab "$@" </dev/null
}

@test "lab, lab demo" {
  lab
  assert_success
  assert_line --regexp '^01-tcp-echo +not started +TCP echo$'
  lab demo 01
  assert_success
  assert_line --partial 'server: listening on 127.0.0.1:5001'
  lab demo 01 --ladder
  assert_success
  assert_line --regexp 'SYN seq=0'
}

@test "lab check: the starter gets no point, and the score is kept" {
  lab check 01
  assert_failure 1
  assert_line --regexp '^01-tcp-echo  0 of 10 points$'
  lab
  assert_line --regexp '^01-tcp-echo +0 of 10 points'
}

@test "lab watch: the first check" {
  builtin type -P inotifywait || skip 'no inotifywait: scripts/setup inotifywait'
  # shellcheck disable=SC2034  # for wait_until
  DEADLINE=30
  spawn watch scripts/lab watch 01 >"$BATS_TEST_TMPDIR/out" 2>&1 </dev/null
  wait_until grep -q '^watching labs/01-tcp-echo/exercise/server.c' "$BATS_TEST_TMPDIR/out"
  kill -INT "${PID[watch]}"
  wait "${PID[watch]}"
  assert grep -q '0 of 10 points' "$BATS_TEST_TMPDIR/out"
}

@test "lab hint, lab reset" {
  lab hint 01
  assert_success
  assert_line --partial 'Hint 1'
  lab check 01
  echo >>labs/01-tcp-echo/exercise/server.c
  lab reset 01 --yes
  assert_success
}

@test "lab doctor, lab new and the form" {
  lab doctor
  assert_line --regexp '^ok +C compiler'
  assert_line --regexp '^ok +private network without root'
  lab new 17-trial 'A trial'
  assert_success
  assert [ ! -e tests ]
  run scripts/test.d/form 17 files mutants
  assert_success
  rm -r labs/17-trial
}

@test "nothing names tests/, save the verbs that test the project" {
  cd "$BATS_TEST_DIRNAME/.." || return
  run bash -c "grep -rnIE '(^|[^a-z/_.-])(\.\./)*tests/' scripts labs common |
    grep -vE '^scripts/(gate|bench|README.md|lab.d/(test|new)|test.d/)'"
  assert_output ''
}
