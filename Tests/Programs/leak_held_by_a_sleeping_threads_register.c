// Proves that a block is not lost while a register of another thread is all that has it: one that sleeps in a system call, with every signal blocked.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// variants: REGISTER=rbx,CALL=34 REGISTER=rbp,CALL=34 REGISTER=r12,CALL=34 REGISTER=r13,CALL=202 REGISTER=r14,CALL=202 REGISTER=r15,CALL=202
#include "leak.h"
#include "registers.h"
static uintptr_t concealed;
static __attribute__((unused)) int word;

HELPER void build(void) { concealed = conceal(malloc(100)); }

static void *wait(void *nothing) {
    sigset_t every;
    sigfillset(&every);
    pthread_sigmask(SIG_BLOCK, &every, NULL);
#ifdef __x86_64__  // 34 is pause, 202 futex: wait while the word is 0
    __asm__ volatile("mov %0, " NAME(REGISTER) "\n\t"
                     "lea %2, %%rdi\n\t"
                     "xor %%esi, %%esi\n\t"
                     "xor %%edx, %%edx\n\t"
                     "xor %%r10d, %%r10d\n\t"
                     "not " NAME(REGISTER) "\n\t"
                     "movl $1, %1\n"
                     "1: mov %3, %%eax\n\t"
                     "syscall\n\t"
                     "jmp 1b" : : "m"(concealed), "m"(arrived), "m"(word), "i"(CALL) : "memory");
#else  // 73 is ppoll, of no files and without a limit, in pause's place; 98 futex
    __asm__ volatile(TAKE_INVERTED(NAME(REGISTER), concealed)
                     "mov x8, %3\n\t"
                     STORE_ONE(arrived)
                     "1: adrp x0, word\n\t"
                     "add x0, x0, :lo12:word\n\t"
                     "mov x1, #0\n\t"
                     "mov x2, #0\n\t"
                     "mov x3, #0\n\t"
                     "svc #0\n\t"
                     "b 1b" : : "m"(concealed), "m"(arrived), "m"(word), "i"(CALL == 34 ? 73 : 98) : "memory");
#endif
    return nothing;
}

int main(void) {
    pthread_t thread;
    away(build);
    CHECK(pthread_create(&thread, NULL, wait, NULL) == 0, "no thread");
    await(1);
    usleep(10000);  // into the system call
    lose(1000);
    return 0;
}
