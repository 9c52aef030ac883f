#!/usr/bin/env bats
# scripts/lab grade: a class is graded, in the small course of lib/class.bash.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154  # a stub expands it; bats

bats_require_minimum_version 1.5.0

setup() {
  source "$BATS_TEST_DIRNAME/lib/class.bash"
  small_course
}

@test "grades.csv has a row for each student, a column for each lab, and the total" {
  hand_in ada 01-echo
  hand_in ada 02-loss 'lose two'
  hand_in bob 02-loss 'lose one' 'lose three'
  mkdir "$class/eve"
  grade "$class" -o "$out"
  assert_success
  assert_line '3 graded, 3 missing, 0 not by this machine'
  assert_equal "$(cat "$out/grades.csv")" '"student","01-echo","02-loss","total"
"ada",10,5,15
"bob","",5,5
"eve","","",0'
}

@test "each student gets feedback, and the documents of Gradescope and classroom50" {
  hand_in ada 01-echo 'lose two'
  grade "$class" -o "$out" --lab 01
  run cat "$out/ada/feedback.md"
  assert_line '## 01-echo: 5 of 10 points'
  assert_line '    the report <of> 01-echo'
  assert_line --partial 'Receipt: submission '
  run jq -r '.score, (.tests[] | "\(.name) \(.score) \(.max_score) \(.status)")' "$out/ada/results.json"
  assert_output $'5\nthe first 3 3 passed\nthe <second> 0 5 failed\nthe third 2 2 passed'
  run jq -r '.schema, .score, ."max-score", .tests[1].passed' "$out/ada/01-echo/result.json"
  assert_output $'classroom50/result/v1\n5\n10\nfalse'
}

# bats test_tags=slow
@test "JUnit XML is well formed, whatever a program prints and a student is called" {
  hand_in 'a"&<b>' 01-echo 'lose two' $'says got <\x01\x1b[31m ]]> & "'
  grade "$class" -o "$out" --lab 01
  assert_success
  run cat "$out/junit.xml"
  assert_output --partial '<testsuite name="a&quot;&amp;&lt;b&gt; 01-echo" tests="3" failures="1" errors="0">'
  refute_output --regexp $'[\x01\x1b]'
  builtin type -P xmllint || skip 'no xmllint: scripts/setup xmllint'
  run xmllint --xpath 'concat(count(//failure), " ", string(//testsuite/@name))' "$out/junit.xml"
  assert_success
  assert_output '1 a"&<b> 01-echo'
}

# bats test_tags=slow
@test "what has a result is not graded again; another file, other checks, another grader, another seed are" {
  hand_in ada 01-echo
  hand_in bob 01-echo 'lose one'
  grade "$class" -o "$out" --lab 01
  assert_equal "$(checks_made)" 3 # the lost point twice
  grade "$class" -o "$out" --lab 01
  assert_equal "$(checks_made)" 3
  hand_in ada 01-echo 'lose two'
  grade "$class" -o "$out" --lab 01
  assert_equal "$(checks_made)" 5
  echo '# new' >>"$tree/labs/01-echo/exercise/grade.bats"
  grade "$class" -o "$out" --lab 01
  assert_equal "$(checks_made)" 9
  echo '# new' >>"$tree/scripts/grader/check.bash"
  grade "$class" -o "$out" --lab 01
  assert_equal "$(checks_made)" 13
  grade "$class" -o "$out" --lab 01 --seed 2
  assert_equal "$(checks_made)" 17
  assert grep -q '^01-echo 2 server.c' "$tree/grade.log"
}

