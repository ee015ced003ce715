// The overrun block comes from another function than malloc, or has a special size.
// overflow-write: HOW=aligned HOW=page HOW=strdup HOW=nothing
#include "error.h"

static size_t size;
void *by_aligned(void) { return aligned_alloc(64, size = 192); }
void *by_page(void) {
    void *block = NULL;
    return posix_memalign(&block, 4096, size = 104) ? NULL : block;
}
void *by_strdup(void) {
    size = 24;
    return strdup("twenty-three letters...");
}
void *by_nothing(void) { return malloc(size = 0); }

int main(void) {
    void *block = hide(CHOICE(by_, HOW)());
    put(block, (long)size, 1, 0x41);
    free(block);
    return end();
}
