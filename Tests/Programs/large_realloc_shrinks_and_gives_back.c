// Proves that a big block that shrinks gives the tail back to the system.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_PURGE_DELAY=0
// production-only: the debug heap keeps freed memory in quarantine
#include "check.h"

int main(void) {
    char *block = malloc(128 * MIB);
    fill(block, 128 * MIB, 4);
    size_t full = resident();
    block = realloc(block, 8 * MIB);
    CHECK(block && filled(block, 8 * MIB, 4), "contents lost");
    CHECK(resident() + 100 * MIB < full, "only %zu bytes came back", full - resident());
    free(block);
    return 0;
}
