# report.jq - report.html: one page that needs no network and no script. A student's part shows when its link is followed.

def percent($n; $of): if $of == 0 then 0 else (1000 * $n / $of | round) / 10 end;
def bar($n; $of): "<span class=bar style=\"width:\(percent($n; $of) / 5)em\"></span>";
def cell: if .status == "graded" then "\(.score)" elif .status == "error" then "machine error" else "" end;

. as $class
| (.students | to_entries | map({key: .value.student, value: .key}) | from_entries) as $number
| "<!DOCTYPE html>",
"<html lang=en><meta charset=utf-8><title>Grades</title>",
"<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">",
"<meta name=viewport content=\"width=device-width\">",
"<style>",
":root { color-scheme: light dark } body { font: 16px/1.5 system-ui, sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em }",
"table { border-collapse: collapse; margin: 1em 0 } th, td { text-align: left; padding: .2em .8em .2em 0; vertical-align: top; border-bottom: 1px solid #8884 }",
".bar { display: inline-block; height: .8em; background: #47a; min-width: 1px } .number { text-align: right }",
".warning { border: 2px solid #c60; padding: .5em 1em } pre, code { font-size: 90% } td.message { max-width: 45em; overflow-wrap: anywhere }",
".student { display: none } .student:target { display: block; border-top: 3px solid #47a; margin-top: 2em }",
"@media print { .student { display: block } }",
"</style>",
"<h1>Grades</h1>",
(if .sandboxed then empty else "<p class=warning>Not sandboxed: these submissions ran on the open machine." end),
"<p>\(.students | length) students, \(.labs | length) labs. Seeds: \(.seeds). Grader \(.grader).",
([.students[] | .student as $s | .labs[] | select(.status == "error") | "<li>\($s | @html), \(.lab): \(.why | @html)"]
  | if . == [] then empty else "<div class=warning>The machine could not grade these:<ul>" + join("") + "</ul></div>" end),
(.labs[]
  | .lab as $lab
  | "<h2>\($lab)</h2><p>\(.counts.graded) graded, \(.counts.missing) missing, \(.counts.error) not by this machine.",
    "<table><tr><th>points<th>students<th>",
    (.scores as $scores | range(.max; -1; -1) as $p | ([$scores[] | select(. == $p)] | length) as $n
      | "<tr><td class=number>\($p)<td class=number>\($n)<td>\(bar($n; $scores | length))"),
    "</table>",
    "<table><tr><th>test<th>failed<th>",
    (.counts.graded as $of | .failures | sort_by(-.failed)[]
      | "<tr><td>\(.name | @html) <code>\(.id)</code><td class=number>\(percent(.failed; $of)) %<td>\(bar(.failed; $of))"),
    "</table>",
    ([$class.mistakes[] | select(.lab == $lab)]
      | if . == [] then empty else
          "<h3>Mistakes</h3><table>",
          (.[] | "<tr><td class=number>\(.count) of \(.of)<td>\(.says | @html)<br>"
            + ""
            + ([.names[] | "<code>scripts/lab demo --mutant \($lab[0:2]) \(.)</code>"] | join("<br>"))
            + ([.sections[] | "<br>labs/\($lab)/README.md" + (if .line then ":\(.line)" else "" end) + ", \(.name | @html)"] | join(""))
            + "<td>" + ([.students[] | "<a href=\"#s\($number[.])\">\(. | @html)</a>"] | join(", "))),
          "</table>"
        end)),
"<h2>Students</h2><table><tr><th>student" + ([.labs[].lab | "<th>" + .[0:2]] | join("")) + "<th>total",
(.students | to_entries[]
  | "<tr><td><a href=\"#s\(.key)\">\(.value.student | @html)</a>" + ([.value.labs[] | "<td class=number>" + cell] | join(""))
    + "<td class=number>\(.value.total // "")"),
"</table>",
(.students | to_entries[]
  | "<section class=student id=s\(.key)><h2>\(.value.student | @html)</h2>",
    (.value.labs[]
      | "<h3>\(.lab): " + (if .status == "graded" then "\(.score) of \(.max)" elif .status == "error" then "not graded: \(.why | @html)"
          else "nothing handed in" end) + "</h3>",
        (if .status != "graded" then (.why | if . == "" then empty else "<p>" + @html end) else
          "<table>", (.tests[] | "<tr><td>\(.status)<td class=number>\(.points)/\(.max)<td>\(.name | @html)<td class=message>\(.message | @html)"),
          "</table>",
          (if .unsteady != [] then "<p>Not the same in each run: \(.unsteady | join(", ")). Three runs decided." else empty end),
          "<p>Receipt: <code>\(.receipt | "submission \(.submission), checks \(.checks), grader \(.grader), seed \(.seed), \(.at), \(.machine | @html)")</code>"
        end)),
    "</section>")
