// Proves that after mlockall(MCL_FUTURE) reserved memory does not become resident: only what is in use does.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include <sys/mman.h>
#include "workout.h"

int main(void) {
    if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) SKIP("no right to lock memory");
    size_t before = resident();
    workout(1, 5000);
    void *blocks[20];
    for (int i = 0; i < 20; i++) {
        blocks[i] = malloc(300000);
        CHECK(blocks[i] != NULL, "no block");
    }
    CHECK(resident() < before + 96 * MIB, "resident memory grew by %zu", resident() - before);
    for (int i = 0; i < 20; i++) free(blocks[i]);
    workout(2, 5000);
    munlockall();
    return 0;
}
