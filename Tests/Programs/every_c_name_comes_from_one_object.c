// Proves that all C names of the interface are served by the object that serves malloc: none is left to another heap.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include <dlfcn.h>
#include "check.h"

int main(void) {
    const char *names[] = {"malloc", "free", "calloc", "realloc", "reallocarray", "aligned_alloc", "posix_memalign", "memalign",
                           "valloc", "pvalloc", "malloc_usable_size", "cfree", "free_sized", "free_aligned_sized", "malloc_trim",
                           "malloc_stats", "malloc_info", "mallinfo", "mallinfo2", "mallopt", "__libc_malloc", "__libc_free",
                           "__libc_calloc", "__libc_realloc", "__libc_memalign"};
    Dl_info first, info;
    CHECK(dladdr(dlsym(RTLD_DEFAULT, "malloc"), &first), "whose is malloc?");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        void *function = dlsym(RTLD_DEFAULT, names[i]);
        CHECK(function != NULL, "%s is nowhere", names[i]);
        CHECK(dladdr(function, &info) && info.dli_fbase == first.dli_fbase, "%s is from %s", names[i], info.dli_fname);
    }
    return 0;
}
