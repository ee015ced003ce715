// The counters that a process publishes (SWIFTMALLOC_LIVE=1): the layout of the file
//
//   /dev/shm/swiftmalloc-UID/PID        (directory 0700, file 0600; /tmp where there is no /dev/shm)
//
// in a PID namespace that is not the system's first: PID.INODE, the second number that of /proc/self/ns/pid;
// which the library maps and writes, and which any process of the same user may map and read at any time, also after
// the writer has ended or was killed. Numbers are in the machine's byte order, each is written by one aligned store;
// two of them need not belong together. A reader checks everything: the file may be damaged.
//
//   0                header            magic, version, offsets; who the process is
//   quantity_offset  quantities        bytes of the heap by kind, now and at most (enum swiftmalloc_live_quantity)
//   call_offset      system calls      how often each was made (enum swiftmalloc_live_call)
//   class_offset     size classes      what is known of each for all threads
//   arena_offset     arenas            addresses whose pages are the heap's
//   thread_offset    threads           row 0: threads that ended and signal handlers; the others: one thread each
//   large_offset     large blocks      one row each, as far as there are rows
//   slice_offset     slices            what each 65536 bytes of the arenas are used for (enum swiftmalloc_live_slice)
//   size_offset      sizes             how many small blocks of each length were live when they took the most
//   reset_offset     before the reset  what each thread had counted when counts began again (swiftmalloc_live_reset)
//   heap_offset      heaps             those that the program made (swiftmalloc_heap_new)
//   profile_offset   profile           wishes for a heap profile, which the process writes to PID.pprof beside the file
//   look_offset      look              wishes to read the process' memory, where the system allows that to its parents alone;
//                                      this offset is in the profile's row
//
//   requested bytes of live blocks = Σ over all threads and classes (requested_bytes − returned_bytes)
//   live blocks                    = Σ (allocation_count − free_count)
//   bytes of live small blocks     = Σ over small classes (live blocks × block_size)
//
// A version is changed whenever a reader of the old one would misread the new one; new quantities and calls are added
// at the end of their tables, whose lengths are in the header.

#ifndef SWIFTMALLOC_LIVE_H
#define SWIFTMALLOC_LIVE_H

#include <stdint.h>

#include "live_rows.h"

/// The inode of the first PID namespace, the same on every system since Linux 3.8.
#define SWIFTMALLOC_LIVE_FIRST_PID_NAMESPACE 0xeffffffcU

/// "swiftmlv" in the file's first eight bytes.
#define SWIFTMALLOC_LIVE_MAGIC 0x766c6d7466697773ULL

enum {
  SWIFTMALLOC_LIVE_VERSION = 1,
  /// Size classes of small blocks, then two rows for medium and for large blocks.
  SWIFTMALLOC_LIVE_SMALL_CLASSES = 89,
  SWIFTMALLOC_LIVE_MEDIUM = 89,
  SWIFTMALLOC_LIVE_LARGE = 90,
  SWIFTMALLOC_LIVE_CLASSES = 91,
  SWIFTMALLOC_LIVE_ARENAS = 1024,
  SWIFTMALLOC_LIVE_THREADS = 4096,
  SWIFTMALLOC_LIVE_LARGE_BLOCKS = 16384,
  SWIFTMALLOC_LIVE_SLICES = 1 << 22,
  /// Rows of sizes: row i is of blocks for which 16·i+1 to 16·(i+1) bytes were asked, the first also of those for none.
  SWIFTMALLOC_LIVE_SIZES = 2048,
  SWIFTMALLOC_LIVE_HEAPS = 1024,
  /// Rows of what was counted before the counts began again: with more threads they go on.
  SWIFTMALLOC_LIVE_RESET_ROWS = 1024,
  /// Bytes of a span of small blocks.
  SWIFTMALLOC_LIVE_SPAN_BYTES = 65536,
};

