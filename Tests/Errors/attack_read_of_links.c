// The first words of a freed block are read: links of a list, from which the attacker learns where the heap or the C
// library is. (leak of an address)
// attack: SIZE=0x500
#include "error.h"

int main(void) {
    uint64_t *block = hide(malloc(SIZE)), *guard = hide(malloc(32));
    free(block);
    uint64_t link = ((volatile uint64_t *)hide(block))[0], back = ((volatile uint64_t *)hide(block))[1];
    sink = link ^ back;
    hide(guard);
    return end();
}
