server: server.c ../../common/addr.h ../../common/diag.h host.h icmp.h \
 ../../common/io.h
../../common/addr.h:
../../common/diag.h:
host.h:
icmp.h:
../../common/io.h:
server: host.c host.h ../../common/addr.h
host.h:
../../common/addr.h:
server: icmp.c icmp.h
icmp.h:
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
