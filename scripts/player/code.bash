# shellcheck shell=bash
# code.bash - do READMEs and slides quote the code as it is? A part of `demo --check` and `--refresh`.
#
# A quote is a ```c block in a lab's README or slides below a line <!-- code FILE FUNCTION -->. It is
# true when it is that function of that file (a path from the lab's folder), from the first line of its
# definition to its last brace. Both stand at the left edge, where clang-format puts them.
# Below <!-- code FILE FUNCTION part --> it is a run of whole lines of that function.

# code_main check|refresh README LAB_DIR - complains about each quote that is not true, or rewrites it.
code_main() {
  local verb=$1 file=$2 folder=$3 marker first count i source name part status=0 changed=no
  local form='code [^ ]+ [A-Za-z_0-9]+( part)?'
  find_blocks "$file" "$form" c || status=1
  # The markers that look like one of code, and are none.
  while IFS=: read -r marker _; do
    complain "$file:$marker" 'a marker of code is <!-- code FILE FUNCTION -->, or ... FUNCTION part -->' || status=1
  done < <(grep -n '^<!-- code' "$file" | grep -vE "^[0-9]+:<!-- $form -->\$")
  for ((i = ${#BLOCKS[@]} - 1; i >= 0; i--)); do
    read -r marker first count _ source name part <<<"${BLOCKS[i]}"
    true_code "$folder/$source" "$name" ||
      complain "$file:$marker" "$source has no function '$name'" ||
      { status=1 && continue; }
    [[ ! $part ]] || cut_part "${README[@]:first:count}" ||
      complain "$file:$marker" "nothing in $name goes from this first to this last line" ||
      { status=1 && continue; }
    cmp -s <(printf '%s\n' "${README[@]:first:count}") <(printf '%s\n' "${TRUE[@]}") && continue
    if [[ $verb == refresh ]]; then
      replace_block "$first" "$count" "${TRUE[@]}"
      changed=yes
      echo "$file:$((first + 1)): refreshed"
    else
      complain "$file:$((first + 1))" "$source has another $name" || status=1
      diff -u --label README --label "$source" \
        <(printf '%s\n' "${README[@]:first:count}") <(printf '%s\n' "${TRUE[@]}") >&2 || true
      echo "demo: to bring it up to date: scripts/demo --refresh ${LAB#"$PWD/"}" >&2
    fi
  done
  [[ $changed == no ]] || printf '%s\n' "${README[@]}" >"$file"
  return "$status"
}

# cut_part LINE... - leaves of TRUE what goes from the first of these lines to the last, and is as many
# lines, if it can be; false if nothing does.
cut_part() {
  local from to found=()
  for ((from = 0; from < ${#TRUE[@]}; from++)); do
    [[ ${TRUE[from]} == "$1" ]] || continue
    to=$((from + $# - 1))
    if [[ ${TRUE[to]-} == "${*: -1}" ]]; then
      found=("$from" "$to")
      break
    fi
    for ((to = from; to < ${#TRUE[@]} && ${#found[@]} == 0; to++)); do
      [[ ${TRUE[to]} != "${*: -1}" ]] || found=("$from" "$to")
    done
  done
  ((${#found[@]})) || return
  TRUE=("${TRUE[@]:found[0]:found[1]-found[0]+1}")
}

# true_code FILE FUNCTION - sets TRUE to the lines of that function; false if there is none.
true_code() {
  mapfile -t TRUE < <(awk -v name="$2" '
    !inside && /^[A-Za-z_]/ && !/;$/ { inside = match($0, "(^|[^A-Za-z_0-9])" name "\\(") }
    inside { print }
    inside && /^}/ { exit }' "$1" 2>/dev/null)
  ((${#TRUE[@]} > 0))
}
