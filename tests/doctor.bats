#!/usr/bin/env bats
# `lab doctor` on machines that refuse something: what was met, why, the remedy. Each machine is made by a limit
# of the kernel, for root and for an ordinary user, and when the limit is taken away all is well again.
# netbox: --users
# What stands in single quotes is for a shell of its own; bats sets output.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

setup_file() {
  cd "$BATS_TEST_DIRNAME/.." || return
  COURSE=$(mktemp -d /tmp/doctor.XXXXXX) # where an ordinary user may look
  cp -r common labs scripts "$COURSE"
  cc -std=c17 -D_GNU_SOURCE -o "$COURSE/refuse" tests/lib/refuse.c
  chmod -R a+rX "$COURSE"
  export COURSE
}

teardown_file() { rm -r "$COURSE"; }

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  [[ -n ${SOCKET_LABS_BOX-} ]] || fail 'run it by: scripts/lab test tests/doctor.bats'
  cd / || return
  declare -gA limit=()
}

teardown() {
  local kind
  for kind in "${!limit[@]}"; do echo "${limit[$kind]}" >"/proc/sys/user/max_${kind}_namespaces"; done
}

# limits KIND - from now on there are none of these namespaces.
limits() {
  limit[$1]=$(<"/proc/sys/user/max_$1_namespaces")
  echo 0 >"/proc/sys/user/max_$1_namespaces"
}

# as USER [covered] COMMAND... - runs it as root of the box, or as user 1000; if covered, where something lies on a
# file of /proc, as containers have it.
as() {
  local user=$1 before=()
  shift
  # shellcheck disable=SC2016  # the inner shell expands it
  [[ $1 != covered ]] || before=(unshare --mount bash -ec 'mount --bind /dev/null /proc/keys; exec "$@"' "$1")
  [[ $1 != covered ]] || shift
  [[ $user == root ]] || before+=(setpriv --reuid 1000 --regid 1000 --clear-groups)
  run timeout -k 1 60 "${before[@]}" "$@" 3>&- </dev/null
}

users() {
  echo root
  ! setpriv --reuid 1000 --regid 1000 --clear-groups true 2>/dev/null || echo ordinary
}

# What mount says of a /proc that is partly covered: before version 2.41 and since.
COVERED='mount: /proc: (permission denied|fsmount\(\) failed: VFS: Mount too revealing)\.'

# refused MET WHY REMEDY - doctor said just that of the private network.
refused() {
  assert_failure 1
  assert_line --regexp '^MISSING +private network'
  assert_line --regexp "^ +met:     $1\$"
  assert_line --regexp "^ +why:     $2"
  assert_line --regexp "^ +remedy:  $3"
  refute_line --regexp '^MISSING +(C compiler|make|raw)'
  assert_line --regexp '^untried +raw socket, for labs? 06[^:]*: there is no private network'
}

all_is_well() {
  assert_success
  assert_line --regexp '^ok +private network'
  assert_line 'All that the labs need works here.'
}

DOCKER='docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined'

@test "nothing is refused: each line says which labs need it" {
  local user
  for user in $(users); do
    as "$user" "$COURSE/scripts/lab" doctor
    all_is_well
    assert_line --regexp '^ok       raw socket, for labs 06(, [0-9]+)* and [0-9]+$'
    assert_line --regexp '^ok       packets shown as they pass \(packet socket\), for labs 06(, [0-9]+)* and [0-9]+, and --ladder in every demo$'
    assert_line --regexp '^ok       TCP over IPv6 on the loopback, for labs 06(, [0-9]+)* and 12$'
  done
}

@test "a filter of system calls forbids namespaces, as Docker's" {
  local user
  for user in $(users); do
    as "$user" "$COURSE/refuse" unshare -- "$COURSE/scripts/lab" doctor
    refused 'unshare: unshare failed: Operation not permitted' 'a filter of system calls \(seccomp\)' ".*$DOCKER\$"
    as "$user" "$COURSE/refuse" nothing -- "$COURSE/scripts/lab" doctor
    all_is_well
  done
}

