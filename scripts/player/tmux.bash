# shellcheck shell=bash
# tmux.bash - the classroom: the same demo in four panes of a tmux of its own. Sourced by the
# player, it puts other functions in the place of some in screen.bash.
#
#   narration              a page of text at a time: F8 goes on to the next action
#   server    | clients    the terminals of the roles, those of servers to the left
#   what you see           the packets, which `ladder` and `wire` draw, and what `you` and `shell` look at,
#                          tables for instance: a pane of 100 columns or more
#
# On a terminal of 200 columns or more that last one is beside the others, to the right.
# On each page a pane gets rows for what is new in it, as far as there are any (lay_out).
# In a pane with several roles each line begins with the first letter of its role.
#
# tmux and its socket are inside the box, so whatever ends the box ends them too. In the panes runs
# nothing: the player writes to their terminals itself.
# shellcheck disable=SC2034,SC2317  # the rest of the player reads the variables, calls the functions

PANES=(narration servers view clients) # in the order of their making: %0 to %3

# classroom_open - opens tmux and shows it on the terminal that we are on.
classroom_open() {
  local size columns rows locale=C ttys pane fd
  [[ $DRAWING != utf8 ]] || locale=C.UTF-8
  RULE='' PAGE='' PAGE_IS_OPEN=no CURSOR_KEYS=l CLIENT=''
  declare -gA PANE=() COLUMNS_OF=() LAST_IN=() ROLES_IN=() NEW_IN=() COVERED=()
  TMUX_SERVER=(env -u TMUX tmux -S "$WORK/tmux" -f "$LIB/tmux.conf")
  export DEMO_KEYS=$WORK/keys DEMO_PLAYER=$$
  mkfifo "$DEMO_KEYS"
  exec {KEYS}<>"$DEMO_KEYS" {TERMINAL}>&1 {STDERR}>&"$ERRORS" {ERRORS}>"$WORK/report"
  size=$(stty size <&0)
  columns=${size#* } rows=${size% *}
  NARRATION_ROWS=$((6 + (rows - 30) / 4)) VIEW_ROWS=$((10 + (rows - 30) / 3)) VIEW_NEEDS=0
  KEY_ROW=$NARRATION_ROWS ROWS=$((rows - 1)) ASKED=0 BESIDE=no
  local view=(-l "$VIEW_ROWS")
  ((columns < 200)) || BESIDE=yes view=(-h -l 100)
  # The panes must not change their size when tmux shows them: its last line is no part of them.
  ttys=$("${TMUX_SERVER[@]}" new-session -d -x "$columns" -y $((rows - 1)) -P -F '#{pane_tty}' cat \; \
    split-window -l $((rows - NARRATION_ROWS - 3)) -P -F '#{pane_tty}' cat \; \
    split-window "${view[@]}" -P -F '#{pane_tty}' cat \; \
    split-window -h -t %1 -P -F '#{pane_tty}' cat \; \
    select-pane -t %0 \; select-pane -d 2>"$WORK/client" || true)
  [[ $ttys == *$'\n'*$'\n'*$'\n'* ]] || fail "tmux to start" "$(<"$WORK/client")"
  for pane in "${PANES[@]}"; do
    exec {fd}>"${ttys%%$'\n'*}"
    PANE[$pane]=$fd
    ttys=${ttys#*$'\n'}
    printf '\e[?25l' >&"$fd"
  done
  exec >&"${PANE[narration]}"
  [[ $AUTO == no ]] || tmux_does set -g status-right ''
  pane_title narration narration
  pane_title servers server
  pane_title clients clients
  pane_title view 'what you see'
  trap quit USR1
  # When our terminal goes away, so does the demo.
  {
    LC_ALL=$locale "${TMUX_SERVER[@]}" attach <&0 >&"$TERMINAL" 2>"$WORK/client" || true
    kill -HUP "$$"
  } 2>/dev/null <&0 &
  CLIENT=$!
}

# tmux_does COMMAND... - and then, how large are the panes? The terminal may have another size now.
tmux_does() {
  local pane
  for pane in "${PANES[@]}"; do
    read -r _ "COLUMNS_OF[$pane]" ROWS || COLUMNS_OF[$pane]=80 ROWS=29
  done < <("${TMUX_SERVER[@]}" "$@" \; list-panes -F '#{pane_id} #{pane_width} #{window_height}' 2>/dev/null | sort || true)
  WIDTH=$((COLUMNS_OF[narration] - 2))
}

# Leaves the terminal as it was, and prints on it what went wrong.
screen_close() {
  "${TMUX_SERVER[@]}" detach-client -E : 2>/dev/null || true # without a word by tmux
  "${TMUX_SERVER[@]}" kill-server 2>/dev/null || true
  wait "$CLIENT" 2>/dev/null || true
  exec >&"$TERMINAL" {ERRORS}>&"$STDERR"
  cat "$WORK/report" "$WORK/client" >&"$ERRORS"
}

# shellcheck disable=SC1003  # the end of the sequence is ESC and a backslash
pane_title() { printf '\e]2;%s\e\\' "$2" >&"${PANE[$1]}"; }

# Waits until tmux has drawn everything. tmux takes a pane's output in order. So once it knows of a new
# mode of the pane, it has drawn what came before; the mode of the cursor keys has no other use here.
until_drawn() {
  local tty
  if [[ $CURSOR_KEYS == l ]]; then CURSOR_KEYS=h; else CURSOR_KEYS=l; fi
  for tty in "${PANE[@]}"; do printf '\e[?1%s' "$CURSOR_KEYS" >&"$tty"; done
  until tmux_knows "$CURSOR_KEYS"; do pause; done
}

tmux_knows() {
  local modes
  modes=$("${TMUX_SERVER[@]}" list-panes -F '#{?keypad_cursor_flag,h,l}' || true)
  [[ $modes && $modes != *[!"$1"$'\n']* ]]
}

# --- The terminals -------------------------------------------------------------------------------

# pane_of ROLE - sets `pane` to its name.
pane_of() {
  pane=clients
  [[ -z ${SERVERS[${HOST[$1]-$1}]-} ]] || pane=servers
  [[ $1 != @(ladder|wire|you|shell) ]] || pane=view
}

# learn_margins - if a pane will have several roles, each of its lines begins with as many letters of its role
# as tell them apart.
learn_margins() {
  local pane role other roles letters
  declare -gA MARGINS=()
  mapfile -t roles < <(sed -nE 's/^ *(run|start)( -s [0-9]+)? ([a-z0-9_-]+) .*/\3/p' "$LAB_DIR/demo.sh" | sort -u)
  for role in "${roles[@]}"; do
    pane_of "$role"
    letters=0
    for other in "${roles[@]}"; do
      shares_pane "$role" "$other" || continue
      while ((letters == 0)) || [[ ${role:0:letters} == "${other:0:letters}" ]]; do ((++letters)); done
    done
    ((letters == 0)) || MARGINS[$role]="${role:0:letters}| "
  done
}

# shares_pane ROLE OTHER - true if they are two, and in the same pane but not in the one that needs no names.
shares_pane() {
  local pane first
  pane_of "$1" && first=$pane
  pane_of "$2"
  [[ $1 != "$2" && $first == "$pane" && $pane != view ]]
}

# on_terminal ROLE COMMAND... - runs COMMAND with its output in the role's pane.
on_terminal() {
  local role=$1 pane LAST_KIND=terminal LAST_ROLE
  shift
  [[ -v MARGINS ]] || learn_margins
  pane_of "$role"
  if [[ $pane != view && ", ${ROLES_IN[$pane]-}, " != *", $role, "* ]]; then
    ROLES_IN[$pane]=${ROLES_IN[$pane]:+${ROLES_IN[$pane]}, }$role
    pane_title "$pane" "${ROLES_IN[$pane]}"
  fi
  MARGIN=${MARGINS[$role]-}
  FOLD=$((COLUMNS_OF[$pane] - ${#MARGIN}))
  LAST_ROLE=${LAST_IN[$pane]-}
  [[ $pane != view && ! $MARGIN ]] || LAST_ROLE=$role # needs no label
  FOLDED=''
  shown "$@" >&"${PANE[$pane]}"
  LAST_IN[$pane]=$LAST_ROLE
  hidden || count_lines "$FOLDED"
}

# count_lines TEXT - so many more are new in the pane.
count_lines() {
  local more=${1//[!$'\n']/}
  NEW_IN[$pane]=$((${NEW_IN[$pane]-0} + ${#more} + 1))
  [[ $pane != view ]] || ((NEW_IN[view] <= VIEW_NEEDS)) || VIEW_NEEDS=${NEW_IN[view]}
}

# Breaks a line that is too long for the pane, between two words if it can.
fold_line() {
  local line=$1 part
  FOLDED=''
  while ((${#line} > FOLD)); do
    part=${line:0:FOLD}
    [[ ! ${line:0:FOLD+1} =~ ^(.*[^[:blank:]])[[:blank:]] ]] || part=${BASH_REMATCH[1]}
    FOLDED+=$part$'\n'
    line=${line:${#part}}
    line="  ${line#"${line%%[![:blank:]]*}"}"
  done
  FOLDED+=$line
  FOLDED=${FOLDED//$'\n'/$'\n'"$MARGIN"}
}

# --- The narration -------------------------------------------------------------------------------

heading() {
  ! hidden || return 0
  if ((STEP == 0)); then
    tmux_does set -g @title "$1"
  else
    PAGE='' PAGE_IS_OPEN=yes VIEW_NEEDS=0
    show_page
  fi
  pane_title narration "$1"
}

told() {
  ! hidden || return 0
  [[ $PAGE_IS_OPEN == yes ]] || PAGE=''
  PAGE_IS_OPEN=yes
  count_words "$1"
  PAGE+=${PAGE:+$'\n\n'}$(laid_out "$1")
  show_page
}

# The page needs a line for each of its own, and one for the key.
show_page() {
  local lines=${PAGE//[!$'\n']/}
  KEY_ROW=$((${#lines} + 2))
  ((KEY_ROW >= NARRATION_ROWS)) || KEY_ROW=$NARRATION_ROWS
  lay_out
  printf '\e[H\e[J%s' "$PAGE"
}

# The narration gets the rows that it needs, then what you see, then the terminals: as many as there are new
# lines, and one for the cursor. Of those that are left what you see keeps what it has had in this step, for
# the class still looks at it.
lay_out() {
  local rows=$VIEW_ROWS both terminals
  share_rows "$KEY_ROW"
  ((rows > VIEW_NEEDS)) || rows=$((VIEW_NEEDS + 1))
  ((rows <= both - terminals)) || rows=$((both - terminals))
  ((rows > ${NEW_IN[view]-0})) || rows=$((NEW_IN[view] + 1))
  ((rows <= both - 3)) || rows=$((both - 3))
  if [[ $BESIDE == yes ]]; then
    tmux_does resize-pane -t %0 -y "$KEY_ROW"
  else
    tmux_does resize-pane -t %0 -y "$KEY_ROW" \; resize-pane -t %2 -y "$rows"
  fi
}

# share_rows NARRATION - sets `both` to the rows that a narration of so many rows leaves to the terminals and
# to what you see, and `terminals` to what the terminals need of them. Each pane has a title.
share_rows() {
  both=$((ROWS - $1 - 3)) terminals=${NEW_IN[servers]-0}
  ((terminals >= ${NEW_IN[clients]-0})) || terminals=${NEW_IN[clients]}
  ((++terminals >= 3)) || terminals=3
  [[ $BESIDE == no ]] || both=$((both + 1)) terminals=0
}

# say_what_is_hidden - where a terminal has fewer rows than new lines, its first row says how many the class
# has only seen pass. The cursor has the last row.
say_what_is_hidden() {
  local i pane row rows=() said=''
  mapfile -t rows < <("${TMUX_SERVER[@]}" list-panes -F '#{pane_id} #{cursor_y}' 2>/dev/null | sort || true)
  for i in "${!rows[@]}"; do
    row=${rows[i]#* } pane=${PANES[i]}
    [[ $pane == @(servers|clients) && $row -gt 0 && ${NEW_IN[$pane]-0} -gt $row ]] || continue
    COVERED[$pane]=$("${TMUX_SERVER[@]}" capture-pane -e -p -S 0 -E 0 -t "${rows[i]% *}" 2>/dev/null || true)
    first_row "$pane" "${DIM}[$((NEW_IN[$pane] - row + 1)) more lines]$PLAIN"
    said=yes
  done
  [[ ! $said ]] || until_drawn
}

# When the class goes on, the line comes back that stood there.
uncover() {
  local pane
  for pane in "${!COVERED[@]}"; do first_row "$pane" "${COVERED[$pane]}"; done
  COVERED=()
}

first_row() { printf '\e7\e[H\e[K%s\e8' "$2" >&"${PANE[$1]}"; }

# A flood must not push out of sight what else is new.
flood_room() {
  local both terminals
  share_rows "$NARRATION_ROWS"
  ((both -= terminals))
  ((both >= VIEW_ROWS)) || both=$VIEW_ROWS
  ROOM=$((both - 1 - ${NEW_IN[view]-0}))
  ((ROOM <= FLOOD)) || ROOM=$FLOOD
  ((ROOM >= 4)) || ROOM=4
}

turn_page() {
  ((UNREAD > 0)) || [[ ${1-} ]] || return 0
  lay_out
  until_drawn
  say_what_is_hidden
  [[ $AUTO == no && ! ${LABS_DEMO_WAITS-} ]] || time_to_read
  [[ $AUTO == yes ]] || wait_for_key "F8 ${1:-goes on}"
  uncover
  UNREAD=0 UNSEEN=0 NEW_IN=() PREDICTED=''
  PAGE_IS_OPEN=no
}

# Where a terminal will hardly have rows for what comes now, the class first looks at what there is; unless
# what you see lacks rows, too, beside this narration.
before_action() {
  local both terminals view
  turn_page
  share_rows "$KEY_ROW"
  view=$((${NEW_IN[view]-0} + 1))
  if ! hidden && ((${#NEW_IN[@]} > 0 && terminals + view + 4 > both && view + 3 <= both)); then
    turn_page 'goes on'
  fi
}

# A step that ends with something to look at, but without a word, waits, too.
end_step() {
  if ((UNSEEN > 0)); then turn_page 'goes on'; else turn_page; fi
}

wait_for_key() {
  local key
  tmux_does set -gu @early \; set -g @asked "$((++ASKED))"
  printf '\e[%d;1H%s%s%s' "$KEY_ROW" "$BOLD" "$1" "$PLAIN"
  until read -r key <&"$KEYS"; do :; done
  printf '\r\e[K'
  tmux_does select-pane -t %0 # for the sizes
}

# A report is longer than a page.
show_report() {
  local report
  [[ $CLIENT ]] || return 0
  report=$(<"$WORK/report")
  KEY_ROW=${report//[!$'\n']/}
  KEY_ROW=$((${#KEY_ROW} + 3))
  trap 'leave_with 1' INT TERM HUP USR1
  "${TMUX_SERVER[@]}" resize-pane -Z -t %0 2>/dev/null || true
  printf '\e[H\e[J%s' "${report#$'\n'}"
  [[ $AUTO == yes ]] || wait_for_key 'F8 ends'
}
