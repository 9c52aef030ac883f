# shellcheck shell=bash
# collect.bash - finds who handed in what, in the layouts that learning platforms have. Sourced by lab grade.
#
# Only the exercise's own files are taken, regular ones: its source and the headers beside it. A symbolic link
# could name anything on this machine, so none is followed. Uses the globals of lab grade: layout, dirs.
# shellcheck disable=SC2034,SC2154

# Students choose the names of their files, and some those of their folders. Bash would run what stands in a subscript
# in `unset "A[$name]"` or `[[ -v A[$name] ]]`, so here are only `A[$name]=` and `${A[$name]}`; and no name of a file gets
# into a table.

# Who (a name, a tab, a lab) handed in which file, and for whom it is not clear, and why. Headers of loose files: a line
# each, the name that the student gave it, a tab, its path.
declare -A HANDED_IN=() UNCLEAR=() LOOSE=() HEADERS=()
STUDENTS=() LEFT_OUT=()

# collect DIR - fills these.
collect() {
  [[ -n $layout ]] || layout=$(detect "$1")
  case $layout in
    plain | clones) ;;
    moodle | canvas | gradescope)
      ((${#dirs[@]} == 1)) || ui_usage "a download of $layout holds one exercise: say which by --lab"
      ;;
    *) ui_usage "no layout '$layout'; there are: plain, clones, moodle, canvas, gradescope" ;;
  esac
  shopt -s nullglob
  "collect_$layout" "$1"
  ((${#STUDENTS[@]})) || ui_die "$1: nobody handed in anything there, in the layout '$layout'"
}

# detect DIR → the layout that its names have
detect() {
  local files
  files=$(find "$1" -maxdepth 1 -name '*_assignsubmission_file*' -print -quit)
  [[ -z $files ]] || { echo moodle && return; }
  [[ ! -f $1/submission_metadata.yml ]] || { echo gradescope && return; }
  files=$(find "$1" -maxdepth 1 -regextype posix-extended -regex '.*_[0-9]+_[0-9]+_[^/]*\.c' -print -quit)
  [[ -z $files ]] || { echo canvas && return; }
  [[ ${1%/} != *-submissions ]] || { echo clones && return; }
  echo plain
}

# can_be_student NAME - true if it is the name of one that can have a folder in OUT, and stand in every table.
can_be_student() {
  case $1 in
    '' | .* | -* | */* | *[[:cntrl:]]* | grades.csv | junit.xml | report.html | class.json) return 1 ;;
  esac
  [[ $1 != *[!\ -~]* ]] || iconv -f UTF-8 -t UTF-8 <<<"$1" >/dev/null 2>&1
}

# add_student NAME - true if it can be one.
add_student() {
  can_be_student "$1" || {
    LEFT_OUT+=("${1//[[:cntrl:]]/?}")
    return 1
  }
  [[ ${KNOWN[$1]-} ]] || STUDENTS+=("$1")
  KNOWN[$1]=1
}
declare -A KNOWN=()

# take NAME DIR FOLDER - takes the exercise of the lab in DIR that this student has in FOLDER, if any.
take() {
  local name starter found
  name=$1$'\t'${2##*/}
  starter=$(lab_starter "$2")
  if [[ -f $3/${starter##*/} && ! -L $3/${starter##*/} ]]; then
    HANDED_IN[$name]=$3/${starter##*/}
    return
  fi
  # It may have another name, if no other file is there.
  mapfile -d '' -t found < <(find "$3" -maxdepth 1 -type f -name '*.c' -print0)
  case ${#found[@]} in
    0) return 1 ;;
    1) HANDED_IN[$name]=${found[0]} ;;
    *) UNCLEAR[$name]="no ${starter##*/}, but ${#found[@]} other .c files" ;;
  esac
}

# collect_plain DIR [PREFIX] - a folder for each student, whose name comes behind that prefix.
collect_plain() {
  local folder name
  for folder in "$1"/*/; do
    folder=${folder%/}
    [[ ! -L $folder ]] || continue
    name=${folder##*/}
    name=${name#"${2-}"}
    add_student "$name" || continue
    collect_folder "$name" "$folder"
  done
}

# collect_folder NAME FOLDER - each lab's exercise, wherever a student's tree has it.
collect_folder() {
  local dir place
  for dir in "${dirs[@]}"; do
    for place in "$2/labs/${dir##*/}/exercise" "$2/${dir##*/}/exercise" "$2/${dir##*/}"; do
      [[ $(realpath -m "$place") == "$(realpath "$2")"/* ]] || continue
      [[ ! -d $place ]] || ! take "$1" "$dir" "$place" || break
    done
  done
}

# Clones of a classroom's repositories, as gh classroom makes them: hello-submissions/hello-alice.
collect_clones() {
  local prefix
  prefix=$(basename "$1")
  collect_plain "$1" "${prefix%-submissions}-"
}

# Moodle: "Ada Lovelace_12345_assignsubmission_file_", a folder or the beginning of a file's name. What follows it the
# student has chosen.
collect_moodle() {
  local path base name
  for path in "$1"/*_assignsubmission_file*; do
    [[ ! -L $path ]] || continue
    base=${path##*/}
    name=${base%%_assignsubmission_file*}
    base=${base#*_assignsubmission_file}
    add_student "$name" || continue
    if [[ -d $path ]]; then
      take_deep "$name" "$path"
    else
      take_one "$name" "$path" "${base#_}"
    fi
  done
}

# Canvas: lovelaceada_LATE_4711_815_server-1.c, where 4711 is the student and -1 a file handed in again. What follows the
# first two numbers the student has chosen.
collect_canvas() {
  local path base name
  for path in "$1"/*; do
    base=${path##*/}
    [[ -f $path && ! -L $path && $base =~ _(LATE_)?([0-9]+)_([0-9]+)_(.+)$ ]] || continue
    name=${base:0:${#base}-${#BASH_REMATCH[0]}}_${BASH_REMATCH[2]}
    base=${BASH_REMATCH[4]}
    ! add_student "$name" || take_one "$name" "$path" "$base"
  done
}

# take_one NAME FILE CALLED - takes one of a student's loose files; that with the starter's name wins.
take_one() {
  local name=$1$'\t'${dirs[0]##*/} starter called=$3
  starter=$(lab_starter "${dirs[0]}")
  [[ ! $called =~ ^(.*)-[0-9]+(\.[ch])$ ]] || called=${BASH_REMATCH[1]}${BASH_REMATCH[2]}
  LOOSE[$name]=yes
  if [[ $called == *.h ]]; then
    [[ $2 == *[[:cntrl:]]* ]] || HEADERS[$name]+=$called$'\t'$2$'\n'
  elif [[ $called == "${starter##*/}" ]]; then
    HANDED_IN[$name]=$2
    CERTAIN[$name]=1
    UNCLEAR[$name]=''
  elif [[ $called == *.c && ! ${CERTAIN[$name]-} ]]; then
    [[ ! ${HANDED_IN[$name]-} ]] || UNCLEAR[$name]="no ${starter##*/}, but several other .c files"
    HANDED_IN[$name]=$2
  fi
}
declare -A CERTAIN=()

# take_deep NAME FOLDER - a student may have handed in a folder in a folder.
take_deep() {
  local starter found
  ! take "$1" "${dirs[0]}" "$2" || return 0
  starter=$(lab_starter "${dirs[0]}")
  mapfile -d '' -t found < <(find "$2" -mindepth 2 -maxdepth 5 -type f -name "${starter##*/}" -print0 | sort -z)
  case ${#found[@]} in
    0) ;;
    1) HANDED_IN[$1$'\t'${dirs[0]##*/}]=${found[0]} ;;
    *) UNCLEAR[$1$'\t'${dirs[0]##*/}]="${#found[@]} files with the name ${starter##*/}" ;;
  esac
}

# Gradescope: a folder for each submission, and a YAML file that says whose it is; a group has one. Other keys of a
# submission hold what programs have printed, so names count only in its list of submitters.
collect_gradescope() {
  local line folder='' name='' email='' inside=''
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ $line == [!\ :-]*: ]]; then
      gradescope_student "$1"
      folder=${line%:} inside=''
    elif [[ $line == '  :'* ]]; then
      gradescope_student "$1"
      inside=''
      [[ $line != '  :submitters:'* ]] || inside=yes
    elif [[ $inside ]]; then
      [[ $line != *([ ])-* ]] || gradescope_student "$1"
      if [[ $line =~ ^[\ -]+:name:\ (.*)$ ]]; then
        name=$(yaml_text "${BASH_REMATCH[1]}")
      elif [[ $line =~ ^[\ -]+:email:\ (.*)$ ]]; then
        email=$(yaml_text "${BASH_REMATCH[1]}")
      fi
    fi
  done <"$1/submission_metadata.yml"
  gradescope_student "$1"
}

# yaml_text SCALAR → the text of a YAML scalar of one line, in quotes or not
yaml_text() {
  local text=$1
  case $1 in
    \'*\') text=${1:1:-1} text=${text//"''"/"'"} ;;
    \"*\")
      text=${1:1:-1} text=${text//'\"'/'"'}
      printf -v text '%b' "${text//\\x/\\u00}"
      ;;
  esac
  printf '%s\n' "$text"
}

# gradescope_student DIR - the student that was read so far, if any: by the address, for two may have one name.
gradescope_student() {
  local who=${email:-$name}
  name='' email=''
  [[ -n $who ]] || return 0
  add_student "$who" || return 0
  [[ ! $folder =~ ^[A-Za-z0-9_-]+$ || ! -d $1/$folder || -L $1/$folder ]] || take_deep "$who" "$1/$folder"
}
