/// The functions that libswiftmalloc.so adds to those of the C library. A program may declare them
/// weak and test them for null, so that it also runs without the library.

#ifndef SWIFTMALLOC_H
#define SWIFTMALLOC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The version that this header came with. Everything that tells a version takes it from here:
/// functions, the tool, packages.
#define SWIFTMALLOC_VERSION "0.2.0"

/// The version of the library that runs, such as "0.2.0".
const char *swiftmalloc_version(void);

/// In debug mode: looks at the bytes around every live block and in every freed one, reports what
/// was overwritten, and returns the number of damaged blocks. 0 in production mode.
int swiftmalloc_check(void);

/// Prints what the address is, on standard error or where SWIFTMALLOC_LOG says: the block and its
/// size, in debug mode also who allocated and freed it, with stacks; or the mapping. 1 in a live
/// block, 2 in a freed one, 0 elsewhere. For a debugger's prompt: call
/// swiftmalloc_describe(pointer)
int swiftmalloc_describe(const void *address);

/// Every live block, in the manner of Android's C library (malloc_iterate, malloc_disable,
/// malloc_enable; 64-bit bionic).

/// Keeps all other threads out of malloc and free until `malloc_enable`: whoever calls one of them
/// waits, and the rest of the program goes on. It takes some milliseconds. The calling thread
/// should allocate nothing meanwhile: each block would be pages of its own. Calls of one thread may
/// be nested; another thread that calls it waits for its turn. Nothing in a signal handler that
/// interrupted malloc.
void malloc_disable(void);
/// Lets the others go on, after as many calls as of `malloc_disable`. A child that was forked in
/// between calls it, too.
void malloc_enable(void);
/// Calls `callback` with the address and the usable bytes (in debug and leak modes those asked for)
/// of every live block that begins at `base` or up to `size` bytes behind it: all heaps, in no
/// order. What a thread keeps for its next calls and what was freed is not told, whatever thread
/// freed it. `callback` may free or allocate nothing. Keeps the other threads out, unless they are
/// already. Exact but for two: a thread that a signal handler holds in the middle of malloc or free
/// may hide or add the blocks of one size that share 64 bits, and local heaps
/// (SWIFTMALLOC_HEAP_LOCAL) of other threads, who are not kept out, are told as they are just then.
/// In debug and leak modes blocks are left out that a signal handler got which had interrupted
/// malloc. Returns 0.
int malloc_iterate(
    uintptr_t base, size_t size, void (*callback)(uintptr_t base, size_t size, void *argument), void *argument);

/// What the debug heap holds, in bytes.
struct swiftmalloc_debug_statistics {
  /// Asked for and not freed yet.
  size_t requested_bytes;
  /// Pages that hold blocks and can be accessed.
  size_t resident_bytes;
  /// The heap's own records, traces included.
  size_t overhead_bytes;
};

/// Fills the structure and returns 1; returns 0 and changes nothing in production mode.
int swiftmalloc_debug_statistics(struct swiftmalloc_debug_statistics *statistics);

/// Where the heap's resident memory is, in bytes: `resident` is the sum of the lines above it.
struct swiftmalloc_statistics_lines {
  /// Asked for and not freed yet; without SWIFTMALLOC_STATS and SWIFTMALLOC_LIVE the length of the
  /// live blocks.
  intptr_t requested;
  /// By how much live blocks are longer than what was asked for; 0 where that is not counted.
  intptr_t rounding;
  /// Free blocks in spans that threads own, and in those that wait for one.
  intptr_t thread_caches, central_lists;
  /// Emptied spans that threads keep; free memory that goes back to the system after PURGE_DELAY.
  intptr_t free_spans, purgeable;
  /// The heap's own records.
  intptr_t metadata;
  /// Free memory that is resident only since the system uses huge pages for it.
  intptr_t huge_pages;
  /// Below zero: given out and not resident.
  intptr_t untouched;
  intptr_t resident;
  /// 1 where `requested` is what the program asked for.
  int is_counted;
};

