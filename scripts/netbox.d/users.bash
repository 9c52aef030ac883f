# shellcheck shell=bash
# users.bash - gives the box more than one user id. netbox sources it for --users. User 0 of the box is
# you. The users from 1 on are ids that no real user has: for root those from 100000 on, and for an ordinary
# user those that /etc/subuid lends.

exec {asked}<> <(:) {mapped}<> <(:)

# in_user_namespace COMMAND... - runs COMMAND in a new user namespace, as soon as that has its map of ids.
in_user_namespace() {
  # shellcheck disable=SC2016  # the other bash expands it
  exec setpriv --pdeathsig KILL unshare --user "$BASH" -c '
    asked=$1 mapped=$2
    ((PPID == $3)) || exit # netbox was killed before pdeathsig was set
    echo >&"$asked"
    read -r <&"$mapped"
    exec {asked}>&- {mapped}>&-
    exec setpriv --pdeathsig KILL "${@:4}"' netbox "$asked" "$mapped" "$$" "$@"
}

# give_users PID - gives the process PID of in_user_namespace its map of ids. If that fails, ends netbox.
give_users() {
  local reason
  # If there is no user namespace, the process ends, and netbox reports that. The timeout of read is 0,
  # because with another one read may take the byte and still return false.
  until read -t 0 <&"$asked"; do
    kill -0 "$1" 2>/dev/null || return 0
    read -r -t 0.002 <> <(:) || true
  done
  if ! map_users "$1"; then
    kill -KILL "$1"
    echo "netbox: this machine gives a private network only one user: $reason" >&2
    exit 125
  fi
  echo >&"$mapped"
}

# lent FILE - sets first and count to the range that /etc/subuid or /etc/subgid lends us.
lent() {
  local name
  while IFS=: read -r name first count; do
    [[ $name != "$EUID" && $name != "$(id -un)" ]] || return 0
  done <"$1"
  return 1
} 2>/dev/null

# map_users PID - gives the process its users and groups. If that fails, sets reason to why.
map_users() {
  local first=100000 count kind group
  group=$(id -g)
  if ((EUID == 0)); then
    reason='the kernel refused to map user ids; within a netbox, that one needs --users too'
    # A map must be written by one write(2). bash makes one for each line, cat makes one for all.
    [[ -z ${SOCKET_LABS_BOX-} ]] || first=1 # root of a box with users has no others
    { cat <<<"0 0 1"$'\n'"1 $first 65535" >"/proc/$1/uid_map" &&
      cat <<<"0 $group 1"$'\n'"1 $first 65535" >"/proc/$1/gid_map"; } 2>/dev/null
    return
  fi
  for kind in uid gid; do
    type "new${kind}map" >/dev/null 2>&1 || {
      reason="there is no new${kind}map here: install the package uidmap"
      return 1
    }
    lent "/etc/sub$kind" || {
      reason="/etc/sub$kind lends you no ids; an administrator may: usermod --add-sub${kind}s 100000-165535 $(id -un)"
      return 1
    }
    reason="new${kind}map refused"
    if [[ $kind == uid ]]; then
      newuidmap "$1" 0 "$EUID" 1 1 "$first" "$count" 2>/dev/null || return
    else
      newgidmap "$1" 0 "$group" 1 1 "$first" "$count" 2>/dev/null || return
    fi
  done
}
