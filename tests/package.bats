#!/usr/bin/env bats
# scripts/lab package: what Gradescope, GitHub and a container get, tried as far as this machine alone can.
# shellcheck disable=SC2016  # a stub expands it

setup_file() {
  source "$BATS_TEST_DIRNAME/lib/source.bash"
  source_repository
}

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  cd "$BATS_TEST_TMPDIR" || return
  source "$BATS_TEST_DIRNAME/lib/source.bash"
  unset LABS_ENTERED # as a user calls it, whose LABS_PATH counts
}

lab() {
  run timeout -k 5 200 "$SOURCE/scripts/lab" "$@" </dev/null
}

# autograder - Gradescope's folders, with what it unpacks there.
autograder() {
  lab package gradescope --labs 01 --seed-from pepper -o upload.zip
  assert_success
  mkdir -p autograder/{source,submission,results}
  unzip -q upload.zip -d autograder/source
  cp autograder/source/run_autograder autograder/
}

@test "Gradescope's package runs in Gradescope's folders: the score, and no score where the machine cannot grade" {
  builtin type -P unzip >/dev/null || skip 'no unzip: scripts/setup unzip'
  autograder
  assert [ ! -e autograder/source/course/tests ]
  assert [ -x autograder/source/course/scripts/class/prepare ]
  cp "$SOURCE"/tests/solutions/01-tcp-echo/server.c autograder/submission/
  echo '{"users": [{"email": "ada@example.org"}]}' >autograder/submission_metadata.json
  mkdir bin
  printf '#!/bin/sh\necho no bubblewrap here; exit 1\n' >bin/bwrap
  chmod +x bin/bwrap
  LABS_PATH=$PWD/bin run timeout -k 5 200 autograder/run_autograder
  assert_failure
  assert_output --partial 'there is no sandbox here'
  assert [ ! -e autograder/results/results.json ]
  run timeout -k 5 100 autograder/run_autograder
  echo "$output"
  assert_success
  run jq -r '.score, (.tests | length > 3), ([.tests[].max_score] | add)' autograder/results/results.json
  assert_output $'10\ntrue\n10'
}

# bats test_tags=slow
@test "the same commit gives the same zip, and what it must run may be run" {
  builtin type -P unzip >/dev/null || skip 'no unzip: scripts/setup unzip'
  lab package gradescope --labs 01 -o one.zip
  lab package gradescope --labs 01 -o two.zip
  cmp one.zip two.zip
  unzip -q one.zip
  assert [ -x setup.sh -a -x run_autograder -a -x course/scripts/lab ]
}

@test "the workflow checks the labs that a push changed, and no other" {
  local run first
  lab handout --git class --labs 01-03
  lab package github -o class
  assert_success
  cd class || return
  printf '#!/bin/sh\necho "checked $2"; [ "$2" != 02-udp-loss ]\n' >scripts/lab
  run=$(sed -n 's/^ *- run: \(scripts.*\)/\1/p' .github/workflows/labs.yml)
  first=$(git rev-parse HEAD)
  cp labs/01-tcp-echo/exercise/starter/server.c labs/01-tcp-echo/exercise/
  echo '# notes' >labs/03-unix-sockets/notes.md
  git add .
  commit 'Lab 01'
  BEFORE=$first run bash -c "$run"
  assert_success
  assert_output 'checked 01-tcp-echo'
  first=$(git rev-parse HEAD)
  cp labs/02-udp-loss/exercise/starter/*.c labs/02-udp-loss/exercise/
  git add .
  commit 'Lab 02'
  BEFORE=$first run bash -c "$run"
  assert_failure 1
  assert_output 'checked 02-udp-loss'
  BEFORE=0000000000000000000000000000000000000000 run bash -c "$run"
  assert_output $'checked 01-tcp-echo\nchecked 02-udp-loss'
  BEFORE=$(git rev-parse HEAD) run bash -c "$run"
  assert_success
  assert_output 'no exercise has changed'
}

# bats test_tags=slow
@test "the container's folder has what its Containerfile copies and runs, and no test" {
  local file
  lab package container -o grade --labs 01
  assert_success
  assert [ ! -e grade/course/tests ]
  assert [ ! -e grade/course/.git ]
  while IFS= read -r file; do assert [ -x "grade$file" ]; done < <(grep -oE '/course/scripts/[a-z/]+' grade/Containerfile)
  lab package container -o grade
  assert_failure 1
}

@test "what cannot be packed is said" {
  lab package github -o nowhere
  assert_failure 1
  assert_output --partial 'scripts/lab handout --git nowhere'
  lab package gradescope -o file.tar
  assert_failure 2
  lab package github --seed-from x -o nowhere
  assert_failure 2
}
