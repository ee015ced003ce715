// The word behind the last block is overwritten, where the size of the memory that is left may stand: with a huge number, so
// that one allocation wraps around to any address ("house of force"), or with a small one, so that the allocator frees the
// rest itself and takes new memory ("house of orange").
// attack: SIZE=-1 SIZE=0xc01
#include "error.h"

int main(void) {
    void *block = hide(malloc(24));
    putWord(block, 24, (uint64_t)(SIZE));
    void *large = malloc(0x1000), *next = malloc(0xbe0);
    hide(large), hide(next);
    return end();
}
