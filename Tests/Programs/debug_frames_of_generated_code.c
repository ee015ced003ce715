// Proves that calls from machine code that a program wrote itself, which no unwinder knows, are traced as far as it goes.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+
// report: ^SUMMARY: swiftmalloc: double-free
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include <sys/mman.h>
#include "debug.h"

int main(void) {
    // void *call(argument, function), without a frame pointer
#ifdef __x86_64__
    // sub rsp, 24; call rsi; add rsp, 24; ret
    static const unsigned char code[] = {0x48, 0x83, 0xec, 0x18, 0xff, 0xd6, 0x48, 0x83, 0xc4, 0x18, 0xc3};
#else
    // str x30, [sp, #-16]!; blr x1; ldr x30, [sp], #16; ret
    static const uint32_t code[] = {0xf81f0ffe, 0xd63f0020, 0xf84107fe, 0xd65f03c0};
#endif
    void *place = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) SKIP("no right to write code");
    memcpy(place, code, sizeof code);
    __builtin___clear_cache(place, (char *)place + sizeof code);
    void *(*call)(uintptr_t, void *) = (void *(*)(uintptr_t, void *))place;
    void *block = announce(call(100, (void *)malloc));
    call((uintptr_t)block, (void *)free);
    call((uintptr_t)hide(block), (void *)free);
    return 0;
}
