// The C interface as programs were compiled against it. A changed prototype does not compile here; constants and the
// layout of structures are printed, for Tests/Proofs/abi.sh. With "version" it prints what the preloaded library says.

#include <stdio.h>
#include <string.h>

#include "swiftmalloc.h"
#include "swiftmalloc_layout.h"

const char *swiftmalloc_version(void) __attribute__((weak));
int swiftmalloc_check(void);
int swiftmalloc_describe(const void *address);
void malloc_disable(void);
void malloc_enable(void);
int malloc_iterate(uintptr_t base, size_t size, void (*callback)(uintptr_t base, size_t size, void *argument), void
    *argument);
int swiftmalloc_debug_statistics(struct swiftmalloc_debug_statistics *statistics);
int swiftmalloc_statistics(struct swiftmalloc_statistics_lines *lines);
void swiftmalloc_live_reset(void);
int swiftmalloc_profile_write(const char *path);
size_t swiftmalloc_check_leaks(void);
void swiftmalloc_leaks_disable(void);
void swiftmalloc_leaks_enable(void);
void swiftmalloc_ignore_object(const void *block);
void swiftmalloc_register_root_region(const void *start, size_t size);
void swiftmalloc_unregister_root_region(const void *start, size_t size);
void swiftmalloc_do_leak_check(void);
int swiftmalloc_do_recoverable_leak_check(void);
swiftmalloc_heap *swiftmalloc_heap_new(const swiftmalloc_heap_options *options);
void *swiftmalloc_heap_malloc(swiftmalloc_heap *heap, size_t size);
void *swiftmalloc_heap_calloc(swiftmalloc_heap *heap, size_t count, size_t size);
void *swiftmalloc_heap_realloc(swiftmalloc_heap *heap, void *block, size_t size);
void *swiftmalloc_heap_aligned_alloc(swiftmalloc_heap *heap, size_t alignment, size_t size);
void swiftmalloc_heap_free(swiftmalloc_heap *heap, void *block);
void swiftmalloc_heap_free_all(swiftmalloc_heap *heap);
void swiftmalloc_heap_destroy(swiftmalloc_heap *heap);
void swiftmalloc_heap_delete(swiftmalloc_heap *heap);
swiftmalloc_heap *swiftmalloc_heap_of(const void *block);
swiftmalloc_heap *swiftmalloc_heap_set_current(swiftmalloc_heap *heap);
int swiftmalloc_heap_visit(swiftmalloc_heap *heap, void (*visit)(void *block, size_t size, void *argument), void
    *argument);
int swiftmalloc_heap_statistics(swiftmalloc_heap *heap, struct swiftmalloc_statistics_lines *lines);

#define CONSTANT(name) printf(#name " %u\n", (unsigned)name);
#define SIZE(type) printf(#type ", %zu bytes\n", sizeof(type));
// Where a field begins, and its bytes.
#define FIELD(type, field) printf(#type "." #field " %zu %zu\n", offsetof(type, field), sizeof(((type *)0)->field));

static void debug_statistics(void) {
#define F(field) FIELD(struct swiftmalloc_debug_statistics, field)
  SIZE(struct swiftmalloc_debug_statistics)
  F(requested_bytes) F(resident_bytes) F(overhead_bytes)
#undef F
}

static void statistics_lines(void) {
#define F(field) FIELD(struct swiftmalloc_statistics_lines, field)
  SIZE(struct swiftmalloc_statistics_lines)
  F(requested) F(rounding) F(thread_caches) F(central_lists) F(free_spans) F(purgeable) F(metadata) F(huge_pages)
  F(untouched) F(resident) F(is_counted)
#undef F
}

static void heap_options(void) {
#define F(field) FIELD(swiftmalloc_heap_options, field)
  CONSTANT(SWIFTMALLOC_HEAP_LOCAL) CONSTANT(SWIFTMALLOC_HEAP_HUGE_PAGES) CONSTANT(SWIFTMALLOC_HEAP_BUMP)
  SIZE(swiftmalloc_heap_options)
  F(size) F(name) F(limit) F(flags)
#undef F
}

static void layout(void) {
#define F(field) FIELD(struct swiftmalloc_layout, field)
  CONSTANT(SWIFTMALLOC_LAYOUT_VERSION)
  CONSTANT(SWIFTMALLOC_MODE_PRODUCTION) CONSTANT(SWIFTMALLOC_MODE_DEBUG) CONSTANT(SWIFTMALLOC_MODE_LEAKS)
  printf("SWIFTMALLOC_LAYOUT_MAGIC \"" SWIFTMALLOC_LAYOUT_MAGIC "\"\n");
  SIZE(struct swiftmalloc_layout)
  F(magic) F(version) F(byte_count) F(mode) F(window) F(window_chunks) F(page_map) F(counts) F(region_count)
  F(chunk_count) F(chunk_byte_count) F(slice_shift) F(region_shift) F(window_at.start) F(window_at.slice_count)
  F(window_at.records) F(record.stride) F(record.owner) F(record.state) F(record.block_heap) F(record.start)
  F(record.byte_count) F(record.slack) F(record.block_size) F(record.lead) F(record.tail) F(record.kind)
  F(record.size_class) F(record.flags) F(record.span_heap) F(record.least_cache) F(record.chunk_flag)
  F(kinds.small) F(kinds.medium) F(kinds.large) F(kinds.emergency) F(kinds.guarded) F(kinds.unused)
  F(state.block_size) F(state.first_block) F(state.record) F(state.capacity) F(state.opened_words)
  F(state.summary_distance) F(state.unopened_bits) F(state.local_words) F(state.slacks) F(state.long_block)
  F(heap.note) F(heap.caches) F(heap.orphans) F(cache.byte_count) F(cache.pending) F(cache.pending_count)
  F(cache.thread) F(cache.next) F(cache.heap) F(thread.ready) F(thread.ready_limit) F(slot.byte_count) F(slot.kind)
  F(slot.is_local) F(slot.owner) F(slot.storage) F(slot.bump) F(slot.name) F(slot.name_byte_count)
  F(slot.kind_plain) F(slot.kind_cached) F(slot.kind_bump) F(slot.unused) F(bump.byte_count) F(bump.place)
  F(bump.chunk) F(bump.next) F(bump.head)
#undef F
}

int main(int count, char **arguments) {
  if (count > 1 && !strcmp(arguments[1], "version")) {
    puts(swiftmalloc_version ? swiftmalloc_version() : "no library");
    return 0;
  }
  debug_statistics();
  statistics_lines();
  heap_options();
  layout();
  return 0;
}
