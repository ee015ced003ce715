// What the workloads share: random numbers that are the same in each run, a clock, arguments, and the use of the memory
// that they get. A workload prints `time SECONDS` when only a part of it is to be measured, `memory KIB` when another
// figure than its peak counts, and `figure NAME VALUE` for the tables that show more.
#pragma once
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { pageSize = 4096 };

static inline _Noreturn void fail(const char *why) {
    fprintf(stderr, "%s\n", why);
    exit(1);
}

// Argument number `place`, a whole number of at least one.
static inline long argument(int count, char **arguments, int place, long otherwise) {
    if (place >= count) return otherwise;
    char *rest;
    long value = strtol(arguments[place], &rest, 10);
    if (*rest || value < 1) {
        fprintf(stderr, "%s: argument %d is to be a number, 1 or more\n", arguments[0], place);
        exit(2);
    }
    return value;
}

// A generator of two multiplications (Steele and Vigna's splitmix64, shortened), cheap beside a call of malloc.
struct random { uint64_t state; };
static inline uint32_t next(struct random *random) {
    uint64_t z = (random->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    return (uint32_t)(z >> 32);
}
static inline size_t below(struct random *random, size_t limit) { return (size_t)(((uint64_t)next(random) * limit) >> 32); }
static inline size_t between(struct random *random, size_t low, size_t high) { return low + below(random, high - low + 1); }
// Each power of two from low to high is as likely as each other; within it each size.
static inline size_t logarithmic(struct random *random, unsigned lowBits, unsigned highBits) {
    size_t power = (size_t)1 << (lowBits + below(random, highBits - lowBits));
    return power + below(random, power);
}
// From low to high, each size as likely as one over its square: half of them are below twice the lowest.
static inline size_t inverseSquare(struct random *random, size_t low, size_t high) {
    double least = 1 / (double)high, most = 1 / (double)low;
    return (size_t)(1 / (most - (most - least) * next(random) / 4294967296.0));
}

static inline double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

// How many KiB of this process are resident now, without a call of malloc.
static inline long residentKiB(void) {
    char text[128] = "";
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0 || read(file, text, sizeof text - 1) <= 0) fail("/proc/self/statm cannot be read");
    close(file);
    char *rest;
    strtol(text, &rest, 10);
    return strtol(rest, NULL, 10) * (sysconf(_SC_PAGESIZE) / 1024);
}

// Uses a block as a program would: a small one at both ends, one below a page wholly, a larger one in each page.
static inline void use(char *block, size_t size) {
    if (!block) fail("no memory");
    char mark = (char)size;
    if (size > 128 && size < pageSize) memset(block, mark, size);
    for (size_t at = pageSize; at < size; at += pageSize) block[at] = mark;
    block[0] = block[size - 1] = mark;
}
// That nobody else wrote into a block that was used.
static inline void check(const char *block, size_t size) {
    if (block[0] != (char)size || block[size - 1] != (char)size) fail("a block's contents changed");
}

// A block together with its size.
struct piece { char *block; size_t size; };
static inline struct piece take(size_t size) {
    struct piece piece = {malloc(size), size};
    use(piece.block, size);
    return piece;
}
static inline void drop(struct piece *piece) {
    if (!piece->block) return;
    check(piece->block, piece->size);
    free(piece->block);
    piece->block = NULL;
}

static inline void shuffle(struct random *random, uint32_t *places, size_t count) {
    for (size_t i = 0; i < count; i++) places[i] = (uint32_t)i;
    for (size_t i = count; i > 1; i--) {
        size_t other = below(random, i);
        uint32_t place = places[i - 1];
        places[i - 1] = places[other];
        places[other] = place;
    }
}
