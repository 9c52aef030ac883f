// here.cocci - stands before each of tests/mutate/*.cocci. A rule asks here() at each place where it could
// make its change. Without $PLACE, here() writes the place down and says no. With it, it says yes there only.
@initialize:python@
@@
import os
place = os.environ.get("PLACE", "")
def here(rule, position):
    this = "%s %s %s" % (rule, position[0].line, position[0].column)
    if not place:
        print(this)
    return this == place

