// Proves that with ON_ERROR=continue writes into 100 freed blocks are each found, at exit or before, and the program's
// status stays.
// expect: exit 5
// stderr: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address 0x[0-9a-f]+ \(1 byte written, 5 bytes inside the freed {SIZE}-byte block at 0x[0-9a-f]+, found by (quarantine|exit)\)(, thread |$)
// report: ^freed by thread "
// report: ^allocated by thread "
// report: ^==[0-9]+==SUMMARY: swiftmalloc: 100 errors, 1 distinct$
// stderr-count: 2
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue
// arguments: SIZE=13 SIZE=64 SIZE=1000
#include "debug.h"
#include "workout.h"
ARGUMENT(int, SIZE)

int main(void) {
    static char *blocks[500];
    for (int i = 0; i < 500; i++) blocks[i] = malloc(SIZE);
    for (int i = 0; i < 500; i += 5) {
        free(blocks[i]);
        *(char *)hide(blocks[i] + 5) = 0x42;
    }
    workout(1, 5000);
    exit(5);
}
