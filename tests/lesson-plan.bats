#!/usr/bin/env bats
# slides/lesson-plan.md knows each deck and each lab that there is, and says of a lab what its README says.
# (It has 16 weeks, so a lab 17 of your own needs no place in it.)

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  cd "$BATS_TEST_DIRNAME/../slides" || return
  PLAN=lesson-plan.md
}

# row NN - prints the row of that lab in the table of the weeks.
row() {
  grep -E "^\| [0-9]+ \| (\[$1-|$1 )" "$PLAN" || fail "no week has lab $1"
}

@test "each lab has a week, with its README, and none of them is still to come" {
  local lab name number
  for lab in ../labs/0[1-9]-*/ ../labs/1[0-6]-*/; do
    name=$(basename "$lab") number=${name%%-*}
    run row "$number"
    assert_success
    assert_output --partial "| [$name](${lab}README.md) |"
    refute_output --partial 'to come'
    refute_regex "$(grep -E "^## Week ${number#0}:" "$PLAN")" 'to come'
  done
}

@test "each deck is named" {
  local deck
  for deck in 0[0-9]-*.md 1[0-6]-*.md; do
    grep -qF "($deck)" "$PLAN" || fail "the plan does not name $deck"
  done
}

@test "each file that it names is there" {
  local file
  while IFS= read -r file; do
    [[ -e $file ]] || fail "the plan names $file"
  done < <(grep -oE '\]\([^):]+\)' "$PLAN" | sed 's/^](//; s/)$//' | sort -u)
}

@test "the weeks are 1 to 16, in the table as in the sections" {
  assert_equal "$(grep -oE '^\| [0-9]+ ' "$PLAN" | tr -dc '0-9\n')" "$(seq 16)"
  assert_equal "$(grep -oE '^## Week [0-9]+' "$PLAN" | tr -dc '0-9\n')" "$(seq 16)"
}

# README: "Time: 20 minutes to read, 15 for the demo, an hour or two for the exercise."
# Plan:   "... | 15 min | 20 min | an hour or two | `server.c` | ..."
@test "its times and files are those of the labs" {
  local lab name times starter
  for lab in ../labs/0[1-9]-*/ ../labs/1[0-6]-*/; do
    name=$(basename "$lab")
    times=$(sed -nE 's/^Time: ([0-9]+) minutes to read, ([0-9]+) for the demo, (.*) for the exercise\.$/| \2 min | \1 min | \3 |/p' "$lab/README.md")
    starter=$(basename "$lab"/exercise/starter/*.c)
    [[ $times ]] || fail "$name/README.md has no line 'Time: ...'"
    run row "${name%%-*}"
    assert_output --partial "$times \`$starter\` |"
  done
}
