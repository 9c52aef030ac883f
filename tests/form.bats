#!/usr/bin/env bats
# The form of a lab (scripts/test.d/form), and `lab new`: each point of the form can fail, and then names
# the file and the line. On a small copy of the course, with one lab that has the form.
# shellcheck disable=SC2016  # what is between single quotes is text of a lab
bats_require_minimum_version 1.5.0

# A course of two labs: 01, to be copied, and 17, which is that copy.
setup_file() {
  export COURSE=$BATS_FILE_TMPDIR/course
  cd "$BATS_TEST_DIRNAME/.." || return
  mkdir -p "$COURSE"/{labs,tests/solutions,tests/mutants,tests/variants,tests/demands}
  cp -r README.md .clang-format common scripts "$COURSE"
  cp -r labs/01-tcp-echo "$COURSE/labs"
  cp -r tests/solutions/01-tcp-echo "$COURSE/tests/solutions"
  cp -r tests/mutants/01-tcp-echo "$COURSE/tests/mutants"
  cp -r tests/variants/01-tcp-echo "$COURSE/tests/variants"
  cp tests/demands/01-tcp-echo.md "$COURSE/tests/demands"
  rm -f "$COURSE"/labs/*/exercise/*.c
  "$COURSE/scripts/test.d/table" --refresh
}

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  cd "$COURSE" || return
  LAB=labs/01-tcp-echo
  README=$(<README.md)
}

# Each test breaks something in the course; this mends it.
teardown() {
  cd "$COURSE" || return
  rm -rf labs/* tests/*/* slides
  cp -r "$BATS_TEST_DIRNAME/../labs/01-tcp-echo" labs
  cp -r "$BATS_TEST_DIRNAME/../tests/solutions/01-tcp-echo" tests/solutions
  cp -r "$BATS_TEST_DIRNAME/../tests/mutants/01-tcp-echo" tests/mutants
  cp -r "$BATS_TEST_DIRNAME/../tests/variants/01-tcp-echo" tests/variants
  cp "$BATS_TEST_DIRNAME/../tests/demands/01-tcp-echo.md" tests/demands
  rm -f labs/*/exercise/*.c
  printf '%s\n' "$README" >README.md
}

form() { run scripts/test.d/form "$@"; }

# edit FILE SED_SCRIPT - changes a file of lab 01, and fails if that changed nothing.
edit() {
  local before
  before=$(<"$LAB/$1")
  sed -i -E "$2" "$LAB/$1"
  [[ $(<"$LAB/$1") != "$before" ]] || fail "nothing changed in $1: $2"
}

# fails_at POINT REGEX... - this point of lab 01 fails, and for each REGEX there is a line FILE:LINE: of it.
fails_at() {
  local point=$1 regex
  form 01 "$point"
  assert_failure 1
  assert_line --regexp "^not ok 1 01-tcp-echo $point: "
  shift
  for regex; do assert_line --regexp "^# .*$regex"; done
}

@test "a lab that has the form passes every point" {
  form 01
  assert_success
  assert_equal "$(grep -c '^ok' <<<"$output")" "$(scripts/test.d/form --list | wc -l)"
}

@test "a copy of lab 01 under another name fails, and everything of lab 01 in it is named" {
  cp -r "$LAB" labs/17-trial
  form 17-trial
  assert_failure 1
  local text
  for text in \
    "labs/17-trial/README.md:1: must be '# Lab 17: " \
    "labs/17-trial/README.md:1: 'TCP echo' is another lab's title" \
    'labs/17-trial/demo.sh:[0-9]+: must be: title "Lab 17: TCP echo"' \
    'labs/17-trial/README.md:[0-9]+: is a command for lab 01; this is lab 17' \
    "labs/17-trial/README.md:[0-9]+: goes to lab 01's folder; this is lab 17" \
    'labs/17-trial/exercise/grade.bats:2: says lab 01; this is lab 17' \
    'labs/17-trial/exercise/answers.md:1: says lab 01; this is lab 17' \
    'labs/17-trial/demo.bats:2: says [Ll]ab 01|labs/17-trial/demo.sh:2: says lab 01; this is lab 17' \
    'labs/17-trial/server.c:1: must begin with: /\* server.c - lab 17: ' \
    'labs/17-trial/client.c:1: must begin with: /\* client.c - lab 17: ' \
    'labs/17-trial/server.c:[0-9]+: 5001 is the port of lab 01; this lab has 5017' \
    'labs/17-trial/README.md:[0-9]+: 5001 is the port of lab 01' \
    'labs/17-trial/demo.sh:[0-9]+: 5001 is the port of lab 01' \
    "labs/17-trial/exercise/starter/server.c:[0-9]+: the exercise's default port must be 5017" \
    'README.md:[0-9]+: the row of this lab is missing' \
    'tests/solutions/17-trial:1: holds 0 C files' \
    'tests/mutants/17-trial:1: holds 0 patches'; do
    assert_line --regexp "^# ($text)"
  done
}

@test "what a lab says of another lab is no fault" {
  printf '%s\n' 'Lab 08 changes that. See lab 02, the README of lab 04 and labs/05-reuseaddr.' \
    'Lab 02 has port 5002, `./scripts/lab demo 02 --ladder` shows lab 02.' >>"$LAB"/README.md
  form 01 number port title
  assert_success
}

@test "todo: a TODO is named, in tests/ too; a student's own file does not count" {
  edit README.md '12s/$/ TODO: draw it/'
  echo '/* TODO */' >>tests/solutions/01-tcp-echo/server.c
  echo '/* TODO */' >"$LAB"/exercise/server.c
  fails_at todo 'labs/01-tcp-echo/README.md:12: still to do: draw it' 'tests/solutions/01-tcp-echo/server.c:[0-9]+: '
  refute_output --partial "$LAB/exercise/server.c"
}

