# shellcheck shell=bash disable=SC2154 # look_at_lab sets these variables
# names.bash - points of the form about a lab's title, number and port. A copy of another lab would still
# have the other's.

form_title() {
  local other others=''
  grep -qE "^# Lab $number: ." <(head -n 1 "$dir/README.md") ||
    fault "$dir/README.md:1" "must be '# Lab $number: ' and the title"
  grep -qxF "title \"Lab $number: $title\"" "$dir/demo.sh" ||
    fault "$(line_of '^title ' "$dir/demo.sh")" "must be: title \"Lab $number: $title\", as in the README"
  while IFS= read -r other; do
    [[ ${other##*/} != "$lab" ]] || continue
    [[ ${other##*/} != "$number"-* ]] || fault "$dir" "has the number of $(lab_path "$other"): take another"
    others+=$(lab_title "$other")$'\n'
  done < <(labs_all)
  # A title may be a term too, SO_REUSEADDR for example, so we look for it in the first lines only.
  awk -v title="$title" '
    FILENAME == "-" { if ($0 != "") others[$0]; next }
    FNR > 2 { nextfile }
    {
      for (other in others) {
        rest = " " $0 " "
        while (at = index(rest, other)) {
          if (substr(rest, at - 1, 1) substr(rest, at + length(other), 1) !~ /[[:alnum:]_]/) {
            printf "%s:%d: \047%s\047 is another lab\047s title; this one is called %s\n", FILENAME, FNR, other, title
            break
          }
          rest = " " substr(rest, at + 1)
        }
      }
    }' - "${own[@]}" <<<"${others%$'\n'}"
}

# A text may speak of any lab ("lab 08 changes that"), and so may a command if its line names that lab.
form_number() {
  awk -v number="$number" -f scripts/test.d/form.d/number.awk "${own[@]}"
}

# Ports 5001 to 5019 belong to labs 01 to 19.
form_port() {
  local port=50$number file text mine='' files=()
  for file in "${own[@]}"; do
    [[ $file == tests/unit/* ]] || files+=("$file") # in unit tests ports are only data
  done
  awk -v port="$port" -v number="$number" -f scripts/test.d/form.d/port.awk "${files[@]}"
  # A program that takes a port must have a default port, and the README or the demo must show it.
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
