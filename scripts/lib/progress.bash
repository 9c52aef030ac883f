# shellcheck shell=bash
# progress.bash - what a student has reached: one line for each lab, `01-tcp-echo demo=1 score=7 max=10 best=8
# hints=1 answers=1`, in .progress at the root (or in the file that LABS_PROGRESS names). Sourced; sources
# labs.bash and ui.bash itself. demo and answers are 1 if the student has seen them, score is that of the last
# check of the file that is there now, and best that of any check.
#
# The file is never written in place. A new one is written beside it and renamed over it, so a run that is
# killed midway leaves the old one complete. A lock keeps two runs from losing each other's line. It has a
# file of its own, because the rename would take away a lock on .progress.

# shellcheck source=/dev/null
source "${BASH_SOURCE[0]%/*}/labs.bash"

progress_file() { printf '%s\n' "${LABS_PROGRESS:-$LABS_ROOT/.progress}"; }

# A value is a plain number: no leading zero (bash would read octal), no room to overflow.
progress_line_ok() { [[ $1 =~ ^[0-9][0-9]-[a-z0-9-]+(\ [a-z]+=(0|[1-9][0-9]{0,5}))+$ ]]; }

# → the lines that are valid; skips garbage, and a last line without its end
progress_lines() {
  local line file
  file=$(progress_file)
  [[ -r $file && ! -d $file ]] || return 0
  while IFS= read -r line; do
    ! progress_line_ok "$line" || printf '%s\n' "$line"
  done <"$file"
}

progress_get() { # LAB KEY → the number, or nothing
  local line word value=''
  while IFS= read -r line; do
    [[ $line == "$1 "* ]] || continue
    for word in $line; do
      [[ $word != "$2="* ]] || value=${word#*=}
    done
  done < <(progress_lines)
  printf '%s\n' "$value"
}

progress_full() { # LAB → 0 if a check of its exercise has ever had full marks
  local max best
  max=$(progress_get "$1" max)
  best=$(progress_get "$1" best)
  best=${best:-$(progress_get "$1" score)}
  [[ -n $max && -n $best ]] && ((best >= max))
}

progress_merged() { # LAB KEY=VALUE… → the whole new file; KEY= removes the key
  local lab=$1 line word
  local -A value=()
  local -a order=()
  while IFS= read -r line; do
    if [[ $line != "$lab "* ]]; then
      printf '%s\n' "$line"
      continue
    fi
    for word in ${line#* }; do
      [[ -v value[${word%%=*}] ]] || order+=("${word%%=*}")
      value[${word%%=*}]=${word#*=}
    done
  done < <(progress_lines)
  for word in "${@:2}"; do
    [[ -v value[${word%%=*}] ]] || order+=("${word%%=*}")
    value[${word%%=*}]=${word#*=}
  done
  line=$lab
  for word in "${order[@]}"; do
    [[ -z ${value[$word]} ]] || line+=" $word=${value[$word]}"
  done
  [[ $line == "$lab" ]] || printf '%s\n' "$line"
}

progress_set() { # LAB KEY=VALUE… → 0; or 1, with one warning and the file unchanged
  local file
  file=$(progress_file)
  (
    flock -w 10 9 || exit 1
    [[ ! -e $file || -r $file ]] || exit 1 # what cannot be read is not replaced
    # Over NFS, or with a quota, only `sync` finds that the disk is full.
    progress_merged "$@" >"$file.new" && sync -- "$file.new" &&
      mv -f -- "$file.new" "$file" && exit 0
    rm -f -- "$file.new"
    exit 1
  ) 2>/dev/null 9>>"$file.lock" && return 0
  ui_warn "progress not recorded: cannot write $file (LABS_PROGRESS=FILE names another place)"
  return 1
}
