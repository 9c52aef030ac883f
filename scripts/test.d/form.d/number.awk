# number.awk - finds another lab's number where the lab's own belongs. -v number=04
# A file's first two lines say which lab it belongs to. If a line names another lab ("the demo of lab 01"),
# a command in it may be for that lab.

function fault(text) { printf "%s:%d: %s\n", FILENAME, FNR, text }

# other(REGEX) - returns the two digits after REGEX in this line if they are another lab's, else "".
function other(regex,    found)
{
    if (!match($0, regex "[0-9][0-9]"))
        return ""
    found = substr($0, RSTART + RLENGTH - 2, 2)
    return found == number ? "" : found
}

{ sub(/\r$/, "") }

FNR <= 2 && (lab = other("[Ll]ab ")) != "" {
    fault("says lab " lab "; this is lab " number)
    next
}
(lab = other("(^|[^A-Za-z])Lab ")) != "" && $0 ~ "Lab " lab ":" {
    fault("says Lab " lab "; this is lab " number)
}
(lab = other("lab (check|demo|watch|hint|reset|test) ")) != "" && $0 !~ "[Ll]abs? " lab {
    fault("is a command for lab " lab "; this is lab " number)
}
(lab = other("cd (.*/)?labs/")) != "" {
    fault("goes to lab " lab "'s folder; this is lab " number)
}
