# shellcheck shell=bash
# The demo of lab 15, a list of steps for scripts/demo; scripts/player/player.bash defines the verbs.
title "Lab 15: Netcat, the tool you used all along"
tell "TODO: the question, and what there is to see."

step "TODO: the first thing that happens"
start server ./server
await server 'listening on 127\.0\.0\.1:5015'
predict "TODO: what will the class see?"
run client ./client
expect 'connected 127\.0\.0\.1:[0-9]+ -> 127\.0\.0\.1:5015'
await server 'accepted 127\.0\.0\.1'
tell "TODO: what it was. Your turn: read server.c, then the exercise."
