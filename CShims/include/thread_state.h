// The thread-local words of the library. Swift has no thread-local storage without a runtime.
// initial-exec: an access is one load from the thread pointer and never calls __tls_get_addr,
// which may allocate. All zero means "this thread has no cache yet".

#ifndef SWIFTMALLOC_THREAD_STATE_H
#define SWIFTMALLOC_THREAD_STATE_H

#include <stdint.h>

/// ThreadFlags.isTracing.
enum { SWIFTMALLOC_THREAD_IS_TRACING = 8 };

struct swiftmalloc_thread_state {
  void *cache;      // the thread's cache, or null
  uintptr_t flags;  // what the slow path must know; ThreadFlags in Platform
  uintptr_t stack_start, stack_end;  // while libunwind is asked: the stack that it may read
};

extern __thread struct swiftmalloc_thread_state swiftmalloc_this_thread
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/// Replaces `*word` by `new` if it is still `old`, in one instruction (or one that fails after an
/// interrupt), so that a signal handler of the same thread comes before it or after it. Not atomic
/// for other threads, and without the cost of that.
static inline int swiftmalloc_replace_word(uint64_t *word, uint64_t old, uint64_t new_value) {
#if defined(__x86_64__)
  int replaced;
  __asm__ volatile("cmpxchgq %3, %1"
                   : "=@ccz"(replaced), "+m"(*word), "+a"(old)
                   : "r"(new_value)
                   : "memory");
  return replaced;
#else
  uint64_t expected = old;
  return __atomic_compare_exchange_n(word, &expected, new_value, 0, __ATOMIC_RELAXED,
                                     __ATOMIC_RELAXED);
#endif
}

/// Sets bits of `*word` in the same manner.
static inline void swiftmalloc_set_bits(uint64_t *word, uint64_t bits) {
#if defined(__x86_64__)
  __asm__ volatile("orq %1, %0" : "+m"(*word) : "r"(bits) : "cc");
#else
  __atomic_fetch_or(word, bits, __ATOMIC_RELAXED);
#endif
}

static inline uintptr_t swiftmalloc_thread_owner(void) {
  return (uintptr_t)swiftmalloc_this_thread.cache;
}
static inline void *swiftmalloc_thread_cache(void) { return swiftmalloc_this_thread.cache; }
static inline void swiftmalloc_set_thread_cache(void *cache) {
  swiftmalloc_this_thread.cache = cache;
}
static inline uintptr_t swiftmalloc_thread_flags(void) { return swiftmalloc_this_thread.flags; }
static inline void swiftmalloc_set_thread_flags(uintptr_t flags) {
  swiftmalloc_this_thread.flags = flags;
}

#endif
