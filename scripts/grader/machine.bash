# machine.bash - can this machine grade here and now? Sourced by scripts/grade.
#
# What can be known beforehand is asked here, before anything is compiled. The rest shows when the control
# program is graded (control.bats).

# What every check uses, besides what its grade.bats declares in a line `# tools:`, and besides what every
# Linux system has. The gate grades the model solution with these and no other tool.
GRADE_TOOLS=(make bats jq bwrap ip ss=iproute2 nsenter=util-linux unshare setpriv=util-linux)
# shellcheck disable=SC2034  # for scripts/gate
USUAL_TOOLS=(awk basename bash cat chmod cksum cmp comm cp cut date df dirname env expand find fold getent grep head id
  ln ls mkdir mkfifo mktemp mount mv nl od paste printf readlink realpath rm rmdir sed seq sh sleep sort stat sysctl tac tail
  tee timeout touch tr true truncate umount uname uniq wc xargs)

# limits_lack - true if the caller's limits are too low; prints which. Starts no process: it might not be
# allowed one. The numbers are about those of ground.bash and compile, where they limit the same.
limits_lack() {
  local line
  while IFS= read -r line; do
    case $line in
      'Max processes'*) ((EUID > 0)) && too_low "$line" 100 'processes (ulimit -u)' 1 && return ;;
      'Max file size'*) too_low "$line" $((64 << 20)) 'KiB in a file (ulimit -f)' 1024 && return ;;
      'Max open files'*) too_low "$line" 128 'open files (ulimit -n)' 1 && return ;;
      'Max cpu time'*) too_low "$line" 60 'seconds of processor time (ulimit -t)' 1 && return ;;
      'Max address space'*) too_low "$line" $((4 << 30)) 'KiB of address space (ulimit -v)' 1024 && return ;;
    esac
  done </proc/self/limits
  return 1
}

# too_low LINE LEAST WHAT UNIT - true if the first number of a line of /proc/self/limits is below LEAST.
too_low() {
  [[ $1 =~ \ ([0-9]+)\  ]] && ((BASH_REMATCH[1] < $2)) || return 1
  printf 'this shell allows only %d %s; %d are needed\n' $((BASH_REMATCH[1] / $4)) "$3" $(($2 / $4))
}

# folder_lacks FOLDER - true if it has too little room for a check; prints so.
folder_lacks() {
  local free _
  { read -r _ && read -r free _; } < <(df --output=avail -k -- "$1" 2>/dev/null) || return 1
  ((free < 64 << 10)) || return 1
  printf '%s has only %d MiB left, and a check needs 64\n' "$1" $((free >> 10))
}

# tools_lack FILE - true if a tool that this grade.bats needs is not there, or is too old; prints which.
tools_lack() {
  local tool tools version
  mapfile -t tools < <(tools_of "$1") # each is COMMAND or COMMAND=PACKAGE, as in GRADE_TOOLS
  for tool in "${GRADE_TOOLS[@]}" "${tools[@]}"; do
    type -P "${tool%%=*}" >/dev/null && continue
    printf "there is no '%s' here: scripts/setup %s\n" "${tool%%=*}" "${tool#*=}"
    return
  done
  version=$(bats --version) || version=''
  [[ ${version#Bats } =~ ^([0-9]+)\.([0-9]+) ]] && ((BASH_REMATCH[1] > 1 || BASH_REMATCH[2] >= 8)) && return 1
  printf 'bats 1.8 or later is needed, and %s is %s\n' "$(type -P bats)" "${version:-something else}"
}