# bats test_tags=slow
@test "equal files of two students are graded once, and a seed for each student makes that two" {
  mkdir -p "$class"/{ada,bob}/01-echo
  echo same | tee "$class"/{ada,bob}/01-echo/server.c
  grade "$class" -o "$out" --lab 01
  assert_equal "$(checks_made)" 1
  grade "$class" -o "$out" --lab 01 --seed-from salt
  assert_equal "$(checks_made)" 3
  assert_equal "$(cut -d ' ' -f 2 "$tree/grade.log" | sort -u | wc -l)" 3
  grade "$class" -o "$out" --lab 01 --seed-from salt
  assert_equal "$(checks_made)" 3
  grade "$class" -o "$out" --lab 01 --seed-from pepper
  assert_equal "$(checks_made)" 5
}

# bats test_tags=slow
@test "a machine that cannot grade is reported, is no zero, and is tried three times" {
  hand_in ada 01-echo
  hand_in bob 01-echo machine
  hand_in eve 01-echo killed
  grade "$class" -o "$out" --lab 01
  assert_failure 3
  assert_line '1 graded, 0 missing, 2 not by this machine'
  [[ $stderr == *'bob 01-echo: no bats here'* ]]
  [[ $stderr == *'eve 01-echo: the check did not end within'* || $stderr == *'eve 01-echo: the grader ended with status'* ]]
  assert_equal "$(checks_made)" 7
  run grep -E 'bob|eve' "$out/grades.csv"
  assert_output $'"bob","machine error",""\n"eve","machine error",""'
  assert [ ! -e "$out/bob/results.json" ]
  hand_in bob 01-echo
  hand_in eve 01-echo
  grade "$class" -o "$out" --lab 01
  assert_success
}

# bats test_tags=slow
@test "a point that is lost only once is decided by a third run, and the result says so" {
  hand_in ada 01-echo 'once two' 'lose one'
  grade "$class" -o "$out" --lab 01
  assert_success
  assert_equal "$(tail -n 1 "$out/grades.csv")" '"ada",7,7'
  run grep 'Not the same in each run' "$out/ada/feedback.md"
  assert_output 'Not the same in each run: two. Three runs decided, and the report is that of the first.'
}

# bats test_tags=slow
@test "that a program does not compile is looked at twice, too: a compiler that the machine killed is no zero" {
  hand_in ada 01-echo 'once one' 'once two' 'once three' 'says did not compile: killed'
  hand_in bob 01-echo 'lose one' 'lose two' 'lose three' 'says did not compile: line 1'
  grade "$class" -o "$out" --lab 01 --jobs 1
  assert_success
  assert_equal "$(tail -n 2 "$out/grades.csv")" $'"ada",10,10\n"bob",0,0'
  assert_equal "$(grep -c '// ada' "$tree/grade.log") $(grep -c '// bob' "$tree/grade.log")" '3 2'
}

# bats test_tags=slow
@test "a machine that let a process wait for a second says so, and a point that was lost then is no verdict" {
  hand_in ada 01-echo 'stop' 'lose one'
  hand_in bob 01-echo 'stop'
  LABS_DEADLINE=4 grade "$class" -o "$out" --lab 01
  assert_failure 3
  [[ $stderr == *'ada 01-echo: this machine is too slow to tell'* ]]
  assert_line '1 graded, 0 missing, 1 not by this machine'
}

@test "without a sandbox nothing is graded; --unsafe says so in every output" {
  mkdir bin
  printf '#!/bin/sh\necho no bubblewrap here; exit 1\n' >bin/bwrap
  chmod +x bin/bwrap
  hand_in ada 01-echo open
  LABS_PATH=$PWD/bin grade "$class" -o "$out" --lab 01
  assert_failure 1
  [[ $stderr == *'there is no sandbox here (no bubblewrap here)'* ]]
  assert [ ! -e "$tree/grade.log" ]
  LABS_PATH=$PWD/bin grade "$class" -o "$out" --lab 01 --unsafe
  assert_success
  assert_output --partial 'not sandboxed'
  for file in grades.csv junit.xml ada/feedback.md ada/results.json; do grep -qi 'not sandboxed' "$out/$file"; done
  assert grep -q 'Not sandboxed' "$out/report.html"
}

