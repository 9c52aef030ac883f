#!/usr/bin/env bats
# What `lab test` would run, as `lab test --list` says it.
# shellcheck disable=SC2154  # bats sets output

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  cd "$BATS_TEST_DIRNAME/.." || return
}

plan() {
  "$BATS_TEST_DIRNAME/../scripts/lab" test --list "$@"
}

@test "variants, tools and the solution with other compilers run only with --all, or if a PATTERN names them" {
  run plan 01-tcp-echo
  assert_success
  assert_line 'gate 01-tcp-echo starter'
  assert_line 'gate 01-tcp-echo solution-gcc'
  refute_line --regexp ' (right-|tools|solution-(clang|asan))'
  run plan --all 01-tcp-echo
  assert_line 'gate 01-tcp-echo tools'
  assert_line 'gate 01-tcp-echo solution-asan'
  assert_line --regexp '^gate 01-tcp-echo right-'
  run plan right
  assert_line --regexp '^gate 01-tcp-echo right-'
  refute_line --regexp ' tools$'
}

@test "of each lab every 24th mutant runs; all of them with --all, or if a PATTERN names them" {
  local patches=("$BATS_TEST_DIRNAME"/mutants/01-tcp-echo/*.patch) here there=()
  mutants() { plan "$@" | grep '^gate 01-tcp-echo ' | grep -vE ' (starter|solution-[a-z]+|tools|right-.*)$' | sort; }
  for here in "${patches[@]}"; do there+=("gate 01-tcp-echo $(basename "$here" .patch)"); done
  assert_equal "$(mutants --all)" "$(printf '%s\n' "${there[@]}" | sort)"
  assert_equal "$(mutants 'gate 01')" "$(mutants --all)"
  assert_equal "$(mutants | wc -l)" $(((${#there[@]} + 23) / 24))
  assert_equal "$(for here in 0 2 3 4 5 6 7 8 9; do mutants --share "$here/10"; done | sort | uniq -d)" ''
}

@test "with --share each lab's gate is whole in one of the turns, and no job is left out of all" {
  local lab turn
  for turn in 0 1 2; do plan --share "$turn/3" | sort -u >"$BATS_TEST_TMPDIR/$turn"; done
  cd "$BATS_TEST_TMPDIR"
  for lab in "$OLDPWD"/labs/[0-9]*/; do
    lab=$(basename "$lab")
    assert_equal "$lab $(grep -lx "gate $lab tools" 0 1 2 | wc -l)" "$lab 1"
  done
  assert_equal "$(sort -u 0 1 2)" "$(plan --all | sort)"
}

@test "a share that is none is a usage error" {
  local share
  for share in '' 1 3/3 x/2 01/2 0/0 -1/2 1/2/3; do
    run plan --share "$share"
    assert_failure 2
    assert_line 'lab: test: --share needs K/N, two whole numbers with K less than N'
  done
}

@test "a job for which there is no time is not run, but named and counted as skipped" {
  export LAB_TEST_RESULTS=$BATS_TEST_TMPDIR LAB_TEST_UNTIL=$EPOCHSECONDS
  run scripts/test.d/run 'form no-such-lab'
  assert_success
  assert_output ''
  assert_equal "$(<"$BATS_TEST_TMPDIR/left")" 'form no-such-lab'
  assert_equal "$(cat "$BATS_TEST_TMPDIR"/tmp.*)" '0 0 1'
  mkdir "$BATS_TEST_TMPDIR/failed"
  LAB_TEST_UNTIL=$((EPOCHSECONDS + 600)) run scripts/test.d/run 'form no-such-lab'
  assert_failure
  run plan --minutes soon
  assert_failure 2
  assert_line 'lab: test: --minutes needs a number of minutes'
}
