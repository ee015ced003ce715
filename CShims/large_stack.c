// Stacks for what needs more than a thread may have: libunwind and libdw want some ten kilobytes, the
// smallest thread and an alternative signal stack have a few in all.

#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

#include "arch/call_on_stack.h"
#include "libc.h"
#include "quiet.h"
#include "system_call.h"

enum { STACKS = 4, STACK_BYTES = 512 * 1024 };

// A user is told by its thread pointer, 0 is nobody.
static struct {
  uintptr_t user;
  char *bytes;
} stacks[STACKS];

size_t swiftmalloc_large_stack(int index, uintptr_t *start) {
  if (index >= STACKS) return 0;
  *start = (uintptr_t)stacks[index].bytes;
  return STACK_BYTES;
}

void swiftmalloc_large_stacks_in_child(void) {
  for (int index = 0; index < STACKS; index++)
    if (stacks[index].user != swiftmalloc_thread_pointer()) stacks[index].user = 0;
}

static char *make(void) {
  const intptr_t bytes = swiftmalloc_system_call(SYS_mmap, 0, STACK_BYTES, PROT_READ | PROT_WRITE,
                                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (bytes <= 0 && bytes >= -4095) return NULL;
  // The lowest page is the guard.
  swiftmalloc_system_call(SYS_mprotect, bytes, (intptr_t)swiftmalloc_page_size(), PROT_NONE, 0, 0, 0);
  return (char *)bytes;
}

// Whether there was a stack for it.
static int try_on_large_stack(void (*body)(void *), void *context) {
  for (int index = 0; index < STACKS; index++) {
    uintptr_t nobody = 0;
    if (!__atomic_compare_exchange_n(&stacks[index].user, &nobody, swiftmalloc_thread_pointer(), 0, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED))
      continue;
    if (!stacks[index].bytes) stacks[index].bytes = make();
    char *bytes = stacks[index].bytes;
    if (bytes) swiftmalloc_call_on_stack(body, context, (uintptr_t)bytes + STACK_BYTES);
    __atomic_store_n(&stacks[index].user, 0, __ATOMIC_RELEASE);
    if (bytes) return 1;
  }
  return 0;
}

void swiftmalloc_on_large_stack(void (*body)(void *), void *context) {
  const int saved = errno;
  if (!try_on_large_stack(body, context)) body(context);
  errno = saved;
}

void swiftmalloc_report_on_large_stack(void (*body)(void *), void *context) {
  enum { ATTEMPTS = 1000 };
  const int saved = errno;
  int is_done = try_on_large_stack(body, context);
  for (int attempt = 0; !is_done && attempt < ATTEMPTS; attempt++) {
    swiftmalloc_pause(1);
    is_done = try_on_large_stack(body, context);
  }
  if (!is_done) body(context);
  errno = saved;
}
