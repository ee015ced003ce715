// Sleeping on a word of this process until it changes: futex(2).

#ifndef SWIFTMALLOC_FUTEX_WORD_H
#define SWIFTMALLOC_FUTEX_WORD_H

#include <linux/futex.h>
#include <stdint.h>
#include <time.h>

#include "clock.h"
#include "system_call.h"

/// Of the monotonic clock.
static inline int64_t swiftmalloc_microseconds(void) { return (int64_t)(swiftmalloc_monotonic_ns() / 1000); }

/// Sleeps while the word has the value, or until somebody wakes it; null: without an end.
static inline void swiftmalloc_sleep_on(uint32_t *word, uint32_t value, const struct timespec *timeout) {
  swiftmalloc_system_call(SYS_futex, (intptr_t)word, FUTEX_WAIT_PRIVATE, value, (intptr_t)timeout, 0, 0);
}

/// Wakes all that sleep on the word.
static inline void swiftmalloc_wake_all(uint32_t *word) {
  swiftmalloc_system_call(SYS_futex, (intptr_t)word, FUTEX_WAKE_PRIVATE, INT32_MAX, 0, 0, 0);
}

/// As `swiftmalloc_sleep_on`, up to a time in microseconds; 0 at once when that is over.
static inline int swiftmalloc_sleep_until(uint32_t *word, uint32_t value, int64_t end) {
  const int64_t left = end - swiftmalloc_microseconds();
  if (left <= 0) return 0;
  const struct timespec timeout = {.tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000};
  swiftmalloc_sleep_on(word, value, &timeout);
  return 1;
}

#endif
