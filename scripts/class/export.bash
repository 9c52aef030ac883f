# shellcheck shell=bash
# export.bash - makes the tables, the feedback and the reports out of the results. Sourced by lab grade.
# shellcheck disable=SC2154

# publish FILE - a file that stands complete beside its place takes it.
publish() {
  sync "$1.new"
  mv "$1.new" "$1"
}

# lab_tests - prints a JSON document for each lab: its tests with their points, and the lines of its README's headings.
lab_tests() {
  local dir checks
  for dir in "${dirs[@]}"; do
    checks=$dir/exercise/grade.bats
    [[ -r $checks ]] || checks=/dev/null
    jq -n --arg lab "${dir##*/}" --rawfile checks "$checks" --rawfile readme "$dir/README.md" '
      {lab: $lab,
       tests: [$checks | match("# bats test_tags=(\\S*)\n@test \"(.*)\" \\{"; "g").captures
         | {id: (.[0].string | capture("id:(?<i>[a-z0-9-]+)").i), name: .[1].string,
            max: (.[0].string | capture("points:(?<p>[0-9]+)").p | tonumber)}],
       headings: [$readme | split("\n") | to_entries[] | select(.value | test("^#+ "))
         | {key: (.value | sub("^#+ +"; "")), value: (.key + 1)}] | from_entries}'
  done
}

