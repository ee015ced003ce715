// Proves that thread-local arrays of a loaded library, which libc frees after all destructors, come back: 5000 threads.
// expect: exit 0
// stderr-none
// needs: so thread_local_library.c
// link: -ldl
// also: DEBUG=1
#include <dlfcn.h>
#include <pthread.h>
#include "check.h"
static int (*touch)(int);

static void *work(void *argument) {
    CHECK(touch((int)(uintptr_t)argument & 63) == ((int)(uintptr_t)argument & 63), "the library's array");
    return argument;
}

int main(void) {
    char path[4096];
    size_t before = 0;
    snprintf(path, sizeof path, "%s/thread_local_library.so", getenv("PROGRAM_LIBRARIES"));
    void *library = dlopen(path, RTLD_NOW);
    CHECK(library != NULL, "%s", dlerror());
    touch = (int (*)(int))dlsym(library, "touch");
    for (size_t i = 0; i < 5000; i++) {
        if (i == 500) before = resident();
        pthread_t first, second;
        pthread_create(&first, NULL, work, (void *)i);
        pthread_create(&second, NULL, work, (void *)(i + 1));
        pthread_join(first, NULL);
        pthread_join(second, NULL);
    }
    CHECK(resident() < before + 8 * MIB + withheld(), "grew by %zu", resident() - before);
    return 0;
}
