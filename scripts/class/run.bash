# shellcheck shell=bash
# run.bash - has each submission graded once, by GNU parallel. Sourced by lab grade, whose globals it uses.
#
# OUT/.grade keeps the state. A result has a name made of everything that it depends on: the hash of the
# submission, the lab, the hash of its checks and of the grader, the seed. So what is to do is what has no
# result, and a run that was killed goes on where it was.
# shellcheck disable=SC2154

# open_state OUT - makes OUT/.grade, and sees that only one run is at work there.
open_state() {
  mkdir -p "$1/.grade/submissions" "$1/.grade/results" || ui_die "$1: cannot make a folder there"
  OUT=$(cd "$1" && pwd)
  STATE=$OUT/.grade
  exec {lock}>>"$STATE/lock"
  flock -n "$lock" || ui_die "another run is grading into $1"
  # A run that was killed has left its temporary files.
  local left=''
  [[ ! -r $STATE/work ]] || IFS= read -r left <"$STATE/work" || true
  [[ $left != */lab-grade.?????????? || ! -O $left ]] || rm -rf "$left"
  shopt -s nullglob
  rm -rf "$STATE/errors" "$STATE"/*.new "$STATE"/{results,submissions}/*.new "$OUT"/{grades.csv,junit.xml,report.html}.new \
    "$OUT"/*/{feedback.md,results.json}.new "$OUT"/*/*/result.json.new
  WORK=$(mktemp -d "${TMPDIR:-/tmp}/lab-grade.XXXXXXXXXX")
  printf '%s\n' "$WORK" >"$STATE/work"
  trap 'rm -rf "$WORK" "$STATE/work"' EXIT
  mkdir "$STATE/errors"
}

# require_sandbox - a class is graded in the sandbox or not at all.
require_sandbox() {
  local why
  why=$(try_feature sandbox) && return
  [[ -n $unsafe ]] || ui_die "not graded: there is no sandbox here (${why:-bubblewrap does not start}), and a submission" \
    "could read and write what you can. scripts/lab doctor tells the remedy; --unsafe grades all the same"
  ui_warn "not sandboxed, as --unsafe says: each submission can read and write what you can"
}

# hash_of FILE… → 16 digits that change with any name or byte of these files
hash_of() {
  sha256sum -- "$@" | sha256sum | cut -c 1-16
}

# What grades: the course's tree without the labs, without what only tests it and without these tools; and, if it is not
# as usual, how: the compiler, the sanitizers, the deadline, without the sandbox.
grader_hash() {
  local how="${CC-} ${SAN-} ${LABS_DEADLINE:-4} $unsafe"
  (
    cd "$LABS_ROOT" || exit
    shopt -s nullglob
    hash_of scripts/grade scripts/netbox scripts/netbox.d/* scripts/grader/*.* scripts/grader/{Makefile,compile} \
      scripts/lib/{entry,needs,process}.bash common/*
  ) | if [[ $how == '  4 ' ]]; then cat; else cat - <(printf '%s\n' "$how") | sha256sum | cut -c 1-16; fi
}

# What checks a lab: its checks, the bash that these may use, and its programs, for some checks run them. A student's
# own file is none of it.
checks_hash() { # LAB
  (
    cd "$LABS_ROOT/labs/$1" || exit
    shopt -s nullglob
    mapfile -t programs < <(find . -path ./exercise -prune -o \( -name '*.[ch]' -o -name '*.bash' -o -name Makefile \) -print |
      LC_ALL=C sort)
    hash_of exercise/*.{bats,bash} "${programs[@]}"
  )
}

# seed_for STUDENT LAB - sets SEED. From a salt, seeds tell nothing of each other, neither those of two students nor those
# of two labs: each lab has seven digits of the 128 of its own.
seed_for() {
  SEED=$seed
  [[ -n $salt ]] || return 0
  local number=$((10#${2%%-*} - 1))
  local name=$((number / 18)):$1
  [[ ${DIGEST[$name]-} ]] || DIGEST[$name]=$(printf '%s\0%s' "$salt" "$name" | sha512sum)
  SEED=$((0x${DIGEST[$name]:number%18*7:7}))
}
declare -A DIGEST=()

# headers_of NAME - sets `headers`, the files, and `called`, how their student calls them: those that stand beside the
# source in its folder, or the student's own if the files of all students lie in one.
headers_of() {
  local header name i file=${HANDED_IN[$1]}
  headers=() called=()
  if [[ ${LOOSE[$1]-} ]]; then
    while IFS=$'\t' read -r name header; do
      [[ ! $header ]] || { headers+=("$header") && called+=("$name"); }
    done <<<"${HEADERS[$1]-}"
  else
    for header in "${file%/*}"/*.h; do
      [[ -L $header ]] || { headers+=("$header") && called+=("${header##*/}"); }
    done
  fi
  for i in "${!headers[@]}"; do
    if [[ ! -f ${headers[i]} || ! -r ${headers[i]} ]] || (($(stat -c %s -- "${headers[i]}") > 1 << 20)); then
      unset "headers[$i]" "called[$i]"
    fi
  done
}