@test "a filter of system calls forbids mounts" {
  local user
  for user in $(users); do
    as "$user" "$COURSE/refuse" mount -- "$COURSE/scripts/lab" doctor
    refused 'unshare: cannot change root filesystem propagation: .*' 'a filter .* forbids mounts' ".*$DOCKER\$"
  done
}

@test "the administrator allows no user namespaces" {
  local user
  for user in $(users); do
    limits user
    as "$user" "$COURSE/scripts/lab" doctor
    refused 'unshare: .*No space left on device' 'the administrator .*user.max_user_namespaces is 0' \
      'sudo sysctl user.max_user_namespaces=10000'
    teardown
    as "$user" "$COURSE/scripts/lab" doctor
    all_is_well
  done
}

@test "the administrator allows no network namespaces" {
  local user
  for user in $(users); do
    limits net
    as "$user" "$COURSE/scripts/lab" doctor
    refused 'unshare: .*No space left on device' 'the administrator .*: user.max_net_namespaces is 0' \
      'sudo sysctl user.max_net_namespaces=10000'
    teardown
    as "$user" "$COURSE/scripts/lab" doctor
    all_is_well
  done
}

@test "what is around a container allows no more namespaces" {
  local user around='echo "$1" >/proc/sys/user/max_user_namespaces; shift
    exec unshare --user --map-root-user --mount "$@"' user
  for user in $(users); do
    as "$user" unshare --user --map-root-user bash -ec "$around" around 1 "$COURSE/scripts/lab" doctor
    refused 'unshare: .*No space left on device' 'more namespaces than .* around' 'on the machine itself: sudo sysctl'
    as "$user" unshare --user --map-root-user bash -ec "$around" around 100 "$COURSE/scripts/lab" doctor
    all_is_well
  done
}

@test "a part of /proc is covered, as Docker and Podman do it" {
  local user
  for user in $(users); do
    as "$user" covered "$COURSE/scripts/lab" doctor
    refused "$COVERED" 'a part of /proc is covered here \(/proc/keys\)' ".*$DOCKER\$"
    as "$user" covered "$COURSE/refuse" nothing -- "$COURSE/scripts/lab" doctor
    refused "$COVERED" 'a part of /proc is covered here \(/proc/keys\)' \
      "start .* podman run --security-opt 'unmask=/proc/\*'\$"
  done
}

@test "/proc/sys is read-only, as in containers" {
  run unshare --mount bash -ec 'mount --bind /proc/sys /proc/sys; mount -o remount,ro,bind /proc/sys
    exec "$@"' sys "$COURSE/scripts/lab" doctor </dev/null
  refused "$COVERED" 'a part of /proc is covered here \(/proc/sys\)' ".*$DOCKER\$"
}

@test "a root without capabilities" {
  as root setpriv --bounding-set -setfcap --inh-caps -setfcap "$COURSE/scripts/lab" doctor
  refused 'unshare: write failed /proc/self/uid_map: .*' 'you are a root without' '.* --cap-add SETFCAP$'
  as root setpriv --bounding-set=-all,+setfcap --inh-caps=-all "$COURSE/scripts/lab" doctor
  all_is_well
}

@test "a chroot" {
  run unshare --mount bash -ec 'mount -t tmpfs none "$0"; mkdir "$0/root"; cd "$0/root"
    for folder in usr etc proc dev tmp; do mkdir "$folder"; mount --rbind "/$folder" "$folder"; done
    for folder in bin lib lib64 sbin; do [[ ! -e /$folder ]] || ln -s "usr/$folder" "$folder"; done
    exec chroot . "$@"' "$BATS_TEST_TMPDIR" "$COURSE/scripts/lab" doctor </dev/null
  refused 'unshare: unshare failed: Operation not permitted' 'this is a chroot' 'a container, or: systemd-nspawn -D FOLDER'
}

