#!/usr/bin/env bats
# Every demo in the classroom, scripts/demo --tmux, page by page: is all to be seen that the class is to
# look at? `lab test classroom` plays each demo in a terminal of one of three sizes. Where labs take turns, those whose
# turn it is are played in each size, and no others: `lab test --all` plays all.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154  # bats, and what is shared with lib/demo.bash

# bats file_tags=slow
bats_require_minimum_version 1.5.0

load lib/demo.bash

setup_file() {
  make -s -C "$BATS_TEST_DIRNAME/.." >&2
}

# texts - prints what the demo tells, each text in a line: demo.sh with verbs that do nothing else.
texts() (
  LAB_DIR=$LAB
  for verb in on $(sed -n 's/^\([a-z_]*\)() .*/\1/p' "$ROOT"/scripts/player/{player,ladder}.bash); do
    eval "$verb() { :; }"
  done
  tell() { words "${*-$(cat)}"; }
  predict() { words "Predict: $*"; }
  source "$LAB/demo.sh"
)

# words TEXT... - prints it in a line, without a drawing's blanks.
words() {
  local words
  read -rd '' -a words <<<"$*" || true
  echo "${words[*]}"
}

# press_through - plays the demo from its first page to its last, and looks at each.
press_through() {
  PAGE=0 SEEN=0 SEEN_IN=(0 0 0 0) TOLD=0 READ='' KEY_LINE=''
  open_screen --tmux --typing
  until_true find_classroom
  while [[ $KEY_LINE != 'F8 ends' ]]; do
    [[ ! $KEY_LINE ]] || press F8
    DEADLINE=90 until_true page_waits $((PAGE + 1)) # longer than the player waits for anything
    ((++PAGE))
    look
  done
  ((TOLD == ${#TEXTS[@]})) || fault "nobody could read '${TEXTS[TOLD]}'"
  press F8
  until_true screen_has 'left with '
  screen_has 'left with 0'
  close_screen
}

# The classroom has a tmux of its own in the demo's box. The one that we have shows what that one draws.
find_classroom() {
  local pid words
  while read -r pid; do
    mapfile -d '' -t words <"/proc/$pid/cmdline" || continue
    [[ ${words[*]} == tmux\ *\ attach ]] || continue
    CLASSROOM=(tmux -S "/proc/$pid/root${words[2]}")
    return
  done < <(family "$(tmux -S "$SCREEN" display-message -p '#{pane_pid}')") 2>/dev/null
  return 1
}

# page_waits NUMBER - everything is drawn, and the last line of the narration asks for the key.
page_waits() {
  local asked
  { read -r asked && mapfile -t NARRATION; } \
    < <("${CLASSROOM[@]}" show -gv @asked \; capture-pane -p -t %0 2>/dev/null)
  [[ $asked == "$1" ]] || return
  KEY_LINE=${NARRATION[-1]}
  [[ $KEY_LINE == 'F8 '* ]]
}

# fault TEXT - goes on all the same, for there may be more.
fault() {
  FAULTS+="${LAB##*/}, ${SIZE[0]} columns and ${SIZE[1]} rows, page $PAGE: $1"$'\n'
}

# look - at the page that waits.
look() {
  look_at_narration
  look_at_view
  look_at_terminals
}

# Whole texts of the demo, all of them, in their order.
look_at_narration() {
  local line text
  for line in "${NARRATION[@]}"; do
    ((${#line} <= SIZE[0] - 2)) || fault "the narration is too wide: $line"
  done
  text=$(words "${NARRATION[@]:0:${#NARRATION[@]}-1}")
  [[ $text != "$READ" ]] || return 0 # the same page again, after what it announces
  READ=$text
  while [[ $text && $text == "${TEXTS[TOLD]-}"* ]] && ((TOLD < ${#TEXTS[@]})); do
    text=${text#"${TEXTS[TOLD]}"}
    text=${text# }
    ((++TOLD))
  done
  [[ ! $text ]] || fault "not as in demo.sh: $text"
}

# Every line that is new since the last page has room. The last table is in sight with all that comes after
# it; without a table every packet is, unless there was a flood of them.
look_at_view() {
  local above rows width lines line next i table='' flood=''
  { read -r above rows width && mapfile -t lines; } < <("${CLASSROOM[@]}" \
    display -p -t %2 '#{history_size} #{cursor_y} #{pane_width}' \; capture-pane -pJ -S - -t %2)
  for ((i = SEEN; i < above + rows; i++)); do
    line=${lines[i]%"${lines[i]##*[! ]}"} next=${lines[i + 1]}
    [[ $line != @(you|shell)'$ '* ]] || table=$i
    [[ $line != '['*' more lines]' ]] || flood=$i
    if ((${#line} > width)) || goes_on_below; then fault "too wide for what you see: $line"; fi
  done
  i=${table:-${flood:-$SEEN}}
  ((i >= above)) || fault "out of sight: ${lines[i]}"
  SEEN=$((above + rows))
}

# Every line that is new on the terminals is in sight, or the first row says how many are not.
look_at_terminals() {
  local pane above rows lines missing
  for pane in 1 3; do
    { read -r above rows && mapfile -t lines; } < <("${CLASSROOM[@]}" \
      display -p -t "%$pane" '#{history_size} #{cursor_y}' \; capture-pane -p -S - -t "%$pane")
    missing=$((above - SEEN_IN[pane]))
    ((missing <= 0)) || [[ ${lines[above]} == "[$((missing + 1)) more lines]" ]] ||
      fault "$missing lines are out of sight on a terminal, and it says '${lines[above]}'"
    SEEN_IN[pane]=$((above + rows))
  done
}

# Is the next line the rest of this one? It begins with two blanks, and what follows had no room here. A
# line of packets begins so, too, but it has the line of a machine at its place.
goes_on_below() {
  [[ $next =~ ^'  '([^ ]+) && ${next:13:1} != [│\|] ]] && ((${#line} + 1 + ${#BASH_REMATCH[1]} > width))
}

@test "each page shows what it is about, and a recording of them takes at most ten minutes" {
  local sizes=(100x30 120x40 200x50) size number=0 whole=${GATE_WHOLE-}
  FAULTS=''
  for LAB in "$ROOT"/labs/[0-9]*; do
    [[ ! $whole || $whole == *" ${LAB##*/} "* ]] || continue
    mapfile -t TEXTS < <(texts)
    for size in "${sizes[@]}"; do
      [[ $whole || $size == "${sizes[number % 3]}" ]] || continue
      SIZE=("${size%x*}" "${size#*x}")
      count_waits
      press_through
      assert_short
      echo "${LAB##*/}, $size: $PAGE pages"
    done
    ((++number))
  done
  printf '%s' "$FAULTS"
  [[ ! $FAULTS ]]
}
