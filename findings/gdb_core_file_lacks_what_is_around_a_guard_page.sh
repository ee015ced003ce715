#!/usr/bin/env bash
# gdb 13.1 on Linux 6.13 or later: a core file that gdb writes (gcore) lacks the contents around a guard page (madvise,
# MADV_GUARD_INSTALL): the piece of up to a mebibyte that holds it reads as zeros, what stands before the guard too. The kernel's
# own core dump has all but the guard. gdb reads a mapping in such pieces, and gives a piece up at the first error.
. "$(dirname "$0")/packages.sh"
take gdb-minimal=13.1-3
cat >guard.c <<'C'
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
static char *memory;
static void stop(void) { __asm__ volatile(""); }
int main(int count, char **arguments) {
  memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(memory, 'A', 1 << 20);
  if (!strcmp(arguments[count - 1], "guard") && madvise(memory + (512 << 10), 4096, 102)) return 3;
  stop();
  return 0;
}
C
gcc -g guard.c -o guard
./guard guard || { echo "cannot be tried: this kernel has no guard pages (Linux 6.13)"; exit 3; }
for pages in none guard; do
  LD_LIBRARY_PATH=$libraries gdb -nx -batch -ex 'break stop' -ex run -ex "generate-core-file core.$pages" \
    --args ./guard $pages >log 2>&1 || true
  if [ $pages = guard ]; then expected=0x0; else expected=0x41; fi
  for place in before behind; do
    if [ $place = before ]; then offset=4096; else offset=1000000; fi
    LD_LIBRARY_PATH=$libraries gdb -nx -batch -ex "print/x memory[$offset]" ./guard core.$pages >log 2>&1 || true
    equal "gdb 13.1-3, guard page: $pages, a byte 'A' $place it" "\$1 = $expected" "$(tail -1 log)"
  done
done
