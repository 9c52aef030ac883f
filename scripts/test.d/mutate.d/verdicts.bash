# shellcheck shell=bash
# verdicts.bash - grades the mutants, and knows which verdicts still hold. Sourced by mutate.
# shellcheck disable=SC2154,SC2034 # mutate sets them, and reads others

# key_of FILE BEGIN MINE - the checksum of one test of a bats file with what all its tests share. A test begins at
# a line like BEGIN, and the one that is meant has MINE in it.
key_of() {
  begin=$2 mine=$3 awk '$0 ~ ENVIRON["begin"] { inside = 1; mine = index($0, ENVIRON["mine"]) }
    (!inside || mine) && NF { print }
    /^}/ { inside = 0 }' "$1" | checksum
}

# write_verdict WORD TEST VERDICT KEYS - writes it to the file VERDICT, with the test's key; false if it has none.
write_verdict() {
  local key
  key=$(grep "^$2 " "$4") || return 1
  mkdir -p "${3%/*}"
  echo "$1 $key" >"$3.new$$"
  mv "$3.new$$" "$3"
}

checksum() { sha256sum | cut -c 1-16; }

# solution_keys - prints the checksum of the whole check, and of each of its tests.
solution_keys() {
  local id file=labs/$lab/exercise/grade.bats
  echo "all $(cat "labs/$lab/exercise"/*.{bats,bash} scripts/grader/*.{bash,c} 2>/dev/null | checksum)"
  while IFS= read -r id; do
    echo "$id $(key_of "$file" '^# bats test_tags=' "id:$id,")"
  done < <(sed -n 's/^# bats test_tags=id:\([a-z0-9-]*\),.*/\1/p' "$file")
}

# verdict STATE - prints the verdict on a mutant's code, if there is one that still holds.
verdict() {
  local word test key
  [[ -s $home/verdicts/$1 ]] || return 0
  read -r word test key <"$home/verdicts/$1"
  [[ ${keys[$test]-} != "$key" ]] || echo "$word $test"
}

# judge_all - grades those of the chosen that have no verdict yet, each code once.
judge_all() {
  local place state test key name rule line column here count
  local -A keys=() seen=()
  "${programs:-solution}_keys" >"$work/keys"
  while read -r test key; do keys[$test]=$key; done <"$work/keys"
  while IFS= read -r place; do
    at "$place"
    state=$(<"$here/state")
    [[ ${#state} == 64 && ! -v seen[$state] && -z $(verdict "$state") ]] || continue
    seen[$state]=1
    echo "$lab $here/$name $home/verdicts/$state"
  done <"$work/chosen" >"$work/todo"
  if [[ -s $work/todo ]]; then
    count=$(wc -l <"$work/todo")
    printf '%s: %d to grade, about %d minutes\n' "$lab" "$count" \
      $(((count * seconds / jobs + 59) / 60)) >&2
    [[ -z $programs ]] || build_programs
    side_by_side "scripts/test.d/mutate.d/judge-${programs:-solution}" '{1} {2} {3}' "$work/keys" <"$work/todo"
  fi
  while IFS= read -r place; do
    at "$place"
    state=$(<"$here/state")
    [[ ${#state} != 64 ]] || state=$(verdict "$state")
    echo "$place ${state:-unjudged}"
  done <"$work/chosen" >"$work/verdicts"
}
