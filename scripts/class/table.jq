# table.jq - who handed in what, and what came of it: the one document that all others are made of.

def lost: [.tests[]? | select(.status == "fail") | .id] | sort;

# What two runs of one program agree in, whatever was drawn for them.
def gist: gsub("[0-9]+"; "0");
# With another seed other words are drawn, too, and only the likely mistake can be the same.
def alike($a; $b): ($a | gist) == ($b | gist)
  or ($salt != "" and ($a | contains("; likely ")) and ($a | split("; likely ")[1:]) == ($b | split("; likely ")[1:]));

# The named wrong programs that lose nothing that this one did not lose, with their own words. A program that loses
# everything has made no mistake that has a name, unless it fits exactly.
def fitting($known):
  lost as $lost | (.tests | map({key: .id, value: .message}) | from_entries) as $said | (.tests | length) as $all
  | [$known[]
      | select(.loses != [] and (.loses - $lost) == [] and (.messages | all(. as $m | ($said[$m.id] // "") | contains($m.text))))
      | select(($lost | length) < $all or .loses == $lost)
      # How many messages are the same: to the letter, and without the numbers.
      | (.whole // {}) as $whole
      | .same = [([.loses[] | select($whole[.] == $said[.])] | length),
                 ([.loses[] | select(alike($whole[.] // ""; $said[.] // ""))] | length)]
      # Words that many mistakes lead to are not enough: of the whole messages half must be alike.
      | select(.whole == null or .same[1] * 2 >= (.loses | length))];

# Of these the one that explains most, by what is most alike; then what is left, by others. Those that nothing tells
# apart are one name.
def explained($known):
  def rank: [-(.loses | length), -.same[1], -.same[0], -([.messages[].text | length] | add // 0), .loses];
  fitting($known) | group_by(rank)
  | reduce .[] as $group ({done: [], names: []};
      $group[0].loses as $loses
      | if ($loses - .done) == $loses then .names += [[$group[].name]] | .done += $loses else . end)
  | .names;

($results | map({key: .key, value: .}) | from_entries) as $by_key
| ($errors | map({key: .key, value: .why}) | from_entries) as $failed
| ($wrong | map({key: (.lab + " " + .name), value: .said}) | from_entries) as $whole
| ($mistakes | map(.whole = $whole[.lab + " " + .name]) | group_by(.lab) | map({key: .[0].lab, value: .}) | from_entries) as $known
| ($roster | split("\n") | map(select(. != "")) | unique) as $class
| [$handed | split("\n")[] | select(. != "") | split("\t")
    | {student: .[0], lab: .[1], key: .[2], why: .[3]}
    | . as $row
    | if .key != "" and $by_key[.key] then
        ($by_key[.key] | del(.key)) + $row + {status: "graded"} | . + {mistakes: explained($known[.lab] // []), candidates: [fitting($known[.lab] // [])[] | {name, loses}]}
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
| .mistakes = ([$rows[] | select(.status == "graded") | .lab as $l | .student as $s | .mistakes[] | {lab: $l, names: ., student: $s}]
    | group_by([.lab, .names])
    | map(. as $group | .[0] as $m | ($all[] | select(.lab == $m.lab)) as $lab
        | [$m.names[] as $n | $known[$m.lab][] | select(.name == $n)] as $alike
        | {lab: $m.lab, names: $m.names, says: ([$alike[].says] | join("; or: ")), count: length, of: $lab.counts.graded,
           students: map(.student),
           sections: ([$alike[].subjects[] | select(. != "")] | unique | map({name: ., line: $lab.headings[.]}))})
    | sort_by([-.count, .lab, .names]))
