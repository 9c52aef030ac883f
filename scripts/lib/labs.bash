# shellcheck shell=bash
# labs.bash - where the labs are, what they are called, and which file the student works on. Sourced;
# sources ui.bash itself.

# shellcheck source=/dev/null
source "${BASH_SOURCE[0]%/*}/ui.bash"

# This comes from the place of this file, not from the environment: a copy of the tree must never work on
# another tree.
LABS_ROOT=$(cd -P -- "${BASH_SOURCE[0]%/*}/../.." && pwd)
export LABS_ROOT

labs_all() { # → the directory of every lab, one a line; a lab is a folder with a Makefile
  local makefile
  for makefile in "$LABS_ROOT"/labs/[0-9][0-9]-*/Makefile; do
    [[ ! -f $makefile ]] || printf '%s\n' "${makefile%/Makefile}"
  done
}

lab_number() { # DIR → 01
  local name=${1##*/}
  printf '%s\n' "${name%%-*}"
}

lab_path() { printf '%s\n' "${1#"$LABS_ROOT"/}"; } # a path in the tree → the same path from its root

lab_nearest() { # WORD NAME… → the names like WORD; without their numbers, else 09-x is like 01-x
  local short full word=$1
  shift
  [[ ! $word =~ ^[0-9]+-(.+)$ ]] || word=${BASH_REMATCH[1]}
  while IFS= read -r short; do
    for full in "$@"; do
      [[ ${full#*-} != "$short" ]] || printf '%s\n' "$full"
    done
  done < <(ui_nearest "$word" "${@#*-}")
}

# 1 | 01 | 01-tcp-echo | tcp-echo → its directory; if there is no such lab, similar names and status 2
lab_resolve() {
  local wanted=${1%/} dir name
  local -a names=() near=()
  wanted=${wanted#labs/} # the shell's tab key completes to this
  while IFS= read -r dir; do
    name=${dir##*/}
    names+=("$name")
    case $wanted in
      "$name" | "${name#*-}" | "${name%%-*}")
        printf '%s\n' "$dir"
        return
        ;;
    esac
    if [[ 0$wanted == "${name%%-*}" ]]; then # 1 for 01; no arithmetic: 08 would be octal
      printf '%s\n' "$dir"
      return
    fi
  done < <(labs_all)
  mapfile -t near < <(lab_nearest "$wanted" "${names[@]}")
  if ((${#near[@]})); then
    ui_warn "no lab '$1'; did you mean: ${near[*]}"
  else
    ui_warn "no lab '$1'; there are: ${names[*]:-none}"
  fi
  return 2
}

# labs_chosen LIST → the directory of each lab in a list of numbers and ranges, 01-06,12; of all if it is empty
labs_chosen() {
  local dir number part parts
  IFS=, read -ra parts <<<"$1"
  ((${#parts[@]})) || parts=(01-99)
  for part in "${parts[@]}"; do
    [[ $part =~ ^[0-9]{1,2}(-[0-9]{1,2})?$ ]] || {
      ui_warn "a list of labs has numbers and ranges, as 01-06,12: not '$part'"
      return 2
    }
  done
  while IFS= read -r dir; do
    number=$(lab_number "$dir")
    for part in "${parts[@]}"; do
      ((10#${part%-*} <= 10#$number && 10#$number <= 10#${part#*-})) || continue
      printf '%s\n' "$dir"
      break
    done
  done < <(labs_all)
}

lab_title() { # DIR → the README's first line without "# Lab 01:", or the folder's name if it has none
  local line=''
  [[ ! -r $1/README.md ]] || IFS= read -r line <"$1/README.md" || true
  line=${line#'# '}
  [[ ! $line =~ ^Lab\ [0-9]+:\ *(.*)$ ]] || line=${BASH_REMATCH[1]}
  printf '%s\n' "${line:-${1##*/}}"
}

# DIR → the README's first line that ends in a question mark, without markup; may be empty
lab_question() {
  local line
  [[ -r $1/README.md ]] || return 0
  while IFS= read -r line; do
    line=${line//[*\`>]/}
    line=${line#"${line%%[! ]*}"}
    [[ $line == *\? && $line != '#'* ]] || continue
    printf '%s\n' "$line"
    return
  done <"$1/README.md"
}

# DIR → the README's line that says how long the parts of the lab take, near its top; may be empty
lab_times() {
  [[ ! -r $1/README.md ]] ||
    sed -nE '/^## /q; /^Time: [0-9]+ minutes to read, [0-9]+ for the demo, .+ for the exercise\.$/ {p; q}' "$1/README.md"
}

lab_starter() { # DIR → exercise/starter/FILE.c, of which there is exactly one
  local -a found=("$1"/exercise/starter/*.c)
  [[ ${#found[@]} == 1 && -f ${found[0]} ]] ||
    ui_die "$(lab_path "$1")/exercise/starter must hold exactly one .c file"
  printf '%s\n' "${found[0]}"
}

lab_work_file() { # DIR → exercise/FILE.c, whether it exists or not
  local starter
  starter=$(lab_starter "$1") || return
  printf '%s\n' "$1/exercise/${starter##*/}"
}

copy_starter() { # DIR FILE MV_OPTION → copies the starter to FILE, completely or not at all
  local starter new=$2.new.$$
  starter=$(lab_starter "$1") || return
  # cat, not cp: the starter may be read-only, and the student's file must not be.
  # Some versions of mv fail if -n keeps a file.
  if ! { cat -- "$starter" >"$new" && { mv "$3" -- "$new" "$2" || [[ $3 == -n && -e $2 ]]; }; } 2>/dev/null; then
    rm -f -- "$new"
    ui_die "cannot write $(lab_path "$2"): is the disk full, or the folder read-only?"
  fi
  rm -f -- "$new" # `mv -n` leaves it if another run was faster
}

# DIR → the student's file; the first time copies it from the starter, and says so on stderr
ensure_work_file() {
  local file
  file=$(lab_work_file "$1") || return
  if [[ ! -e $file ]]; then
    copy_starter "$1" "$file" -n || return
    ui_warn "created $(lab_path "$file") from the starter: this is the file to edit"
  fi
  printf '%s\n' "$file"
}
