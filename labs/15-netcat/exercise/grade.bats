#!/usr/bin/env bats
# The checks of lab 15's exercise: ten points. scripts/grader/check.bash has the words.
load ../../../scripts/grader/check.bash

# TODO: a test for each demand, with an id and points of its own; ten points in all.

# bats test_tags=id:listens,points:1
@test "listens on 127.0.0.1 and the port of -p" {
  likely no-bind 'socket, bind, listen, in this order, and then accept: README, "A first thing"'
  start server
}
