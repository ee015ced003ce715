// Proves that functions which a program with a malloc family of its own did not define give it no block of ours, and get
// none of its: reallocarray, valloc, pvalloc, free_sized, free_aligned_sized, cfree. The same holds for a library that
// was preloaded before ours. (That modes say whose malloc it is, own_malloc_is_told_at_the_start proves.)
// expect: exit 0
// stderr-none
// link: -rdynamic
// env: UNUSED=1
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LOG=/dev/null
// env: SWIFTMALLOC_LIVE=1 SWIFTMALLOC_LOG=/dev/null
#include <dlfcn.h>
#include "check.h"

static char arena[64 << 20] __attribute__((aligned(65536)));
static size_t used;
static int freed;

static int isOwn(const void *block) { return (const char *)block >= arena && (const char *)block < arena + sizeof arena; }

void *memalign(size_t alignment, size_t size) {
    size_t start = (used + 16 + alignment - 1) & ~(alignment - 1);
    used = start + size;
    *(size_t *)(arena + start - 8) = size;
    return arena + start;
}
void *malloc(size_t size) { return memalign(16, size); }
void *calloc(size_t count, size_t size) { return malloc(count * size); }
void free(void *block) {
    CHECK(!block || isOwn(block), "free of a block that is not the program's");
    freed++;
}
void *realloc(void *block, size_t size) {
    CHECK(!block || isOwn(block), "realloc of a block that is not the program's");
    void *new = malloc(size);
    if (block) memcpy(new, block, ((size_t *)block)[-1] < size ? ((size_t *)block)[-1] : size);
    return new;
}

extern void *valloc(size_t), *pvalloc(size_t);

int main(void) {
    char *block = reallocarray(NULL, 10, 10);
    CHECK(isOwn(block), "reallocarray(NULL)");
    strcpy(block, "contents");
    block = reallocarray(block, 1000, 1000);
    CHECK(isOwn(block) && !strcmp(block, "contents"), "reallocarray");
    CHECK(reallocarray(block, SIZE_MAX / 2, 3) == NULL && errno == ENOMEM, "overflow");
    free(block);
    void *pages[] = {valloc(100), pvalloc(5000), aligned_alloc(64, 100)};
    for (int i = 0; i < 3; i++) {
        CHECK(isOwn(pages[i]) && (uintptr_t)pages[i] % (i < 2 ? 4096 : 64) == 0, "function %d", i);
        free(pages[i]);
    }
    void *aligned = NULL;
    CHECK(posix_memalign(&aligned, 4096, 10) == 0 && isOwn(aligned), "posix_memalign");
    // C23's, and an old one, which this C library may not have.
    static const char *const names[] = {"free_sized", "free_aligned_sized", "cfree"};
    for (int i = 0; i < 3; i++) {
        void (*function)(void *, size_t, size_t) = (void (*)(void *, size_t, size_t))dlsym(RTLD_DEFAULT, names[i]);
        if (!function) SKIP("no %s", names[i]);
        void *mine = memalign(128, 100);
        freed = 0;
        function(mine, i == 1 ? 128 : 100, 100);
        CHECK(freed == 1, "%s passed the program by", names[i]);
    }
    free(aligned);
    return 0;
}
