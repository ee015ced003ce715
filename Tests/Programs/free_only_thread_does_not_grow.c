// Proves that a thread which only frees what another allocates works and that neither of them grows.
// expect: exit 0
// stderr-none
// timeout: 40
// production-only: the debug heap keeps freed memory in quarantine
#include <pthread.h>
#include <sched.h>
#include "check.h"
enum { places = 1024, count = 3000000 };
static void *ring[places];
static volatile size_t written, read_;

static void *release(void *unused) {
    for (size_t at = 0; at < count; at++) {
        while (__atomic_load_n(&written, __ATOMIC_ACQUIRE) == at) sched_yield();
        free(ring[at % places]);
        __atomic_store_n(&read_, at + 1, __ATOMIC_RELEASE);
    }
    return unused;
}

int main(void) {
    pthread_t thread;
    size_t before = 0;
    pthread_create(&thread, NULL, release, NULL);
    for (size_t at = 0; at < count; at++) {
        if (at == count / 10) before = resident();
        while (at - __atomic_load_n(&read_, __ATOMIC_ACQUIRE) >= places) sched_yield();
        size_t size = at % 1000 == 0 ? 100000 : 32 + at % 400;
        ring[at % places] = malloc(size);
        CHECK(ring[at % places] != NULL, "no block %zu", at);
        fill(ring[at % places], 32, 1);
        __atomic_store_n(&written, at + 1, __ATOMIC_RELEASE);
    }
    pthread_join(thread, NULL);
    CHECK(resident() < before + 24 * MIB, "grew by %zu", resident() - before);
    return 0;
}
