# wait.bash - processes in tests: what they start with, and waiting for a state of theirs, with a
# deadline, never for time to pass. Sourced.

# shellcheck source=SCRIPTDIR/../../scripts/lib/running.bash
source "${BASH_SOURCE[0]%/*}/../../scripts/lib/running.bash"

# is_stopped PID - by SIGSTOP, until SIGCONT.
is_stopped() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null && [[ ${stat##*) } == T* ]]
}

# pause - a hundredth of a second, without a process: on a pipe that nobody writes.
pause() {
  [[ -n ${NEVER-} ]] || exec {NEVER}<> <(:)
  read -r -t 0.01 -u "$NEVER" || true
}

# wait_until COMMAND... - until the command succeeds; false when CHECK_DEADLINE seconds have passed.
wait_until() {
  local - && set +T # bats would note the line of every command, a hundred times a second
  local until=$((${EPOCHREALTIME/[.,]/} + ${CHECK_DEADLINE:-4} * 1000000))
  until "$@"; do
    ((${EPOCHREALTIME/[.,]/} < until)) || return 1
    pause
  done
}

# standard_descriptors_only - closes all others of this shell. A test has bats' descriptors, its own,
# and the inputs of other programs: a program that inherited these would keep them open, and count its
# own from another number.
standard_descriptors_only() {
  local fd
  for fd in "/proc/$BASHPID/fd"/*; do
    fd=${fd##*/}
    ((fd <= 2)) || exec {fd}>&-
  done
}

# closed PORT - its connections are through with closing: those that there still are rest in TIME_WAIT.
# On a busy machine that may be a moment after both ends have closed.
closed() {
  [[ -z $(ss -H -tn state connected exclude time-wait "( sport = :$1 or dport = :$1 )") ]]
}
