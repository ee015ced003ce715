// Proves that blocks of a heap live on while one thread deletes it and another one reallocs and frees them.
// expect: exit 0
// stderr-none
// link: {LIBRARY}
// arguments: FLAGS=0 FLAGS=4
// also: DEBUG=1 LEAKS=1
#include "heap.h"

ARGUMENT(uint32_t, FLAGS)
enum { count = 20000 };

static unsigned char *blocks[count];
static pthread_barrier_t barrier;
static volatile int stop;

static void *moves(void *unused) {
    while (pthread_barrier_wait(&barrier), !stop) {
        for (int i = 0; i < count; i++) {
            blocks[i] = realloc(blocks[i], 300);
            CHECK(blocks[i] != NULL, "block %d", i);
        }
        for (int i = 0; i < count; i++) {
            CHECK(filled(blocks[i], 100, i), "block %d", i);
            free(blocks[i]);
        }
        pthread_barrier_wait(&barrier);
    }
    return unused;
}

int main(void) {
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_t mover;
    pthread_create(&mover, NULL, moves, NULL);
    double begin = seconds();
    for (int round = 0; seconds() < begin + 3; round++) {
        swiftmalloc_heap *brief = heap(FLAGS, "brief", 0);
        for (int i = 0; i < count; i++) {
            blocks[i] = swiftmalloc_heap_malloc(brief, 100);
            fill(blocks[i], 100, i);
        }
        pthread_barrier_wait(&barrier);
        usleep((useconds_t)(round % 40 * 20));
        swiftmalloc_heap_delete(brief);
        pthread_barrier_wait(&barrier);
    }
    stop = 1;
    pthread_barrier_wait(&barrier);
    pthread_join(mover, NULL);
    return 0;
}
