// Where the C library's control block of a thread tells its stack: quiet.h. The block ends at the thread pointer and begins
// where pthread_self says; the two words, address and length, are found in the caller's own.

#if defined(__aarch64__)

#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>

#include "libc.h"
#include "quiet.h"

uintptr_t swiftmalloc_stack_words_offset(void) {
  static uintptr_t found;
  const uintptr_t known = __atomic_load_n(&found, __ATOMIC_RELAXED);
  if (known) return known;
  const uintptr_t block = (uintptr_t)pthread_self(), end = swiftmalloc_thread_pointer();
  // Glibc's initial thread has 0 and where its stack ended when the process began (2.34).
  const uintptr_t initial = swiftmalloc_initial_stack();
  for (uintptr_t place = block; place + 16 <= end; place += 8) {
    const uintptr_t *words = (const uintptr_t *)place;
    const int is_initial = words[0] == 0 && words[1] == initial && initial;
    // Its own stack holds the control block.
    const int is_own = words[0] && words[0] < block && words[1] > end - words[0] && words[1] < (uintptr_t)1 << 40;
    if (!is_initial && !is_own) continue;
    __atomic_store_n(&found, place - block, __ATOMIC_RELAXED);
    return place - block;
  }
  return 0;
}

#endif
