// Proves that every replaceable operator new and delete is served by the object that serves malloc.
// expect: exit 0
// stderr-none
// link: -ldl
// also: DEBUG=1 LIVE=1
#include <dlfcn.h>
#include "check.h"

int main() {
    const char *names[] = {"_Znwm", "_Znam", "_ZnwmRKSt9nothrow_t", "_ZnamRKSt9nothrow_t", "_ZnwmSt11align_val_t", "_ZnamSt11align_val_t",
                           "_ZnwmSt11align_val_tRKSt9nothrow_t", "_ZnamSt11align_val_tRKSt9nothrow_t", "_ZdlPv", "_ZdaPv", "_ZdlPvm",
                           "_ZdaPvm", "_ZdlPvRKSt9nothrow_t", "_ZdaPvRKSt9nothrow_t", "_ZdlPvSt11align_val_t", "_ZdaPvSt11align_val_t",
                           "_ZdlPvmSt11align_val_t", "_ZdaPvmSt11align_val_t", "_ZdlPvSt11align_val_tRKSt9nothrow_t",
                           "_ZdaPvSt11align_val_tRKSt9nothrow_t"};
    Dl_info first, info;
    CHECK(dladdr(dlsym(RTLD_DEFAULT, "malloc"), &first), "whose is malloc?");
    for (const char *name : names) {
        void *function = dlsym(RTLD_DEFAULT, name);
        CHECK(function != nullptr, "%s is nowhere", name);
        CHECK(dladdr(function, &info) && info.dli_fbase == first.dli_fbase, "%s is from %s", name, info.dli_fname);
    }
    return 0;
}
