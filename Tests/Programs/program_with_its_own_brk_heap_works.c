// Proves that a program that moves the break itself (an old allocator of its own) and ours do not get in each other's way.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "workout.h"

int main(void) {
    char *areas[100];
    for (int i = 0; i < 100; i++) {
        areas[i] = sbrk(20000);
        if (areas[i] == (char *)-1) SKIP("no brk heap here");
        fill(areas[i], 20000, i);
        workout((uint64_t)i + 1, 300);
    }
    for (int i = 0; i < 100; i++) CHECK(filled(areas[i], 20000, i), "area %d changed", i);
    return 0;
}