@test "files: what is missing, empty, or there twice" {
  rm "$LAB"/exercise/answers.md
  : >"$LAB"/exercise/hints.md
  cp "$LAB"/exercise/starter/server.c "$LAB"/exercise/starter/second.c
  mv tests/solutions/01-tcp-echo/server.c tests/solutions/01-tcp-echo/echo.c
  mkdir slides
  fails_at files "$LAB/exercise/answers.md:1: is not there" "$LAB/exercise/hints.md:1: is not there" \
    'starter:1: holds 2 C files' 'slides/01-tcp-echo.md:1: is not there'
  rm "$LAB"/exercise/starter/second.c
  fails_at files 'tests/solutions/01-tcp-echo/echo.c:1: has another name than the starter, server.c'
}

@test "title: README and demo have the same" {
  edit demo.sh 's/^title .*/title "Lab 01: Echo"/'
  fails_at title 'must be: title "Lab 01: TCP echo", as in the README'
}

@test "number and port: no other lab's" {
  edit README.md 's/lab check 01/lab check 02/'
  edit demo.sh 's/5001/5002/'
  fails_at number 'is a command for lab 02; this is lab 01'
  fails_at port 'demo.sh:[0-9]+: 5002 is the port of lab 02; this lab has 5001'
}

@test "table: the row follows the lab's README" {
  edit README.md 's/^You will write: .*/You will write: a novel./'
  fails_at table 'README.md:[0-9]+: the row of this lab is missing or out of date'
  scripts/test.d/table --refresh
  form 01 table
  assert_success
  edit README.md '/^You will write: /d'
  fails_at table "has no line 'You will write: "
}

@test "core: 1,800 words at most" {
  edit README.md '/^## Going deeper$/d'
  fails_at core 'README.md:[0-9]+: the core has [0-9]+ words, and may have 1800'
}

@test "core: it has the exercise in it" {
  edit README.md 's/^## Why$/## Going deeper/'
  fails_at core "README.md:[0-9]+: 'Exercise' belongs to the core" "README.md:[0-9]+: 'Check yourself' belongs to the core"
}

