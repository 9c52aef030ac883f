# shellcheck shell=bash
# places.bash - makes the mutants: finds the places where the rules could change something, and chooses some.
# Sourced by mutate. A place is a line NAME RULE LINE COLUMN, and NAME a C file in the folder $dir.
# shellcheck disable=SC2154,SC2034 # mutate sets them, and reads others

# The compiler's command. gcc 14 takes these warnings for errors, and so does everybody who reads them.
COMPILE=$(make -s -f common/lab.mk CFLAGS=-O2 WARN='-Werror=incompatible-pointer-types -Werror=int-conversion' \
  --eval "command:; @echo \$(COMPILE)" command)
# A mutant's code is compiled from standard input, for it names the file that it was made of.
COMPILE+=' -x c -c -'

# side_by_side COMMAND... - runs it for each line of standard input, whose words are its arguments.
side_by_side() {
  local bar=()
  [[ ! -t 2 ]] || bar=(--bar)
  parallel --will-cite --jobs "$jobs" --colsep ' ' "${bar[@]}" "$@" || true
}

# at PLACE - sets $name, $rule, $line, $column, and $here, the folder of its mutant.
at() {
  read -r name rule line column _ <<<"$1"
  here=${folders[$name]}/$rule-$line-$column
}

# prepare - makes the folder of each file's mutants, named by the checksum of what they are made of, with the
# list of its places. Sets folders[NAME].
prepare() {
  local name folder
  folders=()
  for name in "${names[@]}"; do
    folder=$({
      cat "$dir/$name" tests/mutate/*.cocci scripts/test.d/mutate.d/{make,here.cocci} common/*.h
      cat "$dir"/*.h 2>/dev/null || true
    } | sha256sum)
    folder=$home/$name/${folder:0:16}
    folders["$name"]=$folder
    [[ -e $folder/places ]] || find_places "$name" "$folder"
  done
}

find_places() { # NAME FOLDER
  local file rule
  rm -rf "${home:?}/$1"
  mkdir -p "$2/rules"
  for file in tests/mutate/*.cocci; do
    while IFS= read -r rule; do
      cat scripts/test.d/mutate.d/here.cocci "$file" >"$2/rules/$rule.cocci"
    done < <(sed -n 's/^@\([a-z_]\+\)@$/\1/p' "$file")
  done
  cat scripts/test.d/mutate.d/here.cocci tests/mutate/*.cocci >"$2/all.cocci"
  $COMPILE -iquote "$dir" -o "$2/code.o" <"$dir/$1"
  sha256sum <"$2/code.o" | cut -d ' ' -f 1 >"$2/original"
  spatch --very-quiet --sp-file "$2/all.cocci" "$dir/$1" >"$work/places" 2>"$work/error" ||
    ui_die "$(tail -n 1 "$work/error")"
  ! grep -m1 '^[-+@]' "$work/places" || ui_die "a rule has made this change without asking here()"
  sort -u "$work/places" | sort -k 2,2n -k 3,3n | sed "s/^/$1 /" >"$2/places"
}

# argued_places - prints those places of a file that an entry may be about.
argued_places() { # NAME
  awk 'FILENAME == ARGV[1] { rule = $1; sub(/^[a-z_]+: /, ""); entry[++n] = $0; of[n] = rule; next }
    FILENAME == ARGV[2] { gsub(/\/[*].*[*]\//, ""); gsub(/ +/, " "); gsub(/^ | $/, ""); line[FNR] = $0; next }
    { for (i = 1; i <= n; i++) if (of[i] == $2 ":" && index(entry[i], line[$3])) { print; next } }' \
    <(entries | sed -n "s/^${programs:+$1 }\([a-z_]\+: \)/\1/p") "$dir/$1" "${folders[$1]}/places"
}

# chosen - prints the places of the mutants to make: all, a sample, or those that an entry may be about.
chosen() {
  local name
  for name in "${names[@]}"; do
    if [[ $mode == entries ]]; then
      argued_places "$name"
    else
      cat "${folders[$name]}/places"
    fi
  done >"$work/all"
  if [[ $mode != entries && -n $sample ]]; then
    awk -v seed="$seed" 'BEGIN { srand(seed) } { print rand(), $0 }' "$work/all" | sort -n |
      sed -n "1,${sample}p" | cut -d ' ' -f 2-
  else
    cat "$work/all"
  fi
}

# make_mutants - those of the chosen places.
make_mutants() {
  local place name rule line column here
  while IFS= read -r place; do
    at "$place"
    [[ -e $here/state ]] || echo "${folders[$name]} $dir/$name $rule $line $column"
  done <"$work/chosen" >"$work/todo"
  [[ ! -s $work/todo ]] || side_by_side scripts/test.d/mutate.d/make <"$work/todo"
}
