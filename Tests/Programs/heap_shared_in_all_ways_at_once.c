// Proves that shared heaps stay whole when threads come and go, give blocks to each other, choose heaps for their malloc, walk over them, trim
// them, fork, and make and delete heaps of their own, all at once: every block keeps what is in it.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=0
// env: SWIFTMALLOC_LIVE=1
// env: SWIFTMALLOC_PURGE_DELAY=20
// env: SWIFTMALLOC_PURGE_DELAY=0
// timeout: 60
// link: {LIBRARY}
#include <sys/wait.h>
#include "heap.h"

enum { THREADS = 5, HEAPS = 20, SLOTS = 3000 };
static swiftmalloc_heap *heaps[HEAPS];
static unsigned char *_Atomic slots[SLOTS];
static double end;

static void put(unsigned char *block, size_t size, unsigned seed) {
    CHECK(block, "no block of %zu bytes", size);
    *(unsigned *)block = (unsigned)size;
    fill(block + 4, size - 4, (int)(size % 251));
    block = __atomic_exchange_n(&slots[seed % SLOTS], block, __ATOMIC_SEQ_CST);
    if (!block) return;
    size = *(unsigned *)block;
    CHECK(size >= 16 && filled(block + 4, size - 4, (int)(size % 251)), "a block of %zu bytes", size);
    // Of a heap that another thread deletes just now only free may.
    swiftmalloc_heap *heap = seed % 2 ? swiftmalloc_heap_of(block) : NULL;
    for (int i = 0; i < HEAPS; i++) if (heap == heaps[i]) return swiftmalloc_heap_free(heap, block);
    free(block);
}

static void count(void *block, size_t size, void *sum) { (void)block, *(size_t *)sum += size; }

static void rarely(unsigned *seed) {
    swiftmalloc_heap *heap = heaps[rand_r(seed) % HEAPS];
    size_t sum = 0;
    struct swiftmalloc_statistics_lines lines;
    switch (rand_r(seed) % 40) {
        case 0: malloc_trim(0); break;
        case 1: swiftmalloc_heap_visit(heap, count, &sum); break;
        case 2: swiftmalloc_heap_statistics(heap, &lines); break;
        case 3: usleep(30000); break;
        case 4: {
            pid_t child = fork();
            if (child == 0) {
                alarm(20);
                for (int i = 0; i < SLOTS; i += 3) free(slots[i]);
                for (int i = 0; i < 300; i++) free(swiftmalloc_heap_malloc(heaps[i % HEAPS], (size_t)i));
                _exit(0);
            }
            int status = 0;
            waitpid(child, &status, 0);
            CHECK(status == 0, "child: %x", status);
            break;
        }
        case 5:
        case 6: {
            unsigned size;
            swiftmalloc_heap *own = swiftmalloc_heap_new(NULL);
            for (int i = 0; i < 300; i++) size = 16 + rand_r(seed) % 300, put(swiftmalloc_heap_malloc(own, size), size, rand_r(seed));
            swiftmalloc_heap_delete(own);
            break;
        }
        default: break;
    }
}

static void *work(void *argument) {
    unsigned seed = (unsigned)(uintptr_t)argument;
    // As long as the program, or a short life.
    for (int round = 0; seconds() < end && (seed % 2 || round < 40); round++) {
        swiftmalloc_heap *heap = heaps[rand_r(&seed) % HEAPS], *before = round % 5 ? NULL : swiftmalloc_heap_set_current(heap);
        for (int i = 0; i < 200; i++) {
            size_t size = 16 + (size_t)rand_r(&seed) % (i % 50 ? 600 : 60000);
            put(round % 5 ? swiftmalloc_heap_malloc(heap, size) : malloc(size), size, (unsigned)rand_r(&seed));
        }
        if (round % 5 == 0) swiftmalloc_heap_set_current(before);
        rarely(&seed);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[THREADS];
    end = seconds() + 2.5;
    for (int i = 0; i < HEAPS; i++) heaps[i] = heap(0, "one of twenty", i % 4 ? 0 : 256 * MIB);
    for (uintptr_t turn = 0; turn < THREADS; turn++) pthread_create(&threads[turn], NULL, work, (void *)(turn + 1));
    for (uintptr_t turn = THREADS; seconds() < end; turn++) {
        // Those with short lives, one after the other.
        int place = (int)(turn % THREADS);
        if (place % 2 == 0) continue;
        pthread_join(threads[place], NULL);
        CHECK(pthread_create(&threads[place], NULL, work, (void *)(turn * 2)) == 0, "no thread");
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < SLOTS; i++) free(slots[i]);
    for (int i = 0; i < HEAPS; i++) {
        struct swiftmalloc_statistics_lines lines;
        CHECK(swiftmalloc_heap_statistics(heaps[i], &lines) == 1 && lines.requested == 0, "heap %d: %zd bytes are live", i, lines.requested);
        swiftmalloc_heap_destroy(heaps[i]);
    }
    return 0;
}
