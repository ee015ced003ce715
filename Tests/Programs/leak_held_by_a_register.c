// Proves that a block is not lost while a register that calls keep is all that has it, in the main thread that calls exit.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// variants: REGISTER=rbx REGISTER=rbp REGISTER=r12 REGISTER=r13 REGISTER=r14 REGISTER=r15
#include "leak.h"
#include "registers.h"
static uintptr_t concealed;

HELPER void build(void) { concealed = conceal(malloc(100)); }

int main(void) {
    away(build);
    lose(1000);
#ifdef __x86_64__
    __asm__ volatile("and $-16, %%rsp\n\t"
                     "mov %0, " NAME(REGISTER) "\n\t"
                     "not " NAME(REGISTER) "\n\t"
                     "xor %%edi, %%edi\n\t"
                     "call exit@PLT" : : "m"(concealed) : "memory");
#else
    __asm__ volatile(TAKE_INVERTED(NAME(REGISTER), concealed)
                     "mov w0, #0\n\t"
                     "bl exit" : : "m"(concealed) : "memory");
#endif
    return 1;
}