@test "what the sandbox did not hold is no grade" {
  hand_in ada 01-echo open
  grade "$class" -o "$out" --lab 01
  assert_failure 3
  [[ $stderr == *'there was no sandbox'* ]]
}

@test "--roster adds those who handed in nothing, and exports nothing if it does not add up" {
  hand_in ada 01-echo
  hand_in bob 01-echo machine
  printf 'username,name\r\nada,Ada L\r\n"bob",B\r\n' >roster.csv
  echo 'zoe' >>roster.csv
  grade "$class" -o "$out" --lab 01 --roster roster.csv
  assert_failure 3
  assert_line '01-echo: 1 graded + 1 missing + 1 not by this machine = 3 of 3'
  assert grep -qx '"zoe","",0' "$out/grades.csv"
  rm -r "$out"
  echo ada >roster.csv
  grade "$class" -o "$out" --lab 01 --roster roster.csv
  assert_failure 1
  [[ $stderr == *'not on the roster, but in the submissions: bob'* ]]
  assert [ ! -e "$out/grades.csv" ]
}

@test "only the exercise's own regular files are taken" {
  mkdir -p "$class"/{ada,bob,eve,max}/01-echo secret
  echo 'lose one' >secret/server.c
  ln -s "$PWD/secret/server.c" "$class/ada/01-echo/server.c"
  rm -r "$class/bob/01-echo" && ln -s "$PWD/secret" "$class/bob/01-echo"
  echo x >"$class/eve/01-echo/a.c"
  echo x >"$class/eve/01-echo/b.c"
  head -c 2000000 /dev/zero >"$class/max/01-echo/server.c"
  grade "$class" -o "$out" --lab 01
  assert_line '0 graded, 4 missing, 0 not by this machine'
  assert grep -q 'no server.c, but 2 other .c files' "$out/eve/feedback.md"
  assert grep -q 'larger than 1 MiB' "$out/max/feedback.md"
  hand_in ada 01-echo
  rm "$class/ada/01-echo/server.c"
  echo right >"$class/ada/01-echo/mine.c"
  echo header >"$class/ada/01-echo/own.h"
  grade "$class" -o "$out" --lab 01
  assert_line '1 graded, 3 missing, 0 not by this machine'
  run ls "$out"/.grade/submissions/*
  assert_output $'own.h\nserver.c'
}

# bats test_tags=slow
@test "clones of the course, as a classroom has them" {
  mkdir -p hello-submissions/hello-{ada,bob}/labs/0{1-echo,2-loss}/exercise/starter
  echo x >hello-submissions/hello-ada/labs/01-echo/exercise/server.c
  echo 'lose one' >hello-submissions/hello-bob/labs/02-loss/exercise/gaps.c
  grade hello-submissions -o "$out"
  assert_equal "$(tail -n 2 "$out/grades.csv")" $'"ada",10,"",10\n"bob","",7,7'
}

# bats test_tags=slow
@test "downloads of Moodle, Canvas and Gradescope" {
  mkdir -p 'moodle/Ada Lovelace_11_assignsubmission_file_/deep' moodle/'Eve_13_assignsubmission_onlinetext_' canvas scope/submission_{1,2}
  echo x >'moodle/Ada Lovelace_11_assignsubmission_file_/deep/server.c'
  echo 'lose one' >'moodle/Bob_12_assignsubmission_file_server.c'
  grade moodle -o out1
  assert_failure 2
  [[ $stderr == *'say which by --lab'* ]]
  grade moodle -o out1 --lab 1
  assert_equal "$(tail -n 2 out1/grades.csv)" $'"Ada Lovelace_11",10,10\n"Bob_12",7,7'
  echo x >canvas/lovelaceada_LATE_4711_815_server-2.c
  echo other >canvas/lovelaceada_LATE_4711_816_try.c
  echo 'lose two' >canvas/bob_4712_817_mine.c
  grade canvas -o out2 --lab 1
  assert_equal "$(tail -n 2 out2/grades.csv)" $'"bob_4712",5,5\n"lovelaceada_4711",10,10'
  printf -- '---\nsubmission_1:\n  :submitters:\n  - :name: Ada\n    :sid: "1"\n    :email: ada@x\n  - :name: Bob\n    :sid: "2"\n    :email: bob@x\n  :created_at: 2026\nsubmission_2:\n  :submitters:\n  - :name: "Eve E"\n    :sid: "3"\n  :created_at: 2026\n' >scope/submission_metadata.yml
  echo x >scope/submission_1/server.c
  echo 'lose two' >scope/submission_2/server.c
  grade scope -o out3 --lab 1
  assert_equal "$(tail -n 3 out3/grades.csv)" $'"Eve E",5,5\n"ada@x",10,10\n"bob@x",10,10'
}

@test "--fill changes the column Grade of a Moodle worksheet, and no other byte" {
  mkdir moodle
  echo x >'moodle/Ada_11_assignsubmission_file_server.c'
  echo 'lose one' >'moodle/Bob_12_assignsubmission_file_server.c'
  printf '\xef\xbb\xbfIdentifier,"Full name",Grade,"Maximum Grade","Feedback comments"\r\n%s\r\n%s\r\n%s' \
    'Participant 11,"Ada ""the first"", L",,100.00,"two
lines, and Grade"' 'Participant 12,Bob,3.00,"100,00",' 'Participant 112,Eve,4.00,100.00,"x"' >sheet.csv
  grade moodle -o "$out" --lab 1 --fill sheet.csv
  assert_success
  printf '\xef\xbb\xbfIdentifier,"Full name",Grade,"Maximum Grade","Feedback comments"\r\n%s\r\n%s\r\n%s' \
    'Participant 11,"Ada ""the first"", L",100.00,100.00,"two
lines, and Grade"' 'Participant 12,Bob,"70,00","100,00",' 'Participant 112,Eve,4.00,100.00,"x"' >expected
  cmp "$out/sheet.csv" expected
  [[ $stderr == *'2 rows filled'* ]]
}

# bats test_tags=slow
@test "a run that is killed goes on where it was, and the table is that of an undisturbed run" {
  local i
  for i in {1..9}; do hand_in "s$i" 01-echo wait; done
  hand_in a 01-echo
  hand_in b 01-echo 'lose one'
  setsid timeout 100 "$tree/scripts/lab" grade "$class" -o "$out" --lab 01 --jobs 3 >/dev/null 2>&1 3>&- &
  # shellcheck disable=SC2034  # for wait_until
  DEADLINE=60
  wait_until eval '(($(ls "$out/.grade/results" 2>/dev/null | grep -c json) == 2 && $(grep -c wait "$tree/grade.log") >= 3))'
  grade "$class" -o "$out" --lab 01
  assert_failure 1
  [[ $stderr == *'another run is grading into'* ]]
  kill -KILL "$(pgrep -f "lab.d/grade $class -o $out" | head -n 1)"
  kill -KILL $! || true
  touch "$tree/go"
  wait_until eval 'flock -n "$out/.grade/lock" true'
  grade "$class" -o "$out" --lab 01 --jobs 3
  assert_success
  assert_equal "$(grep -c '// a ' "$tree/grade.log")" 1
  grade "$class" -o undisturbed --lab 01 --jobs 1
  cmp "$out/grades.csv" undisturbed/grades.csv
  assert_equal "$(find "$out" -name '*.new')" ''
}

@test "a job does not start if parallel was killed while it began" {
  local tied=$tree/scripts/class/tied
  run env PARALLEL_PID=1 "$tied" echo started
  assert_failure 255
  assert_output ''
  run bash -c 'PARALLEL_PID=$$ "$1" echo started; exit' bash "$tied"
  assert_output started
  run env -u PARALLEL_PID "$tied" echo started
  assert_output started
}
