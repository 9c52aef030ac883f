# unix.bash - the words of a check of a server at a Unix socket. Sourced after check.bash.
#
#   file_at PATH            prints what is there: its kind, mode and inode, or "nothing"
#   names_in FOLDER         prints how long the paths of the files in there are
#   held TYPE PATH          another program (holder.c) has a Unix socket of that type there, and listens
#   held killed             ends that program, which leaves its files
#   refuses PATH [FOLDER]   starts one more server at PATH: it must end with an error, and leave alone what is at
#                           PATH, or else in FOLDER. If not, the class is stolen (it serves there), changed (it
#                           ended, but what is there is not as it was), stuck or status
#   idle_sockets            prints how many sockets the server has that neither listen nor were ever connected

file_at() {
  stat -c '%F, mode %04a, inode %i' "$1" 2>/dev/null || echo nothing
}

names_in() {
  local file
  for file in "$1"/*; do
    [[ ! -e $file ]] || printf 'file with a path of %d bytes ' ${#file}
  done
  [[ -e $file ]] || printf 'empty folder'
}

held() {
  local fd
  if [[ $1 == killed ]]; then
    interrupt holder KILL
    wait_until has_ended holder
    return
  fi
  [[ -n ${PID[holder]-} ]] || {
    coproc HOLDER { exec "$CHECK_TOOLS/holder" 3>&-; }
    PID[holder]=$HOLDER_PID
  }
  echo "name $*" >&"${HOLDER[1]}"
  read -r fd <&"${HOLDER[0]}" && [[ $fd == [0-9]* ]]
}

idle_sockets() {
  local links flags state inode count=0
  links=$(readlink /proc/"${PID[server]}"/fd/*)
  while read -r _ _ _ flags _ state inode _; do
    [[ $state != 01 || $flags == 00010000 || $links != *"socket:[$inode]"* ]] || count=$((count + 1))
  done </proc/net/unix
  echo "$count"
}

refuses() {
  local before after what="started another ./server -s ${1:0:60}"
  LOOK=(file_at "$1")
  [[ -z ${2-} ]] || LOOK=(names_in "$2")
  before=$("${LOOK[@]}") BEFORE=$before
  SOCKET=$1 launch rival
  wait_until rival_has_decided || true
  after=$("${LOOK[@]}")
  if running "${PID[rival]}"; then
    told "$what" "still running"
    [[ $after != "$before" ]] ||
      fail_check stuck "an error, and status 1" "it neither ended nor began within $DEADLINE s"
    fail_check stolen "an error, and the $before untouched" "it took the place: $after"
  fi
  finish rival
  told "$what" "ended with status $STATUS"
  [[ $after == "$before" ]] || fail_check changed "the $before untouched" "$after"
  ((STATUS == 1 || STATUS == 2)) || fail_check status "an error, and status 1" "status $STATUS"
  [[ -s $(out rival) ]] || fail_check status "a message that says why" "none"
}

# It has ended, or has put something else there. A server that has only removed the file is still about to
# do one or the other.
rival_has_decided() {
  local now
  ! running "${PID[rival]}" || { now=$("${LOOK[@]}") && [[ $now != "$BEFORE" && $now != nothing ]]; }
}
