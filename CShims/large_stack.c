// Stacks for what needs more than a thread may have: libunwind and libdw want some ten kilobytes, the
// smallest thread and an alternative signal stack have a few in all.

#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

#include "arch/call_on_stack.h"
#include "libc.h"
#include "system_call.h"

enum { STACKS = 4, STACK_BYTES = 512 * 1024 };

static struct {
  int is_used;
  char *bytes;
} stacks[STACKS];

size_t swiftmalloc_large_stack(int index, uintptr_t *start) {
  if (index >= STACKS) return 0;
  *start = (uintptr_t)stacks[index].bytes;
  return STACK_BYTES;
}

void swiftmalloc_on_large_stack(void (*body)(void *), void *context) {
  const int saved = errno;
  int done = 0;
  for (int index = 0; index < STACKS && !done; index++) {
    if (__atomic_exchange_n(&stacks[index].is_used, 1, __ATOMIC_ACQUIRE)) continue;
    if (!stacks[index].bytes) {
      const intptr_t bytes =
          swiftmalloc_system_call(SYS_mmap, 0, STACK_BYTES, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
      if (bytes > 0 || bytes < -4095) {
        // The lowest page is the guard.
        swiftmalloc_system_call(SYS_mprotect, bytes, (intptr_t)swiftmalloc_page_size(), PROT_NONE, 0, 0, 0);
        stacks[index].bytes = (char *)bytes;
      }
    }
    if (stacks[index].bytes) {
      swiftmalloc_call_on_stack(body, context, (uintptr_t)stacks[index].bytes + STACK_BYTES);
      done = 1;
    }
    __atomic_store_n(&stacks[index].is_used, 0, __ATOMIC_RELEASE);
  }
  if (!done) body(context);
  errno = saved;
}
