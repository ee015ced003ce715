// Proves that a library loaded with RTLD_DEEPBIND, whose malloc is libc's own, works beside us as long as it frees its blocks.
// expect: exit 0
// stderr-none
// needs: so own_heap_library.c
// link: -ldl
// also: DEBUG=1
#include <dlfcn.h>
#include "workout.h"

int main(void) {
    char path[4096];
    snprintf(path, sizeof path, "%s/own_heap_library.so", getenv("PROGRAM_LIBRARIES"));
    void *library = dlopen(path, RTLD_NOW | RTLD_DEEPBIND);
    CHECK(library != NULL, "%s", dlerror());
    int (*churn)(int) = (int (*)(int))dlsym(library, "churn");
    for (int i = 0; i < 20; i++) {
        CHECK(churn(5000) == 5000, "round %d", i);
        workout((uint64_t)i + 1, 500);
    }
    dlclose(library);
    return 0;
}
