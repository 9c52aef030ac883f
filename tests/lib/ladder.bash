# ladder.bash - a stand-in for the program ladder, for tests of the demo player: the test decides what it
# draws, and when. Sourced.

# lab_ladder [BEGIN] <<<DRAW - gives the lab in $LAB a `ladder/ladder` of its own. It runs BEGIN at its
# start; DRAW draws what is new, and counts it in `frames`. A trap of bash must do no more than note a
# signal, or the next one that comes meanwhile is lost.
lab_ladder() {
  mkdir -p "$LAB/ladder"
  {
    printf '%s\n' '#!/usr/bin/env bash' 'frames=0 said=' "${1-}" 'draw() {' "$(cat)" '}'
    cat <<'PROGRAM'
trap 'said+=" go on"' USR1
trap 'said+=" end"' INT TERM
echo "ladder: listening on lo" >&2
exec {never}<> <(:)
while :; do
  read -rt 0.02 -u "$never" || true
  [[ $said ]] || continue
  now=$said said=
  draw
  [[ $now != *end* ]] || break
  echo "ladder: $frames frames so far, none dropped by the kernel" >&2
done
echo "ladder: $frames frames, ${LABS_DROPPED:-none} dropped by the kernel" >&2
PROGRAM
  } >"$LAB/ladder/ladder"
  chmod +x "$LAB/ladder/ladder"
}
