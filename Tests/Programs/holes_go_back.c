// Proves that system pages between live blocks go back to the system: at malloc_trim, which tells so, and by age while the
// program goes on with little; that the blocks keep their contents; and that freed memory is used again.
// arguments: WAY=0 WAY=1 WAY=2
// env: SWIFTMALLOC_PURGE_DELAY=100
// expect: exit 0
// production-only: the debug heap has a quarantine
#include "check.h"
#include <pthread.h>
ARGUMENT(int, WAY)

enum { TRIM, AGE, THREAD };
enum { COUNT = 60000, KEPT = 20 };
static char *blocks[COUNT];

static size_t sizeOf(int i) { return i % 6 < 3 ? 512 : i % 6 < 5 ? 1024 : 2048; }

static void *allocate(void *unused) {
    for (int i = 0; i < COUNT; i++) fill(blocks[i] = malloc(sizeOf(i)), sizeOf(i), i & 255);
    return unused;
}

int main(void) {
    pthread_t thread;
    size_t before = resident();
    if (WAY == THREAD) {
        // The spans of a thread that ended are nobody's.
        CHECK(!pthread_create(&thread, NULL, allocate, NULL), "no thread");
        pthread_join(thread, NULL);
    } else
        allocate(NULL);
    size_t full = resident() - before;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < COUNT; i++)
            if (i % KEPT) free(blocks[i]);
        if (WAY == AGE) {
            for (int i = 0; i < 400; i++) {
                usleep(2000);
                for (int size = 600; size < 20000; size += 200) free(hide(malloc((size_t)size)));
            }
        } else {
            CHECK(malloc_trim(0) == 1, "nothing went back");
            CHECK(malloc_trim(0) == 0, "there was more");
        }
        size_t left = resident() - before;
        CHECK(left < full * 35 / 100, "%zu of %zu bytes stay", left, full);
        for (int i = 0; i < COUNT; i++)
            if (i % KEPT == 0)
                CHECK(filled(blocks[i], sizeOf(i), i & 255), "a live block changed");
            else
                fill(blocks[i] = malloc(sizeOf(i)), sizeOf(i), i & 255);
        size_t again = resident() - before;
        CHECK(again < full + 2 * MIB, "%zu bytes, and %zu before", again, full);
    }
    return 0;
}
