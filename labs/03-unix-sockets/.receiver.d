receiver: receiver.c ../../common/addr.h ../../common/diag.h \
 ../../common/io.h name.h
../../common/addr.h:
../../common/diag.h:
../../common/io.h:
name.h:
receiver: name.c name.h
name.h:
receiver: ../../common/diag.c ../../common/diag.h ../../common/addr.h
../../common/diag.h:
../../common/addr.h:
receiver: ../../common/addr.c ../../common/addr.h
../../common/addr.h:
receiver: ../../common/io.c ../../common/io.h
../../common/io.h:
receiver: ../../common/net.c ../../common/net.h ../../common/addr.h \
 ../../common/diag.h ../../common/io.h
../../common/net.h:
../../common/addr.h:
../../common/diag.h:
../../common/io.h:
