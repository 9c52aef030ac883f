#!/usr/bin/env bash
# usage: scripts/netbox labs/10-names-and-ports/private.sh [COMMAND...]
# In a box, puts the files of etc/ in the place of those in /etc, for all programs in the box. Then runs COMMAND.
set -euo pipefail
here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

[[ -n ${SOCKET_LABS_BOX-} ]] || {
  echo "private.sh: only in a box: scripts/netbox labs/10-names-and-ports/private.sh" >&2
  exit 1
}
for file in "$here"/etc/{hosts.lab,resolv.conf,nsswitch.conf,services.lab}; do
  name=$(basename "$file" .lab)
  # On many systems resolv.conf is a link to a file in /run, and the box has a /run of its own.
  target=$(readlink -m "/etc/$name")
  [[ -e $target ]] || {
    mkdir -p "${target%/*}"
    : >"$target"
  }
  mount --bind "$file" "$target"
done
[[ $# == 0 ]] || exec "$@"
