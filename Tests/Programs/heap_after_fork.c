// Proves that a child uses the heaps of its parent: shared ones while other threads use them, and the local one of the thread that forked.
// expect: exit 0
// stderr-none
// also: DEBUG=1
// timeout: 40
// link: {LIBRARY}
#include <sys/wait.h>
#include "heap.h"

static swiftmalloc_heap *own;
static volatile int ends;

static void *work(void *argument) {
    while (!ends) free(swiftmalloc_heap_malloc(own, 100));
    return argument;
}

int main(void) {
    own = heap(0, "shared", 0);
    swiftmalloc_heap *local = heap(SWIFTMALLOC_HEAP_LOCAL, "local", 0);
    char *shared = strcpy(swiftmalloc_heap_malloc(own, 10), "shared"), *mine = strcpy(swiftmalloc_heap_malloc(local, 10), "local");
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < 30; i++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(10);
            CHECK(strcmp(shared, "shared") == 0 && strcmp(mine, "local") == 0, "contents");
            free(shared), free(mine);
            for (int j = 0; j < 1000; j++) free(swiftmalloc_heap_malloc(j % 2 ? own : local, j));
            swiftmalloc_heap_free_all(own);
            swiftmalloc_heap_destroy(local);
            _exit(0);
        }
        int status;
        waitpid(child, &status, 0);
        CHECK(status == 0, "child %d: %x", i, status);
    }
    ends = 1;
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    return 0;
}
