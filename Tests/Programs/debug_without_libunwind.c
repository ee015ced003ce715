// Proves that without libunwind (here a file of its name that is none) the debug heap works, says so once, and reports.
// expect: abort
// stderr: ^==[0-9]+==WARNING: swiftmalloc: .*libunwind
// stderr-count: 2
// report: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "
// report: ^SUMMARY: swiftmalloc: double-free
// env: SWIFTMALLOC_DEBUG=1 BOGUS=libunwind.so.8
// env: SWIFTMALLOC_DEBUG=guard BOGUS=libunwind.so.8
#include "debug.h"
#include "workout.h"

int main(int count, char **arguments) {
    char path[4096];
    if (count == 1) {
        snprintf(path, sizeof path, "%s/%s", getenv("PROGRAM_SCRATCH"), getenv("BOGUS"));
        int file = open(path, O_WRONLY | O_CREAT, 0755);
        CHECK(file >= 0 && write(file, "not an ELF file\n", 16) == 16, "no bogus library");
        setenv("LD_LIBRARY_PATH", getenv("PROGRAM_SCRATCH"), 1);
        execl("/proc/self/exe", arguments[0], "inside", (char *)NULL);
        CHECK(0, "exec failed");
    }
    workout(1, 2000);
    void *block = announce(malloc(100));
    free(block);
    free(hide(block));
    return 0;
}
