#!/usr/bin/env bash
# GNU ld 2.40, -r --gc-sections with a linker script that merges code alone (-T): it keeps the read-only data of a function that is kept,
# though the script does not name that section either, but drops .eh_frame, of every function, without a word. The object links and
# runs. The first exception that has to pass one of its functions ends the program. With KEEP(*(.eh_frame)) in the script it passes.
. "$(dirname "$0")/packages.sh"
take binutils-x86-64-linux-gnu=2.40-2 libbinutils=2.40-2
cat >passes.c <<'C'
const char *text(void) { return "constant"; }
int passes(int (*function)(void)) { return function() + (text()[0] == 'c'); }
C
cat >main.cpp <<'C'
#include <cstdio>
extern "C" int passes(int (*)());
int main() {
  try { return passes([]() -> int { throw 1; }); } catch (int) { std::puts("caught"); }
}
C
gcc -O2 -fno-inline -fexceptions -ffunction-sections -c passes.c
merged() { # SCRIPT: the one object that it makes.
  echo "$1" >script.ld
  LD_LIBRARY_PATH=$libraries root/usr/bin/x86_64-linux-gnu-ld -r --gc-sections -T script.ld -u passes passes.o -o merged.o
}
count() { readelf -SW merged.o | grep -cE " $1 " || true; }
ends() { g++ -O2 main.cpp merged.o -o program && { ./program || echo "ends with $?"; } 2>/dev/null; }
merged 'SECTIONS { code : { *(.text .text.*) } }'
equal "GNU ld 2.40, a script with code alone: sections of constants, of unwind tables" "1 0" "$(count '\.rodata[^ ]*') $(count '\.eh_frame')"
equal "an exception that has to pass" "ends with 134" "$(ends)"
merged 'SECTIONS { code : { *(.text .text.*) } .eh_frame : { KEEP(*(.eh_frame)) } }'
equal "with KEEP(*(.eh_frame))" "1 1 caught" "$(count '\.rodata[^ ]*') $(count '\.eh_frame') $(ends)"
