matrix: matrix.c ../../common/addr.h ../../common/diag.h \
 ../../common/io.h
../../common/addr.h:
../../common/diag.h:
../../common/io.h:
matrix: ../../common/diag.c ../../common/diag.h ../../common/addr.h
../../common/diag.h:
../../common/addr.h:
matrix: ../../common/addr.c ../../common/addr.h
../../common/addr.h:
matrix: ../../common/io.c ../../common/io.h
../../common/io.h:
matrix: ../../common/net.c ../../common/net.h ../../common/addr.h \
 ../../common/diag.h ../../common/io.h
../../common/net.h:
../../common/addr.h:
../../common/diag.h:
../../common/io.h:
