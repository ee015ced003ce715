// Proves that a block is not lost where the system refuses a new process, and another thread's stack is all that has it: the check does without.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include "leak.h"

static void *wait(void *nothing) {
    void *volatile held = malloc(100);
    hide((void *)&held);
    arrive();
    for (;;) pause();
    return held == NULL ? nothing : NULL;
}

int main(void) {
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {5, program};
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, wait, NULL) == 0, "no thread");
    await(1);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) SKIP("no seccomp filters here");
    lose(1000);
    return 0;
}