# no_submission NAME - true if its file is none that can be graded; says why.
no_submission() {
  local file=${HANDED_IN[$1]}
  # No source of an exercise is so large.
  if (($(stat -c %s -- "$file") > 1 << 20)); then
    UNCLEAR[$1]="the file is larger than 1 MiB"
  elif [[ ! -r $file ]]; then
    ILLEGIBLE[$1]="the file that was handed in cannot be read here"
  else
    return 1
  fi
}

# keep_submissions - copies what was handed in to the state, each under its hash, and sets SUBMISSION to these.
declare -A SUBMISSION=() ILLEGIBLE=()
keep_submissions() {
  local name folder digest file i j
  local -a names=() digests=() headers=() called=()
  ((${#HANDED_IN[@]})) || return 0
  for name in "${!HANDED_IN[@]}"; do no_submission "$name" || names+=("$name"); done
  mapfile -t digests < <(for name in "${names[@]}"; do printf '%s\0' "${HANDED_IN[$name]}"; done | xargs -0r sha256sum --)
  ((${#digests[@]} == ${#names[@]})) || ui_die "a submission changed while it was read: run this again"
  for i in "${!names[@]}"; do
    name=${names[i]}
    file=${HANDED_IN[$name]}
    digest=${digests[i]#\\}
    digest=${digest:0:24}
    headers_of "$name"
    ((${#headers[@]} == 0)) || digest=$(
      { printf '%s\n' "$digest" "${called[@]}" && sha256sum -- "${headers[@]}" | sed -E 's/^\\?(.{64}).*/\1/'; } |
        sha256sum | cut -c 1-24
    )
    folder=$STATE/submissions/$digest
    if [[ ! -d $folder ]]; then
      rm -rf "$folder.new"
      mkdir "$folder.new"
      # A name of our own for the source: the student's may be anything. The lab's name for it comes from the lab.
      cp -- "$file" "$folder.new/$(basename "$(lab_starter "$LABS_ROOT/labs/${name#*$'\t'}")")"
      for j in "${!headers[@]}"; do cp -- "${headers[j]}" "$folder.new/${called[j]}"; done
      mv "$folder.new" "$folder"
    fi
    SUBMISSION[$name]=$digest
  done
}

# todo_line KEY LAB SUBMISSION SEED CHECKS GRADER [IDS] - prints what `one` is to do.
todo_line() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "${@:1:6}" "${7-}"
}

# only_hash IDS - 8 digits: a result in these tests alone is none in all.
only_hash() {
  printf '%s\n' "$1" | sha256sum | cut -c 1-8
}

# make_todo - writes STATE/handed-in, a line for each student and lab: STUDENT LAB KEY WHY, and WORK/todo, a line
# for each result that is not there.
make_todo() {
  local student dir lab name key grader
  local -A checks=() wanted=()
  mapfile -t STUDENTS < <(printf '%s\n' "${STUDENTS[@]}" | LC_ALL=C sort -u)
  keep_submissions
  grader=$(grader_hash)
  [[ ${#only[@]} == 0 ]] || grader+=-$(only_hash "${only[*]}")
  for dir in "${dirs[@]}"; do checks[${dir##*/}]=$(checks_hash "${dir##*/}"); done
  for student in "${STUDENTS[@]}"; do
    for dir in "${dirs[@]}"; do
      lab=${dir##*/} key=''
      name=$student$'\t'$lab
      if [[ ${ILLEGIBLE[$name]-} ]]; then
        key=$lab.illegible
        printf '%s\n' "${ILLEGIBLE[$name]}" >"$STATE/errors/$key"
      elif [[ ${SUBMISSION[$name]-} && ! ${UNCLEAR[$name]-} ]]; then
        seed_for "$student" "$lab"
        key=$lab.${SUBMISSION[$name]}.${checks[$lab]}.$grader.$SEED
        [[ -s $STATE/results/$key.json || ${wanted[$key]-} ]] ||
          todo_line "$key" "$lab" "${SUBMISSION[$name]}" "$SEED" "${checks[$lab]}" "$grader" >&3
        wanted[$key]=1
      fi
      printf '%s\t%s\t%s\t%s\n' "$student" "$lab" "$key" "${UNCLEAR[$name]-}"
    done
  done >"$WORK/handed-in" 3>"$WORK/todo"
  printf '%d student%s; results that are there already: %d, to do: %d\n' "${#STUDENTS[@]}" "$( ((${#STUDENTS[@]} == 1)) || echo s)" \
    $((${#wanted[@]} - $(wc -l <"$WORK/todo"))) "$(wc -l <"$WORK/todo")" >&2
}

# run_todo - grades what is to do. When this shell is killed, parallel and its jobs are, too; no job keeps the lock.
run_todo() {
  local total
  local -a where
  total=$(wc -l <"$WORK/todo")
  ((total)) || return 0
  export PARALLEL_HOME=$WORK/parallel PARALLEL_SHELL=/bin/bash
  mkdir -p "$PARALLEL_HOME"
  if [[ -n $hosts ]]; then
    prepare_hosts
  else
    # All jobs use the same tools: they are built once.
    make -s -C "$LABS_ROOT/scripts/grader" all >&2
    export CLASS_STATE=$STATE CLASS_WORK=$WORK CLASS_UNSAFE=$unsafe CLASS_ONLY="${only[*]}"
    where=(--jobs "${jobs:-200%}" tied "$(printf %q "$class/one")")
  fi
  # `tied` is found by PATH: parallel and rsync would split a path in which there is a space.
  PATH=$class:$PATH setpriv --pdeathsig KILL -- parallel --will-cite --colsep '\t' --retries 3 --halt never -a "$WORK/todo" \
    "${where[@]}" '{1}' '{2}' '{3}' '{4}' '{5}' '{6}' '{7}' {lock}>&- </dev/null | progress "$total" || true
  [[ -z $hosts ]] || leave_hosts
}

# prepare_hosts - sets `where`, the options for parallel and the command, for other machines. Each gets the course as
# it is here, without its tests, and what was handed in, in a folder below its home. `host` grades there.
prepare_hosts() {
  local submission
  # No password and no question; a host that is silent for so long is gone.
  SSH=(ssh -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=5 -o ServerAliveCountMax=3)
  # A folder of this class and of this course: files that an older course had would be checks, too.
  HOST_FOLDER=.lab-grade.$( (uname -n && printf '%s\n' "$OUT" && cut -f 5,6 "$WORK/todo" | sort -u) | sha256sum | cut -c 1-16)
  rm -rf "$WORK/send"
  mkdir -p "$WORK/send/submissions"
  rsync -a --filter=':- .gitignore' --exclude={/.git,/tests,/slides} "$LABS_ROOT/" "$WORK/send/course"
  cut -f 3 "$WORK/todo" | sort -u | while IFS= read -r submission; do
    cp -r "$STATE/submissions/$submission" "$WORK/send/submissions/"
  done
  printf 'export CLASS_UNSAFE=%q CLASS_ONLY=%q LABS_DEADLINE=%q\n' "$unsafe" "${only[*]}" "${LABS_DEADLINE:-4}" >"$WORK/send/settings"
  [[ -z ${CC-} ]] || printf 'export CC=%q\n' "$CC" >>"$WORK/send/settings"
  [[ -z ${SAN-} ]] || printf 'export SAN=%q\n' "$SAN" >>"$WORK/send/settings"
  where=(--jobs "${jobs:-200%}" --sshloginfile "$hosts" --ssh "tied ${SSH[*]}" --workdir "$HOST_FOLDER"
    --basefile "$WORK/send/./course" --basefile "$WORK/send/./submissions" --basefile "$WORK/send/./settings"
    course/scripts/class/host)
}

# leave_hosts - removes what prepare_hosts has sent, and says what nobody has answered.
leave_hosts() {
  local key
  while IFS=$'\t' read -r key _; do
    [[ -s $STATE/results/$key.json || -s $STATE/errors/$key ]] || printf 'no host answered\n' >"$STATE/errors/$key"
  done <"$WORK/todo"
  parallel --will-cite --nonall --jobs 0 --sshloginfile "$hosts" --ssh "${SSH[*]}" rm -rf "$HOST_FOLDER" \
    {lock}>&- </dev/null >&2 || ui_warn "the folder $HOST_FOLDER is still on a host that did not answer"
}

# progress TOTAL - a line for each job that ends comes in, from another machine with what it has found; tells now and
# then how far it is.
progress() {
  local word key rest done=0 failed=0 told=0 start=$SECONDS left
  while read -r word key rest; do
    [[ $key =~ ^[0-9][0-9a-z.-]+$ ]] || continue
    case $word in
      error) [[ -z $rest ]] || printf '%s\n' "$rest" >"$STATE/errors/$key" ;;
      result) keep_result "$key" "$rest" || continue ;;
      graded) ;;
      *) continue ;;
    esac
    done=$((done + 1))
    [[ $word != error ]] || failed=$((failed + 1))
    ((SECONDS - told >= 5 || done == $1)) || continue
    told=$SECONDS
    left=$(((SECONDS - start) * ($1 - done) / done))
    printf '  %d of %d graded%s, about %d:%02d left\n' $((done - failed)) "$1" \
      "$( ((failed == 0)) || printf ', %d not by this machine' "$failed")" $((left / 60)) $((left % 60)) >&2
  done
}

# keep_result KEY DOCUMENT - a result from another machine, if it came whole.
keep_result() {
  jq --arg key "$1" 'if .key == $key then . else error("another key") end' <<<"$2" 2>/dev/null >"$STATE/results/$1.json.new" || {
    rm -f "$STATE/results/$1.json.new"
    return 1
  }
  publish "$STATE/results/$1.json"
  rm -f "$STATE/errors/$1"
}

# verify_results - grades again what OUT keeps, all of it or a sample, and compares.
verify_results() {
  local kept=$STATE differs=0 failed=0 key fresh picked
  jq -r '.students[].labs[] | select(.status == "graded") | .key' "$kept/class.json" | sort -u >"$WORK/keys"
  ((sample == 0)) || { shuf -n "$sample" "$WORK/keys" >"$WORK/sample" && mv "$WORK/sample" "$WORK/keys"; }
  while IFS= read -r key; do
    jq -r --arg key "$key" '[$key, .lab, .receipt.submission, .seed, .receipt.checks, .receipt.grader, ""] | map(tostring) | join("\t")' \
      "$kept/results/$key.json"
  done <"$WORK/keys" >"$WORK/todo"
  mapfile -t only < <(jq -r '.only[]' "$kept/class.json")
  fresh=$WORK/fresh
  mkdir -p "$fresh/results" "$fresh/errors"
  ln -s "$kept/submissions" "$fresh/submissions"
  STATE=$fresh run_todo
  while IFS= read -r key; do
    if [[ ! -s $fresh/results/$key.json ]]; then
      printf '%s: not graded again: %s\n' "$key" "$(cat "$fresh/errors/$key" 2>/dev/null)"
      failed=$((failed + 1))
    elif picked=$(diff <(jq -S "$SAME" "$kept/results/$key.json") <(jq -S "$SAME" "$fresh/results/$key.json")); then
      continue
    else
      printf '%s:\n%s\n' "$key" "$picked"
      differs=$((differs + 1))
    fi
  done <"$WORK/keys"
  [[ $(grader_hash) == "$(jq -r '.grader' "$kept/class.json")"* ]] ||
    ui_warn "the grader has changed since these grades were made"
  printf '%d graded again, %d differ\n' $(($(wc -l <"$WORK/keys") - failed)) "$differs"
  ((differs == 0)) || return 1
  ((failed == 0)) || return 3
}
# What two runs of one check must agree in.
SAME='{score, max, tests: [.tests[] | {id, points, status}]}'
