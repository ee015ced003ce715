// Proves that blocks which 8 threads allocate, hand on, grow and free in any order keep their contents and their memory.
// expect: exit 0
// stderr-none
// timeout: 40
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "check.h"
enum { places = 4096 };
typedef struct { size_t size; unsigned char byte, data[]; } Parcel;
static Parcel *_Atomic table[places];

static void verify(Parcel *parcel) {
    CHECK(filled(parcel->data, parcel->size, parcel->byte), "%zu bytes changed on their way", parcel->size);
}

static void *work(void *argument) {
    uint64_t random = (uintptr_t)argument * 77777777 + 1;
    for (int i = 0; i < 250000; i++) {
        size_t size = nextRandom(&random) % (i % 100 == 0 ? 200000 : i % 10 == 0 ? 8000 : 300);
        Parcel *parcel = malloc(sizeof *parcel + size);
        CHECK(parcel != NULL, "no block of %zu", size);
        parcel->size = size;
        parcel->byte = (unsigned char)i;
        fill(parcel->data, size, i);
        parcel = __atomic_exchange_n(&table[nextRandom(&random) % places], parcel, __ATOMIC_ACQ_REL);
        if (parcel == NULL) continue;
        verify(parcel);
        if (i % 16 == 0) {
            parcel = realloc(parcel, sizeof *parcel + parcel->size * 2);
            verify(parcel);
        }
        free(parcel);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[8];
    for (size_t i = 0; i < 8; i++) pthread_create(&threads[i], NULL, work, (void *)(i + 1));
    for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < places; i++) {
        if (table[i]) verify(table[i]);
        free(table[i]);
    }
    return 0;
}
