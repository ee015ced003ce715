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
cat >step.c <<'C'
#define UNW_LOCAL_ONLY
#include <libunwind.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
int main(void) {
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mincore, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {sizeof rules / sizeof *rules, rules};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) return 3;
  unw_context_t context;
  unw_cursor_t cursor;
  unw_getcontext(&context);
  unw_init_local(&cursor, &context);
  while (unw_step(&cursor) > 0) {}
  return 0;
}
C
gcc -Iroot/usr/include -Iroot/usr/include/x86_64-linux-gnu step.c -o step root/usr/lib/x86_64-linux-gnu/libunwind.so.8
status=$(LD_LIBRARY_PATH=$libraries sh -c './step; echo $?' 2>/dev/null)
equal "libunwind 1.6.2 behind a filter that forbids mincore, exit status (159: SIGSYS)" 159 "$status"
