// Whose functions are in force. A program may define names that we export, and so may a library that was preloaded
// before us: then a block of the one must not come to the other, whichever of our functions was called.

#ifndef SWIFTMALLOC_IN_FORCE_H
#define SWIFTMALLOC_IN_FORCE_H

#include <stddef.h>
#include <stdint.h>

/// The realloc and the free that are in force, when they are not ours; null otherwise.
void *(*swiftmalloc_other_realloc(void))(void *, size_t);
void (*swiftmalloc_other_free(void))(void *);

/// Whether the malloc in force is ours.
int swiftmalloc_malloc_is_own(void);

/// The malloc that the program's libraries find, when this library is linked into the program and the linker has hidden
/// its functions (`--exclude-libs`); 0 otherwise. When the C library can serve dlsym.
uintptr_t swiftmalloc_malloc_of_libraries(void);

enum {
  SWIFTMALLOC_MEMALIGN,
  SWIFTMALLOC_ALIGNED_ALLOC,
  SWIFTMALLOC_POSIX_MEMALIGN,
  SWIFTMALLOC_VALLOC,
  SWIFTMALLOC_PVALLOC,
};

/// For that function of ours, which somebody called: where the malloc in force is not ours, and a function that gives
/// aligned blocks is not either, that one makes the block. 1 when it did: `*block` is null when there is no memory.
/// `alignment` is a power of two, at least 16.
int swiftmalloc_aligned_by_other(int asked, size_t alignment, size_t size, void **block);

enum {
  SWIFTMALLOC_NEW,
  SWIFTMALLOC_NEW_ARRAY,
  SWIFTMALLOC_DELETE,
  SWIFTMALLOC_DELETE_ARRAY,
  SWIFTMALLOC_DELETE_ALIGNED,
  SWIFTMALLOC_DELETE_ARRAY_ALIGNED,
};

/// The program's own operator, when it has replaced that one: C++ lets every other form call it. Null
/// when ours is in force.
void (*swiftmalloc_replacement(int which))(void);

/// Whether free or one of the operators delete is not ours.
int swiftmalloc_frees_are_replaced(void);

/// Frees the block by the program's own operator delete; 0 when ours is in force. `alignment` is 0 for the forms
/// that are told none.
int swiftmalloc_forward_delete(void *block, int which, size_t alignment);

#endif
