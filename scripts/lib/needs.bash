# shellcheck shell=bash
# needs.bash - what a check, a demo or a file of tests needs of this machine, beyond a private network.
# Sourced. The file says so in a line of its own, a comment:
#
#   needs: nft line      rules of nftables, as labs lose packets with; hosts on wires (netbox --line)

# try_feature NAME - uses it.
try_feature() {
  local netbox=${BASH_SOURCE[0]%/*}/../netbox
  case $1 in
    box) "$netbox" -- true ;;
    nft) "$netbox" -- nft 'table ip try { chain in { type filter hook input priority 0;
      udp dport 9 numgen inc mod 5 == 4 counter drop; }; }' ;;
    line) "$netbox" --line one,two -- true ;;
    *) echo "needs.bash knows no feature '$1'" && return 1 ;;
  esac
}

# lacks FILE - true where this machine has not what FILE needs; then it prints what, and why not.
lacks() {
  local feature features=() why
  read -ra features < <(sed -n 's/^# needs: //p' "$1") || true
  for feature in "${features[@]:-box}"; do
    why=$(try_feature "$feature" 2>&1 </dev/null) && continue
    why=${why%%$'\n'*}
    case $feature in
      nft) echo "the firewall (nft) does not work here: $why" ;;
      line) echo "hosts on wires (veth) do not work here: $why" ;;
      *) echo "${why:-no private network}" ;;
    esac
    return 0
  done
  return 1
}
