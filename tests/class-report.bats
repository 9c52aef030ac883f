#!/usr/bin/env bats
# What lab grade says of a class that it has graded: mistakes by name, the report, what differs from other grades; and how
# long a large class takes. In the small course of lib/class.bash.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154  # a stub expands it; bats

bats_require_minimum_version 1.5.0

setup() {
  source "$BATS_TEST_DIRNAME/lib/class.bash"
  small_course
}

wrong_program() { # NAME WHAT LOSES SAYS LINE…: a patch that adds these lines to the solution
  mkdir -p "$tree/tests/mutants/01-echo" "$tree/tests/solutions/01-echo"
  echo right >"$tree/tests/solutions/01-echo/server.c"
  {
    printf 'Mutant: %s.\nLoses: %s\nSays: %s\nSubject: Bytes, not lines\n' "${@:2:3}"
    printf -- '--- a/server.c\n+++ b/server.c\n@@ -1 +1,%d @@\n right\n' $(($# - 3))
    printf '+%s\n' "${@:5}"
  } >"$tree/tests/mutants/01-echo/$1.patch"
}

@test "the class's mistakes have names: those of the wrong programs that lose the same, with the same words" {
  wrong_program drops 'drops the rest' two 'two: expected more' 'lose two' 'says expected more than 11; got nothing'
  wrong_program again 'sends the start again' two 'two: expected more' 'lose two' 'says expected more than 12; got the start'
  wrong_program other 'does something else' 'two three' 'two: expected more' 'lose two' 'lose three'
  wrong_program ends 'ends early' one 'one: expected more' 'lose one' 'says expected more than 1; got the start'
  wrong_program vague 'loses much' one 'one: expected' 'lose one' 'says expected nothing'
  hand_in ada 01-echo 'lose two' 'says expected more than 13; got the start'
  hand_in bob 01-echo 'lose two' 'says expected more than 12; got the start'
  hand_in eve 01-echo 'lose two' 'lose one' 'says expected more than 12; got the start'
  hand_in max 01-echo 'lose two' 'says expected another thing'
  hand_in zoe 01-echo
  grade "$class" -o "$out" --lab 01
  assert_success
  assert_line '  3 of 5 in 01: sends the start again'
  assert_line '  1 of 5 in 01: ends early'
  refute_output --partial 'drops the rest'
  refute_output --partial 'loses much'
  assert grep -qF 'This is like a program that sends the start again. Read "Bytes, not lines" in labs/01-echo/README.md, line 3.' \
    "$out/ada/feedback.md"
  assert grep -qF '3 of 5<td>sends the start again<br><code>scripts/lab demo --mutant 01 again</code>' "$out/report.html"
  refute grep -q 'like a program' "$out/max/feedback.md"
  # A wrong program of ours is graded once, and only in what it loses.
  assert_equal "$(grep -c ' right ' "$tree/grade.log")" "$(grep -cE ' server.c (one|two) right ' "$tree/grade.log")"
  assert_equal "$(grep -c ' right ' "$tree/grade.log")" 4
  local made
  made=$(checks_made)
  grade "$class" -o "$out" --lab 01
  assert_equal "$(checks_made)" "$made"
}

# bats test_tags=slow
@test "wrong programs that nothing tells apart are named together" {
  wrong_program drops 'drops the rest' two 'two: expected more' 'lose two' 'says expected more'
  wrong_program loses 'loses the rest' two 'two: expected more' 'lose two' 'says expected more' ''
  hand_in ada 01-echo 'lose two' 'says expected more'
  grade "$class" -o "$out" --lab 01
  assert_line '  1 of 1 in 01: drops the rest; or: loses the rest'
}

@test "lab demo --mutant shows a wrong program: its line, its client, its packets" {
  # shellcheck disable=SC2016
  run timeout -k 5 100 "$BATS_TEST_DIRNAME/../scripts/lab" demo --mutant 01 sends-the-start-again
  assert_success
  assert_line 'This program sends the first bytes again after a short send.'
  assert_line '+        ssize_t n = send(fd, data, len - sent, MSG_NOSIGNAL);'
  assert_line --regexp '^  FAIL .* no byte of a long stream is lost'
  assert_line --regexp '<-+ PSH,ACK seq=18 .* len=17'
  assert_line --regexp 'labs/01-tcp-echo/README.md:[0-9]+, "Bytes, not lines"'
  run "$tree/scripts/lab" demo --mutant 01
  assert_failure 1
  assert_output --partial 'a handout has none'
}

@test "report.html opens in a browser: distribution, failures, and each student's page" {
  builtin type -P chromium >/dev/null || skip 'no chromium: scripts/setup chromium'
  hand_in 'a&b<script>' 01-echo 'lose two'
  hand_in bob 01-echo
  grade "$class" -o "$out" --lab 01
  run timeout -k 5 60 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$BATS_TEST_TMPDIR/browser" \
    --dump-dom "file://$out/report.html" 2>/dev/null
  assert_output --partial '<td>the &lt;second&gt; <code>two</code></td><td class="number">50 %</td>'
  assert_output --partial '<a href="#s0">a&amp;b&lt;script&gt;</a>'
  assert_output --partial '<section class="student" id="s0">'
  refute_output --partial '<script'
  run grep -oE '(src|href)=[^ >]*' "$out/report.html"
  refute_line --regexp '"[^#]'
}

# bats test_tags=slow
@test "--verify grades again what is kept, and says what differs" {
  hand_in ada 01-echo 'lose one'
  hand_in bob 01-echo
  hand_in bob 02-loss
  grade "$class" -o "$out" --seed-from salt
  rm -r "$class"
  grade --verify "$out"
  assert_success
  assert_line '3 graded again, 0 differ'
  grade --verify "$out" --sample 1
  assert_line '1 graded again, 0 differ'
  local result
  result=$(grep -l '"lab": "02' "$out"/.grade/results/*)
  jq '.score = 7 | .tests[0].status = "fail"' "$result" >forged && cp forged "$result"
  grade --verify "$out"
  assert_failure 1
  assert_line --partial '<   "score": 7,'
  assert_line '3 graded again, 1 differ'
}

# bats test_tags=slow
@test "--against tells whose grade differs from the older ones, and what is new" {
  hand_in ada 01-echo 'lose one'
  hand_in bob 01-echo 'lose two' 'seed 2 loses three'
  hand_in eve 01-echo
  grade "$class" -o old --lab 01
  hand_in ada 01-echo
  hand_in zoe 01-echo
  grade "$class" -o new --lab 01 --against old
  assert_line 'ada 01-echo: 7 of 10 before, 10 of 10 now; new: submission; loses no more: one'
  assert_line 'zoe 01-echo: nothing before, 10 of 10 now'
  assert_line '2 of 4 differ from the older grades'
  echo '# new' >>"$tree/scripts/grader/check.bash"
  grade "$class" -o newer --lab 01 --against new --seed 2
  assert_line 'bob 01-echo: 5 of 10 before, 3 of 10 now; new: grader, seed; loses now: three'
  assert_line '1 of 4 differ from the older grades'
}

# A stub that is quicker, for many.
quick_grade() {
  stub grade 'while (($#)); do [[ $1 != --json-to ]] || to=$2; shift; done
    printf "{\"lab\": \"01-echo\", \"score\": 10, \"max\": 10, \"seed\": 1, \"sandboxed\": true, \"tests\": [{\"id\": \"one\",
      \"name\": \"the first\", \"points\": 10, \"max\": 10, \"status\": \"ok\", \"seconds\": 0.1, \"message\": \"\"}]}" >"$to"'
}

# bats test_tags=slow
@test "ten times as many submissions take about ten times the processor time, and unchanged ones at most a twentieth" {
  local i few many again check
  quick_grade
  processor() { # COMMAND…: prints the milliseconds of processor time that it took
    local user sys TIMEFORMAT='%U %S'
    { time timeout -k 5 900 "$@" >out.text 2>&1; } 2>time.text
    read -r user sys <time.text
    echo $((10#${user/./} + 10#${sys/./}))
  }
  class_of() { # N: grades so many, and prints what that took
    for ((i = 0; i < $1; i++)); do hand_in "s$i" 01-echo; done
    processor "$tree/scripts/lab" grade "$class" -o "out$1" --lab 01
    grep -q "^$1 graded, 0 missing" out.text
  }
  few=$(class_of 10)
  many=$(class_of 100)
  again=$(class_of 100)
  # What the check of a real exercise takes, on the same machine.
  check=$(processor "$BATS_TEST_DIRNAME/../scripts/grade" "$BATS_TEST_DIRNAME/../labs/01-tcp-echo" \
    "$BATS_TEST_DIRNAME/solutions/01-tcp-echo/server.c")
  tail -n 1 out.text | grep -qx '01-tcp-echo  10 of 10 points'
  echo "# processor time: 10 submissions $few ms, 100 $many ms, the same again $again ms; a real check $check ms" >&3
  [[ $many -lt $((few * 12)) ]]
  [[ $again -lt $((100 * check / 20)) ]]
}
