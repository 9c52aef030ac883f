# shellcheck shell=bash disable=SC2154 # look_at_lab sets these variables
# exercise.bash - points of the form about the exercise: its points, mutants, hints and answers.

form_points() {
  [[ -s $dir/exercise/grade.bats ]] || return 0 # the point `files` reports it
  awk '
    function fault(text) { printf "%s:%d: %s\n", FILENAME, FNR, text }
    /^# bats test_tags=/ { tags = $0 }
    /^@test / {
      if (!match(tags, /id:[a-z0-9-]+/))
        fault("a test without an id: add # bats test_tags=id:ID,points:N above it")
      else if (seen[id = substr(tags, RSTART + 3, RLENGTH - 3)]++)
        fault("a second test has the id " id)
      if (!match(tags, /points:[0-9]+/))
        fault("a test without points: add # bats test_tags=id:ID,points:N above it")
      else
        sum += substr(tags, RSTART + 7, RLENGTH - 7)
      tags = ""
    }
    END { if (sum != 10) printf "%s:1: the points are %d in all, and must be ten\n", FILENAME, sum }
  ' "$dir/exercise/grade.bats"
}

form_mutants() {
  local patches=("tests/mutants/$lab"/*.patch)
  [[ -d tests ]] || return 0 # a handout has no tests/
  [[ -e ${patches[0]} ]] || patches=()
  ((${#patches[@]} >= 8)) ||
    fault "tests/mutants/$lab" "holds ${#patches[@]} patches; there must be eight wrong programs or more"
  ((${#patches[@]} == 0)) || awk -f scripts/test.d/form.d/mutants.awk "$dir/exercise/grade.bats" "${patches[@]}"
}

form_hints() {
  local file=$dir/exercise/hints.md headings tier
  [[ -s $file ]] || return 0 # the point `files` reports it
  headings=$(grep -oE '^## Hint [0-9]+' "$file" | grep -oE '[0-9]+$' | xargs)
  [[ $headings == '1 2 3' ]] ||
    fault "$(line_of '^## Hint' "$file")" "has the hints ${headings:-none}; it must have '## Hint 1' to '## Hint 3'"
  for tier in $headings; do
    awk -v tier="$tier" '
      /^## / { inside = $0 ~ "^## Hint " tier "(:|$)"; next }
      inside && NF { found = 1 }
      END { exit !found }' "$file" ||
      fault "$(line_of "^## Hint $tier" "$file")" "hint $tier is empty: write it"
  done
}

form_answers() {
  local file=$dir/exercise/answers.md heading line text question asked=()
  [[ -s $file ]] || return 0 # the point `files` reports it
  for heading in Predict 'Check yourself'; do
    asked=()
    while IFS=: read -r line text; do
      [[ $text =~ ^([0-9]+)\.\ . ]] || continue
      question=${BASH_REMATCH[1]}
      asked+=("$question")
      grep -qE "^[0-9]+:$question\. ." < <(section "$heading" "$file") ||
        fault "$(line_of "^## $heading" "$file")" \
          "does not answer question $question of '## $heading' ($dir/README.md:$line): write '$question. ' and the answer"
    done < <(section "$heading" "$dir/README.md")
    ((${#asked[@]})) ||
      fault "$(line_of "^## $heading" "$dir/README.md")" "'## $heading' asks nothing: write numbered questions"
    while IFS=: read -r line text; do
      [[ ! $text =~ ^([0-9]+)\.\ . || " ${asked[*]} " == *" ${BASH_REMATCH[1]} "* ]] ||
        fault "$file:$line" "answers a question that '## $heading' of the README does not ask"
    done < <(section "$heading" "$file")
  done
  section 'Check yourself' "$dir/README.md" | grep -qF "Answers: \`./scripts/lab answers $number\`" ||
    fault "$(line_of '^## Check yourself' "$dir/README.md")" \
      "must end with: Answers: \`./scripts/lab answers $number\`, after full marks; write yours first."
}
