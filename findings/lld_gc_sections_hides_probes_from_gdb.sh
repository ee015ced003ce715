#!/usr/bin/env bash
# lld 14 with --gc-sections: a program with a probe of <sys/sdt.h> keeps the probe's note, and readelf, perf and bpftrace find it. But the
# note's second address is that of a section of one byte, .stapsdt.base, to which no code refers: the linker drops it and writes 0. gdb
# takes the difference for a displacement, and finds no probe at all. GNU ld keeps the section.
. "$(dirname "$0")/packages.sh"
take lld-14=1:14.0.6-12 systemtap-sdt-dev=4.8-2 gdb-minimal=13.1-3
cat >probe.c <<'C'
#include <sys/sdt.h>
int main(int count, char **arguments) { (void)arguments; DTRACE_PROBE1(example, begins, count); return 0; }
C
mkdir bin
ln -s "$folder/root/usr/bin/ld.lld-14" bin/ld.lld
found() { LD_LIBRARY_PATH=$libraries gdb -nx -batch -ex 'info probes stap example' "$1" 2>&1 | grep -cE '^stap example +begins' || true; }
noted() { readelf -n "$1" | grep -A1 'Provider: example' | grep -c 'Name: begins'; }
base() { readelf -n "$1" | grep -oE 'Base: 0x0+,' | wc -l; }
gcc -I root/usr/include/x86_64-linux-gnu -ffunction-sections -Wl,--gc-sections -o by_ld probe.c
LD_LIBRARY_PATH=$libraries gcc -B bin -I root/usr/include/x86_64-linux-gnu -fuse-ld=lld -ffunction-sections -Wl,--gc-sections -o by_lld probe.c
equal "GNU ld, --gc-sections: notes, bases of 0, probes that gdb 13.1 finds" "1 0 1" "$(noted by_ld) $(base by_ld) $(found by_ld)"
equal "lld 14.0.6, --gc-sections: notes, bases of 0, probes that gdb 13.1 finds" "1 1 0" "$(noted by_lld) $(base by_lld) $(found by_lld)"
