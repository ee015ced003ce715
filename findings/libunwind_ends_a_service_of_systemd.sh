#!/usr/bin/env bash
# libunwind 1.6.2 calls mincore at its first step, to see whether it is there, and has no way round it. systemd's group of calls for
# services, @system-service, lacks mincore, and a call outside of the list ends the process (SIGSYS): a service with
# SystemCallFilter=@system-service is killed when it only asks who called. The group has process_vm_readv and memfd_create.
. "$(dirname "$0")/packages.sh"
take libunwind8=1.6.2-3 libunwind-dev=1.6.2-3 systemd=252.39-1~deb12u2
# The calls of a group, and of those that it names.
calls_of() {
  local word
  SYSTEMD_COLORS=0 systemd-analyze syscall-filter "$1" | sed '1d; s/#.*//' | while read -r word; do
    case $word in @*) calls_of "$word" ;; ?*) echo "$word" ;; esac
  done
}
calls_of @system-service >calls
equal "systemd 252, calls of @system-service among madvise, memfd_create, mincore, process_vm_readv" \
  'madvise memfd_create process_vm_readv' "$(grep -xE 'madvise|memfd_create|mincore|process_vm_readv' calls | sort -u | xargs)"
# Here the call is counted, and no filter ends the process.
cat >step.c <<'C'
#define UNW_LOCAL_ONLY
#define _GNU_SOURCE
#include <libunwind.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
static int calls;
int mincore(void *start, size_t length, unsigned char *pages) {
  calls++;
  return (int)syscall(SYS_mincore, start, length, pages);
}
int main(void) {
  unw_context_t context;
  unw_cursor_t cursor;
  unw_getcontext(&context);
  unw_init_local(&cursor, &context);
  while (unw_step(&cursor) > 0) {}
  puts(calls ? "asked for" : "not asked for");
  return 0;
}
C
gcc -Iroot/usr/include -Iroot/usr/include/x86_64-linux-gnu step.c -o step root/usr/lib/x86_64-linux-gnu/libunwind.so.8
equal "libunwind 1.6.2, one trace: mincore was" "asked for" "$(LD_LIBRARY_PATH=$libraries ./step)"
