# shellcheck shell=bash
# entry.bash - where every command of this course begins: in an environment that we know. Sourced first.
#
# What a check finds must depend on the program, not on what its caller has set: SOCKET, CDPATH, CPATH,
# LANGUAGE, POSIXLY_CORRECT, MAKEFLAGS, LD_PRELOAD ... So a command starts itself anew with only the
# variables below. The option -p in its first line keeps bash from reading BASH_ENV, SHELLOPTS and
# functions before that. (netbox alone keeps its caller's environment, for the command that it runs.)
#
# These you may set:
#   LABS_PATH           folders to look for tools in, before those of the system
#   LABS_DEADLINE       seconds that a program under check may take to answer (4)
#   LABS_PROGRESS       the file that keeps your progress (.progress)
#   LABS_SCORE_FILE     a file that `grade` writes "SCORE MAX" to
#   LABS_CAPTURE        a file that `grade` writes the packets of a check to, for lab 12's ladder
#   LABS_DEMO_DEADLINE  seconds that a demo waits for a line or an end (60)
#   LABS_DEMO_PACE      percent of the usual time to read, in a demo that plays by itself (100)
#   LABS_DEMO_WAITS     a file for the lengths of these times, in seconds: then the demo does not wait
#   LABS_DEMO_PICTURES  a folder for what slides/ take from a demo besides its transcript with packets: the ladders
#                       as SVG, and the transcript without packets; LABS_DEMO_TRANSCRIPTS  a folder of demos that
#                       were played already, for `demo --check`
#   LABS_FUZZ_SECONDS   seconds for each target of `make fuzz` (60)
#   CC, SAN             as for make: the compiler (cc; without that, the first of gcc and clang that is
#                       there), and 1 for sanitizers
#   NO_COLOR            no colours
#   TMPDIR              where temporary files go (/tmp)
# These describe you and your terminal, and are kept:
LABS_KEPT=(HOME USER LOGNAME SHELL TERM COLORTERM TMUX EDITOR VISUAL http_proxy https_proxy no_proxy
  CC SAN NO_COLOR TMPDIR SUDO_USER CI SSH_AUTH_SOCK WSL_DISTRO_NAME)

# entry_environment - sets ENTERED to the clean environment, NAME=VALUE each.
entry_environment() {
  local name
  ENTERED=(LABS_ENTERED=1 LC_ALL=C.UTF-8
    "PATH=${LABS_PATH:+$LABS_PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
  for name in "${LABS_KEPT[@]}" "${!LABS_@}"; do
    [[ $name == LABS_KEPT || $name == LABS_HERE || $name == LABS_ENTERED || ! -v $name ]] || ENTERED+=("$name=${!name}")
  done
  # Not every system makes cc a name of clang, if that is its only compiler (common/lab.mk does the same).
  local PATH=${ENTERED[2]#PATH=}
  for name in cc gcc clang; do
    [[ -z ${CC-} ]] || break
    type -P "$name" >/dev/null || continue
    [[ $name == cc ]] || ENTERED+=("CC=$name")
    break
  done
  # Everything of ours is in UTF-8. Only a demo draws a line that the terminal must be able to show.
  [[ ${LC_ALL:-${LC_CTYPE:-${LANG-}}} != *[Uu][Tt][Ff]*8* ]] || ENTERED+=(LABS_TERMINAL=utf-8)
}

# hand_back ROOT - gives files that root made in another user's tree to that user: after one
# `sudo lab check` the student must still be able to work.
hand_back() {
  # A file that has another name too, perhaps outside the tree, stays root's.
  find "$1" -xdev -user root \( ! -type f -o -links 1 \) -exec chown -h --reference="$1" {} + 2>/dev/null || true
}

LABS_HERE=$(CDPATH='' cd -P -- "${BASH_SOURCE[0]%/*}/../.." && pwd)

enter() {
  local root=$LABS_HERE status=0 user
  entry_environment
  ulimit -c 0 # no core file in anybody's folder
  [[ -e /proc/self/fd/0 ]] || exec </dev/null
  # A folder that was deleted meanwhile is no place to run a compiler in.
  [[ -n $(pwd -P 2>/dev/null) ]] || cd /
  # A caller may ignore SIGPIPE or SIGTERM, and every program would inherit that.
  set -- env -i --default-signal=PIPE,TERM "${ENTERED[@]}" "$BASH" -p "$(readlink -f -- "$0")" "$@"
  ((EUID == 0)) || exec "$@"
  [[ ! -O $root ]] || exec "$@"
  trap : INT # after Ctrl-C, too, the files go back
  "$@" || status=$?
  user=$(stat -c %U "$root")
  [[ $user != UNKNOWN ]] || user=$(stat -c %u "$root")
  hand_back "$root"
  printf '%s: you are root here; what this run made in %s belongs to %s again\n' \
    "${0##*/}" "$root" "$user" >&2
  exit "$status"
}

# A test may source our files, too, and must not start anew.
[[ -n ${LABS_ENTERED-} || $(readlink -f -- "$0") != "$LABS_HERE"/scripts/* ]] || enter "$@"
