// Proves that blocks keep their contents whose lengths threads change up and down, within their slices and beyond, while others
// trim, the purge delay passes, and forks look at them: of the process' heap and of a heap of its own, medium and large.
// env: SWIFTMALLOC_PURGE_DELAY=0
// env: SWIFTMALLOC_PURGE_DELAY=5
// env: SWIFTMALLOC_PURGE_DELAY=5 SWIFTMALLOC_BACKGROUND=0
// env: SWIFTMALLOC_PURGE_DELAY=5 SWIFTMALLOC_HUGE_PAGES=always
// arguments: KIND=0 KIND=1 KIND=2
// arguments-all: KIND=0,LESS=30
// also: DEBUG=1 LIVE=1
// expect: exit 0
// stderr-none
// link: {LIBRARY}
// timeout: 60
#include <pthread.h>
#include <sys/wait.h>
#include "heap.h"
ARGUMENT(int, KIND)

enum { MEDIUM, LARGE, OWN };
enum { THREADS = 3, BLOCKS = 6 };
static swiftmalloc_heap *own;
static volatile int ended;

static void *change(void *block, size_t size) {
    return KIND == OWN ? swiftmalloc_heap_realloc(own, block, size) : realloc(block, size);
}

// A word for each half a page.
static void mark(char *block, size_t size, size_t value) {
    for (size_t at = 0; at + 8 <= size; at += 2048) *(size_t *)(block + at) = value + at;
}

static int isMarked(const char *block, size_t size, size_t value) {
    for (size_t at = 0; at + 8 <= size; at += 2048)
        if (*(size_t *)(block + at) != value + at) return 0;
    return 1;
}

static void *work(void *number) {
    char *blocks[BLOCKS] = {0};
    size_t lengths[BLOCKS] = {0}, values[BLOCKS] = {0};
    uint64_t random = (uint64_t)(size_t)number + 1;
    size_t least = KIND == LARGE ? 5 * MIB : 36000;
    for (int round = 0; round < (KIND == LARGE ? 6000 : 60000); round++) {
        int i = (int)(nextRandom(&random) % BLOCKS);
        // Mostly within the last slice.
        size_t size = least + nextRandom(&random) % (round % 8 ? 28000 : 150000);
        if (KIND == LARGE && round % 64 == 0) size += MIB * (nextRandom(&random) % 4);
        size_t kept = size < lengths[i] ? size : lengths[i];
        // Shorter and at once longer again: somebody may be just giving back what it grows over.
        if (blocks[i] && round % 2) blocks[i] = change(blocks[i], kept = least);
        char *block = change(blocks[i], size);
        CHECK(block, "no block of %zu", size);
        CHECK(isMarked(block, kept, values[i]), "round %d: %zu bytes became %zu, and a byte of them changed", round, lengths[i], size);
        blocks[i] = block, lengths[i] = size, values[i] = nextRandom(&random);
        mark(block, size, values[i]);
        // What others gave back meanwhile.
        int other = (i + 1) % BLOCKS;
        if (blocks[other]) CHECK(isMarked(blocks[other], lengths[other], values[other]), "round %d: a byte of another block changed", round);
    }
    for (int i = 0; i < BLOCKS; i++) KIND == OWN ? swiftmalloc_heap_free(own, blocks[i]) : free(blocks[i]);
    return NULL;
}

static void *trim(void *unused) {
    while (!ended) {
        malloc_trim(0);
        // Without a delay each of these frees gives back what it can.
        for (int i = 0; i < 500; i++) free(hide(malloc(40000)));
    }
    return unused;
}

int main(void) {
    pthread_t threads[THREADS], trimmer;
    own = heap(0, "changing", 0);
    CHECK(!pthread_create(&trimmer, NULL, trim, NULL), "no thread");
    for (size_t i = 0; i < THREADS; i++) CHECK(!pthread_create(&threads[i], NULL, work, (void *)i), "no thread");
    for (int i = 0; i < 10; i++) {
        int status = 0;
        pid_t child = fork();
        if (!child) {
            malloc_trim(0);
            free(hide(malloc(100000)));
            _exit(0);
        }
        CHECK(waitpid(child, &status, 0) == child && status == 0, "a child ended with %x", status);
        usleep(20000);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    ended = 1;
    pthread_join(trimmer, NULL);
    return 0;
}
