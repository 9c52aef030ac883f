# shellcheck shell=bash
# The demo of lab 14, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
# needs: nft
# tools: curl
servers web web2 relay relay2 relay3 backend
title "Lab 14: Proxies"
tell "A relay is a server to its clients, and a client to its server. The user sees one connection."

# web, relay, backend OPTION... - starts it, and waits until it listens. ends ROLE... - ends them.
web() {
  start web "./web${*:+ $*}"
  await web 'listening on 127\.0\.0\.1:8014'
}
relay() {
  start relay "./relay $*"
  await relay 'listening on'
}
backend() {
  start backend "./backend -m $1"
  await backend 'listening on 127\.0\.0\.1:8014'
}
ends() {
  local role
  for role; do
    interrupt "$role"
    finish "$role"
  done
}

# connections - prints a command that counts those at the relay's port and at the server's.
connections() {
  echo "ss -Htn state established '( dport = 5014 or dport = 8014 )' | wc -l"
}

step "Two connections"
web
relay 127.0.0.1:8014
predict "A client connects to the relay. How many connections are there?"
start client nc 127.0.0.1 5014
await relay '1: client 127\.0\.0\.1:[0-9]+, server 127\.0\.0\.1:8014'
run you "$(connections)"
expect '^2$'
tell "Two: one from the client to the relay, and one from the relay to the server. Each has its own two ports. Now type
HTTP, by hand. A request ends with an empty line; the server ends its lines with CR and LF, and takes ours with them:"
interrupt client
finish client 130
await relay '1: ended'
run client "printf 'HEAD /Makefile HTTP/1.1\r\nHost: lab\r\n\r\n' | nc -N 127.0.0.1 5014 | tr -d '\r'"
expect '^HTTP/1\.1 200 OK'
expect '^Content-Length: [0-9]+'
await relay '2: ended'
await web 'HEAD /Makefile 200'

step "Who is the client?"
predict "curl asks through the relay. Which address does the web server see?"
run client "curl -s -o /dev/null -w 'I am %{local_ip}:%{local_port}\n' http://127.0.0.1:5014/Makefile"
await relay '3: ended'
await web 'GET /Makefile 200'
tell "That of the relay's second connection. So the server's log is full of one client. The relay knows better, and can
say it, in a line before all else: the PROXY protocol (-x). The server must expect that line:"
ends relay web
web -x
relay -x 127.0.0.1:8014
run client "curl -s -o /dev/null -w 'I am %{local_ip}:%{local_port}\n' http://127.0.0.1:5014/Makefile"
await relay '1: ended'
await web 'GET /Makefile 200'
tell "The same port as curl's. And if somebody asks this server directly, without the line?"
run -s 52 client "curl -s http://127.0.0.1:8014/Makefile"
await web 'no line of the PROXY protocol'
ends relay web

step "The end of one stream"
tell "This backend answers when the client's stream has ended:"
backend late
relay 127.0.0.1:8014
run client "printf 'one\ntwo\n' | nc -N 127.0.0.1 5014"
expect '^8 bytes have come$'
await relay '1: ended'
ends relay
predict "A relay closes both connections as soon as one of the streams has ended (-1). What does the client get?"
relay -1 127.0.0.1:8014
run client "printf 'one\ntwo\n' | nc -N 127.0.0.1 5014"
refute 'bytes have come'
await relay 'ended, 8 bytes to the server, 0 back'
tell "Nothing. And no error: it cannot know that there was an answer."
ends relay backend

step "Somebody who does not read"
tell "First the limits of this machine's socket buffers, so that the numbers are alike everywhere:"
run you "sysctl -qw net.ipv4.tcp_rmem='4096 16384 65536' net.ipv4.tcp_wmem='4096 16384 65536'"
backend mute
run client ./load -f -p 8014
expect '^load: [0-9]+\* bytes taken$'
tell "So much fits into the kernels of both ends, although the server has read nothing."
predict "Now the same through one relay, and through three in a row. How much is taken?"
relay 127.0.0.1:8014
run client ./load -f -p 5014
expect '^load: [0-9]+\* bytes taken$'
start relay2 "./relay -p 8015 127.0.0.1:5014"
await relay2 'listening'
start relay3 "./relay -p 8016 127.0.0.1:8015"
await relay3 'listening'
run client ./load -f -p 8016
expect '^load: [0-9]+\* bytes taken$'
tell "Each relay adds two socket buffers and its own. The client believes that all of this has been sent. But it is
bounded: a relay that cannot send does not read, so its client must wait, too."
ends relay3 relay2 relay backend

step "A server that is down"
tell "A firewall drops what comes for port 8014, so from there nobody answers at all. The relay waits for a second (-t):"
run you "nft 'table ip wall { chain in { type filter hook input priority 0; tcp dport 8014 drop; }; }'"
relay -t 1000 127.0.0.1:8014
predict "Can a client connect to the relay? What does it learn?"
run client "curl -s -o /dev/null -w '%{errormsg}\n' http://127.0.0.1:5014/ || true"
expect 'reset by peer'
await relay '127\.0\.0\.1:8014 is out: ETIMEDOUT'
await relay 'broken off'
tell "It connects, and a second later its connection is reset. 'Connected' says only that the relay is there. Now the
machine is reached, but nothing listens at the port:"
ends relay
run you "nft delete table ip wall"
relay 127.0.0.1:8014
run client "curl -s -o /dev/null -w '%{http_code}\n' http://127.0.0.1:5014/ || true"
expect '^000$'
await relay '127\.0\.0\.1:8014 is out: ECONNREFUSED'
await relay 'broken off'
tell "ECONNREFUSED comes at once, so nobody waits. Silence is what a relay needs a limit for."
ends relay

step "Two servers"
web
start web2 "./web -p 8015"
await web2 'listening'
relay -r 3600000 127.0.0.1:8014 127.0.0.1:8015
run client "for i in 1 2 3 4; do curl -s -o /dev/null -w '%{http_code} ' 127.0.0.1:5014/Makefile; done"
expect '^200 200 200 200'
await relay '4: ended'
await web 'GET'
await web 'GET'
await web2 'GET'
await web2 'GET'
predict "Now the first server dies. How many of the next four requests fail?"
ends web
run client "for i in 1 2 3 4; do curl -s -o /dev/null -w '%{http_code} ' 127.0.0.1:5014/Makefile; done"
expect '^200 200 200 200'
await relay '127\.0\.0\.1:8014 is out: ECONNREFUSED'
await relay '8: ended'
tell "None: the relay asks the other server when one refuses, and leaves that one out for a while (-r). A request that
was already at the dead server would be lost."
ends relay
for _ in 1 2 3 4; do await web2 'GET'; done
ends web2

step "Any two ends"
web
relay -l ./door 127.0.0.1:8014
predict "The relay listens at a Unix socket now. What must change in the program to relay that to TCP?"
run client "curl -s -I --unix-socket ./door http://lab/Makefile | head -n 1 | tr -d '\r'"
expect '^HTTP/1\.1 200 OK'
await relay '1: ended'
await web 'HEAD /Makefile 200'
ends relay web
tell "Nothing but how it listens: both are descriptors. Your turn: read pair.c and flow.c, then write a relay with
limits."
