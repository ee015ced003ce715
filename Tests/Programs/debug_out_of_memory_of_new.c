// Proves that a throwing operator new that fails in a process without a C++ library is reported.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: out-of-memory
// report: ^==[0-9]+==ERROR
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
#include "debug.h"

int main(void) {
    void *(*plainNew)(size_t) = (void *(*)(size_t))function("_Znwm");
    hide(plainNew(PTRDIFF_MAX));
    return 0;
}
