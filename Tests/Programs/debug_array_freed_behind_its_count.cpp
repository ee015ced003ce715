// Proves that a wrong free of an array whose number of elements stands in front of it is told what frees it: the address is
// behind the number, inside the block that new[] gave.
// expect: abort
// stderr: ^==[0-9]+==ERROR: swiftmalloc: invalid-free on address {ADDRESS} \({BYTES} bytes inside the [0-9]+-byte block at 0x
// report: ^ +#0 0x[0-9a-f]+ in main +.*{FILE}:[0-9]+$
// report: ^allocated by thread "
// report: ^HINT: {HINT}$
// report: ^SUMMARY: swiftmalloc: invalid-free
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// arguments: CASE=0 CASE=1 CASE=2 CASE=3 CASE=4
#include "debug.h"

struct Small {
    char bytes[5] = {};
    ~Small() { hide(this); }
};
struct alignas(16) Aligned {
    char bytes[32] = {};
    ~Aligned() { hide(this); }
};
struct alignas(64) Wide {
    char bytes[64] = {};
    ~Wide() { hide(this); }
};

ARGUMENT(int, CASE)

// As an expression.
#define ARRAY "what new\\[\\] gave is freed with delete\\[\\], not with "
#define REALLOC "realloc takes only what malloc, calloc or realloc gave: .*"

template <typename Object> static Object *make(const char *hint) {
    Object *objects = new Object[3];
    announce(objects);
    tell("bytes", sizeof *objects == 5 ? 8 : alignof(Object));
    dprintf(1, "hint=%s\n", hint);
    return (Object *)hide(objects);
}

int main() {
    switch (CASE) {
        case 0: delete make<Small>(ARRAY "delete"); break;
        case 1: free(make<Small>(ARRAY "free")); break;
        case 2: delete make<Aligned>(ARRAY "delete"); break;
        case 3: delete make<Wide>(ARRAY "delete"); break;
        case 4: free(realloc(make<Small>(REALLOC), 100)); break;
    }
    return 0;
}
