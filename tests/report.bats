#!/usr/bin/env bats
# What a check says of a program that is wrong, and how long it takes to say so.
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154  # report.bash reads what the tests set; bats sets output

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  cd "$BATS_TEST_DIRNAME/.." || return
}

# program LINE... - writes a server that has made its LISTENER, a socket, and its address WHERE, which is right,
# and then does this.
program() {
  {
    printf '#include <%s>\n' arpa/inet.h netinet/in.h stdlib.h sys/socket.h sys/un.h unistd.h
    echo 'int main(int argc, char *argv[]) {'
    echo 'struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[argc - 1]))};'
    echo 'where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);'
    echo 'int listener = socket(AF_INET, SOCK_STREAM, 0);'
    echo '(void)where, (void)listener;'
    printf '%s\n' "$@"
    echo '}'
  } >"$BATS_TEST_TMPDIR/server.c"
}

BIND='if (bind(listener, (struct sockaddr *)&where, sizeof where) == -1) return 1;'
LISTEN='if (listen(listener, 10) == -1) return 1;'
SLEEP='for (;;) pause();'

# grade LAB ID... - grades the program by these tests.
grade() {
  local id only=()
  for id in "${@:2}"; do only+=(--only "$id"); done
  run timeout -k 5 180 scripts/grade "${only[@]}" ${JSON:+--json} labs/"$1"-* "$BATS_TEST_TMPDIR/server.c" </dev/null
}

# seconds ID - sets SECONDS_OF to how long that test took, without the fraction.
seconds() {
  SECONDS_OF=$(jq -r --arg id "$1" '.tests[] | select(.id == $id) | .seconds | floor' <<<"$output")
}

# bats test_tags=slow
@test "a program that never listens is waited for once, and the other tests are lost with that reason" {
  local lab id
  program "$SLEEP"
  for lab in 01 02 03 04 05; do
    JSON=yes LABS_DEADLINE=3 grade "$lab"
    assert_failure 1
    while IFS= read -r id; do
      seconds "$id"
      if [[ $id == "$(jq -r '.tests[0].id' <<<"$output")" ]]; then
        ((SECONDS_OF >= 3))
      else
        ((SECONDS_OF < 3))
        assert_equal "$(jq -r --arg id "$id" '.tests[] | select(.id == $id) | .message' <<<"$output")" \
          'expected a server that listens; got no listening socket, so this test did not begin'
      fi
    done < <(jq -r '.tests[].id' <<<"$output")
  done
  LABS_DEADLINE=1 grade 01
  assert_equal "$(grep -c 'the same as in "listens on 127.0.0.1 and the port' <<<"$output")" 9
}

@test "a program that fails to listen later is started again" {
  # It has the port of -p, but waits for ever without one.
  program 'if (argc == 1)' "$SLEEP" "$BIND" "$LISTEN" 'for (;;) {' \
    'int fd = accept(listener, NULL, NULL);' 'char data[100];' \
    'for (ssize_t n; (n = recv(fd, data, sizeof data, 0)) > 0;)' \
    'for (ssize_t i = 0; i < n; i++) { char c = (char)(data[i] - (data[i] >= 97 && data[i] <= 122 ? 32 : 0));' \
    'if (send(fd, &c, 1, MSG_NOSIGNAL) == -1) return 1; }' 'close(fd); }'
  LABS_DEADLINE=1 grade 01 address one-line end-of-stream
  assert_failure 1
  assert_line --regexp 'FAIL  0/1  listens on 127.0.0.1'
  assert_line --partial 'started ./server  '
  assert_line --regexp 'ok    1/1  one line comes back'
  assert_line --regexp 'ok    1/1  the end of the client'
}

@test "each wait in vain leaves the check less patience: a program that never answers costs less than 15 s" {
  program "$BIND" "$LISTEN" "$SLEEP"
  # Twice the usual time, so that this machine is not taken for a slow one.
  LABS_DEADLINE=8 JSON=yes grade 01
  assert_failure 1
  seconds one-line
  ((SECONDS_OF >= 8)) # the first one has the full time
  seconds conversation
  ((SECONDS_OF < 8))
  # What the tests say they waited. Their whole time is for `make bench`, for a busy machine adds to it.
  assert_equal "$(jq '[.tests[].message | scan("(?:within|for) ([0-9.]+) s")[0] | tonumber] | add < 26' <<<"$output")" true
  assert_equal "$(jq -r '.tests[1].message' <<<"$output" | grep -o 'within [0-9.]* s')" 'within 8 s'
  assert_equal "$(jq -r '.tests[9].message' <<<"$output" | grep -o 'for [0-9.]* s')" 'for 1 s'
}

