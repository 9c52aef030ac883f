# shellcheck shell=bash
# class.bash - a small course to grade a class with: real scripts on a tree of their own, two labs, and a stub for the
# check of one exercise, which does what the submission says. Sourced by the test files of lab grade.
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154  # a stub expands it; bats

small_course() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  source "$BATS_TEST_DIRNAME/../scripts/lib/process.bash"
  mkdir "$BATS_TEST_TMPDIR/with a space" # as many a folder of a teacher
  cd "$BATS_TEST_TMPDIR/with a space" || return
  tree=$(pwd -P)/tree class=$(pwd -P)/class out=$(pwd -P)/out
  mkdir -p tree/labs class tree/.build
  cp -r "$BATS_TEST_DIRNAME/../scripts" "$BATS_TEST_DIRNAME/../common" tree/
  new_lab 01-echo server.c
  new_lab 02-loss gaps.c
  stub setup ''
  stub netbox '[[ $1 == -- ]] && shift; exec "$@"'
  printf 'all helpers:\n' >tree/scripts/grader/Makefile
  stub_grade
  unset NO_COLOR LABS_ENTERED # as a user calls it, whose LABS_PATH counts
  # A point that is lost while the machine stalls for a quarter of this is checked once more, and these tests count checks.
  export LABS_DEADLINE=60
}

new_lab() { # NAME FILE
  local dir=$tree/labs/$1
  mkdir -p "$dir/exercise/starter"
  printf '# Lab %s\n\n## Bytes, not lines\n\n## Ends\n' "$1" >"$dir/README.md"
  printf 'all:\n' >"$dir/Makefile"
  printf 'nothing\n' >"$dir/exercise/starter/$2"
  printf '# bats test_tags=id:%s,points:%d\n@test "%s" {\n}\n' one 3 'the first' two 5 'the <second>' three 2 'the third' \
    >"$dir/exercise/grade.bats"
}

stub() { # NAME BODY
  printf '#!/usr/bin/env bash\ntree=%q\n%s\n' "$tree" "$2" >"$tree/scripts/$1"
  chmod +x "$tree/scripts/$1"
}

# The words of a submission: `lose ID`, `machine` (cannot grade), `once ID` (lost the first time only), `open` (there
# was no sandbox), `wait` (until the file go is there), `stop` (stops the measuring of stalls for a while).
stub_grade() {
  stub grade 'only=() seed=1
    while (($#)); do
      case $1 in
        --json-to) to=$2 && shift ;;
        --seed) seed=$2 && shift ;;
        --only) only+=("$2") && shift ;;
        --only=*) only+=("${1#*=}") ;;
        --*) ;;
        *) [[ ${lab-} ]] || lab=${1##*/}; source=$1 ;;
      esac
      shift
    done
    echo "$lab $seed ${source##*/} ${only[*]} $(tr "\n" " " <"$source")" >>"$tree/grade.log"
    ! grep -q "^machine" "$source" || { echo "  not graded: no bats here"; exit 3; }
    ! grep -q "^killed" "$source" || kill -KILL $$
    if grep -q "^wait" "$source"; then until [[ -e $tree/go ]]; do read -r -t 0.05 <> <(:); done; fi
    if grep -q "^stop" "$source"; then
      watcher=$(pgrep -P "$(ps -o ppid= $PPID | tr -d " ")" | grep -vx "$PPID")
      kill -STOP $watcher
      read -r -t 1.5 <> <(:)
      kill -CONT $watcher
    fi
    lost=$(sed -n "s/^lose //p" "$source" | tr "\n" " ")
    lost+=" $(grep -q "${source%/*}" "$tree/seen" 2>/dev/null || sed -n "s/^once //p" "$source" | tr "\n" " ")"
    echo "${source%/*}" >>"$tree/seen"
    lost+=" $(sed -n "s/^seed $seed loses //p" "$source")"
    said=$(sed -n "s/^says //p" "$source")
    echo "the report <of> $lab"
    jq -n --arg lost "$lost" --arg said "${said:-expected more; got less}" --arg only "${only[*]}" --arg lab "$lab" --argjson seed "$seed" \
      --argjson sandboxed "$(grep -q "^open" "$source" && echo false || echo true)" "
      (\$lost | split(\" \")) as \$lost | (\$only | split(\" \")) as \$only
      | [[\"one\", 3, \"the first\"], [\"two\", 5, \"the <second>\"], [\"three\", 2, \"the third\"] | . as [\$id, \$max, \$name]
          | select(\$only == [] or (\$only | index(\$id)))
          | (\$lost | index(\$id)) as \$l
          | {id: \$id, name: \$name, points: (if \$l then 0 else \$max end), max: \$max,
             status: (if \$l then \"fail\" else \"ok\" end), seconds: 0.1, message: (if \$l then \$said else \"\" end)}] as \$tests
      | {lab: \$lab, score: (\$tests | map(.points) | add), max: (\$tests | map(.max) | add), seed: \$seed, sandboxed: \$sandboxed, tests: \$tests}" >"$to"'
}

hand_in() { # STUDENT LAB LINE…
  mkdir -p "$class/$1/$2"
  local file=server.c
  [[ $2 != 02-loss ]] || file=gaps.c
  printf '%s\n' "// $1" "${@:3}" >"$class/$1/$2/$file"
}

grade() {
  run --separate-stderr timeout -k 5 300 "$tree/scripts/lab" grade "$@" </dev/null
  echo "$output" "$stderr"
}

checks_made() { wc -l <"$tree/grade.log"; }
