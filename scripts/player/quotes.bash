# shellcheck shell=bash
# quotes.bash - do READMEs and slides quote what the demo prints? `demo --check` and `--refresh`. What
# they quote of the code is in code.bash.
#
# A quote is a ```console block below a line <!-- demo --> (in a lab's README or its slides) or
# <!-- demo LAB --> (anywhere), or <!-- demo --ladder --> and <!-- demo LAB --ladder --> where it is of
# the demo with its packets. It is true when it is a run of whole lines of the transcript, once
# normalise has masked ports, times and the like on both sides.

# shellcheck source=SCRIPTDIR/../lib/blocks.bash
source "${BASH_SOURCE[0]%/*}/../lib/blocks.bash"
# shellcheck source=SCRIPTDIR/code.bash
source "${BASH_SOURCE[0]%/*}/code.bash"

# quotes_main check|refresh LAB_DIR
quotes_main() {
  local verb=$1 lab=$2 readme status=0
  local deck=${lab%/*/*}/slides/${lab##*/}.md
  local readmes=("$lab"/README*.md "${lab%/*/*}"/README*.md "${lab%/*/*}"/slides/??-*.md)
  local ladders="^<!-- demo( ${lab##*/})? --ladder -->\$"
  NORMALISE=$SCRIPTS/player/normalise
  # The demo of a deck without a lab is in slides/ too, and has no README.
  [[ -f $lab/README.md || $lab == */slides/* ]] || complain "$lab" "has no README.md" || status=1
  for readme in "$lab"/README*.md "$deck"; do
    [[ ! -f $readme ]] || code_main "$verb" "$readme" "$lab" || status=1
  done
  for WITH in '' ' --ladder'; do
    [[ ! $WITH ]] || grep -qE "$ladders" "$lab"/README*.md "$deck" 2>/dev/null ||
      grep -qx "<!-- demo ${lab##*/} --ladder -->" "${readmes[@]}" 2>/dev/null || continue
    play_transcript "$lab" || return
    for readme in "${readmes[@]}"; do
      [[ -f $readme ]] || continue
      find_quotes "$readme" "$lab" || status=1
      "$verb"_quotes "$readme" || status=1
      [[ $WITH || $readme != "$lab"/* ]] || ((${#QUOTE[@]} > 0)) || grep -qE "$ladders" "$readme" ||
        complain "$readme" 'quotes nothing: no ```console block below a line <!-- demo -->' ||
        status=1
    done
  done
  return "$status"
}

# Sets LINES to the lines of the transcript, and MASKED and TRANSCRIPT to what is the same each time.
# The slides are built again and again, from one run: LABS_DEMO_TRANSCRIPTS is the folder of its files.
play_transcript() {
  local played=${LABS_DEMO_TRANSCRIPTS-}/${1##*/}/transcript${WITH/ --/-}
  # shellcheck disable=SC2086  # an option, or none
  TRANSCRIPT=$(cat "$played" 2>/dev/null || "$SCRIPTS/demo" --transcript $WITH "$1") || {
    printf '%s\n' "$TRANSCRIPT" >&2
    complain "$1/demo.sh" "the demo itself fails, so there is nothing to compare with" || return
  }
  mapfile -t LINES <<<"$TRANSCRIPT"
  TRANSCRIPT=$("$NORMALISE" <<<"$TRANSCRIPT")
  mapfile -t MASKED <<<"$TRANSCRIPT"
}

# find_quotes FILE LAB_DIR - sets README to the file's lines, QUOTE to the texts of its quotes, and
# FIRST and COUNT to where each one stands in README.
find_quotes() {
  local file=$1 lab=${2##*/} marker block line first count text status=0
  marker="demo $lab$WITH"
  [[ $file != "$2"/* && $file != */slides/"$lab.md" ]] || marker="demo( $lab)?$WITH"
  find_blocks "$file" "$marker" console || status=1
  QUOTE=() FIRST=() COUNT=()
  for block in "${BLOCKS[@]}"; do
    read -r line first count _ <<<"$block"
    ((count > 0)) || complain "$file:$line" 'an empty quote' || { status=1 && continue; }
    printf -v text '%s\n' "${README[@]:first:count}"
    QUOTE+=("$("$NORMALISE" <<<"${text%$'\n'}")")
    FIRST+=("$first")
    COUNT+=("$count")
  done
  return "$status"
}

is_true() { [[ $'\n'$TRANSCRIPT$'\n' == *$'\n'"$1"$'\n'* ]]; }

# --- Checking ------------------------------------------------------------------------------------

check_quotes() {
  local file=$1 i status=0
  for i in "${!QUOTE[@]}"; do
    is_true "${QUOTE[i]}" && continue
    complain "$file:$((FIRST[i] + 1))" 'the demo does not print this (ports, times, pids masked)' ||
      status=1
    show_difference "${QUOTE[i]}" >&2
  done
  ((status == 0)) ||
    echo "demo: to bring it up to date: scripts/demo --refresh ${LAB#"$PWD/"}" >&2
  return "$status"
}

# The quote against the part of the transcript that has most lines in common with it.
show_difference() {
  local quote at best=0 same most=-1 i
  mapfile -t quote <<<"$1"
  for ((at = 0; at < ${#MASKED[@]}; at++)); do
    same=0
    for i in "${!quote[@]}"; do
      [[ ${quote[i]} != "${MASKED[at + i]-}" ]] || ((++same))
    done
    ((same <= most)) || most=$same best=$at
  done
  diff -u --label README --label demo <(printf '%s\n' "${quote[@]}") \
    <(printf '%s\n' "${MASKED[@]:best:${#quote[@]}}") || true
}

# --- Refreshing ----------------------------------------------------------------------------------

# Rewrites, from the last to the first so that line numbers stay true, every quote that is not true:
# from where the transcript has its first line to where it next has its last line.
refresh_quotes() {
  local file=$1 i status=0 changed=no from to
  for ((i = ${#QUOTE[@]} - 1; i >= 0; i--)); do
    if is_true "${QUOTE[i]}"; then continue; fi
    if find_part "${QUOTE[i]%%$'\n'*}" "${QUOTE[i]##*$'\n'}"; then
      replace_block "${FIRST[i]}" "${COUNT[i]}" "${LINES[@]:from:to-from+1}"
      changed=yes
      echo "$file:$((FIRST[i] + 1)): refreshed"
    else
      complain "$file:$((FIRST[i] + 1))" \
        'nothing in the demo goes from this first to this last line' || status=1
    fi
  done
  [[ $changed == no ]] || printf '%s\n' "${README[@]}" >"$file"
  return "$status"
}

# find_part FIRST_LINE LAST_LINE - sets from and to, which are the caller's.
find_part() {
  for ((from = 0; from < ${#MASKED[@]}; from++)); do
    [[ ${MASKED[from]} == "$1" ]] || continue
    for ((to = from; to < ${#MASKED[@]}; to++)); do
      if [[ ${MASKED[to]} == "$2" ]]; then return 0; fi
    done
  done
  return 1
}
