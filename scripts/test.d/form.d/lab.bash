# shellcheck shell=bash disable=SC2034,SC2154 # the other parts read what look_at_lab sets; form sets dir and lab
# lab.bash - what the points of the form have in common: the lab's files, and how a fault is told.
# Every path is one from the root of the course.

# fault FILE[:LINE] TEXT - prints it; without a LINE it is the first.
fault() {
  [[ $1 == *:* ]] || set -- "$1:1" "$2"
  printf '%s: %s\n' "$1" "$2"
}

# line_of REGEX FILE - prints FILE:LINE of the first line that matches, or of the first line.
line_of() {
  local number
  number=$(grep -nm1 -E -- "$1" "$2" 2>/dev/null) || number=1
  echo "$2:${number%%:*}"
}

# look_at_lab - sets what the points look at:
#   number title     04, "Message delimiters"
#   own              its text files, in labs/ and in tests/; not a student's work in exercise/
#   sources          its C files and headers; `programs` are those with a main, without their .c
look_at_lab() {
  local file
  number=$(lab_number "$dir")
  title=$(lab_title "$dir")
  mapfile -t own < <(find "$dir" tests/*/"$lab" tests/unit/"test_${number}_"* "slides/$lab.md" -type f \
    -regex '.*\(\.[ch]\|\.md\|\.sh\|\.bash\|\.bats\|\.patch\|/Makefile\)' 2>/dev/null |
    grep -v "^$dir/exercise/[^/]*\.c\$" | sort)
  sources=() programs=()
  for file in "${own[@]}"; do
    [[ $file == "$dir"/*.[ch] && $file != "$dir"/exercise/* ]] || continue
    sources+=("$file")
    ! grep -q '^int main(' "$file" || programs+=("${file%.c}")
  done
}

# section HEADING FILE - prints the lines of a section, each with its number before it: "12:text".
section() {
  awk -v heading="## $1" '
    /^## / { inside = ($0 == heading); next }
    inside { print FNR ":" $0 }' "$2" 2>/dev/null
}
