# shellcheck shell=bash
# programs.bash - points of the form: the lab's C files. Sourced by form.

PROGRAM_LINES=120 UNIT_LINES=200 MAIN_LINES=35 FUNCTION_LINES=40

point_lengths() {
  local file lines limit kind
  while read -r file; do
    kind=unit limit=$UNIT_LINES
    ! grep -qE '^int main\(' "$file" || kind=program limit=$PROGRAM_LINES
    [[ $file != labs/01-tcp-echo/server.c ]] || limit=100
    lines=$(wc -l <"$file")
    ((lines <= limit)) || fault "$file:$limit" "this $kind has $lines lines, and may have $limit"
    long_functions "$file"
  done < <(c_files)
}

# A function begins at the line in column 1 before a lone {, and ends at a lone }. The layout is
# clang-format's, so that is enough.
long_functions() {
  awk -v file="$1" -v main="$MAIN_LINES" -v other="$FUNCTION_LINES" '
    /^[a-z].*\(/ && !/;$/ { start = NR; name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
    /^}$/ && start {
      lines = NR - start + 1; limit = name == "main" ? main : other
      if (lines > limit) print file ":" start ":" name " has " lines " lines, and may have " limit
      start = 0
    }' "$1" | while IFS=: read -r file line text; do fault "$file:$line" "$text"; done
}

# header_field KEY FILE - prints what the header at the top of a program says under that key, a line each.
header_field() {
  awk -v want="$1:" '
    /\*\// && NR > 1 { exit }
    / \* [A-Z][a-z ]*: / { key = $0; sub(/^ \* /, "", key); sub(/: .*/, ":", key); sub(/^ \* [A-Z][a-z ]*: +/, "") }
    /^ \*  / { sub(/^ \* +/, "") }
    /^ \*$/ { key = "" }
    key == want { print }' "$2"
}

point_headers() {
  local file key base
  while read -r file; do
    base=${file##*/}
    [[ $(head -n 1 "$file") == "/* $base - "* ]] || fault "$file:1" "must begin with '/* $base - ' and what it is"
  done < <(c_files)
  while read -r file; do
    [[ $(head -n 1 "$file") == "/* ${file##*/} - lab $NUMBER: "* ]] ||
      fault "$file:1" "must begin with '/* ${file##*/} - lab $NUMBER: ' and what it is"
    for key in Shows 'Run this' 'See this' Try; do
      [[ -n $(header_field "$key" "$file") ]] || fault "$file:1" "its header has no '$key:'"
    done
  done < <(programs)
}

# uses PROGRAM - prints each line of README, demo, tests, headers and exercise that names the program.
uses() {
  grep -hE "(^|[^a-z_/])(\./)?$1\b" "$LAB"/README.md "$LAB"/demo.sh "$LAB"/*.bats "$LAB"/exercise/*.{md,bats} 2>/dev/null || true
  local file
  while read -r file; do
    header_field 'Run this' "$file"
    header_field Try "$file"
  done < <(programs)
}

point_options() {
  local file program help letter known used i
  make -s -C "$LAB" >/dev/null 2>&1 || {
    fault "$LAB/Makefile:1" "make fails: cd $LAB && make shows why"
    return 0
  }
  while read -r file; do
    program=${file%.c}
    [[ -x $program ]] || {
      fault "$LAB/Makefile:1" "make does not build $program"
      continue
    }
    help=$("$program" -h 2>&1) || fault "$file:1" "-h must print the help and exit with 0"
    known=$(grep -oE '^ +-[a-zA-Z0-9]\b' <<<"$help" | tr -d ' -' | tr -d '\n')
    used=$(uses "${program##*/}")
    for ((i = 0; i < ${#known}; i++)); do
      letter=${known:i:1}
      [[ $letter == h ]] || grep -qE "(^|[^a-zA-Z0-9-])-[a-zA-Z0-9]*$letter" <<<"$used" ||
        fault "$file:$(first_line "^ *\".* +-$letter\b" "$file")" "-$letter is used in no README, demo, test, header or exercise"
    done
    while read -r letter; do
      [[ $known == *"$letter"* ]] ||
        fault "$file:1" "its help does not know -$letter, which is used with it in the README, the demo or a header"
    done < <(grep -oE "\./${program##*/}( -[a-zA-Z0-9]+( [^-|&;\`)\"' ]+)?)*" <<<"$used" | grep -oE ' -[a-zA-Z]+' |
      tr -d ' -' | fold -w 1 | sort -u)
  done < <(programs)
}
