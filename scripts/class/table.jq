# table.jq - who handed in what, and what came of it: the one document that all others are made of.

def lost: [.tests[]? | select(.status == "fail") | .id] | sort;

# The named mistakes that explain what a program lost: each must lose nothing else, with its own words; first the one
# that explains most. A program that loses everything has made no mistake that has a name, unless it fits exactly.
def explained($known):
  lost as $lost | (.tests | map({key: .id, value: .message}) | from_entries) as $said
  | (.tests | length) as $all
  | if $lost == [] then [] else
      [$known[]
        | select(.loses != [] and (.loses - $lost) == [] and (.messages | all(. as $m | ($said[$m.id] // "") | contains($m.text))))
        | select(($lost | length) < $all or .loses == $lost)]
      | sort_by([-(.loses | length), -([.messages[].text | length] | add // 0), .name])
      | reduce .[] as $m ({left: $lost, names: []};
          if ($m.loses - .left) == []
          then {left: (.left - $m.loses), names: (.names + [$m.name])} else . end)
      | .names
    end;

($results | map({key: .key, value: .}) | from_entries) as $by_key
| ($errors | map({key: .key, value: .why}) | from_entries) as $failed
| ($mistakes | group_by(.lab) | map({key: .[0].lab, value: .}) | from_entries) as $known
| ($roster | split("\n") | map(select(. != "")) | unique) as $class
| [$handed | split("\n")[] | select(. != "") | split("\t")
    | {student: .[0], lab: .[1], key: .[2], why: .[3]}
    | . as $row
    | if .key != "" and $by_key[.key] then
        ($by_key[.key] | del(.key)) + $row + {status: "graded"} | . + {mistakes: explained($known[.lab] // [])}
      elif .key != "" then $row + {status: "error", why: ($failed[.key] // "it did not run")}
      else $row + {status: "missing"} end] as $rows
| ($labs | map(.lab)) as $names
| ($rows | group_by(.student) | map({key: .[0].student, value: .}) | from_entries) as $by_student
| ((($by_student | keys) + $class) | unique) as $everybody
| ($labs | map({key: .lab, value: ([.tests[].max] | add // 0)}) | from_entries) as $max
| {only: $only[0], grader: $grader, seeds: (if $salt == "" then "one for all" else "one for each student" end),
   unsafe: ($unsafe != ""),
   sandboxed: ([$rows[] | select(.status == "graded") | .sandboxed] | all),
   strangers: (if $class == [] then [] else ($by_student | keys) - $class end),
   students: [$everybody[] | . as $student
     | ($by_student[$student] // [$names[] | {student: $student, lab: ., key: "", why: "", status: "missing"}]) as $own
     | {student: $student, labs: [$own[] | del(.student)],
        total: (if any($own[]; .status == "error") then null else ([$own[].score // 0] | add) end),
        max: ([$own[] | .max // $max[.lab]] | add)}]}
| .labs = [$labs[] | . as $lab
    | [$rows[] | select(.lab == $lab.lab)] as $here | [$here[] | select(.status == "graded")] as $graded
    | $lab + {max: ([$graded[].max, $max[$lab.lab]] | max),
        counts: {graded: ($graded | length), error: ([$here[] | select(.status == "error")] | length),
                 missing: (($everybody | length) - ($graded | length) - ([$here[] | select(.status == "error")] | length))},
        scores: [$graded[].score],
        failures: [$lab.tests[] | . as $t
          | $t + {failed: ([$graded[].tests[] | select(.id == $t.id and .status == "fail")] | length)}]}]
| .labs as $all
| .mistakes = ([$rows[] | select(.status == "graded") | .lab as $l | .student as $s | .mistakes[] | {lab: $l, name: ., student: $s}]
    | group_by([.lab, .name])
    | map(. as $group | .[0] as $m | ($known[$m.lab][] | select(.name == $m.name)) as $k
        | ($all[] | select(.lab == $m.lab)) as $lab
        | {lab: $m.lab, name: $m.name, says: $k.says, count: length, of: $lab.counts.graded, students: map(.student),
           sections: [$k.subjects[] | select(. != "") | {name: ., line: $lab.headings[.]}]})
    | sort_by([-.count, .lab, .name]))
