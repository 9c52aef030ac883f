# shellcheck shell=bash disable=SC2154 # look_at_lab sets what is not set here
# names.bash - whatever a copy of another lab would still have of that one: title, number, port.

form_title() {
  local other file line
  grep -qE "^# Lab $number: ." <(head -n 1 "$dir/README.md") ||
    fault "$dir/README.md:1" "must be '# Lab $number: ' and the title"
  grep -qxF "title \"Lab $number: $title\"" "$dir/demo.sh" ||
    fault "$(line_of '^title ' "$dir/demo.sh")" "must be: title \"Lab $number: $title\", as in the README"
  grep -qE "^$lab .*  ${title//[^[:alnum:]]/.}\$" <<<"$(scripts/lab list)" ||
    fault "$dir/README.md:1" "'scripts/lab list' shows another title than $title"
  while IFS= read -r other; do
    [[ ${other##*/} != "$lab" ]] || continue
    [[ ${other##*/} != "$number"-* ]] || fault "$dir" "has the number of $(lab_path "$other"): take another"
    other=$(lab_title "$other")
    # A word that is a title and a term as well, SO_REUSEADDR, is at home anywhere but in a heading.
    grep -nHwF -- "$other" "${own[@]}" | awk -F: '$2 <= 3' | while IFS=: read -r file line _; do
      fault "$file:$line" "'$other' is another lab's title; this one is called $title"
    done
  done < <(labs_all)
}

# Running text may speak of any lab ("lab 08 changes that"); so may a command, in a line that says so.
form_number() {
  awk -v number="$number" -f scripts/test.d/form.d/number.awk "${own[@]}"
}

# Ports 5001 to 5019 belong to labs 01 to 19.
form_port() {
  local port=50$number file text mine='' files=()
  for file in "${own[@]}"; do
    [[ $file == tests/unit/* ]] || files+=("$file") # there, ports are data
  done
  awk -v port="$port" -v number="$number" -f scripts/test.d/form.d/port.awk "${files[@]}"
  # Whatever takes a port has a default, and the guide or the demo shows it.
  for file in "${sources[@]}" "$dir"/exercise/starter/*.c; do
    text=$(grep -nm1 -F -e '[-p PORT]' "$file") || continue
    mine=yes
    [[ $file != */exercise/* ]] || grep -qw "$port" "$file" ||
      fault "$file:${text%%:*}" "the exercise's default port must be $port"
  done
  [[ -z $mine ]] || grep -qw "$port" "${sources[@]}" ||
    fault "$dir" "no program has $port, the lab's port, as its default"
  [[ -z $mine ]] || grep -qw "$port" "$dir/README.md" "$dir/demo.sh" ||
    fault "$dir/README.md" "neither the README nor the demo shows port $port"
}
