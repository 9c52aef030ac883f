# shellcheck shell=bash
# files.bash - points of the form: which files a lab has, and what is counted in them. Sourced by form.

point_files() {
  local file
  for file in README.md Makefile demo.sh demo.bats exercise/grade.bats exercise/hints.md exercise/answers.md; do
    [[ -s $LAB/$file ]] || fault "$LAB/$file" "is not there, or empty"
  done
  (($(lab_starters | wc -l) == 1)) ||
    fault "$LAB/exercise/starter" "must hold exactly one .c file, the one that a student begins with"
  # What a student never gets is not in a handout.
  if [[ -d tests ]]; then
    while read -r file; do
      [[ -s tests/solutions/$NAME/${file##*/} ]] ||
        fault "tests/solutions/$NAME/${file##*/}" "is not there: the model solution has the starter's name"
    done < <(lab_starters)
  fi
  [[ ! -d slides || -s slides/$NAME.md ]] || fault "slides/$NAME.md" "is not there: each lab has a deck"
  lab_files | xargs -r grep -nHE '\bTODO\b' | faults "is still to be done" || true
}

# lab_files - prints the names of the lab's own files, without what was built or written by a student.
lab_files() {
  git ls-files --cached --others --exclude-standard -- "$LAB" "tests/*/$NAME" "slides/$NAME.md" 2>/dev/null |
    grep -vE "^$LAB/exercise/[^/]*\.c$" | sort -u | while read -r file; do [[ ! -f $file ]] || echo "$file"; done
}

lab_starters() {
  local file
  for file in "$LAB"/exercise/starter/*.c; do [[ ! -f $file ]] || echo "$file"; done
}

# c_files - prints the lab's C files and headers; programs - those with a main that a student runs.
c_files() { lab_files | grep -E "^$LAB/.*\.[ch]$" | grep -v /exercise/ || true; }
programs() { c_files | xargs -r grep -lE '^int main\(' || true; }

point_ten_points() {
  local grade=$LAB/exercise/grade.bats
  [[ -f $grade ]] || return 0
  awk -v file="$grade" '
    /^# bats test_tags=/ {
      tags = $0
      if (!match($0, /id:[a-z0-9-]+/)) print file ":" NR ":a test without an id"
      else { id = substr($0, RSTART, RLENGTH); if (seen[id]++) print file ":" NR ":" id " is there twice" }
      if (match($0, /points:[0-9]+/)) sum += substr($0, RSTART + 7, RLENGTH - 7)
      else print file ":" NR ":a test without points"
    }
    /^@test / { if (tags == "") print file ":" NR ":a test without tags: # bats test_tags=id:...,points:..."; tags = "" }
    END { if (sum != 10) print file ":1:its points are " sum + 0 ", not ten in all" }' "$grade" |
    while IFS=: read -r file line text; do fault "$file:$line" "$text"; done
}

point_hints() {
  local hints=$LAB/exercise/hints.md answers=$LAB/exercise/answers.md part asked answered
  [[ ! -f $hints ]] || [[ $(grep -oE '^## Hint [0-9]+' "$hints" | xargs) == '## Hint 1 ## Hint 2 ## Hint 3' ]] ||
    fault "$hints:1" "must have three hints, ## Hint 1 to ## Hint 3"
  [[ -f $answers && -f $LAB/README.md ]] || return 0
  for part in Predict 'Check yourself'; do
    asked=$(numbered "$part" "$LAB/README.md")
    answered=$(numbered "$part" "$answers")
    ((asked > 0)) || fault "$LAB/README.md:1" "has no numbered questions under '## $part'"
    ((asked == answered)) ||
      fault "$answers:1" "has $answered answers under '## $part', but the README asks $asked questions"
  done
}

# numbered HEADING FILE - prints how many numbered items stand below the heading.
numbered() {
  awk -v want="## $1" '/^## / { inside = $0 == want } inside && /^[0-9]+\. / { n++ } END { print n + 0 }' "$2"
}

point_mutants() {
  [[ -d tests ]] || return 0
  local patch key count=0 line id ids
  ids=" $(grep -oE 'id:[a-z0-9-]+' "$LAB/exercise/grade.bats" 2>/dev/null | cut -d: -f2 | xargs) "
  for patch in tests/mutants/"$NAME"/*.patch; do
    [[ -f $patch ]] || continue
    count=$((count + 1))
    for key in Mutant Loses Says; do
      grep -q "^$key: " "$patch" || fault "$patch:1" "its header has no line '$key: '"
    done
    while read -r id; do
      [[ $ids == *" $id "* ]] || fault "$patch:$(first_line '^Loses: ' "$patch")" "there is no test '$id' to lose"
    done < <(sed -n 's/^Loses: //p' "$patch" | tr ' ' '\n')
    while IFS=: read -r line id; do
      grep -qE "^Loses: (.* )?$id( |\$)" "$patch" || fault "$patch:$line" "says a message of '$id', which it does not lose"
    done < <(sed -nE '/^Says: /{=;s/^Says: ([^:]*):.*/\1/p}' "$patch" | paste -d: - -)
  done
  ((count >= 8)) || fault "tests/mutants/$NAME" "has $count wrong programs, and must have at least eight"
}
