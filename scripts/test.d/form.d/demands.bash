# shellcheck shell=bash disable=SC2154 # look_at_lab sets these variables
# demands.bash - is everything that the exercise demands checked, and is each check proved?
#
# The README's list "It must" numbers the demands: `- **D1** take ...`. The table tests/demands/LAB.md has
# a row for each part of a demand that a program can break alone:
#   | D1 | nowhere else | address | any-address, wildcard |
# demand, the words in question, the tests that check them, and the mutants that break just them.

form_demands() {
  local table=tests/demands/$lab.md
  [[ -d tests ]] || return 0 # a handout has no tests/
  [[ -s $table ]] || return 0
  demands_are_numbered
  demands_are_proved "$table"
  subjects_are_sections
  [[ $lab != 12-* ]] || return 0 # it gets another exercise, and right programs of other shapes with it
  local variants=("tests/variants/$lab"/*.c)
  [[ -e ${variants[0]} ]] || variants=()
  ((${#variants[@]} >= 8)) ||
    fault "tests/variants/$lab" "holds ${#variants[@]} C files; there must be eight right programs of other shapes or more"
}

demands_are_numbered() {
  local line text wanted=1
  while IFS=: read -r line text; do
    [[ $text == "- "* ]] || continue
    [[ $text == "- **D$wanted** "* ]] ||
      fault "$dir/README.md:$line" "must begin with '- **D$wanted** ', because demands are numbered in their order"
    wanted=$((wanted + 1))
  done < <(section Exercise "$dir/README.md" | sed -n '/:It must/,/:```/p')
  ((wanted > 1)) || fault "$(line_of '^## Exercise' "$dir/README.md")" "lists no demand: write 'It must' and '- **D1** ...'"
}

# demands_are_proved TABLE - each demand, each test and each mutant has a row, and each row names what exists.
demands_are_proved() {
  local demands checks names
  demands=$(grep -oE '^- \*\*D[0-9]+\*\* ' "$dir/README.md" | grep -oE 'D[0-9]+' | xargs)
  checks=$(sed -nE 's/^# bats test_tags=.*id:([a-z0-9-]+).*/\1/p' "$dir/exercise/grade.bats" | xargs)
  names=$(printf '%s\n' "tests/mutants/$lab"/*.patch | sed 's,.*/,,; s,[.]patch$,,' | xargs)
  awk -F' *[|] *' -v demands="$demands" -v checks="$checks" -v mutants="$names" -v folder="tests/mutants/$lab" '
    function fault(line, text) { printf "%s:%d: %s\n", FILENAME, line, text }
    function learn(words, set,   list, n, i) {
      n = split(words, list, " ")
      for (i = 1; i <= n; i++) set[list[i]] = 1
    }
    function lost_by(name,   line, patch) {
      patch = folder "/" name ".patch"
      while ((getline line <patch) > 0 && line !~ /^--- /)
        if (line ~ /^Loses: /) { close(patch); return substr(line, 8) " " }
      close(patch)
      return ""
    }
    BEGIN { learn(demands, is_demand); learn(checks, is_check); learn(mutants, is_mutant) }
    !/^[|] D[0-9]/ { next }
    {
      if (!($2 in is_demand)) fault(FNR, "the README has no demand " $2)
      if ($3 == "") fault(FNR, "names no words of the demand")
      seen[$2] = 1
      n = split($4, tests, /, */)
      for (i = 1; i <= n; i++) {
        if (!(tests[i] in is_check)) fault(FNR, "the exercise has no test \047" tests[i] "\047")
        seen[tests[i]] = 1
      }
      m = split($5, wrong, /, */)
      if (m == 0) fault(FNR, "names no mutant that breaks this")
      for (j = 1; j <= m; j++) {
        seen["mutant " wrong[j]] = 1
        if (!(wrong[j] in is_mutant)) { fault(FNR, "there is no mutant \047" wrong[j] "\047"); continue }
        found = 0
        lost = " " lost_by(wrong[j])
        for (i = 1; i <= n; i++) if (index(lost, " " tests[i] " ")) found = 1
        if (!found) fault(FNR, "the mutant " wrong[j] " loses none of these tests: " $4)
      }
    }
    END {
      for (d in is_demand) if (!(d in seen)) fault(1, "has no row for demand " d)
      for (c in is_check) if (!(c in seen)) fault(1, "has no row with the test " c)
      for (m in is_mutant) if (!("mutant " m in seen)) fault(1, "has no row with the mutant " m)
    }' "$1" | sort -t: -k2n
}

# subjects_are_sections - each mutant says which sections of the README its mistake is about.
subjects_are_sections() {
  awk -v guide="$dir/README.md" '
    function fault(line, text) { printf "%s:%d: %s\n", patch, line, text }
    function end_of_patch() {
      if (patch && !subjects)
        fault(1, "has no line \047Subject: SECTION\047: which section of the README is the mistake about?")
      patch = FILENAME
      subjects = 0
    }
    FILENAME == guide { if (sub(/^#+ /, "")) is_section[$0] = 1; next }
    FNR == 1 { end_of_patch() }
    /^Subject: ./ {
      n = split(substr($0, 10), list, /; */)
      for (i = 1; i <= n; i++)
        if (!(list[i] in is_section)) fault(FNR, "the README has no section \047" list[i] "\047")
      subjects += n
    }
    END { end_of_patch() }' "$dir/README.md" "tests/mutants/$lab"/*.patch
}
