# environments.bash - the callers and machines that a grade must not depend on. For environment.bats, which tries a few
# tests of lab 01 in each, and for test.d/environments, which tries all labs. Both run it in a box with --users.
# shellcheck shell=bash disable=SC2016,SC2034  # for another shell to expand; the callers read what is set
#
#   make_places              makes what the environments need, in the folder PLACES; clear_places unmounts it
#   environment NAME         sets CALLER to the command that runs another one there, COURSE to where the course is
#                            for it, and WHY to words of the reason if nothing can be graded there, else to nothing

# Here a right program has full marks,
CAN=(usual variables blank-tmpdir below-run gone blocked ignored closed no-ipv6 memory clang old-bats-in-path)
# and here nothing can be graded.
CANNOT=(noexec full missing file-size descriptors sanitizers old-bats)

make_places() {
  PLACES=$(mktemp -d)
  mkdir -p "$PLACES"/{noexec,full,bin,'a b:c'} /run/stick/course
  cc -o "$PLACES/odd" "$LABS_ROOT/tests/lib/odd.c"
  mount -t tmpfs -o noexec none "$PLACES/noexec"
  mount -t tmpfs -o size=4m none "$PLACES/full"
  printf '#!/bin/sh\necho Bats 1.2.1\n' >"$PLACES/bin/bats"
  chmod +x "$PLACES/bin/bats"
  printf 'echo "BASH_ENV is read" | tee /dev/stderr\n' >"$PLACES/noise"
  cp -r "$LABS_ROOT"/{common,labs,scripts} /run/stick/course
}

clear_places() {
  umount -q "$PLACES"/{noexec,full} 2>/dev/null || true
  rm -rf "$PLACES" /run/stick
}

# odd_variables - everything that has ever changed a check.
odd_variables() {
  CALLER=(env SOCKET=/tmp/x PROTOCOL=udp OUT=/tmp/x CDPATH=/:/tmp POSIXLY_CORRECT=1 CPATH=/nowhere
    C_INCLUDE_PATH=/nowhere LIBRARY_PATH=/nowhere GCC_EXEC_PREFIX=/nowhere/ COMPILER_PATH=/nowhere
    DEPENDENCIES_OUTPUT=/nowhere/x LANGUAGE=es LANG=tr_TR.UTF-8 BASH_ENV="$PLACES/noise"
    ENV="$PLACES/noise" 'BASH_FUNC_cd%%=() { echo cd is a function; false; }'
    'BASH_FUNC_source%%=() { false; }' SHELLOPTS=noclobber:nounset BASHOPTS=failglob PS4='+ oops '
    MAKEFLAGS='n -j2 --jobserver-auth=8,9' MFLAGS=-n MAKELEVEL=3 CFLAGS=-DOOPS=1 PROGRAMS=oops ONCE=1
    EXTRA_server=oops.c WERROR=1 FAULTS=eintr=1 DEADLINE=0 CHECK_DEADLINE=0 CHECK_SEED=9 UNSANDBOXED=oops
    SUBJECT=/bin/true STORY_DIR=/nowhere CHECK_TOOLS=/nowhere LABS_ROOT=/nowhere LAB_BIN=/nowhere
    PID=1 PORT=1 GREP_OPTIONS=-v GREP_COLORS=oops TAR_OPTIONS=oops JQ_COLORS=oops BATS_TMPDIR=/nowhere
    BATS_RUN_TMPDIR=/nowhere COLUMNS=20 IFS=0 NEVER=3)
}

# limited OPTION NUMBER - with that limit of ulimit.
limited() {
  CALLER=(bash -c "ulimit $1 $2; exec \"\$@\"" -)
}

environment() {
  CALLER=() COURSE=$LABS_ROOT WHY=''
  case $1 in
    usual) CALLER=(env) ;;
    variables) odd_variables ;;
    blank-tmpdir) CALLER=(env TMPDIR="$PLACES/a b:c") ;;
    below-run) CALLER=(env TMPDIR=/run/stick) COURSE=/run/stick/course ;;
    gone) CALLER=(bash -c 'mkdir "$0" && cd "$0" && rmdir "$0" && exec "$@"' "$PLACES/gone") ;;
    blocked) CALLER=("$PLACES/odd" blocked) ;;
    ignored) CALLER=(bash -c 'trap "" PIPE TERM INT HUP; exec "$@"' -) ;;
    closed) CALLER=(bash -c 'exec "$@" <&- 2>&-' -) ;;
    no-ipv6) CALLER=("$PLACES/odd" no-ipv6) ;;
    memory) limited -v 8000000 ;;
    clang) CALLER=(env CC=clang) ;;
    old-bats-in-path) CALLER=(env PATH="$PLACES/bin:$PATH") ;;
    noexec) CALLER=(env TMPDIR="$PLACES/noexec") WHY=noexec ;;
    full) CALLER=(env TMPDIR="$PLACES/full") WHY='MiB left' ;;
    missing) CALLER=(env TMPDIR=/nowhere) WHY='temporary folder' ;;
    file-size) limited -f 100 && WHY='ulimit -f' ;;
    descriptors) limited -n 30 && WHY='ulimit -n' ;;
    sanitizers) limited -v 8000000 && CALLER+=(env SAN=1) WHY=sanitizer ;;
    old-bats) CALLER=(env LABS_PATH="$PLACES/bin") WHY='bats 1.8' ;;
    *) echo "no environment $1" >&2 && return 1 ;;
  esac
}
