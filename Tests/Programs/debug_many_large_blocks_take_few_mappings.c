// Proves that 40,000 live large blocks leave the process most of its mappings, in every mode: they keep their contents through
// realloc and frees in disorder, are aligned, and the program can still map memory and start threads. Where the kernel hides no pages
// (before Linux 6.13) a warning says that the last ones are not guarded.
// expect: exit 0
// stderr-count: {WARNINGS}
// report: {WARNING}
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
// env: SWIFTMALLOC_LEAKS=1
// arguments: SIZE=0
// arguments-all: SIZE=20000 SIZE=17408
// timeout: 120
#include <pthread.h>
#include <sys/mman.h>
#include "workout.h"
enum { count = 40000 };
// 0: mixed, from 17 KiB to 1 MiB, a quarter of them aligned.
ARGUMENT(int, SIZE)
static char *blocks[count];
static size_t sizes[count];

static int mappings(void) {
    FILE *file = fopen("/proc/self/maps", "r");
    int lines = 0, c;
    while ((c = getc(file)) != EOF) lines += c == '\n';
    fclose(file);
    return lines;
}

static void mark(int i) { blocks[i][0] = blocks[i][sizes[i] - 1] = (char)(i % 100 + 1); }

static int isMarked(int i) { return blocks[i][0] == i % 100 + 1 && blocks[i][sizes[i] - 1] == i % 100 + 1; }

static void *work(void *unused) {
    workout(5, 1000);
    return unused;
}

int main(void) {
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int warns = getenv("SWIFTMALLOC_DEBUG") && madvise(page, 4096, 102) != 0;  // MADV_GUARD_INSTALL
    printf("warnings=%d\nwarning=%s\n", warns, warns ? "further blocks above 16 KiB are not guarded$" : "");
    uint64_t random = 7;
    for (int i = 0; i < count; i++) {
        size_t alignment = SIZE || i % 4 ? 16 : 16u << nextRandom(&random) % 11;
        sizes[i] = SIZE ? (size_t)SIZE : 17408 + nextRandom(&random) % (i % 16 ? 60000 : 1048576);
        blocks[i] = alignment > 16 ? aligned_alloc(alignment, sizes[i]) : malloc(sizes[i]);
        CHECK((uintptr_t)blocks[i] % alignment == 0, "block %d: %p for %zu", i, (void *)blocks[i], alignment);
        CHECK(blocks[i] != NULL, "no block %d", i);
        mark(i);
    }
    int before = mappings();
    CHECK(before < 20000, "%d mappings", before);
    for (int step = 0; step < count; step++) {
        int i = (int)(nextRandom(&random) % count);
        CHECK(isMarked(i), "block %d changed", i);
        if (step % 2) {
            free(blocks[i]);
            blocks[i] = calloc(1, sizes[i]);
            CHECK(blocks[i] && !blocks[i][0] && !blocks[i][sizes[i] / 2] && !blocks[i][sizes[i] - 1], "calloc of block %d", i);
        } else {
            sizes[i] += nextRandom(&random) % 10000;
            blocks[i] = realloc(blocks[i], sizes[i]);
            CHECK(blocks[i] && blocks[i][0] == i % 100 + 1, "realloc of block %d", i);
        }
        mark(i);
    }
    int later = mappings();
    CHECK(later < 20000, "%d mappings", later);
    void *area = mmap(NULL, 100000, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(area != MAP_FAILED, "nothing is left for the program");
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, work, NULL) == 0, "no thread");
    pthread_join(thread, NULL);
    for (int i = 0; i < count; i++) {
        CHECK(isMarked(i), "block %d changed", i);
        free(blocks[i]);
    }
    return 0;
}
