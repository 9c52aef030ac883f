# shellcheck shell=bash
# needs.bash - what a check, a demo or a test file needs of this machine, besides a private network.
# Sourced. The file itself says it, in a line of the comment at its top:
#
#   needs: nft line [ipv6]                 the FEATURES below; in brackets: only a part of it needs that
#   tools: strace dig=bind9-dnsutils       commands that scripts/setup knows, or COMMAND=PACKAGE
#
# `lab doctor` tries each feature that a lab needs, and says which labs need it. What only a part needs, that
# part looks for itself: the rest goes on without.

# What grading needs and no more: a student must not wait for clang to be installed.
CHECK_NEEDS=(cc libc6-dev make ip nft unshare ps bats jq nc bwrap)

# check_needs DIR... - prints what the checks of these labs need, a word for scripts/setup a line.
check_needs() {
  local dir tool
  printf '%s\n' "${CHECK_NEEDS[@]}"
  for dir; do
    while IFS= read -r tool; do printf '%s\n' "${tool%%=*}"; done < <(tools_of "$dir/exercise/grade.bats" 2>/dev/null)
  done
}

# has_test ID FILE... - true if one of these checks has a test of this name.
has_test() {
  grep -qE "test_tags=(.*,)?id:$1(,|\$)" "${@:2}"
}

FEATURES=(nft line raw ping packet ipv6)

has_feature() { # NAME or [NAME]
  local name=$1
  [[ $name != '['?*']' ]] || name=${name:1:-1}
  [[ " ${FEATURES[*]} " == *" $name "* ]]
}

# tools_of FILE - prints the tools that it names, a word a line. Starts no program, to keep set-up quick.
tools_of() {
  local line words word
  while IFS= read -r line && [[ $line == '#'* ]]; do
    [[ $line == '# tools: '* ]] || continue
    read -ra words <<<"${line#*: }"
    for word in "${words[@]}"; do printf '%s\n' "$word"; done
  done <"$1"
}

# feature_says NAME - prints in words what the feature is.
feature_says() {
  case $1 in
    nft) echo "firewall rules that lose packets (nft)" ;;
    line) echo "hosts on wires (veth)" ;;
    raw) echo "raw socket" ;;
    ping) echo "ping socket" ;;
    packet) echo "packets shown as they pass (packet socket)" ;;
    ipv6) echo "TCP over IPv6 on the loopback" ;;
  esac
}

# try_feature NAME - true if the feature works here. Finds out by using it.
# shellcheck disable=SC2016  # the shell in the box expands it
try_feature() {
  local scripts=${BASH_SOURCE[0]%/*}/..
  case $1 in
    box) "$scripts/netbox" -- true ;;
    nft) "$scripts/netbox" -- nft 'table ip try { chain in { type filter hook input priority 0;
      udp dport 9 numgen inc mod 5 == 4 log group 2 counter drop; }; }' ;;
    line) "$scripts/netbox" --line one,two -- true ;;
    sandbox) "$scripts/netbox" -- "$BASH" -c 'source "$0" && sandbox_works' "$scripts/grader/sandbox.bash" ;;
    raw | ping | packet | ipv4 | ipv6) try_probe "$1" "$scripts" ;;
    *) echo "needs.bash knows no feature '$1'" && return 1 ;;
  esac
}

# try_probe NAME SCRIPTS - the same by a small program, the one that was built with the tools of the checks; if
# there is none yet, it is compiled for this once. It is put into the tree, where the labs are built too: a
# temporary folder may forbid programs (noexec), and a box has one of its own.
try_probe() {
  local work compiler status=0 built=$2/../.build/grader/probe
  # One that came along from another machine does not start here; ours ends with 2 if nothing is asked of it.
  if [[ $built -nt $2/lab.d/doctor.c ]] && { "$built" >/dev/null 2>&1 || (($? == 2)); }; then
    "$2/netbox" -- "$built" "$1"
    return
  fi
  { mkdir -p "$2/../.build" && work=$(mktemp -d "$2/../.build/probe.XXXXXX"); } 2>/dev/null ||
    work=$(mktemp -d /tmp/probe.XXXXXX) || return
  read -ra compiler <<<"${CC:-cc}"
  "${compiler[@]}" -std=c17 -D_GNU_SOURCE -o "$work/probe" "$2/lab.d/doctor.c" &&
    "$2/netbox" -- "$work/probe" "$1" || status=$?
  rm -rf "$work"
  return "$status"
}

# needed_by NAME LABS_DIR - prints which labs need it: "lab 06", or "labs 02, 06 and 12"; nothing if none.
needed_by() {
  local numbers
  numbers=$(cd "$2" && grep -lE "^# needs:.* (\[$1\]|$1)( |\$)" ./*/demo.sh ./*/*.bats ./*/*/*.bats 2>/dev/null |
    sed -E 's|^[.]/([0-9]+)-.*|\1|' | sort -u)
  [[ -z $numbers ]] || awk -v RS='' '{
    text = $1
    for (i = 2; i < NF; i++) text = text ", " $i
    print (NF > 1 ? "labs " text " and " $NF : "lab " text)
  }' <<<"$numbers"
}

# lacks FILE [FEATURE] - true if this machine lacks something that FILE needs, or that feature. Then prints
# what, and why.
lacks() {
  local feature features=() why
  read -ra features < <(sed -n 's/^# needs: //p' "$1") || true
  [[ " ${features[*]} " == *" ${2-} "* ]] || features+=("${@:2}")
  for feature in "${features[@]:-box}"; do
    [[ $feature != '['*']' ]] || feature=box # that part looks for itself
    why=$(try_feature "$feature" 2>&1 </dev/null) && continue
    why=${why%%$'\n'*}
    case $feature in
      nft) echo "the firewall (nft) does not work here: $why" ;;
      line) echo "hosts on wires (veth) do not work here: $why" ;;
      packet) echo "packets cannot be shown here (packet socket): $why" ;;
      box) echo "${why:-no private network}" ;;
      *) echo "$(feature_says "$feature") does not work here: $why" ;;
    esac
    return 0
  done
  return 1
}
