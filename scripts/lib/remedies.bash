# shellcheck shell=bash
# remedies.bash - why this machine refuses something, and what to do about it. Sourced by `lab doctor`.
#
# It goes by what was met: the message of what failed, and what the kernel says of this process in /proc. It
# never goes by files that a system leaves about itself (/.dockerenv): those tell where we are, and not what is
# forbidden here. The remedy is the one that opens the least.
# shellcheck disable=SC2034  # cause and remedy are for the caller

# The options of `docker run` that a private network needs. Each of the three alone is not enough: behind the
# filter of system calls there is AppArmor, which forbids mounts, and behind that a covered /proc.
DOCKER_OPTIONS=(--security-opt seccomp=unconfined --security-opt apparmor=unconfined
  --security-opt systempaths=unconfined)
MACHINE='a virtual machine: README, "Where you sit"'
PODMAN_OPTIONS=(--security-opt "'unmask=/proc/*'")
LXC_REMEDY="on the machine around this container: lxc config set NAME security.nesting true"

# box_trouble MESSAGE - sets `cause`, a sentence, and `remedy`, a line each, for a netbox that failed with this
# message.
box_trouble() {
  case $1 in
    *'No space left on device'* | *'Too many users'*) limited ;;
    *'unshare failed: Operation not permitted'* | *'unshare failed: Permission denied'*) no_namespaces ;;
    *uid_map* | *gid_map* | *setgroups*) powerless ;;
    *'filesystem propagation'*) no_mounts ;;
    *'mount: /proc: '*) no_proc ;;
    *'unshare failed: Invalid argument'* | *'Function not implemented'*) old_kernel ;;
    *'Resource temporarily unavailable'*)
      cause="your processes are as many as this machine allows you"
      remedy="end some of them, or: ulimit -u $(ulimit -Hu)"
      ;;
    *'No such file or directory'* | *'command not found'*)
      cause="a tool is missing"
      remedy="scripts/setup labs"
      ;;
    *)
      cause="not known; the message above is all that was met"
      remedy=$MACHINE
      ;;
  esac
}