/// Fills the structure and returns 1; 0 when there is no heap. Asks the kernel of every 64 KiB, so
/// it takes a few milliseconds for a GiB.
int swiftmalloc_statistics(struct swiftmalloc_statistics_lines *lines);

/// With STATS or LIVE: counts of calls and peaks begin again, of all threads: statistics at exit,
/// the tool and the page then tell of what comes after it alone. What lives stays counted. Nothing
/// without these options, and in a signal handler that interrupted malloc.
void swiftmalloc_live_reset(void);

/// Writes the sampled heap profile of now (SWIFTMALLOC_PROFILE) to a file: profile.proto of pprof,
/// in gzip. A file of that name is replaced when all is written. In `path` %p is the process'
/// number and %e its name; null: the path of the option. 0, or an error number: EOPNOTSUPP when no
/// profile was begun, EINVAL when there is no path, or why the file cannot be written. A device or
/// a FIFO is written to and stays; a symbolic link stays, and what it leads to is replaced. It may
/// be called in a signal handler.
int swiftmalloc_profile_write(const char *path);

/// With LEAKS=1: looks now for blocks that nothing in the program leads to, reports them and what
/// of them is new since the last check, and returns the number of blocks that are new. 0 without
/// LEAKS, and inside of a signal handler that interrupted malloc. All other threads stand still for
/// the time of a fork; their system calls may fail with EINTR.
size_t swiftmalloc_check_leaks(void);

/// LeakSanitizer's interface under names of our own; its own names (__lsan_disable and so on,
/// sanitizer/lsan_interface.h) do the same. Nothing happens without LEAKS. In a process with a
/// sanitizer of its own, that one is called.

/// What this thread allocates until `swiftmalloc_leaks_enable` is no leak, nor is what it leads to.
/// Both may be nested.
void swiftmalloc_leaks_disable(void);
void swiftmalloc_leaks_enable(void);

/// The block that holds `block` is no leak, nor is what it leads to.
void swiftmalloc_ignore_object(const void *block);

/// Memory to be searched for pointers, until it is taken back with the same start and size. Data,
/// stacks and mappings of the program are searched anyway.
void swiftmalloc_register_root_region(const void *start, size_t size);
void swiftmalloc_unregister_root_region(const void *start, size_t size);

/// Looks for leaks in place of the check at exit, once: when there are any, and LEAK_EXIT_CODE is
/// not 0, the process ends with that status at once.
void swiftmalloc_do_leak_check(void);

/// Looks for leaks, reports them, and returns the number of lost blocks, also of those that were
/// reported before.
int swiftmalloc_do_recoverable_leak_check(void);

/// Heaps of a program's own, beside the process' (docs/heaps.md). `free`, `realloc`,
/// `malloc_usable_size` and `delete` take the blocks of all of them. A wrong handle, and a local
/// heap that another thread uses, end the process with one line.
typedef struct swiftmalloc_heap swiftmalloc_heap;

/// One thread uses the heap, the one that made it: nothing is locked. When it has ended, the next
/// thread that uses it.
#define SWIFTMALLOC_HEAP_LOCAL 1u
/// Its memory is of huge pages where the system has them.
#define SWIFTMALLOC_HEAP_HUGE_PAGES 2u
/// Blocks lie one behind the other and go all at once. To free one only counts; above 256 KiB it is
/// freed.
#define SWIFTMALLOC_HEAP_BUMP 4u

/// What a heap is to be. Zeros but for `size` are a heap for all threads without a limit and a
/// name.
typedef struct swiftmalloc_heap_options {
  /// sizeof(swiftmalloc_heap_options)
  size_t size;
  /// For statistics and reports: 47 bytes of it are kept. May be null.
  const char *name;
  /// Bytes of memory that its blocks may take, by slices of 64 KiB: at least one. 0: no limit. A
  /// heap that has reached it gives null and ENOMEM.
  size_t limit;
  /// SWIFTMALLOC_HEAP_…, joined by |
  unsigned flags;
} swiftmalloc_heap_options;

