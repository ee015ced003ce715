// Proves that right pairs of C functions are taken without a word: free_sized with the last size asked for, after realloc
// and calloc too, free_aligned_sized of aligned_alloc, free and realloc of aligned blocks, zero sizes, null.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
#include "debug.h"

int main(void) {
    size_t sizes[] = {0, 1, 15, 16, 17, 100, 1000, 4095, 4096, 4097, 16000, 20000, 140000, 2000000};
    freeSized(NULL, 10), freeAlignedSized(NULL, 64, 10), free(hide(NULL));
    for (int i = 0; i < 14; i++)
        for (int j = 0; j < 14; j++) {
            freeSized(realloc(malloc(sizes[i]), sizes[j] + 1), sizes[j] + 1);
            freeSized(realloc(calloc(sizes[i], 1), sizes[j] + 1), sizes[j] + 1);
            freeSized(reallocarray(malloc(sizes[i]), sizes[j] + 1, 3), (sizes[j] + 1) * 3);
            freeSized(realloc(realloc(malloc(sizes[i]), sizes[j] + 5), sizes[i] + 1), sizes[i] + 1);
            freeSized(malloc(sizes[i]), sizes[i]);
            freeSized(calloc(sizes[i], 3), sizes[i] * 3);
            free(realloc(malloc(sizes[i]), 0));
        }
    for (size_t alignment = 1; alignment <= 65536; alignment *= 2)
        for (int i = 0; i < 14; i++) {
            void *block = NULL;
            freeAlignedSized(aligned_alloc(alignment, sizes[i]), alignment, sizes[i]);
            free(aligned_alloc(alignment, sizes[i]));
            free(realloc(aligned_alloc(alignment, sizes[i]), sizes[i] + 3));
            free(memalign(alignment, sizes[i]));
            if (alignment >= 8 && posix_memalign(&block, alignment, sizes[i]) == 0) free(block);
        }
    free(valloc(100)), free(pvalloc(100)), free(pvalloc(0));
    return 0;
}
