#!/usr/bin/env bats
# Lab 15 behaves as its README says, failures included.
load ../../scripts/lib/behaviour.bash

# TODO: a test for each sentence of the README that a program can break.

@test "the client connects, and the server says so" {
  start server ./server -p 5115
  await server 'listening on 127\.0\.0\.1:5115'
  run become ./client -p 5115
  assert_success
  await server 'accepted 127\.0\.0\.1'
  stop server
}

@test "without a server there is no connection" {
  run become ./client -p 5115
  assert_failure 1
  assert_output --partial ECONNREFUSED
}
