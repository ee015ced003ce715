// Proves that __lsan_do_leak_check ends the process with LEAK_EXIT_CODE when something is lost, with all that was written to
// stdout, and without the program's handlers.
// expect: exit 23
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=guard
#include "leak.h"

static void handler(void) { _exit(3); }

int main(void) {
    atexit(handler);
    lose(1000);
    ((void (*)(void))function("__lsan_do_leak_check"))();
    return 4;
}
