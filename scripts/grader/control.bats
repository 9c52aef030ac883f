#!/usr/bin/env bats
# The check of the control program, before all others: can this machine grade? control.c says more.
load check.bash

# bats test_tags=id:control,points:0
@test "the control program" {
  SUBJECT=$CHECK_CONTROL
  FAULTS=send_max=3 start server
  peer connect send 'four words of control\n' expect 'four words of control\n'
  grep -q '^send took 3$' "$OUTPUT" ||
    fail_check faults "send() that takes only 3 bytes" "the library of faults has not been loaded"
  stop server
  ((STATUS == 128 + 15)) || fail_check exited "an end by SIGTERM" "exit status $STATUS"
}
