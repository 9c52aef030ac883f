# report.bash - prints the result of a check for scripts/grade: as text while it runs, or as one JSON
# document, or as both. Uses the globals of scripts/grade: lab, json, json_file, color, seed, work.
# shellcheck disable=SC2154

IDS=() NAMES=() POINTS=() LONG=() # the tests that will run, in their order; LONG if they mostly wait
SHARES=() WORKER=()               # the tests that run side by side, by their numbers; the worker of each test
AHEAD=()                          # a line of a worker's TAP that is read already
ROWS=() SEEN=0 RAN=0 SCORE=0 MAX=0 SKIPPED=0
OPEN=''            # why there is no sandbox, if so
declare -A TOLD=() # the stories printed so far, each with the name of its test

# read_checks FILE [ID...] - fills IDS, NAMES and POINTS from the tags in a grade.bats, of all its tests
# or of those named:
#   # bats test_tags=id:one-line,points:1
#   @test "one line comes back in capitals" {
# A test that needs more than a second has the tag `long`, too.
read_checks() {
  local file=$1 line tags=''
  shift
  while IFS= read -r line; do
    case $line in
      '# bats test_tags='*) tags=${line#*=} ;;
      '@test "'*)
        [[ $tags =~ id:([a-z0-9-]+) ]] || die "$file: a test without an id: $line"
        if (($# == 0)) || [[ " $* " == *" ${BASH_REMATCH[1]} "* ]]; then
          IDS+=("${BASH_REMATCH[1]}")
          [[ $tags =~ points:([0-9]+) ]] || die "$file: a test without points: $line"
          POINTS+=("${BASH_REMATCH[1]}")
          [[ ,$tags, == *,long,* ]] && LONG+=(yes) || LONG+=('')
          line=${line#*\"}
          NAMES+=("${line%\"*}")
          MAX=$((MAX + BASH_REMATCH[1]))
        fi
        tags=''
        ;;
    esac
  done <"$file"
}

# share_out JOBS - deals all tests but the first out to so many workers: fills SHARES. Long tests are dealt out from
# the last worker down, the others to those that are left.
share_out() {
  local jobs=$1 i low=0 high=$1 others=$1
  for i in "${!IDS[@]}"; do
    ((i == 0 || others == 1)) || [[ -z ${LONG[i]} ]] || others=$((others - 1))
  done
  for ((i = 1; i < ${#IDS[@]}; i++)); do
    if [[ ${LONG[i]} ]]; then
      high=$((high > 0 ? high - 1 : jobs - 1))
      SHARES[high]+="$i "
    else
      SHARES[low++ % others]+="$i "
    fi
  done
}

# paint STYLE TEXT - prints TEXT, in colour if colours are on. The words alone say everything, too.
paint() {
  if [[ $color == no ]]; then
    printf '%s' "$2"
  else
    case $1 in
      good) printf '\e[32m%s\e[0m' "$2" ;;
      bad) printf '\e[1;31m%s\e[0m' "$2" ;;
      quiet) printf '\e[2m%s\e[0m' "$2" ;;
    esac
  fi
}

# text FORMAT ARGUMENT... - printf, but nothing if the report is a JSON document.
text() {
  # shellcheck disable=SC2059  # the callers' formats are constant
  [[ -n $json ]] || printf "$@"
}

report_head() {
  text '%s\n' "$lab"
}

# row STATUS POINTS SECONDS MESSAGE - adds a test to the JSON document.
row() {
  ROWS+=("${IDS[SEEN]}"$'\t'"${NAMES[SEEN]}"$'\t'"$2"$'\t'"${POINTS[SEEN]}"$'\t'"$1"$'\t'"$3"$'\t'"$4")
}

# tap_line - sets LINE to the next line that the worker of the test at hand prints; false if there is none.
tap_line() {
  local worker=${WORKER[SEEN]}
  LINE=${AHEAD[worker]-} AHEAD[worker]=''
  [[ $LINE ]] || IFS= read -r LINE <&"${taps[worker]}"
}

# next_result - sets RESULT to the line of bats' TAP for the test at hand: "ok 1 name in 35ms", "not ok ...",
# "ok 3 name # skip"; false if the worker has ended before.
next_result() {
  while tap_line; do
    RESULT=$LINE
    [[ ! $RESULT =~ ^(not\ )?ok\  ]] || return 0
  done
  return 1
}

# report_result - reports RESULT.
report_result() {
  local seconds=0 points=${POINTS[SEEN]}
  [[ $RESULT =~ \ in\ ([0-9]+)ms ]] &&
    printf -v seconds '%d.%03d' $((BASH_REMATCH[1] / 1000)) $((BASH_REMATCH[1] % 1000))
  RAN=$((RAN + 1))
  if [[ $RESULT == ok*'# skip'* ]]; then
    report_skip "${RESULT#*# skip }" "$points" "$seconds"
  elif [[ $RESULT == ok* ]]; then
    SCORE=$((SCORE + points))
    text '  %s    %d/%d  %s\n' "$(paint good ok)" "$points" "$points" "${NAMES[SEEN]}"
    row ok "$points" "$seconds" ''
  elif [[ -s $work/stories/missing ]]; then
    report_skip "$(head -n 1 "$work/stories/missing")" "$points" "$seconds"
  elif ! grep -q '^failed' "$work/stories/${IDS[SEEN]}" 2>/dev/null; then
    # The story has no end that the check wrote, so it is the check that went wrong.
    read_why
    report_skip "the check itself broke: $(printable <<<"$WHY" | tr '\t' ' ')" "$points" "$seconds"
  else
    text '  %s  0/%d  %s\n' "$(paint bad FAIL)" "$points" "${NAMES[SEEN]}"
    tell_story "$work/stories/${IDS[SEEN]}"
    row fail 0 "$seconds" "$MESSAGE"
  fi
  SEEN=$((SEEN + 1))
}

# read_why - sets WHY to the place where a test failed, or else to what bats says below it.
read_why() {
  WHY=''
  while tap_line && [[ $LINE == '#'* ]]; do
    [[ $WHY == *failed* ]] || WHY+=${LINE#'#'}
  done
  AHEAD[WORKER[SEEN]]=$LINE
  WHY=${WHY# }
  ! [[ -s $work/stories/${IDS[SEEN]}.broke ]] || WHY=$(head -n 1 "$work/stories/${IDS[SEEN]}.broke")
}

# report_skip WHY POINTS SECONDS - reports that this test could not be run.
report_skip() {
  SKIPPED=$((SKIPPED + 1))
  text '  %s  -/%d  %s\n        not graded: %s\n' "$(paint quiet 'skip')" "$2" "${NAMES[SEEN]}" "$1"
  row skip 0 "$3" "$1"
}

# passed_control - reads the result of the control program from bats; if it is not `ok`, sets CONTROL to why.
passed_control() {
  RESULT=''
  next_result || true
  [[ $RESULT != ok\ * ]] || return 0
  CONTROL=$(sed -n '/^got\t/ { s///p; q; }' "$work/stories/control" 2>/dev/null) || true
  CONTROL="a program that is known to be right does not pass here: ${CONTROL:-$(tail -n 1 "$work/bats")}"
  return 1
}

# tell_story FILE - prints the steps of a failed test and why it failed, and sets MESSAGE to the reason in
# one line. If an earlier test took the same steps and failed for the same reason, prints only which one.
tell_story() {
  local key value outcome number=0 story likely same json=$json
  MESSAGE=''
  # Each test has a port or a path of its own, which must not make two stories different.
  story=$(grep -v '^own' "$1")
  while IFS=$'\t' read -r _ value; do story=${story//"$value"/OWN}; done < <(grep '^own' "$1")
  likely=$(grep '^likely' <<<"$story" || true)
  story=$(grep -v '^likely' <<<"$story")
  # A story without a likely mistake is told by one that has one, too.
  same=${TOLD[$story$likely]-}
  key=$(sed -n 's/^as\t//p' "$1")
  [[ -z $key ]] || same=$(name_of "$key")
  if [[ -n $same ]]; then
    text '        the same as in "%s" above\n' "$same"
    json=silent
  fi
  TOLD[$story]=${TOLD[$story]-${NAMES[SEEN]}}
  TOLD[$story$likely]=${TOLD[$story$likely]-${NAMES[SEEN]}}
  while IFS=$'\t' read -r key value outcome; do
    case $key in
      step) text '        %-2d %-52s %s\n' $((++number)) "$value" "$outcome" ;;
      caret) text '        %s %s\n' "         " "$value" ;;
      expected | got | likely)
        text '        %-9s %s\n' "$key" "$value" | fold_after 18
        MESSAGE+="${MESSAGE:+; }$key $value"
        ;;
    esac
  done < <(printable <"$1")
  text '        %-9s %s\n' again "$(check_again) --only ${IDS[SEEN]}"
}

# name_of ID - prints the name of that test.
name_of() {
  local i
  for i in "${!IDS[@]}"; do
    [[ ${IDS[i]} != "$1" ]] || printf '%s' "${NAMES[i]}"
  done
}

# check_again - prints the command that makes the same check again.
check_again() {
  local seeded=''
  ((seed == 1)) || seeded=" --seed $seed"
  printf 'scripts/lab check %s%s' "${lab%%-*}" "$seeded"
}

# A student's program may have written anything, so no control byte of it may reach the terminal: not those of ASCII,
# nor those of Unicode that some terminals obey, nor those that turn the direction of writing.
printable() {
  tr -d '\000-\010\013-\037\177' |
    LC_ALL=C sed 's/\xc2[\x80-\x9f]//g; s/\xe2\x80[\xaa-\xae]//g; s/\xe2\x81[\xa6-\xa9]//g'
}

# fold_after COLUMN - wraps long lines at 100 columns, and indents the rest by COLUMN.
fold_after() {
  local line rest indent
  printf -v indent '%*s' "$1" ''
  while IFS= read -r line; do
    rest=$line
    while ((${#rest} > 100)) && [[ ${rest:0:100} =~ ^(.{40,})\  ]]; do
      printf '%s\n' "${BASH_REMATCH[1]}"
      rest=$indent${rest:${#BASH_REMATCH[1]}+1}
    done
    printf '%s\n' "$rest"
  done
}

report_no_compile() {
  text '  %s  it does not compile:\n' "$(paint bad FAIL)"
  text '%s\n' "$(grep -v '^make' "$1" | cut -c 1-500 | printable | sed -n '1,30s/^/        /p')"
  text '        %-9s %s\n' again "$(check_again)"
  for SEEN in "${!IDS[@]}"; do
    row fail 0 0 "did not compile: $(grep -m1 'error' "$1" | cut -c 1-500 | printable)"
  done
}

# A warning costs no points, but it nearly always shows a mistake.
report_warnings() {
  text '  note  the compiler warns:\n%s\n' "$(head -n 12 "$1" | cut -c 1-500 | printable | sed 's/^/        /')"
}

report_not_graded() {
  text '  not graded: %s\n' "$1"
  for (( ; SEEN < ${#IDS[@]}; SEEN++)); do
    row skip 0 0 "$1"
    SKIPPED=$((SKIPPED + 1))
  done
  report_end
}

report_end() {
  local total="$SCORE of $MAX points"
  ((SKIPPED == 0)) || total+=", not graded: $SKIPPED of ${#IDS[@]} tests could not run on this machine"
  ((RAN == 0)) || text '  seed %d: the numbers and contents that the check used come from it\n' "$seed"
  [[ -z $OPEN ]] || text '  not sandboxed: %s\n' "$OPEN"
  text '%s  %s\n' "$lab" "$total"
  [[ -z ${LABS_SCORE_FILE-} || $SKIPPED != 0 ]] || echo "$SCORE $MAX" >"$LABS_SCORE_FILE"
  [[ -z $json ]] || document
  [[ -z $json_file ]] || document >"$json_file"
}

# document - prints the result as one JSON document.
document() {
  type -P jq >/dev/null || {
    report_without_jq
    return
  }
  printf '%s\n' "${ROWS[@]}" | jq -R -s --arg lab "$lab" --argjson score "$SCORE" --argjson max "$MAX" --argjson seed "$seed" --arg open "$OPEN" '
    {lab: $lab, score: $score, max: $max, seed: $seed, sandboxed: ($open == ""), tests: [split("\n")[:-1][] | split("\t") |
      {id: .[0], name: .[1], points: (.[2] | tonumber), max: (.[3] | tonumber), status: .[4],
       seconds: (.[5] | tonumber), message: .[6]}]}'
}

# report_without_jq - the same document on a machine that has no jq. Nothing has been graded then, and all
# messages say so in words of ours, which need no escapes.
report_without_jq() {
  local row id name message max separator=''
  printf '{"lab": "%s", "score": 0, "max": %d, "seed": %d, "sandboxed": true, "tests": [' "$lab" "$MAX" "$seed"
  for row in "${ROWS[@]}"; do
    IFS=$'\t' read -r id name _ max _ _ message <<<"$row"
    printf '%s\n{"id": "%s", "name": "%s", "points": 0, "max": %d, "status": "skip", "seconds": 0, "message": "%s"}' \
      "$separator" "$id" "$name" "$max" "$message"
    separator=,
  done
  printf ']}\n'
}
