# lengths.awk - finds a main of more than 35 lines and a function of more than 40, in C that clang-format
# has laid out. There a function's head begins in column 1, and is followed by a line with only `{`. The
# function ends with a `}` in column 1. Its length counts from the head to the end.

/^[A-Za-z_].*[^;]$/ && !inside { head = FNR; text = $0 }

/^\{$/ { inside = 1 }

/^\}/ && inside {
    inside = 0
    is_main = text ~ /^int main\(/
    most = is_main ? 35 : 40
    long = FNR - head + 1
    if (long > most) {
        name = text
        sub(/\(.*/, "", name)
        sub(/.*[ *]/, "", name)
        printf "%s:%d: %s has %d lines, and may have %d: split it\n", FILENAME, head, name, long, most
    }
}