/// What of the heap is counted in bytes. With DEBUG or LEAKS all but REQUESTED, RESIDENT and OVERHEAD are zero, the
/// arenas are the addresses of blocks together, and the large blocks those that have mappings of their own.
enum swiftmalloc_live_quantity {
  SWIFTMALLOC_LIVE_REQUESTED,     // asked for and not freed; its peak is taken at every 512th allocation of a thread
  SWIFTMALLOC_LIVE_COMMITTED,     // arenas: readable and writable = USED + DIRTY + CLEAN + PURGING
  SWIFTMALLOC_LIVE_USED,          // arenas: spans of small blocks, stashed slices and medium blocks
  SWIFTMALLOC_LIVE_DIRTY,         // arenas: free, goes back to the system after the purge delay
  SWIFTMALLOC_LIVE_CLEAN,         // arenas: free, without pages
  SWIFTMALLOC_LIVE_PURGING,       // arenas: on its way from dirty to clean
  SWIFTMALLOC_LIVE_SMALL_SPANS,   // spans of small blocks
  SWIFTMALLOC_LIVE_STASHED,       // emptied slices that threads keep
  SWIFTMALLOC_LIVE_LARGE_BYTES,   // large blocks, in whole slices
  SWIFTMALLOC_LIVE_LARGE_CACHED,  // of freed large blocks, goes back to the system after the purge delay
  SWIFTMALLOC_LIVE_METADATA,      // the heap's own records
  SWIFTMALLOC_LIVE_RESIDENT,      // with DEBUG or LEAKS: accessible pages that hold blocks
  SWIFTMALLOC_LIVE_OVERHEAD,      // with DEBUG or LEAKS: records and traces
  // Sums, as of the last time that a thread looked, which is when the peak of REQUESTED is taken: read them for their
  // peaks.
  SWIFTMALLOC_LIVE_ROUNDING,       // live blocks are longer than what was asked for
  SWIFTMALLOC_LIVE_THREAD_CACHES,  // free blocks in spans of threads, and of nobody
  SWIFTMALLOC_LIVE_CENTRAL_LISTS,  // free blocks in spans of the central lists
  SWIFTMALLOC_LIVE_PURGEABLE,      // DIRTY + PURGING + LARGE_CACHED
  // All that ever went back to the system, by the reason; and what of it were holes, pages between live blocks.
  SWIFTMALLOC_LIVE_PURGED_AGE,       // free for the purge delay
  SWIFTMALLOC_LIVE_PURGED_BUDGET,    // more than what may be kept
  SWIFTMALLOC_LIVE_PURGED_TRIM,      // malloc_trim, or asked by another process
  SWIFTMALLOC_LIVE_PURGED_IDLE,      // the program did nothing
  SWIFTMALLOC_LIVE_PURGED_SLEEPERS,  // kept for threads that slept
  SWIFTMALLOC_LIVE_PURGED_BURST,     // while a burst was freed
  SWIFTMALLOC_LIVE_PURGED_HOLES,
  SWIFTMALLOC_LIVE_QUANTITIES,
};

/// The library's system calls.
enum swiftmalloc_live_call {
  SWIFTMALLOC_LIVE_MMAP,
  SWIFTMALLOC_LIVE_MUNMAP,
  SWIFTMALLOC_LIVE_MPROTECT,
  SWIFTMALLOC_LIVE_MREMAP,
  SWIFTMALLOC_LIVE_MADVISE,
  SWIFTMALLOC_LIVE_FUTEX,
  SWIFTMALLOC_LIVE_CALLS,
};

/// What a slice of 65536 bytes of an arena holds, a byte for each; the first address of row i is slice_start + i ×
/// 65536.
enum swiftmalloc_live_slice {
  SWIFTMALLOC_LIVE_SLICE_FREE,
  SWIFTMALLOC_LIVE_SLICE_SMALL,
  SWIFTMALLOC_LIVE_SLICE_MEDIUM,
  SWIFTMALLOC_LIVE_SLICE_STASHED,
  SWIFTMALLOC_LIVE_SLICE_METADATA,
};

/// What a heap of the program's own is: bits of its first two flags (swiftmalloc.h), and this one when it serves no
/// allocation any more.
enum { SWIFTMALLOC_LIVE_HEAP_DELETED = 1u << 31 };

/// What others ask of the heap profile.
enum swiftmalloc_live_profile_action {
  SWIFTMALLOC_LIVE_PROFILE_START = 1,
  SWIFTMALLOC_LIVE_PROFILE_STOP,
  SWIFTMALLOC_LIVE_PROFILE_WRITE,
  /// In use: when most bytes were.
  SWIFTMALLOC_LIVE_PROFILE_WRITE_PEAK,
};

/// When the process answers who asks it to trim.
enum swiftmalloc_live_trim {
  SWIFTMALLOC_LIVE_TRIM_NEVER,
  SWIFTMALLOC_LIVE_TRIM_AT_NEXT_CALL,  // that takes a slow path
  SWIFTMALLOC_LIVE_TRIM_AT_ONCE,       // a helper thread waits
};

