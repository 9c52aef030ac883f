#!/usr/bin/env bats
# scripts/lab handout: a course is handed out without tests/ and without its history, and everything that a
# student does works there.

setup_file() {
  export COURSE=$BATS_FILE_TMPDIR/course LABS_PROGRESS=$BATS_FILE_TMPDIR/progress
  source "$BATS_TEST_DIRNAME/lib/source.bash"
  source_repository
  scripts/lab handout -o "$BATS_FILE_TMPDIR/course.tar.gz"
  tar -xzf "$BATS_FILE_TMPDIR/course.tar.gz" -C "$BATS_FILE_TMPDIR"
}

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  source "$BATS_TEST_DIRNAME/../scripts/lib/process.bash"
  source "$BATS_TEST_DIRNAME/lib/source.bash"
  cd "$COURSE" || return
  rm -f labs/*/exercise/*.c "$LABS_PROGRESS"
}

lab() {
  run timeout -k 5 200 scripts/lab "$@" </dev/null
}

# own_lines LAB - prints, trimmed, the lines of its solution that neither the starter has nor a program that
# the course shows.
own_lines() {
  trimmed "$SOURCE/tests/solutions/$1"/*.c | comm -23 - <(trimmed "$SOURCE"/labs/"$1"/exercise/starter/*.c \
    "$SOURCE"/labs/*/*.[ch] "$SOURCE"/labs/*/ladder/*.[ch] "$SOURCE"/common/*.[ch] "$SOURCE"/scripts/*/*.[ch]) | grep .
}

trimmed() {
  LC_ALL=C sed 's/^[[:space:]]*//; s/[[:space:]]*$//' "$@" | LC_ALL=C sort -u
}

@test "no line of a solution is handed out, save the few that a hint shows" {
  export LC_ALL=C
  local lab file shown
  for lab in "$SOURCE"/tests/solutions/*; do
    lab=${lab##*/}
    own_lines "$lab" >"$BATS_TEST_TMPDIR/own"
    [[ $(wc -l <"$BATS_TEST_TMPDIR/own") -gt 10 ]]
    while IFS= read -r file; do
      shown=$(trimmed "$file" | comm -12 - "$BATS_TEST_TMPDIR/own")
      [[ -z $shown ]] || {
        echo "$file has of the solution of $lab: $shown"
        [[ $file == ./labs/$lab/exercise/hints.md && $(wc -l <<<"$shown") -le 10 ]]
      }
    done < <(find . -type f ! -path './.build/*' -exec grep -lF -f "$BATS_TEST_TMPDIR/own" {} +)
  done
}

@test "there is no history, no test and nothing of the project's own" {
  assert [ ! -e .git ]
  assert [ ! -e tests ]
  assert [ ! -e .ci ]
  assert [ -d .devcontainer ]
  run scripts/lab handout -o "$BATS_TEST_TMPDIR/again.tar.gz"
  assert_failure 1
  assert_output --partial 'is a handout itself'
}

@test "the same commit gives the same bytes, at any time and in any folder" {
  mkdir "$BATS_TEST_TMPDIR/elsewhere"
  git clone -q "$SOURCE" "$BATS_TEST_TMPDIR/elsewhere/clone"
  (umask 077 && "$BATS_TEST_TMPDIR/elsewhere/clone/scripts/lab" handout -o "$BATS_TEST_TMPDIR/course.tar.gz")
  cmp "$BATS_TEST_TMPDIR/course.tar.gz" "$BATS_FILE_TMPDIR/course.tar.gz"
}

@test "--git makes a repository of one commit, of the labs of --labs and of what every demo needs" {
  run "$SOURCE/scripts/lab" handout --git "$BATS_TEST_TMPDIR/repository" --labs 1-2,04
  assert_success
  assert_output --partial 'handed out: 3 labs'
  cd "$BATS_TEST_TMPDIR/repository"
  assert_equal "$(git rev-list --all --count)" 1
  assert_equal "$(git status --porcelain)" ''
  assert_equal "$(ls labs)" $'01-tcp-echo\n02-udp-loss\n04-message-delimiters\n12-tcp-handshake'
  assert_equal "$(ls labs/12-tcp-handshake)" ladder
  run grep -c '^| \[[0-9]' README.md
  assert_output 3
  lab
  refute_line --partial 12-tcp-handshake
  run "$SOURCE/scripts/lab" handout --git "$BATS_TEST_TMPDIR/repository"
  assert_failure 1
  assert_output --partial 'is there already'
}

@test "what is not committed is not handed out, and told" {
  echo notes >"$SOURCE/roster.txt"
  run "$SOURCE/scripts/lab" handout -o "$BATS_TEST_TMPDIR/course.tar.gz"
  assert_success
  assert_output --partial '?? roster.txt'
  rm "$SOURCE/roster.txt"
  run tar -tzf "$BATS_TEST_TMPDIR/course.tar.gz"
  refute_line --partial roster.txt
}

# bats test_tags=slow
@test "--lang takes a translation where there is one, and no other language" {
  local clone=$BATS_TEST_TMPDIR/clone lang
  git clone -q "$SOURCE" "$clone"
  cd "$clone"
  run scripts/lab handout --git "$BATS_TEST_TMPDIR/none" --lang es
  assert_failure 1
  assert_output --partial "there is no text in 'es', only in: en"
  echo 'Lea esto primero.' >labs/01-tcp-echo/README.es.md
  echo 'Lies dies zuerst.' >labs/01-tcp-echo/README.de.md
  git add labs
  commit 'Two translations'
  run scripts/lab handout --git "$BATS_TEST_TMPDIR/none" --lang fr
  assert_failure 1
  assert_output --partial "only in: de en es"
  for lang in es en; do scripts/lab handout --git "$BATS_TEST_TMPDIR/$lang" --lang "$lang"; done
  assert_equal "$(<"$BATS_TEST_TMPDIR/es/labs/01-tcp-echo/README.md")" 'Lea esto primero.'
  cmp labs/02-udp-loss/README.md "$BATS_TEST_TMPDIR/es/labs/02-udp-loss/README.md"
  cmp labs/01-tcp-echo/README.md "$BATS_TEST_TMPDIR/en/labs/01-tcp-echo/README.md"
  assert_equal "$(find "$BATS_TEST_TMPDIR"/e[ns] -name '*.??.md')" ''
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
  DEADLINE=200
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
  echo '# A trial' >slides/17-trial.md
  run scripts/test.d/form 17 files mutants
  assert_success
  rm -r labs/17-trial slides/17-trial.md
}

@test "lab test: there are none here, and it says so" {
  lab test --list
  assert_failure 1
  assert_output --partial 'a handout has no tests'
}

@test "nothing names tests/, save the verbs that test the project" {
  cd "$BATS_TEST_DIRNAME/.." || return
  run bash -c "grep -rnIE '(^|[^a-z/_.-])(\.\./)*tests/' scripts labs common |
    grep -vE '^scripts/(gate|bench|README.md|lab.d/(test|new)|test.d/|class/(mutant|mistakes.bash))'"
  assert_output ''
}
