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

@test "variants and tools run only with --all, or if a PATTERN names them" {
  run plan 01-tcp-echo
  assert_success
  assert_line 'gate 01-tcp-echo starter'
  refute_line --regexp ' (right-|tools)'
  run plan --all 01-tcp-echo
  assert_line 'gate 01-tcp-echo tools'
  assert_line --regexp '^gate 01-tcp-echo right-'
  run plan right
  assert_line --regexp '^gate 01-tcp-echo right-'
  refute_line --regexp ' tools$'
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
