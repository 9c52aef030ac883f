ping: ping.c ../../common/addr.h ../../common/diag.h host.h icmp.h \
 ../../common/io.h net.h options.h report.h stats.h
../../common/addr.h:
../../common/diag.h:
host.h:
icmp.h:
../../common/io.h:
net.h:
options.h:
report.h:
stats.h:
ping: host.c host.h ../../common/addr.h
host.h:
../../common/addr.h:
ping: icmp.c icmp.h
icmp.h:
ping: net.c net.h ../../common/addr.h icmp.h ../../common/diag.h
net.h:
../../common/addr.h:
icmp.h:
../../common/diag.h:
ping: options.c options.h ../../common/addr.h ../../common/diag.h icmp.h
options.h:
../../common/addr.h:
../../common/diag.h:
icmp.h:
ping: report.c report.h net.h ../../common/addr.h icmp.h \
 ../../common/diag.h host.h
report.h:
net.h:
../../common/addr.h:
icmp.h:
../../common/diag.h:
host.h:
ping: stats.c stats.h
stats.h:
ping: ../../common/diag.c ../../common/diag.h ../../common/addr.h
../../common/diag.h:
../../common/addr.h:
ping: ../../common/addr.c ../../common/addr.h
../../common/addr.h:
ping: ../../common/io.c ../../common/io.h
../../common/io.h:
ping: ../../common/net.c ../../common/net.h ../../common/addr.h \
 ../../common/diag.h ../../common/io.h
../../common/net.h:
../../common/addr.h:
../../common/diag.h:
../../common/io.h:
