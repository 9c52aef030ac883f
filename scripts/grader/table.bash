# table.bash - the words of a check that reads a table of connections, the local end first. Sourced after
# check.bash. The file $OUTPUT holds what was printed. The check writes what must be printed to the file
# $EXPECTED. A test compares only the columns that it is about, so that a mistake costs its own points only.

EXPECTED=${BATS_TEST_TMPDIR-}/expected

# columns COLUMN... - prints these columns of each line of a table (stdin), sorted. A column is local,
# remote, state or uid; port or peer, which is local or remote from its last colon on; or line, all of it.
columns() {
  awk -v names="$*" '{
    n = split(names, name, " ")
    line["line"] = $0
    sub(/^[a-z]+: */, "")
    line["local"] = line["port"] = $1; sub(/.*:/, ":", line["port"])
    line["remote"] = line["peer"] = $2; sub(/.*:/, ":", line["peer"])
    sub(/^:0$/, ":*", line["peer"]) # local and remote judge how it is written
    line["state"] = $3
    line["uid"] = $4
    for (i = 1; i <= n; i++)
      printf "%s%s", line[name[i]], i < n ? " " : "\n"
  }' | LC_ALL=C sort
}

# shows COLUMN... - fails if the table lacks a line that it must have. Compares these columns.
shows() {
  local made=$BATS_TEST_TMPDIR/made came=$BATS_TEST_TMPDIR/came missing
  columns "$@" <"$EXPECTED" >"$made"
  columns "$@" <"$OUTPUT" >"$came"
  missing=$(LC_ALL=C comm -23 "$made" "$came")
  missing=${missing%%$'\n'*}
  EXTRA=$(LC_ALL=C comm -13 "$made" "$came")
  [[ -n $missing ]] || return 0
  [[ -n $EXTRA ]] || fail_check missing "$missing" \
    "no such line; $(wc -l <"$OUTPUT") in all, instead of $(wc -l <"$EXPECTED")"
  tell_difference "$missing" "$(most_alike "$missing" <<<"$EXTRA")" "$@"
}

# shows_only COLUMN... - the same, and fails if the table has another line, or one twice.
shows_only() {
  shows "$@"
  [[ -z $EXTRA ]] || fail_check extra "$(wc -l <"$EXPECTED") in all, one line for each socket" \
    "one more: ${EXTRA%%$'\n'*}"
}

# most_alike LINE - prints that line of stdin which has the most words in common with LINE, place by place.
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

# tell_difference EXPECTED GOT COLUMN... - fails with a caret under the first difference. The class names
# the first column that differs, for example wrong-state.
tell_difference() {
  local names=("${@:3}") want has i=0 at=0
  [[ $3 != line ]] || names=(line local remote state uid)
  read -ra want <<<"$1"
  read -ra has <<<"$2"
  while [[ ${names[i]-} && ${want[i]} == "${has[i]-}" ]]; do i=$((i + 1)); done
  local class=${names[i]-line} got=${2//$'\t'/\\t}
  case $class in # do only their ports differ?
    local) [[ ${want[i]%:*} != "${has[i]%:*}" ]] || class=port ;;
    remote) [[ ${want[i]%:*} != "${has[i]%:*}" ]] || class=peer ;;
  esac
  while [[ ${1:at:1} == "${got:at:1}" ]]; do at=$((at + 1)); done
  printf 'failed\twrong-%s\nexpected\t%s\ngot\t%s\ncaret\t%*s^\n' "$class" "$1" "$got" "$at" '' >>"$STORY"
  tell_likely "wrong-$class"
  return 1
}
