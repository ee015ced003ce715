// The rows of the tables in a published file; live.h says where each table lies.

#ifndef SWIFTMALLOC_LIVE_ROWS_H
#define SWIFTMALLOC_LIVE_ROWS_H

#include <stdint.h>

struct swiftmalloc_live_amount {
  uint64_t now, peak;
};

/// 32 bytes, for all threads.
struct swiftmalloc_live_class_totals {
  /// 0 for a number that is not used, and for medium and large blocks.
  uint64_t block_size;
  /// Spans of the class, of these in the central list, and live blocks in those.
  uint64_t span_count, central_span_count, central_live_count;
};

struct swiftmalloc_live_arena {
  uint64_t start;
  uint64_t committed_bytes;
};

/// 40 bytes: one thread's calls for blocks of one size class.
struct swiftmalloc_live_class {
  uint64_t allocation_count, free_count;
  /// Asked for by all allocations so far (realloc in place adds what the block grew by), and given back.
  uint64_t requested_bytes, returned_bytes;
  /// The greatest requested_bytes − returned_bytes so far, as a signed number: it is below zero for a thread that frees
  /// what others allocated.
  int64_t peak_bytes;
};

/// 32 bytes: as much of the numbers of that name is of before the reset.
struct swiftmalloc_live_before {
  uint64_t allocation_count, free_count, requested_bytes, returned_bytes;
};

/// The first 64 bytes of a thread's row; SWIFTMALLOC_LIVE_CLASSES × struct swiftmalloc_live_class follow.
struct swiftmalloc_live_thread {
  /// 0: the row is free.
  uint32_t is_used;
  int32_t thread_id;
  /// As the thread was called when its row was taken, or when it was last looked at again, every 64th slow path or
  /// large block (prctl PR_GET_NAME).
  char name[16];
  uint64_t started_boot_ns;
  /// Σ (requested_bytes − returned_bytes), signed, and its greatest value, as the thread summed it up at its last
  /// medium or large block or at one of its last 512 allocations.
  int64_t requested_bytes, peak_bytes;
  /// At that time Σ ((allocation_count − free_count) × block_size) of the small classes, signed.
  int64_t small_bytes;
  uint64_t reserved;
};

/// 64 bytes.
struct swiftmalloc_live_large {
  /// 0: the row is free.
  uint64_t address;
  uint64_t requested_bytes, given_bytes;
  uint64_t allocated_boot_ns;
  int32_t thread_id;
  uint32_t reserved_word;
  uint64_t reserved[3];
};

/// 128 bytes: a heap of the program's own.
struct swiftmalloc_live_heap {
  /// As the program knows it; 0: the row is free.
  uint64_t handle;
  /// SWIFTMALLOC_HEAP_LOCAL, SWIFTMALLOC_HEAP_BUMP, SWIFTMALLOC_LIVE_HEAP_DELETED.
  uint32_t flags;
  uint32_t reserved_word;
  /// Bytes that its blocks take, by slices and mappings, at most so far, and kept for reuse. With DEBUG or LEAKS:
  /// asked for.
  uint64_t used_bytes, peak_bytes, kept_bytes;
  /// 2^64 - 1: none.
  uint64_t limit;
  uint64_t made_boot_ns;
  char name[48];
  uint64_t reserved[3];
};

/// 64 bytes: the sampled heap profile of the process.
struct swiftmalloc_live_profile {
  /// Others ask for something: they write action and interval, raise wanted and wake the futex trim_alarm, again and
  /// again, until done is as high. error is of that answer, as errno(3) has it; 0: all is well.
  uint64_t wanted, done;
  /// enum swiftmalloc_live_profile_action
  uint32_t action;
  int32_t error;
  /// With start: mean bytes between two samples; 0: as the options say.
  uint64_t interval;
  /// Whether there is somebody to answer.
  uint64_t is_served;
  /// Mean bytes between two samples now; 0: none are taken.
  uint64_t active_interval;
  /// Where the wishes to look into the process lie; 0: the library knows nothing of them.
  uint64_t look_offset;
  uint64_t reserved;
};

/// 32 bytes: which process may read the memory of this one, beside those that may anyway (prctl(2), PR_SET_PTRACER).
struct swiftmalloc_live_look {
  /// Others ask: they write looker, raise wanted and wake the futex trim_alarm, again and again, until done is as
  /// high. error is what prctl(2) answered, as errno(3) has it; 0: done. EINVAL: the system has no Yama, or there is
  /// no such process.
  uint64_t wanted, done;
  /// The number of the process that is to be let in; 0: none any more.
  uint32_t looker;
  int32_t error;
  uint64_t reserved;
};

_Static_assert(sizeof(struct swiftmalloc_live_profile) == 64, "the layout is fixed");
_Static_assert(sizeof(struct swiftmalloc_live_look) == 32, "the layout is fixed");
_Static_assert(sizeof(struct swiftmalloc_live_class_totals) == 32, "the layout is fixed");
_Static_assert(sizeof(struct swiftmalloc_live_class) == 40, "the layout is fixed");
_Static_assert(sizeof(struct swiftmalloc_live_thread) == 64, "the layout is fixed");
_Static_assert(sizeof(struct swiftmalloc_live_large) == 64, "the layout is fixed");
_Static_assert(sizeof(struct swiftmalloc_live_before) == 32, "the layout is fixed");
_Static_assert(sizeof(struct swiftmalloc_live_heap) == 128, "the layout is fixed");

#endif
