# ground.bash - the ground that a check stands on: what a student's program may use, and whether it has met the
# faults that a test is about. Sourced by check.bash.

BWRAP=$(type -P bwrap || true) NSENTER=$(type -P nsenter) UNSHARE=$(type -P unshare)

# --- limits ---

# limit - what a program may use. Its output is kept in memory: 64 MiB a file. It may have 5 GiB of address
# space, more than any message announces and less than would harm the machine; sanitizers need more for
# themselves. A limit that is there already may be lower. With FILE_LIMIT=none its files have no limit.
limit() {
  [[ ${FILE_LIMIT-} == none ]] || ulimit -f 65536
  [[ -n ${SAN-} ]] || ulimit -v $((5 << 20))
  ulimit -t 60
  ulimit -n 1024
  # Linux counts processes for each user namespace apart since 5.14, and never those of the machine's root. The
  # check's own count, too: a lab's backend may have a thread for each client.
  kernel_since 5 14 && ulimit -u 600
  return 0
} 2>/dev/null

# kernel_since MAJOR MINOR - true if this kernel is that version or a later one.
kernel_since() {
  local release
  read -r release </proc/sys/kernel/osrelease
  [[ $release =~ ^([0-9]+)\.([0-9]+) ]] && ((BASH_REMATCH[1] > $1 || BASH_REMATCH[1] == $1 && BASH_REMATCH[2] >= $2))
}

# A limit for the processes of the machine's root: a command that runs another one in a pid namespace that
# holds 700 at most, and 400 when that many have been: the kernel gives no number below 300 a second time. A
# namespace has such a limit of its own since Linux 6.14; before, this would change the whole machine. It
# must be there before the program starts: against a fork bomb it would come too late.
LIMIT_PIDS='echo 700 >/proc/sys/kernel/pid_max'
LIMITED=()
read -r _ outer_root _ </proc/self/uid_map
if [[ $outer_root == 0 && -z ${UNSANDBOXED-} ]] && kernel_since 6 14; then
  # shellcheck disable=SC2034  # for check.bash and the checks
  LIMITED=(unshare --pid --fork --kill-child --mount-proc bash -c "$LIMIT_PIDS && exec \"\$@\"" limited)
fi

# --- have the faults been met? ---

# A program that leaves the library of faults behind, by a new exec or by system calls of its own, meets no
# fault. So a test is lost if the library has not seen the calls that the test is about: by their letters in
# MARKS of faults.c. stdio (t) is a way that the library cannot see, and that a right program may go.
declare -gA CALLS=([send_max]=ST [send_again]=ST [recv_max]=RT [eintr]=SRAT [eintr_row]=SRAT [accept_abort]=A
  [abort_after]=A [send_gone]=ST [peer_id]=G [no_ipv6]=RTW [no_file]=RTW [stop_bind]=B [stop_taken]=B [stop_listen]=L
  [stop_accept]=B [stop_wait]=WAB [backlog]=L [sndbuf_max]=L [kill_file]=K [final]=K [journal]=K [sync_fails]=K [sync_waits]=K)

faults_were_met() {
  local role
  for role in "${!FAULTED[@]}"; do note_marks "$role"; done
  [[ -z $EVADES ]] || {
    told "looked at how the $EVADES makes its socket calls" "not by the C library"
    fail_check evaded "calls of the C library, which this test makes fail on purpose" \
      "a program that goes past it: by syscall(2), or by an exec that drops LD_PRELOAD"
  }
}

marks() { echo "$BATS_TEST_TMPDIR/$1.marks"; }

# read_marks ROLE - sets MARKS to what the library has seen of it.
read_marks() {
  read -r MARKS <"$(marks "$1")" || true # it has no newline
}

# note_marks ROLE - sets EVADES if it has made none of the calls that its faults are about.
note_marks() {
  local MARKS fault faults
  note_evasion "$1"
  read_marks "$1"
  IFS=, read -ra faults <<<"${FAULTED[$1]-}"
  for fault in "${faults[@]}"; do
    [[ $MARKS == *["${CALLS[${fault%%=*}]}"]* ]] || EVADES=$1
  done
  unset "FAULTED[$1]"
}

# note_evasion ROLE - sets EVADES if a process of the role runs without the library.
note_evasion() {
  [[ -n ${FAULTED[$1]-} && -n ${BOX[$1]-} && -z ${UNSANDBOXED-} ]] || return 0
  local pids=("${BOX[$1]}") pid maps file children library
  library=$(stat -c %i "$CHECK_TOOLS/faults.so") # by its inode: a file of the program's may have that name
  while ((${#pids[@]})); do
    pid=${pids[0]} pids=("${pids[@]:1}")
    running "$pid" || continue
    if [[ ! /proc/$pid/exe -ef $BWRAP && ! /proc/$pid/exe -ef $NSENTER && ! /proc/$pid/exe -ef $UNSHARE ]]; then
      # By read, because `$(<FILE)` ends the whole test if the process has just gone. A process that is about
      # to end has no memory any more.
      maps=''
      IFS= read -rd '' maps <"/proc/$pid/maps" || true
      [[ -z $maps || $maps == *" $library "* ]] || ! running "$pid" || EVADES=$1
    fi
    for file in /proc/"$pid"/task/*/children; do
      read -ra children <"$file" || true # it has no newline
      pids+=("${children[@]}")
    done
  done
} 2>/dev/null
