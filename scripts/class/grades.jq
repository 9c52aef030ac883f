# grades.jq - grades.csv: a row for each student, a column for each lab, the total. An exercise that was not handed in
# has an empty cell and counts as 0; where the machine failed there is no total. A name that a spreadsheet would take
# for a formula has a ' before it.
[.labs[].lab] as $labs
| (["student"] + $labs + ["total"] + (if .sandboxed then [] else ["not sandboxed"] end) | @csv),
  (.sandboxed as $safe | .students[] | . as $student
    | [.student | sub("^(?=[=+@])"; "'")]
      + [$labs[] as $lab | ($student.labs[] | select(.lab == $lab))
          | if .status == "graded" then .score elif .status == "error" then "machine error" else "" end]
      + [.total // ""] + (if $safe then [] else ["not sandboxed"] end)
    | @csv)
