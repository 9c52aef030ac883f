# table.bash - the words of a check that reads a table of connections, the local end first. Sourced behind
# check.bash. $OUTPUT is what was printed, $EXPECTED, which the check writes, what must be printed; a
# test compares the columns that it is about, so that a mistake costs its own points only.

EXPECTED=${BATS_TEST_TMPDIR-}/expected

# columns COLUMN... - of each line of a table (stdin) these columns, sorted. A column is local, remote,
# state or uid; port or peer, what local or remote has from its last colon on; or line, all of it.
columns() {
  awk -v names="$*" '{
    n = split(names, name, " ")
    line["line"] = $0
    sub(/^[a-z]+: */, "")
    line["local"] = line["port"] = $1; sub(/.*:/, ":", line["port"])
    line["remote"] = line["peer"] = $2; sub(/.*:/, ":", line["peer"])
    sub(/^:0$/, ":*", line["peer"]) # how to write it is for local and remote to judge
    line["state"] = $3
    line["uid"] = $4
    for (i = 1; i <= n; i++)
      printf "%s%s", line[name[i]], i < n ? " " : "\n"
  }' | LC_ALL=C sort
}

# shows COLUMN... - the table has the lines that it must have, as far as these columns go.
shows() {
  local made=$BATS_TEST_TMPDIR/made came=$BATS_TEST_TMPDIR/came missing
  columns "$@" <"$EXPECTED" >"$made"
  columns "$@" <"$OUTPUT" >"$came"
  missing=$(LC_ALL=C comm -23 "$made" "$came" | head -n 1)
  EXTRA=$(LC_ALL=C comm -13 "$made" "$came")
  [[ -n $missing ]] || return 0
  [[ -n $EXTRA ]] || fail_check missing "$missing" \
    "no such line; $(wc -l <"$OUTPUT") in all, instead of $(wc -l <"$EXPECTED")"
  tell_difference "$missing" "$(most_alike "$missing" <<<"$EXTRA")" "$@"
}

# shows_only COLUMN... - the same; and it has no other line, and none twice.
shows_only() {
  shows "$@"
  [[ -z $EXTRA ]] || fail_check extra "$(wc -l <"$EXPECTED") in all, one line for each socket" \
    "one more: ${EXTRA%%$'\n'*}"
}

# most_alike LINE - which of the lines of stdin has the most words in common with it, place by place.
most_alike() {
  awk -v like="$1" '
    BEGIN { n = split(like, want, " ") }
    {
      score = 0
      for (i = 1; i <= n; i++)
        score += $i == want[i]
      if (NR == 1 || score > best) { best = score; line = $0 }
    }
    END { print line }'
}

# tell_difference EXPECTED GOT COLUMN... - fails with the class of the first column that differs,
# wrong-state for instance, and a caret under the first difference.
tell_difference() {
  local names=("${@:3}") want has i=0 at=0
  [[ $3 != line ]] || names=(line local remote state uid)
  read -ra want <<<"$1"
  read -ra has <<<"$2"
  while [[ ${names[i]-} && ${want[i]} == "${has[i]-}" ]]; do i=$((i + 1)); done
  local class=${names[i]-line} got=${2//$'\t'/\\t}
  case $class in # is it in their ports only?
    local) [[ ${want[i]%:*} != "${has[i]%:*}" ]] || class=port ;;
    remote) [[ ${want[i]%:*} != "${has[i]%:*}" ]] || class=peer ;;
  esac
  while [[ ${1:at:1} == "${got:at:1}" ]]; do at=$((at + 1)); done
  printf 'failed\twrong-%s\nexpected\t%s\ngot\t%s\ncaret\t%*s^\n' "$class" "$1" "$got" "$at" '' >>"$STORY"
  tell_likely "wrong-$class"
  return 1
}
