// The second benchmark of metamalloc's README, of cache locality: a million small objects, flushed out of the caches, then
// read and written through the array of their addresses, once in the array's order and once shuffled. The time is that of
// these walks alone.
//
//   locality WALKS     (default 3)
#include "workload.h"

enum { objectCount = 1000000 };
static struct piece objects[objectCount];
static uint32_t order[objectCount];

static void flush(void) {
#if defined(__x86_64__)
    for (int i = 0; i < objectCount; i++) __builtin_ia32_clflush(objects[i].block);
    __builtin_ia32_mfence();
#else
    // Elsewhere more is read than the caches hold.
    static char other[256 << 20];
    for (size_t at = 0; at < sizeof other; at += 64) ((volatile char *)other)[at]++;
#endif
}

static double walk(int shuffled) {
    flush();
    double begin = seconds();
    for (int i = 0; i < objectCount; i++) {
        struct piece *object = &objects[shuffled ? order[i] : (uint32_t)i];
        check(object->block, object->size);
        *(volatile char *)object->block = (char)object->size;
    }
    return seconds() - begin;
}

int main(int count, char **arguments) {
    long walks = argument(count, arguments, 1, 3);
    struct random source = {1};
    for (int i = 0; i < objectCount; i++) objects[i] = take(between(&source, 8, 64));
    shuffle(&source, order, objectCount);
    double straight = 0, shuffled = 0;
    for (long i = 0; i < walks; i++) {
        straight += walk(0);
        shuffled += walk(1);
    }
    for (int i = 0; i < objectCount; i++) drop(&objects[i]);
    printf("time %.6f\nfigure in_order_us %.0f\nfigure shuffled_us %.0f\n", straight + shuffled, straight / (double)walks * 1e6,
           shuffled / (double)walks * 1e6);
    return 0;
}
