// Proves that a report whose allocation was made by a library that is gone comes whole: frames there may be bare addresses.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(700-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:{LINE:second free}$
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+
// report: ^ +#1 0x[0-9a-f]+ in main +.*{FILE}:{LINE:first free}$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+
// report: ^ +#1 0x[0-9a-f]+ in main +.*{FILE}:{LINE:allocation}$
// report: ^SUMMARY: swiftmalloc: double-free .*{FILE}:{LINE:second free} in main$
// needs: so own_heap_library.c
// link: -ldl
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include "debug.h"

int main(void) {
    char path[4096];
    snprintf(path, sizeof path, "%s/own_heap_library.so", getenv("PROGRAM_LIBRARIES"));
    void *library = dlopen(path, RTLD_NOW);
    CHECK(library != NULL, "%s", dlerror());
    void *(*give)(size_t) = (void *(*)(size_t))dlsym(library, "give");
    void (*take)(void *) = (void (*)(void *))dlsym(library, "take");
    void *block = give(700);  // allocation
    announce(block);
    take(block);  // first free
    CHECK(dlclose(library) == 0, "%s", dlerror());
    free(hide(block));  // second free
    return 0;
}
