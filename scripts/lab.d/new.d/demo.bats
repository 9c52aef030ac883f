#!/usr/bin/env bats
# Lab @NN@ behaves as its README says, failures included.
load ../../scripts/lib/behaviour.bash

# TODO: a test for each sentence of the README that a program can break.

@test "the client connects, and the server says so" {
  start server ./server -p 51@NN@
  await server 'listening on 127\.0\.0\.1:51@NN@'
  run become ./client -p 51@NN@
  assert_success
  await server 'accepted 127\.0\.0\.1'
  stop server
}

@test "without a server there is no connection" {
  run become ./client -p 51@NN@
  assert_failure 1
  assert_output --partial ECONNREFUSED
}
