# shellcheck shell=bash disable=SC2034,SC2154 # the other parts read what look_at_lab sets; form sets dir and lab
# lab.bash - what the points of the form have in common: the lab's files, and how a fault is printed.
# Every path begins at the root of the course.

# fault FILE[:LINE] TEXT - prints a fault. The default LINE is the first.
fault() {
  [[ $1 == *:* ]] || set -- "$1:1" "$2"
  printf '%s: %s\n' "$1" "$2"
}

# line_of REGEX FILE - prints FILE:LINE of the first line that matches, or FILE:1 if none does.
line_of() {
  local number
  number=$(grep -nm1 -E -- "$1" "$2" 2>/dev/null) || number=1
  echo "$2:${number%%:*}"
}

# look_at_lab - sets the variables that the points use:
#   number title     04, "Message delimiters"
#   own              its text files in labs/ and tests/, but not a student's work in exercise/
#   sources          its C files and headers
#   programs         the C files with a main, without their .c
look_at_lab() {
  local file
  number=$(lab_number "$dir")
  title=$(lab_title "$dir")
  mapfile -t own < <(find "$dir" tests/*/"$lab" "tests/demands/$lab.md" tests/unit/"test_${number}_"* "slides/$lab.md" -type f \
    -regex '.*\(\.[ch]\|\.md\|\.sh\|\.bash\|\.bats\|\.patch\|/Makefile\)' 2>/dev/null |
    grep -v "^$dir/exercise/[^/]*\.c\$" | sort)
  sources=() programs=()
  for file in "${own[@]}"; do
    [[ $file == "$dir"/*.[ch] && $file != "$dir"/exercise/* ]] || continue
    sources+=("$file")
    ! grep -q '^int main(' "$file" || programs+=("${file%.c}")
  done
}

# section HEADING FILE - prints the lines of a section, each after its number: "12:text".
section() {
  awk -v heading="## $1" '
    /^## / { inside = ($0 == heading); next }
    inside { print FNR ":" $0 }' "$2" 2>/dev/null
}
