// Proves that the pages of a medium or large block behind what was asked for go back to the system: when a longer block became
// short, and when its memory was another's before; at malloc_trim, which tells so, by age, and in an idle process.
// And that the block has its contents, and grows over these pages again.
// arguments: WAY=0,MADE=0 WAY=0,MADE=1 WAY=0,MADE=2 WAY=0,MADE=3 WAY=1,MADE=0 WAY=1,MADE=3 WAY=2,MADE=1 WAY=2,MADE=3
// env: SWIFTMALLOC_PURGE_DELAY=100
// also: LIVE=1
// expect: exit 0
// production-only: the debug heap has no such blocks
#include <pthread.h>
#include "check.h"
ARGUMENT(int, WAY)
ARGUMENT(int, MADE)

enum { TRIM, AGE, IDLE };
enum { SHRUNK, REUSED, ALIGNED, LARGE };
// Less than 48 MiB that are freed: what comes next has pages with contents.
static char *blocks[300];
static int count = 300;
static size_t before, length = 70000, most = 131072;  // of a block, and of its slices

static void *sleeper(void *unused) {
    free(malloc(100));
    pause();
    return unused;
}

static void make(void) {
    size_t first = MADE == SHRUNK ? MIB : MADE == LARGE ? 5 * MIB : most;
    for (int i = 0; i < count; i++) fill(blocks[i] = malloc(first), first, 1);
    if (MADE == REUSED || MADE == ALIGNED)
        for (int i = 0; i < count; i++) free(blocks[i]);
    for (int i = 0; i < count; i++) {
        if (MADE == REUSED) blocks[i] = malloc(length);
        if (MADE == ALIGNED) CHECK(!posix_memalign((void **)&blocks[i], 65536, length), "no block");
        if (MADE == SHRUNK || MADE == LARGE) blocks[i] = realloc(blocks[i], length);
        fill(blocks[i], length, i & 255);
    }
}

static void giveBack(void) {
    if (WAY == TRIM) {
        CHECK(malloc_trim(0) == 1, "nothing went back");
        CHECK(malloc_trim(0) == 0, "there was more");
    }
    if (WAY == IDLE) usleep(2500000);
    if (WAY == AGE)
        for (int i = 0; i < 600; i++) {
            usleep(1000);
            for (int size = 600; size < 20000; size += 200) free(hide(malloc((size_t)size)));
        }
}

int main(void) {
    pthread_t thread;
    if (MADE == LARGE) count = 60, length = 2 * MIB + 1000, most = 2 * MIB + 65536;
    size_t touched = (length + 4095) / 4096 * 4096 * (size_t)count, all = most * (size_t)count;
    if (WAY == IDLE) CHECK(!pthread_create(&thread, NULL, sleeper, NULL), "no thread");
    before = resident();
    make();
    giveBack();
    size_t left = resident() - before;
    CHECK(left < (touched + all) / 2, "%zu bytes stay, %zu were touched, of %zu", left, touched, all);
    for (int i = 0; i < count; i++) {
        CHECK(filled(blocks[i], length, i & 255), "a block has changed");
        char *longer = realloc(blocks[i], most);
        CHECK(longer == blocks[i] || MADE == LARGE, "it did not grow where it was");
        CHECK(filled(longer, length, i & 255), "a block has changed that grew");
        fill(blocks[i] = longer, most, i & 127);
    }
    malloc_trim(0);
    for (int i = 0; i < count; i++) {
        CHECK(filled(blocks[i], most, i & 127), "a block has changed at the end");
        free(blocks[i]);
    }
    return 0;
}
