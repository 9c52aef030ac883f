# shellcheck shell=bash disable=SC2154 # look_at_lab sets these variables
# programs.bash - points of the form about the C files: headers, what the headers promise, options, lengths.

form_headers() {
  local file
  for file in "${sources[@]}"; do
    awk -v name="${file##*/}" -v number="$number" \
      -v program="$([[ " ${programs[*]} " == *" ${file%.c} "* ]] && echo yes)" \
      -f scripts/test.d/form.d/header.awk "$file"
  done
}

# build - builds the lab. Prints a fault for each program that make does not build, and for any output.
build() {
  local program words
  words=$(make -s -C "$dir" 2>&1 | tail -n 1)
  [[ -z $words ]] || fault "$dir/Makefile" "the lab does not build without a word: $words"
  for program in "${programs[@]}"; do
    [[ -x $program ]] || fault "$dir/Makefile" "$program does not get built"
  done
}

# This runs the headers' commands in a copy of the lab's folder, next to links to everything around it. A
# program may leave a file, a socket for example, and other tests run at the same time.
form_header-runs() {
  local file program place
  build
  mkdir -p .build
  place=$(mktemp -d .build/form.XXXXXX) || return # not in /tmp: a box has a temporary folder of its own
  mkdir "$place/labs"
  ln -s "$PWD/scripts" "$PWD/common" "$place"
  for file in labs/*; do
    [[ $file == "$dir" ]] || ln -s "$PWD/$file" "$place/labs"
  done
  cp -R "$dir" "$place/labs"
  for program in "${programs[@]}"; do
    [[ -x $program ]] || continue
    scripts/netbox -- bash scripts/test.d/form.d/try-header "$program.c" "$place/$dir" </dev/null 2>&1 || true
  done
  rm -rf "$place"
}

# uses - prints the lines in which the lab's options are used, FILE:LINE:TEXT.
uses() {
  grep -nHE '' "$dir"/*.md "$dir"/*/*.md "$dir"/*.sh "$dir"/*.bash "$dir"/*.bats "$dir"/*/*.bats 2>/dev/null
  for program in "${programs[@]}"; do
    awk '{ print FILENAME ":" FNR ":" $0 } /^ \*\// { exit }' "$program.c"
  done
}

form_options() {
  local program lines help
  build >/dev/null # the point `header-runs` reports what does not build
  lines=$(uses)
  for program in "${programs[@]}"; do
    [[ -x $program ]] || continue
    help=$(timeout -k 1 5 "$program" -h 2>&1 </dev/null) ||
      fault "$program.c" "-h must print the help, and exit with status 0"
    awk -v program="${program##*/}" -v source="$program.c" -f scripts/test.d/form.d/options.awk \
      <(printf '%s\n' "$help") <(printf '%s\n' "$lines")
  done
}

form_lengths() {
  local file most lines what
  for file in "${sources[@]}"; do
    most=200 what="a part of a program"
    [[ " ${programs[*]} " != *" ${file%.c} "* ]] || most=120 what="a program"
    # The course's first server shows every call, so it should be short enough to read in one go.
    [[ $file != labs/01-*/server.c ]] || most=100 what="lab 01's server"
    lines=$(wc -l <"$file")
    ((lines <= most)) ||
      fault "$file:$most" "has $lines lines, and $what may have $most: move a pure part into a unit, or drop an option"
    awk -f scripts/test.d/form.d/lengths.awk "$file"
  done
}
