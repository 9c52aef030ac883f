# against.jq - whose grade differs between two runs, and what is new: the submission, the checks, the grader, the seed.
def cells: [.students[] | .student as $s | .labs[] | {key: ($s + "\t" + .lab), value: .}] | from_entries;
def shown: if . == null then "nothing" elif .status == "graded" then "\(.score) of \(.max)" elif .status == "error" then "a machine error" else "nothing handed in" end;
def lost: [.tests[]? | select(.status == "fail") | .id];

($old[0] | cells) as $before | ($new[0] | cells) as $now
| [($before + $now) | keys[] | . as $key | $before[$key] as $a | $now[$key] as $b
    | select(($a | shown) != ($b | shown) or ($a | lost) != ($b | lost))
    | "\($key | sub("\t"; " ")): \($a | shown) before, \($b | shown) now"
      + (if $a.receipt and $b.receipt then
          ([("submission", "checks", "grader", "seed") as $what | select($a.receipt[$what] != $b.receipt[$what]) | $what]
            | if . == [] then "" else "; new: " + join(", ") end)
          + ((($b | lost) - ($a | lost)) | if . == [] then "" else "; loses now: " + join(", ") end)
          + ((($a | lost) - ($b | lost)) | if . == [] then "" else "; loses no more: " + join(", ") end)
        else "" end)] as $lines
| $lines[], "\($lines | length) of \($now | length) differ from the older grades"
