# shellcheck shell=bash
# screen.bash - what the player of the demos prints, and how it looks.
#
# There is one way of printing. A person at a terminal gets a rule beside all terminal output,
# colours and keys to press; without them the same lines are the transcript.
# shellcheck disable=SC2034  # the rest of the player reads some of the variables

# screen_open COLOUR TYPING RULE AUTO
screen_open() {
  RULE=$3
  AUTO=$4
  DRAWING=text # or utf8, for the arrows of ladder
  [[ $RULE != '│ ' ]] || DRAWING=utf8
  TYPING=$2
  ((LABS_DEMO_PACE > 0)) && [[ $MODE != step ]] || TYPING=no
  PAGE=1    # with --step, the number of the page
  ON_PAGE=0 # and how many lines it has
  WIDTH=80
  LAST_KIND=none # what stands above: none, heading, told or terminal
  LAST_ROLE=''   # the role whose terminal stands above
  UNREAD=0       # words of narration since the page was turned
  UNSEEN=0       # lines on terminals since then
  PREDICTED=''   # yes if a prediction is among the narration
  ASIDE=''       # with --ladder for the slides: the file for the same without packets, and what stands above there
  ASIDE_KIND=none ASIDE_ROLE=''
  if [[ ${LABS_DEMO_PICTURES-} && $MODE == transcript && $LADDER == yes ]]; then
    ASIDE=$LABS_DEMO_PICTURES/transcript
    : >"$ASIDE"
  fi
  declare -gA ROLE_COLOUR=()
  BOLD='' DIM='' PLAIN='' MARGIN=''
  PALETTE=()
  if [[ $1 == yes ]]; then
    BOLD=$'\e[1m' DIM=$'\e[2m' PLAIN=$'\e[0m'
    PALETTE=($'\e[36m' $'\e[33m' $'\e[35m' $'\e[32m' $'\e[31m') # no blue: it is dark on a projector
  fi
  if [[ $RULE ]]; then
    shopt -s checkwinsize && (:) # bash asks the terminal for COLUMNS after a subshell
    ((${COLUMNS:-0} < 20 || COLUMNS >= 80)) || WIDTH=$COLUMNS
  fi
}

# A blank line wherever something else begins; terminal output stays together.
begin() {
  [[ $LAST_KIND == none || "$LAST_KIND $1" == 'terminal terminal' ]] || echo
  LAST_KIND=$1
}

