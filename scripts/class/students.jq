# students.jq - the files of each student, each as its name, a NUL, its text, a NUL; without a text, if there must be none.

def file($name; $text): $name, "\u0000", $text, "\u0000";

# A block that no text in it can end: Markdown takes what is indented as it is.
def block: rtrimstr("\n") | split("\n") | map("    " + .) | join("\n");

# Markdown and HTML in a name or a reason mean nothing.
def plain: gsub("(?<c>[\\\\`*_{}\\[\\]<>#|!&])"; "\\\(.c)");

($reports | map({key: .key, value: .value}) | from_entries) as $report
| (.mistakes | map({key: (.lab + " " + (.names | join(" "))), value: .}) | from_entries) as $named
| .sandboxed as $safe
| .students[] | .student as $student
| [.labs[] | select(.status == "graded")] as $graded
| file("\($student)/feedback.md";
    "# \($student | plain)\n\n"
    + (if $safe then "" else "Not sandboxed.\n\n" end)
    + ([.labs[]
        | "## \(.lab): " + (if .status == "graded" then "\(.score) of \(.max) points\n\n\($report[.key] // "" | block)\n"
            + ([.lab as $lab | .mistakes[] | $named[$lab + " " + join(" ")]
                | "\nThis is like a program that \(.says | plain)."
                  + ([.sections[] | " Read \"\(.name)\" in labs/\($lab)/README.md" + (if .line then ", line \(.line)" else "" end) + "."] | join("")) + "\n"] | join(""))
            + (if .unsteady != [] then "\nNot the same in each run: \(.unsteady | join(", ")). Three runs decided, and the report is that of the first.\n" else "" end)
            + "\nReceipt: submission \(.receipt.submission), checks \(.receipt.checks), grader \(.receipt.grader), seed \(.seed).\n"
          elif .status == "error" then "not graded\n\nThe machine could not: \(.why | plain)\n"
          else "nothing handed in\n" + (if .why != "" then "\n\(.why | plain)\n" else "" end) end)]
      | join("\n"))),
  (if any(.labs[]; .status == "error") then file("\($student)/results.json"; "") else
    file("\($student)/results.json"; {
      score: .total, output_format: "text",
      output: ([(if $safe then empty else "not sandboxed" end),
        (.labs[] | select(.status == "missing") | "\(.lab): " + (if .why == "" then "nothing handed in" else .why end))] | join("\n")),
      tests: [$graded[] | .lab as $lab | .tests[]
        | {number: $lab[0:2], name, score: .points, max_score: .max,
           status: (if .status == "ok" then "passed" else "failed" end), output: .message}]} | tojson + "\n") end),
  ($graded[] | file("\($student)/\(.lab)/result.json"; {
      schema: "classroom50/result/v1", classroom: "", assignment: .lab, usernames: [$student],
      submission: .receipt.submission, commit: "", release: "", review: "", datetime: .receipt.at,
      score, "max-score": .max,
      tests: [.tests[] | {"test-name": .name, passed: (.status == "ok"), score: .points, "max-score": .max}]}
    + (if $safe then {} else {sandboxed: false} end) | tojson + "\n")),
  (.labs[] | select(.status != "graded") | file("\($student)/\(.lab)/result.json"; ""))
