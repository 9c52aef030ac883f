client: client.c ../../common/addr.h ../../common/diag.h
../../common/addr.h:
../../common/diag.h:
client: ../../common/diag.c ../../common/diag.h ../../common/addr.h
../../common/diag.h:
../../common/addr.h:
client: ../../common/addr.c ../../common/addr.h
../../common/addr.h:
client: ../../common/io.c ../../common/io.h
../../common/io.h:
client: ../../common/net.c ../../common/net.h ../../common/addr.h \
 ../../common/diag.h ../../common/io.h
../../common/net.h:
../../common/addr.h:
../../common/diag.h:
../../common/io.h:
