# shellcheck shell=bash
# terminals.bash - one terminal per role: its program, what you type into it, what it prints.
#
# A program's output goes to a file of its own, so the program never blocks and the player decides when
# you see it. Its input is a pipe that the player holds open. It leads a session of its own, so that
# Ctrl-C at the player does not reach it, and one signal reaches everything that it started.
# shellcheck disable=SC2034  # player.bash reads some of the variables

# shellcheck source=SCRIPTDIR/../lib/process.bash
source "${BASH_SOURCE[0]%/*}/../lib/process.bash"

# terminals_open FOLDER
terminals_open() {
  WORK=$1
  declare -gA PID=() INPUT=() OUTPUT=() PARTIAL=() COMMAND=() HOST=()
  declare -gA SERVERS=([server]=yes)
  PROGRAMS=0
  SHOWN=''    # what the last verb has shown, line by line
  PAUSE=0.002 # the player looks at files and at /proc, which costs no process
}

# terminal_start ROLE COMMAND - a job with a named pipe for its input, and not a process substitution:
# bash 5.2 sometimes forgets the end of one, and a wait for it then never ends.
terminal_start() {
  local role=$1 command=$2 file=$WORK/$((++PROGRAMS)) host=${HOST[$1]-$1} fd both in on=()
  [[ ! -e /run/netns/$host ]] || on=(on "$host")
  : >"$file"
  mkfifo "$file.in"
  # With both ends in hand neither open waits. The program gets the one, we keep the other.
  # shellcheck disable=SC2094  # it is a pipe
  exec {both}<>"$file.in" {in}<"$file.in" {fd}>"$file.in"
  # shellcheck disable=SC2094  # the file is not the pipe
  spawn "$role" -C "$LAB_BIN" setsid "${on[@]}" bash -c "$command" <&"$in" >"$file" 2>&1
  exec {both}>&- {in}<&-
  INPUT[$role]=$fd
  exec {fd}<"$file"
  OUTPUT[$role]=$fd
  PARTIAL[$role]=''
  COMMAND[$role]=$command
}

is_running() { [[ ${PID[$1]-} ]] && running "${PID[$1]}"; }

has_ended() { ! is_running "$1"; }

# terminal_signal ROLE SIGNAL - to all that runs there. A program that has only just started may not
# lead its session yet.
terminal_signal() {
  kill -s "$2" -- "-${PID[$1]}" 2>/dev/null || kill -s "$2" "${PID[$1]}" 2>/dev/null || true
}

terminal_close_input() {
  local fd=${INPUT[$1]-}
  if [[ $fd ]]; then
    exec {fd}>&-
    unset "INPUT[$1]"
  fi
}

# Forgets a program that has ended and sets STATUS to its exit status.
terminal_reap() {
  local role=$1 fd=${OUTPUT[$1]}
  STATUS=0
  wait "${PID[$role]}" || STATUS=$?
  terminal_close_input "$role"
  exec {fd}<&-
  unset "PID[$role]" "OUTPUT[$role]" "PARTIAL[$role]" "COMMAND[$role]"
}

# Sets LINE to the next whole line of a role's output; false while there is none.
next_line() {
  local role=$1
  if IFS= read -r -u "${OUTPUT[$role]}" LINE; then
    LINE=${PARTIAL[$role]}$LINE
    PARTIAL[$role]=''
    return 0
  fi
  PARTIAL[$role]+=$LINE
  return 1
}

# The same after the program's end, when a last line without a newline counts as well.
last_line() {
  LINE=${PARTIAL[$1]}
  PARTIAL[$1]=''
  [[ $LINE ]]
}

# A terminal does not show the CR of a protocol's line end, and neither does a transcript.
show_line() {
  LINE=${LINE%$'\r'}
  output "$1" "$LINE"
  SHOWN+=$LINE$'\n'
}

# terminal_follow ROLE [REGEX] - shows the output as it comes, up to the first line that matches, or
# else to the program's end. Returns 0 for a match, 1 for an end, 2 when the time is over.
terminal_follow() {
  local OUTCOME=2
  SHOWN=''
  wait_until followed "$1" "${2-}" || true
  return "$OUTCOME"
}

# Whether it has ended is asked first: what it wrote before its end is then all there.
followed() {
  local over=''
  is_running "$1" || over=yes
  while next_line "$1" || { [[ $over ]] && last_line "$1"; }; do
    show_line "$1"
    if [[ $2 && $LINE =~ $2 ]]; then OUTCOME=0 && return 0; fi
  done
  [[ $over ]] && OUTCOME=1
}

# Ends all programs, politely first, and waits until they are gone.
terminals_stop() {
  local role
  for role in "${!PID[@]}"; do terminal_signal "$role" TERM; done
  ! DEADLINE=1 wait_until none_runs || return 0
  for role in "${!PID[@]}"; do terminal_signal "$role" KILL; done
}

none_runs() {
  local role
  for role in "${!PID[@]}"; do
    has_ended "$role" || return 1
  done
}
