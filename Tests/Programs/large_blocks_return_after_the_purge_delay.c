// Proves that freed large blocks keep neither pages nor addresses: once the purge delay has passed, the next call gives all
// of them back, however much was in use before, and whoever asks for small or large blocks.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_PURGE_DELAY=100
// env: SWIFTMALLOC_PURGE_DELAY=0
// arguments: NEXT=50000
// arguments: NEXT=5000000
// production-only: a debugging heap has a quarantine
#include "check.h"
ARGUMENT(size_t, NEXT)

int main(void) {
    free(malloc(NEXT));
    size_t before = resident(), addresses = virtualSize();
    char *blocks[30];
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < 30; i++) fill(blocks[i] = malloc((5 + i) * MIB), (5 + i) * MIB, 1);
        for (int i = 0; i < 30; i++) free(blocks[i]);
    }
    usleep(150000);
    free(hide(malloc(NEXT)));
    CHECK(resident() < before + 6 * MIB, "%zu bytes stay resident", resident() - before);
    CHECK(virtualSize() < addresses + 100 * MIB, "%zu bytes of addresses stay", virtualSize() - addresses);
    return 0;
}
