// Pairs of malloc and free in one thread, to be counted in instructions: run with n and 2n pairs, the difference is n pairs
// without start-up. "null" instead of "heap" runs the same loop on functions that do nothing: the loop's own cost.
//
//   instructions heap|null same SIZE N     malloc and free of one block
//   instructions heap|null batch SIZE N    100 blocks, freed last first
//   instructions heap|null random 0 N      sizes 16 to 1024, a window of 1000 live blocks, replaced in random order
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { batch = 100, window = 1000, tableSize = 8192 };

static char anything[64];
__attribute__((noinline)) static void *nullAllocate(size_t size) { __asm__ volatile("" : : "r"(size)); return anything; }
__attribute__((noinline)) static void nullRelease(void *block) { __asm__ volatile("" : : "r"(block)); }

// Both ways through a pointer that the compiler cannot see through, so that heap and null cost the same call.
static void *(*volatile allocate)(size_t) = malloc;
static void (*volatile release)(void *) = free;

int main(int count, char **arguments) {
    if (count != 5) { fprintf(stderr, "usage: instructions heap|null same|batch|random SIZE N\n"); return 2; }
    if (!strcmp(arguments[1], "null")) { allocate = nullAllocate; release = nullRelease; }
    size_t size = strtoull(arguments[3], NULL, 10), n = strtoull(arguments[4], NULL, 10);

    if (!strcmp(arguments[2], "same")) {
        for (size_t i = 0; i < n; i++) release(allocate(size));
    } else if (!strcmp(arguments[2], "batch")) {
        static void *blocks[batch];
        for (size_t i = 0; i < n; i += batch) {
            for (int k = 0; k < batch; k++) blocks[k] = allocate(size);
            for (int k = batch; k-- > 0;) release(blocks[k]);
        }
    } else {
        // The random numbers are made before, by a fixed generator, so that every run has the same.
        static uint16_t sizes[tableSize], places[tableSize];
        static void *blocks[window];
        uint64_t seed = 1;
        for (int i = 0; i < tableSize; i++) {
            seed = seed * 16807 % 2147483647;
            sizes[i] = (uint16_t)(16 + seed % 1009);
            seed = seed * 16807 % 2147483647;
            places[i] = (uint16_t)(seed % window);
        }
        for (int k = 0; k < window; k++) blocks[k] = allocate(sizes[k]);
        for (size_t i = 0; i < n; i++) {
            void **place = &blocks[places[i % tableSize]];
            release(*place);
            *place = allocate(sizes[i % tableSize]);
        }
        for (int k = 0; k < window; k++) release(blocks[k]);
    }
    return 0;
}
