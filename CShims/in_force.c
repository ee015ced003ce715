// The body of in_force.h. The names are references that the dynamic linker resolves: ours, unless another object comes
// first.

#define _GNU_SOURCE
#include "in_force.h"

#include <stdint.h>
#include <stdlib.h>

#include "dynamic.h"
#include "program_symbol.h"
#include "thread_state.h"

// Our own functions, under their own names; absent where the tests link the layers below.
extern void *swiftmalloc_malloc(size_t) __attribute__((weak));
extern void *swiftmalloc_realloc(void *, size_t) __attribute__((weak));
extern void swiftmalloc_free(void *) __attribute__((weak));

// The function in force, when it is not ours; null otherwise. A program's jump to a function of ours stands for that.
static inline void *not_ours(void *in_force, void *ours) {
  if (__builtin_expect(in_force == ours, 1)) return NULL;
  return ours ? swiftmalloc_unless_jump_of_program(in_force) : NULL;
}

int swiftmalloc_malloc_is_own(void) { return !not_ours((void *)malloc, (void *)swiftmalloc_malloc); }

uintptr_t swiftmalloc_malloc_of_libraries(void) {
  if (!swiftmalloc_is_linked_in()) return 0;
  const uintptr_t found = (uintptr_t)swiftmalloc_dlsym(RTLD_DEFAULT, "malloc");
  return swiftmalloc_is_own_code(found) ? 0 : found;
}

void *(*swiftmalloc_other_realloc(void))(void *, size_t) {
  return (void *(*)(void *, size_t))not_ours((void *)realloc, (void *)swiftmalloc_realloc);
}

void (*swiftmalloc_other_free(void))(void *) {
  return (void (*)(void *))not_ours((void *)free, (void *)swiftmalloc_free);
}

// The function in force of that name; null when it is ours.
static void *other(const char *name) {
  void *function = swiftmalloc_dlsym(RTLD_DEFAULT, name);
  return function && swiftmalloc_is_own_code((uintptr_t)function) ? NULL : function;
}

static int make_by_other(size_t alignment, size_t size, void **block) {
  void *(*by_alignment)(size_t, size_t) = (void *(*)(size_t, size_t))other("memalign");
  if (!by_alignment) {
    int (*by_pointer)(void **, size_t, size_t) = (int (*)(void **, size_t, size_t))other("posix_memalign");
    if (by_pointer) {
      if (by_pointer(block, alignment, size)) *block = NULL;
      return 1;
    }
    by_alignment = (void *(*)(size_t, size_t))other("aligned_alloc");
  }
  if (!by_alignment) return 0;
  *block = by_alignment(alignment, size);
  return 1;
}

int swiftmalloc_aligned_by_other(int asked, size_t alignment, size_t size, void **block) {
  static const char *const names[] = {
      [SWIFTMALLOC_MEMALIGN] = "memalign",
      [SWIFTMALLOC_ALIGNED_ALLOC] = "aligned_alloc",
      [SWIFTMALLOC_POSIX_MEMALIGN] = "posix_memalign",
      [SWIFTMALLOC_VALLOC] = "valloc",
      [SWIFTMALLOC_PVALLOC] = "pvalloc",
  };
  if (swiftmalloc_malloc_is_own()) return 0;
  // Theirs asks us for its memory.
  if (swiftmalloc_thread_flags() & SWIFTMALLOC_THREAD_HANDS_ON) return 0;
  swiftmalloc_set_thread_flags(swiftmalloc_thread_flags() | SWIFTMALLOC_THREAD_HANDS_ON);
  // Who calls ours past another of the same name wants ours.
  const int is_made = !other(names[asked]) && make_by_other(alignment, size, block);
  swiftmalloc_set_thread_flags(swiftmalloc_thread_flags() & ~(uintptr_t)SWIFTMALLOC_THREAD_HANDS_ON);
  return is_made;
}

// C++'s operators by their mangled names; size_t stands for std::align_val_t.
extern void *_Znwm(size_t) __attribute__((weak)), *_Znam(size_t) __attribute__((weak));
extern void _ZdlPv(void *) __attribute__((weak)), _ZdaPv(void *) __attribute__((weak));
extern void _ZdlPvSt11align_val_t(void *, size_t) __attribute__((weak));
extern void _ZdaPvSt11align_val_t(void *, size_t) __attribute__((weak));
extern void swiftmalloc_new(void) __attribute__((weak)), swiftmalloc_new_array(void) __attribute__((weak));
extern void swiftmalloc_delete(void) __attribute__((weak));
extern void swiftmalloc_delete_array(void) __attribute__((weak));
extern void swiftmalloc_delete_aligned(void) __attribute__((weak));
extern void swiftmalloc_delete_array_aligned(void) __attribute__((weak));

typedef void (*function)(void);

static const struct operator_in_force {
  function in_force, ours;
} operators[] = {
    [SWIFTMALLOC_NEW] = {(function)_Znwm, swiftmalloc_new},
    [SWIFTMALLOC_NEW_ARRAY] = {(function)_Znam, swiftmalloc_new_array},
    [SWIFTMALLOC_DELETE] = {(function)_ZdlPv, swiftmalloc_delete},
    [SWIFTMALLOC_DELETE_ARRAY] = {(function)_ZdaPv, swiftmalloc_delete_array},
    [SWIFTMALLOC_DELETE_ALIGNED] = {(function)_ZdlPvSt11align_val_t, swiftmalloc_delete_aligned},
    [SWIFTMALLOC_DELETE_ARRAY_ALIGNED] = {(function)_ZdaPvSt11align_val_t, swiftmalloc_delete_array_aligned},
};

void (*swiftmalloc_replacement(int which))(void) {
  return (function)not_ours((void *)operators[which].in_force, (void *)operators[which].ours);
}

__attribute__((noinline)) static int forward(void *block, int which, size_t alignment) {
  void (*replacement)(void) = swiftmalloc_replacement(which);
  if (!replacement) return 0;
  if (alignment)
    ((void (*)(void *, size_t))replacement)(block, alignment);
  else
    ((void (*)(void *))replacement)(block);
  return 1;
}

int swiftmalloc_forward_delete(void *block, int which, size_t alignment) {
  // Nearly always.
  if (operators[which].in_force == operators[which].ours) return 0;
  return forward(block, which, alignment);
}

int swiftmalloc_frees_are_replaced(void) {
  if (swiftmalloc_other_free()) return 1;
  for (int which = SWIFTMALLOC_DELETE; which <= SWIFTMALLOC_DELETE_ARRAY_ALIGNED; which++)
    if (swiftmalloc_replacement(which)) return 1;
  return 0;
}
