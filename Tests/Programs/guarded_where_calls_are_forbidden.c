// Proves that in a sandbox that refuses madvise, with whatever error, blocks are not guarded any more, those that were are freed, and the program runs.
// env: SWIFTMALLOC_GUARD_SAMPLE=1
// expect: exit 0
// stderr-none
// production-only: the debug heap is not sampled
// arguments: ERROR=1 ERROR=12 ERROR=22
#include "guarded.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
ARGUMENT(int, ERROR)

static NOINLINE char *allocate(void) { return hide(malloc(32)); }

int main(void) {
    static char *blocks[100];
    blocks[0] = GUARDED(allocate(), 32, 1);

    struct sock_filter rules[] = {
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, 0},
        {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SYS_madvise},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | (unsigned)ERROR},
    };
    struct sock_fprog program = {sizeof rules / sizeof *rules, rules};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        SKIP("no seccomp here");
    for (int round = 0; round < 100; round++) {
        for (int i = 1; i < 100; i++) {
            blocks[i] = calloc(1, (size_t)i * 20);
            CHECK(blocks[i] && filled(blocks[i], (size_t)i * 20, 0), "block of %d", i * 20);
            fill(blocks[i], (size_t)i * 20, i);
        }
        for (int i = 1; i < 100; i++) free(blocks[i]);
    }
    fill(blocks[0], 32, 1);
    free(blocks[0]);
    return 0;
}
