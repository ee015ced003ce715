// All other threads of the process stand still for a moment, each in a signal handler that has put its registers
// into memory.

#ifndef SWIFTMALLOC_STOP_H
#define SWIFTMALLOC_STOP_H

#include <stddef.h>
#include <stdint.h>

#include "scan.h"

/// A thread other than the caller.
struct swiftmalloc_stopped_thread {
  int id;
  /// 0: it did not answer, and goes on; −1: it has ended. What follows is then zero.
  int is_stopped;
  /// It was not waited for.
  int ignores_signal;
  uintptr_t stack_pointer;
  uintptr_t thread_pointer;
  /// Where its registers are, and how many bytes they take.
  const void *registers;
  size_t register_bytes;
  /// As `swiftmalloc_ask_kernel_pointers` has them.
  uintptr_t kernel_pointers[SWIFTMALLOC_KERNEL_POINTERS];
};

enum { SWIFTMALLOC_THREAD_LIMIT = 1 << 18 };

/// Bytes of zero memory that `swiftmalloc_stop_threads` needs: most of it is never touched.
size_t swiftmalloc_stop_bytes(void);

/// Stops all other threads, waiting for each up to a second in all, and longer for those that have not run since. Gives their
/// number, which `*threads` leads to; -1 when /proc cannot tell them. Nothing may be allocated nor any lock taken until
/// `swiftmalloc_resume_threads`, or until they go on by themselves: so many milliseconds after that second, when the caller
/// sleeps just then.
int swiftmalloc_stop_threads(void *memory, struct swiftmalloc_stopped_thread **threads, int milliseconds);

/// They go on by themselves so many milliseconds from now, when the caller sleeps just then.
void swiftmalloc_shorten_stop(int milliseconds);

/// What the kernel kept for the thread that stopped the others, then (SWIFTMALLOC_KERNEL_POINTERS of them): a child of fork
/// does not have all of it.
const uintptr_t *swiftmalloc_kernel_pointers_of_stopper(void);

/// How many of them did not stop, and have not ended.
int swiftmalloc_missed_threads(void);

/// Lets them go on. The memory may be given back afterwards.
void swiftmalloc_resume_threads(void);

#endif
