// Blocks by stacks that differ, as many as are wanted.
#ifndef STACKS_H
#define STACKS_H
#include "check.h"

enum { STACK_BITS = 20 };

// Two ways at each of twenty levels: each number below 2^20 has a stack of its own.
static __attribute__((noinline)) void *allocateByStack(unsigned bits, int level, size_t size) {
    void *block;
    if (level == STACK_BITS) block = malloc(size);
    else if (bits >> level & 1) block = allocateByStack(bits, level + 1, size);
    else block = hide(allocateByStack(bits, level + 1, size));
    return hide(block);
}

// Allocates and frees a block by each of so many stacks; the bytes in all.
static inline double useStacks(unsigned count, size_t size) {
    for (unsigned number = 0; number < count; number++) {
        unsigned bits = number * 2654435761u >> (32 - STACK_BITS);
        free(allocateByStack(bits, 0, size));
    }
    return (double)count * (double)size;
}
#endif
