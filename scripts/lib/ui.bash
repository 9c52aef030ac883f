# shellcheck shell=bash
# ui.bash - what all scripts print in the same way: colours, one-line messages, help from a file's own
# header, similar names. Sourced; sources entry.bash first. A caller may set `ui_name`, the word in front of
# its messages (lab).

# shellcheck source=/dev/null
source "${BASH_SOURCE[0]%/*}/entry.bash"

# Colour is decoration only. Every line must say the same without it. https://no-color.org
# shellcheck disable=SC2034 # used by the files that source this one
ui_colours() { # FD → sets UI_BOLD UI_RED UI_GREEN UI_YELLOW UI_OFF for text that goes to that descriptor
  UI_BOLD='' UI_RED='' UI_GREEN='' UI_YELLOW='' UI_OFF=''
  [[ -t $1 && -z ${NO_COLOR-} && ${TERM-dumb} != dumb ]] || return 0
  UI_BOLD=$'\e[1m' UI_RED=$'\e[31m' UI_GREEN=$'\e[32m' UI_YELLOW=$'\e[33m' UI_OFF=$'\e[0m'
}
ui_colours 1

ui_warn() { printf '%s: %s\n' "${ui_name:-lab}" "$*" >&2; }

ui_die() {
  ui_warn "$@"
  exit 1
}

# A script's help is the comment block under its first line. It starts with "usage:".
ui_header() { # FILE → the block, without the leading "# "
  local line
  while IFS= read -r line; do
    case $line in
      '#!'* | '# shellcheck'*) ;;
      '#'*)
        line=${line#'#'}
        printf '%s\n' "${line#' '}"
        ;;
      *) break ;;
    esac
  done <"$1"
}

ui_usage() { # MESSAGE → the message and the usage line, status 2
  ui_warn "$@"
  ui_header "$0" | sed -n '/^usage:/p' >&2
  exit 2
}

ui_help() { ui_header "$0"; }

# A B → sets `ui_result` to their edit distance (Levenshtein); without a subshell, because it runs once
# for each candidate
ui_distance() {
  local a=$1 b=$2 i j cost best
  local -a above=() row=()
  for ((j = 0; j <= ${#b}; j++)); do above[j]=$j; done
  for ((i = 1; i <= ${#a}; i++)); do
    row=("$i")
    for ((j = 1; j <= ${#b}; j++)); do
      [[ ${a:i-1:1} == "${b:j-1:1}" ]] && cost=0 || cost=1
      best=$((above[j - 1] + cost))
      ((above[j] + 1 < best)) && best=$((above[j] + 1))
      ((row[j - 1] + 1 < best)) && best=$((row[j - 1] + 1))
      row[j]=$best
    done
    above=("${row[@]}")
  done
  ui_result=${above[${#b}]}
}

ui_nearest() { # WORD CANDIDATE… → the candidates that the user may have meant, one a line
  local word=$1 candidate
  shift
  # A word of more than 40 letters is no typing error but pasted text, and its distance would take long.
  ((${#word} > 0 && ${#word} <= 40)) || return 0
  for candidate in "$@"; do
    if [[ $candidate != *"$word"* ]]; then
      ui_distance "$word" "$candidate"
      ((ui_result <= 1 + ${#candidate} / 4)) || continue
    fi
    printf '%s\n' "$candidate"
  done
}

ui_confirm() { # QUESTION → 0 for yes; anything else is no, and so is the end of input
  local answer=''
  printf '%s [y/N] ' "$1" >&2
  read -r answer || printf '\n' >&2
  [[ $answer == [yY] || $answer == [yY][eE][sS] ]]
}
