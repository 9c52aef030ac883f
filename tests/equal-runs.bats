#!/usr/bin/env bats
# Lab 16's check reads what a student's sender did from the ledger of a cable with a seed. That is only fair if the same
# seed makes the same run: so the model solution is run ten times, and each time the cable tells the same, packet by packet.
# needs: line packet
# tools: cmp ethtool
# bats file_tags=slow
load ../scripts/lib/behaviour.bash
LAB=$LABS_ROOT/labs/16-reliable-udp
# shellcheck source=SCRIPTDIR/../labs/16-reliable-udp/cable.bash
source "$LAB/cable.bash"

setup_file() {
  "$LABS_ROOT/scripts/netbox.d/line" sender,middle,receiver true
  export PATH=$PATH:/run/bin # for the word `on`
  lay_cable
  cc -std=c17 -D_GNU_SOURCE -O2 -I "$LABS_ROOT/common" -o "$BATS_FILE_TMPDIR/sender" \
    "$LABS_ROOT"/tests/solutions/16-reliable-udp/sender.c "$LABS_ROOT"/common/*.c
  seq 100000 199999 | head -c 13000 >"$BATS_FILE_TMPDIR/file"
}

# run_of SEED [OPTION...] - sends the file over a cable that loses and doubles, and sets TOLD to what it tells of the way
# there, but for the times. (How many acknowledgements are still back when all is over, that is chance.) The file must arrive.
run_of() {
  start wire on middle "$LAB/wire" -m 2 -l 20 -d 10 -s "$1"
  await wire 'a cable from eth0 to eth1'
  start receiver on receiver "$LAB/receiver" -b 10.0.2.2 -l 400 -o "$BATS_TEST_TMPDIR/copy"
  await receiver 'bound to'
  on sender "$BATS_FILE_TMPDIR/sender" -b 10.0.2.2 "${@:2}" "$BATS_FILE_TMPDIR/file"
  finish receiver
  stop wire INT
  cmp "$BATS_FILE_TMPDIR/file" "$BATS_TEST_TMPDIR/copy"
  TOLD=$(sed -nE 's/^wire: +([0-9.]+ ms +)?->/->/p' "$(out wire)")
}

# ten_equal SEED [OPTION...] - ten runs, and all tell the same. Sets FIRST to that.
ten_equal() {
  local i
  run_of "$@"
  FIRST=$TOLD
  for i in {2..10}; do
    run_of "$@"
    assert_equal "run $i: $TOLD" "run $i: $FIRST"
  done
}

@test "stop-and-wait: ten of ten runs are equal, and another seed makes another run" {
  ten_equal 23
  [[ $FIRST == *'is lost'* && $FIRST == *'is doubled'* && $FIRST == *' with data '* ]]
  run_of 33
  [[ $TOLD != "$FIRST" ]]
}

@test "a window of five: ten of ten runs are equal" {
  ten_equal 23 -w 5
  [[ $FIRST == *'is lost'* ]]
}