# shown COMMAND... - runs COMMAND, which prints something. In a step before that of --from nobody sees it. With
# --step it is kept, so that b can show the page again.
shown() {
  local text=''
  if hidden; then
    "$@" >/dev/null
  elif [[ $MODE == step ]]; then
    "$@" >"$WORK/shown"
    IFS= read -rd '' text <"$WORK/shown" || true
    printf '%s' "$text" >>"$WORK/page.$PAGE"
    printf '%s' "$text"
    text=${text//[!$'\n']/}
    ((ON_PAGE += ${#text}))
  else
    "$@"
    [[ ! $ASIDE || ${UNASKED-} ]] || aside "$@"
  fi
}

# aside COMMAND... - the same into the transcript without packets, where something else may stand above. So one run
# gives both.
aside() {
  local LAST_KIND=$ASIDE_KIND LAST_ROLE=$ASIDE_ROLE UNREAD=0 UNSEEN=0
  "$@" >>"$ASIDE"
  ASIDE_KIND=$LAST_KIND ASIDE_ROLE=$LAST_ROLE
}

# heading TEXT UNDERLINE_CHARACTER
heading() { shown print_heading "$@"; }

print_heading() {
  local line
  begin heading
  printf -v line '%*s' "${#1}" ''
  printf '%s%s\n%s%s\n' "$BOLD" "$1" "${line// /$2}" "$PLAIN"
  LAST_ROLE=''
}

told() { shown print_told "$@"; }

print_told() {
  begin told
  LAST_ROLE=''
  count_words "$1"
  laid_out "$1"
}

count_words() {
  local words
  read -rd '' -a words <<<"$1" || true
  ((UNREAD += ${#words[@]}))
}

# Prints a text, wrapped. A blank line separates paragraphs; a line that begins with two spaces (a
# drawing, a list) stays as it is.
laid_out() {
  local line paragraph=''
  while IFS= read -r line; do
    case $line in
      '' | '  '*)
        wrap "$paragraph"
        paragraph=''
        printf '%s\n' "$line"
        ;;
      *) paragraph+=" $line" ;;
    esac
  done <<<"$1"
  wrap "$paragraph"
}

wrap() {
  local line='' word words
  read -ra words <<<"$1"
  for word in "${words[@]}"; do
    if [[ $line ]] && ((${#line} + 1 + ${#word} > WIDTH)); then
      printf '%s\n' "$line"
      line=''
    fi
    line+=${line:+ }$word
  done
  [[ -z $line ]] || printf '%s\n' "$line"
}

# The rule of a role's terminal, in its colour, and what else stands before a line. The colour is an extra:
# the prompt names the role.
margin() {
  local role=$1
  if [[ -z ${ROLE_COLOUR[$role]+known} ]]; then
    ROLE_COLOUR[$role]=''
    ((${#PALETTE[@]} == 0)) ||
      ROLE_COLOUR[$role]=${PALETTE[(${#ROLE_COLOUR[@]} - 1) % ${#PALETTE[@]}]}
  fi
  printf '%s' "${ROLE_COLOUR[$role]}$RULE$MARGIN$PLAIN"
}

# What a person types, what a program prints, and what the player remarks about its end.
prompt() { on_terminal "$1" print_prompt "$@"; }
output() { on_terminal "$1" print_output "$@"; }
remark() { on_terminal "$1" print_remark "$@"; }

# on_terminal ROLE COMMAND... - runs COMMAND on the role's terminal; here all roles share one.
on_terminal() {
  local UNASKED=''
  [[ $1 != ladder || $LADDER_ASKED ]] || UNASKED=yes
  shift
  shown "$@"
}

# print_prompt ROLE MARK TEXT - what a person types in the role's terminal.
print_prompt() {
  local role=$1 mark=$2 text=$3
  begin terminal
  LAST_ROLE=$role
  fold_line "$role$mark $text"
  text=${FOLDED:${#role}+${#mark}+1}
  margin "$role"
  printf '%s%s%s%s ' "${ROLE_COLOUR[$role]-}" "$role" "$mark" "$PLAIN$BOLD"
  if [[ $TYPING == yes ]] && ! hidden; then
    type_slowly "$text"
  else
    printf '%s' "$text"
  fi
  printf '%s\n' "$PLAIN"
}

type_slowly() {
  local i
  for ((i = 0; i < ${#1}; i++)); do
    printf '%s' "${1:i:1}"
    dwell 0.03
  done
  dwell 0.3
}

# print_output ROLE LINE - a line that a program printed. If the lines above belong to another role, and
# this line does not name its own ("server: ..."), a label does.
print_output() {
  local role=$1 line=$2
  begin terminal
  if [[ $LAST_ROLE != "$role" && $line != "$role"[:\|]* ]]; then
    margin "$role"
    printf '%s[%s]%s\n' "$DIM" "$role" "$PLAIN"
  fi
  LAST_ROLE=$role
  print_line "$role" "${line%"${line##*[![:blank:]]}"}" # editors cut blanks at the end
}

print_line() {
  ((++UNSEEN))
  fold_line "$2"
  margin "$1"
  printf '%s\n' "$FOLDED"
}

# fold_line LINE - sets FOLDED to the line as it will be shown: here whole, for the screen is wide enough.
fold_line() { FOLDED=$1; }

# flood_room - sets ROOM to how many lines of a flood of packets there is room for.
flood_room() { ROOM=$FLOOD; }

# print_remark ROLE TEXT - what the player says about a program's end.
print_remark() {
  local role=$1 text=$2
  begin terminal
  [[ $LAST_ROLE == "$role" ]] || text="$role: $text"
  LAST_ROLE=$role
  margin "$role"
  printf '%s[%s]%s\n' "$DIM" "$text" "$PLAIN"
}

# before_action - comes between narration and action. With --step a new page begins here if this one is
# nearly full.
before_action() {
  local full=$((UNREAD > 0 && ON_PAGE > ${LINES:-24} - 12))
  turn_page
  [[ $MODE != step || $full == 0 ]] || hidden || continue_after 'space goes on, b back, q quits '
}

# turn_page [ends] - comes between narration and what follows, and at the end. A person at the keyboard sets
# the pace; a demo that plays by itself allows time to read.
turn_page() {
  [[ $AUTO == no ]] || hidden || time_to_read
  UNREAD=0 UNSEEN=0 PREDICTED=''
}

end_step() { turn_page; }

# A quarter of a second a word, and half a second a line; ten seconds at most. After a prediction the class
# has ten seconds more to think and to vote.
time_to_read() {
  local ms=$((UNREAD * 250 + UNSEEN * 500)) seconds
  ((ms <= 10000)) || ms=10000
  [[ -z $PREDICTED ]] || ms=$((ms + 10000))
  ms=$((ms * LABS_DEMO_PACE / 100))
  printf -v seconds '%d.%03d' $((ms / 1000)) $((ms % 1000))
  ((ms == 0)) || dwell "$seconds"
}

# dwell SECONDS - waits for the audience. With LABS_DEMO_WAITS it only notes there how long it would.
dwell() {
  if [[ ${LABS_DEMO_WAITS-} ]]; then echo "$1" >>"$LABS_DEMO_WAITS"; else pause "$1"; fi
}

# wait_for_key QUESTION - waits until somebody who has seen this page goes on. b shows the page before it
# again; q asks once, and the end of the terminal leaves at once. Then a new page begins.
wait_for_key() {
  local key page=$PAGE question=$1
  ask "$question"
  while :; do
    IFS= read -rsn1 key || quit
    case $key in
      '' | ' ')
        ((page < PAGE)) || break
        ((++page))
        ;;
      b | B) ((--page > 0)) || page=1 ;;
      q | Q)
        answer 'q once more quits; any other key goes on '
        IFS= read -rsn1 key || key=q
        [[ $key != [qQ] ]] || { printf '\r\e[K' && quit; }
        answer "$question"
        continue
        ;;
      *) continue ;;
    esac
    question=$1
    ((page == PAGE)) || question="page $page of $PAGE again: space goes on, b back "
    show_page_again "$page"
    ask "$question"
  done
  clear_screen
  ((++PAGE))
  ON_PAGE=0 LAST_KIND=none
}

# continue_after QUESTION - waits for a key, and goes on with the step on a new page.
continue_after() {
  wait_for_key "$1"
  heading "$STEP. $STEP_TITLE, continued" '-'
}

# ask QUESTION - prints it below a blank line.
ask() { printf '\n' && answer "$1"; }
answer() { printf '\r\e[K%s%s%s' "$DIM" "$1" "$PLAIN"; }

show_page_again() {
  local text=''
  IFS= read -rd '' text <"$WORK/page.$1" || true
  clear_screen
  printf '%s' "$text"
}

# What was there stays in the terminal's memory, above the screen.
clear_screen() {
  local row rows=${LINES:-50}
  printf '\r\e[K\e[%d;1H' "$rows"
  for ((row = 0; row < rows; row++)); do echo; done
  printf '\e[H'
}

# The classroom (tmux.bash) has something to close and to report; a plain terminal does not.
screen_close() { :; }
show_report() { :; }
