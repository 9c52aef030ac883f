# shellcheck shell=bash
# The demo of lab 07, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
# tools: libssl-dev
servers receiver naive
title "Lab 07: File transfer"
tell "How does a whole file get across? The protocol is that of course notes: 4 bytes of length, the file, and
the answer is \"Gracias\". There are two receivers: naive is written as the notes do it, and receiver is not."

step "A file, and thanks"
run you "mkdir /run/in && cd /run/in && echo hello >short && seq 2000 >long"
start receiver ./receiver -s -o /run/in/copy
await receiver 'listening on 127\.0\.0\.1:5007'
run sender ./sender -s /run/in/short
expect 'announced 6 bytes'
expect 'sent 6 bytes by sendfile'
expect 'answered "Gracias"'
await receiver 'all 6 bytes, synced and renamed'
expect 'SHA-256 5891b5b522d5df08'
tell "Ten bytes went there and seven came back. SHA-256 says that both files are the same. The receiver chose the
name: if the sender could, it might say ../../.bashrc."

step "A header in pieces"
tell "A stream has no edges, so the 4 bytes of the header may come in two segments. Here bash is the sender, at a
connection that it opens itself. First the naive receiver:"
interrupt receiver
finish receiver
start naive ./naive -v -o /run/in/copy
await naive 'listening'
predict "The first byte of 00 00 00 06 comes alone. What will the naive receiver write, and what will the sender
be told?"
start peer "exec 3<>/dev/tcp/127.0.0.1/5007; printf '\\0' >&3; read -r; printf '\\0\\0\\6hello\\n' >&3; cat <&3"
await naive 'recv\(4, 4 bytes\) = 1'
finish naive
expect 'received 0 of 0 bytes'
run you "wc -c /run/in/copy"
expect '^0 /run/in/copy$'
type peer "(Enter)"
finish peer
expect '^Gracias$'
tell "It took the one byte for the length: 0. So it has received an empty file, without an error. The old file
is gone, and the sender is told Gracias. Now the careful receiver:"
start receiver ./receiver -o /run/in/copy
await receiver 'listening'
start peer "exec 3<>/dev/tcp/127.0.0.1/5007; printf '\\0' >&3; read -r; printf '\\0\\0\\6hello\\n' >&3; cat <&3"
await receiver 'accepted'
type peer "(Enter)"
finish peer
expect '^Gracias$'
await receiver 'all 6 bytes'

step "A sender that dies"
tell "A sender announces 5 bytes, sends 3 of them, and ends:"
run peer "printf '\\0\\0\\0\\5hel' >/dev/tcp/127.0.0.1/5007"
await receiver 'lost the sender after 3 of 5 bytes: end of stream'
run you cat /run/in/copy
expect '^hello$'
tell "The careful receiver keeps the old file. And the naive one?"
interrupt receiver
finish receiver
start naive ./naive -o /run/in/copy
await naive 'listening'
predict "recv returns 0 at the end of the stream. What does a loop do that waits for 5 bytes?"
run peer "printf '\\0\\0\\0\\5hel' >/dev/tcp/127.0.0.1/5007"
await naive '5 bytes announced'
until_says R "ps -C naive -o s="
run you "ps -C naive -o s=,comm="
expect '^R'
tell "R: it runs. It asks for two bytes more, gets 0, and asks again, at full speed, for ever."
interrupt naive KILL
finish naive 137

step "A sender that falls silent"
tell "The same, but the connection stays open. The cable was pulled, or the sender's machine has stopped."
start naive ./naive -o /run/in/copy
await naive 'listening'
start peer "exec 3<>/dev/tcp/127.0.0.1/5007; printf '\\0\\0\\0\\5hel' >&3; read -r"
await naive '5 bytes announced'
predict "No end of stream comes. What is different now?"
until_says S "ps -C naive -o s="
run you "ps -C naive -o s=,comm="
expect '^S'
tell "S: it sleeps, for ever, and serves nobody else. Another sign of the same mistake: nothing ends the wait."
interrupt naive KILL
finish naive 137
interrupt peer KILL
finish peer 137
start receiver ./receiver -t 1 -o /run/in/copy
await receiver 'listening'
start peer "exec 3<>/dev/tcp/127.0.0.1/5007; printf '\\0\\0\\0\\5hel' >&3; cat <&3"
await receiver 'lost the sender after 3 of 5 bytes: silent for 1 s'
finish peer
tell "-t 1: a sender that is silent for a second is left."

