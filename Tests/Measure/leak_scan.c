// How fast the leak check looks. `leak_scan data|pointers|list MIB BYTES` under LEAKS=1 fills so many mebibytes with blocks of
// so many bytes, all of them reachable, and times two checks:
//
//   data      no word is a pointer
//   pointers  every eighth word points to a random block
//   list      each block points to the next one of a list in random order
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern size_t swiftmalloc_check_leaks(void) __attribute__((weak));

static void **all;
static uint64_t seed = 1;

static size_t random_below(size_t limit) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)((seed >> 33) % limit);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void make_list(size_t count) {
    for (size_t i = count - 1; i > 0; i--) {
        size_t other = random_below(i + 1);
        void *block = all[i];
        all[i] = all[other];
        all[other] = block;
    }
    for (size_t i = 0; i + 1 < count; i++) *(void **)all[i] = all[i + 1];
    memset(all + 1, 0, (count - 1) * sizeof *all);
}

int main(int argc, char **argv) {
    if (argc != 4 || !swiftmalloc_check_leaks) {
        fprintf(stderr, "usage: LEAKS=1 LD_PRELOAD=libswiftmalloc.so leak_scan data|pointers|list MIB BYTES\n");
        return 2;
    }
    const size_t total = (size_t)atoi(argv[2]) << 20, size = (size_t)atoi(argv[3]), count = total / size;
    all = malloc(count * sizeof *all);
    for (size_t i = 0; i < count; i++) memset(all[i] = malloc(size), 0x11, size);
    if (!strcmp(argv[1], "pointers"))
        for (size_t i = 0; i < count; i++)
            for (size_t word = 0; word < size / 8; word += 8) ((void **)all[i])[word] = all[random_below(count)];
    if (!strcmp(argv[1], "list")) make_list(count);
    for (int round = 0; round < 2; round++) {
        double start = seconds();
        size_t lost = swiftmalloc_check_leaks();
        double time = seconds() - start;
        fprintf(stderr, "%.3f s, %.2f GB/s, %zu lost\n", time, (double)total / time / 1e9, lost);
    }
    _exit(0);
}
