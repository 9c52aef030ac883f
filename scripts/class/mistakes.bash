# shellcheck shell=bash
# mistakes.bash - which named wrong program does a submission behave like? Sourced by lab grade.
#
# The header of a wrong program (tests/mutants) says which tests it loses, with a part of each message. Those that fit
# are graded, too, once for a grader and only in those tests, and their whole messages are compared.
# shellcheck disable=SC2154

# shellcheck source=/dev/null
source "$LABS_ROOT/scripts/test.d/mutant.bash"

# grade_wrong_programs - grades those that seem to fit a submission, and writes WORK/wrong: lab, name,
# and the message of each test that it lost.
grade_wrong_programs() {
  local lab name loses digest checks whole grader key
  : >"$WORK/wrong"
  : >"$WORK/todo"
  ((${#only[@]} == 0)) || return 0
  jq -r '[.students[].labs[] | select(.status == "graded") | .lab as $lab | .candidates[]
    | [$lab, .name, (.loses | join(" "))] | @tsv] | unique[]' \
    "$WORK/class.json" >"$WORK/candidates"
  [[ -s $WORK/candidates ]] || return 0
  whole=$(grader_hash)
  while IFS=$'\t' read -r lab name loses; do
    mkdir -p "$WORK/program"
    if make_mutant "$lab" "$name" "$WORK/program" >/dev/null 2>&1; then
      digest=$(sha256sum <"$MUTANT" | cut -c 1-24)
      [[ -d $STATE/submissions/$digest ]] || {
        mkdir -p "$STATE/submissions/$digest.new"
        mv "$MUTANT" "$STATE/submissions/$digest.new/"
        mv "$STATE/submissions/$digest.new" "$STATE/submissions/$digest"
      }
      checks=$(checks_hash "$lab")
      grader=$whole-$(only_hash "$loses")
      key=$lab.$digest.$checks.$grader.$seed
      printf '%s\t%s\t%s\n' "$lab" "$name" "$key" >&3
      [[ -s $STATE/results/$key.json ]] ||
        todo_line "$key" "$lab" "$digest" "$seed" "$checks" "$grader" "$loses" >>"$WORK/todo"
    fi
    rm -rf "$WORK/program"
  done <"$WORK/candidates" 3>"$WORK/programs"
  [[ ! -s $WORK/todo ]] || printf 'naming the mistakes: wrong programs to compare with: %d\n' "$(wc -l <"$WORK/todo")" >&2
  run_todo
  while IFS=$'\t' read -r lab name key; do
    # What the machine could not grade here only makes a name less certain.
    rm -f "$STATE/errors/$key"
    [[ ! -s $STATE/results/$key.json ]] || jq -c --arg lab "$lab" --arg name "$name" '
      {lab: $lab, name: $name, said: ([.tests[] | select(.status == "fail") | {key: .id, value: .message}] | from_entries)}' \
      "$STATE/results/$key.json"
  done <"$WORK/programs" >"$WORK/wrong"
}
