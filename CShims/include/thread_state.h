// The two thread-local words of the library. Swift has no thread-local storage without a runtime.
// initial-exec: an access is one load from the thread pointer and never calls __tls_get_addr,
// which may allocate. All zero means "this thread has no cache yet".

#ifndef SWIFTMALLOC_THREAD_STATE_H
#define SWIFTMALLOC_THREAD_STATE_H

#include <stdint.h>

struct swiftmalloc_thread_state {
  void *cache;      // the thread's cache, or null
  uintptr_t flags;  // what the slow path must know; ThreadFlags in Heap
};

extern __thread struct swiftmalloc_thread_state swiftmalloc_this_thread
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

static inline void *swiftmalloc_thread_cache(void) { return swiftmalloc_this_thread.cache; }
static inline void swiftmalloc_set_thread_cache(void *cache) {
  swiftmalloc_this_thread.cache = cache;
}
static inline uintptr_t swiftmalloc_thread_flags(void) { return swiftmalloc_this_thread.flags; }
static inline void swiftmalloc_set_thread_flags(uintptr_t flags) {
  swiftmalloc_this_thread.flags = flags;
}

#endif
