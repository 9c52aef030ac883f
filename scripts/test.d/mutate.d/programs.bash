# shellcheck shell=bash
# programs.bash - what it takes to grade mutants of the labs' own programs: the object files that a mutant's code is
# linked with, and the keys of the tests that could notice it. Sourced by mutate.
# shellcheck disable=SC2154 # mutate sets them

# demos - prints the labs whose demo.bats tests the files of $lab: its own, or all if it is common.
demos() {
  if [[ $lab == common ]]; then (cd labs && printf '%s\n' */) | tr -d /; else echo "$lab"; fi
}

# units - prints the unit tests of the files of $lab.
units() {
  local file
  for file in tests/unit/test_*.c; do
    [[ ${file#*/test_} == "${lab%%-*}"_* || ($lab == common && ${file#*/test_} == [a-z]*) ]] || continue
    ! grep -q "^// sources:.*\b$dir/[a-z_]*\.c" "$file" 2>/dev/null || basename "$file" .c
  done
}

# test_names FILE - prints the names of a demo.bats' tests, in their order, as words.
test_names() {
  sed -n 's/^@test "\(.*\)" {$/\1/p' "$1" | tr -cs 'A-Za-z0-9\n' '-'
}

program_keys() {
  local demo file test line
  echo "all $(cat tests/unit/*.[ch] scripts/lib/{behaviour,process}.bash scripts/grader/*.c "$dir"/*.c \
    <(for demo in $(demos); do find "labs/$demo" -maxdepth 1 \( -name '*.bats' -o -name '*sh' \) | sort; done | xargs cat) |
    checksum)"
  for test in $(units); do
    echo "$test $(checksum <"tests/unit/$test.c")"
  done
  for demo in $(demos); do
    file=labs/$demo/demo.bats
    while read -r test && IFS= read -r line <&3; do
      echo "${demo%%-*}:$test $(key_of "$file" '^@test ' "$line")"
    done < <(test_names "$file") 3< <(grep '^@test ' "$file")
  done
}

# build_programs - compiles everything once, into $out/LAB/base for each lab: `bin` is what make builds, `objects`
# holds a file for each C file, and each line of `parts` names a program, or a unit test, the C files in it, and the
# libraries that it needs. Then it sees that they pass as they are.
build_programs() {
  local demo base test
  for demo in $(demos); do
    base=$out/$demo/base
    mkdir -p "$base/objects"
    make -s -j "$jobs" -C "labs/$demo" OUT="../../$base/bin" || ui_die "labs/$demo does not build"
    # shellcheck disable=SC2016 # make expands it
    make -s -C "labs/$demo" --eval \
      'parts: ; @printf "%s\n" $(foreach p,$(PROGRAMS),"$(p) $(notdir $(p).c $(EXTRA_$(p)) $(HELPERS)) $(LIBS_$(p))")' \
      parts >"$base/parts"
    { printf '%s\n' "labs/$demo"/*.c common/*.c && borrowed "$demo"; } | compile_into "$base/objects"
  done
  base=$out/$lab/base
  mkdir -p "$base/objects"
  [[ $lab != common ]] || printf '%s\n' common/*.c | compile_into "$base/objects"
  for test in $(units); do
    echo "tests/unit/$test.c"
    echo "$test $test.c $(sed -n 's|^// sources: *||p' "tests/unit/$test.c" | tr ' ' '\n' | sed 's|.*/||' | xargs) $(sed -n 's|^// libraries: *||p' "tests/unit/$test.c")" >&3
  done 3>"$base/units" | compile_into "$base/objects"
  demos >"$base/demos"
  # Nothing is wrong with `none`, so nothing must notice it.
  mkdir -p "$base/control"
  scripts/test.d/mutate.d/judge-program "$lab" "$base/control/none" "$base/control/verdict" "$work/keys" ||
    ui_die "the tests cannot run: $(cat "$base/control/said")"
  grep -q ^survived "$base/control/verdict" ||
    ui_die "this fails before anything is changed: $(cat "$base/control/"{verdict,said})"
}

# borrowed LAB - prints the C files of other labs that this one's Makefile names.
borrowed() {
  local file
  for file in $(sed -n 's/^EXTRA_[a-z_]* *:= *//p' "labs/$1/Makefile" | tr ' ' '\n' | grep '^\.\./[0-9]' | sort -u); do
    echo "labs/${file#../}"
  done
}

compile_into() { # FOLDER
  local file
  while IFS= read -r file; do
    printf '%s\0' "$COMPILE -iquote ${file%/*} -o $1/${file##*/}.o <$file"
  done | xargs -0 -r -P "$jobs" -n 1 bash -c || ui_die 'this does not compile'
}
