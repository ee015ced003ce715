// Proves that a block of libc's own heap, given to us by a library loaded with RTLD_DEEPBIND, is named and left alone.
// expect: exit 0
// stderr: ^==[0-9]+==WARNING: swiftmalloc: .*{ADDRESS}
// stderr-count: 1
// needs: so own_heap_library.c
// link: -ldl
// arguments: SIZE=100 SIZE=5000 SIZE=500000
// also: DEBUG=1
#include <dlfcn.h>
#include "workout.h"
ARGUMENT(int, SIZE)

int main(void) {
    char path[4096];
    snprintf(path, sizeof path, "%s/own_heap_library.so", getenv("PROGRAM_LIBRARIES"));
    void *library = dlopen(path, RTLD_NOW | RTLD_DEEPBIND);
    CHECK(library != NULL, "%s", dlerror());
    char *(*give)(size_t) = (char *(*)(size_t))dlsym(library, "give");
    int (*churn)(int) = (int (*)(int))dlsym(library, "churn");
    char *block = announce(give(SIZE));
    free(block);
    CHECK(filled(block, SIZE, 0x6b), "the block changed");
    CHECK(churn(2000) == 2000, "the library's heap is harmed");
    workout(1, 1000);
    return 0;
}
