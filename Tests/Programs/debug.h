// What the programs of the debug heap use beside check.h: values for the head's expressions, functions whose frames reports
// have to name, and the functions that only the library has.
#ifndef DEBUG_H
#define DEBUG_H
#include <dlfcn.h>
#include "check.h"

// A function with a frame of its own, whatever the compiler thinks of it.
#define NOINLINE __attribute__((noinline))

// Says a value that the report has to name: {NAME} in the head's expressions.
static inline void tell(const char *name, long value) { dprintf(1, "%s=%ld\n", name, value); }

static inline void *tellAddress(const char *name, const void *address) {
    dprintf(1, "%s=0x%lx\n", name, (unsigned long)address);
    return hide((void *)address);
}

// One element of an array of char, int or long, by its width: a write of just so many bytes, in the caller's own frame.
static inline __attribute__((always_inline)) void writeElement(void *array, long index, int width, long value) {
    switch (width) {
        case 1: ((volatile char *)array)[index] = (char)value; break;
        case 4: ((volatile int *)array)[index] = (int)value; break;
        default: ((volatile long *)array)[index] = value;
    }
}

static inline int isMode(const char *mode) { return getenv("SWIFTMALLOC_DEBUG") && strcmp(getenv("SWIFTMALLOC_DEBUG"), mode) == 0; }

static inline void *function(const char *name) {
    void *found = dlsym(RTLD_DEFAULT, name);
    CHECK(found != NULL, "there is no %s here", name);
    return found;
}

// int swiftmalloc_check(void): the errors found in the heap, each reported.
#define checkHeap() (((int (*)(void))function("swiftmalloc_check"))())
// C23, which older C libraries do not declare.
#define freeSized(block, size) (((void (*)(void *, size_t))function("free_sized"))(block, size))
#define freeAlignedSized(block, alignment, size) \
    (((void (*)(void *, size_t, size_t))function("free_aligned_sized"))(block, alignment, size))

#endif
