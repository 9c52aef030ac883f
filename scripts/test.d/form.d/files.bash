# shellcheck shell=bash disable=SC2154 # look_at_lab sets these variables
# files.bash - points of the form about the files of a lab, its guide and its deck.

form_todo() {
  grep -nwH TODO "${own[@]}" | while IFS=: read -r file line text; do
    text=${text#*TODO}
    fault "$file:$line" "still to do:${text#:}"
  done
}

form_files() {
  local file starters solutions
  for file in README.md Makefile demo.sh demo.bats exercise/{grade.bats,hints.md,answers.md}; do
    [[ -s $dir/$file ]] || fault "$dir/$file" "is not there, or empty: write it"
  done
  mapfile -t starters < <(find "$dir/exercise/starter" -name '*.c' 2>/dev/null)
  ((${#starters[@]} == 1)) ||
    fault "$dir/exercise/starter" "holds ${#starters[@]} C files; there must be one, from which students start"
  # If the course has slides, each lab must have a deck.
  [[ ! -d slides || -s slides/$lab.md ]] || fault "slides/$lab.md" "is not there: write the lab's deck; slides/README.md, 'Add a deck', says how"
  [[ ! -s slides/$lab.md ]] || grep -qF -- "$title" "slides/$lab.md" ||
    fault "slides/$lab.md" "does not have the lab's title, $title"
  [[ -d tests ]] || return 0 # a handout has no tests/
  mapfile -t solutions < <(find "tests/solutions/$lab" -name '*.c' 2>/dev/null)
  ((${#solutions[@]} == 1)) ||
    fault "tests/solutions/$lab" "holds ${#solutions[@]} C files; there must be one, the model solution"
  ((${#starters[@]} == 0 || ${#solutions[@]} == 0)) || [[ ${starters[0]##*/} == "${solutions[0]##*/}" ]] ||
    fault "${solutions[0]}" "has another name than the starter, ${starters[0]##*/}: give it that name"
}

form_guide() {
  local heading file line predictions asked
  for heading in 'The idea' 'Run it' Predict Observe Why Exercise 'Check yourself' 'Further reading'; do
    grep -qx "## $heading" "$dir/README.md" ||
      fault "$dir/README.md" "has no section '## $heading': write it"
  done
  predictions=$(section Predict "$dir/README.md" | grep -cE '^[0-9]+:[0-9]+\. ') || true
  asked=$(grep -cE '^ *predict ' "$dir/demo.sh") || true
  ((asked >= predictions)) ||
    fault "$dir/demo.sh" "asks for $asked predictions, the README for $predictions: let the demo show each of them"
  # A check says: README, "Zero is the end".
  grep -nHoE 'README, "[^"]+"' "$dir"/*.c "$dir"/*.bats "$dir"/exercise/*.{md,bats} 2>/dev/null |
    while IFS=: read -r file line heading; do
      heading=${heading#*\"} heading=${heading%\"}
      grep -qxE "##+ ${heading//[^[:alnum:] ]/.}" "$dir/README.md" ||
        fault "$file:$line" "refers to a section '$heading', which $dir/README.md does not have"
    done
}

form_time() {
  [[ -n $(lab_times "$dir") ]] ||
    fault "$dir/README.md:4" "has no line 'Time: N minutes to read, N for the demo, ... for the exercise.' before its first section"
}

# The core of a guide is what a student reads before the exercise: all above "Going deeper". Everything
# in it counts, commands and transcripts too, because it takes time to read.
form_core() {
  local most=1800 line text
  awk -v most="$most" '
    /^## Going deeper$/ { exit }
    (words += NF) > most && !line { line = FNR }
    END {
      if (line)
        printf "%s:%d: the core has %d words, and may have %d: move what comes later below a heading \047## Going deeper\047\n",
          FILENAME, line, words, most
    }' "$dir/README.md"
  sed -n '/^## Going deeper$/,$p' "$dir/README.md" | grep -E '^## (Exercise|Check yourself)$' |
    while read -r _ text; do
      line=$(line_of "^## $text\$" "$dir/README.md")
      fault "$line" "'$text' belongs to the core: it must stand above '## Going deeper'"
    done
}

# The table of labs in the course's README must have a row with what this lab's README says.
form_table() {
  local words
  [[ $(sed -n 3p "$dir/README.md") == '**'*'?**' ]] ||
    fault "$dir/README.md:3" "must be the lab's question in bold, **Where ...?**"
  for words in 'You will see' 'You will write'; do
    grep -qE "^$words: .+\.\$" "$dir/README.md" ||
      fault "$dir/README.md:4" "has no line '$words: ... .'; the table of labs is made from it"
  done
  grep -qxF -- "$(scripts/test.d/table "$lab")" README.md ||
    fault "$(line_of "\(labs/$lab/" README.md)" \
      "the row of this lab is missing or out of date: scripts/test.d/table --refresh"
}

form_declarations() {
  local file line words word tools known=yes
  # Each start of setup takes time: so it is asked for all at once, and for each only if it does not know one.
  mapfile -t tools < <(grep -hE '^# tools: ' "${own[@]}" | tr -s ' ' '\n' | grep -vE '=|^#$|^tools:$')
  ((${#tools[@]} == 0)) || scripts/setup --check --quiet "${tools[@]}" >/dev/null 2>&1 || (($? != 2)) || known=no
  grep -nHE '^# (needs|tools): ' "${own[@]}" | while IFS=: read -r file line words; do
    ((line <= $(sed '/^#/!q' "$file" | wc -l))) ||
      fault "$file:$line" "is not in the comment at the top, and only there it is read"
    for word in ${words#*: }; do
      if [[ $words == '# needs:'* ]]; then
        has_feature "$word" ||
          fault "$file:$line" "scripts/lib/needs.bash knows no feature '$word', only: ${FEATURES[*]}"
      elif [[ $known == no && $word != ?*=?* ]]; then
        scripts/setup --check --quiet "$word" 2>/dev/null || (($? != 2)) ||
          fault "$file:$line" "scripts/setup does not know '$word': write COMMAND=PACKAGE"
      fi
    done
  done
}
