// Proves that a block is not lost while data or thread-local data of a library that was loaded at run time is all that has it.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// report: ^Direct leak of 1000 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 1000 bytes in 1 block$
// report: ^  indirectly lost: 0 bytes in 0 blocks$
// report-not: (Direct|Indirect) leak of ([0-9]{1,3}|[^1][0-9]+) byte
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// needs: so leak_library.c
// link: -ldl
// variants: HOLD=hold_in_data HOLD=hold_in_tls
#include "leak.h"
#define TEXT(name) #name
#define NAME(name) TEXT(name)
static void *library;

HELPER void build(void) { call(library, NAME(HOLD)); }

static void *wait(void *nothing) {
    away(build);
    arrive();
    pause();
    return nothing;
}

int main(void) {
    pthread_t thread;
    library = openLibrary();
    if (strcmp(NAME(HOLD), "hold_in_tls") == 0) {
        CHECK(pthread_create(&thread, NULL, wait, NULL) == 0, "no thread");
        await(1);
    }
    away(build);
    lose(1000);
    return 0;
}
