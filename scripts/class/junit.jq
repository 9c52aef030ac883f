# junit.jq - JUnit XML: a suite for each student and lab, a case for each test.

# XML allows few control characters, whatever a program has printed.
def text: gsub("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\ufffe\uffff]"; "?") | @html;

"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
"<testsuites>",
(.students[] | .student as $student | .labs[] | select(.status != "missing")
  | if .status == "error" then
      "<testsuite name=\"\($student | text) \(.lab)\" tests=\"1\" failures=\"0\" errors=\"1\">",
      "<testcase classname=\"\(.lab)\" name=\"the check\"><error message=\"\(.why | text)\"/></testcase>"
    else
      "<testsuite name=\"\($student | text) \(.lab)\(if .sandboxed then "" else ", not sandboxed" end)\" tests=\"\(.tests | length)\" failures=\"\([.tests[] | select(.status == "fail")] | length)\" errors=\"0\">",
      (.lab as $lab | .tests[]
        | "<testcase classname=\"\($lab)\" name=\"\(.name | text)\" time=\"\(.seconds)\">"
          + (if .status == "fail" then "<failure message=\"\(.message | text)\"/>" else "" end) + "</testcase>")
    end,
    "</testsuite>"),
"</testsuites>"