@test "a machine on which a start takes long gets more patience than that" {
  program 'sleep(1);' "$BIND" "$LISTEN" "$SLEEP"
  JSON=yes grade 01
  assert_failure 1
  assert_equal "$(jq -r '.tests[9].message' <<<"$output" | grep -o 'for [0-9.]* s')" 'for 4 s'
  CHECK_DEADLINE=4 STORY_DIR=$BATS_TEST_TMPDIR run bash -c '
    source scripts/grader/check.bash
    shown() { hurry && echo "$DEADLINE"; }
    note_slow_start 500 # no longer than an eighth
    printf .... >"$STORY_DIR/in-vain"
    shown
    note_slow_start 501
    note_slow_start 750
    note_slow_start 510
    shown
    note_slow_start 1300
    shown'
  assert_output $'0.5\n3\n4'
}

@test "what a check does beside a test is waited for, and fails it with a story of its own" {
  CHECK_DEADLINE=4 STORY_DIR=$BATS_TEST_TMPDIR run bash -c '
    set -e
    source scripts/grader/check.bash
    declare -A LIKELY PID BOX
    BESIDE=() PORT=7000 STORY=$STORY_DIR/story
    : >"$STORY"
    good() { told "good at $PORT" done; }
    bad() {
      told "bad at $PORT" done
      fail_check any this that
      told never done
    }
    beside good
    all_beside
    beside bad
    told main done
    all_beside || echo failed
    cat "$STORY"'
  assert_output $'failed\nstep\tmain\tdone\nstep\tbad at 7002\tdone\nfailed\tany\nexpected\tthis\ngot\tthat'
}

@test "where a right program may take longer than that, the check waits longer, however little patience it has left" {
  LABS_DEADLINE=1 run timeout -k 5 60 scripts/grade --only silent labs/07-file-transfer tests/solutions/07-file-transfer/*.c </dev/null
  assert_success # its server waits 1,100 ms for a sender
  CHECK_DEADLINE=4 STORY_DIR=$BATS_TEST_TMPDIR run bash -c '
    source scripts/grader/check.bash
    printf .... >"$STORY_DIR/in-vain"
    shown() { hurry && echo "$DEADLINE $CHECK_DEADLINE"; }
    allow 6 shown
    shown'
  assert_output $'6 6\n0.5 0.5'
}

@test "a program that takes an interrupted call for an error is told of that, whatever the test is about" {
  program "$BIND" "$LISTEN" '(void)!write(2, "server: epoll_wait: Interrupted system call\n", 44);' 'return 1;'
  grade 05 greeting
  assert_failure 1
  assert_line --regexp 'likely +a signal came, .* that is no error'
}

@test "a wildcard address and a port of the kernel's mean that bind failed, or was not called" {
  local where='expected  a server that listens on 127.0.0.1:[0-9]+$' got='got       it listens on (0.0.0.0|\[::]|\*):[0-9]+ instead'
  program "$LISTEN" "$SLEEP" # no bind at all
  grade 01 one-line
  assert_line --regexp "$where"
  assert_line --regexp "$got, at a port that the kernel chose: bind"
  assert_line --partial 'likely    look at what bind returns'
  # no htonl, and nobody looks at what bind returns
  program 'where.sin_addr.s_addr = INADDR_LOOPBACK;' \
    '(void)!bind(listener, (struct sockaddr *)&where, sizeof where);' "$LISTEN" "$SLEEP"
  grade 05 address
  assert_line --regexp "$got, at a port that the kernel chose"
  # another port that somebody chose, also one of those of the kernel
  program 'where.sin_addr.s_addr = INADDR_ANY; where.sin_port = htons(5001);' "$BIND" "$LISTEN" "$SLEEP"
  grade 01 one-line
  assert_line --regexp "$got\$"
  program 'where.sin_addr.s_addr = INADDR_ANY; where.sin_port = (unsigned short)atoi(argv[argc - 1]);' "$BIND" "$LISTEN" "$SLEEP"
  grade 01 one-line
  assert_line --regexp "$got\$"
}

@test "what a program does after the check has hung up does not count" {
  # It waits for more than the message, and when the client leaves, it sends until SIGPIPE kills it.
  program "$BIND" "$LISTEN" 'int fd = accept(listener, NULL, NULL);' 'char data[100];' \
    'while (recv(fd, data, sizeof data, 0) > 0) {}' 'for (;;) if (send(fd, data, 1, 0) == -1) return 1;'
  LABS_DEADLINE=1 grade 04 one-message
  assert_failure 1
  assert_line --regexp 'got       nothing for 1 s$'
  refute_output --partial SIGPIPE
  # And what it does before, does: it ends in the middle of the conversation.
  program "$BIND" "$LISTEN" 'int fd = accept(listener, NULL, NULL);' 'char data[5];' \
    'if (recv(fd, data, sizeof data, 0) < 0) return 1;' 'close(fd);' 'usleep(50000);' 'return 7;'
  grade 04 one-message
  assert_line --regexp 'got       it ended with status 7$'
}

# tell ID NAME STORY - reports a failed test with that story.
tell() {
  IDS+=("$1") NAMES+=("$2")
  printf "own\t20001\n%b\n" "$3" >"$BATS_TEST_TMPDIR/$1"
  tell_story "$BATS_TEST_TMPDIR/$1"
  SEEN=$((SEEN + 1))
}

@test "\"the same as in\" stands for the same steps, result and likely mistake, and for nothing else" {
  local end='failed\thung\nexpected\ta\ngot\tnothing for 4 s' lab=01-tcp-echo json='' color=no seed=1 work=''
  source scripts/grader/report.bash
  tell one 'the first' "step\tsent 1\tdone\n$end\nlikely\tthis mistake" >"$BATS_TEST_TMPDIR/told"
  for again in \
    "two|step\tsent 1\tdone\n$end\nlikely\tthis mistake|yes" \
    "three|step\tsent 2\tdone\n$end\nlikely\tthis mistake|no" \
    "four|step\tsent 1\tdone\n$end\nlikely\tanother mistake|no" \
    "five|step\tsent 1\tdone\n$end|yes" \
    "six|step\tsent 1\tdone\n${end/4 s/5 s}\nlikely\tthis mistake|no"; do
    IFS='|' read -r id story same <<<"$again"
    tell "$id" "the $id" "$story" >"$BATS_TEST_TMPDIR/told"
    if [[ $same == yes ]]; then
      assert_equal "$(<"$BATS_TEST_TMPDIR/told")" '        the same as in "the first" above'
    else
      assert grep -q 'sent' "$BATS_TEST_TMPDIR/told"
      refute grep -q 'the same' "$BATS_TEST_TMPDIR/told"
    fi
  done
  # A path that only one test has, like its port.
  tell seven 'the seventh' "own\t/run/a/x\nstep\tmade /run/a/x\tdone\n$end" >"$BATS_TEST_TMPDIR/told"
  tell eight 'the eighth' "own\t/run/b/y\nstep\tmade /run/b/y\tdone\n$end" >"$BATS_TEST_TMPDIR/told"
  assert_equal "$(<"$BATS_TEST_TMPDIR/told")" '        the same as in "the seventh" above'
}

@test "options may stand anywhere, and --only and --seed take = too" {
  local solution=tests/solutions/01-tcp-echo/server.c
  for line in "labs/01-tcp-echo $solution --json --only one-line" "--only=one-line labs/01-tcp-echo --json $solution" \
    "labs/01-tcp-echo --seed=1 --only one-line -- $solution --json"; do
    # shellcheck disable=SC2086  # words
    run scripts/grade $line </dev/null
    [[ $line == *' -- '* ]] || assert_success
    [[ $line == *' -- '* ]] || assert_equal "$(jq -r '.tests[].id' <<<"$output")" one-line
  done
  assert_failure 2 # after -- nothing is an option
  assert_output --partial 'needs a lab directory and a source file'
  run scripts/grade labs/01-tcp-echo "$solution" --seed=x
  assert_failure 2
  run scripts/grade labs/01-tcp-echo "$solution" --only=
  assert_failure 2
}
