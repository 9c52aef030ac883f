# shellcheck shell=bash
# What a student has reached: one line a lab, `01-tcp-echo score=7 max=10 best=8 hints=1`, in
# .progress at the root (or where LABS_PROGRESS says). Sourced; brings labs.bash and ui.bash with
# it.
#
# The file is never written in place: a new one is made beside it and renamed over it, so a run
# that is killed midway leaves the old one whole. A lock file of its own (the rename would take a lock on
# .progress along) keeps two runs from losing each other's line.

# shellcheck source=/dev/null
source "${BASH_SOURCE[0]%/*}/labs.bash"

progress_file() { printf '%s\n' "${LABS_PROGRESS:-$LABS_ROOT/.progress}"; }

# A value is a plain number: no leading zero (bash would read octal), no room to overflow.
progress_line_ok() { [[ $1 =~ ^[0-9][0-9]-[a-z0-9-]+(\ [a-z]+=(0|[1-9][0-9]{0,5}))+$ ]]; }

# → the lines that can be read; garbage and a last line without its end are passed over
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

progress_merged() { # LAB KEY=VALUE… → the whole file as it is to be; KEY= takes the key away
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

progress_set() { # LAB KEY=VALUE… → 0, or 1 with one warning and the old file as it was
  local file
  file=$(progress_file)
  (
    flock -w 10 9 || exit 1
    # Over NFS, or with a quota, a full disk shows at `sync` and not before.
    progress_merged "$@" >"$file.new" && sync -- "$file.new" &&
      mv -f -- "$file.new" "$file" && exit 0
    rm -f -- "$file.new"
    exit 1
  ) 2>/dev/null 9>>"$file.lock" && return 0
  ui_warn "progress not recorded: cannot write $file (LABS_PROGRESS=FILE names another place)"
  return 1
}