@test "what is no hindrance: no new privileges, no capabilities" {
  [[ $(users) == *ordinary ]] || skip 'this machine gives a private network only one user'
  # In one step: only root may take capabilities from what it starts.
  as root setpriv --reuid 1000 --regid 1000 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
    "$COURSE/scripts/lab" doctor
  all_is_well
}

@test "packet sockets are refused: only what needs them is missing" {
  local user
  for user in $(users); do
    as "$user" "$COURSE/refuse" packet -- "$COURSE/scripts/lab" doctor
    assert_failure 1
    assert_equal "$(grep -c ^MISSING <<<"$output")" 1
    assert_line --regexp '^MISSING +packets shown as they pass'
    assert_line --regexp '^         needed:  labs 06(, [0-9]+)* and [0-9]+, and --ladder in every demo$'
    assert_line --regexp '^ +remedy:  sudo modprobe -a af_packet; '
    as "$user" "$COURSE/refuse" packet -- "$COURSE/scripts/demo" "$COURSE/labs/12-tcp-handshake"
    assert_failure 1
    assert_line --partial 'demo: packets cannot be shown here (packet socket): socket(AF_PACKET): Address family not'
    as "$user" "$COURSE/refuse" packet -- "$COURSE/scripts/demo" --ladder "$COURSE/labs/01-tcp-echo"
    assert_failure 1
    assert_line --partial 'demo: packets cannot be shown here'
  done
  as root "$COURSE/refuse" packet -- "$COURSE/scripts/demo" "$COURSE/labs/01-tcp-echo"
  assert_success
}

@test "no IPv6: the parts of labs that need it are named, and the rest goes on" {
  local user
  for user in $(users); do
    as "$user" "$COURSE/refuse" ipv6 -- "$COURSE/scripts/lab" doctor
    assert_failure 1
    assert_equal "$(grep -c ^MISSING <<<"$output")" 1
    assert_line --regexp '^MISSING +TCP over IPv6'
    assert_line --regexp '^         needed:  labs 06(, [0-9]+)* and 12$'
    assert_line '         remedy:  start the kernel without ipv6.disable=1'
    as "$user" "$COURSE/refuse" ipv6 -- bash -c 'source "$0/scripts/lib/needs.bash"; ! lacks "$1"' "$COURSE" \
      "$COURSE/labs/12-tcp-handshake/demo.bats"
    assert_success
    as "$user" "$COURSE/refuse" ipv6 -- bash -c 'source "$0/scripts/lib/needs.bash"; lacks <(echo "# needs: [nft] ipv6")' \
      "$COURSE"
    assert_success
    assert_output --partial 'TCP over IPv6 on the loopback does not work here: socket: Address family not supported'
  done
}

# What this machine cannot play: the settings of others, told by a function in the place of the one that reads them.
remedy_for() { # MESSAGE FUNCTIONS - runs box_trouble with these functions replaced
  run bash -c 'source "$0/scripts/lib/remedies.bash"; LABS_ROOT=/home/ada/labs
    eval "$2"; box_trouble "$1"; echo "$cause"; echo "$remedy"' "$COURSE" "$@"
}

@test "Ubuntu's AppArmor: the profile, or the setting where unshare has a profile of its own" {
  local ubuntu='setting() { [[ $1 != kernel.apparmor_restrict_unprivileged_userns ]] || echo 1; }'
  local met='unshare: write failed /proc/self/uid_map: Operation not permitted'
  remedy_for "$met" "has_capability() { true; }; $ubuntu; unshare() { echo unconfined; }"
  assert_line --index 0 --partial 'AppArmor keeps user namespaces'
  assert_line --index 1 \
    "sed 's|@NETBOX@|/home/ada/labs/scripts/netbox|' scripts/netbox.d/apparmor | sudo tee /etc/apparmor.d/socket-labs"
  assert_line --index 2 'sudo apparmor_parser -r /etc/apparmor.d/socket-labs'
  remedy_for "$met" "has_capability() { true; }; $ubuntu; unshare() { echo 'unshare (enforce)'; }"
  assert_line --index 1 'sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0'
  remedy_for 'unshare: unshare failed: Permission denied' "is_filtered() { false; }; $ubuntu; unshare() { echo unconfined; }"
  assert_line --index 2 'sudo apparmor_parser -r /etc/apparmor.d/socket-labs'
}

