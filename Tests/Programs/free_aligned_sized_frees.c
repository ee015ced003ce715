// Proves that free_aligned_sized (C23) takes back blocks of aligned_alloc with their alignment and size.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include <dlfcn.h>
#include "check.h"

int main(void) {
    void (*freeAlignedSized)(void *, size_t, size_t) =
        (void (*)(void *, size_t, size_t))dlsym(RTLD_DEFAULT, "free_aligned_sized");
    if (freeAlignedSized == NULL) SKIP("this C library has no free_aligned_sized");
    freeAlignedSized(NULL, 64, 64);
    size_t before = 0;
    for (int round = 0; round < 30; round++) {
        if (round == 5) before = resident();
        for (size_t alignment = 16; alignment <= 2 * MIB; alignment *= 2)
            for (size_t size = alignment; size <= alignment * 4; size += alignment) {
                char *block = aligned_alloc(alignment, size);
                CHECK(block && (uintptr_t)block % alignment == 0, "aligned_alloc(%zu, %zu)", alignment, size);
                block[0] = block[size - 1] = 1;
                freeAlignedSized(block, alignment, size);
            }
    }
    CHECK(resident() < before + 32 * MIB, "grew by %zu", resident() - before);
    return 0;
}
