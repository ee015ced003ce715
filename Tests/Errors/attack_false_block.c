// A block that never was, with a size word made up before it and behind it, is freed: the next malloc would give it out.
// ("house of spirit"; in static memory or on the stack)
// attack: PLACE=static PLACE=
#include "error.h"

int main(void) {
    PLACE _Alignas(16) uint64_t words[64];
    words[1] = 0x91;
    words[19] = 0x1234;
    void *before = malloc(64);
    hide(before);
    free(hide(words + 2));
    memset(malloc(0x80), 1, 0x80);
    return end();
}
