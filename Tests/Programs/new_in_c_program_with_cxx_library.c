// Proves that a C program that loads a C++ library at run time gets working new and delete and real exceptions in it.
// expect: exit 0
// stderr-none
// needs: so cxx_library.cpp
// link: -ldl
// also: DEBUG=1 LIVE=1
#include <dlfcn.h>
#include "check.h"

int main(void) {
    char path[4096];
    snprintf(path, sizeof path, "%s/cxx_library.so", getenv("PROGRAM_LIBRARIES"));
    for (int round = 0; round < 3; round++) {
        void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        CHECK(library != NULL, "%s", dlerror());
        int (*churn)(int) = (int (*)(int))dlsym(library, "churn");
        int (*failing)(void) = (int (*)(void))dlsym(library, "catches_bad_alloc");
        CHECK(churn && churn(20000) == 20000, "its containers lost something");
        CHECK(failing && failing() == 1, "it caught no bad_alloc");
        dlclose(library);
    }
    return 0;
}
