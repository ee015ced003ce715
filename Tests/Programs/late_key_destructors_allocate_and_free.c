// Proves that pthread key destructors which run in every late round, and set themselves again, may allocate and free.
// expect: exit 0
// stderr-none
// timeout: 40
// also: DEBUG=1
#include <pthread.h>
#include "check.h"
static pthread_key_t keys[6];

typedef struct { int key, rounds; void *kept; } Late;

static void end(void *argument) {
    Late *late = argument;
    free(late->kept);
    late->kept = malloc(700 + (size_t)late->rounds * 5000);
    CHECK(late->kept != NULL, "no block in round %d", late->rounds);
    fill(late->kept, 700, 3);
    free(calloc(1, 40));
    if (++late->rounds < 4) {
        pthread_setspecific(keys[late->key], late);
    } else {
        free(late->kept);
        free(late);
    }
}

static void *work(void *argument) {
    for (int i = 0; i < 6; i++) {
        Late *late = calloc(1, sizeof *late);
        late->key = i;
        pthread_setspecific(keys[i], late);
    }
    return argument;
}

int main(void) {
    size_t before = 0;
    for (int i = 0; i < 6; i++) CHECK(pthread_key_create(&keys[i], end) == 0, "key %d", i);
    for (int i = 0; i < 4000; i++) {
        if (i == 200) before = resident();
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, work, NULL) == 0, "thread %d", i);
        pthread_join(thread, NULL);
    }
    CHECK(resident() < before + 8 * MIB + withheld(), "grew by %zu", resident() - before);
    return 0;
}