@test "guide: a section that is missing, and one that a check refers to in vain" {
  edit README.md 's/^### Zero is the end/### The end/; s/^## Why/## Reasons/'
  fails_at guide "has no section '## Why'" "grade.bats:[0-9]+: refers to a section 'Zero is the end'"
}

@test "time: how long reading, demo and exercise take, before the first section" {
  edit README.md 's/^(Time: [0-9]+ minutes to read)/About \1/'
  fails_at time "README.md:4: has no line 'Time: N minutes to read, N for the demo"
  edit README.md '/^About Time: /d; $a Time: 20 minutes to read, 15 for the demo, an hour for the exercise.'
  fails_at time "README.md:4: has no line 'Time: "
}

@test "guide: the demo asks for fewer predictions than the README" {
  edit demo.sh 's/^predict /tell /'
  fails_at guide 'demo.sh:1: asks for 0 predictions, the README for 4'
}

@test "answers: one for each question, none to spare" {
  edit exercise/answers.md '0,/^2\. /s/^2\. /8. /'
  fails_at answers "answers.md:[0-9]+: does not answer question 2 of '## Predict'" \
    'answers.md:[0-9]+: answers a question that'
  edit README.md 's/scripts.lab answers 01/scripts\/lab answers 02/'
  fails_at answers 'README.md:[0-9]+: must end with: Answers: `./scripts/lab answers 01`'
}

@test "hints: three, none of them empty" {
  edit exercise/hints.md 's/^## Hint 3/## Hint 4/'
  fails_at hints 'has the hints 1 2 4'
  printf '## Hint 1\n\nA.\n\n## Hint 2\n\n## Hint 3\n\nC.\n' >"$LAB"/exercise/hints.md
  fails_at hints 'hints.md:5: hint 2 is empty'
}

@test "points: ten in all, for tests with different ids" {
  edit exercise/grade.bats '0,/points:1/s//points:2/'
  fails_at points 'the points are 11 in all'
  edit exercise/grade.bats 's/id:one-line/id:address/; /id:conversation/d'
  fails_at points 'a second test has the id address' 'a test without an id' 'a test without points'
}

@test "mutants: eight, each with its three lines, about tests that exist" {
  local mutants=tests/mutants/01-tcp-echo patch
  set -- "$mutants"/*.patch
  patch=$1
  shift 7
  rm "$@"
  sed -i '/^Mutant: /d; s/^Loses: .*/Loses: nonsense/; s/^Says: .*/Says: sense: words\nChance: luck/' "$patch"
  fails_at mutants 'holds 7 patches' "$patch:1: has no line 'Mutant: " \
    "$patch:[0-9]+: the exercise has no test 'nonsense'" "$patch:[0-9]+: 'sense' is not among the tests" \
    "$patch:[0-9]+: 'luck' is no test"
}

@test "demands: numbered, each with its check, each check with its wrong programs, eight right ones" {
  local table=tests/demands/01-tcp-echo.md mutants=tests/mutants/01-tcp-echo
  edit README.md 's/^- \*\*D2\*\* /- **D7** /'
  sed -i -E '0,/any-address/s//no-such-mutant/; 0,/\| host-byte-order/s//| nul-byte/; /^\| D3 /d' "$table"
  echo '| D1 | of nothing | no-such-test | eof-ignored |' >>"$table"
  sed -i '/^Subject: /d' "$mutants/nul-byte.patch"
  sed -i 's/^Subject: .*/Subject: No such section/' "$mutants/eof-ignored.patch"
  rm tests/variants/01-tcp-echo/[a-m]*.c tests/variants/01-tcp-echo/[n-z]*.c
  fails_at demands "$LAB/README.md:[0-9]+: must begin with '- \*\*D2\*\* '" \
    "$table:[0-9]+: there is no mutant 'no-such-mutant'" "$table:1: has no row for demand D3" \
    "$table:1: has no row with the mutant any-address" "$table:[0-9]+: the exercise has no test 'no-such-test'" \
    "$mutants/nul-byte.patch:1: has no line 'Subject: " \
    "$mutants/eof-ignored.patch:[0-9]+: the README has no section 'No such section'" \
    'tests/variants/01-tcp-echo:1: holds 0 C files'
}

