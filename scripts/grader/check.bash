# check.bash - the words that an exercise's grade.bats is written in.
#
# A check tells a story: numbered steps, each with its outcome. If a step goes wrong, the story ends with
# what was expected, what came instead, and the likely mistake. scripts/grade prints it. It sets
#   SUBJECT         the student's program          STORY_DIR   the folder for the tests' stories, by id
#   CHECK_TOOLS     folder of peer and faults.so   CHECK_DEADLINE  seconds that an answer may take
#   CHECK_SEED      all numbers and contents that a check draws come from it
#
# A story is a file of lines `KEY<TAB>VALUE...`: port NUMBER, as ID, step TEXT OUTCOME, failed CLASS, expected
# TEXT, got TEXT, caret TEXT, likely TEXT. (as: the reason is that of the test ID.) CLASS is one of
#   no-bind elsewhere unbound wrong-address other-places refused hung open endless eof reset wrong-bytes more died
#   sigpipe over exited leak evaded error
# Here elsewhere means that the server listens, but at another port or at an address that clients do not
# reach; unbound that it listens at a port that the kernel chose, because there was no bind; wrong-address that
# it listens at every address of the machine, other-places that it listens at one more, or at another; open that
# the end of the stream does not come, and more that bytes come instead; endless that it does not end when a
# signal asks it to; sigpipe that SIGPIPE killed it, over that it was over a limit of the check.

# The words for what a program does are those of demo.sh and demo.bats:
#
#   start server [ARGUMENT...]     starts the student's server on 127.0.0.1:$PORT and waits until it listens
#   launch ROLE [ARGUMENT...]      starts it as ROLE and does not wait; its output goes to $(out ROLE), and with
#                                  APART=yes what it says on stderr goes to $(out ROLE).err
#   interrupt ROLE [SIGNAL]        sends it SIGINT, or another signal
#   finish ROLE                    waits for its end, which must come; sets STATUS
#   nowhere_else                   fails if a socket of the server has another address than 127.0.0.1:$PORT
#   stop ROLE [SIGNAL]             interrupt (TERM unless given) and finish, as one step of the story
#   peer ACTION...                 runs a client that acts on the server
#   likely, told, fail_check       write the story
#   draw NAME MIN MAX              sets NAME to a number drawn from the seed
#   draw_word NAME LENGTH          sets NAME to that many letters drawn from the seed

source "${BASH_SOURCE[0]%/*}/../lib/process.bash"
source "${BASH_SOURCE[0]%/*}/sandbox.bash"
source "${BASH_SOURCE[0]%/*}/ground.bash"
DEADLINE=$CHECK_DEADLINE PATIENCE=$CHECK_DEADLINE

# A tool that is missing is never the student's fault: bash calls this function then, in whatever subshell.
command_not_found_handle() {
  echo "there is no '$1' here" | tee -a "$STORY_DIR/missing" >&2
  return 127
}

# shellcheck disable=SC2034  # other files read some of these variables
setup() {
  # bats notes the line of every command for its own report. A check has its story instead.
  set +T
  # A part of a pipeline that fails must not go unnoticed. (So write `head -c 5 < <(seq 100)`: in a pipeline,
  # seq would die by SIGPIPE.)
  set -o pipefail
  OUTPUT=$(out server)
  declare -gA LIKELY=() PID=() BOX=() FAULTED=()
  BESIDE=()
  EVADES='' # for ground.bash
  SIGHT=()
  own_port
  trap 'bats_error_trap; note_break "$LINENO"' ERR # bats itself no longer knows the place
  STORY=$STORY_DIR/$TEST_ID
  printf 'own\t%s\n' "$PORT" >"$STORY"
  hurry
}

# note_break LINE - notes where and how a command failed. If the story has no failure, the check itself broke.
note_break() {
  local file=${BASH_SOURCE[1]}
  [[ $file != "${BATS_TEST_SOURCE-}" ]] || file=$BATS_TEST_FILENAME
  printf '%s, line %d failed with status %d\n' "$file" "$1" "$BATS_ERROR_STATUS" >"$STORY_DIR/$TEST_ID.broke"
}

