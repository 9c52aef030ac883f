# program.bash - the lab's own program in a check, a client that counts for instance. Sourced after check.bash.
#
#   program_is_built NAME [FOLDER]   sets PROGRAM to the lab's program NAME, compiled; FOLDER is its place in the lab
#
# It is compiled once for all checks: it is kept beside their tools, as NAME-NN. Two may do that at the same time, so
# each compiles in a folder of its own, and the program gets its place when it is complete.

program_is_built() {
  local file lab=${BATS_TEST_DIRNAME%/exercise} folder=$LAB${2:+/$2} made=$BATS_TEST_TMPDIR/built/$1
  lab=${lab##*/}
  PROGRAM=$CHECK_TOOLS/$1-${lab%%-*}
  for file in "$folder"/*.[ch] "$LAB"/../../common/*.[ch]; do
    [[ ! $PROGRAM -nt $file ]] || continue
    env -u SAN -u WERROR PATH=/usr/bin:/bin make -s -C "$folder" OUT="${made%/*}" ONCE=1 "$made" >&2
    # The course may be in another file system, or be read-only.
    { cp "$made" "$PROGRAM.$$" && mv "$PROGRAM.$$" "$PROGRAM"; } 2>/dev/null || PROGRAM=$made
    return
  done
}
