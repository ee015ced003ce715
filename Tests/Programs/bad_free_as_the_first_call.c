// Proves that a bad free is reported when it is the first call of all, before any constructor.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS}( |,|$)
// also: DEBUG=1 LIVE=1
#include "check.h"
static long data[10] = {1};

static void early(void) { free(announce(data)); }
__attribute__((section(".preinit_array"), used)) static void (*const earliest)(void) = early;

int main(void) { return 0; }
