# shellcheck shell=bash
# running.bash - a point of the form: what the headers say to run, and what they say to see. Sourced by
# form; and a program of its own inside the private network in which the commands run:
#
#   running.bash LAB SEE COMMAND...   each COMMAND in a terminal of its own, started when the one before
#                                     has printed something, or ended. Status 0: one has printed SEE.
#
# SEE is a line, compared as transcripts are, ports and times masked; `...` at its end is any rest.

point_runs() {
  local file see commands said here=scripts/test.d
  while read -r file; do
    see=$(header_field 'See this' "$file")
    mapfile -t commands < <(header_field 'Run this' "$file")
    [[ -n $see && ${#commands[@]} -gt 0 ]] || continue
    said=$(scripts/netbox -- "$BASH" "$here/form.d/running.bash" "${file%/*}" "$see" "${commands[@]}" 2>&1 </dev/null) || {
      fault "$file:$(first_line '^ \* See this:' "$file")" "is not printed by: ${commands[*]}"
      tail -n 8 <<<"$said" | sed 's/^/#     /' >>"$FAULTS"
    }
  done < <(programs)
}

# run_and_see SEE COMMAND...
# shellcheck disable=SC2034  # fd only holds a pipe open
run_and_see() {
  local see=$1 number=0 fd
  shift
  SEEN=$(scripts_normalise <<<"${see%...}")
  [[ $see != *... ]] || SEEN+='*'
  for COMMAND; do
    number=$((number + 1))
    OUT=$WORK/$number
    mkfifo "$OUT.in"
    exec {fd}<>"$OUT.in"
    spawn "$number" bash -c "exec $COMMAND" <"$OUT.in" >"$OUT.out" 2>&1
    wait_until said_or_over "$number" || true
  done
  wait_until seen
}

said_or_over() { [[ -s $WORK/$1.out ]] || ! running "${PID[$1]}"; }

seen() {
  local line
  while IFS= read -r line; do
    # shellcheck disable=SC2053  # SEEN may end with a *
    [[ $line != ${SEEN//[\[\]\\?]/?} ]] || return 0
  done < <(cat "$WORK"/*.out | scripts_normalise)
  return 1
}

scripts_normalise() { "$ROOT/scripts/player/normalise"; }

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  set -euo pipefail
  ROOT=$(cd "${BASH_SOURCE[0]%/*}/../../.." && pwd)
  # shellcheck source=SCRIPTDIR/../../lib/process.bash
  source "$ROOT/scripts/lib/process.bash"
  # shellcheck disable=SC2034  # for wait_until
  DEADLINE=10
  WORK=$(mktemp -d)
  cd "$ROOT/$1"
  shift
  status=0
  run_and_see "$@" || status=$?
  ((status == 0)) || cat "$WORK"/*.out
  for pid in "${PID[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  exit "$status"
fi
