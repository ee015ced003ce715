// Proves that in a mode that checks or counts a program with a malloc family of its own is told that this is not ours.
// stderr: ^==[0-9]+==WARNING: swiftmalloc: malloc is that of /.*own_malloc_is_told_at_the_start.*, not ours: only what it takes from ours is checked and counted$
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_LEAKS=1
// env: SWIFTMALLOC_STATS=1
// env: SWIFTMALLOC_STATS=json
#include <stddef.h>

static _Alignas(16) char room[1 << 24];
static size_t used;

void *malloc(size_t size) {
    void *block = room + used;
    used += (size + 15) & ~(size_t)15;
    return block;
}
void *calloc(size_t count, size_t size) { return malloc(count * size); }
void *realloc(void *block, size_t size) {
    char *new = malloc(size), *old = block;
    for (size_t index = 0; old && index < size; index++) new[index] = old[index];
    return new;
}
void free(void *block) { (void)block; }

int main(void) {
    char *volatile block = malloc(10);
    free(block), free(block);
    return 0;
}
