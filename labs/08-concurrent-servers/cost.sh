#!/usr/bin/env bash
# cost.sh [CLIENTS [SERVER...]] - what an idle client costs: starts each server that takes
# all who come, connects so many silent clients
# (1000), and reads how much memory the server's processes have more than before, how much the kernel has, and how
# many processes and threads there are. The kernel's is that of the whole machine, for both ends of a connection.
set -euo pipefail

# own PID - prints how many KiB of their own this process and its children have, what they share counted once (proc(5),
# Pss_Anon). The files that they map are not in it: others map those, too.
own() {
  local pids=("$1") children
  read -ra children <"/proc/$1/task/$1/children" || true # it has no newline
  pids+=("${children[@]}")
  (cd /proc && cat "${pids[@]/%//smaps_rollup}") | awk '/^Pss_Anon:/ { sum += $2 } END { print sum }'
}

kernel() {
  awk '/^(Slab|KernelStack|PageTables):/ { sum += $2 } END { print sum }' /proc/meminfo
}

# tasks PID - prints how many processes and threads the server consists of.
tasks() {
  ps -L -o lwp= --pid "$1" --ppid "$1" | wc -l
}

# measure SERVER CLIENTS - sets LINE, a line of the table, and KERNEL, the number of bytes of kernel in it.
measure() {
  local server said load own_before kernel_before connected
  exec {said}< <(exec "./$1")
  server=$!
  read -r _ <&"$said" # it listens
  own_before=$(own "$server") kernel_before=$(kernel)
  coproc LOAD { exec ./load -k -c 0 -s "$2"; }
  load=$LOAD_PID
  read -r _ connected _ <&"${LOAD[0]}"
  [[ $connected == "$2" ]] || echo "only $connected of $2 clients could connect" >&2
  # Those in the queue are connected, too.
  until settled "$server"; do :; done
  KERNEL=$((($(kernel) - kernel_before) * 1024 / connected))
  printf -v LINE '%-9s  %8s  %12s*  %15s*  %17s' "$1" "$connected" \
    $((($(own "$server") - own_before) * 1024 / connected)) "$KERNEL" "$(tasks "$server")"
  kill "$server"
  wait "$server" || true
  kill "$load"
  wait "$load" 2>/dev/null || true
  exec {said}<&-
}

# settled PID - true if the server has accepted all, and waits for something.
settled() {
  local stat
  read -r stat <"/proc/$1/stat"
  [[ ${stat##*) } == S* && $(ss -Htln sport = 5008 | awk '{ print $2 }') == 0 ]]
}

main() {
  local here clients=${1-1000} server
  here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
  [[ -n ${SOCKET_LABS_BOX-} ]] || exec "$(cd "${LAB_DIR:-$here}/../.." && pwd)/scripts/netbox" -- "$here/cost.sh" "$@"
  cd "$here"
  shift || true
  (($#)) || set -- epoll poll thread fork # from little to much: the kernel frees what was a process only later
  echo 'server      clients  bytes of own  bytes of kernel  processes, threads'
  for server; do
    # If something else on this machine gives back more than our clients take, the kernel has less than before.
    for _ in 1 2 3 4 5; do
      measure "$server" "$clients"
      ((KERNEL <= 0)) || break
    done
    echo "$LINE"
  done
}

main "$@"
