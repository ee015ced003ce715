// The thread-local words of the library. Swift has no thread-local storage without a runtime.
// initial-exec: an access is one load from the thread pointer and never calls __tls_get_addr, which
// may allocate.

#ifndef SWIFTMALLOC_THREAD_STATE_H
#define SWIFTMALLOC_THREAD_STATE_H

#include <stdint.h>

#include "../arch/architecture.h"

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
/// In place of that while the thread is in a slow path of a heap: who finds it leaves the words alone.
enum { SWIFTMALLOC_HEAP_IN_CALL = 0x5a5a5a5d };

struct swiftmalloc_live_thread;

struct swiftmalloc_thread_state {
  // The thread's cache; SWIFTMALLOC_NO_CACHE without one and where calls are counted;
  // SWIFTMALLOC_CHOSEN_HEAP; another odd word in a fast path.
  uintptr_t ready;
  void *cache;      // the thread's cache, or null
  uintptr_t flags;  // what the slow path must know; ThreadFlags in Platform
  // While libunwind is asked, the stack that it may read; where calls are sampled, the stack of the last one.
  uintptr_t stack_start, stack_end;
  struct swiftmalloc_live_thread *row;  // the thread's counters (counters.h), or null
  void *chosen;  // the heap that malloc of this thread takes from (swiftmalloc_heap_set_current), or null
  // The heap of spans, and the local bump heap, whose handle the fast paths serve: those that the
  // thread used last. The handle and 1 while it is in such a path; SWIFTMALLOC_NO_HEAP where there
  // is none; SWIFTMALLOC_HEAP_IN_CALL in a slow path.
  uintptr_t span_heap, bump_heap;
  // The cache that `span_heap` has for this thread.
  void *span_cache;
  void *places;  // the thread's caches of shared heaps (Heap/CachePlaces.swift), null before the first one
};

/// Not null: calls are counted (counters.h), and no thread is ever ready.
extern unsigned char *swiftmalloc_live_base __attribute__((visibility("hidden")));

extern __thread struct swiftmalloc_thread_state swiftmalloc_this_thread
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/// Begins the few instructions of a fast path that a signal handler of the same thread must not come
/// between: until `swiftmalloc_leave_fast_path` the thread is not ready, and its handlers take slow paths. The
/// word is then where the stack ended, and odd.
static inline void swiftmalloc_enter_fast_path(void) {
  swiftmalloc_this_thread.ready = swiftmalloc_stack_mark();
  __asm__ volatile("" ::: "memory");
}

static inline void swiftmalloc_leave_fast_path(uintptr_t cache) {
  // For the compiler only.
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  // Release: partner is `swiftmalloc_is_in_fast_path`. A plain store on x86-64.
  __atomic_store_n(&swiftmalloc_this_thread.ready, cache, __ATOMIC_RELEASE);
}

/// Whether the thread with this mark (`swiftmalloc_thread_mark`), which is alive, is between these
/// two, or in a path of a heap of the program's own.
static inline int swiftmalloc_is_in_fast_path(uintptr_t mark) {
  const struct swiftmalloc_thread_state *thread = (const struct swiftmalloc_thread_state *)mark;
  uintptr_t ready = __atomic_load_n(&thread->ready, __ATOMIC_ACQUIRE);
  uintptr_t heap = __atomic_load_n(&thread->span_heap, __ATOMIC_ACQUIRE);
  return ((ready & 1) && ready > SWIFTMALLOC_NO_CACHE) || ((heap & 1) && heap != SWIFTMALLOC_NO_HEAP);
}

/// No instruction. What is written before is in memory when a signal handler comes after, and what
/// is written after is not yet there when one comes before: for marks that only a handler of the
/// same thread reads.
static inline void swiftmalloc_signal_fence(void) { __asm__ volatile("" ::: "memory"); }

/// The same address. The compiler knows nothing of where it comes from, and so does not make it up
/// again for each access.
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
static inline uintptr_t swiftmalloc_span_cache(void) { return (uintptr_t)swiftmalloc_this_thread.span_cache; }
/// While `span_heap` is the handle of no heap.
static inline void swiftmalloc_set_span_cache(uintptr_t cache) { swiftmalloc_this_thread.span_cache = (void *)cache; }
static inline void *swiftmalloc_places(void) { return swiftmalloc_this_thread.places; }
static inline void swiftmalloc_set_places(void *places) { swiftmalloc_this_thread.places = places; }
/// The same of the thread with this mark, which is alive.
static inline void *swiftmalloc_places_of(uintptr_t mark) { return ((struct swiftmalloc_thread_state *)mark)->places; }
/// The fast paths of that thread, which is in none of this heap, serve the heap no more.
static inline void swiftmalloc_forget_span_heap(uintptr_t mark, uintptr_t heap) {
  struct swiftmalloc_thread_state *thread = (struct swiftmalloc_thread_state *)mark;
  __atomic_compare_exchange_n(&thread->span_heap, &heap, SWIFTMALLOC_NO_HEAP, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}
// What is written before is in memory when a signal handler comes after, and what is written after
// is not yet there when one comes before.
static inline void swiftmalloc_set_span_heap(uintptr_t word) {
  swiftmalloc_signal_fence();
  // Release: partner is `swiftmalloc_is_in_fast_path`. A plain store on x86-64.
  __atomic_store_n(&swiftmalloc_this_thread.span_heap, word, __ATOMIC_RELEASE);
  swiftmalloc_signal_fence();
}
static inline void swiftmalloc_set_bump_heap(uintptr_t word) {
  swiftmalloc_signal_fence();
  swiftmalloc_this_thread.bump_heap = word;
  swiftmalloc_signal_fence();
}
/// What tells threads that are alive apart.
static inline uintptr_t swiftmalloc_thread_mark(void) { return (uintptr_t)&swiftmalloc_this_thread; }
/// The flags of the thread with this mark, which is alive.
static inline uintptr_t swiftmalloc_thread_flags_of(uintptr_t mark) {
  return __atomic_load_n(&((const struct swiftmalloc_thread_state *)mark)->flags, __ATOMIC_ACQUIRE);
}
static inline uintptr_t swiftmalloc_thread_flags(void) { return swiftmalloc_this_thread.flags; }
/// The stack that the thread was on when a call of its was sampled last: from its lowest byte to
/// behind its highest; 0 before.
static inline uintptr_t swiftmalloc_sampled_stack_start(void) { return swiftmalloc_this_thread.stack_start; }
static inline uintptr_t swiftmalloc_sampled_stack_end(void) { return swiftmalloc_this_thread.stack_end; }
static inline void swiftmalloc_set_sampled_stack(uintptr_t start, uintptr_t end) {
  swiftmalloc_this_thread.stack_start = start;
  swiftmalloc_this_thread.stack_end = end;
}
static inline void swiftmalloc_set_thread_flags(uintptr_t flags) {
  swiftmalloc_this_thread.flags = flags;
}

#endif
