// Proves that errors made at random times in random traffic are all found and counted: 0 overflows of up to 16 bytes, 1 writes
// before blocks, 2 writes into freed blocks, 3 double frees, 4 frees of inner addresses, 5 frees of wrong sizes.
// expect: exit 0
// report: ^==[0-9]+==ERROR: swiftmalloc: {KIND} on address
// report: ^==[0-9]+==SUMMARY: swiftmalloc: {ERRORS} errors, [0-9]+ distinct$
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue SWIFTMALLOC_LOG={TMP}/log.%p SEED=1
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue SWIFTMALLOC_LOG={TMP}/log.%p SEED=2
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue SWIFTMALLOC_LOG={TMP}/log.%p SEED=3
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue SWIFTMALLOC_LOG={TMP}/log.%p SEED=4
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue SWIFTMALLOC_LOG={TMP}/log.%p SEED=5
// arguments: SORT=0 SORT=1 SORT=2 SORT=3 SORT=4 SORT=5
// timeout: 60
#include "debug.h"
ARGUMENT(int, SORT)
enum { places = 3000 };
static struct { unsigned char *block; size_t size; int isDamaged; } table[places];

static void change(unsigned char *from, size_t count) {  // every byte gets another value, whatever it is
    for (from = hide(from); count > 0; count--) *from++ ^= 0x5a;
}

static int damage(uint64_t *random, int at) {  // the errors made: none or one
    unsigned char *block = table[at].block;
    size_t size = table[at].size, count = 1 + nextRandom(random) % 16;
    if (table[at].isDamaged) return 0;
    switch (SORT) {
        case 0: change(block + size, count); break;
        case 1: change(block - count, count); break;
        case 2:
            free(block);
            change(block + nextRandom(random) % (size - count), count);
            break;
        case 3: free(block), free(hide(block)); break;
        case 4: free(hide(block + 1 + nextRandom(random) % (size - 1))); return 1;
        default: freeSized(block, size + count); break;
    }
    table[at].isDamaged = 1;
    if (SORT > 1) table[at].block = NULL;
    return 1;
}

int main(void) {
    const char *kinds[] = {"heap-buffer-overflow", "heap-buffer-underflow", "heap-use-after-free", "double-free", "invalid-free", "size-mismatch"};
    uint64_t random = strtoul(getenv("SEED"), NULL, 10) * 0x9e3779b97f4a7c15u;
    int errors = 0;
    for (int step = 0; step < 40000; step++) {
        int at = (int)(nextRandom(&random) % places);
        if (table[at].block && nextRandom(&random) % 400 == 0) {
            errors += damage(&random, at);
            continue;
        }
        free(table[at].block);
        table[at].size = 32 + nextRandom(&random) % (nextRandom(&random) % 20 ? 500 : 9000);
        table[at].isDamaged = 0;
        fill(table[at].block = malloc(table[at].size), table[at].size, step);
    }
    printf("kind=%s\nerrors=%d\n", kinds[SORT], errors);
    return 0;
}
