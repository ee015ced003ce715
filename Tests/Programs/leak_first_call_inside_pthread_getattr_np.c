// Proves that a thread may ask for its own attributes first of all, as Java's do: that call allocates under a lock of the thread.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 1000 bytes in 1 block$
// stderr-count: 1
// timeout: 5
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_FRAMES=0
#include "leak.h"

static void *ask(void *nothing) {
    pthread_attr_t attributes;
    void *stack = NULL;
    size_t size = 0;
    CHECK(pthread_getattr_np(pthread_self(), &attributes) == 0, "no attributes");
    CHECK(pthread_attr_getstack(&attributes, &stack, &size) == 0 && size > 0, "no stack");
    pthread_attr_destroy(&attributes);
    return nothing;
}

int main(void) {
    pthread_t thread;
    for (int i = 0; i < 3; i++) {
        CHECK(pthread_create(&thread, NULL, ask, NULL) == 0, "no thread");
        pthread_join(thread, NULL);
    }
    ask(NULL);
    lose(1000);
    return 0;
}
