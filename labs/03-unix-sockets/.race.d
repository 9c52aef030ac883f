race: race.c ../../common/diag.h ../../common/io.h
../../common/diag.h:
../../common/io.h:
race: ../../common/diag.c ../../common/diag.h ../../common/addr.h
../../common/diag.h:
../../common/addr.h:
race: ../../common/addr.c ../../common/addr.h
../../common/addr.h:
race: ../../common/io.c ../../common/io.h
../../common/io.h:
race: ../../common/net.c ../../common/net.h ../../common/addr.h \
 ../../common/diag.h ../../common/io.h
../../common/net.h:
../../common/addr.h:
../../common/diag.h:
../../common/io.h:
