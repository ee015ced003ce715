// What nobody is to notice: writing beyond a limit; a leak check's child that sees the memory as it
// is, its end, a pause.

#ifndef SWIFTMALLOC_QUIET_H
#define SWIFTMALLOC_QUIET_H

#include <stdint.h>

/// write(2) without SIGXFSZ where the file would become longer than RLIMIT_FSIZE permits.
intptr_t swiftmalloc_write_quietly(int file, const void *bytes, intptr_t count);

/// write(2) without that and without SIGPIPE where nobody reads.
intptr_t swiftmalloc_write_to_device(int file, const void *bytes, intptr_t count);

/// Does nothing for so many milliseconds.
void swiftmalloc_pause(int milliseconds);

/// A child of which neither the program nor its other children hear: no handler of fork runs, and
/// no signal is sent at its end. 0 in the child, its process id in the parent, below zero an error.
/// The child makes system calls only.
int swiftmalloc_fork_quietly(void);

/// Waits for that child. Its status as of wait(2); -1 when somebody else took it.
int swiftmalloc_wait_quietly(int child);

/// Opens a plain file of some length for reading, as nothing else is sure not to wait: `file`,
/// within `folder` when it is relative and `folder` is not null. -1 when there is none; else when
/// it was last written comes into `*changed`, in seconds.
int swiftmalloc_open_source(const char *folder, const char *file, int64_t *changed);

/// Ends the process without a word.
_Noreturn void swiftmalloc_end_process(int status);

/// The calling thread's pointer: the place that its thread-local variables lie around.
static inline uintptr_t swiftmalloc_thread_pointer(void) {
  return (uintptr_t)__builtin_thread_pointer();
}

/// Where a thread's control block holds the address and the length of its stack, in bytes from its beginning; 0 where it is not
/// known, and where swiftmalloc_control_block_self() is not, as nobody asks.
uintptr_t swiftmalloc_stack_words_offset(void);

#endif
