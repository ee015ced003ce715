// Proves that in a sandbox that refuses rt_sigaction, or only says that it did it, an error is reported once and ends the process by SIGSEGV; and that process and thread are named where their numbers are refused.
// expect: signal 11 (SEGV)
// stderr: ^=={PID}==ERROR: swiftmalloc: heap-use-after-free on address 0x[0-9a-f]+ \(a read, .*\), thread ".+" \({PID}\)$
// stderr-count: 1
// env: SWIFTMALLOC_GUARD_SAMPLE=1
// production-only: the debug heap is not sampled
// arguments: ERROR=1 ERROR=0 ERROR=38
#include "guarded.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
ARGUMENT(int, ERROR)

static volatile char seen;
static NOINLINE char *allocate(void) { return hide(malloc(40)); }

int main(void) {
    tell("pid", getpid());
    struct sock_filter rules[] = {
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, 0},
        {BPF_JMP | BPF_JEQ | BPF_K, 3, 0, SYS_rt_sigaction},
        {BPF_JMP | BPF_JEQ | BPF_K, 2, 0, SYS_getpid},
        {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SYS_gettid},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | (unsigned)ERROR},
    };
    struct sock_fprog program = {sizeof rules / sizeof *rules, rules};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        SKIP("no seccomp here");
    char *block = GUARDED(allocate(), 40, 1);
    free(block);
    seen = block[1];
    return 0;
}
