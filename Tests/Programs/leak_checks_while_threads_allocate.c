// Proves that checks while threads allocate, free, pass blocks on, start and end find nothing that is not lost, and never hang.
// stderr-none
// timeout: 60
// needs: so leak_library.c
// link: -ldl
// arguments: CHECKS=60
// arguments-all: CHECKS=600
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_FRAMES=0
// not-compared: the library's own function is what it is about
#include "leak.h"
#include "workout.h"
ARGUMENT(int, CHECKS)
static volatile int ends;
static void *passed[64];

static void *allocate(void *argument) {
    for (uint64_t random = 77 + (uintptr_t)argument; !ends;) {
        void *block = malloc(nextRandom(&random) % 3000);
        block = __atomic_exchange_n(&passed[nextRandom(&random) % 64], block, __ATOMIC_SEQ_CST);
        free(block);
    }
    return NULL;
}

static void *once(void *argument) {
    workout((uintptr_t)argument, 300);
    return NULL;
}

static void *start(void *nothing) {
    for (uintptr_t i = 0; !ends; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, once, (void *)i) == 0) pthread_join(thread, NULL);
        dlclose(openLibrary());
    }
    return nothing;
}

int main(void) {
    pthread_t threads[5];
    for (uintptr_t i = 0; i < 5; i++) CHECK(pthread_create(&threads[i], NULL, i < 3 ? allocate : start, (void *)i) == 0, "no thread");
    double began = seconds();
    for (int i = 0; i < CHECKS && seconds() - began < 20; i++) {
        size_t found = checkLeaks();
        CHECK(found == 0, "%zu lost in check %d", found, i);
    }
    ends = 1;
    for (int i = 0; i < 5; i++) pthread_join(threads[i], NULL);
    return 0;
}
