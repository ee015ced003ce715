// Proves that contents survive jumps from every kind of size to every other, and back.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include "check.h"

int main(void) {
    size_t sizes[] = {1, 16, 100, 1024, 4096, 9000, 33000, 66000, 140000, 300000, 1 << 20, 5000000, 33 << 20};
    enum { count = sizeof sizes / sizeof *sizes };
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < count; i++)
            for (int j = 0; j < count; j++) {
                size_t kept = sizes[i] < sizes[j] ? sizes[i] : sizes[j];
                char *block = malloc(sizes[i]);
                fill(block, kept, 40 + i);
                block = realloc(block, sizes[j]);
                CHECK(block && filled(block, kept, 40 + i), "%zu to %zu", sizes[i], sizes[j]);
                CHECK(malloc_usable_size(block) >= sizes[j], "%zu to %zu", sizes[i], sizes[j]);
                block[sizes[j] - 1] = 1;
                block = realloc(block, sizes[i]);
                CHECK(block && (kept < 2 || filled(block, kept - 1, 40 + i)), "%zu to %zu and back", sizes[i], sizes[j]);
                free(block);
            }
    return 0;
}
