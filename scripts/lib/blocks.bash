# shellcheck shell=bash
# blocks.bash - a marker and the block below it: how READMEs and slides show what something else prints or
# contains. `scripts/demo --check` compares those of demos and of code, scripts/test.d/reports those of checks.

# Always false, so that `|| status=1` follows.
complain() {
  printf '%s: %s\n' "$1" "$2" >&2
  return 1
}

# find_blocks FILE MARKER LANGUAGE - sets README to the lines of FILE, and BLOCKS to `LINE FIRST COUNT TEXT` for
# each ```LANGUAGE block below a line <!-- TEXT --> that matches the ERE MARKER: the marker's line, counted
# from 1, and where in README the block begins and how long it is. Complains of a marker without its block.
find_blocks() {
  local file=$1 marker="^<!-- ($2) -->\$" start='```'$3 i first marked=0 text='' status=0
  mapfile -t README <"$file"
  BLOCKS=()
  for ((i = 0; i < ${#README[@]}; i++)); do
    if [[ ${README[i]} =~ $marker ]]; then
      ((marked == 0)) || no_block || status=1
      marked=$((i + 1)) text=${BASH_REMATCH[1]}
    elif ((marked > 0)) && [[ ${README[i]} == "$start" ]]; then
      first=$((i + 1))
      while ((++i < ${#README[@]})) && [[ ${README[i]} != '```' ]]; do :; done
      if ((i < ${#README[@]})); then
        BLOCKS+=("$marked $first $((i - first)) $text")
      else
        complain "$file:$marked" 'the quote that begins here has no end' || status=1
      fi
      marked=0
    elif ((marked > 0)) && [[ ${README[i]} ]]; then
      no_block || status=1
      marked=0
    fi
  done
  ((marked == 0)) || no_block || status=1
  return "$status"
}

no_block() { complain "$file:$marked" "no $start block follows this marker"; }

# replace_block FIRST COUNT LINE... - puts these lines in the place of so many in README. From the last
# block to the first, so that the places of the others stay true.
replace_block() { README=("${README[@]:0:$1}" "${@:3}" "${README[@]:$1+$2}"); }
