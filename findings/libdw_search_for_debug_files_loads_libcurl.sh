#!/usr/bin/env bash
# libdw 0.188: dwfl_standard_find_debuginfo, which most programs give to dwfl_begin, loads libdebuginfod and with it libcurl and
# its libraries into the process, also where DEBUGINFOD_URLS is not set and no server may be asked.
# dwfl_build_id_find_debuginfo does not, but it does not follow .gnu_debuglink either.
. "$(dirname "$0")/packages.sh"
take libdw1=0.188-2.1 libdw-dev=0.188-2.1 libelf1=0.188-2.1 libelf-dev=0.188-2.1 libdebuginfod1=0.188-2.1
cat >search.c <<'C'
#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(void) {
  Dwfl_Callbacks callbacks = {.find_elf = dwfl_linux_proc_find_elf, .find_debuginfo = SEARCH};
  Dwfl *session = dwfl_begin(&callbacks);
  Dwarf_Addr bias;
  dwfl_linux_proc_report(session, getpid());
  dwfl_report_end(session, NULL, NULL);
  dwfl_module_getdwarf(dwfl_addrmodule(session, (Dwarf_Addr)main), &bias);
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[4096];
  int count = 0;
  while (fgets(line, sizeof line, maps)) count += strstr(line, "libcurl") && strstr(line, "r-xp");
  printf("%d\n", count);
  return 0;
}
C
for search in dwfl_build_id_find_debuginfo dwfl_standard_find_debuginfo; do
  gcc -DSEARCH=$search -Iroot/usr/include search.c -o search root/usr/lib/x86_64-linux-gnu/libdw.so.1 -Wl,--allow-shlib-undefined
  if [ $search = dwfl_standard_find_debuginfo ]; then expected=1; else expected=0; fi
  equal "libdw 0.188, $search, times that libcurl is in the process" $expected "$(LD_LIBRARY_PATH=$libraries ./search)"
done
