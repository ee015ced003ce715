// Proves that a block is not lost while any register of another thread that runs without pause is all that has it.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// variants: REGISTER=rax REGISTER=rbx REGISTER=rcx REGISTER=rdx REGISTER=rsi REGISTER=rdi REGISTER=rbp REGISTER=r8
// variants: REGISTER=r9 REGISTER=r10 REGISTER=r11 REGISTER=r12 REGISTER=r13 REGISTER=r14 REGISTER=r15
#include "leak.h"
#include "registers.h"
static uintptr_t concealed;

HELPER void build(void) { concealed = conceal(malloc(100)); }

static void *spin(void *nothing) {
    sigset_t every;
    sigfillset(&every);
    pthread_sigmask(SIG_BLOCK, &every, NULL);
#ifdef __x86_64__
    __asm__ volatile("mov %0, " NAME(REGISTER) "\n\t"
                     "not " NAME(REGISTER) "\n\t"
                     "movl $1, %1\n"
                     "1: pause\n\t"
                     "jmp 1b" : : "m"(concealed), "m"(arrived) : "memory");
#else
    __asm__ volatile(TAKE_INVERTED(NAME(REGISTER), concealed)
                     STORE_ONE(arrived)
                     "1: b 1b" : : "m"(concealed), "m"(arrived) : "memory");
#endif
    return nothing;
}

int main(void) {
    pthread_t thread;
    away(build);
    CHECK(pthread_create(&thread, NULL, spin, NULL) == 0, "no thread");
    await(1);
    lose(1000);
    return 0;
}