# own_port - sets TEST_ID, FIRST_TEST, which is the id of the first one in the file, and PORT. Each test has a
# port of its own, because the one before may have left connections in TIME_WAIT. It is the same if the test
# runs alone, and below those of the kernel's clients.
own_port() {
  local line index=0
  while IFS= read -r line; do
    [[ $line != "@test \"$BATS_TEST_DESCRIPTION\""* ]] || break
    [[ ! $line =~ test_tags=id:([a-z0-9-]+) ]] || TEST_ID=${BASH_REMATCH[1]} index=$((index + 1))
    FIRST_TEST=${FIRST_TEST:-${TEST_ID-}}
  done <"$BATS_TEST_FILENAME"
  TEST_ID=all draw PORT 10000 29000
  PORT=$((PORT + index))
  # A number whose two bytes are equal would not show a forgotten htons.
  ((PORT >> 8 != (PORT & 255))) || PORT=$((PORT + 100))
}

# draw NAME MIN MAX - sets the variable NAME to a number from MIN to MAX. The number depends on the seed,
# the test and NAME only, so the same seed makes the same check.
draw() {
  local _sum # no caller has a variable of that name
  draw_sum "$1"
  printf -v "$1" '%d' $(($2 + _sum % ($3 - $2 + 1)))
}

# draw_sum NAME - sets _sum to the number from 0 to 2^32 - 1 that belongs to seed, test and NAME.
draw_sum() {
  local rest
  read -r _sum rest < <(cksum <<<"$CHECK_SEED $TEST_ID $1")
}

# draw_word NAME LENGTH - sets the variable NAME to LENGTH small letters. After 1,009 of them, a prime, they come again.
draw_word() {
  local _sum _word='' _letters=abcdefghijklmnopqrstuvwxyz # none is the name of a caller's variable
  draw_sum "$1"
  while ((${#_word} < $2 && ${#_word} < 1009)); do
    _sum=$(((_sum * 1103515245 + 12345) % (1 << 31)))
    _word+=${_letters:(_sum >> 16)%26:1}
  done
  while ((${#_word} < $2)); do _word+=$_word; done
  printf -v "$1" '%s' "${_word:0:$2}"
}

teardown() {
  local pid failed=0
  [[ -z ${BATS_TEST_COMPLETED-} ]] || faults_were_met || failed=1
  for pid in "${PID[@]}" "${BOX[@]}"; do
    kill -KILL "$pid" 2>/dev/null || true
  done
  kill "${BESIDE[@]}" 2>/dev/null || true
  return "$failed"
}

out() { echo "$BATS_TEST_TMPDIR/$1.out"; }

# likely CLASS TEXT - the mistake to name if the test fails with CLASS. `no-bind` stands for elsewhere
# too, `died` for sigpipe, `hung` for open and endless, and `wrong-bytes` for more. `any` stands for all
# other classes but not for no-bind, elsewhere, unbound and died, which have a test of their own, nor for a
# crash or an evasion, which have other causes than the lab's subject. With the TEXT - no mistake is named for CLASS.
likely() {
  LIKELY[$1]=$2
}

# told TEXT OUTCOME - adds a step to the story.
told() {
  local what=${2:0:2000}
  printf 'step\t%s\t%s\n' "$1" "${what//[$'\n\t']/ }" >>"$STORY"
}

# fail_check CLASS EXPECTED GOT - ends the story, and the test.
fail_check() {
  local got=${3:0:2000}
  printf 'failed\t%s\nexpected\t%s\ngot\t%s\n' "$1" "$2" "${got//[$'\n\t']/ }" >>"$STORY"
  tell_likely "$1"
  return 1
}

tell_likely() {
  local text=${LIKELY[$1]-} lab=${BATS_TEST_DIRNAME%/exercise}
  lab=${lab##*/}
  [[ $text != - ]] || return 0
  [[ -n $text || $1 != elsewhere ]] || text=${LIKELY["no-bind"]-}
  [[ -n $text || $1 != unbound ]] ||
    text='look at what bind returns: after -1, for an address without htonl perhaps, listen takes any free port'
  [[ -n $text || $1 != sigpipe ]] || text=${LIKELY[died]-}
  [[ -n $text || $1 != open && $1 != endless ]] || text=${LIKELY[hung]-}
  [[ -n $text || $1 != more ]] || text=${LIKELY["wrong-bytes"]-}
  [[ -n $text || $1 != died ]] ||
    text="a bad pointer or an index out of bounds: SAN=1 scripts/lab check ${lab%%-*} names the line"
  [[ -n $text || $1 == no-bind || $1 == elsewhere || $1 == evaded || $1 == over ]] ||
    text=${LIKELY[any]-}
  [[ -z $text ]] || printf 'likely\t%s\n' "$text" >>"$STORY"
}

# --- patience ---

# A slow machine needs time, so a program may take CHECK_DEADLINE seconds to answer. But one that never answers
# would cost that in every test. So when the check has waited in vain once, it has half of the patience from then
# on, after two times a quarter, and at least a second; after four times an eighth, and at least half a second.
# What went well meanwhile, the control program for one, has shown that the machine is not that slow. But if a mere
# start took longer than an eighth, it is: then it has four times as long as that, and never more than all.

# in_vain - notes that a wait was in vain. One that was short on purpose does not count.
in_vain() {
  [[ $DEADLINE != "$CHECK_DEADLINE" ]] || printf . >>"$STORY_DIR/in-vain"
}

# hurry - sets the deadline of all waits to come.
hurry() {
  local times='' less
  [[ -z ${ALLOWANCE-} ]] || return 0
  [[ ! -e $STORY_DIR/in-vain ]] || IFS= read -r times <"$STORY_DIR/in-vain" || true # it has no newline
  case $times in
    '') ;;
    ....*) DEADLINE=$((${PATIENCE%.*} / 8)) less=0.5 ;;
    ..*) DEADLINE=$((${PATIENCE%.*} / 4)) less=1 ;;
    *) DEADLINE=$((${PATIENCE%.*} / 2)) less=1 ;;
  esac
  [[ $DEADLINE != 0 ]] || DEADLINE=$less
  [[ -z $times || ! -e $STORY_DIR/slow-starts ]] || not_below_the_starts
  CHECK_DEADLINE=$DEADLINE
}

not_below_the_starts() {
  local took starts
  mapfile -t starts <"$STORY_DIR/slow-starts"
  for took in "${starts[@]}"; do
    ((took * 4 / 1000 <= ${DEADLINE%.*})) || DEADLINE=$((took * 4 / 1000))
  done
  ((${DEADLINE%.*} <= ${PATIENCE%.*})) || DEADLINE=$PATIENCE
}

# note_slow_start MILLISECONDS - notes that a start has taken so long, if that is more than an eighth of the patience.
note_slow_start() {
  (($1 <= ${PATIENCE%.*} * 1000 / 8)) || printf '%d\n' "$1" >>"$STORY_DIR/slow-starts"
}

# allow SECONDS COMMAND... - in COMMAND an answer may take so many seconds, however often the check has waited in vain.
allow() {
  local ALLOWANCE=$1 DEADLINE=$1 CHECK_DEADLINE=$1
  "${@:2}"
}

# aside COMMAND... - does it go well? What it tells is not in the report.
aside() {
  local STORY=$BATS_TEST_TMPDIR/aside
  : >"$STORY"
  "$@"
}

# beside FUNCTION [ARGUMENT...] - begins to do this in a process of its own, with a story, a port and files of its own,
# while the test goes on: for what mostly waits. What it leaves running is ended with it.
beside() {
  stand_beside "$BATS_TEST_TMPDIR/beside.${#BESIDE[@]}" $((PORT + 1 + ${#BESIDE[@]})) "$@" 3>&- &
  BESIDE+=("$!")
}

# stand_beside FOLDER PORT FUNCTION [ARGUMENT...] - does it there. In the process that this is, nothing else goes on.
stand_beside() {
  BATS_TEST_TMPDIR=$1 STORY=$1/story OUTPUT=$1/server.out PORT=$2 PID=() BOX=() BESIDE=()
  trap 'kill -KILL "${PID[@]}" "${BOX[@]}" 2>/dev/null || true' EXIT
  trap 'exit 1' TERM
  mkdir "$1"
  : >"$STORY"
  "${@:3}"
}

# all_beside - waits for all of that. If something failed, the test does, with the story of the first.
all_beside() {
  local i failed=''
  for i in "${!BESIDE[@]}"; do
    wait "${BESIDE[i]}" || failed=${failed:-$i}
  done
  [[ ! $failed ]] || fails_beside "$failed"
}

# fails_beside NUMBER - fails, with the story of what was begun as this one, counted from 0.
fails_beside() {
  cat "$BATS_TEST_TMPDIR/beside.$1/story" >>"$STORY"
  return 1
}

# If a program listens nowhere when the first test of a check starts it, and still runs, all tests wait for
# nothing. note_listening notes that it does or does not, `listens` or `never`; what comes first counts.
note_listening() {
  [[ $SUBJECT == "$CHECK_CONTROL" || -e $STORY_DIR/listens || -e $STORY_DIR/never ]] || : >"$STORY_DIR/$1"
}

# lost_at_once - ends the test if the program never listens, without another try.
lost_at_once() {
  [[ -e $STORY_DIR/never && $SUBJECT != "$CHECK_CONTROL" ]] || return 0
  printf 'as\t%s\n' "$FIRST_TEST" >>"$STORY"
  told "started ./server in the first test" "not listening"
  LIKELY=()
  fail_check no-bind "a server that listens" "no listening socket, so this test did not begin"
}

# --- the student's program ---

# listening ADDRESS PORT - true if a TCP socket listens there. ADDRESS is in dotted decimal, or * for any
# address at which 127.0.0.1 is reached, a wildcard for example. PORT may be * for any port. If a
# grade.bats begins with PROTOCOL=udp, this and all words below mean a UDP socket that is bound there;
# if it sets SOCKET=PATH, a Unix stream socket.
listening() {
  if [[ -n ${SOCKET-} ]]; then
    unix_listener "$SOCKET"
    return
  fi
  local octets sockets hex='0100007F|00000000|0{32}|0{16}FFFF00000100007F' port=.... file
  if [[ $1 != '*' ]]; then
    IFS=. read -ra octets <<<"$1"
    printf -v hex '%02X%02X%02X%02X' "${octets[3]}" "${octets[2]}" "${octets[1]}" "${octets[0]}"
  fi
  [[ $2 == '*' ]] || printf -v port '%04X' "$2"
  for file in /proc/net/${PROTOCOL-tcp}{,6}; do
    [[ -r $file ]] || continue # there is no IPv6 on some machines
    # All lines at once, and by no process of its own: a wait asks this a hundred times a second.
    mapfile sockets <"$file"
    [[ ! ${sockets[*]} =~ :\ ($hex):$port\ [0-9A-F]+:....\ 0[A7]\  ]] || return 0
  done
  return 1
}

# unix_listener PATH - true if a Unix socket listens whose file is at PATH. It may have another name itself,
# because a server may change into the folder and bind a relative path, or rename the file. Then the file's
# number tells (ss calls it ino).
unix_listener() {
  local flags path
  [[ -S $1 ]] || return
  while read -r _ _ _ flags _ _ _ path; do
    [[ $flags != 00010000 || $path != "$1" ]] || return 0
  done </proc/net/unix
  grep -q "^u_str LISTEN .* ino:$(stat -c %i "$1") " < <(ss -Hxle)
}

# listeners - prints the endpoints of all listening TCP sockets. In a private network all are the student's.
listeners() {
  if [[ -n ${SOCKET-} ]]; then
    awk '$4 == "00010000" {printf "%s%s", sep, $8; sep = " "}' /proc/net/unix
    return
  fi
  ss -H -ln --"${PROTOCOL-tcp}" | sort -k4 | awk '{printf "%s%s", sep, $4; sep = " "}'
}

# room - prints for how many clients that wait the server's queue has room; of several queues, the least. (ss calls the
# length of a queue Send-Q, and names the kind of a Unix socket before it.)
room() {
  local which=(-t "sport = :$PORT")
  [[ -z ${SOCKET-} ]] || which=(-x src "$SOCKET")
  ss -Hln "${which[@]}" | awk '{ sub(/^u_[a-z]+ +/, "") }
    NR == 1 || $3 < least { least = $3 }
    END { print least + 0 }'
}

# listens_unbound - true if all that listens is at a wildcard address and a port that nobody chose. If bind failed,
# or was not called, listen takes a free port, of those for clients. Bytes in the wrong order make another port.
listens_unbound() {
  local where port low high swapped=$(((PORT & 255) << 8 | PORT >> 8))
  read -r low high </proc/sys/net/ipv4/ip_local_port_range
  [[ -z ${SOCKET-} && -n $(listeners) ]] || return
  for where in $(listeners); do
    port=${where##*:}
    [[ $where =~ ^(0\.0\.0\.0|\*|\[::\]): ]] && ((port >= low && port <= high && port != swapped)) || return
  done
}

# nowhere_else - fails if the server listens anywhere but at 127.0.0.1:$PORT. An IPv6 socket that is bound
# to ::ffff:127.0.0.1 is at the same place, and so are several that share it. The class is wrong-address if
# it listens at every address of the machine, and other-places if it listens at more or other ones.
nowhere_else() {
  local where all class=other-places
  all=$(listeners)
  where=$(tr ' ' '\n' <<<"${all//\[::ffff:127.0.0.1]/127.0.0.1}" | sort -u)
  [[ $where != "127.0.0.1:$PORT" ]] || return 0
  [[ ! " $all" =~ \ (0\.0\.0\.0|\*|\[::]): ]] || class=wrong-address
  told "looked at the ${PROTOCOL-listening}${PROTOCOL+ } sockets" "${all:-none}"
  fail_check "$class" "127.0.0.1:$PORT" "${all:-none}"
}

# start server [ARGUMENT...] - starts the student's server on 127.0.0.1:$PORT, and waits until it
# listens there. FAULTS="send_max=3,..." makes its socket calls fail as faults.c describes. A wildcard
# address is good enough here, because another test looks at the address. With PLAIN=yes it gets no -p.
start() {
  local begun=${EPOCHREALTIME/[.,]/}
  launch "$@"
  shift
  local at="-p $PORT" where=127.0.0.1:$PORT class=no-bind others patience=$CHECK_DEADLINE
  [[ -z ${SOCKET-} ]] || at="-s $SOCKET" where=$SOCKET
  [[ -z ${PLAIN-} ]] || at=''
  at="started ./server${at:+ $at}${*:+ $*}"
  [[ -z ${FAULTS-} ]] || tell_faults
  ELSEWHERE=
  # On a busy machine a start takes longest, so it has the whole patience until a start has been in vain.
  [[ -n ${ALLOWANCE-} || -e $STORY_DIR/start-in-vain ]] || patience=$PATIENCE
  allow "$patience" wait_until server_is_up_or_gone || : >"$STORY_DIR/start-in-vain"
  if ! running "${PID[server]}"; then
    told "$at" "ended"
    fail_with_death "a server that listens on $where" no-bind
  elif ! listening '*' "$PORT" && others=$(listeners) && ! listening '*' "$PORT"; then
    told "$at" "not listening"
    [[ -z $others ]] || class=elsewhere
    [[ -n $others || $TEST_ID != "$FIRST_TEST" ]] || note_listening never
    others=${others:+it listens on $others instead}
    ! listens_unbound || class=unbound others+=", at a port that the kernel chose: bind failed, or was not called"
    fail_check "$class" "a server that listens on $where" \
      "${others:-no listening socket after $patience s}"
  fi
  note_listening listens
  note_slow_start $(((${EPOCHREALTIME/[.,]/} - begun) / 1000))
  told "$at" "listening"
}

# Adds a step to the story for each of the FAULTS.
tell_faults() {
  local fault faults
  IFS=, read -ra faults <<<"$FAULTS"
  for fault in "${faults[@]}"; do
    case $fault in
      send_max=*) told "let send() take only ${fault#*=} byte(s) a call" "done" ;;
      send_again=*) told "let each second send() of a non-blocking socket find no room (EAGAIN)" "done" ;;
      recv_max=*) told "let recv() give only ${fault#*=} byte(s) a call" "done" ;;
      eintr_row=*) told "let that happen to ${fault#*=} calls in a row" "done" ;;
      eintr=*) told "let a signal interrupt one call in ${fault#*=} (EINTR)" "done" ;;
      accept_abort=*) told "let accept() fail with ECONNABORTED, ${fault#*=} time(s)" "done" ;;
      abort_after=*) told "let it accept ${fault#*=} client(s) before that" "done" ;;
      send_gone=*) told "let the other end be gone at its call ${fault#*=} of send()" "done" ;;
      peer_id=*:*) told "let each client have the user id and group id ${fault#*=}" "done" ;;
      stop_bind=*) told "stop the server as soon as bind() has returned" "done" ;;
      stop_taken=*) told "stop the server as soon as bind() has found the port taken" "done" ;;
      stop_listen=*) told "stop the server just before listen()" "done" ;;
      stop_accept=*) told "stop the server as soon as accept() has given it client ${fault#*=}" "done" ;;
      stop_wait=*) told "stop the server just before it waits for the first time" "done" ;;
      kill_file=*) told "let it be killed before its call ${fault#*=} that changes a file" "done" ;;
      sndbuf_max=*) told "let a program set SO_SNDBUF to at most ${fault#*=} bytes" "done" ;;
      no_file=*) told "let call ${fault#*=} of socket() find no descriptor left in the whole system (ENFILE)" "done" ;;
      sync_waits=*) told "let fsync() and its like take ${fault#*=} ms more" "done" ;;
      backlog=*) told "let listen() keep a queue of ${fault#*=} and one more" "done" ;;
    esac
  done
}

# launch ROLE [ARGUMENT...] - starts the student's program in the sandbox, within its limits. If FOLDER is set, it
# can write to that folder, under the same name.
launch() {
  local role=$1 at=(-p "$PORT") place=()
  shift
  lost_at_once
  hurry
  [[ -z ${FAULTED[$role]-} ]] || note_marks "$role" # of the one before
  sandbox_open
  [[ -z ${PLAIN-} ]] || at=()
  if [[ -n ${SOCKET-} ]]; then
    at=(-s "$SOCKET")
    sandbox_share "${SOCKET%/*}"
    sandbox_same_processes
    come_in_sight
    place=("${SIGHT[@]}" ${SIGHT:+--mount})
  else
    place=("${LIMITED[@]}")
  fi
  if [[ -n ${FAULTS-} ]]; then
    sandbox_show "$CHECK_TOOLS/faults.so" /run/faults.so
    sandbox_set LD_PRELOAD "$SEEN"
    sandbox_set FAULTS "$FAULTS"
    FAULTED[$role]=$FAULTS
    printf srawtgblknuodfy >"$(marks "$role")"
    sandbox_share "$(marks "$role")" /run/marks
    sandbox_set FAULTS_MARKS "$SEEN"
    sandbox_set ASAN_OPTIONS verify_asan_link_order=0
  fi
  [[ -z ${FOLDER-} ]] || sandbox_share "$FOLDER"
  sandbox_show "$SUBJECT" "/run/${SUBJECT##*/}"
  sandbox_close
  [[ $SUBJECT == "$CHECK_CONTROL" ]] || sandbox_no_user_namespaces
  (
    [[ -z ${APART-} ]] || exec 2>"$(out "$role").err"
    limit
    become "$CHECK_TOOLS/unblock" "${place[@]}" "${SANDBOX[@]}" "$SEEN" "${at[@]}" "$@"
  ) >"$(out "$role")" 2>&1 </dev/null &
  BOX[$role]=$!
  # The time that the sandbox takes is the machine's, not the program's.
  DEADLINE=60 PAUSE=0.001 wait_until find_program "$role" || true
}

