// Proves that loading and unloading a library with thread-local memory and destructors 500 times, with a thread each, is
// clean and does not grow.
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
    CHECK(touch(7) == 7, "the library's array");
    free(malloc(400));
    return argument;
}

int main(void) {
    char path[4096];
    size_t before = 0;
    snprintf(path, sizeof path, "%s/thread_local_library.so", getenv("PROGRAM_LIBRARIES"));
    for (int round = 0; round < 500; round++) {
        if (round == 50) before = resident();
        void *library = dlopen(path, RTLD_NOW);
        CHECK(library != NULL, "%s", dlerror());
        touch = (int (*)(int))dlsym(library, "touch");
        void (*leave)(void) = (void (*)(void))dlsym(library, "leave");
        pthread_t thread;
        pthread_create(&thread, NULL, work, NULL);
        CHECK(touch(9) == 9, "the library's array");
        pthread_join(thread, NULL);
        leave();
        CHECK(dlclose(library) == 0, "%s", dlerror());
    }
    CHECK(resident() < before + 3 * MIB + withheld(), "grew by %zu", resident() - before);
    return 0;
}
