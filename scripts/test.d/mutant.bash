# shellcheck shell=bash
# mutant.bash - makes a wrong program out of the model solution. Sourced.

# make_mutant LAB NAME FOLDER - makes it in FOLDER, and sets MUTANT to its file; false if the patch does not fit.
# shellcheck disable=SC2034 # for the caller
make_mutant() {
  local tests=${BASH_SOURCE[0]%/*}/../../tests
  local model=("$tests/solutions/$1"/*.c)
  MUTANT=$3/${model[0]##*/}
  cp "${model[0]}" "$MUTANT"
  patch -s --no-backup-if-mismatch -d "$3" -p1 <"$tests/mutants/$1/$2.patch"
}
