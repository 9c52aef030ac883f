# shellcheck shell=bash
# demo-terminals.bash - one terminal per role: a program, what it is told, what it prints.
#
# A program's output goes to a file of its own, so it never blocks and the player decides when it is
# seen. Its input is a pipe that the player holds open. It leads a session of its own, so that
# Ctrl-C at the player is not its business and one signal reaches all that it started.
# shellcheck disable=SC2034  # demo.bash reads some of the variables

# shellcheck source=SCRIPTDIR/running.bash
source "${BASH_SOURCE[0]%/*}/running.bash"

# terminals_open FOLDER
terminals_open() {
  WORK=$1
  declare -gA PID=() INPUT=() OUTPUT=() PARTIAL=() COMMAND=() HOST=()
  PROGRAMS=0
  SHOWN='' # what the last verb has shown, line by line
  # Nothing ever comes on this one: `read -t` on it is a pause that needs no process.
  exec {NEVER}<> <(:)
}

pause() { read -r -t "$1" -u "$NEVER" || true; }

microseconds() { printf -v "$1" '%s' "${EPOCHREALTIME//[.,]/}"; }

# terminal_start ROLE COMMAND - a job with a named pipe for its input, and not a process substitution:
# bash 5.2 sometimes forgets the end of one, and a wait for it then never ends.
terminal_start() {
  local role=$1 command=$2 file=$WORK/$((++PROGRAMS)) fd both in
  : >"$file"
  mkfifo "$file.in"
  # With both ends in hand neither open waits. The program gets the one, we keep the other.
  # shellcheck disable=SC2094  # it is a pipe
  exec {both}<>"$file.in" {in}<"$file.in" {fd}>"$file.in"
  become "$command" "$file" "${HOST[$role]-$role}" <&"$in" &
  PID[$role]=$!
  exec {both}>&- {in}<&-
  INPUT[$role]=$fd
  exec {fd}<"$file"
  OUTPUT[$role]=$fd
  PARTIAL[$role]=''
  COMMAND[$role]=$command
}

# The child turns into the program: default signals, and no descriptor but 0, 1 and 2. With that of
# another terminal a pipe would never end, and with the caller's, accept would return another number
# than the READMEs show.
become() {
  local fd
  for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    ((fd <= 2)) || exec {fd}>&-
  done
  cd "$LAB_BIN" || exit
  local on=()
  [[ ! -e /run/netns/$3 ]] || on=(on "$3")
  # A job in the background ignores INT and QUIT; a program in a terminal does not.
  exec env --default-signal setsid "${on[@]}" bash -c "$1" >"$2" 2>&1
}

is_running() { [[ ${PID[$1]-} ]] && running "${PID[$1]}"; }

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

show_line() {
  output "$1" "$LINE"
  SHOWN+=$LINE$'\n'
}

# terminal_follow ROLE [REGEX] - shows the output as it comes, up to the first line that matches, or
# else to the program's end. Returns 0 for a match, 1 for an end, 2 when the time is over.
terminal_follow() {
  local role=$1 regex=${2-} now limit running
  microseconds limit
  limit=$((limit + DEMO_DEADLINE * 1000000))
  SHOWN=''
  while :; do
    running=yes
    is_running "$role" || running=no # asked first: what it wrote before its end is then all there
    while next_line "$role" || { [[ $running == no ]] && last_line "$role"; }; do
      show_line "$role"
      if [[ $regex && $LINE =~ $regex ]]; then return 0; fi
    done
    [[ $running == yes ]] || return 1
    microseconds now
    ((now < limit)) || return 2
    pause 0.002
  done
}

# Ends all programs, politely first, and waits until they are gone.
terminals_stop() {
  local role tries
  for role in "${!PID[@]}"; do terminal_signal "$role" TERM; done
  for ((tries = 0; tries < 500; tries++)); do
    any_running || return 0
    pause 0.002
  done
  for role in "${!PID[@]}"; do terminal_signal "$role" KILL; done
}

any_running() {
  local role
  for role in "${!PID[@]}"; do
    if is_running "$role"; then return 0; fi
  done
  return 1
}
