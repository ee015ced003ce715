#!/usr/bin/env bash
# musl 1.2.3: a program that is an argument of its loader (`ld-musl-x86_64.so.1 ./program`, as bundles start theirs) is told the loader's own
# program headers by getauxval(AT_PHDR), as the kernel left them. glibc 2.36 puts the program's in their place. What finds code, notes or
# unwind tables by AT_PHDR reads at wild addresses there. The first object of dl_iterate_phdr is the program in both, in every way of starting.
. "$(dirname "$0")/packages.sh"
take musl=1.2.3-1 musl-dev=1.2.3-1
cat >headers.c <<'C'
#define _GNU_SOURCE
#include <link.h>
#include <stdio.h>
#include <sys/auxv.h>
static int first(struct dl_phdr_info *object, size_t size, void *told) {
  (void)size;
  *(const void **)told = object->dlpi_phdr;
  return 1;
}
int main(void) {
  const void *headers = NULL;
  dl_iterate_phdr(first, &headers);
  puts(headers == (const void *)getauxval(AT_PHDR) ? "the program's" : "others");
  return 0;
}
C
gcc headers.c -o with_glibc
musl=root/usr/lib/x86_64-linux-musl loader=$folder/root/lib/ld-musl-x86_64.so.1
gcc -nostdinc -isystem root/usr/include/x86_64-linux-musl -fPIE -c headers.c -o headers.o
gcc -nostdlib -pie "-Wl,--dynamic-linker=$loader" $musl/Scrt1.o $musl/crti.o "$(gcc -print-file-name=crtbeginS.o)" headers.o \
  root/lib/x86_64-linux-musl/libc.so "$(gcc -print-file-name=crtendS.o)" $musl/crtn.o -o with_musl
equal "glibc, started as usual" "the program's" "$(./with_glibc)"
equal "glibc, an argument of its loader" "the program's" "$(/lib64/ld-linux-x86-64.so.2 ./with_glibc)"
equal "musl 1.2.3, started as usual" "the program's" "$(./with_musl)"
equal "musl 1.2.3, an argument of its loader" "others" "$("$loader" ./with_musl)"
