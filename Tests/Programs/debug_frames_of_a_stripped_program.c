// Proves that a program without symbols and line numbers gets its frames as module, offset and build id.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: double-free on address {ADDRESS} \(100-byte block\), thread "
// report: ^ +#0 0x[0-9a-f]+ in .*\([^()]*debug_frames_of_a_stripped_program[^()]*\+0x[0-9a-f]+, build id [0-9a-f]{8,}.*\)$
// report: ^freed first by thread "
// report: ^ +#0 0x[0-9a-f]+ in .*\([^()]*debug_frames_of_a_stripped_program[^()]*\+0x[0-9a-f]+, build id [0-9a-f]{8,}.*\)$
// report: ^allocated by thread "
// report: ^ +#0 0x[0-9a-f]+ in .*\([^()]*debug_frames_of_a_stripped_program[^()]*\+0x[0-9a-f]+, build id [0-9a-f]{8,}.*\)$
// report: ^SUMMARY: swiftmalloc: double-free
// report-not: {FILE}
// link: -s -Wl,--build-id
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include "debug.h"

int main(void) {
    void *block = announce(malloc(100));
    free(block);
    free(hide(block));
    return 0;
}
