server: server.c ../../common/addr.h calls.h ../../common/diag.h \
 ../../common/io.h script.h
../../common/addr.h:
calls.h:
../../common/diag.h:
../../common/io.h:
script.h:
server: calls.c calls.h ../../common/diag.h ../../common/io.h
calls.h:
../../common/diag.h:
../../common/io.h:
server: script.c script.h calls.h ../../common/diag.h ../../common/io.h
script.h:
calls.h:
../../common/diag.h:
../../common/io.h:
server: ../../common/diag.c ../../common/diag.h ../../common/addr.h
../../common/diag.h:
../../common/addr.h:
server: ../../common/addr.c ../../common/addr.h
../../common/addr.h:
server: ../../common/io.c ../../common/io.h
../../common/io.h:
server: ../../common/net.c ../../common/net.h ../../common/addr.h \
 ../../common/diag.h ../../common/io.h
../../common/net.h:
../../common/addr.h:
../../common/diag.h:
../../common/io.h:
