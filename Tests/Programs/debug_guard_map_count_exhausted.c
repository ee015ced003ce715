// Proves that guard mode, when it has used its mappings and the system hides no pages (as those of a program that locked
// its memory), says so once and goes on without guards: blocks of all sizes come, keep their contents, are freed; the program
// can still map memory and start threads.
// expect: exit 0
// stderr: ^==[0-9]+==WARNING: swiftmalloc: .*(map|guard)
// stderr-count: 1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=guard-before
// timeout: 60
#include <pthread.h>
#include <sys/mman.h>
#include "workout.h"
enum { count = 100000 };

static void *work(void *unused) {
    workout(5, 1000);
    return unused;
}

int main(void) {
    static char *blocks[count];
    if (mlockall(MCL_FUTURE | MCL_ONFAULT) != 0) SKIP("memory cannot be locked: errno %d", errno);
    int limit = 0, file = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
    char text[32] = {0};
    if (file < 0 || read(file, text, sizeof text - 1) <= 0 || (limit = atoi(text)) > 2 * count) SKIP("this system allows %d mappings", limit);
    for (size_t i = 0; i < count; i++) {
        size_t size = 1 + i % 300 + (i % 1000 == 0 ? 50000 : 0);
        blocks[i] = malloc(size);
        CHECK(blocks[i] != NULL, "no block %zu", i);
        fill(blocks[i], size, (int)i);
    }
    void *area = mmap(NULL, 100000, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(area != MAP_FAILED, "nothing is left for the program");
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, work, NULL) == 0, "no thread");
    pthread_join(thread, NULL);
    for (size_t i = 0; i < count; i++) {
        size_t size = 1 + i % 300 + (i % 1000 == 0 ? 50000 : 0);
        CHECK(filled(blocks[i], size, (int)i), "block %zu changed", i);
        free(blocks[i]);
    }
    workout(6, 3000);
    return 0;
}
