// The link inside of a freed block is replaced by the address of memory that is the attacker's aim; the second block after
// that would be there. ("tcache poisoning"; with the link masked by its place, as glibc does since 2.32, or plain)
// attack: MASK=1 MASK=0
#include "error.h"

static _Alignas(16) uint64_t aim[16];

int main(void) {
    void *a = hide(malloc(100)), *b = hide(malloc(100));
    free(a);
    free(b);
    putWord(b, 0, (uint64_t)(uintptr_t)aim ^ (MASK ? (uint64_t)(uintptr_t)b >> 12 : 0));
    void *first = malloc(100), *second = malloc(100);
    hide(first);
    memset(hide(second), 1, 100);
    return end();
}
