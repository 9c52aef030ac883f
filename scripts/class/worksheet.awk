# worksheet.awk - fills the column Grade of a Moodle worksheet; every other byte stays as it was.
# -v totals=FILE has a line for each student: NAME, POINTS, MAXIMUM, between tabs. A row is a student's if one of its
# columns is the student's name, or if the name ends in the number of its Identifier, as in Moodle's downloads.
# -v newline=1 says that the last line has an end, which awk cannot tell.
#
# The file is one text of fields, in quotes or not, which may hold commas and ends of lines.

function unquoted(field) {
  if (field !~ /^"/) return field
  field = substr(field, 2, length(field) - 2)
  gsub(/""/, "\"", field)
  return field
}

# The text of a row has been split into field[1..n], each with what followed it in after[1..n].
function row_ends(   i, value, who, number, maximum, points) {
  rows++
  if (rows == 1) {
    sub(/^\357\273\277/, "", field[1])
    for (i = 1; i <= n; i++) {
      value = unquoted(field[i])
      column[value] = i
    }
    if (!("Grade" in column)) {
      print "lab: the worksheet has no column Grade" >"/dev/stderr"
      broken = 1
    }
    if (bom) field[1] = bom field[1]
  } else if (n > 1) {
    who = ""
    for (i = 1; i <= n && who == ""; i++) {
      value = unquoted(field[i])
      if (i != column["Grade"] && (value in total)) who = value
    }
    number = unquoted(field[column["Identifier"] ? column["Identifier"] : 1])
    if (who == "" && match(number, /[0-9]+$/) && (substr(number, RSTART) in numbered)) who = numbered[substr(number, RSTART)]
    if (who != "") {
      points = total[who]
      if (column["Maximum Grade"]) {
        maximum = unquoted(field[column["Maximum Grade"]])
        # A scale of words has no maximum.
        if (maximum ~ /^[0-9]+([.,][0-9]+)?$/) {
          comma = sub(/,/, ".", maximum)
          if (maximum + 0 > 0 && most[who] > 0) points = sprintf("%.2f", points * maximum / most[who])
          if (comma) { sub(/\./, ",", points); points = "\"" points "\"" }
        }
      }
      field[column["Grade"]] = points
      has_row[who] = 1
      filled++
    }
  }
  for (i = 1; i <= n; i++) printf "%s%s", field[i], after[i]
  n = 0
}

BEGIN {
  while ((getline line <totals) > 0) {
    split(line, part, "\t")
    student[++students] = part[1]
    total[part[1]] = part[2]
    most[part[1]] = part[3]
    if (match(part[1], /_[0-9]+$/)) numbered[substr(part[1], RSTART + 1)] = part[1]
  }
  RS = "\n"
}

{ text = text $0 "\n" }

END {
  if (!newline) text = substr(text, 1, length(text) - 1)
  if (substr(text, 1, 3) == "\357\273\277") bom = substr(text, 1, 3)
  size = length(text)
  begin = 1
  for (at = 1; at <= size; at++) {
    c = substr(text, at, 1)
    if (c == "\"") quoted = !quoted
    else if (!quoted && (c == "," || c == "\n" || c == "\r")) {
      field[++n] = substr(text, begin, at - begin)
      after[n] = c
      if (c == "\r" && substr(text, at + 1, 1) == "\n") {
        at++
        after[n] = "\r\n"
      }
      begin = at + 1
      if (c != ",") row_ends()
      if (broken) exit 1
    }
  }
  if (begin <= size) {
    field[++n] = substr(text, begin)
    after[n] = ""
    row_ends()
  }
  printf "%d row%s filled\n", filled, filled == 1 ? "" : "s" >"/dev/stderr"
  for (i = 1; i <= students; i++)
    if (!(student[i] in has_row)) print "lab: no row of the worksheet is that of " student[i] >"/dev/stderr"
}
