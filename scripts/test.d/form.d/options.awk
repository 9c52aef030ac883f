# options.awk - compares a program's help with the use of its options in the lab.
# -v program=server -v source=labs/.../server.c; arguments: what `program -h` prints, and lines
# FILE:LINE:TEXT in which options are used.

# The help has letters in [-ab] and [-c WORD], and at the start of lines: "  -c WORD   what it is for".
FNR == NR {
    line = $0
    if (line ~ /^(usage:|       )/ && line ~ program) {
        while (match(line, /(^|[[ |])-[A-Za-z0-9]+/)) {
            letters = substr(line, RSTART, RLENGTH)
            sub(/.*-/, "", letters)
            takes = substr(line, RSTART + RLENGTH) ~ /^ [A-Z]/
            for (i = 1; i <= length(letters); i++) know(substr(letters, i, 1), takes)
            line = substr(line, RSTART + RLENGTH)
        }
    } else if (match(line, /^  -[A-Za-z0-9]/))
        know(substr(line, 4, 1), substr(line, 5) ~ /^ [A-Z]/)
    next
}

function know(letter, takes)
{
    help[letter] = 1
    if (takes) value[letter] = 1
}

{
    split($0, where, ":")
    text = substr($0, length(where[1] where[2]) + 3)
    if (runs_it(where[1], text)) look_for_uses(text)
    if (where[1] !~ /\.bats$/) # a test may give a program options that do not exist
        look_at_commands(text)
}

# In texts for people every line counts. In a script only commands count that run the program, or that call
# a function which runs it. A command may go on in the next line.
function runs_it(file, text,    word, found)
{
    if (file !~ /\.(sh|bash|bats)$/)
        return 1
    if (match(text, /^[a-z_]+\(\)/))
        inside = substr(text, 1, RLENGTH - 2)
    found = goes_on || text ~ "/" program "([^a-z_]|$)"
    if (found && inside)
        helper[inside] = 1
    for (word in helper)
        if (!found && text ~ "(^|[^a-z_-])" word "([^a-z_-]|$)")
            found = 1
    goes_on = found && text ~ /\\$/
    if (text ~ /}$/)
        inside = ""
    return found
}

# A word like -v or -vq counts as a use of its letters.
function look_for_uses(rest,    word, i)
{
    while (match(rest, /(^|[^A-Za-z0-9_-])-[A-Za-z0-9]+/)) {
        word = substr(rest, RSTART, RLENGTH)
        sub(/.*-/, "", word)
        for (i = 1; i <= length(word); i++) used[substr(word, i, 1)] = 1
        rest = substr(rest, RSTART + RLENGTH)
    }
}

# Looks at the options after ./program, up to the end of that command.
function look_at_commands(text,    words, i, j, n)
{
    while (match(text, "/" program "( |$)")) {
        text = substr(text, RSTART + RLENGTH)
        command = text
        sub(/[|;&<>`)"'#].*/, "", command)
        n = split(command, words, " ")
        for (i = 1; i <= n; i++) {
            if (words[i] !~ /^-[A-Za-z]/)
                continue
            sub(/[^A-Za-z0-9-].*/, "", words[i]) # a comma after it
            for (j = 2; j <= length(words[i]); j++) {
                letter = substr(words[i], j, 1)
                if (!(letter in help))
                    printf "%s:%s: %s has no option -%s; its help has: %s\n", where[1], where[2], program, letter, all()
                if (letter in value)
                    break
            }
        }
    }
}

function all(    letter, text)
{
    for (letter in help) text = text " -" letter
    return substr(text, 2)
}

END {
    for (letter in help)
        if (letter != "h" && !(letter in used))
            printf "%s:1: nothing in the lab uses %s -%s: show it in the README, the demo or a header, or drop it\n", source, program, letter
}
