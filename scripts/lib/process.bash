# shellcheck shell=bash disable=SC2034,SC2119,SC2120  # PID, and pause with an argument, are the callers'
# process.bash - the one way in which demos, tests and checks start a process and wait for a state.
#
#   spawn ROLE COMMAND...    starts COMMAND in the background, with this command's redirections, with
#                            descriptors 0, 1 and 2 only and every signal at its default; PID[ROLE]
#   become COMMAND...        this (sub)shell turns into COMMAND, in the same state
#   wait_until COMMAND...    tries COMMAND until it succeeds; false after DEADLINE seconds (4)
#   running PID              true while the process has not ended
#   is_stopped PID           true while SIGSTOP holds it
#   closed PORT              true when no connection of that TCP port is still open or closing
#
# No word here lets time pass to wait for something: each wait is for a state, with a deadline.

declare -gA PID

# Not kill -0: it finds a zombie too, and on a busy machine bash may leave one for a long time.
running() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null && [[ ${stat##*) } != Z* ]]
}

is_stopped() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null && [[ ${stat##*) } == T* ]]
}

# A test holds bats' descriptors, its own, and the inputs of other programs. A program that inherited
# them would keep those pipes open, and would count its own descriptors from another number.
become() {
  local fd
  for fd in "/proc/$BASHPID/fd"/*; do
    fd=${fd##*/}
    ((fd <= 2)) || exec {fd}>&-
  done
  # A background child of bash ignores INT and QUIT, and the caller may have had PIPE ignored.
  exec env --default-signal "$@"
}

spawn() {
  local role=$1
  shift
  become "$@" <&0 & # without a redirection of its own, bash would give a background job /dev/null
  PID[$role]=$!
}

# pause [SECONDS] - a moment without a process: a read on a pipe that nobody writes to.
pause() {
  [[ -n ${NEVER-} ]] || exec {NEVER}<> <(:)
  read -r -t "${1:-${PAUSE:-0.01}}" -u "$NEVER" || true
}

wait_until() {
  local - && set +T # bats would note the line of every command, a hundred times a second
  local until=$((${EPOCHREALTIME/[.,]/} + ${DEADLINE:-4} * 1000000))
  until "$@"; do
    ((${EPOCHREALTIME/[.,]/} < until)) || return 1
    pause
  done
}

# On a busy machine this may be a moment after both ends have called close. What rests in TIME_WAIT
# does not count.
closed() {
  [[ -z $(ss -H -tn state connected exclude time-wait "( sport = :$1 or dport = :$1 )") ]]
}
