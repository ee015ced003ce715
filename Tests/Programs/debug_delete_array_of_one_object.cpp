// Proves that delete[] of what new gave, where the compiler takes the bytes in front of the object for the number of elements, is
// explained: the number is canary bytes, so the first destructor begins at no address.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: kind-mismatch on address {ADDRESS} \({SIZE}-byte block of operator new freed by operator delete\[\]\), thread "
// stderr-count: 1
// report: in remove.* .*{FILE}:{LINE:delete}$
// report: ^allocated by thread "
// report: in (make|main).* .*{FILE}:{LINE:new}$
// report: ^SUMMARY: swiftmalloc: kind-mismatch
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=abort SWIFTMALLOC_LEAKS=1
// variants: SIZE=40,VIRTUAL=0 SIZE=16,VIRTUAL=0 SIZE=4000,VIRTUAL=0 SIZE=48,VIRTUAL=1
#include "debug.h"

struct Session {
#if VIRTUAL
    virtual
#endif
    NOINLINE ~Session() { free(name); }
    char *name = (char *)malloc(10);
    char rest[SIZE - 8 * (1 + VIRTUAL)] = {};
};
static_assert(sizeof(Session) == SIZE, "its size is in the report");

static NOINLINE Session *make() { return new Session; }  // new

static NOINLINE void remove(Session *session) {
    delete[] session;  // delete
}

int main() {
    Session *session = make();
    announce(session);
    remove(session);
    return 0;
}
