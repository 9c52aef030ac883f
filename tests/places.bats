#!/usr/bin/env bats
# The files for containers and virtual machines agree with the rest, as far as that shows without starting one.
# shellcheck disable=SC2016,SC2154  # what stands in single quotes is not for us; bats sets output

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  cd "$BATS_TEST_DIRNAME/.." || return
  source scripts/lib/remedies.bash
  container=.devcontainer/Containerfile devcontainer=.devcontainer/devcontainer.json lima=.devcontainer/lima.yaml
}

# exists PATH... - each is in the project.
exists() {
  local path
  (($# > 0)) || fail 'there is nothing to look for'
  for path; do [[ -e $path ]] || fail "$path does not exist"; done
}

@test "the container of an editor is the Containerfile's, with the options of doctor's remedy" {
  run jq -er '.runArgs | join(" ")' "$devcontainer"
  assert_success
  assert_output "${DOCKER_OPTIONS[*]}"
  exists ".devcontainer/$(jq -r .build.dockerfile "$devcontainer")"
  [[ .devcontainer/$(jq -r .build.dockerfile "$devcontainer") -ef $container ]]
  [[ .devcontainer/$(jq -r .build.context "$devcontainer") -ef . ]]
  assert_equal "$(jq -r .remoteUser "$devcontainer")" "$(sed -n 's/^USER //p' "$container")"
  run jq -r .postCreateCommand "$devcontainer"
  assert_output --partial 'scripts/setup all'
}

@test "the commands at the top of the Containerfile have the options of doctor's remedies" {
  assert_equal "$(grep -c '^#   docker run ' "$container")" 1
  run grep '^#   docker run ' "$container"
  assert_output --partial " ${DOCKER_OPTIONS[*]} "
  run grep '^#   podman run ' "$container"
  assert_output --partial " ${PODMAN_OPTIONS[*]} "
  run grep -oE -- '-f [^ ]+' "$container"
  assert_equal "$output" $'-f .devcontainer/Containerfile\n-f .devcontainer/Containerfile'
}

@test "the Containerfile is made by the set-up, from what is there" {
  local copied
  mapfile -t copied < <(sed -n 's/^COPY \([^ ]*\) .*/\1/p' "$container")
  exists "${copied[@]}"
  run bash -n <(sed -n '/^RUN /,/[^\\]$/p' "$container" | sed 's/^RUN //')
  assert_success
  run sed -n 's/^ *\(\/tmp\/course\/.*\) && \\/\1/p' "$container"
  assert_output '/tmp/course/scripts/setup all'
  # What it copies is enough for that: the set-up of the copy knows the same tools as ours.
  mkdir "$BATS_TEST_TMPDIR/course"
  cp -r "${copied[@]}" "$BATS_TEST_TMPDIR/course"
  run env -i LABS_ENTERED=1 PATH=/nowhere SETUP_SYSROOT=/nowhere /bin/bash "$BATS_TEST_TMPDIR/course/scripts/setup" --check
  assert_output --partial ' gnuplot-nox' # some lab's
  assert_equal "$(env -i LABS_ENTERED=1 PATH=/nowhere SETUP_SYSROOT=/nowhere /bin/bash scripts/setup --check 2>&1)" "$output"
}

@test "all of them are the same Debian" {
  local version
  version=$(sed -n 's/^FROM debian:\([0-9]*\)$/\1/p' "$container")
  assert [ -n "$version" ]
  run grep -oE 'debian-[0-9]+-genericcloud-[a-z0-9]+' "$lima"
  assert_output "debian-$version-genericcloud-arm64"$'\n'"debian-$version-genericcloud-amd64"
  run grep -c "On Debian $version, or" README.md
  assert_output 1
}

@test "the virtual machine for a Mac clones the course and sets it up" {
  local script
  script=$(sed -n '/script: |/,$p' "$lima" | sed '1d; s/^      //')
  run bash -n <(echo "$script")
  assert_success
  assert_equal "$(grep -c '{{.Param.Course}}' "$lima")" 2
  # It runs: in a home of its own, on a course that is only its set-up, with a stand-in for sudo.
  mkdir -p "$BATS_TEST_TMPDIR"/{home,clone/scripts}
  cd "$BATS_TEST_TMPDIR/clone" || return
  printf '#!/bin/sh\necho "set up: $*"\n' >scripts/setup
  chmod +x scripts/setup
  git init -q && git add . && git -c user.name=ada -c user.email=ada@localhost commit -qm 'the course'
  for _ in first second; do
    run env HOME="$BATS_TEST_TMPDIR/home" bash -c 'sudo() { echo "sudo $*"; }
      eval "$1"' lima "${script//'{{.Param.Course}}'/"$PWD"}"
    assert_line 'set up: all'
  done
  refute_output --partial sudo
  cd - >/dev/null || return
  python3 -c 'import yaml' 2>/dev/null || skip 'no YAML parser in this python3: its form was not looked at'
  run python3 -c 'import sys, yaml; print(yaml.safe_load(open(sys.argv[1]))["provision"][0]["script"])' "$lima"
  assert_output "$script"
}

@test "AppArmor's profile: doctor's command puts the path in, and nothing else is granted" {
  local remedy
  setting() { echo 1; }
  unshare() { echo unconfined; }
  LABS_ROOT=/home/ada/labs restricted
  # shellcheck disable=SC2154  # restricted sets remedy
  run bash -c "${remedy%% |*}"
  assert_success
  assert_line 'profile socket-labs "/home/ada/labs/scripts/netbox" flags=(unconfined) {'
  refute_output --partial '"@NETBOX@"'
  assert_equal "$(sed -n '/{$/,/^}/p' scripts/netbox.d/apparmor | sed '1d;$d')" '  userns,'
}

@test "the README has a row for each place, and the files that it names are there" {
  local place
  for place in Debian Ubuntu Fedora Windows Mac Codespaces Docker Podman Chromebook university; do
    grep -qE "^\| [^|]*${place}[^|]* \|" README.md || fail "no row for $place"
  done
  mapfile -t place < <(grep -oE '\]\(\.devcontainer/[^)]+' README.md | sed 's/^](//')
  exists "${place[@]}"
}
