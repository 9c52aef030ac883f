server: server.c ../../common/addr.h decoder.h ../../common/diag.h \
 ../../common/io.h quote.h
../../common/addr.h:
decoder.h:
../../common/diag.h:
../../common/io.h:
quote.h:
server: decoder.c decoder.h
decoder.h:
server: quote.c quote.h
quote.h:
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