step "How long is a file?"
tell "4 bytes hold numbers up to 4,294,967,295. A file of 4 GiB is one byte longer. It is made of nothing:"
run you "truncate -s 4G /run/in/huge"
predict "What should a sender do that has a file of 4 GiB, and a length of 4 bytes?"
run -s 1 sender ./sender /run/in/huge
expect '4294967296 bytes are more than 4 bytes can announce'
tell "It says so, before it sends a byte. And a receiver should not believe everything:"
run peer "printf '\\377\\377\\377\\377' >/dev/tcp/127.0.0.1/5007"
await receiver '4294967295 bytes announced'
await receiver 'at most 1073741824 bytes allowed: closing'

step "Whole or not at all"
tell "Half of a file has come. What does somebody see who looks just now?"
run you "rm /run/in/huge; echo old >/run/in/copy"
interrupt receiver
finish receiver
start receiver ./receiver -o /run/in/copy
await receiver 'listening'
start peer "exec 3<>/dev/tcp/127.0.0.1/5007; printf '\\0\\0\\0\\6hel' >&3; read -r; printf 'lo\\n' >&3; cat <&3"
await receiver '6 bytes announced'
until_says 3 "stat -c %s /run/in/.copy.part"
predict "What is in the folder now, and what does cat copy print?"
run you "cd /run/in && ls -A && cat copy"
expect '^\.copy\.part$'
expect '^old$'
tell "The bytes go into a part of another name. Kill the receiver now, as hard as one can:"
interrupt receiver KILL
finish receiver 137
run you "cat /run/in/copy"
expect '^old$'
interrupt peer KILL
finish peer 137
tell "Still the old file. The calls that give the new one its name, in their order:"
start receiver ./receiver -v -o /run/in/copy
await receiver 'listening'
run sender ./sender /run/in/short
await receiver 'synced and renamed'
expect 'fsync\(6\), \.copy\.part'
expect 'renameat\("\.copy\.part", "copy"\) = 0'
expect 'fsync\(5\), the folder'
run you "cat /run/in/copy"
expect '^hello$'

step "Continue where it was cut"
tell "With -c on both sides the receiver keeps what came, and tells how much it has. The file is known by its
SHA-256. To cut a transfer, this receiver may only write files of 4 KiB (ulimit -f 4):"
interrupt receiver
finish receiver
start receiver "bash -c 'ulimit -f 4; exec ./receiver -c -w read -b 4096 -o /run/in/copy'"
await receiver 'listening'
run -s 1 sender ./sender -c /run/in/long
await receiver 'cannot write after 4096 of 8893 bytes: EFBIG'
await receiver 'kept .copy.*part for -c'
tell "The sender had sent all of it, to the kernels. Only the receiver's thanks say that the file is safe. Once more,
without that limit:"
interrupt receiver
finish receiver
start receiver ./receiver -c -o /run/in/copy
await receiver 'listening'
run sender ./sender -c /run/in/long
expect 'the receiver has 4096 of them'
expect 'sent 4797 bytes by sendfile'
await receiver 'all 8893 bytes, synced and renamed'
run you "cmp /run/in/long /run/in/copy && ls -A /run/in"
refute 'part'

step "Three ways to send"
tell "read copies each byte into the program, and write copies it out again. sendfile and splice leave it in the
kernel. Look at the calls:"
for way in read sendfile splice; do
  run sender "./sender -v -w $way /run/in/long 2>&1 | grep -E '(read|sendfile|splice)\('"
  expect "$way\\("
  await receiver 'all 8893 bytes'
done
interrupt receiver
finish receiver
tell "Your turn: read incoming.c and target.c, then write a receiver that never leaves half a file."
