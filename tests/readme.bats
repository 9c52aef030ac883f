#!/usr/bin/env bats
# The README of the suite tells the truth: about a failing check, and about which labs there are.
# (What it quotes of a demo is compared in transcripts.bats.)

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  cd "$BATS_TEST_DIRNAME/.." || return
}

@test "the failure that it shows is what the check prints" {
  run scripts/test.d/reports README.md
  assert_success
}

@test "a marker of a check without its block is found" {
  printf '%s\n' '<!-- check 01-tcp-echo bit-trick every-byte -->' Text. >"$BATS_TEST_TMPDIR/deck.md"
  run scripts/test.d/reports "$BATS_TEST_TMPDIR/deck.md"
  assert_failure 1
  assert_output "$BATS_TEST_TMPDIR/deck.md:1: no \`\`\` block follows this marker"
}

@test "its table has each lab with its README, and no other" {
  run scripts/test.d/table --check # made from what each lab's README says
  assert_success
}

@test "each command that it names is there" {
  local command
  while read -r command; do
    [[ -x $command ]] || fail "README.md names $command"
  done < <(grep -oE '\bscripts/[a-z]+(\.d/[a-z]+)?' README.md | sort -u)
  while read -r command; do
    grep -q "^${command#make }:" Makefile || fail "README.md names $command"
  done < <(grep -oE '^make [a-z]+' README.md | sort -u)
  while read -r command; do
    [[ -x scripts/lab.d/${command##* } ]] || fail "README.md names $command"
  done < <(grep -oE 'scripts/lab [a-z]+' README.md | sort -u)
}
