// Proves that what only the data of a library had is lost when the library was closed, and that its report comes whole.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 201 bytes in 2 blocks$
// stderr-count: 1
// report: ^Direct leak of 101 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^ +#0 0x[0-9a-f]+ in \?\?  \(/.*/leak_library\.so\+0x[0-9a-f]+, build id [0-9a-f]+\) \(unloaded\)$
// report: ^ +#[1-9] 0x[0-9a-f]+ in build +.*{FILE}:{LINE:hold}$
// report: ^Direct leak of 100 byte\(s\) in 1 object\(s\) allocated from:$
// report: ^  definitely lost: 201 bytes in 2 blocks$
// needs: so leak_library.c
// link: -ldl
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "leak.h"
static void *library;

HELPER void build(void) {
    call(library, "hold_in_data");  // hold
}

int main(void) {
    library = openLibrary();
    away(build);
    CHECK(dlclose(library) == 0, "%s", dlerror());
    library = NULL;
    clearStack();
    return 0;
}
