// What the look of a leak check needs of the kernel: pages that cannot be read, and pointers that the kernel has.

#ifndef SWIFTMALLOC_SCAN_H
#define SWIFTMALLOC_SCAN_H

#include <stdint.h>

/// From now on a page of this process that cannot be read becomes a page of zeroes when it is read (SIGSEGV, SIGBUS): for a
/// check's child, whose memory is its own.
void swiftmalloc_read_zeroes_at_faults(void);

/// Whether the word at an address, a multiple of eight, can be read.
int swiftmalloc_is_readable(uintptr_t address);

enum { SWIFTMALLOC_KERNEL_POINTERS = 3 };

/// What the kernel keeps for the calling thread: its alternate signal stack (sigaltstack(2)), the head of its list of robust
/// locks (get_robust_list(2)), and on x86-64 the base of its segment GS (arch_prctl(2)). 0 where there is none.
void swiftmalloc_ask_kernel_pointers(uintptr_t pointers[SWIFTMALLOC_KERNEL_POINTERS]);

#endif
