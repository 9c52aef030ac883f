# shellcheck shell=bash disable=SC2034,SC2119,SC2120  # PID, and pause with an argument, are the callers'
# process.bash - starts a process and waits for a state. Demos, tests and checks all use these words.
#
#   spawn ROLE COMMAND...    starts COMMAND in the background, with this command's redirections, with
#                            descriptors 0, 1 and 2 only and every signal at its default; PID[ROLE]
#   become COMMAND...        replaces this (sub)shell by COMMAND, which starts as by spawn
#   wait_until COMMAND...    tries COMMAND until it succeeds; false after DEADLINE seconds (4)
#   running PID              true while the process has not ended
#   is_stopped PID           true while SIGSTOP holds it
#   is_asleep PID            true while it waits for something
#   stat_of PID              sets STAT to the numbers of its proc(5) stat, from the third one on, its state; false if
#                            there is no such process
#   children_of PID          sets CHILDREN to the ids of its children, ended ones too, if nobody has waited for them
#   closed PORT              true if no connection of that TCP port is still open or closing
#
# None of them waits for a fixed time. Each waits for a state, with a deadline.

declare -gA PID

stat_of() {
  local line
  { read -r line <"/proc/$1/stat"; } 2>/dev/null && read -ra STAT <<<"${line##*) }"
}

children_of() {
  local file some
  CHILDREN=()
  for file in "/proc/$1"/task/*/children; do
    some=()
    { read -ra some <"$file" || true; } 2>/dev/null # it has no newline
    CHILDREN+=("${some[@]}")
  done
}

# has_state PID PATTERN - true if there is such a process, and its state, a letter of proc(5), matches.
has_state() {
  # shellcheck disable=SC2053  # it is a pattern
  stat_of "$1" && [[ ${STAT[0]} == $2 ]]
}

# This does not use kill -0, which finds zombies too. On a busy machine bash may leave one for a long time.
running() { has_state "$1" '[!Z]'; }

is_stopped() { has_state "$1" T; }
is_asleep() { has_state "$1" S; }

# A test has bats' descriptors open, its own, and the inputs of other programs. A program that inherited
# them would keep those pipes open, and its own descriptors would get other numbers.
become() {
  local fd
  for fd in "/proc/$BASHPID/fd"/*; do
    fd=${fd##*/}
    ((fd <= 2)) || exec {fd}>&-
  done
  # A background child of bash ignores INT and QUIT, and the caller may ignore PIPE.
  exec env --default-signal "$@"
}

spawn() {
  local role=$1
  shift
  become "$@" <&0 & # without a redirection of its own, bash would give a background job /dev/null
  PID[$role]=$!
}

# pause [SECONDS] - waits a moment without starting a process: it reads from a pipe that stays empty.
pause() {
  [[ -n ${NEVER-} ]] || exec {NEVER}<> <(:)
  read -r -t "${1:-${PAUSE:-0.01}}" -u "$NEVER" || true
}

wait_until() {
  local - && set +T # else bats notes the line of every command, a hundred times a second
  local whole=${DEADLINE:-4} part=000000
  [[ $whole != *.* ]] || part=${whole#*.}000000 whole=${whole%.*}
  local until=$((${EPOCHREALTIME/[.,]/} + 10#$whole * 1000000 + 10#${part:0:6}))
  until "$@"; do
    ((${EPOCHREALTIME/[.,]/} < until)) || {
      in_vain
      return 1
    }
    pause
  done
}

# wait_until calls this when the time is over. A check counts such waits.
in_vain() { :; }

# On a busy machine this becomes true a moment after both ends have called close. Connections in TIME_WAIT
# do not count.
closed() {
  [[ -z $(ss -H -tn state connected exclude time-wait "( sport = :$1 or dport = :$1 )") ]]
}
