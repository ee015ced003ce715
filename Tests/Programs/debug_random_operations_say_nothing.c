// Proves that random operations of four threads that hand blocks to each other (all functions, all sizes, contents
// verified) give no line at all, and that the heap is whole in between and at the end.
// expect: exit 0
// stderr-none
// env-all: SWIFTMALLOC_DEBUG=1 STEPS=250000
// env-all: SWIFTMALLOC_DEBUG=guard STEPS=40000
// env-all: SWIFTMALLOC_DEBUG=guard-before STEPS=40000
// env: SWIFTMALLOC_DEBUG=1 STEPS=20000 SWIFTMALLOC_QUARANTINE=64k SWIFTMALLOC_FRAMES=64
// env: SWIFTMALLOC_DEBUG=1 STEPS=20000 SWIFTMALLOC_QUARANTINE=0 SWIFTMALLOC_FRAMES=0
// env: SWIFTMALLOC_DEBUG=guard STEPS=8000
// env: SWIFTMALLOC_DEBUG=guard-before STEPS=8000 SWIFTMALLOC_QUARANTINE=1m
// timeout: 120
#include <pthread.h>
#include "debug.h"
#include "workout.h"
enum { places = 2000 };
typedef struct { size_t size; unsigned char byte, data[]; } Parcel;
static Parcel *_Atomic table[places];

static Parcel *allocate(uint64_t *random, size_t size) {
    size_t all = sizeof(Parcel) + size, alignment = (size_t)16 << nextRandom(random) % 9;
    void *block = NULL;
    switch (nextRandom(random) % 8) {
        case 0: return calloc(1, all);
        case 1: return calloc(all, 1);
        case 2: return aligned_alloc(alignment, all);
        case 3: return posix_memalign(&block, alignment, all) ? NULL : block;
        case 4: return realloc(NULL, all);
        default: return malloc(all);
    }
}

static void *work(void *seed) {
    uint64_t random = (uintptr_t)seed * 0x9e3779b97f4a7c15u;
    for (int step = 0, steps = atoi(getenv("STEPS")); step < steps; step++) {
        Parcel *parcel = __atomic_exchange_n(&table[nextRandom(&random) % places], NULL, __ATOMIC_ACQ_REL);
        size_t size = workoutSize(&random);
        if (parcel) CHECK(filled(parcel->data, parcel->size, parcel->byte), "%zu bytes changed", parcel->size);
        if (parcel && step % 3) {
            free(parcel);
            continue;
        }
        size_t kept = parcel == NULL ? 0 : parcel->size < size ? parcel->size : size;
        parcel = parcel ? realloc(parcel, sizeof *parcel + size) : allocate(&random, size);
        CHECK(parcel != NULL && malloc_usable_size(parcel) == sizeof *parcel + size, "no block of %zu", size);
        CHECK(filled(parcel->data, kept, parcel->byte), "realloc to %zu lost contents", size);
        *parcel = (Parcel){size, (unsigned char)step};
        fill(parcel->data, size, step);
        free(__atomic_exchange_n(&table[nextRandom(&random) % places], parcel, __ATOMIC_ACQ_REL));
    }
    return NULL;
}

int main(void) {
    pthread_t threads[4];
    for (uintptr_t i = 0; i < 4; i++) pthread_create(&threads[i], NULL, work, (void *)(i + 1));
    usleep(100000);
    CHECK(checkHeap() == 0, "errors while threads work");
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    CHECK(checkHeap() == 0, "errors at the end");
    for (int i = 0; i < places; i += 2) free(table[i]);
    return 0;
}
