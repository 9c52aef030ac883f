# port.awk - finds another lab's port. -v port=5004 -v number=04
# Another lab's port is allowed if this line, or one of the three before it, names that lab ("the demo of
# lab 01").

FNR == 1 { before1 = before2 = before3 = "" }

{
    rest = $0
    while (match(rest, /(^|[^0-9.])50(0[1-9]|1[0-9])($|[^0-9])/)) {
        found = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        gsub(/[^0-9]/, "", found)
        other = substr(found, 3)
        if (found != port && before3 before2 before1 $0 !~ "[Ll]ab " other "([^0-9]|$)")
            printf "%s:%d: %s is the port of lab %s; this lab has %s, and 51%s, 52%s ... are free\n",
                FILENAME, FNR, found, other, port, number, number
    }
    before3 = before2
    before2 = before1
    before1 = $0 " "
}
