#!/usr/bin/env bash
# glibc 2.36: malloc_trim(3) gives each free piece back again at every call, one system call for each, also when nothing was
# allocated or freed since the call before; and it answers 1 each time, "memory was released".
. "$(dirname "$0")/packages.sh"
take libc6=2.36-9+deb12u14 strace=6.1-0.1
cat >trim.c <<'C'
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>
int main(void) {
  static void *blocks[4000];
  for (int index = 0; index < 4000; index++) blocks[index] = malloc(20000);
  for (int index = 0; index < 4000; index += 2) free(blocks[index]);
  for (int round = 0; round < 3; round++)
    if (write(1, malloc_trim(0) ? "1\n" : "0\n", 2) != 2) return 1;
  return 0;
}
C
gcc trim.c -o trim
LD_LIBRARY_PATH=$libraries root/usr/bin/strace -o log -e trace=madvise,write \
  root/lib64/ld-linux-x86-64.so.2 --library-path "$libraries" ./trim >answers
equal "glibc 2.36, three calls of malloc_trim in a row answer" "1 1 1" "$(xargs <answers)"
equal "and make so many calls of madvise" "2000 2000 2000" "$(awk '/madvise/ { n++ } /write/ { print n; n = 0 }' log | xargs)"