# The kernel gives a server the pid of a client on a Unix socket only if the server can see that process.
# So the servers and the peers of such a test share a pid namespace, which no process of the check is in.
# It exists as long as its first process, which does nothing. SIGHT is the command that enters it.
come_in_sight() {
  [[ -z ${UNSANDBOXED-} && -z ${PID[sight]-} ]] || return 0
  local nothing=(sleep infinity)
  ((${#LIMITED[@]} == 0)) || nothing=(bash -c "$LIMIT_PIDS && exec sleep infinity")
  spawn sight unshare --pid --fork --kill-child --mount-proc "${nothing[@]}" >&2
  PAUSE=0.001 wait_until find_sight
  SIGHT=(nsenter -t "$FIRST" --pid)
}

# When the first process has become sleep, its /proc is mounted. The list of children ends without a
# newline, so read returns false although it has read it.
find_sight() {
  local name=''
  read -r FIRST _ <"/proc/${PID[sight]}/task/${PID[sight]}/children" || true
  [[ $FIRST ]] && read -r name <"/proc/$FIRST/comm" && [[ $name == sleep ]]
}

# find_program ROLE - sets PID[ROLE] to the program in the sandbox, which is a grandchild of the sandbox. If
# the program has ended already, the sandbox has too.
find_program() {
  local box=${BOX[$1]} first='' program=''
  PID[$1]=$box
  [[ -z ${UNSANDBOXED-} ]] && running "$box" || return 0
  if ((${#LIMITED[@]})) && [[ -z ${SOCKET-} ]]; then # the sandbox is the child of what we started
    { read -r first _ <"/proc/$box/task/$box/children" || true; } 2>/dev/null
    [[ $first ]] || return
    box=$first first=''
  fi
  # Neither file ends with a newline, so read returns false although it has read it.
  { read -r first _ <"/proc/$box/task/$box/children" ||
    read -r program _ <"/proc/$first/task/$first/children"; } 2>/dev/null || true
  [[ $program ]] && PID[$1]=$program
}

interrupt() {
  hurry
  note_evasion "$1"
  kill -s "${2:-INT}" "${PID[$1]}" 2>/dev/null || true # it may have ended by itself
}

finish() {
  wait_until has_ended "$1" || {
    told "waited for the end of the $1" "still running"
    fail_check hung "a program that ends" "it still runs after $DEADLINE s"
  }
  STATUS=0
  wait "${BOX[$1]}" || STATUS=$?
  unset "PID[$1]" "BOX[$1]"
}

stop() {
  interrupt "$1" "${2:-TERM}"
  wait_until has_ended "$1" || {
    told "sent SIG${2:-TERM} to the $1" "still running"
    fail_check hung "a program that ends" "it still runs $DEADLINE s after SIG${2:-TERM}"
  }
  finish "$1"
  told "sent SIG${2:-TERM} to the $1" "ended with status $STATUS"
}

# ends_server - kills it. The next one gets a port of its own, so that nothing that this one left behind is in its way.
ends_server() {
  interrupt server KILL
  finish server
  PORT=$((PORT + 20))
}

has_ended() {
  ! running "${PID[$1]}"
}

# If the server listens on another port, it has half a second to listen on the right one too.
server_is_up_or_gone() {
  listening '*' "$PORT" || ! running "${PID[server]}" || {
    listening '*' '*' && ELSEWHERE=${ELSEWHERE:-$EPOCHREALTIME} &&
      ((${EPOCHREALTIME/[.,]/} - ${ELSEWHERE/[.,]/} > 500000))
  }
}

# sanitizer_report - prints the first line of a sanitizer's report, if the program has left one.
sanitizer_report() {
  cat "$OUTPUT" "$OUTPUT.err" 2>/dev/null | grep -m1 'ERROR: AddressSanitizer\|runtime error:' | cut -c 1-300 || true
}

# fail_with_death EXPECTED CLASS - fails, because the server has ended, and says how. The class is CLASS if
# it ended by itself, and `died` if a signal killed it.
fail_with_death() {
  local status=0 words sanitizer
  wait "${BOX[server]}" || status=$?
  unset "PID[server]" "BOX[server]"
  words=$({ cat "$OUTPUT" && { cat "$OUTPUT.err" 2>/dev/null || true; }; } | tail -c 300 | tr -d '\0' | sed '/: listening on /d' | tail -n 1)
  sanitizer=$(sanitizer_report)
  if [[ -n $sanitizer ]]; then
    fail_check died "$1" "a sanitizer ended it: $sanitizer"
  elif ((status > 128 && status <= 128 + 64)); then
    fail_by_signal $((status - 128)) "$1"
  else
    if [[ $words == *EINTR* || $words == *'Interrupted system call'* ]] && [[ ${LIKELY["$2"]-${LIKELY[any]-}} != *EINTR* ]]; then
      LIKELY["$2"]='a signal came, or the program was stopped for a moment; that is no error (EINTR), so make the call again: signal(7)'
    fi
    fail_check "$2" "$1" "it ended with status $status${words:+, its last words: $words}"
  fi
}

# fail_by_signal NUMBER EXPECTED - fails, because this signal has killed the program.
fail_by_signal() {
  local name class=died words
  name=SIG$(kill -l "$1")
  words="it died by signal $1 ($name)"
  case $name in
    SIGPIPE) class=sigpipe ;;
    SIGKILL) class=over ;;
    SIGXFSZ) class=over words="it wrote more than 64 MiB ($name)" ;;
    SIGXCPU) class=over words="it used more than a minute of processor time ($name)" ;;
  esac
  fail_check "$class" "$2" "$words"
}

# still_serving - fails if the server has ended by the end of the story.
still_serving() {
  running "${PID[server]}" || {
    told "looked at the server" "gone"
    fail_with_death "a server that is still running" exited
  }
}

# peer ACTION... - runs a client (peer.c) that acts on the server, and adds its steps to the story.
peer() {
  local class status=0 to=${PROTOCOL+$PROTOCOL:}127.0.0.1:$PORT
  hurry
  "${SIGHT[@]}" ${SIGHT:+--mount} "$CHECK_TOOLS/peer" -t "$CHECK_DEADLINE" -s "$(seen_pid)" "${SOCKET:-$to}" \
    "$@" >>"$STORY" || status=$?
  ((status != 0)) || return 0
  class=$(sed -n 's/^failed\t//p' "$STORY")
  [[ -n $class ]] || {
    echo "the peer itself failed, with status $status: $*" >&2
    return 1
  }
  case $class in
    hung | open | endless) in_vain ;;
  esac
  # If the server has died, that explains what happened to the client. What it does after the peer has hung up
  # does not count, because then it may die of just that.
  if ((status == 3)) && explained_by_death "$class" && wait_until has_ended server; then
    sed -i '/^failed\t/,$d' "$STORY"
    fail_with_death "a server that is still serving" exited
  fi
  tell_likely "$class"
  return 1
}

# seen_pid - prints the server's process id as the peer sees it: in the last of the namespaces that they share.
seen_pid() {
  local key ids id=${PID[server]}
  [[ -z ${SIGHT-} ]] || while read -r key ids; do
    [[ $key != NSpid: ]] || id=${ids##*[[:blank:]]}
  done 2>/dev/null <"/proc/${PID[server]}/status"
  echo "$id"
}

explained_by_death() {
  [[ $1 != wrong-bytes && $1 != more && $1 != open && $1 != endless ]]
}

# descriptors - prints the number of descriptors that the server has open.
descriptors() {
  local all=(/proc/"${PID[server]}"/fd/*)
  echo "${#all[@]}"
}

# no_more_descriptors BEFORE CLIENTS - fails if, after that many clients, the server has many more
# descriptors open than BEFORE. Ten more are allowed: those of the last clients may be open for a moment,
# and a server may open a few for itself.
no_more_descriptors() {
  local after
  wait_until fewer_descriptors $(($1 + 10)) || {
    after=$(descriptors)
    told "counted the server's open descriptors, before $2 clients and after" "$1, then $after"
    fail_check leak "$1 open descriptors, as before" "$after"
  }
}

fewer_descriptors() {
  (($(descriptors) < $1))
}

# --- programs that are not servers ---

# ended STATUS COMMAND [SO_FAR] - adds to the story how the student's program ended, which must be by
# itself. COMMAND is how it was run, by `timeout -k 1`, and STATUS is how that ended. $OUTPUT holds what the
# program wrote, and $OUTPUT.err its errors if they were kept apart. SO_FAR is what it had printed when
# its time was over.
ended() {
  local sanitizer
  sanitizer=$(sanitizer_report)
  if [[ -n $sanitizer ]]; then
    told "$2" ended
    fail_check died "a program that keeps to its memory" "a sanitizer ended it: $sanitizer"
  elif (($1 == 124 || $1 == 137)); then
    in_vain
    told "$2" "still running"
    fail_check hung "an end within $CHECK_DEADLINE s" "it still ran${3:+, having printed: $3}"
  elif (($1 > 128 && $1 <= 128 + 64)); then
    told "$2" died
    fail_by_signal $(($1 - 128)) "an end of its own"
  fi
  told "$2" "ended with status $1"
}
