#!/usr/bin/env bats
# scripts/lab grade: what students call themselves and their files does nothing but name them, in the small course of
# lib/class.bash.
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154  # what a shell would run; bats

bats_require_minimum_version 1.5.0

setup() {
  source "$BATS_TEST_DIRNAME/lib/class.bash"
  small_course
}

# rows OUT - prints grades.csv without its first line.
rows() { tail -n +2 "$1/grades.csv"; }

# bats test_tags=slow
@test "no shell runs what stands in a name" {
  mkdir moodle canvas
  echo x >'moodle/Eve_13_assignsubmission_file_$(echo hi >pwned)_assignsubmission_file_server.c'
  echo x >'moodle/Eve_13_assignsubmission_file_server.c'
  echo x >'canvas/bob_4712_817_$(echo hi >pwned)_1_2_server.c'
  echo x >canvas/bob_4712_818_server.c
  mkdir -p "$class/"'$(echo hi >pwned)/01-echo' "$class/a[\$(echo hi >pwned)]/01-echo"
  echo x >"$class/"'$(echo hi >pwned)/01-echo/server.c'
  echo x >"$class/a[\$(echo hi >pwned)]/01-echo/server.c"
  grade moodle -o out1 --lab 1
  assert_equal "$(rows out1)" '"Eve_13",10,10'
  grade canvas -o out2 --lab 1
  assert_equal "$(rows out2)" '"bob_4712",10,10'
  grade "$class" -o "$out" --lab 1
  assert_success
  assert_equal "$(find . -name pwned)" ''
}

# bats test_tags=slow
@test "a file that has the starter's name wins, whatever its student is called" {
  mkdir moodle
  for file in a b server; do echo "// $file" >"moodle/O'Brien_12_assignsubmission_file_$file.c"; done
  grade moodle -o "$out" --lab 1
  assert_equal "$(rows "$out")" "\"O'Brien_12\",10,10"
  assert grep -q '// server' "$out"/.grade/submissions/*/server.c
}

@test "a file's name makes no row in the table of grades, and breaks none" {
  mkdir -p "$class"/{ada,eve}/01-echo
  echo x >"$class/ada/01-echo/server.c"
  grade "$class" -o "$out" --lab 1
  local key
  key=$(basename "$out"/.grade/results/*.json .json)
  head -c 2000000 /dev/zero >"$class/eve/01-echo/x"$'\n'"eve"$'\t'"01-echo"$'\t'"$key"$'\t'".c"
  grade "$class" -o "$out" --lab 1
  assert_success
  assert_equal "$(rows "$out")" $'"ada",10,10\n"eve","",0'
  [[ $stderr == *'eve 01-echo: the file is larger than 1 MiB'* ]]
}

@test "a name that begins as a formula is none in the table of grades" {
  local name
  for name in '=1+1' '+1' '@SUM(1)' 'a=1'; do
    mkdir -p "$class/$name/01-echo"
    echo x >"$class/$name/01-echo/server.c"
  done
  grade "$class" -o "$out" --lab 1
  assert_success
  assert_equal "$(rows "$out")" $'"\'+1",10,10\n"\'=1+1",10,10\n"\'@SUM(1)",10,10\n"a=1",10,10'
}

# bats test_tags=slow
@test "a file that is called as another student's belongs to the one who handed it in" {
  mkdir moodle canvas
  echo 'lose one' >moodle/Bob_12_assignsubmission_file_server.c
  echo 'lose two' >moodle/Eve_13_assignsubmission_file_Bob_12_assignsubmission_file_server.c
  grade moodle -o out1 --lab 1
  assert_equal "$(rows out1)" $'"Bob_12",7,7\n"Eve_13",5,5'
  echo x >canvas/bob_4712_817_server_2024_10_05.c
  echo x >canvas/test_student_LATE_4713_818_server.c
  echo x >canvas/eve_4714_819_notes.txt
  grade canvas -o out2 --lab 1
  assert_equal "$(rows out2)" $'"bob_4712",10,10\n"eve_4714","",0\n"test_student_4713",10,10'
}

# bats test_tags=slow
@test "a header that lies among all students' files is its student's alone, by the student's name for it" {
  mkdir moodle canvas
  echo x >moodle/Ada_11_assignsubmission_file_server.c
  echo 'of ada' >moodle/Ada_11_assignsubmission_file_own.h
  echo y >moodle/Bob_12_assignsubmission_file_server.c
  grade moodle -o out1 --lab 1
  assert_success
  assert_equal "$(cd out1/.grade/submissions && find . -type f -printf '%f\n' | sort | xargs)" 'own.h server.c server.c'
  echo 'of bob' >moodle/Bob_12_assignsubmission_file_own.h
  grade moodle -o out1 --lab 1
  [[ $stderr == *'2 students; results that are there already: 1, to do: 1'* ]]
  echo x >canvas/bob_4712_817_server.c
  echo h >canvas/bob_4712_818_own-1.h
  grade canvas -o out2 --lab 1
  run ls out2/.grade/submissions/*
  assert_output $'own.h\nserver.c'
}

# bats test_tags=slow
@test "what a program printed into Gradescope's metadata is nobody's name" {
  mkdir -p scope/submission_1 scope/submission_2
  printf '%s\n' --- 'submission_1:' '  :submitters:' '  - :name: Eve' "    :sid: ''" "    :email: ''" '  :results:' '    tests:' \
    '    - output: |-' '        - :name: Ada' '          :email: ada@x' 'submission_2:' '  :submitters:' "  - :email: 'ada@x'" \
    '    :name: "Ada \"L\""' '  - :sid: 3' "    :name: 'O''Brien'" '  :created_at: 2026' >scope/submission_metadata.yml
  echo 'lose one' >scope/submission_1/server.c
  echo x >scope/submission_2/server.c
  grade scope -o "$out" --lab 1
  assert_equal "$(rows "$out")" $'"Eve",7,7\n"O\'Brien",10,10\n"ada@x",10,10'
}

# bats test_tags=slow
@test "a name that no file or table can have is left out, said, and the status tells it" {
  hand_in ada 01-echo
  hand_in $'Jos\xe8' 01-echo
  hand_in José 01-echo
  hand_in $'a\nb' 01-echo
  grade "$class" -o "$out" --lab 1
  assert_failure 1
  assert_line '2 graded, 0 missing, 0 not by this machine'
  [[ $stderr == *"left out, for these cannot be names of students here: 'Jos"*" 'a?b'"* ]]
}

@test "a file that this machine cannot read is no zero" {
  ((EUID != 0)) || skip 'root can read any file'
  hand_in ada 01-echo
  chmod 0 "$class/ada/01-echo/server.c"
  grade "$class" -o "$out" --lab 1
  assert_failure 3
  assert_equal "$(rows "$out")" '"ada","machine error",""'
}

@test "a roster's names in quotes are whole, an empty roster is an error, and so is a name that is a path" {
  hand_in 'Lovelace, Ada' 01-echo
  hand_in 'Lovelace, Byron' 01-echo
  printf '"Lovelace, Ada";1\n"Lovelace, Byron";2\n' >roster.csv
  grade "$class" -o "$out" --lab 1 --roster roster.csv
  assert_success
  : >roster.csv
  grade "$class" -o "$out" --lab 1 --roster roster.csv
  assert_failure 1
  [[ $stderr == *'roster.csv: there is nobody on it'* ]]
  echo ../ada >roster.csv
  grade "$class" -o "$out" --lab 1 --roster roster.csv
  assert_failure 1
  [[ $stderr == *"roster.csv: '../ada' cannot be the name of a student here"* ]]
}

# bats test_tags=slow
@test "a worksheet may be called what it likes, but not as a file of ours" {
  mkdir moodle
  echo x >moodle/Ada_11_assignsubmission_file_server.c
  printf 'Identifier,Grade,Maximum Grade\nParticipant 11,,"Fail, Pass"' >"O'Brien.csv"
  cp "O'Brien.csv" id=4.csv
  printf 'Identifier,Points\nParticipant 11,\n' >other.csv
  for sheet in "O'Brien.csv" id=4.csv; do
    grade moodle -o "$out" --lab 1 --fill "$sheet"
    assert_success
    printf 'Identifier,Grade,Maximum Grade\nParticipant 11,10,"Fail, Pass"' | cmp "$out/$sheet"
  done
  grade moodle -o "$out" --lab 1 --fill "$out/id=4.csv"
  assert_failure 1
  [[ $stderr == *'its copy would take its place'* ]]
  cp id=4.csv grades.csv
  grade moodle -o "$out" --lab 1 --fill grades.csv
  assert_failure 1
  [[ $stderr == *'a file of ours has this name'* ]]
  grade moodle -o "$out" --lab 1 --fill other.csv
  assert_failure 1
  [[ $stderr == *'the worksheet has no column Grade'* ]]
  assert_line '1 graded, 0 missing, 0 not by this machine'
}

# bats test_tags=slow
@test "who has no row in the worksheet is named" {
  mkdir moodle
  echo x >moodle/Ada_11_assignsubmission_file_server.c
  echo x >moodle/Bob_12_assignsubmission_file_server.c
  printf 'Identifier,Grade\nParticipant 11,\n' >sheet.csv
  grade moodle -o "$out" --lab 1 --fill sheet.csv
  assert_success
  [[ $stderr == *'1 row filled'*'no row of the worksheet is that of Bob_12'* ]]
}

# bats test_tags=slow
@test "what an earlier run told of a grade goes when there is none any more" {
  hand_in ada 01-echo
  grade "$class" -o "$out" --lab 1
  assert [ -e "$out/ada/results.json" ]
  hand_in ada 01-echo machine
  grade "$class" -o "$out" --lab 1
  assert_failure 3
  assert [ ! -e "$out/ada/results.json" ]
  assert [ ! -e "$out/ada/01-echo/result.json" ]
  rm "$class/ada/01-echo/server.c"
  grade "$class" -o "$out" --lab 1
  run jq -r .output "$out/ada/results.json"
  assert_output '01-echo: nothing handed in'
}

@test "only our own temporary files are removed, and grades cannot lie among the submissions" {
  hand_in ada 01-echo
  mkdir -p "$out"
  echo mine >"$out/mine.new"
  grade "$class" -o "$out" --lab 1
  assert_success
  assert_equal "$(cat "$out/mine.new")" mine
  grade "$class" -o "$class" --lab 1
  assert_failure 2
  grade "$class" -o "$class/grades" --lab 1
  assert_failure 2
  [[ $stderr == *'the grades cannot lie among the submissions'* ]]
}

# bats test_tags=slow
@test "a result is made anew with a program of the lab, another deadline, another compiler, and inside the sandbox" {
  hand_in ada 01-echo
  echo 'int main;' >"$tree/labs/01-echo/client.c"
  grade "$class" -o "$out" --lab 1
  assert_equal "$(checks_made)" 1
  echo 'int main, two;' >"$tree/labs/01-echo/client.c"
  grade "$class" -o "$out" --lab 1
  assert_equal "$(checks_made)" 2
  LABS_DEADLINE=61 grade "$class" -o "$out" --lab 1
  assert_equal "$(checks_made)" 3
  CC=gcc grade "$class" -o "$out" --lab 1
  assert_equal "$(checks_made)" 4
  grade "$class" -o "$out" --lab 1 --unsafe
  assert_equal "$(checks_made)" 5
  echo 'int main;' >"$tree/labs/01-echo/exercise/server.c" # the instructor's own
  grade "$class" -o "$out" --lab 1
  assert_equal "$(checks_made)" 5
}

# bats test_tags=slow
@test "--only is for the labs that have such a test" {
  hand_in ada 01-echo
  hand_in ada 02-loss
  sed -i s/id:three/id:four/ "$tree/labs/02-loss/exercise/grade.bats"
  grade "$class" -o "$out" --only three
  assert_success
  assert_equal "$(head -n 1 "$out/grades.csv")" '"student","01-echo","total"'
  grade "$class" -o "$out" --only one --only four
  assert_success
  assert_equal "$(awk '{ print $1, $4, $5, $6 }' "$tree/grade.log" | sort -u | grep -c ' four')" 1
  grade "$class" -o "$out" --only fuor
  assert_failure 2
  [[ $stderr == *'--only fuor: no exercise of these labs has such a test'* ]]
}

# bats test_tags=slow
@test "--verify tells a machine that cannot from a grade that differs" {
  hand_in ada 01-echo
  hand_in bob 01-echo 'lose one'
  grade "$class" -o "$out" --lab 1
  stub grade 'echo "  not graded: no bats here"; exit 3'
  grade --verify "$out"
  assert_failure 3
  assert_line '0 graded again, 0 differ'
}

@test "from the seeds of two labs nobody can tell that of a third" {
  source "$tree/scripts/class/run.bash"
  local salt=pepper seed=1 SEED seeds=() lab
  for lab in 01-a 02-b 03-c 19-d; do
    seed_for ada "$lab"
    seeds+=("$SEED")
  done
  assert_equal "$(printf '%s\n' "${seeds[@]}" | sort -u | wc -l)" 4
  # A straight line from lab to lab was what it once was.
  [[ $(((2 * seeds[1] - seeds[0] + 1000000000) % 1000000000)) != "${seeds[2]}" ]]
}
