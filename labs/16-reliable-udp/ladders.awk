# ladders.awk - draws a ladder of 22 columns from what lab 12's ladder writes as JSON, a frame a line. For ladders.sh,
# which sets title, piece, bytes, and lost: which frames with data the cable lost, as " 3 7 ".

function field(name,  text) {
  if (!match($0, "\"" name "\":\"?[^\",]*")) return ""
  text = substr($0, RSTART, RLENGTH)
  sub(/^[^:]*:"?/, "", text)
  return text
}

function rung(text, sends, head,  line) {
  line = substr("--------------------", 1, 14 - length(text))
  return sends ? "|-- " text " " line head "|" : "|<-" line " " text " --|"
}

substr($0, 1, 8) != "{\"time\":" { next }

{
  split(field("time"), at, /[T:Z]/)
  now = at[2] * 3600 + at[3] * 60 + at[4]
  sends = field("from") == "client"
  if (field("protocol") == "UDP") {
    data = $0
    sub(/.*"data":"/, "", data)
    kind = substr(data, 1, 1)
    number = substr(data, 14, 1) + 0 # [AD]#\u0000\u0002
    text = kind == "E" ? "end" : kind == "A" ? "ack " number : number
  } else if (sends && field("length") > 0) text = int((field("seq") - 1) / piece)
  else if (sends && /"FIN"/) text = "end"
  else if (!sends && field("ack") > 1 && !/"FIN"/)
    text = "ack " int((field("ack") - 2) / piece) + 1 + (field("ack") > bytes + 1)
  else next
}

!began { began = now }
last && now - last > 0.4 { rungs = rungs "\n| :                  |" } # nothing happens for long
{ last = now }

sends {
  if (text != "end" || field("protocol") == "UDP") data_frames++
  sent++
  head = "->"
  if (index(lost, " " data_frames " ")) head = "X "
}

{ rungs = rungs "\n" rung(text, sends, head) }

END { printf "%s\n%d sent, %.1f* s%s\n", title, sent, last - began, rungs }
