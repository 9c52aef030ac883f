# shellcheck shell=bash
# The demo of lab 15, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
# needs: nft
# tools: nc telnet
servers mail web
title "Lab 15: Netcat, the tool you used all along"
tell "nc connects to a port, or listens at one. What you type goes there, and what comes from there you see. It knows no
protocol, so you can speak any."

# listen WORDS... - our nc as a server, until it listens; WORDS may redirect.
listen() {
  start server "./nc -l -v $*"
  await server 'listening on 127\.0\.0\.1:5015'
}
mail() {
  start mail "./mail$*"
  await mail 'listening on'
}
ends() {
  interrupt "$1"
  finish "$1" "${2:-0}"
}
# telnet_server SECONDS - sends two commands of telnet and a text, and prints the bytes that it gets.
telnet_server() {
  start server "printf '\377\375\001\377\373\003login:\n' | ./nc -l -v -w $1 | od -An -tu1"
  await server 'listening on 127\.0\.0\.1:5015'
}
# received - prints a command that says how many bytes the server's kernel has got.
received() {
  echo "ss -Htin state established '( sport = 5015 )' | grep -o 'bytes_received:[0-9]*'"
}

step "A protocol by hand"
mail
start client ./nc -C 127.0.0.1 5015
await client '^220 '
predict "A mail server waits for commands. You type them into nc, which knows nothing of mail. How does the server notice?"
type client "EHLO me"
await client '^250 hello me'
type client "MAIL FROM:<you@lab>"
await client '^250 OK'
type client "RCPT TO:<dean@lab>"
await client '^250 OK'
type client "DATA"
await client '^354 '
type client "No class today."
type client "."
await client '^250 OK, taken'
await mail 'from <you@lab> to <dean@lab>: 1 line'
type client "QUIT"
await client '^221 bye'
finish client
tell "It does not. The protocol is these bytes, and nobody has asked who you are. Now a small thing: -C sends CR LF at the
end of each line."
predict "The same without -C: the lines end with LF alone. What does the server say?"
await mail 'is gone'
start client ./nc 127.0.0.1 5015
await client '^220 '
type client "EHLO me"
type client "QUIT"
until_says bytes_received:13 "$(received)"
run you "$(received)"
expect '^bytes_received:13$'
show client
refute '250'
tell "Nothing. RFC 5321 knows one line end, CR LF. So the server has 13 bytes, and no line. It waits, and so do you."
ends client 130
ends mail
if [[ -d $LAB_DIR/../14-proxy ]]; then # a course may have been handed out without it
  until_says built "make -s -C '$LAB_DIR/../14-proxy' OUT=/run/www /run/www/web && echo '<p>Hello, whoever you are.' \
>/run/www/index.html && echo built"
  tell "Another protocol, the same tool: HTTP, to the web server of lab 14."
  start web "/run/www/web /run/www"
  await web 'listening on 127\.0\.0\.1:8014'
  run client "printf 'GET / HTTP/1.1\nHost: lab\nConnection: close\n\n' | ./nc -C 127.0.0.1 8014 | tr -d '\r'"
  expect '^HTTP/1\.1 200 OK'
  expect 'whoever you are'
  await web 'GET / 200'
  ends web
fi
predict "Some course notes give such tools a URL. What becomes of it?"
run -s 1 client ./nc http://127.0.0.1:8014/ 80
expect 'cannot find host'
tell "A URL names a protocol, a host, a port and a path. nc wants a host."

step "Telnet"
tell "telnet is no such tool: it has a protocol. A byte 255 (IAC) begins a command. This server sends 255 253 1, DO ECHO:
'echo, please', and 255 251 3, WILL SUPPRESS GO AHEAD: 'I shall'. Then text. It prints the bytes that come back."
predict "What do nc, telnet, and nc with -t answer?"
telnet_server 1
run client "./nc 127.0.0.1 5015 | cat -v"
expect 'login:'
finish server
tell "nc answers nothing, and shows you the commands. telnet:"
telnet_server 2
start client telnet 127.0.0.1 5015
await client '^login:'
finish server
expect '255 252 +1 255 253 +3'
finish client
tell "252 is WONT, 253 is DO: it negotiates. Whoever knows nothing of an option must refuse it: to DO answer WONT, to WILL
answer DONT (254), always in the same words. That is all that -t does."
telnet_server 2
run client ./nc -t 127.0.0.1 5015
expect '^login:$'
finish server
expect '255 252 +1 255 254 +3'

step "A file by nc"
run you "seq 10000 >/run/sent.txt"
listen '5015 >/run/received.txt'
run client "./nc -N 127.0.0.1 5015 </run/sent.txt"
finish server
run you "cmp /run/sent.txt /run/received.txt && wc -c </run/received.txt"
expect '^48894$'
tell "A file is standard input here, and standard output there. Course notes often send it so:
nc HOST PORT > FILE"
predict "Somebody types that. What is in the file afterwards?"
listen '5015 >/run/received.txt'
start client "./nc 127.0.0.1 5015 >/run/sent.txt"
await server 'connected'
run you "wc -c /run/sent.txt /run/received.txt"
expect '^ *0 /run/sent\.txt'
expect '^ *0 /run/received\.txt'
tell "Nothing. > empties the file before nc even starts, and then nc waits for what might come. To send is <."
ends client 130
finish server

step "The end"
run you "seq 10000 >/run/sent.txt"
listen '5015 >/run/received.txt'
predict "This time nc sends without -N. All bytes have arrived. When do the two programs end?"
start client "./nc 127.0.0.1 5015 </run/sent.txt"
until_says 48894 "wc -c </run/received.txt"
run you "cmp /run/sent.txt /run/received.txt && ss -Htn state established '( dport = 5015 )' | wc -l"
expect '^1$'
tell "Never. Standard input has ended, but the stream has not: nobody has said so on the wire. -N does, by shutdown. Real
ones differ in it: ncat and busybox end the stream by themselves, OpenBSD's and the traditional one do not."
ends client 130
finish server

step "UDP connects to nobody"
predict "nc -u says that it is connected. How many packets did that take?"
start client ./nc -u -v 127.0.0.1 5015
await client 'connected'
packets
type client hello
finish client 1
expect 'ECONNREFUSED'
tell "None, and nobody is there. connect has only noted an address. The first datagram finds out, if somebody refuses it.
Now somebody listens, for two clients:"
listen -u 5015
start alice ./nc -u 127.0.0.1 5015
type alice "I am first"
await server 'I am first'
predict "Another client sends to the same port. Who reads it?"
run -s 1 bob "echo I am second | ./nc -u 127.0.0.1 5015"
expect 'ECONNREFUSED'
show server
refute 'second'
tell "Nobody. nc -l -u has connected its socket to the first sender, and the kernel refuses all others. With -k it hears
all. And now a port whose firewall drops all that comes:"
ends alice 130
ends server 130
run you "nft 'table ip wall { chain in { type filter hook input priority 0; udp dport 8090 drop; }; }'"
predict "What does OpenBSD's nc say of that port?"
run client nc -z -v -u 127.0.0.1 8090
expect 'succeeded'
run client ./nc -z -v -u 127.0.0.1 8090
expect 'open or filtered: no answer'
tell "'Succeeded' means only that no error has come. Silence is no answer: such a port may be open, or not."
run you "nft delete table ip wall"

step "Open, closed, filtered"
mail " -p 8080"
run you "nft 'table ip wall { chain in { type filter hook input priority 0
  tcp dport 8082 reject with tcp reset
  tcp dport 8083 reject with icmp port-unreachable
  tcp dport 8084 reject with icmp host-unreachable
  tcp dport 8085 reject with icmp admin-prohibited
  tcp dport 8086 reject with icmp net-unreachable
  tcp dport 8087 reject with icmp prot-unreachable
  tcp dport 8088 drop
}; }'"
predict "A mail server at 8080, nobody at 8081, and a firewall that does something else at each of the next seven. What
does connect say of each?"
run client ./nc -z -v 127.0.0.1 8080-8088
expect '8080 is open'
expect '8081 is closed: ECONNREFUSED'
expect '8082 is closed: ECONNREFUSED'
expect '8083 is closed: ECONNREFUSED'
expect '8084 is filtered: EHOSTUNREACH'
expect '8085 is filtered: EHOSTUNREACH'
expect '8086 is filtered: ENETUNREACH'
expect '8087 is filtered: ENOPROTOOPT'
expect '8088 is filtered: no answer'
tell "Three kinds. Somebody accepts; the machine says no; or somebody else says no, or nobody anything. A firewall can
also look like a closed port: 8082 and 8083. And silence costs time: a second for one port."
await mail 'is gone'
ends mail

step "A connection to oneself"
tell "Nobody listens at ports 40000 and 40001. Here the kernel takes the ports of those who connect from these two only,
so that what else is rare happens at once:"
run you "echo 40000 40001 >/proc/sys/net/ipv4/ip_local_port_range"
predict "How many of the two ports does OpenBSD's nc find open?"
run client "nc -z -v 127.0.0.1 40000-40001 2>&1"
expect 'succeeded'
tell "One is open, it says. But whom has it reached? Our nc, from a port that it chooses itself:"
start client ./nc -v -p 40005 127.0.0.1 40005
await client 'connected 127\.0\.0\.1:40005 -> 127\.0\.0\.1:40005'
type client "Is anybody there?"
await client '^Is anybody there\?'
tell "Itself. It has sent a SYN from port 40005 to port 40005, and got it. TCP allows that: both ends open actively, and
they are the same socket. Who scans must ask the kernel: is my own address that of the other end? ./nc -z does."
ends client 130
run you "echo 41000 41001 >/proc/sys/net/ipv4/ip_local_port_range"
run -s 1 client ./nc -z -v 127.0.0.1 41000-41001
expect '41000 is closed: a connection to itself'
tell "Your turn: read talk.c and knock.c, then write a scanner that is quick, and believes no such connection."