limited() {
  local kind value none=()
  for kind in user net mnt pid; do
    read -r value <"/proc/sys/user/max_${kind}_namespaces" || continue
    ((value > 0)) || none+=("user.max_${kind}_namespaces=10000")
  done
  if ((${#none[@]})); then
    cause="the administrator allows no namespaces: ${none[*]%=*} is 0"
    remedy="sudo sysctl ${none[*]}"
  else
    cause="more namespaces than this machine, or what is around this container, allows"
    remedy="on the machine itself: sudo sysctl user.max_user_namespaces=10000 user.max_net_namespaces=10000"
  fi
} 2>/dev/null

no_namespaces() {
  if is_filtered; then
    cause="a filter of system calls (seccomp) forbids it, as Docker's does"
    remedy=$(docker_remedy)
  elif [[ $(setting kernel.unprivileged_userns_clone) == 0 ]]; then
    cause="the administrator keeps user namespaces for root"
    remedy="sudo sysctl kernel.unprivileged_userns_clone=1"
  elif [[ $(setting kernel.apparmor_restrict_unprivileged_userns) == 1 ]]; then
    restricted
  elif ! at_root_of_mounts; then
    cause="this is a chroot, and the kernel refuses user namespaces in one"
    remedy="a container, or: systemd-nspawn -D FOLDER"
  else
    cause="the kernel or a security module forbids user namespaces; a chroot does, too"
    remedy="ask the administrator, or use $MACHINE"
  fi
}

# The namespace was made, but we may not become its root.
powerless() {
  # Since Linux 5.12 only who has CAP_SETFCAP, number 31, may map root to root (user_namespaces(7)).
  if ((EUID == 0)) && ! has_capability 31; then
    cause="you are a root without the capability SETFCAP"
    remedy="work as an ordinary user, or start the container with --cap-add SETFCAP"
  elif [[ $(setting kernel.apparmor_restrict_unprivileged_userns) == 1 ]]; then
    restricted
  else
    cause="a security module takes a new user namespace its rights"
    remedy="ask the administrator, or use $MACHINE"
  fi
}

# Ubuntu, since 23.10. Its profile for us lets scripts/netbox have what it needs, and nothing else. Since 25.04
# the program unshare has a profile of its own, which takes over when netbox starts it: then only the setting
# helps. A plain `unshare COMMAND` makes nothing new, and shows whether there is such a profile.
restricted() {
  local label profile=scripts/netbox.d/apparmor
  cause="AppArmor keeps user namespaces for programs that it knows, as Ubuntu does"
  label=$(unshare cat /proc/self/attr/current 2>/dev/null) || true
  if [[ ${label:-unconfined} == unconfined* ]]; then
    remedy="sed 's|@NETBOX@|$LABS_ROOT/scripts/netbox|' $profile | sudo tee /etc/apparmor.d/socket-labs
sudo apparmor_parser -r /etc/apparmor.d/socket-labs"
  else
    remedy="sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
  fi
}

no_mounts() {
  local label
  label=$(cat /proc/self/attr/current 2>/dev/null) || true
  label=${label%% *}
  remedy=$(docker_remedy)
  if [[ -n $label && $label != unconfined ]]; then
    cause="AppArmor forbids mounts here (its profile $label)"
    [[ $label != lxc* ]] || remedy=$LXC_REMEDY
  elif is_filtered; then
    cause="a filter of system calls (seccomp) forbids mounts"
  else
    cause="a security module forbids mounts"
  fi
}

# A private /proc may show no more than the one that is there: if a part of that is covered, the kernel refuses
# (mount_too_revealing() in fs/namespace.c). Docker and Podman cover some files, LXC others. Docker's filter of
# system calls would have refused before, so where a filter let us come this far, it is Podman's.
no_proc() {
  local covered
  covered=$(covered_in_proc)
  if [[ -z $covered ]]; then
    cause="this machine forbids a private /proc, which the processes of a private network need"
    remedy=$MACHINE
    return
  fi
  cause="a part of /proc is covered here (${covered#* }), so the kernel gives nobody a whole one"
  if [[ $covered == *lxcfs* ]]; then
    remedy=$LXC_REMEDY
  elif is_filtered; then
    remedy="start the container by: podman run ${PODMAN_OPTIONS[*]}"
  else
    remedy=$(docker_remedy)
  fi
}

old_kernel() {
  cause="the kernel has no namespaces"
  remedy="a newer kernel, or $MACHINE"
  ! is_wsl || remedy="in Windows: wsl --update; then: wsl --set-version ${WSL_DISTRO_NAME:-Debian} 2"
}

docker_remedy() { echo "start the container by: docker run ${DOCKER_OPTIONS[*]}"; }

# feature_trouble NAME MESSAGE - sets `remedy` for a feature that does not work in a box that does.
feature_trouble() {
  local modules=''
  case $1:$2 in
    sandbox:*'command not found'*) remedy="scripts/setup bubblewrap" ;;
    nft:*env:*) remedy="scripts/setup nft" ;;
    ipv6:*'not supported by protocol'*) remedy="start the kernel without ipv6.disable=1" ;;
    ipv6:*) remedy="sudo sysctl net.ipv6.conf.default.disable_ipv6=0 net.ipv6.conf.lo.disable_ipv6=0" ;;
    nft:*) modules='nf_tables nft_numgen nft_log nfnetlink_log' ;;
    line:*) modules=veth ;;
    packet:*'not supported by protocol'*) modules=af_packet ;;
    *)
      remedy=$MACHINE
      ! is_filtered || remedy="if a filter of system calls (seccomp) forbids it: $(docker_remedy)"
      ;;
  esac
  [[ -n $modules ]] || return 0
  remedy="sudo modprobe -a $modules; for a container: on the machine around it"
  ! is_wsl || remedy="in Windows: wsl --update"
}

# --- what the kernel says of this process ---

is_filtered() { grep -q '^Seccomp:.*2' /proc/self/status; }

has_capability() { # NUMBER
  local name value
  while read -r name value; do
    [[ $name != CapEff: ]] || { ((0x$value >> $1 & 1)) && return; }
  done </proc/self/status
  return 1
}

setting() { cat "/proc/sys/${1//.//}" 2>/dev/null || true; }

is_wsl() { [[ $(setting kernel.osrelease) == *[Mm]icrosoft* ]]; }

# True if our / is what is mounted there. In a chroot it is some folder of a mount.
at_root_of_mounts() { grep -qE '^([^ ]+ ){4}/ ' /proc/self/mountinfo; }

# covered_in_proc - prints the kind and the place of a mount on something in /proc: "tmpfs /proc/acpi"; one of LXC,
# if there is one. What lies there over an empty folder covers nothing.
covered_in_proc() {
  awk '$5 ~ "^/proc/." && $5 != "/proc/sys/fs/binfmt_misc" {
      for (i = 7; $i != "-"; i++);
      if (!covered || $(i + 1) ~ /lxcfs/) covered = $(i + 1) " " $5
    }
    END { print covered }' /proc/self/mountinfo
}
