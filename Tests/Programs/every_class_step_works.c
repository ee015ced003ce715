// Proves that every number of class steps serves a general workout in four threads.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_CLASS_STEPS=1
// env: SWIFTMALLOC_CLASS_STEPS=2
// env: SWIFTMALLOC_CLASS_STEPS=4
// env: SWIFTMALLOC_CLASS_STEPS=8
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include "workout.h"

static void *work(void *argument) {
    workout((uintptr_t)argument, 8000);
    return NULL;
}

int main(void) {
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) pthread_create(&threads[i], NULL, work, (void *)(i + 1));
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    return 0;
}
