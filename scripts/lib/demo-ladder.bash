# shellcheck shell=bash
# demo-ladder.bash - the packets of a demo, by labs/12-tcp-handshake/ladder: a role of its own, whose
# terminal shows after each verb what has passed the network. The verbs `ladder` and `packets`.
#
# ladder captures all the time, and SIGUSR1 makes it say when it has drawn everything so far. So what
# is shown after a verb depends on what has happened, never on how fast.
# shellcheck disable=SC2317,SC2034,SC2119,SC2120  # for the rest of the player

# Where a flood passes, only its ends are shown.
LADDER_HEAD=18 LADDER_TAIL=6
FRAMES=0   # in all
PACKETS='' # the lines since the step began, or since the last `packets`

ladder() {
  local interface=lo words
  [[ -z ${PID[ladder]-} ]] || ladder_stop
  [[ -z ${HOST[ladder]-} ]] || interface=any
  printf -v words ' %q' "$LADDER_PROGRAM" -i "$interface" -f "$DRAWING" "$@"
  terminal_start ladder "exec$words"
  ladder_says '^ladder: listening on ' || fail "ladder to listen on $interface" "$LINE"
}

# For --ladder, at the first step, unless demo.sh has said how, or shows the wire itself.
ladder_open() { [[ $LADDER == no || ${PID[ladder]-} || ${PID[wire]-} ]] || ladder; }

packets() {
  local now limit LINE=''
  [[ ${PID[ladder]-} ]] || return 0
  turn_page
  microseconds limit
  limit=$((limit + DEMO_DEADLINE * 1000000))
  while show_packets && [[ ${1-} ]]; do
    SHOWN=$PACKETS
    if is_shown "$1"; then break; fi
    microseconds now
    ((now < limit)) || fail "a packet that matches $1" "none in $DEMO_DEADLINE s"
    pause 0.002
  done
  SHOWN=$PACKETS PACKETS=''
}

# show_packets - all that has passed since the last time.
show_packets() {
  local LINE='' drawn=() i left
  [[ ${PID[ladder]-} ]] || return 0
  until_acknowledged
  terminal_signal ladder USR1
  ladder_says '^ladder: [0-9]+ frames? so far' || fail "ladder to tell what has passed" "$LINE"
  # The blank line between two ladders has no use where something else stands above.
  [[ ${drawn[0]-none} || $MODE == tmux ]] || drawn=("${drawn[@]:1}")
  left=$((${#drawn[@]} - LADDER_HEAD - LADDER_TAIL))
  for ((i = 0; i < ${#drawn[@]}; i++)); do
    if ((left > 1 && i == LADDER_HEAD)); then
      remark ladder "$left more lines"
      ((i += left))
    fi
    output ladder "${drawn[i]}"
  done
}

# ladder_says REGEX - adds what ladder draws to `drawn`, up to a line of its other words that matches;
# false, with its last words in LINE, when there is none.
ladder_says() {
  local now limit running words='nothing'
  microseconds limit
  limit=$((limit + DEMO_DEADLINE * 1000000))
  while :; do
    running=yes
    is_running ladder || running=no # asked first, as in terminal_follow
    while next_line ladder || { [[ $running == no ]] && last_line ladder; }; do
      if [[ $LINE =~ $1 ]]; then
        [[ ! $LINE =~ ^ladder:\ ([0-9]+)\ frame ]] || FRAMES=${BASH_REMATCH[1]}
        return 0
      fi
      words=$LINE
      drawn+=("$LINE")
      PACKETS+=$LINE$'\n'
    done
    microseconds now
    if [[ $running == no ]] || ((now >= limit)); then break; fi
    pause 0.002
  done
  LINE=$words
  return 1
}

# A packet is followed by its acknowledgement, up to 40 ms later (RFC 1122, 4.2.3.2): the two belong
# together, so we wait until no socket waits for one. Those that try to connect do not count, and
# others only for a second: perhaps nobody answers.
until_acknowledged() {
  local at=() tries
  [[ -z ${HOST[ladder]-} ]] || at=(on "${HOST[ladder]}")
  for ((tries = 0; tries < 100; tries++)); do
    # State and timer: 02 is SYN-SENT, and 01 the timer that sends again.
    { "${at[@]}" cat /proc/net/tcp /proc/net/tcp6 2>/dev/null || true; } |
      awk '$6 ~ /^01:/ && $4 != "02" { waits = 1 } END { exit !waits }' || return 0
    pause 0.01
  done
}

# ladder_stop - shows the last packets, and what the kernel could not keep.
ladder_stop() {
  local LINE='' drawn=()
  show_packets
  terminal_signal ladder INT
  ladder_says ' dropped by the kernel' || fail "a good end of ladder" "$LINE"
  [[ $LINE == *', none dropped '* ]] || remark ladder "${LINE#ladder: }"
  wait_for_end ladder || fail "the end of ladder" "it still runs"
  terminal_reap ladder
}

ladder_close() {
  [[ ${PID[ladder]-} ]] || return 0
  ladder_stop
  ((FRAMES > 0)) || remark ladder 'nothing has passed the network'
}
