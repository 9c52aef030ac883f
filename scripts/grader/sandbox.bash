# sandbox.bash - where a student's code is compiled and run: a sandbox, made by bubblewrap. Sourced.
#
#   sandbox_open             begins: SANDBOX becomes a command line that the following words add to
#   sandbox_show FILE AT     the code can read FILE under the name AT; sets SEEN to that name
#   sandbox_start FOLDER     the code starts in this folder (/tmp)
#   sandbox_share FILE [AT]   the code can write to FILE or folder, under the name AT if given; sets SEEN
#   sandbox_network_off      the code has no network, not even the caller's
#   sandbox_set NAME VALUE   adds a variable to the code's environment
#   sandbox_raw_sockets      the code may open raw sockets (CAP_NET_RAW)
#   sandbox_same_processes   the code shares the caller's process ids instead of having its own
#   sandbox_close            ends: after "${SANDBOX[@]}" write the command
#
# In the sandbox the code finds the system, read-only, and an empty /tmp and /dev/shm, of 64 MiB each. It finds nothing
# else: no home, no course, no solution, no process but its own, no capability. The network is the
# caller's. When the code ends, so does everything that it started. Its environment is the one below.
#
# If bubblewrap cannot start, UNSANDBOXED says why. Then the code has the same environment, but runs on
# the open machine, and the report says so.

sandbox_open() {
  ENVIRONMENT=(PATH=/usr/bin:/bin HOME=/tmp LC_ALL=C.UTF-8)
  PROCESSES=(--unshare-pid)
  SANDBOX=(bwrap --die-with-parent --new-session --unshare-ipc --unshare-uts --cap-drop ALL
    --ro-bind /usr /usr --proc /proc --dev /dev --size $((64 << 20)) --tmpfs /dev/shm --size $((64 << 20)) --tmpfs /tmp)
  START=/tmp
  # Of root the kernel asks no capability there: root's student could set what the whole machine shares.
  [[ ! -w /proc/sys/kernel/core_pattern ]] ||
    SANDBOX+=(--ro-bind /proc/sys /proc/sys --ro-bind-try /proc/sysrq-trigger /proc/sysrq-trigger)
  local name
  # The system's own folders: links into /usr on most systems, real folders on old ones. To find out
  # starts no process, for this is done at each start of a program.
  for name in /bin /sbin /lib /lib32 /lib64 /libx32; do
    if [[ $name -ef /usr$name ]]; then
      SANDBOX+=(--symlink "usr$name" "$name")
    elif [[ -d $name ]]; then
      SANDBOX+=(--ro-bind "$name" "$name")
    fi
  done
  # The loader, the compiler and the resolver read these files. None of them names a user.
  for name in ld.so.cache alternatives hosts host.conf nsswitch.conf services protocols; do
    SANDBOX+=(--ro-bind-try "/etc/$name" "/etc/$name")
  done
}

sandbox_show() { sandbox_bind --ro-bind "$1" "$2"; }

sandbox_share() { sandbox_bind --bind "$1" "${2-$1}"; }

# shellcheck disable=SC2034  # SEEN is for the caller
sandbox_bind() {
  SANDBOX+=("$@")
  SEEN=$3
  [[ -z ${UNSANDBOXED-} ]] || SEEN=$2
}

sandbox_start() { START=$1; }

sandbox_same_processes() { PROCESSES=(); }

sandbox_network_off() { SANDBOX+=(--unshare-net); }

sandbox_set() { ENVIRONMENT+=("$1=$2"); }

sandbox_raw_sockets() { SANDBOX+=(--cap-add CAP_NET_RAW); }

sandbox_close() {
  local pair
  if [[ -n ${UNSANDBOXED-} ]]; then
    SANDBOX=(env -i "${ENVIRONMENT[@]}")
    return
  fi
  # What is not in a folder of a limited size would be the machine's memory.
  SANDBOX+=(--remount-ro /dev --remount-ro / "${PROCESSES[@]}" --chdir "$START" --clearenv)
  for pair in "${ENVIRONMENT[@]}"; do
    SANDBOX+=(--setenv "${pair%%=*}" "${pair#*=}")
  done
}

# sandbox_no_user_namespaces - from now on no process of this box can make a user namespace, which would give
# it capabilities. Only in a box: elsewhere this would change the machine.
sandbox_no_user_namespaces() {
  local count
  read -r _ _ count </proc/self/uid_map
  [[ -z ${SOCKET_LABS_BOX-} || -n ${UNSANDBOXED-} ]] || ((count == 4294967295)) ||
    echo 0 >/proc/sys/user/max_user_namespaces
}

# sandbox_works - true if a sandbox can be made here; prints why not.
sandbox_works() {
  local UNSANDBOXED=''
  sandbox_open
  sandbox_close
  "${SANDBOX[@]}" true 2>&1 </dev/null
}
