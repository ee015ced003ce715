// Proves that a failing operator new in a process without libstdc++ ends with one clear line and abort.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: out-of-memory
// link: -ldl
// also: DEBUG=1 LIVE=1
#include <dlfcn.h>
#include "check.h"

int main(void) {
    void *(*plainNew)(size_t) = (void *(*)(size_t))dlsym(RTLD_DEFAULT, "_Znwm");
    void (*plainDelete)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, "_ZdlPv");
    if (plainNew == NULL || plainDelete == NULL) SKIP("no operator new in this process");
    plainDelete(plainNew(100));
    plainNew(PTRDIFF_MAX);
    return 0;
}