@test "declarations: only what is known" {
  edit demo.sh '2s/$/\n# needs: nft [ipv6] luck [more]\n# tools: jq dug/'
  fails_at declarations "demo.sh:3: .* no feature 'luck'" "demo.sh:3: .* no feature '\[more\]'" "demo.sh:4: scripts/setup does not know 'dug'"
  refute_output --partial "'nft'"
  refute_output --partial "'[ipv6]'"
  edit demo.sh '$s/$/\n# tools: jq/'
  fails_at declarations 'demo.sh:[0-9]+: is not in the comment at the top, and only there it is read'
}

@test "headers: every part, in its order, of this file and this lab" {
  edit server.c 's/^ \* Try: .*//; 1s/01/02/'
  edit client.c 's/^ \* See this: .*/&\n *             and more/; s/^ \* Shows: .*/ * Shows:/'
  echo '/* what.c - helps */' >"$LAB"/unit.c
  fails_at headers 'server.c:1: must begin with: ' 'client.c:[0-9]+: .Shows:. says nothing' \
    "client.c:[0-9]+: 'See this:' has a second line" 'unit.c:1: must begin with: /\* unit.c - '
}

@test "header-runs: what a header tells you to see is printed" {
  edit server.c 's/^ \* See this: .*/ * See this:   server: accepted 127.0.0.1:40312 as descriptor 7, .../'
  fails_at header-runs 'server.c:[0-9]+: .* was not printed' '  \./server -v: server: accepted 127.0.0.1:'
  edit server.c 's/^ \* See this: .*/ * See this:   server: accepted 127.0.0.1:45678 as descriptor 4, .../'
  form 01 header-runs
  assert_success
  assert_equal "$(find . -name 'form.*' -path '*/.build/*')" '' # nothing is left
}

@test "header-runs: the next command waits until the one before waits, not only until it has printed something" {
  edit server.c 's/^ \* Run this: .*/ * Run this:   echo first; for i in {1..200000}; do :; done; .\/server -v/'
  form 01 header-runs
  assert_success
}

@test "options: the help and its uses agree" {
  edit server.c 's/"  -h  /"  -z       do nothing\\n"\n&/'
  edit README.md '30s/$/\n`.\/server -y` is fast./'
  fails_at options 'nothing in the lab uses server -z' 'README.md:[0-9]+: server has no option -y'
}

@test "lengths: of programs, of main, of functions, of units" {
  local lines
  printf -v lines '    ;\n%.0s' {1..40}
  printf '/* long.c - long */\nstatic void run(void)\n{\n%s}\n\nint main(void)\n{\n%s}\n' "$lines" "$lines" >"$LAB"/long.c
  seq 201 >"$LAB"/unit.h
  seq 90 | sed 's|.*|// more|' >>"$LAB"/server.c
  fails_at lengths 'long.c:2: run has 43 lines, and may have 40' 'long.c:46: main has 43 lines, and may have 35' \
    "server.c:100: has [0-9]+ lines, and lab 01's server may have 100" 'unit.h:200: has 201 lines'
}

@test "usage errors: status 2" {
  form
  assert_failure 2
  form 01 no-such-point
  assert_failure 2
  assert_line --partial "no point 'no-such-point'; there are: todo files"
  form no-such-lab
  assert_failure 2
  form --help
  assert_success
}

# --- lab new ---

