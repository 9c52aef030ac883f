# shellcheck shell=bash
# report.bash - counts what became of the mutants, and compares with the list of those that are argued. Sourced by
# mutate.
# shellcheck disable=SC2154,SC2034 # mutate sets them, and reads others

# entries - prints those of the list: RULE: OLD TEXT => NEW TEXT, in that of programs with the file's name before it.
entries() {
  grep -E "^$entry_form" "$list" || true
}

# entry_of NAME RULE OLD NEW - sets $entry, and is true if the list has it. Notes that the entry was found.
entry_of() {
  entry="${programs:+$1 }$2: $3 => $4"
  [[ -v entries[$entry] ]] || return 1
  entries[$entry]=$((entries[$entry] + 1))
}

read_entries() {
  local entry
  while IFS= read -r entry; do entries[$entry]=0; done < <(entries)
}

# change_of HERE - sets $old and $new.
change_of() {
  { IFS= read -r old && IFS= read -r new; } <"$1/change" || true
}

show() { # [WORD] - what `at` and `change_of` have set
  printf '  %s:%s  %s%s\n    - %s\n    + %s\n' "$dir/$name" "$line" "$rule" "${1:+, $1}" "$old" "$new"
}

# reasonless - tells the entries below which no reason stands.
reasonless() {
  local entry
  entry=$(awk -v form="^$entry_form" '$0 ~ form { entry = $0; next } /^ / { entry = "" } !/^ / && entry { exit }
    END { print entry }' "$list")
  [[ -n $entry ]] || return 0
  failed=1
  printf '%s: no reason stands below:\n  %s\n' "$list" "$entry"
}

# report - counts, and shows what is wrong.
report() {
  local place name rule line column here word old new entry score counted
  local made=0 broken=0 same=0 killed=0 argued=0 left=0 unjudged=0
  local -A entries=() alive=()
  read_entries
  : >"$work/shown"
  while IFS= read -r place; do
    at "$place"
    read -r _ _ _ _ word _ <<<"$place"
    [[ $word != none ]] || continue
    change_of "$here"
    made=$((made + 1))
    case $word in
      broken) broken=$((broken + 1)) ;;
      same) same=$((same + 1)) ;;
      killed)
        killed=$((killed + 1))
        entry_of "$name" "$rule" "$old" "$new" || true
        ;;
      survived)
        if entry_of "$name" "$rule" "$old" "$new"; then
          argued=$((argued + 1)) alive[$entry]=1
        else
          left=$((left + 1))
          show >>"$work/shown"
        fi
        ;;
      *)
        unjudged=$((unjudged + 1))
        show 'not graded' >>"$work/shown"
        ;;
    esac
  done <"$work/verdicts"
  counted=$((killed + argued + left + unjudged))
  score=$((counted ? 1000 * (killed + argued) / counted : 1000))
  printf '%-22s made %d, did not compile %d, same code %d, killed %d, argued %d, survivors %d' \
    "$lab" "$made" "$broken" "$same" "$killed" "$argued" "$left"
  ((unjudged == 0)) || printf ', not graded %d' "$unjudged"
  printf ': %d.%d %%\n' $((score / 10)) $((score % 10))
  cat "$work/shown"
  ((left + unjudged == 0)) || failed=1
  [[ -z $sample ]] || return 0
  reasonless
  for entry in "${!entries[@]}"; do
    if ((entries[$entry] == 0)); then
      failed=1
      printf '  %s: no mutant is like this:\n    %s\n' "$list" "$entry"
    elif [[ ! -v alive[$entry] ]]; then
      failed=1
      printf '  %s: the check notices this one:\n    %s\n' "$list" "$entry"
    fi
  done
}

# find_entries - like report, but only whether each entry is about a mutant.
find_entries() {
  local place name rule line column here old new entry
  local -A entries=()
  read_entries
  while IFS= read -r place; do
    at "$place"
    [[ -s $here/change ]] || continue
    change_of "$here"
    entry_of "$name" "$rule" "$old" "$new" || true
  done <"$work/chosen"
  reasonless
  for entry in "${!entries[@]}"; do
    ((entries[$entry] == 0)) || continue
    failed=1
    printf '%s: no mutant is like this:\n  %s\n' "$list" "$entry"
  done
  printf '%-22s %d entries\n' "$lab" "${#entries[@]}"
}

# show_all - what the mutants are.
show_all() {
  local place name rule line column here old new
  while IFS= read -r place; do
    at "$place"
    [[ -s $here/change ]] || continue
    change_of "$here"
    show
  done <"$work/chosen"
}
