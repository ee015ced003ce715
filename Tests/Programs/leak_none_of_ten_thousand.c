// Proves that ten thousand blocks that are held in every usual way give no report, with whatever exit code.
// stderr-none
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
static void *array[5000], **list, ***table;

int main(void) {
    for (int i = 0; i < 5000; i++) array[i] = malloc((size_t)i % 700);
    for (int i = 0; i < 3000; i++) {
        void **node = malloc(16 + (size_t)i % 50);
        *node = list, list = node;
    }
    table = malloc(40 * sizeof *table);
    for (int i = 0; i < 40; i++) {
        table[i] = malloc(50 * sizeof **table);
        for (int k = 0; k < 50; k++) table[i][k] = malloc((size_t)(i * k));
    }
    return array[0] == NULL || list == NULL;
}
