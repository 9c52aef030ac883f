pair: pair.c ../../common/diag.h ../../common/io.h
../../common/diag.h:
../../common/io.h:
pair: ../../common/diag.c ../../common/diag.h ../../common/addr.h
../../common/diag.h:
../../common/addr.h:
pair: ../../common/addr.c ../../common/addr.h
../../common/addr.h:
pair: ../../common/io.c ../../common/io.h
../../common/io.h:
pair: ../../common/net.c ../../common/net.h ../../common/addr.h \
 ../../common/diag.h ../../common/io.h
../../common/net.h:
../../common/addr.h:
../../common/diag.h:
../../common/io.h:
