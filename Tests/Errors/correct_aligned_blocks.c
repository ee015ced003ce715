// Aligned blocks of all alignments up to 64 KiB, used fully, resized and freed.
// correct:
#include "error.h"

int main(void) {
    for (size_t alignment = 8; alignment <= 65536; alignment *= 2)
        for (size_t size = 0; size < 9000; size += 333) {
            void *one = NULL, *two = hide(memalign(alignment, size)), *three = hide(aligned_alloc(alignment, alignment * 2));
            if (posix_memalign(&one, alignment, size) || ((uintptr_t)one | (uintptr_t)two | (uintptr_t)three) % alignment) return 1;
            put(one, 0, size, 1), put(two, 0, size, 2), put(three, 0, alignment * 2, 3);
            two = hide(realloc(two, size * 2 + 1));
            put(two, 0, size * 2 + 1, 4);
            free(one), free(two), free(three);
        }
    return end();
}
