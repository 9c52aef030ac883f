# shellcheck shell=bash
# words.bash - points of the form: the names that a lab goes by. Sourced by form.

point_title() {
  local readme=$LAB/README.md line
  [[ -f $readme ]] || return 0
  [[ $(sed -n 1p "$readme") == "# Lab $NUMBER: "?* ]] || fault "$readme:1" "must be '# Lab $NUMBER: Title'"
  [[ $(sed -n 3p "$readme") =~ ^\*\*.*\?\*\*$ ]] || fault "$readme:3" "must be the lab's question, **in bold?**"
  for line in 'You will see: ' 'You will write: '; do
    grep -q "^$line." "$readme" || fault "$readme:1" "has no line '$line...', from which the table of labs is made"
  done
  [[ ! -f $LAB/demo.sh ]] || grep -qxF "title \"Lab $NUMBER: $TITLE\"" "$LAB/demo.sh" ||
    fault "$LAB/demo.sh:$(first_line '^title ' "$LAB/demo.sh")" "must be: title \"Lab $NUMBER: $TITLE\""
  grep -qxF "$(scripts/test.d/table "$NAME")" README.md ||
    fault "README.md:$(first_line "\[$NAME\]" README.md)" "the table of labs is out of date: scripts/test.d/table --refresh"
}

# first_line REGEX FILE - prints the number of the first line that matches, or 1.
first_line() {
  local at
  at=$(grep -nE -m1 "$1" "$2" | cut -d: -f1)
  echo "${at:-1}"
}

# Where a lab speaks of itself it must not name another: a copied lab does. It may well refer to others
# ("lab 08 changes that", "README of lab 01").
point_own_names() {
  local files dir other
  mapfile -t files < <(lab_files)
  ((${#files[@]})) || return 0
  # A name at the top of a C file, of a demo, a check.
  grep -nHE "^(/\*|#|//) .*\b[Ll]ab [0-9]{2}\b" "${files[@]}" | grep -E ':[1-3]:' | grep -vE "\b[Ll]ab $NUMBER\b" |
    faults "names another lab as its own; this is lab $NUMBER" || true
  # What to type.
  grep -nHE 'scripts/lab (check|hint|reset|watch|answers) [0-9]{2}\b' "${files[@]}" |
    grep -vE "scripts/lab (check|hint|reset|watch|answers) $NUMBER\b" | faults "is a command for another lab; this is lab $NUMBER" || true
  grep -nHE "cd labs/[0-9]{2}-" "${files[@]}" | grep -vF "cd labs/$NAME" | faults "is another lab's folder; this is labs/$NAME" || true
  # Ports: 5001 to 5016 belong to the labs.
  grep -nHE '(^|[^0-9.])50(0[1-9]|1[0-6])($|[^0-9.])' "${files[@]}" | grep -vE "(^|[^0-9.])$PORT($|[^0-9.])" |
    faults "is another lab's port; this lab's is $PORT, and 51$NUMBER, 52$NUMBER ... are free" || true
  for dir in labs/[0-9]*/; do
    other=$(lab_title "${dir%/}")
    [[ $dir == "$LAB/" ]] || {
      [[ $other != "$TITLE" ]] || fault "$LAB/README.md:1" "$dir has the same title, '$TITLE'"
      grep -nHF "$other" "${files[@]}" | grep -F "Lab $NUMBER: $other" | faults "is the title of $dir" || true
    }
    [[ $dir == "$LAB/" || $dir != labs/"$NUMBER"-* ]] || fault "$LAB" "has the same number as $dir"
  done
}
