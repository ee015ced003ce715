// Proves that what lies between a block's last byte and the end of its slot is not looked at: old pointers are left there.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 64 bytes in 1 block$
// stderr-count: 1
// report: ^  definitely lost: 64 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report: ^SUMMARY: swiftmalloc: 64 byte\(s\) leaked in 1 allocation\(s\)\.$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
static void *held[1000];

HELPER void build(void) {
    void *lost = malloc(64);
    for (int i = 0; i < 1000; i++) {
        held[i] = make(112);
        for (int k = 0; k < 14; k++) ((void **)held[i])[k] = lost;
    }
    for (int i = 0; i < 1000; i++) free(held[i]);
    for (int i = 0; i < 1000; i++) held[i] = malloc(97);
    for (int i = 0; i < 1000; i++) memset(held[i], 0, 97);
}

int main(void) {
    away(build);
    return held[999] == NULL;
}
