// Proves that a program that limits its own addresses after its start can go on under the debug heap: threads start, blocks of all
// sizes come, what is too much fails with ENOMEM.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1
// arguments: MIBS=200 MIBS=1000
#include <pthread.h>
#include <sys/resource.h>
#include "workout.h"
ARGUMENT(int, MIBS)

static void *work(void *unused) {
    workout(5, 2000);
    return unused;
}

int main(void) {
    struct rlimit limit = {(rlim_t)MIBS << 20, RLIM_INFINITY};
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0, "no limit");
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, work, NULL) == 0, "no thread");
    pthread_join(thread, NULL);
    workout(6, 2000);
    void *block = malloc(1 << 20);
    CHECK(block != NULL, "no mebibyte");
    free(block);
    errno = 0;
    CHECK(malloc((size_t)MIBS << 20) == NULL && errno == ENOMEM, "more than there is");
    char *list = NULL;
    int count = 0;
    for (char *next; count < 20000 && (next = malloc(1000)); list = next, count++) *(char **)next = list;
    CHECK(count == 20000, "only %d blocks of 1000 bytes", count);
    while (list) {
        char *next = *(char **)list;
        free(list);
        list = next;
    }
    workout(7, 1000);
    return 0;
}
