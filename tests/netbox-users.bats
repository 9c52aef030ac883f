#!/usr/bin/env bats
# A private network with more users than root: scripts/netbox --users.
# netbox: --users
# shellcheck disable=SC2016  # it is for the box to expand

setup() {
  NETBOX=$BATS_TEST_DIRNAME/../scripts/netbox
  [[ $BATS_TEST_DESCRIPTION == 'where '* ]] || can_have_users
}

can_have_users() {
  local reason
  reason=$("$NETBOX" --users true 2>&1) || skip "${reason#netbox: }"
}

# in_box COMMAND... - $output and $status are those of COMMAND in a box with users.
in_box() {
  run timeout -k 1 60 "$NETBOX" --users -- "$@" 3>&-
}

@test "a command may become another user and another group" {
  in_box setpriv --reuid 1000 --regid 2000 --clear-groups sh -c 'id -u; id -g'
  [ "$output" = $'1000\n2000' ]
}

@test "another user cannot read what is root's" {
  in_box sh -ec '
    echo secret >"$TMPDIR/file"
    chmod 600 "$TMPDIR/file"
    cat "$TMPDIR/file"
    setpriv --reuid 1000 --regid 1000 --clear-groups cat "$TMPDIR/file"'
  [ "$status" -ne 0 ]
  [[ $output == secret*'Permission denied'* ]]
}

@test "root of the box is the user that started it, and keeps that user's files" {
  local file
  file=$(mktemp -p /tmp) # a box has a $TMPDIR of its own
  in_box sh -c 'rm "$1" && touch "$1"' sh "$file"
  [ "$status" -eq 0 ]
  [ -O "$file" ]
  rm "$file"
}

@test "arguments, status, signals and the line of hosts are as without" {
  in_box sh -c 'echo "$2"; exit 7' sh 'a b' 'c  d'
  [ "$status" -eq 7 ]
  [ "$output" = 'c  d' ]
  in_box sh -c 'kill -TERM $$'
  [ "$status" -eq 143 ]
  run timeout -k 1 60 "$NETBOX" --users --line left,right -- \
    on left setpriv --reuid 1000 --regid 1000 --clear-groups cat /proc/sys/kernel/hostname 3>&-
  [ "$status" -eq 0 ]
}

@test "a box in a box may have them too" {
  in_box "$NETBOX" --users -- setpriv --reuid 1000 --regid 1000 --clear-groups id -u
  [ "$output" = 1000 ]
}

@test "killing netbox kills everything in the box" {
  "$NETBOX" --users -- sleep 1234.75 3>&- &
  local box=$! tries
  for ((tries = 0; tries < 500; tries++)); do
    grep -qz '^1234\.75' /proc/[0-9]*/cmdline 2>/dev/null && break
    read -rt 0.02 <> <(:) || true
  done
  ((tries < 500))
  kill -KILL "$box"
  for ((tries = 0; tries < 500; tries++)); do
    grep -qz '^1234\.75' /proc/[0-9]*/cmdline 2>/dev/null || break
    read -rt 0.02 <> <(:) || true
  done
  ((tries < 500))
}

@test "where there is one user only it says why, with status 125" {
  run timeout -k 1 60 "$NETBOX" -- "$NETBOX" --users true 3>&-
  [ "$status" -eq 125 ]
  [[ $output == 'netbox: this machine gives a private network only one user: '* ]]
}
