// Clocks, by the kernel's own function in the vDSO (vdso(7)) and not by the C library's exported name: another
// preloaded library may have taken that one (libfaketime), and would run inside of malloc and free.

#ifndef SWIFTMALLOC_CLOCK_H
#define SWIFTMALLOC_CLOCK_H

#include <stdint.h>

/// Milliseconds of a clock that never goes back, read without a system call where the kernel
/// allows it; resolution about 4 ms (CLOCK_MONOTONIC_COARSE).
uint64_t swiftmalloc_milliseconds(void);

/// CLOCK_MONOTONIC, CLOCK_BOOTTIME and CLOCK_REALTIME in nanoseconds.
uint64_t swiftmalloc_monotonic_ns(void);
uint64_t swiftmalloc_boot_ns(void);
uint64_t swiftmalloc_realtime_ns(void);

#endif
