#!/usr/bin/env bash
# musl 1.2.3: dlopen in a destructor, when the process ends by exit, gives null: also for a library that is loaded already, and with
# RTLD_NOLOAD, which loads nothing. glibc 2.36 gives a handle in each case. What reports at the very end (of leaks, with names by libdw)
# has to open its libraries in a handler of atexit, and to keep what it got.
. "$(dirname "$0")/packages.sh"
take musl=1.2.3-1 musl-dev=1.2.3-1
cat >late.c <<'C'
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
static void tell(const char *when, const char *end) {
  int opened = dlopen("./other.so", RTLD_NOW) != NULL, again = dlopen("./other.so", RTLD_NOW | RTLD_NOLOAD) != NULL;
  printf("%s: %d %d%s", when, opened, again, end);
  fflush(stdout);
}
static void at_exit(void) { tell("handler", ", "); }
__attribute__((destructor)) static void destruct(void) { tell("destructor", "\n"); }
int main(void) {
  atexit(at_exit);
  return 0;
}
C
echo 'int other;' | gcc -shared -fPIC -nostdlib -x c - -o other.so
gcc late.c -o with_glibc
musl=root/usr/lib/x86_64-linux-musl
gcc -nostdinc -isystem root/usr/include/x86_64-linux-musl -fPIE -c late.c -o late.o
gcc -nostdlib -pie $musl/Scrt1.o $musl/crti.o "$(gcc -print-file-name=crtbeginS.o)" late.o root/lib/x86_64-linux-musl/libc.so \
  "$(gcc -print-file-name=crtendS.o)" $musl/crtn.o -o with_musl
equal "glibc, dlopen and dlopen with RTLD_NOLOAD" "handler: 1 1, destructor: 1 1" "$(./with_glibc)"
equal "musl 1.2.3, dlopen and dlopen with RTLD_NOLOAD" "handler: 1 1, destructor: 0 0" "$(root/lib/ld-musl-x86_64.so.1 ./with_musl)"
