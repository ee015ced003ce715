// Proves that frames of the program have the names of functions that it does not export where there is no libdw (here a file of its
// name that is none), as in images: its own file tells them.
// expect: abort
// stderr-any: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in drop  \(
// report: ^ +#1 0x[0-9a-f]+ in main  \(
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in make  \(
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include "debug.h"

static __attribute__((noinline)) void *make(size_t size) {
    void *block = malloc(size);
    __asm__ volatile("" : : "r"(block) : "memory");
    return block;
}

static __attribute__((noinline)) void drop(void *block) {
    free(block);
    __asm__ volatile("" : : : "memory");
}

int main(int count, char **arguments) {
    char path[4096];
    if (count == 1) {
        snprintf(path, sizeof path, "%s/libdw.so.1", getenv("PROGRAM_SCRATCH"));
        int file = open(path, O_WRONLY | O_CREAT, 0755);
        CHECK(file >= 0 && write(file, "not an ELF file\n", 16) == 16, "no bogus library");
        setenv("LD_LIBRARY_PATH", getenv("PROGRAM_SCRATCH"), 1);
        execl("/proc/self/exe", arguments[0], "inside", (char *)NULL);
        CHECK(0, "exec failed");
    }
    void *block = announce(make(100));
    drop(block);
    drop(hide(block));
    return 0;
}
