passfd: passfd.c ../../common/diag.h ../../common/io.h
../../common/diag.h:
../../common/io.h:
passfd: ../../common/diag.c ../../common/diag.h ../../common/addr.h
../../common/diag.h:
../../common/addr.h:
passfd: ../../common/addr.c ../../common/addr.h
../../common/addr.h:
passfd: ../../common/io.c ../../common/io.h
../../common/io.h:
passfd: ../../common/net.c ../../common/net.h ../../common/addr.h \
 ../../common/diag.h ../../common/io.h
../../common/net.h:
../../common/addr.h:
../../common/diag.h:
../../common/io.h:
