// Where the counters of this process lie (live.h has their layout): in memory of its own with SWIFTMALLOC_STATS, in the
// shared file with SWIFTMALLOC_LIVE; nowhere otherwise, and then nobody counts.

#ifndef SWIFTMALLOC_COUNTERS_H
#define SWIFTMALLOC_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#include "live.h"
#include "thread_state.h"

enum {
  SWIFTMALLOC_LIVE_QUANTITY_OFFSET = 512,
  SWIFTMALLOC_LIVE_CALL_OFFSET = 1024,
  SWIFTMALLOC_LIVE_CLASS_OFFSET = 1280,
  SWIFTMALLOC_LIVE_PROFILE_OFFSET = 4224,
  SWIFTMALLOC_LIVE_LOOK_OFFSET = 4288,
  SWIFTMALLOC_LIVE_ARENA_OFFSET = 8192,
  SWIFTMALLOC_LIVE_THREAD_OFFSET = SWIFTMALLOC_LIVE_ARENA_OFFSET + 16 * SWIFTMALLOC_LIVE_ARENAS,
  SWIFTMALLOC_LIVE_THREAD_STRIDE = 4096,
  SWIFTMALLOC_LIVE_LARGE_OFFSET =
      SWIFTMALLOC_LIVE_THREAD_OFFSET + SWIFTMALLOC_LIVE_THREADS * SWIFTMALLOC_LIVE_THREAD_STRIDE,
  SWIFTMALLOC_LIVE_SLICE_OFFSET = SWIFTMALLOC_LIVE_LARGE_OFFSET + SWIFTMALLOC_LIVE_LARGE_BLOCKS * 64,
  SWIFTMALLOC_LIVE_SIZE_OFFSET = SWIFTMALLOC_LIVE_SLICE_OFFSET + SWIFTMALLOC_LIVE_SLICES,
  SWIFTMALLOC_LIVE_HEAP_OFFSET = SWIFTMALLOC_LIVE_SIZE_OFFSET + 8 * SWIFTMALLOC_LIVE_SIZES,
  SWIFTMALLOC_LIVE_RESET_OFFSET = SWIFTMALLOC_LIVE_HEAP_OFFSET + 128 * SWIFTMALLOC_LIVE_HEAPS,
  SWIFTMALLOC_LIVE_RESET_STRIDE = 32 * SWIFTMALLOC_LIVE_CLASSES,
  SWIFTMALLOC_LIVE_FILE_BYTES =
      SWIFTMALLOC_LIVE_RESET_OFFSET + SWIFTMALLOC_LIVE_RESET_ROWS * SWIFTMALLOC_LIVE_RESET_STRIDE,
};

_Static_assert(SWIFTMALLOC_LIVE_CALL_OFFSET >= SWIFTMALLOC_LIVE_QUANTITY_OFFSET + 16 * SWIFTMALLOC_LIVE_QUANTITIES,
               "tables are apart");
_Static_assert(SWIFTMALLOC_LIVE_CLASS_OFFSET >= SWIFTMALLOC_LIVE_CALL_OFFSET + 8 * SWIFTMALLOC_LIVE_CALLS,
               "tables are apart");
_Static_assert(SWIFTMALLOC_LIVE_PROFILE_OFFSET >= SWIFTMALLOC_LIVE_CLASS_OFFSET + 32 * SWIFTMALLOC_LIVE_CLASSES,
               "tables are apart");
_Static_assert(SWIFTMALLOC_LIVE_LOOK_OFFSET >= SWIFTMALLOC_LIVE_PROFILE_OFFSET + sizeof(struct swiftmalloc_live_profile),
               "tables are apart");
_Static_assert(SWIFTMALLOC_LIVE_THREAD_STRIDE >= 64 + 40 * SWIFTMALLOC_LIVE_CLASSES, "a row holds its classes");

/// Null: nobody counts. Set at the first call, before there are threads.
extern unsigned char *swiftmalloc_live_base __attribute__((visibility("hidden")));

