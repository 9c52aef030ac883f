# shellcheck shell=bash
# running PID - true while the process has not ended. Not kill -0: it finds a zombie too, and on a
# busy machine bash may leave one for a long time. Sourced.
running() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null && [[ ${stat##*) } != Z* ]]
}
