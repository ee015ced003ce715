// Proves that FRAMES=0 needs no libunwind: not a word about it where it is missing.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_FRAMES=0
#include "workout.h"

int main(int count, char **arguments) {
    char path[4096];
    if (count == 1) {
        snprintf(path, sizeof path, "%s/libunwind.so.8", getenv("PROGRAM_SCRATCH"));
        int file = open(path, O_WRONLY | O_CREAT, 0755);
        CHECK(file >= 0 && write(file, "not an ELF file\n", 16) == 16, "no bogus library");
        setenv("LD_LIBRARY_PATH", getenv("PROGRAM_SCRATCH"), 1);
        execl("/proc/self/exe", arguments[0], "inside", (char *)NULL);
        CHECK(0, "exec failed");
    }
    workout(1, 2000);
    return 0;
}