@test "LXC, WSL, an old Debian, no more processes, a tool that is not there" {
  remedy_for 'mount: /proc: permission denied.' 'covered_in_proc() { echo fuse.lxcfs /proc/cpuinfo; }'
  assert_line --index 1 --partial 'lxc config set NAME security.nesting true'
  remedy_for 'unshare: unshare failed: Invalid argument' 'setting() { echo 4.4.0-19041-Microsoft; }'
  assert_line --index 1 --regexp '^in Windows: wsl --update; then: wsl --set-version .* 2$'
  remedy_for 'unshare: unshare failed: Operation not permitted' \
    'is_filtered() { false; }; setting() { [[ $1 != *userns_clone ]] || echo 0; }'
  assert_line --index 1 'sudo sysctl kernel.unprivileged_userns_clone=1'
  remedy_for 'setpriv: failed to execute unshare: No such file or directory' ''
  assert_line --index 1 'scripts/setup labs'
  remedy_for 'netbox.d/inside: fork: Resource temporarily unavailable' ''
  assert_line --index 1 --regexp '^end some of them, or: ulimit -u [0-9]+'
  remedy_for 'ip: something new' ''
  assert_line --index 1 --partial 'a virtual machine'
}

# --- one compiler ---

# with_clang_only COMMAND... - runs it where /usr/bin has no gcc, and no cc either, as on Fedora.
with_clang_only() {
  run timeout -k 1 120 unshare --mount bash -ec '
    mkdir -p "$0/upper" "$0/work"
    mount -t overlay -o "lowerdir=/usr/bin,upperdir=$0/upper,workdir=$0/work,userxattr" overlay /usr/bin
    rm -f /usr/bin/{cc,c89,c99,gcc}{,-*} /usr/bin/*-linux-gnu-gcc*
    exec env -u LABS_ENTERED "$@"' "$(mktemp -d /run/clang.XXXXXX)" "$@" 3>&- </dev/null
  [[ $output != *'wrong fs type'* ]] || skip 'this kernel has no overlay file system for ordinary users'
}

# bats test_tags=slow
@test "clang is enough if it is the only compiler: make, demo, check, doctor, setup" {
  type -P clang >/dev/null || skip 'no clang: scripts/setup clang'
  cp -r "$COURSE" "$BATS_TEST_TMPDIR/course"
  cd "$BATS_TEST_TMPDIR/course" || return
  cp "$BATS_TEST_DIRNAME"/../tests/solutions/01-tcp-echo/*.c labs/01-tcp-echo/exercise
  with_clang_only sh -c '! type cc && ! type gcc'
  assert_success
  with_clang_only make -B -C labs/01-tcp-echo all exercise
  assert_success
  assert_line --regexp '^clang .* -o server server.c'
  assert_line --regexp '^clang .* -o exercise/'
  with_clang_only scripts/lab doctor
  assert_success
  assert_line 'ok       C compiler (clang), for every lab'
  with_clang_only scripts/setup --check labs
  assert_success
  with_clang_only scripts/lab demo 01
  assert_success
  with_clang_only scripts/lab check 01
  assert_success
  assert_line '01-tcp-echo  10 of 10 points'
  with_clang_only env CC=oops scripts/lab doctor
  assert_failure 1
  assert_line --regexp '^MISSING +C compiler \(oops\)'
  assert_line '         remedy:  unset CC, or install oops'
}