/// A new heap; null options: for all threads, without a limit. Null and EINVAL when the options
/// make no sense: of an unknown size, with unknown flags, or with a limit below 64 KiB. Null and
/// ENOMEM without memory, and beyond 65536 heaps.
swiftmalloc_heap *swiftmalloc_heap_new(const swiftmalloc_heap_options *options);

/// As malloc, calloc, realloc and aligned_alloc, from the heap. `block` is null or a live block of
/// the heap. An alignment that is no power of two is EINVAL.
void *swiftmalloc_heap_malloc(swiftmalloc_heap *heap, size_t size);
void *swiftmalloc_heap_calloc(swiftmalloc_heap *heap, size_t count, size_t size);
void *swiftmalloc_heap_realloc(swiftmalloc_heap *heap, void *block, size_t size);
void *swiftmalloc_heap_aligned_alloc(swiftmalloc_heap *heap, size_t alignment, size_t size);

/// As swiftmalloc_heap_malloc, for a heap with LOCAL and BUMP without a call for most blocks: a
/// dozen instructions of the program's own. It may be any heap. Of one with LOCAL and BUMP only its
/// thread may call this, which nobody checks then, and no signal handler may use the heap. Every
/// version of the library that has this serves it: the first two words of a heap tell where the
/// next block begins and where the room ends, or are null, and the word before a block has its
/// usable bytes.
static inline void *swiftmalloc_bump_malloc(swiftmalloc_heap *heap, size_t size) {
  struct room {
    char *next, *end;
  } *room = (struct room *)heap;
  char *block = room->next;
  size_t length = (size + 23) & ~(size_t)15;
  if (size > 262144 || length > (size_t)(room->end - block)) return swiftmalloc_heap_malloc(heap, size);
  ((size_t *)(void *)block)[-1] = length - 8;
  room->next = block + length;
  return block;
}

/// As free, of a block of this heap, or null: a little sooner. Ends the process when the block is
/// of another.
void swiftmalloc_heap_free(swiftmalloc_heap *heap, void *block);

/// Frees every block of the heap at once. The heap keeps the pages for what it gives next. No other
/// thread uses it meanwhile.
void swiftmalloc_heap_free_all(swiftmalloc_heap *heap);

/// Ends the heap, and every block of it. All its memory goes back to the system. No other thread
/// uses it meanwhile. Null is nothing.
void swiftmalloc_heap_destroy(swiftmalloc_heap *heap);

/// Ends the heap, but not its blocks: they are as the process' own from then on, for all threads.
/// Null is nothing.
void swiftmalloc_heap_delete(swiftmalloc_heap *heap);

/// The heap of a live block; null for a block of the process' heap, and for what is no block.
swiftmalloc_heap *swiftmalloc_heap_of(const void *block);

/// Makes every malloc of the calling thread take from this heap, that of other libraries, too;
/// null: from the process' heap again. The one before: null for the process' heap. free and realloc
/// stay with the heap of their block. What libraries keep for longer lies in it, too (the C
/// library's memory of threads that are started meanwhile): end such a heap by
/// swiftmalloc_heap_delete.
swiftmalloc_heap *swiftmalloc_heap_set_current(swiftmalloc_heap *heap);

/// Calls `visit` with each block of the heap that lives at the call and is not freed before its
/// turn, its usable bytes and `argument`. It may use the heap: it is not told of new blocks, and of
/// none any more when it ends the heap. Other threads must not free meanwhile what `visit` looks
/// at. 1; 0 in a signal handler that interrupted the heap, and without memory for a list.
int swiftmalloc_heap_visit(swiftmalloc_heap *heap, void (*visit)(void *block, size_t size, void *argument),
                           void *argument);

/// As swiftmalloc_statistics, of the heap alone.
int swiftmalloc_heap_statistics(swiftmalloc_heap *heap, struct swiftmalloc_statistics_lines *lines);

#ifdef __cplusplus
}
#endif

#endif
