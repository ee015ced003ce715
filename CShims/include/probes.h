// Probes for readers from outside (USDT): places in the code, named by notes in the file, at which
// perf, bpftrace or an eBPF profiler stops a thread and reads its registers. Each has a semaphore,
// which the kernel raises while somebody is attached.
//
// Provider, names, arguments and meaning are those of OpenTelemetry: opentelemetry-ebpf-profiler,
// design-docs/00003-memory-profiling. They stand here and in probes.c alone.

#ifndef SWIFTMALLOC_PROBES_H
#define SWIFTMALLOC_PROBES_H

#include <stdint.h>

/// How many readers are attached to each probe. Side by side: one load tells whether there are any.
struct swiftmalloc_probe_semaphores {
  uint16_t alloc, free;
} __attribute__((aligned(4)));

extern volatile struct swiftmalloc_probe_semaphores swiftmalloc_otel_memory
    __attribute__((visibility("hidden")));

/// Whether somebody is attached to one of them.
static inline int swiftmalloc_probes_are_attached(void) {
  return *(const volatile uint32_t *)&swiftmalloc_otel_memory != 0;
}

/// otel_memory:alloc, if somebody is attached to it: a sampled block, for which `size` bytes were
/// asked, stands for `weight` bytes.
void swiftmalloc_probe_alloc(uintptr_t block, uint64_t size, uint64_t weight);

/// otel_memory:free, if somebody is attached to it: a sampled block is about to be freed.
void swiftmalloc_probe_free(uintptr_t block);

#endif
