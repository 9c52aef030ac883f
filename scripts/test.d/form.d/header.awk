# header.awk - is the comment at the top of a C file complete?
# -v name=server.c -v number=04 -v program=yes (empty: a unit without a main)

function fault(line, text) { printf "%s:%d: %s\n", FILENAME, line, text; bad = 1 }

# A line that has one of these words and a colon begins a part. The lines after it continue the part.
function part(text,    i)
{
    for (i = 1; i <= 4; i++)
        if (index(text, " * " key[i] ":") == 1)
            return i
    return 0
}

BEGIN { split("Shows,Run this,See this,Try", key, ",") }

FNR == 1 {
    if (!program) {
        if (index($0, "/* " name " - ") != 1)
            fault(1, "must begin with: /* " name " - and a sentence")
        exit
    }
    if (index($0, "/* " name " - lab " number ": ") != 1)
        fault(1, "must begin with: /* " name " - lab " number ": and a sentence")
}

FNR > 1 && (now = part($0)) {
    if (now != at + 1)
        fault(FNR, "'" key[now] ":' does not come after '" (at ? key[at] : "the first sentence") "'")
    at = now
    text = $0
    sub(/^[^:]*: */, "", text)
    if (text == "")
        fault(FNR, "'" key[at] ":' says nothing in its own line")
    next
}

/\*\// { ended = FNR; exit }

at == 3 && /^ \* *[^ ]/ { fault(FNR, "'See this:' has a second line; it must be one, as it is printed") }
/^ \*$/ { if (at) at = 4 }

END {
    if (!program || bad)
        exit
    if (!ended)
        fault(1, "the comment at its top has no end")
    if (at != 4)
        fault(ended, "the comment ends without '" key[at + 1] ":'")
}
