// Which heap serves the process, for readers outside of it (swiftmalloc_layout.h).

#ifndef SWIFTMALLOC_HEAP_MODE_H
#define SWIFTMALLOC_HEAP_MODE_H

#include <stdint.h>

#include "swiftmalloc_layout.h"

/// SWIFTMALLOC_MODE_PRODUCTION until somebody writes something else.
extern uint32_t swiftmalloc_heap_mode __attribute__((visibility("hidden")));

static inline void swiftmalloc_set_heap_mode(uint32_t mode) { swiftmalloc_heap_mode = mode; }

#endif
