// The body of swiftmalloc_layout.h. The distances are those of Swift's structures, which C does not see: a unit test compares
// them (Tests/MallocTests/LayoutTests.swift).

#include "swiftmalloc_layout.h"

#include <stddef.h>

#include "heap_mode.h"
#include "page_map.h"
#include "public_name.h"
#include "thread_state.h"

uint32_t swiftmalloc_heap_mode;

SWIFTMALLOC_PUBLIC const struct swiftmalloc_layout swiftmalloc_layout = {
    .magic = {'s', 'w', 'i', 'f', 't', 'm', 'a', 'l', 'l', 'o', 'c', ' ', 'h', 'e', 'a', 'p'},
    .version = SWIFTMALLOC_LAYOUT_VERSION,
    .byte_count = sizeof(struct swiftmalloc_layout),
    .mode = &swiftmalloc_heap_mode,
    .window = &swiftmalloc_page_window,
    .window_chunks = swiftmalloc_page_window_chunks,
    .page_map = swiftmalloc_page_map,
    .counts = &swiftmalloc_live_base,
    .region_count = SWIFTMALLOC_PAGE_MAP_REGIONS,
    .chunk_count = SWIFTMALLOC_WINDOW_CHUNKS,
    .chunk_byte_count = 1 << 16,
    .slice_shift = 16,
    .region_shift = 32,
    .window_at =
        {
            .start = offsetof(struct swiftmalloc_page_window, start),
            .slice_count = offsetof(struct swiftmalloc_page_window, slice_count),
            .records = offsetof(struct swiftmalloc_page_window, records),
        },
    .record =
        {
            .stride = 64,
            .owner = 0,
            .state = 8,
            .block_heap = 8,
            .start = 16,
            .byte_count = 24,
            .slack = 32,
            .block_size = 36,
            .lead = 40,
            .tail = 40,
            .kind = 42,
            .size_class = 43,
            .flags = 43,
            .span_heap = 48,
            .least_cache = 64,
            .chunk_flag = 1,
        },
    .kinds = {.small = 1, .medium = 3, .large = 4, .emergency = 5, .guarded = 12},
    .state =
        {
            .block_size = 16,
            .first_block = 24,
            .record = 32,
            .capacity = 40,
            .opened_words = 42,
            .summary_distance = 52,
            .unopened_bits = 56,
            .slacks = 64,
            .local_words = 112,
            .long_block = 256,
        },
    .heap = {.note = 0, .caches = 4720, .orphans = 4744},
    .cache = {.byte_count = 4216, .pending = 1232, .pending_count = 64, .thread = 4080, .next = 4160, .heap = 4208},
    .thread = {.ready = offsetof(struct swiftmalloc_thread_state, ready), .ready_limit = SWIFTMALLOC_NO_CACHE},
    .slot =
        {
            .byte_count = 128,
            .kind = 20,
            .is_local = 21,
            .owner = 32,
            .storage = 40,
            .bump = 48,
            .name = 80,
            .name_byte_count = 48,
            .kind_plain = 1,
            .kind_cached = 2,
            .kind_bump = 3,
        },
    .bump = {.byte_count = 48, .place = 16, .chunk = 24, .next = 0, .head = 16},
};
