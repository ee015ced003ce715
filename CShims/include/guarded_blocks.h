// What is known of the guarded blocks of a process (SWIFTMALLOC_GUARD_SAMPLE): a mapping of its
// own, without guards, so that a core file has it and explains itself. The library writes it,
// `swiftmallocctl core` reads it.
//
//   header | slot | slot | …        a slot is a slice of addresses: inaccessible but for one page in its middle, which holds the block

#ifndef SWIFTMALLOC_GUARDED_BLOCKS_H
#define SWIFTMALLOC_GUARDED_BLOCKS_H

#include <stdint.h>
#include <string.h>

enum {
  SWIFTMALLOC_GUARDED_VERSION = 1,
  /// Slots; at most half of them hold live blocks, so that the others stay inaccessible for a while.
  SWIFTMALLOC_GUARDED_SLOTS = 512,
  SWIFTMALLOC_GUARDED_LIVE = SWIFTMALLOC_GUARDED_SLOTS / 2,
  /// Frames of a stack.
  SWIFTMALLOC_GUARDED_FRAMES = 32
};

/// The first bytes of the mapping, with the zero at their end.
#define SWIFTMALLOC_GUARDED_MAGIC "swiftmalloc grd"
/// The mapping's name, where the kernel gives names to memory (Linux 5.17).
#define SWIFTMALLOC_GUARDED_NAME "swiftmalloc guarded blocks"

/// States of a slot.
enum {
  /// Never used.
  SWIFTMALLOC_GUARDED_UNUSED,
  SWIFTMALLOC_GUARDED_BLOCK_LIVE,
  SWIFTMALLOC_GUARDED_BLOCK_FREED
};

/// What counters count.
enum {
  /// Blocks that were guarded.
  SWIFTMALLOC_GUARDED_TOTAL,
  /// Samples that were not: their stack has a live guarded block,
  SWIFTMALLOC_GUARDED_COVERED,
  /// half of the slots hold live blocks,
  SWIFTMALLOC_GUARDED_FULL,
  /// the block is longer than a page, has no bytes, or a greater alignment,
  SWIFTMALLOC_GUARDED_UNFIT,
  /// there is no room for the stack, or the system refused a page.
  SWIFTMALLOC_GUARDED_REFUSED,
  SWIFTMALLOC_GUARDED_COUNTERS
};

/// A stack, and the thread that it was of.
struct swiftmalloc_guarded_stack {
  uint32_t count;
  int32_t thread_id;
  char thread[16];
  /// Return addresses, the innermost first; of a fault the address behind the first byte of its instruction.
  uint64_t addresses[SWIFTMALLOC_GUARDED_FRAMES];
};

struct swiftmalloc_guarded_slot {
  /// Where the block begins, and the bytes that were asked for.
  uint64_t block, requested;
  uint32_t alignment, state;
  struct swiftmalloc_guarded_stack allocation, release;

  // For the library.

  /// Numbers of the two stacks and of the two threads, in the tables of traces.
  uint32_t allocation_trace, release_trace, allocating_thread, freeing_thread;
  /// The slot freed next, from 1 on; 0: none.
  uint32_t next;
  /// How the page is kept inaccessible, and whether the program was let in after an error.
  uint32_t page, is_open;
};

/// An access to inaccessible memory of a slot.
struct swiftmalloc_guarded_fault {
  /// 0: there was none.
  uint64_t address;
  uint32_t is_write, slot;
  struct swiftmalloc_guarded_stack stack;
};

struct swiftmalloc_guarded_records {
  char magic[16];
  uint32_t version, header_bytes, slot_count, slot_bytes;
  /// The first address of the first slot, the addresses of one, and how far from its beginning its page is.
  uint64_t start, stride, page_offset, page_bytes;
  /// Slots that were used, and those with a live block.
  uint32_t used, live;
  /// The last fault.
  struct swiftmalloc_guarded_fault fault;
  uint64_t counters[SWIFTMALLOC_GUARDED_COUNTERS];

  // For the library.

  /// The slots freed first and last, from 1 on.
  uint32_t first_freed, last_freed;
  /// Stacks that have a live block, by slot; 0: none.
  uint32_t covered[SWIFTMALLOC_GUARDED_SLOTS];
};

static inline const char *swiftmalloc_guarded_name(void) { return SWIFTMALLOC_GUARDED_NAME; }

static inline void swiftmalloc_guarded_begin(struct swiftmalloc_guarded_records *records) {
  records->version = SWIFTMALLOC_GUARDED_VERSION;
  records->header_bytes = sizeof *records;
  records->slot_count = SWIFTMALLOC_GUARDED_SLOTS;
  records->slot_bytes = sizeof(struct swiftmalloc_guarded_slot);
  memcpy(records->magic, SWIFTMALLOC_GUARDED_MAGIC, sizeof records->magic);
}

static inline char *swiftmalloc_guarded_thread_name(struct swiftmalloc_guarded_stack *stack) { return stack->thread; }

static inline struct swiftmalloc_guarded_slot *swiftmalloc_guarded_slot(
    struct swiftmalloc_guarded_records *records, uint32_t index) {
  return (struct swiftmalloc_guarded_slot *)(records + 1) + index;
}

static inline uint32_t *swiftmalloc_guarded_covered(struct swiftmalloc_guarded_records *records) {
  return records->covered;
}

static inline uint64_t *swiftmalloc_guarded_counter(struct swiftmalloc_guarded_records *records, int which) {
  return &records->counters[which];
}

static inline void swiftmalloc_guarded_add_frame(struct swiftmalloc_guarded_stack *stack, uint64_t address) {
  if (stack->count < SWIFTMALLOC_GUARDED_FRAMES) stack->addresses[stack->count++] = address;
}

#endif
