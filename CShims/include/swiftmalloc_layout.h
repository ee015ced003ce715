/// Where a reader outside of a process finds the live blocks of its heap: `swiftmalloc_layout`, a
/// constant object that libswiftmalloc.so exports as a dynamic symbol. A reader looks it up in the
/// memory of the process, and reads on from there (process_vm_readv, /proc/PID/mem, a core file).
/// No line runs in the process. docs/design/layout.md tells the way of a reader. Distances are in
/// bytes. A reader refuses a version that it does not know.

#ifndef SWIFTMALLOC_LAYOUT_H
#define SWIFTMALLOC_LAYOUT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SWIFTMALLOC_LAYOUT_MAGIC "swiftmalloc heap"

enum {
  SWIFTMALLOC_LAYOUT_VERSION = 1,
  /// What the word at `mode` says: the blocks are found as told here, or they are those of the
  /// debug heap, which is not.
  SWIFTMALLOC_MODE_PRODUCTION = 0,
  SWIFTMALLOC_MODE_DEBUG = 1,
  SWIFTMALLOC_MODE_LEAKS = 2,
};

struct swiftmalloc_layout {
  /// SWIFTMALLOC_LAYOUT_MAGIC without its zero; the version; bytes of this structure.
  char magic[16];
  uint32_t version, byte_count;

  /// A word of 32 bits (SWIFTMALLOC_MODE_…); the window (`window_at`); a bit for each chunk of its
  /// table, whether it was written to; the page map's root, a pointer to a leaf of records or null
  /// for each region of addresses; a word of 64 bits, not 0 where calls are counted, and then it is
  /// known what was asked for.
  const void *mode, *window, *window_chunks, *page_map, *counts;
  uint32_t region_count, chunk_count, chunk_byte_count;
  /// A slice of addresses has one record, a region one leaf.
  uint16_t slice_shift, region_shift;

  /// The window: its first address, its slices, and the table with their records. 0 slices: there
  /// is none.
  struct {
    uint16_t start, slice_count, records;
  } window_at;

  /// The record of a slice. `owner` of a small span is the address of the thread cache that owns
  /// it, or a number below `least_cache`: none does. `state` and `span_heap` are a small span's,
  /// `block_heap`, `tail` and `flags` those of other blocks; a tail's lowest bit is none of its
  /// bytes. `slack`: by how much such a block is longer than what was asked for, where that is
  /// counted.
  struct {
    uint16_t stride, owner, state, block_heap, start, byte_count, slack, block_size, lead, tail,
        kind, size_class, flags, span_heap;
    uint16_t least_cache, chunk_flag;
  } record;

  /// Values of a record's `kind` (a byte). Every other one holds no block.
  struct {
    uint8_t small, medium, large, emergency, guarded, unused[3];
  } kinds;

  /// The state of a small span. Behind `local_words` lie pairs of words of 64 bits: free blocks,
  /// claimed blocks. From the state to its summary it is `summary_distance` (16 bits); behind that
  /// word lie the remote words. Block i is live when it was opened and its bit is in none of the
  /// three. Opened are all blocks of the words before the last of `opened_words`, and of that one
  /// those that have no bit in `unopened_bits`. Where calls are counted, `slacks` without its
  /// highest byte is where the slack of each block stands: a byte of blocks below `long_block`
  /// bytes, two of others.
  struct {
    uint16_t block_size, first_block, record, capacity, opened_words, summary_distance,
        unopened_bits, local_words, slacks, long_block;
  } state;

  /// The state of a heap. `note` is 0 of the process' heap, and otherwise its slot, and 1 when it
  /// was deleted. The other two, of a heap with thread caches: the first one, and the first without
  /// a thread.
  struct {
    uint16_t note, caches, orphans;
  } heap;

  /// A thread cache, and the blocks that it keeps until they are freed: `pending_count` pairs of
  /// words. The first is the address of a record and, in the bits below its stride, the number of a
  /// word of blocks; the second has these blocks.
  struct {
    uint16_t byte_count, pending, pending_count, thread, next, heap;
  } cache;

  /// The words of a thread, to which `thread` of its cache leads. While `ready` is odd and greater
  /// than `ready_limit`, the thread is inside of malloc or free.
  struct {
    uint16_t ready, ready_limit;
  } thread;

  /// What is known of a heap of the program's own. Of a local one `owner` is the words of its
  /// thread. `kind` is one of `kind_…`. `storage` is where the heap's state lies, `bump` the state
  /// of a bump heap.
  struct {
    uint16_t byte_count, kind, is_local, owner, storage, bump, name, name_byte_count;
    uint8_t kind_plain, kind_cached, kind_bump, unused;
  } slot;

  /// The state of a bump heap: where its room lies, and the chunk that it takes from. The first
  /// word of any other chunk is where its blocks end; of that one `next` of the room. `head` bytes
  /// behind a chunk's beginning is the first block; the word before a block has its bytes, and bit
  /// 0 when it is free.
  struct {
    uint16_t byte_count, place, chunk, next, head;
  } bump;
};

extern const struct swiftmalloc_layout swiftmalloc_layout;

#ifdef __cplusplus
}
#endif

#endif
