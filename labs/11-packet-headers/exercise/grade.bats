#!/usr/bin/env bats
# The checks of lab 11's exercise, the options of TCP: ten points. scripts/grader/check.bash defines the words.
#
# A test notes lines and what they say. The student's program gets each of them alone, and in the last test all at once.
load ../../../scripts/grader/check.bash

GIVEN=() WANTED=()

# A simple line, which the program gets first. If it does not understand this one, no other cause is named.
SIMPLE=01040201 SIMPLE_TEXT='nop, sack permitted, nop'

# says HEX TEXT - notes a line, and what must be printed for it.
says() {
  GIVEN+=("${1// /}")
  WANTED+=("$2")
}

# decodes - gives each noted line to the program, alone, and expects its text.
decodes() {
  local i answers
  printf '%s\n' "$SIMPLE" "${GIVEN[@]}" >"$BATS_TEST_TMPDIR/lines"
  # shellcheck disable=SC2016  # the sandbox's shell expands it
  run_program sh -c 'while IFS= read -r line; do
    said=$(printf "%s\n" "$line" | "$0") || [ $? = 1 ] || said="$said (status above 1)"
    printf "%s\n" "$said" | sed -n 1p
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
  local number want=$BATS_TEST_TMPDIR/want
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
    printf "\n01"
    print "none\nnop" >want
  }' >"$BATS_TEST_TMPDIR/lines"
  run_program
  told "gave it $(wc -l <"$want") lines" "$(wc -l <"$OUTPUT") came back"
  sed -i 's/, /,/g; s/[,; ]*$//' "$OUTPUT"
  cmp -s "$want" "$OUTPUT" || {
    number=$(awk 'NR == FNR { got[FNR] = $0; n = FNR; next } FNR > n || got[FNR] != $0 { exit } END { print FNR }' "$OUTPUT" "$want")
    fail_check wrong "as line $number: $(sed -n "${number}p" "$want")" "$(sed -n "${number}p" "$OUTPUT" | head -c 300)"
  }
  ((STATUS == 0)) || fail_check status "exit status 0" "exit status $STATUS"
}

# ends_well - the status is 0 after a length that lies, too. What it prints of it is another test's matter, and so is a
# program that reads what is not there and dies of it.
ends_well() {
  printf '%s\n' 6304 02 >"$BATS_TEST_TMPDIR/lines"
  run_program
  told "gave it '6304', and '02': a length beyond the end, and none" "exit status $STATUS"
  ((STATUS != 1)) || fail_check status "exit status 0" "exit status 1"
}

# compare NUMBER TEXT GOT - fails if they differ. Only one test looks at what stands between two options, because one
# mistake shall not cost all points: it sets EXACTLY.
compare() {
  local text=$2 got=$3
  [[ ${EXACTLY-} ]] || { text=${text//, /,} got=${got//, /,} && got=${got%"${got##*[^,; ]}"}; }
  [[ $got != "$text" ]] || return 0
  local words
  words=$(tail -n 1 "$OUTPUT.err" | head -c 200)
  told "line $1: '${GIVEN[$1 - 1]}'" 'done'
  # shellcheck disable=SC2034  # check.bash reads it
  [[ ${EXACTLY-} || $SAID == "$SIMPLE_TEXT"* ]] || LIKELY=()
  fail_check wrong "$2" "${3:-nothing}${words:+; its message: $words}"
}

# run_program [COMMAND...] - runs it, or COMMAND with it as an argument, in the sandbox; the lines are the input.
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
  ) <"$BATS_TEST_TMPDIR/lines" >"$OUTPUT" 2>"$OUTPUT.err" || STATUS=$?
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
  local EXACTLY=yes
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
    'window scale 10, nop, mss 265, timestamps 4294967295 0, sack permitted'
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
  }
  decodes
}

# bats test_tags=id:sack,points:1
@test "SACK, with one block and with four" {
  number32 left
  number32 right
  likely any 'a SACK has as many blocks as its length says, each of two numbers of four bytes: README, "Behind the header: options"'
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
  local kind
  draw kind 129 250
  likely any 'each option but kinds 0 and 1 has a length, so one that you do not know can be skipped; it counts kind and length, too: README, "Behind the header: options"'
  says '1e0c 0081 1122334455667788 0402' 'kind 30 (12 bytes), sack permitted'
  says '2202 01 0402' 'kind 34 (2 bytes), nop, sack permitted'
  says '1312 00112233445566778899aabbccddeeff 01 01' 'kind 19 (18 bytes), nop, nop'
  says "$(printf %02x "$kind")04 0102 01" "kind $kind (4 bytes), nop"
  says 'ff03 00 01' 'kind 255 (3 bytes), nop'
  says "fd28$(printf '00%.0s' {1..38})" 'kind 253 (40 bytes)'
  says '0602 0704 0000 0902' 'kind 6 (2 bytes), kind 7 (4 bytes), kind 9 (2 bytes)'
  decodes
}

# bats test_tags=id:other-lengths,points:1
@test "a known kind with another length than its own is as unknown, and skipped" {
  likely any 'look at the length before you read a value: a kind of another length is not what it says: README, "Behind the header: options"'
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
  local kind length
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
  says '0204 05' 'bad length 4 of kind 2'
  says '01 0303' 'nop, bad length 3 of kind 3'
  says '080a 00000000 000000' 'bad length 10 of kind 8'
  says '63ff 0101' 'bad length 255 of kind 99'
  says '6380 0101' 'bad length 128 of kind 99'
  says '6305 0101' 'bad length 5 of kind 99'
  says '6304 0101' 'kind 99 (4 bytes)'
  says '0522 0000000100000002' 'bad length 34 of kind 5'
  decodes
}

# bats test_tags=id:cut,points:1
@test "a kind in the last byte has no length" {
  likely any 'there may be no byte for the length, and what lies behind the end is not yours: README, "A length that lies"'
  says '0402 0402 01' 'sack permitted, sack permitted, nop'
  says '02' 'no length of kind 2'
  says '0402 08' 'sack permitted, no length of kind 8'
  says '01 04' 'nop, no length of kind 4'
  says 'ff' 'no length of kind 255'
  says '01 63' 'nop, no length of kind 99'
  says '01' nop
  says '00' end
  decodes
}

# bats test_tags=id:many,points:1
@test "thousands of lines, drawn by chance, and empty ones" {
  local many
  likely any 'for each line one line, in the same order; none for an empty one; and status 0 at the end: README, "Exercise"'
  draw many 3300 3600
  draw_sum lines
  # shellcheck disable=SC2154  # draw_sum sets it
  decodes_all "$many" "$_sum"
  ends_well
}
