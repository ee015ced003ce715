// Proves that a sandbox that kills on everything but mmap, munmap, mprotect, mremap, madvise and futex (and what libc needs
// for a thread, a write and the end) does not notice us: every size, realloc, trim, threads.
// expect: exit 0
// stderr-none
// production-only: traces need more system calls
// env: SWIFTMALLOC_PURGE_DELAY=20
// env: SWIFTMALLOC_PURGE_DELAY=0
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include "workout.h"

static const int permitted[] = {SYS_mmap, SYS_munmap, SYS_mprotect, SYS_mremap, SYS_madvise, SYS_futex, SYS_write, SYS_exit,
                                SYS_exit_group, SYS_clone, SYS_clone3, SYS_rt_sigprocmask, SYS_rt_sigaction, SYS_set_robust_list, SYS_rseq,
#ifndef __GLIBC__
                                SYS_membarrier,  // musl, before a process has a second thread
#endif
                                SYS_clock_gettime /* where the vDSO has none */};

static void *work(void *argument) {
    workout((uintptr_t)argument, 3000);
    return NULL;
}

int main(void) {
    enum { count = sizeof permitted / sizeof *permitted };
    struct sock_filter program[2 * count + 2] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
    for (int i = 0; i < count; i++) {
        program[2 * i + 1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)permitted[i], 0, 1);
        program[2 * i + 2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    }
    program[2 * count + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    struct sock_fprog filter = {2 * count + 2, program};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) SKIP("no seccomp filters here");
    for (size_t size = 1; size < 200 * MIB; size += size / 2 + 1) {
        char *block = realloc(malloc(size), size * 2);
        if (block == NULL) _exit(2);
        block[0] = block[size * 2 - 1] = 1;
        free(block);
        free(calloc(size, 1));
        free(memalign(65536, size));
    }
    pthread_t threads[3];
    for (size_t i = 0; i < 3; i++)
        if (pthread_create(&threads[i], NULL, work, (void *)(i + 1)) != 0) _exit(3);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    for (double began = seconds(); seconds() - began < 0.1;) workout(4, 200);
    malloc_trim(0);
    mallinfo2();
    _exit(0);
}
