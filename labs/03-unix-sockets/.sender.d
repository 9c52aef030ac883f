sender: sender.c ../../common/addr.h ../../common/diag.h name.h
../../common/addr.h:
../../common/diag.h:
name.h:
sender: name.c name.h
name.h:
sender: ../../common/diag.c ../../common/diag.h ../../common/addr.h
../../common/diag.h:
../../common/addr.h:
sender: ../../common/addr.c ../../common/addr.h
../../common/addr.h:
sender: ../../common/io.c ../../common/io.h
../../common/io.h:
sender: ../../common/net.c ../../common/net.h ../../common/addr.h \
 ../../common/diag.h ../../common/io.h
../../common/net.h:
../../common/addr.h:
../../common/diag.h:
../../common/io.h:
