#!/usr/bin/env -S bash -p
# player.bash - plays a demo, inside the box: `scripts/demo` starts it, and it sources the lab's
# demo.sh, a list of steps made of these verbs:
#
#   topology HOST,HOST...  the first line, where the demo needs more than one machine: a line of
#                          hosts, as by `netbox --line`; a role with a host's name works on it
#   host ROLE HOST         another role that works on that host
#   servers ROLE...        at the top: these roles (or hosts) are on the server's side of the classroom too,
#                          as server always is; all others are clients
#   title TEXT             the demo's name
#   step TEXT              a numbered heading, on a new page; with --step it waits for a key first (with
#                          --tmux the wait comes between a told text and what is done next)
#   tell [TEXT]            something to say, wrapped to 80 columns (without TEXT: standard input)
#   predict TEXT           a question to the class; with --step and --tmux it waits for a key, and the answer
#                          comes on a new page. So it stands before whatever answers it
#   run [-s STATUS] ROLE COMMAND...   runs it to its end in ROLE's terminal; expects STATUS, or 0
#   start ROLE COMMAND...  leaves it running; you see its output only when a verb below shows it
#   await ROLE REGEX       shows ROLE's new output up to the first line that matches the ERE
#   show ROLE              shows ROLE's new output so far
#   type ROLE TEXT         types a line into ROLE's program
#   type_eof ROLE          types Ctrl-D
#   interrupt ROLE [SIGNAL]   types Ctrl-C, or sends another signal
#   finish ROLE [STATUS]   waits for the end, shows the rest, expects STATUS, or 0
#   expect REGEX           a line that the last run, await, show or finish has shown matches
#   refute REGEX           none does
#   until_says TEXT COMMAND   waits, and shows nothing, until COMMAND prints TEXT: on a busy machine
#                          the kernel may finish with the packets a moment after the programs do
#   lasts NAME COMMAND VERBS   from here on the state NAME must last however long the audience thinks. If COMMAND
#                          prints nothing any more before the next action, the demo says that the state has
#                          gone, and calls VERBS, a function, to make it again. `lasts` alone ends this
#   ladder [OPTION...]     shows the packets from here on, with --ladder or without; OPTIONs are those
#                          of the program ladder (lab 12). A second `ladder` starts again.
#   losses GROUP           at the top: the demo's firewall logs what it drops to this group (in nft's words,
#                          `log group GROUP drop`), and the ladder draws that as lost
#   packets [REGEX]        if packets are shown: shows the new ones, and waits for a line of them that
#                          matches; expect and refute then look at the packets since the step began, or
#                          since the last `packets`. Otherwise it does nothing
#
# A demo that runs ladder itself does so in the role `wire`.
#
# bash runs the commands, in the folder of the lab's programs. A demo tests itself: if a verb does not
# get what it promises within LABS_DEMO_DEADLINE seconds, the demo prints a report and ends with status 1.
# shellcheck disable=SC2317  # it is demo.sh that calls the verbs, and signals the handlers
set -Eeuo pipefail

LIB=${BASH_SOURCE[0]%/*}
# shellcheck source=SCRIPTDIR/screen.bash
source "$LIB/screen.bash"
# shellcheck source=SCRIPTDIR/terminals.bash
source "$LIB/terminals.bash"
# shellcheck source=SCRIPTDIR/ladder.bash
source "$LIB/ladder.bash"

# --- The verbs -----------------------------------------------------------------------------------

# scripts/demo has read this line already, to make the box.
topology() {
  [[ -e /run/netns/${1%%,*} ]] || fail "a line that begins with topology, and no quotes" "another"
  HOST[ladder]=${1%%,*}
}

host() {
  [[ -e /run/netns/$2 ]] || fail "a host of the topology" "$2"
  # shellcheck disable=SC2034  # terminal_start reads it
  HOST[$1]=$2
}

servers() {
  local role
  # shellcheck disable=SC2034  # on_terminal reads it
  for role; do SERVERS[$role]=yes; done
}

title() { heading "$*" '='; }

step() {
  show_packets
  end_step
  PACKETS=''
  ((++STEP))
  STEP_TITLE=$*
  if [[ $MODE == step ]] && ! hidden; then wait_for_key "[$STEP/$STEPS] space goes on, b back, q quits "; fi
  heading "$STEP. $STEP_TITLE" '-'
  ((STEP > 1)) || ladder_open
}

tell() {
  local text="$*"
  (($# > 0)) || IFS= read -rd '' text || true
  [[ ! $PREDICTED ]] || turn_page
  told "${text%$'\n'}"
}

predict() {
  told "Predict: $*"
  hidden || PREDICTED=yes
  if [[ $MODE == step ]] && ! hidden; then
    continue_after 'Write your answer down; then space shows what happens '
  fi
}

start() {
  local role=$1
  shift
  [[ -z ${PID[$role]-} ]] ||
    fail "a free terminal: finish $role first, or take another role" \
      "$role still has '${COMMAND[$role]}'"
  before_action
  make_again
  prompt "$role" '$' "$*"
  terminal_start "$role" "$*"
  [[ $role != wire ]] || picture wire "$*"
}

run() {
  local expected=0
  if [[ $1 == -s ]]; then
    expected=$2
    shift 2
  fi
  start "$@"
  terminal_close_input "$1"
  end_of "$1" "$expected"
}

await() {
  local role=$1 regex=$2 outcome=0
  need_program "$role"
  need_regex "$regex"
  terminal_follow "$role" "$regex" || outcome=$?
  case $outcome in
    1)
      terminal_reap "$role"
      fail "a line from $role that matches $regex" "its end, exit status $STATUS"
      ;;
    2) fail "a line from $role that matches $regex" "none in $LABS_DEMO_DEADLINE s" ;;
  esac
  show_packets
}

show() {
  need_program "$1"
  SHOWN=''
  while next_line "$1"; do show_line "$1"; done
}

type() {
  need_running "$1"
  [[ ${INPUT[$1]-} ]] || fail "a terminal that takes input" "$1 has had its Ctrl-D"
  prompt "$1" '>' "$2"
  { printf '%s\n' "$2" >&"${INPUT[$1]}"; } 2>/dev/null ||
    fail "a program that reads what is typed" "$1 has closed its standard input"
}

type_eof() {
  need_running "$1"
  prompt "$1" '>' '^D'
  terminal_close_input "$1"
}

interrupt() {
  local role=$1 signal=${2:-INT}
  need_running "$role"
  signal=${signal#SIG}
  if [[ $signal == INT ]]; then
    prompt "$role" '$' '^C'
  else
    prompt "$role" '$' "kill -$signal"
  fi
  terminal_signal "$role" "$signal"
}

finish() {
  need_program "$1"
  end_of "$1" "${2:-0}"
}

expect() {
  need_regex "$1"
  is_shown "$1" || fail "a line that matches $1" "none of those above does"
}

refute() {
  need_regex "$1"
  ! is_shown "$1" || fail "no line that matches $1" "$LINE"
}

until_says() {
  local SAID
  wait_until says "$@" || fail "'$1' from $2" "'$SAID'"
  show_packets
}

says() {
  SAID=$(eval "$2") && [[ $SAID == "$1" ]]
}

lasts() { LASTING=${1-} LASTS_IF=${2-} MAKE_AGAIN=${3-}; }

# --- What the verbs share ------------------------------------------------------------------------

# Comes before each action, because somebody may have thought for a long time.
make_again() {
  local name=${LASTING-}
  [[ $name && -z $(eval "$LASTS_IF") ]] || return 0
  LASTING='' # while it is made
  told "Meanwhile $name has gone. So we make it again:"
  "$MAKE_AGAIN"
  LASTING=$name
}

# Waits for the end of a role's program, shows the rest of its output, checks its exit status.
end_of() {
  local role=$1 expected=$2 outcome=0
  terminal_follow "$role" || outcome=$?
  ((outcome != 2)) ||
    fail "the end of '${COMMAND[$role]}' in $role" "it still runs after $LABS_DEMO_DEADLINE s"
  terminal_reap "$role"
  ((STATUS == 0)) || remark "$role" "$(describe_status)"
  ((STATUS == expected)) || fail "exit status $expected" "exit status $STATUS"
  picture_close "$role"
  show_packets
}

describe_status() {
  local name
  if ((STATUS > 128)) && name=$(kill -l "$STATUS" 2>/dev/null); then
    printf 'killed by SIG%s, exit status %d' "$name" "$STATUS"
  else
    printf 'exit status %d' "$STATUS"
  fi
}

# Sets LINE to the first of the lines shown last that matches; false when none does.
is_shown() {
  while IFS= read -r LINE; do
    if [[ $LINE =~ $1 ]]; then return 0; fi
  done <<<"${SHOWN%$'\n'}"
  return 1
}

need_program() {
  [[ ${PID[$1]-} ]] ||
    fail "a program in $1's terminal" "nothing was started there, or it is finished"
  before_action
  make_again
}

need_running() {
  need_program "$1"
  if ! is_running "$1"; then
    local command=${COMMAND[$1]}
    terminal_follow "$1" || true
    terminal_reap "$1"
    fail "'$command' to be running in $1" "its end, exit status $STATUS"
  fi
}

need_regex() {
  local outcome=0
  [[ '' =~ $1 ]] || outcome=$?
  ((outcome != 2)) || fail "an extended regular expression" "'$1'"
}

# --- The end, good or bad ------------------------------------------------------------------------

# fail EXPECTED GOT - the report of a step that did not do what it says. Ends the demo.
fail() {
  local verb='' line='' i role
  for ((i = 1; i < ${#FUNCNAME[@]}; i++)); do
    if [[ ${BASH_SOURCE[i]} == "$LAB_DIR/demo.sh" ]]; then
      verb=${FUNCNAME[i - 1]}
      line=${BASH_LINENO[i - 1]}
      break
    fi
  done
  {
    printf '\ndemo: FAILED in step %d, "%s"\n' "$STEP" "$STEP_TITLE"
    [[ -z $line ]] ||
      printf '  at        %s/demo.sh, line %d: %s\n' "${LAB_DIR##*/}" "$line" "$verb"
    printf '  expected  %s\n  got       %s\n' "$1" "$2"
    for role in "${!PID[@]}"; do tell_rest "$role"; done
  } >&"$ERRORS"
  show_report
  leave_with 1
}

# Prints what a role's program has printed since the last line that was shown.
tell_rest() {
  local role=$1 state='still running' rest=''
  is_running "$role" || state=ended
  while next_line "$role" || last_line "$role"; do rest+="    $LINE"$'\n'; done
  printf '  %s: %s (%s)%s\n%s' "$role" "${COMMAND[$role]}" "$state" \
    "${rest:+, it has also printed}" "$rest"
}

# A plain command failed (set -e). If it was one of the player's own, our output is closed or its disk is
# full; if it was one of demo.sh's, the demo is wrong.
broken() {
  local why
  ((BASHPID == $$)) || exit "$1" # a subshell: its parent will see
  why=$(sed -n 's/.*: write error: //p' "$WORK/remarks" | tail -n 1)
  if [[ $why && ${BASH_SOURCE[1]} != "$LAB_DIR/demo.sh" ]]; then
    leave_with 1 "demo: cannot write: $why"
  fi
  fail "a command that succeeds: $2" "exit status $1"
}

# leave_with STATUS [MESSAGE] - the one way out that does not surprise at_exit.
leave_with() {
  LEAVING=yes
  [[ -z ${2-} ]] || printf '\n%s\n' "$2" >&"$ERRORS"
  exit "$1"
}

quit() {
  leave_with 0 "demo: left at step $STEP of $STEPS"
}

at_exit() {
  local status=$?
  trap '' INT TERM HUP ERR
  terminals_stop
  screen_close
  bash_remarks >&"$ERRORS"
  rm -rf "$WORK"
  if [[ $LEAVING == no ]]; then
    echo "demo: FAILED in step $STEP: demo.sh ended early, with status $status" >&"$ERRORS"
    exit 1
  fi
}

# Prints what bash complained of, a syntax error in demo.sh for instance; but not that a job was killed,
# which the verbs report themselves.
bash_remarks() {
  grep -vE ': line [0-9]+: +[0-9]+ [A-Z][A-Za-z ]+ +become |/player/[.a-z]+: line .*: write error: ' \
    "$WORK/remarks" || true
}

# After the last step: stops each program that no step finished. It must end well.
finish_the_rest() {
  local role command
  for role in "${!PID[@]}"; do
    if is_running "$role"; then
      terminal_signal "$role" TERM
    fi
  done
  for role in "${!PID[@]}"; do
    command=${COMMAND[$role]}
    wait_until has_ended "$role" || fail "the end of '$command' in $role after SIGTERM" "it still runs"
    if terminal_status_is_bad "$role"; then
      fail "a good end of '$command' in $role, which no step finished" "exit status $STATUS"
    fi
  done
}

terminal_status_is_bad() {
  local status=0
  wait "${PID[$1]}" || status=$?
  STATUS=$status
  ((status != 0 && status != 128 + 15))
}

# True in a step before that of --from.
hidden() { ((STEP > 0 && STEP < FROM)); }

# How many steps there will be, for "[2/7]".
count_steps() {
  local line
  STEPS=0
  while read -r line; do
    [[ $line != step\ * ]] || ((++STEPS))
  done <"$LAB_DIR/demo.sh"
}

main() {
  MODE=$1 LADDER=$5 DEADLINE=$LABS_DEMO_DEADLINE
  STEP=0 STEP_TITLE='before the first step' LEAVING=no
  FROM=$7
  screen_open "$2" "$3" "$4" "$6"
  terminals_open "$(mktemp -d)"
  exec {ERRORS}>&2 2>"$WORK/remarks"
  trap at_exit EXIT
  trap 'leave_with 130 "demo: interrupted"' INT
  trap 'leave_with 143 "demo: terminated"' TERM
  trap 'leave_with 129 "demo: hung up"' HUP
  trap : PIPE # `type` reports a program that does not read; not inherited by programs
  trap 'broken "$?" "$BASH_COMMAND"' ERR
  count_steps
  if [[ $MODE == tmux ]]; then
    # shellcheck source=SCRIPTDIR/tmux.bash
    source "$LIB/tmux.bash"
    classroom_open
  fi
  # shellcheck source=/dev/null
  source "$LAB_DIR/demo.sh"
  ((STEP > 0)) || fail "at least one step" "a demo.sh without any"
  ladder_close
  picture_close wire
  turn_page ends
  finish_the_rest
  leave_with 0
}

main "$@"