static inline unsigned char *swiftmalloc_live_memory(void) { return swiftmalloc_live_base; }
static inline void swiftmalloc_set_live_memory(unsigned char *base) { swiftmalloc_live_base = base; }
static inline int swiftmalloc_live_is_on(void) { return swiftmalloc_live_base != NULL; }
static inline struct swiftmalloc_live_header *swiftmalloc_live_header_now(void) {
  return (struct swiftmalloc_live_header *)swiftmalloc_live_base;
}
static inline struct swiftmalloc_live_amount *swiftmalloc_live_amounts(void) {
  return (struct swiftmalloc_live_amount *)(swiftmalloc_live_base + SWIFTMALLOC_LIVE_QUANTITY_OFFSET);
}
static inline struct swiftmalloc_live_class_totals *swiftmalloc_live_totals(void) {
  return (struct swiftmalloc_live_class_totals *)(swiftmalloc_live_base + SWIFTMALLOC_LIVE_CLASS_OFFSET);
}
static inline struct swiftmalloc_live_arena *swiftmalloc_live_arenas(void) {
  return (struct swiftmalloc_live_arena *)(swiftmalloc_live_base + SWIFTMALLOC_LIVE_ARENA_OFFSET);
}
static inline struct swiftmalloc_live_thread *swiftmalloc_live_row(size_t index) {
  return (struct swiftmalloc_live_thread *)(swiftmalloc_live_base + SWIFTMALLOC_LIVE_THREAD_OFFSET +
                                            index * SWIFTMALLOC_LIVE_THREAD_STRIDE);
}
static inline struct swiftmalloc_live_class *swiftmalloc_live_row_classes(struct swiftmalloc_live_thread *row) {
  return (struct swiftmalloc_live_class *)(row + 1);
}
static inline struct swiftmalloc_live_large *swiftmalloc_live_large_row(size_t index) {
  return (struct swiftmalloc_live_large *)(swiftmalloc_live_base + SWIFTMALLOC_LIVE_LARGE_OFFSET) + index;
}

static inline struct swiftmalloc_live_before *swiftmalloc_live_before_row(size_t index) {
  return (struct swiftmalloc_live_before *)(swiftmalloc_live_base + SWIFTMALLOC_LIVE_RESET_OFFSET +
                                            index * SWIFTMALLOC_LIVE_RESET_STRIDE);
}
static inline struct swiftmalloc_live_heap *swiftmalloc_live_heap_row(size_t index) {
  return (struct swiftmalloc_live_heap *)(swiftmalloc_live_base + SWIFTMALLOC_LIVE_HEAP_OFFSET) + index;
}

static inline uint32_t *swiftmalloc_live_trim_alarm(void) { return &swiftmalloc_live_header_now()->trim_alarm; }
/// Whether another process asked for a trim that was not done yet.
static inline int swiftmalloc_live_trim_is_wanted(void) {
  const struct swiftmalloc_live_header *header = swiftmalloc_live_header_now();
  return __atomic_load_n(&header->trim_wanted, __ATOMIC_RELAXED) !=
         __atomic_load_n(&header->trim_done, __ATOMIC_RELAXED);
}
/// Says that the wishes up to this number are fulfilled.
static inline void swiftmalloc_live_answer_trim(uint64_t number) {
  __atomic_store_n(&swiftmalloc_live_header_now()->trim_done, number, __ATOMIC_RELEASE);
}

static inline struct swiftmalloc_live_profile *swiftmalloc_live_profile_now(void) {
  return (struct swiftmalloc_live_profile *)(swiftmalloc_live_base + SWIFTMALLOC_LIVE_PROFILE_OFFSET);
}
/// Whether another process asked for something of the profile that was not done yet.
static inline int swiftmalloc_live_profile_is_wanted(void) {
  const struct swiftmalloc_live_profile *profile = swiftmalloc_live_profile_now();
  return __atomic_load_n(&profile->wanted, __ATOMIC_ACQUIRE) != __atomic_load_n(&profile->done, __ATOMIC_RELAXED);
}
/// Says that the wishes up to this number are answered.
static inline void swiftmalloc_live_answer_profile(uint64_t number) {
  __atomic_store_n(&swiftmalloc_live_profile_now()->done, number, __ATOMIC_RELEASE);
}

static inline struct swiftmalloc_live_look *swiftmalloc_live_look_now(void) {
  return (struct swiftmalloc_live_look *)(swiftmalloc_live_base + SWIFTMALLOC_LIVE_LOOK_OFFSET);
}
/// Whether another process asked to be let in, or took that back, and was not answered yet.
static inline int swiftmalloc_live_look_is_wanted(void) {
  const struct swiftmalloc_live_look *look = swiftmalloc_live_look_now();
  return __atomic_load_n(&look->wanted, __ATOMIC_ACQUIRE) != __atomic_load_n(&look->done, __ATOMIC_RELAXED);
}
/// Says that the wishes up to this number are answered.
static inline void swiftmalloc_live_answer_look(uint64_t number) {
  __atomic_store_n(&swiftmalloc_live_look_now()->done, number, __ATOMIC_RELEASE);
}

static inline uint64_t *swiftmalloc_live_sizes(void) {
  return (uint64_t *)(swiftmalloc_live_base + SWIFTMALLOC_LIVE_SIZE_OFFSET);
}

/// The calling thread's row, or null.
static inline struct swiftmalloc_live_thread *swiftmalloc_own_row(void) { return swiftmalloc_this_thread.row; }
static inline void swiftmalloc_set_own_row(struct swiftmalloc_live_thread *row) { swiftmalloc_this_thread.row = row; }

/// For words that several threads write.
static inline uint64_t swiftmalloc_add(uint64_t *word, uint64_t value) {
  return __atomic_add_fetch(word, value, __ATOMIC_RELAXED);
}

/// Takes row `index` of the large blocks; 0 when it is taken. No lock: a signal handler may come between.
extern uint64_t swiftmalloc_live_large_taken[SWIFTMALLOC_LIVE_LARGE_BLOCKS / 64] __attribute__((visibility("hidden")));
static inline int swiftmalloc_take_large_row(size_t index) {
  const uint64_t bit = (uint64_t)1 << (index & 63);
  return !(__atomic_fetch_or(&swiftmalloc_live_large_taken[index / 64], bit, __ATOMIC_ACQ_REL) & bit);
}
static inline void swiftmalloc_leave_large_row(size_t index) {
  __atomic_fetch_and(&swiftmalloc_live_large_taken[index / 64], ~((uint64_t)1 << (index & 63)), __ATOMIC_RELEASE);
}
/// Clears a row's address if it is this; 0 when it is not.
static inline int swiftmalloc_clear_large_row(size_t index, uint64_t address) {
  return __atomic_compare_exchange_n(&swiftmalloc_live_large_row(index)->address, &address, 0, 0, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED);
}
/// A bit for each of 64 rows.
static inline uint64_t swiftmalloc_large_rows_taken(size_t word) {
  return __atomic_load_n(&swiftmalloc_live_large_taken[word], __ATOMIC_ACQUIRE);
}

/// Raises a word that several threads raise to `value`.
static inline void swiftmalloc_raise(uint64_t *word, uint64_t value) {
  uint64_t now = __atomic_load_n(word, __ATOMIC_RELAXED);
  while (now < value && !__atomic_compare_exchange_n(word, &now, value, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

/// Adds 1 to the number of a table that others read meanwhile: what was written before it comes before it, and what is
/// written behind it behind.
static inline void swiftmalloc_raise_version(uint64_t *version) {
  __atomic_add_fetch(version, 1, __ATOMIC_SEQ_CST);
  // Where processors keep no order among stores, the addition alone does not hold later ones back.
  __atomic_thread_fence(__ATOMIC_RELEASE);
}

/// The library's system calls so far, counted whether or not anybody asks; of no order with anything else.
extern uint64_t swiftmalloc_call_counts[SWIFTMALLOC_LIVE_CALLS] __attribute__((visibility("hidden")));
static inline void swiftmalloc_count_call(enum swiftmalloc_live_call call) {
  swiftmalloc_add(&swiftmalloc_call_counts[call], 1);
  if (swiftmalloc_live_base)
    swiftmalloc_add((uint64_t *)(swiftmalloc_live_base + SWIFTMALLOC_LIVE_CALL_OFFSET) + call, 1);
}

static inline uint64_t swiftmalloc_call_count(size_t call) {
  return __atomic_load_n(&swiftmalloc_call_counts[call], __ATOMIC_RELAXED);
}

/// Memory for the counters of the calling process: in a new file of the process if `is_shared`, in place of what is at
/// `place` if that is not null. Null when there is none; `*problem` then says why, an error number. Pages are zero.
unsigned char *swiftmalloc_live_map(int is_shared, void *place, int *problem);

/// Makes sure that the pages of counters can be written without a signal; 0 when there is no memory for them.
int swiftmalloc_live_populate(void *start, size_t length);

/// The path of the file that the calling process' profile is written to, beside its file: 64 bytes at most.
void swiftmalloc_live_profile_path(char *path);

/// Removes the calling process' file, if it has one; 0 when the system refuses, since the process has become another user.
int swiftmalloc_live_remove(void);

/// Gives back the memory of the process' file, but for its first page, when it cannot be removed. The counters go on in
/// memory that nobody else sees.
void swiftmalloc_live_empty(void);

/// Removes what processes left in an open directory that had become other users when they ended.
void swiftmalloc_live_remove_ended(int directory);

/// Makes `end` run when the process calls _exit; and, from the second call on, which may allocate, at quick_exit.
void swiftmalloc_at_quick_end(void (*end)(void));
void swiftmalloc_watch_quick_exit(void);

/// The process' user and system time in nanoseconds.
void swiftmalloc_process_times(uint64_t *user_ns, uint64_t *system_ns);

/// geteuid.
uint32_t swiftmalloc_user_id(void);

#endif
