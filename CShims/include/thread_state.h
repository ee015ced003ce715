// The thread-local words of the library. Swift has no thread-local storage without a runtime.
// initial-exec: an access is one load from the thread pointer and never calls __tls_get_addr, which
// may allocate.

#ifndef SWIFTMALLOC_THREAD_STATE_H
#define SWIFTMALLOC_THREAD_STATE_H

#include <stdint.h>

/// ThreadFlags.isTracing.
enum { SWIFTMALLOC_THREAD_IS_TRACING = 8 };
/// ThreadFlags.ignoresLeaks.
enum { SWIFTMALLOC_THREAD_IGNORES_LEAKS = 32 };
/// ThreadFlags.handsOn.
enum { SWIFTMALLOC_THREAD_HANDS_ON = 64 };

/// Odd as no address of a cache is, and no owner of a span.
enum { SWIFTMALLOC_NO_CACHE = 15 };
/// In place of that where the thread has chosen a heap: less, so that no path takes it for a mark on the stack.
enum { SWIFTMALLOC_CHOSEN_HEAP = 13 };
/// No handle of a heap: odd, and no number that a program passes by mistake, as 1 is.
enum { SWIFTMALLOC_NO_HEAP = 0x5a5a5a5b };

struct swiftmalloc_live_thread;

struct swiftmalloc_thread_state {
  // The thread's cache; SWIFTMALLOC_NO_CACHE without one and where calls are counted; SWIFTMALLOC_CHOSEN_HEAP; another odd
  // word in a fast path.
  uintptr_t ready;
  void *cache;      // the thread's cache, or null
  uintptr_t flags;  // what the slow path must know; ThreadFlags in Platform
  uintptr_t stack_start, stack_end;  // while libunwind is asked: the stack that it may read
  struct swiftmalloc_live_thread *row;  // the thread's counters (counters.h), or null
  void *chosen;  // the heap that malloc of this thread takes from (swiftmalloc_heap_set_current), or null
  // The local heap of spans, and the bump heap, whose handle the fast paths serve: those that the thread used last. The handle
  // and 1 while it is in such a path; SWIFTMALLOC_NO_HEAP where there is none, and in a slow path of one.
  uintptr_t span_heap, bump_heap;
};

/// Not null: calls are counted (counters.h), and no thread is ever ready.
extern unsigned char *swiftmalloc_live_base __attribute__((visibility("hidden")));

extern __thread struct swiftmalloc_thread_state swiftmalloc_this_thread
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/// Begins the few instructions of a fast path that a signal handler of the same thread must not come
/// between: until `swiftmalloc_leave_fast_path` the thread is not ready, and its handlers take slow paths. The
/// word is then where the stack ended, and odd.
static inline void swiftmalloc_enter_fast_path(void) {
  uintptr_t mark;
#if defined(__x86_64__)
  __asm__ volatile("leaq 1(%%rsp), %0" : "=r"(mark));
#elif defined(__aarch64__)
  __asm__ volatile("add %0, sp, #1" : "=r"(mark));
#endif
  swiftmalloc_this_thread.ready = mark;
  __asm__ volatile("" ::: "memory");
}

static inline void swiftmalloc_leave_fast_path(uintptr_t cache) {
  // For the compiler only.
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  // Release: partner is `swiftmalloc_is_in_fast_path`. A plain store on x86-64.
  __atomic_store_n(&swiftmalloc_this_thread.ready, cache, __ATOMIC_RELEASE);
}

/// Whether the thread with this mark (`swiftmalloc_thread_mark`), which is alive, is between these two.
static inline int swiftmalloc_is_in_fast_path(uintptr_t mark) {
  uintptr_t ready = __atomic_load_n(&((const struct swiftmalloc_thread_state *)mark)->ready, __ATOMIC_ACQUIRE);
  return (ready & 1) && ready > SWIFTMALLOC_NO_CACHE;
}

/// No instruction. What is written before is in memory when a signal handler comes after, and what is written after is not yet
/// there when one comes before: for marks that only a handler of the same thread reads.
static inline void swiftmalloc_signal_fence(void) { __asm__ volatile("" ::: "memory"); }

/// `bits` with bit `index` modulo 64 set. One instruction, and no register for a mask.
static inline uint64_t swiftmalloc_with_bit(uint64_t bits, uint64_t index) {
#if defined(__x86_64__)
  __asm__("btsq %1, %0" : "+r"(bits) : "r"(index) : "cc");
  return bits;
#else
  return bits | (uint64_t)1 << (index & 63);
#endif
}

/// The same address. The compiler knows nothing of where it comes from, and so does not make it up again for each access.
static inline void *swiftmalloc_opaque(void *address) {
  __asm__("" : "+r"(address));
  return address;
}

/// No instruction. Behind a call it keeps the call from being a jump, for whose sake the compiler would set up a frame
/// at the function's beginning, on its fast path.
static inline void swiftmalloc_end_slow_path(void) { __asm__ volatile(""); }

/// Where the caller's stack ends.
static inline uintptr_t swiftmalloc_stack_end(void) {
  return (uintptr_t)__builtin_frame_address(0);
}

static inline uintptr_t swiftmalloc_ready_cache(void) { return swiftmalloc_this_thread.ready; }
static inline void *swiftmalloc_thread_cache(void) { return swiftmalloc_this_thread.cache; }
static inline void swiftmalloc_set_thread_cache(void *cache) {
  swiftmalloc_this_thread.cache = cache;
  if (swiftmalloc_this_thread.chosen)
    swiftmalloc_this_thread.ready = SWIFTMALLOC_CHOSEN_HEAP;
  else
    swiftmalloc_this_thread.ready = cache && !swiftmalloc_live_base ? (uintptr_t)cache : SWIFTMALLOC_NO_CACHE;
}
static inline void *swiftmalloc_chosen_heap(void) { return swiftmalloc_this_thread.chosen; }
/// Outside of every path of the heap. No fast path serves the thread until null is chosen.
static inline void swiftmalloc_choose_heap(void *heap) {
  swiftmalloc_this_thread.chosen = heap;
  swiftmalloc_set_thread_cache(swiftmalloc_this_thread.cache);
}
static inline uintptr_t swiftmalloc_span_heap(void) { return swiftmalloc_this_thread.span_heap; }
static inline uintptr_t swiftmalloc_bump_heap(void) { return swiftmalloc_this_thread.bump_heap; }
// What is written before is in memory when a signal handler comes after, and what is written after is not yet there when one
// comes before.
static inline void swiftmalloc_set_span_heap(uintptr_t word) {
  swiftmalloc_signal_fence();
  swiftmalloc_this_thread.span_heap = word;
  swiftmalloc_signal_fence();
}
static inline void swiftmalloc_set_bump_heap(uintptr_t word) {
  swiftmalloc_signal_fence();
  swiftmalloc_this_thread.bump_heap = word;
  swiftmalloc_signal_fence();
}
/// What tells threads that are alive apart.
static inline uintptr_t swiftmalloc_thread_mark(void) { return (uintptr_t)&swiftmalloc_this_thread; }
static inline uintptr_t swiftmalloc_thread_flags(void) { return swiftmalloc_this_thread.flags; }
static inline void swiftmalloc_set_thread_flags(uintptr_t flags) {
  swiftmalloc_this_thread.flags = flags;
}

#endif
