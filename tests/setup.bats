#!/usr/bin/env bats
# What stands in single quotes is for a stub to expand; bats sets output and lines.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# scripts/setup in a world of its own: a PATH with stubs for apt, sudo and id, and a file system
# that begins empty. What the stub of apt-get "installs" appears there. Nothing is downloaded,
# nobody needs to be root. dnf, pacman and zypper are tested with such stubs alone.

bats_require_minimum_version 1.5.0

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  setup_script=$BATS_TEST_DIRNAME/../scripts/setup
  world=$BATS_TEST_TMPDIR/world
  mkdir -p "$world/bin" "$world/usr/sbin"
  local tool
  for tool in bash env true sed sort cat mkdir awk touch chmod rm dirname readlink; do
    ln -s "$(type -P "$tool")" "$world/bin/$tool"
  done
  : >"$world/log"
  : >"$world/lists" # the package lists are there
  echo 1000 >"$world/uid"
  stub id 'cat "$world/uid"'
  stub sudo 'echo "sudo $*" >>"$world/log"
    if [[ $1 == -n ]]; then
      [[ ! -e $world/password ]] || { echo "sudo: a password is required" >&2; exit 1; }
      shift
    fi
    exec "$@"'
  stub apt-cache '[[ -e $world/lists && $2 != "$(cat "$world/no-such" 2>/dev/null)" ]]'
  stub apt-get 'echo "apt-get $*" >>"$world/log"
    verb="" packages=()
    while (($#)); do
      case $1 in -o) shift ;; -*) ;; *) [[ $verb ]] && packages+=("$1") || verb=$1 ;; esac
      shift
    done
    case $verb in
      update) : >"$world/lists"; rm -f "$world/stale" ;;
      install)
        if [[ -e $world/stale ]]; then echo "E: Failed to fetch: 404"; exit 100; fi
        if [[ -e $world/full ]]; then
          printf "line %d\n" {1..40}
          echo "E: You don'\''t have enough free space in /var/cache/apt/archives/."
          exit 100
        fi
        [[ -e $world/lies ]] && exit 0
        echo "Need to get 12 MB of archives."
        for package in "${packages[@]}" libfoo1; do
          echo "Unpacking $package (1.0) ..."; echo "Setting up $package:amd64 (1.0) ..."
          "$world/appear" "$package"
        done ;;
    esac'
  # appear PACKAGE - makes what the table of setup says of this package of apt-get, or of the manager that is there.
  stub ../appear 'manager=apt-get
    for other in dnf pacman zypper; do [[ ! -e $world/bin/$other ]] || manager=$other; done
    awk -v p="$1" -v m="$manager" "/^table=/, /^.$/ {
      name = \$1; thing = \$3
      for (i = 4; i <= NF; i++) {
        if (split(\$i, pair, \"=\") && pair[1] == m) name = pair[2]
        if (pair[1] == \"there\" && m != \"apt-get\") thing = pair[2]
      }
      if (name == p && NF >= 3) print thing
    }" "$setup_script" | while read -r thing; do
      thing=${thing%%|*}
      [[ $thing == /* ]] && thing=$world${thing//\*/x} || thing=$world/bin/$thing
      mkdir -p "${thing%/*}"; : >"$thing"; chmod +x "$thing"
    done'
}

# only_manager NAME - this manager instead of apt-get. It installs what the table says, and fails, installing
# nothing, if it does not know one of the names.
only_manager() {
  rm "$world"/bin/apt-*
  stub "$1" 'echo "${0##*/} $*" >>"$world/log"
    for word in "$@"; do
      [[ $word != "$(cat "$world/no-such" 2>/dev/null)" ]] || { echo "no such package: $word"; exit 1; }
    done
    for word in "$@"; do "$world/appear" "$word"; done'
}

stub() { # NAME BODY
  printf '#!/bin/bash\nworld=%q setup_script=%q\n%s\n' "$world" "$setup_script" "$2" >"$world/bin/$1"
  chmod +x "$world/bin/$1"
}

in_world() { # ARGUMENT… of scripts/setup
  run timeout -k 2 60 env -i LABS_ENTERED=1 ${CC:+CC="$CC"} PATH="$world/bin" SETUP_SYSROOT="$world" \
    /bin/bash "$setup_script" "$@" </dev/null
}

as_if_there() { # COMMAND…
  local name
  for name in "$@"; do ln -s /bin/true "$world/bin/$name"; done
}

@test "it installs what is missing, says so before, and the second time does nothing" {
  as_if_there gcc make unshare
  in_world labs
  assert_success
  assert_line --index 0 --regexp \
    '^missing: libc6-dev iproute2 .*; installing with: sudo .*apt-get install .*libc6-dev iproute2'
  assert_line "setup: downloading 12 MB of archives."
  assert_line "setup: ready: nftables"
  refute_output --partial libfoo1 # calm: only what was asked for
  assert_line "setup: done"
  run cat "$world/log"
  assert_line --regexp 'apt-get .*install -y --no-install-recommends libc6-dev iproute2 nftables'
  refute_output --partial gcc
  refute_output --partial clang
  refute_output --partial " update"
  : >"$world/log"
  in_world labs --quiet
  assert_success
  assert_output ""
  in_world labs
  assert_output "setup: nothing is missing"
  assert_equal "$(<"$world/log")" ""
}

@test "of what the package manager said last, fifteen lines are shown if it fails" {
  in_world labs
  source <(sed -n '/^run_manager()/,/^}/p' "$setup_script")
  # shellcheck disable=SC2034 # for run_manager
  as_root=() missing=()
  run_manager seq 20 >/dev/null
  assert_equal "${tail[*]}" '6 7 8 9 10 11 12 13 14 15 16 17 18 19 20'
}

@test "all is both groups, and the default" {
  in_world --check
  assert_failure 1
  local by_default=$output
  in_world all --check
  assert_equal "$output" "$by_default"
  in_world labs tests --check
  assert_equal "$output" "$by_default"
  assert_output --partial " nftables "
  assert_output --partial " libclang-rt-dev "
  in_world
  assert_success
  in_world --check
  assert_success
}

@test "what a lab names at the top of its files belongs to labs or tests" {
  local course=$BATS_TEST_TMPDIR/course
  mkdir -p "$course/labs/17-trial/exercise" "$course/scripts"
  cp -r "$BATS_TEST_DIRNAME/../scripts/setup" "$BATS_TEST_DIRNAME/../scripts/lib" "$course/scripts"
  setup_script=$course/scripts/setup
  in_world all --check
  refute_output --partial gnuplot-nox # no lab names it
  printf '# The demo.\n# tools: gnuplot jq\n' >"$course/labs/17-trial/demo.sh"
  printf '#!/bin/bash\n# tools: dig=bind9-dnsutils\n' >"$course/labs/17-trial/exercise/grade.bats"
  in_world labs --check
  assert_output --partial gnuplot-nox
  assert_output --partial jq
  refute_output --partial bind9-dnsutils
  in_world tests --check
  refute_output --partial gnuplot-nox
  assert_output --partial bind9-dnsutils
  in_world dig --check
  assert_output 'setup: missing: bind9-dnsutils'
  printf '# tools: dug\n' >"$course/labs/17-trial/demo.sh"
  in_world labs --check
  assert_line --regexp "labs/17-trial/demo.sh: the tool 'dug' is not known: write dug=PACKAGE\$"
}

@test "names install just these: by command, package or tool" {
  in_world bats jq libcmocka-dev nc
  assert_success
  run grep -o 'recommends .*' "$world/log"
  assert_line "recommends bats libcmocka-dev jq netcat-openbsd"
  in_world all bats --check # a group and one of its own
  refute_output --partial unknown
}

@test "tools in sbin count, though an ordinary PATH does not look there" {
  ln -s /bin/true "$world/usr/sbin/nft"
  in_world nft --check
  assert_success
}

@test "--check installs nothing, and its status tells" {
  in_world --check bats jq
  assert_failure 1
  assert_output "setup: missing: bats jq"
  assert_equal "$(<"$world/log")" ""
  as_if_there bats jq
  in_world --check bats jq
  assert_success
}

@test "an unknown name or option is refused with status 2 before anything is installed" {
  in_world bats jp
  assert_failure 2
  assert_line "setup: unknown name 'jp'; did you mean: ip jq"
  in_world --chekc
  assert_failure 2
  assert_line "setup: unknown option: '--chekc'"
  in_world ''
  assert_failure 2
  in_world '*'
  assert_failure 2
  assert_equal "$(<"$world/log")" ""
  in_world --help
  assert_success
  assert_line --partial "usage: scripts/setup"
}

@test "root needs no sudo" {
  echo 0 >"$world/uid"
  rm "$world/bin/sudo"
  in_world jq
  assert_success
  assert_line --index 0 "missing: jq; installing with: apt-get install --no-install-recommends jq"
}

@test "no root and no sudo: one line says so, with what to run" {
  rm "$world/bin/sudo"
  in_world bats jq
  assert_failure 1
  assert_output "setup: missing: bats jq; installing needs root and there is no sudo (as root, run: apt-get install --no-install-recommends bats jq)"
  assert_equal "$(<"$world/log")" ""
}

@test "sudo that wants a password where nobody sits: one line says so" {
  : >"$world/password"
  in_world jq
  assert_failure 1
  assert_equal "${#lines[@]}" 1
  assert_output --partial "sudo wants a password and there is no terminal"
  run cat "$world/log"
  refute_output --partial apt-get
}

@test "sudo that refuses you, at a terminal or in a container without new privileges: what to ask for" {
  local by_hand='(as root, run: apt-get install --no-install-recommends jq)'
  stub sudo 'echo "sudo $*" >>"$world/log"; echo "sudo: refused" >&2; exit 1'
  run env -i LABS_ENTERED=1 PATH="$world/bin" SETUP_SYSROOT="$world" /usr/bin/timeout -k 2 60 \
    /usr/bin/script -qec "/bin/bash '$setup_script' jq" /dev/null </dev/null
  assert_failure 1
  assert_line --partial "setup: missing: jq; sudo refuses you: ask the administrator $by_hand"
  stub sudo 'echo "sudo: The \"no new privileges\" flag is set" >&2; exit 1'
  in_world jq
  assert_failure 1
  assert_output "setup: missing: jq; this container lets sudo gain no rights $by_hand"
  run cat "$world/log"
  assert_output $'sudo -n true\nsudo -v'
}

@test "dnf, pacman and zypper: by their own names, and so that nobody is asked" {
  local manager shown run_as
  while IFS='|' read -r manager shown run_as; do
    rm -r "$world"
    setup
    only_manager "$manager"
    in_world libc6-dev jq shellcheck nc clang-format
    assert_success
    assert_line --index 0 "missing: ${shown##*:}; installing with: sudo ${shown/:/}"
    assert_line "setup: done"
    assert_equal "$(tail -n 1 "$world/log")" "$run_as ${shown##*:}"
    in_world --quiet libc6-dev jq shellcheck nc clang-format
    assert_output ''
    rm "$world/bin/sudo" "$world/bin/jq"
    in_world jq
    assert_failure 1
    assert_output "setup: missing: jq; installing needs root and there is no sudo (as root, run: ${shown%%:*}jq)"
  done <<'END'
dnf|dnf install --setopt=install_weak_deps=False :glibc-devel jq netcat clang-tools-extra ShellCheck|dnf install --setopt=install_weak_deps=False -y
pacman|pacman -S --needed :glibc jq openbsd-netcat clang shellcheck|pacman -S --needed --noconfirm
zypper|zypper install --no-recommends :glibc-devel jq netcat-openbsd clang-tools ShellCheck|zypper --non-interactive install --no-recommends
END
}

@test "everything by dnf, pacman and zypper, save what one of them does not have" {
  local manager
  for manager in pacman zypper dnf; do
    rm -r "$world"
    setup
    only_manager "$manager"
    in_world labs
    assert_success
    in_world
    [[ $manager == dnf ]] || assert_success
  done
  assert_failure 1
  assert_line 'setup: still missing after the installation: bats-support bats-assert'
}

@test "a name that another manager does not know: the rest is installed, the status is 1" {
  only_manager dnf
  echo shfmt >"$world/no-such"
  in_world jq shfmt
  assert_failure 1
  assert_line "setup: still missing after the installation: shfmt"
  assert [ -e "$world/bin/jq" ]
  in_world shfmt
  assert_failure 1
  assert_line "  no such package: shfmt"
  assert_line "setup: dnf failed; its last lines are above"
}

@test "where there is no apt, nc may have its plain name" {
  as_if_there nc
  in_world nc --check
  assert_failure 1
  only_manager dnf
  in_world nc --check
  assert_success
}

@test "one C compiler is enough, and may have any name; the project's tests want gcc" {
  as_if_there clang make unshare
  in_world --check cc
  assert_success
  in_world labs --check
  refute_output --partial gcc
  in_world gcc --check
  assert_output "setup: missing: gcc"
  in_world tests --check
  assert_output --partial ' gcc '
  rm "$world/bin/clang"
  in_world cc --check
  assert_output "setup: missing: gcc"
  as_if_there tcc
  CC='tcc -v' in_world cc --check
  assert_success
}

@test "on another distribution it names what is missing, status 1" {
  rm "$world/bin/apt-get"
  in_world bats jq
  assert_failure 1
  assert_equal "${#lines[@]}" 1
  assert_output --partial "missing: bats jq"
  assert_output --partial "no apt-get, dnf, pacman or zypper"
  as_if_there bats jq
  in_world bats jq # with everything there it does not matter
  assert_success
}

verbs() { grep '^apt-get' "$world/log" | grep -oE ' (update|install) ?' | tr -d ' \n'; }

@test "empty package lists are fetched first, old ones after a failed download; never twice" {
  rm "$world/lists"
  in_world jq
  assert_success
  assert_equal "$(verbs)" updateinstall
  rm "$world/bin/jq"
  : >"$world/log"
  : >"$world/stale"
  in_world jq
  assert_success
  assert_equal "$(verbs)" installupdateinstall
  : >"$world/log"
  : >"$world/full"
  rm "$world/bin/jq" "$world/lists"
  in_world jq
  assert_failure 1
  assert_equal "$(verbs)" updateinstall
}

@test "a package that this distribution does not have: the rest is installed, the status is 1" {
  echo shfmt >"$world/no-such"
  in_world jq shfmt
  assert_failure 1
  assert_line "setup: apt does not know: shfmt"
  assert_line "setup: still missing after the installation: shfmt"
  assert [ -e "$world/bin/jq" ]
}

@test "when apt fails its last lines are shown, status 1" {
  : >"$world/full"
  in_world jq
  assert_failure 1
  assert_line --partial "enough free space"
  assert_line "setup: apt-get failed; its last lines are above"
  refute_line --regexp 'line 1$'
  refute_line "setup: done"
}

@test "apt that says it went well is not believed" {
  : >"$world/lies"
  in_world jq
  assert_failure 1
  assert_line "setup: still missing after the installation: jq"
}

@test "with nothing missing it runs no program and takes no time" {
  in_world >/dev/null
  # Only bash itself is left: had it to start anything else, it would say so and fail.
  local tool
  for tool in env true sed sort cat mkdir awk touch chmod rm dirname readlink id sudo apt-get apt-cache; do
    rm "$world/bin/$tool"
  done
  in_world --quiet
  assert_success
  assert_output ""
}
