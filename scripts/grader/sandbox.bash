# sandbox.bash - the ground on which a student's code is compiled and run, made by bubblewrap. Sourced.
#
#   sandbox_open             begins: SANDBOX is the start of a command line, to be filled by the rest
#   sandbox_show FILE AT     FILE can be read there under the name AT; sets SEEN to that name
#   sandbox_start FOLDER     the code starts there (/tmp)
#   sandbox_share FOLDER [AT]   FOLDER can be written to, under the name AT if given
#   sandbox_network_off      there is no network, not even the caller's
#   sandbox_set NAME VALUE   one more variable of the environment
#   sandbox_raw_sockets      the code may open raw sockets (CAP_NET_RAW)
#   sandbox_same_processes   it shares the caller's process ids, instead of having its own
#   sandbox_close            ends: what follows SANDBOX is the command
#
# Inside there is the system, read-only, an empty /tmp and /dev/shm, and nothing else: no home, no
# course, no solution, no process but its own, no capability. The network is the caller's. Whatever the
# code starts ends with it. Its environment is the one that is stated here.
#
# If bubblewrap cannot start, UNSANDBOXED says why. Then the code runs with that environment, but on
# the open machine, and the report says so.

sandbox_open() {
  ENVIRONMENT=(PATH=/usr/bin:/bin HOME=/tmp LC_ALL=C.UTF-8)
  PROCESSES=(--unshare-pid)
  SANDBOX=(bwrap --die-with-parent --new-session --unshare-ipc --unshare-uts --cap-drop ALL
    --ro-bind /usr /usr --proc /proc --dev /dev --size $((64 << 20)) --tmpfs /tmp)
  START=/tmp
  local name
  # The system's own folders: links on most systems, real folders on old ones.
  for name in /bin /sbin /lib /lib32 /lib64 /libx32; do
    if [[ -L $name ]]; then
      SANDBOX+=(--symlink "$(readlink "$name")" "$name")
    elif [[ -d $name ]]; then
      SANDBOX+=(--ro-bind "$name" "$name")
    fi
  done
  # What the loader, the compiler and the resolver read. It names no user.
  for name in ld.so.cache alternatives hosts host.conf nsswitch.conf services protocols; do
    SANDBOX+=(--ro-bind-try "/etc/$name" "/etc/$name")
  done
}

# shellcheck disable=SC2034  # SEEN is for the caller
sandbox_show() {
  SANDBOX+=(--ro-bind "$1" "$2")
  SEEN=$2
  [[ -z ${UNSANDBOXED-} ]] || SEEN=$1
}

sandbox_share() { SANDBOX+=(--bind "$1" "${2-$1}"); }

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
  SANDBOX+=("${PROCESSES[@]}" --chdir "$START" --clearenv)
  for pair in "${ENVIRONMENT[@]}"; do
    SANDBOX+=(--setenv "${pair%%=*}" "${pair#*=}")
  done
}

# sandbox_works - tries it; prints why not.
sandbox_works() {
  local UNSANDBOXED=''
  sandbox_open
  sandbox_close
  "${SANDBOX[@]}" true 2>&1 </dev/null
}
