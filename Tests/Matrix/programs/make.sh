# title: make -j: 120 objects, pattern rules, generated headers, an archive, incremental rebuild
# needs: make gcc libc6-dev binutils
# command: make gcc ar
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"
for ((i = 0; i < 120; i++)); do printf '#include "generated.h"\nint f%d(int n) { return n * FACTOR + %d; }\n' $i $i >"file$i.c"; done
{
    for ((i = 0; i < 120; i++)); do echo "int f$i(int);"; done
    echo '#include <stdio.h>'
    echo 'int main(void) { int s = 0;'
    for ((i = 0; i < 120; i++)); do echo "s += f$i($i);"; done
    printf '%s\n' 'printf("%d\n", s); return 0; }'
} >main.c
cat >Makefile <<'MAKE'
objects := $(patsubst %.c,%.o,$(wildcard file*.c))
program: main.o libfiles.a ; $(CC) -o $@ $^
libfiles.a: $(objects) ; $(AR) rcsD $@ $^
%.o: %.c generated.h ; $(CC) -O1 -c -o $@ $<
generated.h: factor ; echo "#define FACTOR $$(cat factor)" >$@
MAKE
echo 3 >factor
make -s -j4
./program
sleep 1.1
echo 5 >factor
make -j4 -n | grep -c -- '-c -o'
touch -d @1700000000 main.c
make -s -j4
./program
make -q && echo "up to date"
nm libfiles.a | grep -c ' T '
