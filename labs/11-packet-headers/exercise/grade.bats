#!/usr/bin/env bats
# The checks of lab 11's exercise, the options of TCP: ten points. scripts/grader/check.bash defines the words.
#
# A test notes lines and what they say. The student's program gets each of them alone, and in the last test all at once.
# shellcheck disable=SC2119,SC2120  # run_program gets its COMMAND from for_each_line
load ../../../scripts/grader/check.bash

GIVEN=() WANTED=() CAUSES=()

# A simple line, which the program gets first. If it does not understand this one, no other cause is named.
SIMPLE=01040201 SIMPLE_TEXT='nop, sack permitted, nop'
# One with padding, for tests of what ends a list: what is printed behind an end, because bytes are left, is not their
# matter.
SIMPLE_PADDED=010402000000 SIMPLE_PADDED_TEXT='nop, sack permitted, end'

# says HEX TEXT [CAUSE] - notes a line, and what must be printed for it. If it is the first that is wrong, CAUSE is the
# likely mistake.
says() {
  GIVEN+=("${1// /}")
  WANTED+=("$2")
  CAUSES+=("${3-}")
}

# for_each_line COMMAND... - does run_program with a COMMAND that starts the program once for each line. A slow machine needs
# a second to start ten programs, one after the other, or two with sanitizers.
for_each_line() {
  local in_a_second=10
  [[ -z ${SAN-} ]] || in_a_second=2
  hurry
  allow $((${DEADLINE%.*} + 1 + ${#GIVEN[@]} / in_a_second)) run_program "$@"
}

# decodes - gives each noted line to the program, alone, and expects its text.
decodes() {
  local i answers
  printf '%s\n' "$SIMPLE" "${GIVEN[@]}" >"$BATS_TEST_TMPDIR/lines"
  # shellcheck disable=SC2016  # the sandbox's shell expands it
  for_each_line bash -c 'while IFS= read -r line; do
    said=$("$0" <<<"$line") || [[ $? == 1 ]] || said+=" (status above 1)"
    IFS= read -r said <<<"$said" # its first line
    printf "%s\n" "$said"
  done'
  mapfile -t answers <"$OUTPUT"
  SAID=${answers[0]-}
  answers=("${answers[@]:1}")
  for ((i = 0; i < ${#GIVEN[@]}; i++)); do
    compare $((i + 1)) "${WANTED[i]}" "${answers[i]-}"
  done
  ((${#answers[@]} <= ${#GIVEN[@]})) || fail_check wrong "one line for each" "one more: ${answers[${#GIVEN[@]}]:0:300}"
}

# decodes_all NUMBER SEED - gives it that many lines at once, which awk draws: more than 65,536 bytes, and no newline
# behind the last one.
decodes_all() {
  local want=$BATS_TEST_TMPDIR/want
  awk -v many="$1" -v seed="$2" -v want="$want" 'BEGIN {
    srand(seed)
    while (many-- > 0) {
      hex = text = ""
      for (parts = rand() < 0.1 ? 0 : 5 + int(rand() * 4); parts > 0; parts--) {
        nop = rand() < 0.2
        hex = hex (nop ? "01" : "0402")
        text = text (text ? "," : "") (nop ? "nop" : "sack permitted")
      }
      print hex
      print text ? text : "none" >want
    }
    printf "\n0101\n01"
    print "none\nnop,nop\nnop" >want
  }' >"$BATS_TEST_TMPDIR/lines"
  run_program
  told "gave it $(wc -l <"$want") lines" "$(wc -l <"$OUTPUT") came back"
  same_lines
  : >"$BATS_TEST_TMPDIR/lines"
  : >"$want"
  run_program
  told "gave it no line at all" "$(wc -l <"$OUTPUT") came back"
  same_lines
}

# decodes_mixed - gives each noted line to the program, alone, and then at once those that it has understood: what it
# says of a line does not depend on the one before. What it says of a line alone is another test's matter, and so is a
# program that dies of one; but none makes the status 1.
decodes_mixed() {
  local i answers empties='' known=() want=$BATS_TEST_TMPDIR/want
  likely hung -
  printf '%s\n' "${GIVEN[@]}" >"$BATS_TEST_TMPDIR/lines"
  # shellcheck disable=SC2016  # the sandbox's shell expands it
  for_each_line bash -c 'while IFS= read -r line; do
    status=0
    said=$(timeout 0.3 "$0" <<<"$line") || status=$? # it may hang at one of them
    IFS= read -r said <<<"$said"
    printf "%s %s\n" "$status" "$said"
  done'
  plain
  mapfile -t answers <"$OUTPUT.plain"
  : >"$want"
  for i in "${!GIVEN[@]}"; do
    [[ ${answers[i]-} != 1 && ${answers[i]-} != '1 '* ]] || {
      told "gave it '${GIVEN[i]}', and no other line" "exit status 1"
      fail_check status "exit status 0" "exit status 1"
    }
    [[ ${answers[i]-} == "0 ${WANTED[i]//, /,}" ]] || continue
    known+=("${GIVEN[i]}")
    printf '%s\n' "${WANTED[i]//, /,}" >>"$want"
    [[ ${GIVEN[i]} ]] || empties=yes
  done
  # The last ones are empty, if it knows what that means.
  [[ ! $empties ]] || {
    known+=('' '')
    printf 'none\nnone\n' >>"$want"
  }
  ((${#known[@]} > 0)) || return 0
  told "gave it ${#known[@]} lines of many kinds, each alone" "right"
  printf '%s\n' "${known[@]}" >"$BATS_TEST_TMPDIR/lines"
  run_program
  told "gave it the same lines at once" "$(wc -l <"$OUTPUT") came back"
  likely any 'each line is a list of its own, and gets a line of its own, however the one before ended: README, "Exercise"'
  same_lines behind
  likely any 'a line ends with its newline, or with the input (read returns 0); a pipe may give a part of it first: README, "Exercise"'
  mkfifo "$BATS_TEST_TMPDIR/pipe"
  in_two_pieces >"$BATS_TEST_TMPDIR/pipe" 2>/dev/null 3>&- &
  INPUT=$BATS_TEST_TMPDIR/pipe run_program
  told "gave it the same lines, by a pipe, with a moment in the midst of one" "$(wc -l <"$OUTPUT") came back"
  same_lines behind
  [[ " ${known[*]} " != *' 00000000 '* ]] || decodes_a_megabyte
}

# decodes_a_megabyte - gives it a little more than that. What the lines say is short, and understood.
decodes_a_megabyte() {
  local many zeros
  draw many 13000 13200
  zeros=$(printf '0%.0s' {1..80})
  head -n "$many" < <(yes "$zeros") >"$BATS_TEST_TMPDIR/lines"
  head -n "$many" < <(yes end) >"$BATS_TEST_TMPDIR/want"
  likely any 'an input may have any length, more than a megabyte, too: read on until it ends: README, "Exercise"'
  allow $((${DEADLINE%.*} + 4)) run_program # a byte a call takes its time
  told "gave it $many lines of 80 zeros" "$(wc -l <"$OUTPUT") came back"
  same_lines
}

# in_two_pieces - writes the lines, and rests amid one of them.
in_two_pieces() {
  local lines at
  lines=$(cat "$BATS_TEST_TMPDIR/lines" && echo .) # else bash would drop the empty ones at the end
  lines=${lines%.} at=$((${#lines} / 2))
  while [[ ${lines:at:4} == *$'\n'* ]]; do at=$((at + 1)); done
  printf '%s' "${lines:0:at+2}"
  pause 0.15 # in which it may read that
  printf '%s' "${lines:at+2}"
}

# plain - makes $OUTPUT.plain, the program's output without what stands between and behind the options, but for a comma
# between two. Nothing stands behind none.
plain() {
  sed -E 's/, /,/g; /^([0-9]+ )?none/!s/[,; ]*$//' "$OUTPUT" >"$OUTPUT.plain"
}

# same_lines [BEHIND] - fails if the program's lines are not those that are wanted, or its status is not 0. With BEHIND
# the message quotes the line that was given, and the one before it.
same_lines() {
  local number text got cut='' behind='' given=() want=$BATS_TEST_TMPDIR/want
  plain
  cmp -s "$want" "$OUTPUT.plain" || {
    [[ -z $(tail -c 1 "$OUTPUT") ]] || cut=', without a newline'
    number=$(awk -v cut="$cut" 'FILENAME == ARGV[1] { got[FNR] = $0; n = FNR; next }
      FNR > n || got[FNR] != $0 { differs = 1; exit }
      END { print differs || cut ? FNR : FNR + 1 }' "$OUTPUT.plain" "$want")
    text=$(sed -n "${number}{s/,/, /g;p}" "$want")
    got=$(head -c 300 < <(sed -n "${number}p" "$OUTPUT"))
    [[ $got != "$text" ]] || got+=$cut
    ((number > $(wc -l <"$OUTPUT"))) || got=${got:-an empty line}
    [[ -z ${1-} ]] || mapfile -t given <"$BATS_TEST_TMPDIR/lines"
    ((number > ${#given[@]})) || {
      ((number < 2)) || behind=", behind '${given[number - 2]}'"
      if [[ -z $cut ]] && cmp -s <(sort "$want") <(sort "$OUTPUT.plain"); then
        likely any 'all lines are there, in another order: what write gives overtakes what waits in the buffer of printf: README, "Exercise"'
      elif [[ $got == none && $behind =~ [0-9a-f]{80} ]]; then
        likely any 'a line has up to 80 digits, and then its newline, which is not a line of its own: README, "Exercise"'
      fi
      number+=" (it is '${given[number - 1]}'$behind)"
    }
    fail_check wrong "as line $number: ${text:-nothing more}" "${got:-nothing}"
  }
  ((STATUS == 0)) || fail_check status "exit status 0" "exit status $STATUS"
}

# compare NUMBER TEXT GOT - fails if they differ. Only one test looks at what stands between any two options, because
# one mistake shall not cost all points: it sets EXACTLY=always. With EXACTLY=simple a test looks at that, too, if it is
# right in the simple line.
compare() {
  local text=$2 got=$3
  [[ ${EXACTLY-} == always || ${EXACTLY-}:$SAID == "simple:$SIMPLE_TEXT" ]] || {
    text=${text//, /,} got=${got//, /,} && got=${got%"${got##*[^,; ]}"}
  }
  [[ $got != "$text" ]] || return 0
  local words
  words=$(tail -n 1 "$OUTPUT.err" | head -c 200)
  told "line $1: '${GIVEN[$1 - 1]}'" 'done'
  # shellcheck disable=SC2034  # check.bash reads it
  [[ ${EXACTLY-} == always || $SAID == "$SIMPLE_TEXT"* ]] || LIKELY=()
  [[ -z ${CAUSES[$1 - 1]} ]] || likely any "${CAUSES[$1 - 1]}"
  fail_check wrong "$2" "${3:-nothing}${words:+; its message: $words}"
}

# run_program [COMMAND...] - runs it, or COMMAND with it as an argument, in the sandbox; the lines are the input, or
# the file INPUT.
# Sets STATUS.
run_program() {
  STATUS=0
  sandbox_open
  sandbox_show "$SUBJECT" /run/tcpopts
  sandbox_close
  sandbox_no_user_namespaces
  (
    limit
    become "${LIMITED[@]}" timeout -k 1 "$CHECK_DEADLINE" "$CHECK_TOOLS/unblock" "${SANDBOX[@]}" "$@" "$SEEN" 3>&-
  ) <"${INPUT:-$BATS_TEST_TMPDIR/lines}" >"$OUTPUT" 2>"$OUTPUT.err" || STATUS=$?
  ((STATUS < 124)) || ended "$STATUS" "gave it the lines" "$(tail -n 1 "$OUTPUT" | head -c 200)"
  [[ -z $(sanitizer_report) ]] || ended "$STATUS" "gave it the lines"
}

# number32 NAME - draws a number with all four bytes from 129 to 254, and sets NAME to it, NAME_hex to its digits.
number32() {
  local name=$1 i byte hex=''
  for i in 1 2 3 4; do
    draw "byte_${name}_$i" 129 254
    byte=byte_${name}_$i
    printf -v hex '%s%02x' "$hex" "${!byte}"
  done
  printf -v "$name" %d "0x$hex"
  printf -v "${name}_hex" %s "$hex"
}

# bats test_tags=id:syn,points:1
@test "the options of a SYN, in order" {
  local EXACTLY=always
  likely any 'the name, a blank, the value; a comma and a blank between two options: README, "Exercise"'
  says 020405b4 'mss 1460'
  says '0402' 'sack permitted'
  says 030307 'window scale 7'
  says 01 nop
  says '080a 00000b77 00000102' 'timestamps 2935 258'
  says '0204 05b4 0402 080a 00112233 00000000 01 0303 07' \
    'mss 1460, sack permitted, timestamps 1122867 0, nop, window scale 7'
  says '0303 07 01 0204 05b4' 'window scale 7, nop, mss 1460'
  says "$(printf '01%.0s' {1..40})" "nop$(printf ', nop%.0s' {1..39})"
  decodes
}

# bats test_tags=id:stacks,points:1
@test "what other systems send: Windows, macOS, FreeBSD, a small device, a scanner" {
  likely any 'options come in any order, and with any number of nops between them: README, "Behind the header: options"'
  says '020405b40103030801010402' 'mss 1460, nop, window scale 8, nop, nop, sack permitted'
  says '020405b4010303060101080a2f5c1e9d000000000402' \
    'mss 1460, nop, window scale 6, nop, nop, timestamps 794566301 0, sack permitted'
  says '020405b40103030604 02080a7d3a12c000000000' \
    'mss 1460, nop, window scale 6, sack permitted, timestamps 2100957888 0'
  says 02040218 'mss 536'
  says '020405a0 01 0303 00 0101 080a 00000000 00000000' 'mss 1440, nop, window scale 0, nop, nop, timestamps 0 0'
  says '03030a0102040109080affffffff000000000402' \
    'window scale 10, nop, mss 265, timestamps 4294967295 0, sack permitted' \
    'kinds may come in any order, and a number has no sign: README, "Behind the header: options"'
  says '0101080a5d1e0b2c5d1e0b2b' 'nop, nop, timestamps 1562250028 1562250027'
  says '01010402' 'nop, nop, sack permitted'
  decodes
}

# bats test_tags=id:numbers,points:1
@test "numbers of one, two and four bytes, without a sign" {
  local small
  number32 one
  number32 other
  draw small 129 254
  # shellcheck disable=SC2154  # number32 sets them
  {
    likely any 'a number has its most significant byte first, all its bytes count, and none has a sign: README, "Behind the header: options"'
    says "080a$one_hex$other_hex" "timestamps $one $other"
    says "0204${other_hex:0:4}" "mss $((0x${other_hex:0:4}))"
    says "0303$(printf %02x "$small")" "window scale $small"
    says "0204ffff" 'mss 65535'
    says "02040001" 'mss 1'
    says "02040100" 'mss 256'
    says "080a0001000080000000" 'timestamps 65536 2147483648'
    says '0204 05b4 0204 0218 0303 07 0303 08' 'mss 1460, mss 536, window scale 7, window scale 8'
  }
  decodes
}

# bats test_tags=id:sack,points:1
@test "SACK, with one block and with four" {
  local EXACTLY=simple
  number32 left
  number32 right
  likely any 'a SACK has as many blocks as its length says, each of two numbers of four bytes, without a sign, as they come: README, "Behind the header: options"'
  # shellcheck disable=SC2154  # number32 sets them
  says "0101050a$left_hex$right_hex" "nop, nop, sack $left-$right"
  says '0512 00000001 00000102 00000203 00000304' 'sack 1-258 515-772'
  says '051a 00000001 00000002 00000003 00000004 00000005 00000006' 'sack 1-2 3-4 5-6'
  says '0522 00000001 00000002 00000003 00000004 00000005 00000006 00000007 00000008 0101' \
    'sack 1-2 3-4 5-6 7-8, nop, nop'
  says '0402 050a 0000000100000002 0402' 'sack permitted, sack 1-2, sack permitted'
  decodes
}

# bats test_tags=id:end,points:1
@test "the end of the list ends it, whatever follows" {
  local EXACTLY=simple
  likely any 'kind 0 is the end of the list: what follows is padding, and says nothing: README, "Behind the header: options"'
  says 00000000 end
  says '0402 00 000000' 'sack permitted, end'
  says '01 01 00 0402' 'nop, nop, end'
  says '01 00 08 0a' 'nop, end'
  says '00 02 00' end
  says '01 00' 'nop, end'
  decodes
}

# bats test_tags=id:unknown,points:1
@test "kinds that are not in the list are named and skipped" {
  local kind EXACTLY=simple
  draw kind 129 250
  likely any 'each option but kinds 0 and 1 has a length, so one that you do not know can be skipped; it counts kind and length, too: README, "Behind the header: options"'
  says '1e0c 0081 1122334455667788 0402' 'kind 30 (12 bytes), sack permitted'
  says '2202 01 0402' 'kind 34 (2 bytes), nop, sack permitted'
  says '1312 00112233445566778899aabbccddeeff 01 01' 'kind 19 (18 bytes), nop, nop'
  says "$(printf %02x "$kind")04 0102 01" "kind $kind (4 bytes), nop"
  says 'ff03 00 01' 'kind 255 (3 bytes), nop'
  says "fd28$(printf '00%.0s' {1..38})" 'kind 253 (40 bytes)'
  says '0602 0704 0000 0902' 'kind 6 (2 bytes), kind 7 (4 bytes), kind 9 (2 bytes)'
  says "$(printf "%02x02" "$kind"{,}{,}{,,,,})" "$(printf ', kind %d (2 bytes)' "$kind"{,}{,}{,,,,} | tail -c +3)" \
    'there are up to 40 bytes of options, and what they say has up to 406: README, "Behind the header: options"'
  decodes
}

# bats test_tags=id:other-lengths,points:1
@test "a known kind with another length than its own is as unknown, and skipped" {
  likely any 'look at the length before you read a value: a kind of another length is not what it says, and the next one comes behind that length: README, "Behind the header: options"'
  says '0203 05 01' 'kind 2 (3 bytes), nop'
  says '0205 05b4 00 01' 'kind 2 (5 bytes), nop'
  says '0302 01' 'kind 3 (2 bytes), nop'
  says '0304 0700 01' 'kind 3 (4 bytes), nop'
  says '0403 00 01' 'kind 4 (3 bytes), nop'
  says '0809 00000000000000 01' 'kind 8 (9 bytes), nop'
  says '080b 000000000000000000 01' 'kind 8 (11 bytes), nop'
  says '0502 01' 'kind 5 (2 bytes), nop'
  says '0509 00000000000000 01' 'kind 5 (9 bytes), nop'
  says '050b 000000000000000000 01' 'kind 5 (11 bytes), nop'
  says '0506 00000001 01' 'kind 5 (6 bytes), nop'
  says '050e 000000010000000200000003 01' 'kind 5 (14 bytes), nop'
  decodes
}

# bats test_tags=id:impossible,points:1
@test "a length that is impossible ends the list" {
  local kind length EXACTLY=simple SIMPLE=$SIMPLE_PADDED SIMPLE_TEXT=$SIMPLE_PADDED_TEXT
  likely any 'a length counts kind and length, so it is 2 at least; and no option goes beyond the end: README, "A length that lies"'
  likely hung 'a length of 0 moves you nowhere, for ever: README, "A length that lies"'
  draw kind 129 254
  draw length 41 254
  says "01 $(printf '%02x%02x' "$kind" "$length") 0101" "nop, bad length $length of kind $kind"
  says '0200' 'bad length 0 of kind 2'
  says '0201 01' 'bad length 1 of kind 2'
  says '0100 01' 'nop, end'
  says '01 0500 01 01' 'nop, bad length 0 of kind 5'
  says '6300 0402' 'bad length 0 of kind 99'
  says '6301 0402' 'bad length 1 of kind 99'
  says '0301 01' 'bad length 1 of kind 3'
  says '0400 01' 'bad length 0 of kind 4'
  says '0401 01' 'bad length 1 of kind 4'
  says '0800 01' 'bad length 0 of kind 8'
  says '0204 05' 'bad length 4 of kind 2'
  says '01 0303' 'nop, bad length 3 of kind 3'
  says '080a 00000000 000000' 'bad length 10 of kind 8'
  says '63ff 0101' 'bad length 255 of kind 99'
  says '0101 63ff 01' 'nop, nop, bad length 255 of kind 99'
  says '6380 0101' 'bad length 128 of kind 99'
  says '6305 0101' 'bad length 5 of kind 99'
  says '6304 0101' 'kind 99 (4 bytes)'
  says '0522 0000000100000002' 'bad length 34 of kind 5'
  says '0205 05b4' 'bad length 5 of kind 2'
  says '01 0304 07' 'nop, bad length 4 of kind 3'
  says '0403' 'bad length 3 of kind 4'
  says '050b 00000001 00000002' 'bad length 11 of kind 5'
  says '080b 00000000 00000000' 'bad length 11 of kind 8'
  decodes
}

# bats test_tags=id:cut,points:1
@test "a kind in the last byte has no length" {
  local EXACTLY=simple SIMPLE=$SIMPLE_PADDED SIMPLE_TEXT=$SIMPLE_PADDED_TEXT
  likely any 'there may be no byte for the length, and what lies behind the end is not yours: README, "A length that lies"'
  says '0402 0402 01' 'sack permitted, sack permitted, nop'
  says '02' 'no length of kind 2'
  says '0402 08' 'sack permitted, no length of kind 8'
  says '01 04' 'nop, no length of kind 4'
  says 'ff' 'no length of kind 255' \
    'a kind is a byte without a sign, also when it has no length: README, "A length that lies"'
  says '01 63' 'nop, no length of kind 99'
  says '01' nop
  says '00' end
  decodes
}

# bats test_tags=id:many,points:1
@test "thousands of lines, drawn by chance, and empty ones" {
  local many kind hex
  likely any 'for each line one line, in the same order; none for an empty one; and status 0 at the end: README, "Exercise"'
  draw many 9000 9600
  draw_sum lines
  # shellcheck disable=SC2154  # draw_sum sets it
  decodes_all "$many" "$_sum"
  draw kind 40 126
  printf -v hex %02x "$kind"
  says 01000402 'nop, end'
  says 0402 'sack permitted'
  says "${hex}01 01" "bad length 1 of kind $kind"
  says 01 nop
  says "${hex}00 01" "bad length 0 of kind $kind"
  says "$(printf '01%.0s' {1..40})" "nop$(printf ', nop%.0s' {1..39})"
  says "01 $hex" "nop, no length of kind $kind"
  says '' none
  says 020405b4 'mss 1460'
  says "${hex}04" "bad length 4 of kind $kind"
  says '080a 00000b77 00000102' 'timestamps 2935 258'
  says '0203 05' 'kind 2 (3 bytes)'
  says '050a 00000001 00000102' 'sack 1-258'
  says "${hex}04 0000" "kind $kind (4 bytes)"
  says 030307 'window scale 7'
  says 00000000 end
  says 0101 'nop, nop'
  decodes_mixed
}
