// Proves that without libdw (here a file of its name that is none) frames are told as module, offset and build id.
// expect: abort
// stderr-any: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in .*\([^()]*debug_without_libdw[^()]*\+0x[0-9a-f]+, build id [0-9a-f]{8,}.*\)$
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+ in .*\([^()]*debug_without_libdw[^()]*\+0x[0-9a-f]+, build id [0-9a-f]{8,}.*\)$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in .*\([^()]*debug_without_libdw[^()]*\+0x[0-9a-f]+, build id [0-9a-f]{8,}.*\)$
// report: ^SUMMARY: swiftmalloc: double-free
// report: ^==[0-9]+==WARNING: swiftmalloc: libdw.so.1 cannot be loaded \(Debian.s package libdw1\): traces have no files and lines$
// link: -Wl,--build-id
// env: SWIFTMALLOC_DEBUG=1 BOGUS=libdw.so.1
// env: SWIFTMALLOC_DEBUG=guard BOGUS=libdw.so.1
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