@test "lab new: the skeleton builds, its starter scores 0, and its form lists what is still to do" {
  run scripts/lab new 17-trial 'A trial'
  assert_success
  assert_line --regexp '^  labs/17-trial/README.md:3: still to do: '
  assert_line 'Again: scripts/test.d/form 17. With all tests: scripts/lab test 17'
  WERROR=1 make -s -C labs/17-trial
  clang-format --dry-run -Werror labs/17-trial/*.c labs/17-trial/exercise/starter/*.c
  shellcheck -s bash labs/17-trial/demo.sh labs/17-trial/demo.bats labs/17-trial/exercise/grade.bats
  run scripts/grade labs/17-trial labs/17-trial/exercise/starter/server.c
  assert_failure 1
  assert_line '17-trial  0 of 1 points'
  form 17-trial
  assert_failure 1
  # All else is as it must be: what is not done is marked, or counted.
  assert_equal "$(grep '^not ok' <<<"$output" | cut -d' ' -f5 | xargs)" 'todo: points: mutants: demands:'
  assert_equal "$(git -C / diff --no-index --name-only <(echo "$README") "$PWD/README.md" | wc -l)" 1
  assert_equal "$(diff <(echo "$README") README.md | grep -c '^[<>]')" 1 # the row
}

@test "lab new: a skeleton of the deck, whose markers hold, if the course has slides" {
  scripts/lab new 17-trial 'A trial' >/dev/null
  assert [ ! -e slides ] # a course without them
  rm -r labs/17-trial tests/*/17-trial tests/demands/17-trial.md
  mkdir slides
  run scripts/lab new 17-trial 'A trial'
  assert_success
  assert_line 'made slides/17-trial.md'
  assert_line --regexp '^  slides/17-trial.md:7: still to do: '
  run scripts/demo --check labs/17-trial
  assert_success
  form 17-trial files title number port
  assert_success
  sed -i 's/^client: connected/client: refused/; s/^    say/    tell/' slides/17-trial.md
  run scripts/demo --check labs/17-trial
  assert_failure 1
  assert_line '-client: refused 127.0.0.1:PORT -> 127.0.0.1:5017'
  assert_line '-    tell("accepted %s", peer);'
  # Nobody's work is written over.
  rm -r labs/17-trial tests/*/17-trial tests/demands/17-trial.md
  run scripts/lab new 17-trial 'A trial'
  assert_failure 1
  assert_line --partial 'slides/17-trial.md is there already'
}

@test "lab new: bad names and titles, and what is there already, change nothing" {
  local before
  before=$(find . | sort)
  while IFS='|' read -r status name title text; do
    run scripts/lab new "$name" "$title"
    assert_failure "$status"
    assert_line --partial "$text"
  done <<'CASES'
2|1-trial|A trial|no name for a lab
2|17-Trial|A trial|no name for a lab
2|17|A trial|no name for a lab
2|17-../x|A trial|no name for a lab
2|17-trial||no title for a lab
2|17-trial|a "quoted" one|no title for a lab
2|17-trial|$(id)|no title for a lab
1|01-other|Other|there is a lab 01 already: 01-tcp-echo
1|17-tcp-echo|Other|there is a lab of that name already
1|17-trial|TCP echo|has this title already
CASES
  run scripts/lab new 17-trial
  assert_failure 2
  run scripts/lab new 17-trial a b
  assert_failure 2
  run scripts/lab new --help
  assert_success
  assert_equal "$(find . | sort)" "$before"
}

# --- building ---

@test "a changed header, of a lab or of common/, makes anew what includes it" {
  scripts/lab new 17-trial 'A trial' >/dev/null
  cd labs/17-trial
  echo 'enum { ANSWER = 42 };' >answer.h
  sed -i 's/^#include "diag.h"/#include "answer.h"\n&/' server.c
  make -s
  make -q
  touch -d '+2 seconds' answer.h
  run -1 make -q
  run make
  assert_output --partial ' -o server '
  refute_output --partial ' -o client '
  touch -d '-1 hour' answer.h
  make -s
  touch -d '+2 seconds' ../../common/net.h
  run -1 make -q
  run make
  assert_output --partial ' -o server '
  assert_output --partial ' -o client '
  touch -d '-1 hour' ../../common/net.h
}
