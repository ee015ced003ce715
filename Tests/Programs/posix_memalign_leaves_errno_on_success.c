// Proves that posix_memalign reports by its result alone: errno keeps its value on success, for every alignment.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    for (size_t alignment = sizeof(void *); alignment <= 16 * MIB; alignment *= 2)
        for (size_t size = 0; size < 3 * MIB; size = size * 3 + 1) {
            void *block = NULL;
            errno = 77;
            CHECK(posix_memalign(&block, alignment, size) == 0, "alignment %zu, size %zu", alignment, size);
            CHECK(errno == 77, "errno changed at alignment %zu, size %zu", alignment, size);
            CHECK(block && (uintptr_t)block % alignment == 0, "%p for alignment %zu, size %zu", block, alignment, size);
            free(block);
            CHECK(errno == 77, "free changed errno at alignment %zu, size %zu", alignment, size);
        }
    return 0;
}