enum swiftmalloc_live_state {
  SWIFTMALLOC_LIVE_RUNNING = 1,
  /// The process ended by itself: exit, quick_exit, _exit, or returning from main. One that is gone without this was
  /// killed, crashed, or executed a program that publishes nothing.
  SWIFTMALLOC_LIVE_ENDED = 2,
};

enum swiftmalloc_live_mode {
  SWIFTMALLOC_LIVE_PRODUCTION,
  SWIFTMALLOC_LIVE_DEBUG,
  SWIFTMALLOC_LIVE_GUARD,
  SWIFTMALLOC_LIVE_GUARD_BEFORE,
  /// LEAKS without DEBUG.
  SWIFTMALLOC_LIVE_LEAKS,
};

/// 512 bytes.
struct swiftmalloc_live_header {
  uint64_t magic;
  uint32_t version;
  /// Of this structure.
  uint32_t header_bytes;
  /// Of the whole file.
  uint64_t file_bytes;
  /// Where the tables begin, their numbers of rows, and the bytes of a row.
  uint32_t quantity_offset, quantity_count;
  uint32_t call_offset, call_count;
  uint32_t class_offset, class_count, class_stride, small_class_count;
  uint32_t arena_offset, arena_limit;
  uint64_t thread_offset;
  uint32_t thread_limit, thread_stride;
  uint64_t large_offset;
  uint32_t large_limit, large_stride;

  int32_t process_id;
  uint32_t user_id;
  /// enum swiftmalloc_live_state, enum swiftmalloc_live_mode.
  uint32_t state, mode;
  uint32_t page_size;
  /// 0: the classes are those of a list.
  uint32_t class_steps;
  /// Milliseconds; -1 never.
  int64_t purge_delay;
  /// CLOCK_REALTIME and CLOCK_BOOTTIME when the process' counters began, in nanoseconds.
  uint64_t started_realtime_ns, started_boot_ns;
  /// CLOCK_BOOTTIME at the end; 0 before.
  uint64_t ended_boot_ns;
  /// User and system time at the end; 0 before.
  uint64_t user_time_ns, system_time_ns;

  /// Odd while the row of a thread that ends is added to row 0: a reader looks again.
  uint64_t fold_count;
  /// Rows of threads with a greater number were never used.
  uint64_t thread_row_end;
  /// Threads so far, and now.
  uint64_t threads_started, threads_running;
  /// Threads whose row is not in the file, since there was no room or no memory for it.
  uint64_t threads_unpublished;
  uint64_t arena_count;
  /// Rows of large blocks with a greater number were never used; live large blocks, and those without a row.
  uint64_t large_row_end, large_count, large_unlisted;
  /// program_invocation_short_name, swiftmalloc_version().
  char program[64];
  char library_version[16];
  /// Where the process has the whole file mapped; 0: not known. One that executed another program has it there no more.
  uint64_t mapped_at;
  /// Rows of slices; none: not told.
  uint64_t slice_offset, slice_count, slice_start;
  /// Rows of sizes, of a number each; without meaning before size_version is above 0. A block that is longer than
  /// need be, for its alignment or since realloc left it where it is, counts in the row of its own length.
  uint64_t size_offset, size_count;
  /// Whether sizes are to be noted: others may write 1.
  uint64_t size_wanted;
  /// Odd while the rows are written: a reader looks again.
  uint64_t size_version;
  /// Bytes of those blocks, and bytes asked for.
  uint64_t size_block_bytes, size_requested_bytes;
  /// How often counts began again, and CLOCK_BOOTTIME of the last time; rows of threads up to this number have a row
  /// of what they had counted before, SWIFTMALLOC_LIVE_CLASSES × struct swiftmalloc_live_before. None before the
  /// first time.
  uint64_t reset_count, reset_boot_ns, reset_offset, reset_stride, reset_row_end;
  /// Rows of heaps from the number heap_row_end on were never used; heaps without a row.
  uint64_t heap_offset;
  uint32_t heap_limit, heap_stride;
  uint64_t heap_row_end, heaps_unlisted;
  /// Others ask the process to give memory back: they raise trim_wanted and wake the futex trim_alarm, again and
  /// again, until trim_done is as high; trim_bytes went back then. trim_state is of enum swiftmalloc_live_trim.
  uint64_t trim_wanted, trim_done, trim_bytes;
  uint32_t trim_state, trim_alarm;
  /// 0: the library knows nothing of profiles.
  uint64_t profile_offset;
};

_Static_assert(sizeof(struct swiftmalloc_live_header) == 512, "the layout is fixed");

#endif
