// What every program here uses: ways to touch memory that the compiler leaves alone, blocks beside the one that is misused,
// and the word that says that nothing stopped the program.
#ifndef ERROR_H
#define ERROR_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

// A variant's word as part of a name: CHOICE(by_, HOW) with -DHOW=strcpy is by_strcpy.
#define CHOICE(prefix, word) CHOICE_(prefix, word)
#define CHOICE_(prefix, word) prefix##word

// A pointer of which the compiler no longer knows where it comes from.
static inline void *hide(const void *pointer) {
    __asm__ volatile("" : "+r"(pointer) : : "memory");
    return (void *)pointer;
}

static inline int end(void) { return write(1, "end\n", 4) == 4 ? 0 : 1; }

// Writes and reads bytes, one by one, from an offset on.
static inline void put(void *block, long offset, size_t count, int value) {
    volatile unsigned char *bytes = (volatile unsigned char *)hide(block) + offset;
    for (size_t i = 0; i < count; i++) bytes[i] = (unsigned char)value;
}
static volatile unsigned long sink;
static inline void get(const void *block, long offset, size_t count) {
    const volatile unsigned char *bytes = (const volatile unsigned char *)hide(block) + offset;
    for (size_t i = 0; i < count; i++) sink += bytes[i];
}
static inline void putWord(void *block, long offset, uint64_t value) { memcpy((char *)hide(block) + offset, &value, 8); }

// A block in the middle of others of its size: what is written a little beside it, hits memory of the program's own.
enum { rowLength = 9 };
static void *row[rowLength];
static inline void *inRow(size_t size) {
    for (int i = 0; i < rowLength; i++) memset(row[i] = malloc(size), 0x11, size);
    return hide(row[rowLength / 2]);
}
static inline void freeRow(void) {
    for (int i = 0; i < rowLength; i++) free(row[i]);
}

// Allocates and frees blocks of 1 to 600 bytes, up to 50 at a time; has freed all of them in the end.
static inline void work(long operations) {
    static void *blocks[50];
    unsigned random = 1;
    for (long i = 0; i < operations; i++) {
        random = random * 1664525 + 1013904223;
        void **place = &blocks[random / 65536 % 50];
        free(*place);
        *place = malloc(1 + random / 256 % 600);
    }
    for (int i = 0; i < 50; i++) free(blocks[i]), blocks[i] = NULL;
}

static inline void inThread(void *(*function)(void *), void *argument) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, function, argument)) abort();
    pthread_join(thread, NULL);
}

#endif