# known_mistakes - prints a JSON document for each named wrong program of these labs: what it loses, with which
# words, and which sections of the README it is about.
known_mistakes() {
  local dir patch
  for dir in "${dirs[@]}"; do
    for patch in "$LABS_ROOT/tests/mutants/${dir##*/}"/*.patch; do
      [[ -e $patch ]] || continue
      printf '%s\t%s\t' "${dir##*/}" "$(basename "$patch" .patch)"
      sed '/^---/q' "$patch" | tr '\n\t' '\037 '
      printf '\n'
    done
  done | jq -R '
    split("\t") as [$lab, $name, $head] | ($head | split("\u001f")) as $lines
    | def header($key): [$lines[] | select(startswith($key + ": ")) | ltrimstr($key + ": ")];
    {lab: $lab, name: $name, says: ((header("Mutant")[0] // $name) | rtrimstr(".")), loses: ((header("Loses")[0] // "") | split(" ") | sort),
     messages: [header("Says")[] | {id: split(": ")[0], text: (split(": ")[1:] | join(": "))}],
     subjects: ((header("Subject")[0] // "") | split("; "))}'
}

# make_table - WORK/class.json: students, labs, results, mistakes. Everything else is made of it.
make_table() {
  local key why
  cut -f 3 "$WORK/handed-in" | grep . | sort -u >"$WORK/keys" || true
  while IFS= read -r key; do
    [[ ! -s $STATE/results/$key.json ]] || printf '%s\0' "$STATE/results/$key.json"
  done <"$WORK/keys" | xargs -0r jq -c 'del(.report)' >"$WORK/results"
  for why in "$STATE"/errors/*; do
    [[ ! -f $why ]] || jq -n --arg key "${why##*/}" --rawfile why "$why" '{key: $key, why: ($why | rtrimstr("\n"))}'
  done >"$WORK/errors"
  [[ -e $WORK/wrong ]] || : >"$WORK/wrong"
  lab_tests >"$WORK/labs"
  known_mistakes >"$WORK/mistakes"
  read_roster >"$WORK/roster"
  printf '%s\n' "${only[@]}" | jq -R . | jq -s 'map(select(. != ""))' >"$WORK/only"
  jq -n --arg grader "$(grader_hash)" --arg salt "$salt" --arg unsafe "$unsafe" \
    --slurpfile only "$WORK/only" --slurpfile results "$WORK/results" --slurpfile errors "$WORK/errors" \
    --slurpfile labs "$WORK/labs" --slurpfile mistakes "$WORK/mistakes" --slurpfile wrong "$WORK/wrong" --rawfile handed "$WORK/handed-in" \
    --rawfile roster "$WORK/roster" -f "$class/table.jq" >"$WORK/class.json"
}

# read_roster - prints who is on the roster, one a line: the first column; a line of headings is none.
read_roster() {
  [[ -n $roster ]] || return 0
  sed -E '1s/^\xef\xbb\xbf//; s/\r$//; /^"/{ s/^"([^"]*)".*/\1/; b }; s/[,;\t].*//' "$roster" |
    { grep -vE '^(#.*)?$' || true; } | sed -E '1{/^(student|students|id|identifier|username|user|login|name|email|email address|github_username)$/Id}'
}

# check_roster - says early what would be wrong with it.
check_roster() {
  local name names
  [[ -n $roster ]] || return 0
  mapfile -t names < <(read_roster)
  ((${#names[@]})) || ui_die "$roster: there is nobody on it"
  for name in "${names[@]}"; do
    can_be_student "$name" || ui_die "$roster: '${name//[[:cntrl:]]/?}' cannot be the name of a student here"
  done
}

# compare_with_roster - graded, missing and machine errors must add up to the roster, for each lab.
compare_with_roster() {
  local strangers twice
  [[ -n $roster ]] || return 0
  strangers=$(jq -r '.strangers[]' "$WORK/class.json")
  twice=$(sort "$WORK/roster" | uniq -d)
  [[ -z $twice ]] || ui_warn "twice on the roster: ${twice//$'\n'/, }"
  [[ -z $strangers ]] || ui_warn "not on the roster, but in the submissions: ${strangers//$'\n'/, }"
  [[ -z $twice$strangers ]] || {
    ui_warn "nothing is exported: put the roster right, and run this again; the results are kept"
    return 1
  }
  jq -r --argjson size "$(wc -l <"$WORK/roster")" '.labs[] | .counts as $c
    | "\(.lab): \($c.graded) graded + \($c.missing) missing + \($c.error) not by this machine = \($c.graded + $c.missing + $c.error) of \($size)"
    ' "$WORK/class.json"
  jq -e --argjson size "$(wc -l <"$WORK/roster")" '.labs | all(.counts | .graded + .missing + .error == $size)' \
    "$WORK/class.json" >/dev/null || ui_die "that does not add up: nothing is exported"
}

export_all() {
  local path text
  jq -r -f "$class/grades.jq" "$WORK/class.json" >"$OUT/grades.csv.new"
  publish "$OUT/grades.csv"
  jq -r -f "$class/junit.jq" "$WORK/class.json" >"$OUT/junit.xml.new"
  publish "$OUT/junit.xml"
  jq -r -f "$class/report.jq" "$WORK/class.json" >"$OUT/report.html.new"
  publish "$OUT/report.html"
  export_students
  [[ -z $against ]] || jq -rn --slurpfile old "$against/.grade/class.json" --slurpfile new "$WORK/class.json" \
    -f "$class/against.jq"
  cp "$WORK/class.json" "$STATE/class.json.new"
  publish "$STATE/class.json"
}

# export_students - each student's folder: feedback.md, results.json for Gradescope, NN-name/result.json for a
# classroom50. One jq prints them all, each file's name and its text, ended by a NUL. A file without a text is none: what
# an earlier run has told of a grade goes.
export_students() {
  local path text key
  while IFS= read -r key; do
    [[ ! -s $STATE/results/$key.json ]] || printf '%s\0' "$STATE/results/$key.json"
  done <"$WORK/keys" | xargs -0r jq -c '{key, value: .report}' >"$WORK/reports"
  jq -j --slurpfile reports "$WORK/reports" -f "$class/students.jq" "$WORK/class.json" |
    while IFS= read -r -d '' path && IFS= read -r -d '' text; do
      path=$OUT/$path
      [[ $text ]] || { rm -f "$path" && continue; }
      [[ -d ${path%/*} ]] || mkdir -p "${path%/*}"
      printf '%s' "$text" >"$path.new"
      mv "$path.new" "$path"
    done
  sync -f "$OUT"
}

# check_worksheet - says early that the copy in OUT would take another file's place.
check_worksheet() {
  [[ -n $worksheet ]] || return 0
  case ${worksheet##*/} in
    grades.csv | junit.xml | report.html) ui_die "$worksheet: in $OUT a file of ours has this name; rename it" ;;
  esac
  [[ ! $worksheet -ef $OUT/${worksheet##*/} ]] || ui_die "$worksheet: its copy would take its place; move it out of $OUT"
}

# fill_worksheet - a copy of Moodle's worksheet with the grades in it.
fill_worksheet() {
  local filled=$OUT/${worksheet##*/} newline=''
  [[ $(tail -c 1 -- "$worksheet" | od -An -tx1) != ' 0a' ]] || newline=1
  jq -r '.students[] | select(.total != null) | [.student, .total, .max] | map(tostring) | join("\t")' \
    "$WORK/class.json" >"$WORK/totals"
  LC_ALL=C awk -v totals="$WORK/totals" -v newline="$newline" -f "$class/worksheet.awk" <"$worksheet" >"$filled.new" || {
    rm -f "$filled.new"
    ui_warn "$worksheet was not filled"
    return 1
  }
  publish "$filled"
  printf 'filled: %s\n' "$filled"
}

# reasons STATUS - prints a line for each exercise that has this status and a reason for it.
reasons() {
  jq -r --arg status "$1" '.students[] | .student as $s | .labs[] | select(.status == $status and .why != "")
    | "  \($s) \(.lab): \(.why)"' "$WORK/class.json"
}

# sum_up - the last lines; status 3 if the machine could not grade some, 1 if somebody was left out.
sum_up() {
  local errors unclear
  jq -r '.mistakes[:10][] | "  \(.count) of \(.of) in \(.lab[0:2]): \(.says)"' "$WORK/class.json"
  jq -r '(.students | length) as $n | "\([.students[].labs[] | select(.status == "graded")] | length) graded, " +
    "\([.students[].labs[] | select(.status == "missing")] | length) missing, " +
    "\([.students[].labs[] | select(.status == "error")] | length) not by this machine" +
    (if .sandboxed then "" else ", not sandboxed" end)' "$WORK/class.json"
  [[ -d $LABS_ROOT/tests/mutants ]] || printf 'mistakes have no names here: the wrong programs are not in a handout\n'
  errors=$(reasons error)
  unclear=$(reasons missing)
  [[ -z $unclear ]] || ui_warn $'handed in, but nothing that can be graded:\n'"$unclear"
  ((${#LEFT_OUT[@]} == 0)) || ui_warn "left out, for these cannot be names of students here:$(printf " '%s'" "${LEFT_OUT[@]}")"
  printf 'open %s/report.html\n' "$OUT"
  [[ -z $errors ]] || {
    ui_warn $'this machine could not grade these; run it again, or elsewhere:\n'"$errors"
    return 3
  }
  ((${#LEFT_OUT[@]} == 0))
}
