# mutants.awk - are the headers of the mutants complete? Arguments: the grade.bats, and the patches.

function fault(line, text) { printf "%s:%d: %s\n", file, line, text }

function end_of_patch()
{
    if (!mutant) fault(1, "has no line 'Mutant: what this wrong program does'")
    if (!loses) fault(1, "has no line 'Loses: ID...': which tests must it lose?")
    if (!says) fault(1, "has no line 'Says: ID: TEXT': what must the check say?")
}

FNR == NR { # the grade.bats
    if (match($0, /^# bats test_tags=.*id:[a-z0-9-]+/)) {
        id = $0
        sub(/.*id:/, "", id)
        sub(/[^a-z0-9-].*/, "", id)
        test[id] = 1
    }
    next
}

FNR == 1 {
    if (file) end_of_patch()
    file = FILENAME
    header = 1
    mutant = loses = says = 0
    delete lost
}
/^--- / { header = 0 }
header && /^Mutant: ./ { mutant = 1 }
header && /^Loses: ./ {
    loses = FNR
    for (i = 2; i <= NF; i++) {
        lost[$i] = 1
        if (!($i in test)) fault(FNR, "the exercise has no test '" $i "'")
    }
}
header && /^Chance: ./ {
    for (i = 2; i <= NF; i++)
        if (!($i in test) || $i in lost) fault(FNR, "\047" $i "\047 is no test, or one that it always loses")
}
header && /^Says: [a-z0-9-]+: ./ {
    says = FNR
    id = substr($2, 1, length($2) - 1)
    if (!(id in lost)) fault(FNR, "'" id "' is not among the tests that it loses")
}

END { if (file) end_of_patch() }
