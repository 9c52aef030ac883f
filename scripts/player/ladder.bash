# shellcheck shell=bash
# ladder.bash - shows the packets of a demo, by labs/12-tcp-handshake/ladder/ladder. It is a role of its
# own: after each verb its terminal shows what has passed on the network. The verbs
# `ladder`, `losses` and `packets`.
#
# ladder captures all the time. SIGUSR1 makes it draw everything so far and then say so. So what you see
# after a verb depends on what has happened, and not on how fast it happened.
# shellcheck disable=SC2317,SC2034,SC2119,SC2120  # for the rest of the player

FLOOD=25              # of a flood of packets only the first and the last lines are shown, so many in all
FRAMES=0              # in all
LADDER_ASKED=''       # yes if demo.sh wants it, with --ladder or without
PICTURES=0            # how many ladders have drawn for the slides
declare -A PICTURE=() # ROLE → the role that draws for the slides what that one shows
LOSSES=()             # options of ladder: where the firewall tells what it drops
PACKETS=''            # the lines since the step began, or since the last `packets`

losses() { LOSSES=(-l "$1"); }

ladder() {
  local interface=lo words
  [[ -z ${PID[ladder]-} ]] || ladder_stop
  [[ -z ${HOST[ladder]-} ]] || interface=any
  LADDER_ASKED=yes
  printf -v words ' %q' "$LADDER_PROGRAM" -i "$interface" -f "$DRAWING" "${LOSSES[@]}" "$@"
  # The firewall tells only one program what it drops, so the same one draws the picture for the slides.
  [[ ! ${LABS_DEMO_PICTURES-} ]] || printf -v words '%s -s %q' "$words" "$LABS_DEMO_PICTURES/$((++PICTURES)).svg"
  terminal_start ladder "exec$words"
  ladder_says '^ladder: listening on ' || fail "ladder to listen on $interface" "$LINE"
}

# picture ROLE COMMAND - the slides show what a ladder drew as a picture: if LABS_DEMO_PICTURES is a folder, and
# the demo itself runs the ladder, a second one of the same kind draws one into it, whole at the end.
picture() {
  [[ ${LABS_DEMO_PICTURES-} ]] || return 0
  local role=picture$((++PICTURES)) LINE=''
  # shellcheck disable=SC2004 # its keys are words
  HOST[$role]=${HOST[$1]-$1} PICTURE[$1]=$role
  terminal_start "$role" "exec $2 -f svg >${LABS_DEMO_PICTURES@Q}/$PICTURES.svg"
  wait_until next_line "$role" || true
  [[ $LINE == 'ladder: listening on '* ]] || fail "a ladder for the slides to listen" "${LINE:-nothing}"
}

# picture_close ROLE - its picture ends when its ladder does: the next ladder has a picture of its own.
picture_close() {
  local role=${PICTURE[$1]-}
  [[ $role ]] || return 0
  unset "PICTURE[$1]"
  terminal_signal "$role" INT
  wait_until has_ended "$role" || fail "the end of a ladder for the slides" "it still runs"
  terminal_reap "$role"
  ((STATUS == 0)) || fail "a good end of a ladder for the slides" "exit status $STATUS"
}

# For --ladder, at the first step; unless demo.sh has already started it, or shows the wire itself.
ladder_open() {
  [[ $LADDER == no || ${PID[ladder]-} || ${PID[wire]-} ]] || {
    ladder
    LADDER_ASKED=''
  }
}

packets() {
  local LINE=''
  [[ ${PID[ladder]-} ]] || return 0
  turn_page
  wait_until has_passed "${1-}" || fail "a packet that matches $1" "none in $LABS_DEMO_DEADLINE s"
  PACKETS=''
}

# has_passed [REGEX] - shows the new packets; true if one of those since the step began matches.
has_passed() {
  show_packets
  SHOWN=$PACKETS
  [[ ! $1 ]] || is_shown "$1"
}

# show_packets - shows all that has passed since the last time.
show_packets() {
  local LINE='' drawn=() i left head ROOM
  [[ ${PID[ladder]-} ]] || return 0
  until_acknowledged
  terminal_signal ladder USR1
  ladder_says '^ladder: [0-9]+ frames? so far' || fail "ladder to tell what has passed" "$LINE"
  # The blank line between two ladders is not needed below other text.
  [[ ${drawn[0]-none} || $MODE == tmux ]] || drawn=("${drawn[@]:1}")
  ((${#drawn[@]} == 0)) || printf -v PACKETS '%s' "$PACKETS" "${drawn[@]/%/$'\n'}"
  flood_room
  head=$(((ROOM - 1) * 3 / 4))
  left=$((${#drawn[@]} - ROOM + 1))
  for ((i = 0; i < ${#drawn[@]}; i++)); do
    if ((left > 1 && i == head)); then
      remark ladder "$left more lines"
      ((i += left))
    fi
    output ladder "${drawn[i]}"
  done
}

# ladder_says REGEX - adds what ladder draws to `drawn`, up to a line that matches, one of its messages.
# False, with its last words in LINE, if no line does.
ladder_says() {
  local SAID='' WORDS='nothing'
  wait_until has_said "$1" || true
  [[ $SAID ]] || LINE=$WORDS
  [[ $SAID ]]
}

# True if it has said it, or has ended. Whether it has ended is asked first, as in `followed`.
has_said() {
  local over=''
  is_running ladder || over=yes
  while next_line ladder || { [[ $over ]] && last_line ladder; }; do
    if [[ $LINE == 'ladder: '* && $LINE =~ $1 ]]; then
      [[ ! $LINE =~ ^ladder:\ ([0-9]+)\ frame ]] || FRAMES=${BASH_REMATCH[1]}
      SAID=yes
      return 0
    fi
    WORDS=$LINE
    drawn+=("$LINE")
  done
  [[ $over ]]
}

# An acknowledgement may come up to 40 ms after its packet (RFC 1122, 4.2.3.2). The two belong together,
# so we wait until no socket expects one. Sockets that are connecting do not count, because they may
# never get an answer; and after a second we give up.
until_acknowledged() {
  DEADLINE=1 PAUSE=0.01 wait_until all_acknowledged || true
}

# State and timer: 02 is SYN-SENT, and 01 the timer that sends again.
all_acknowledged() {
  local at=()
  [[ -z ${HOST[ladder]-} ]] || at=(on "${HOST[ladder]}")
  { "${at[@]}" cat /proc/net/tcp /proc/net/tcp6 2>/dev/null || true; } |
    awk '$6 ~ /^01:/ && $4 != "02" { waits = 1 } END { exit waits }'
}

# ladder_stop - shows the last packets, and what the kernel could not keep.
ladder_stop() {
  local LINE='' drawn=()
  show_packets
  terminal_signal ladder INT
  ladder_says ' dropped by the kernel' || fail "a good end of ladder" "$LINE"
  [[ $LINE == *', none dropped '* ]] || remark ladder "${LINE#ladder: }"
  wait_until has_ended ladder || fail "the end of ladder" "it still runs"
  terminal_reap ladder
  ((STATUS == 0)) || fail "a good end of ladder" "exit status $STATUS"
}

ladder_close() {
  [[ ${PID[ladder]-} ]] || return 0
  ladder_stop
  ((FRAMES > 0)) || remark ladder 'nothing has passed the network'
}
