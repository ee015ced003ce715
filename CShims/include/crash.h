// What ends a process by a signal: faults in memory that has an owner who can explain them, and
// fatal signals that nobody handles. And where signal handlers run.

#ifndef SWIFTMALLOC_CRASH_H
#define SWIFTMALLOC_CRASH_H

#include <stddef.h>
#include <stdint.h>

/// What a fatal signal tells.
struct swiftmalloc_crash {
  /// The signal, and the kernel's code for it (si_code of sigaction(2)): 0 or below when it was sent.
  int signal, code;
  /// The process that sent it; 0 when the kernel did.
  int sender;
  /// What the instruction did to `address`.
  int access;
  /// The address of the access, when `has_address` is not 0.
  int has_address;
  uintptr_t address;
  /// Of the instruction, and the stack pointer then.
  uintptr_t pc, sp;
  /// What the signal handler was given: the registers.
  const void *context;
  /// What led to the signal was reported already.
  int is_explained;
};

/// Values of `access`.
enum { SWIFTMALLOC_ACCESS_UNKNOWN, SWIFTMALLOC_ACCESS_READ, SWIFTMALLOC_ACCESS_WRITE, SWIFTMALLOC_ACCESS_JUMP };

/// Answers about a fault: it is nobody's, the program can go on, it cannot although all is said.
enum { SWIFTMALLOC_FAULT_UNKNOWN, SWIFTMALLOC_FAULT_MENDED, SWIFTMALLOC_FAULT_EXPLAINED };

/// Asks `explain` of each SIGSEGV that the kernel sends; unless the program can go on, whoever
/// handled the signal before gets it. Where `is_own` is not null, of those alone at whose address
/// it says 1, on whatever stack the signal came.
void swiftmalloc_watch_faults(int (*explain)(uintptr_t address, const void *context), int (*is_own)(uintptr_t address));

/// Makes `report` run, once and by one thread, before a signal that nobody handles ends the process: SIGSEGV, SIGBUS,
/// SIGILL, SIGFPE, SIGTRAP, SIGABRT. The process then ends by that signal, as it would have. A report that crashes, or
/// takes longer than ten seconds, is given up; when it has not called `swiftmalloc_crash_was_told` at its end, `tell`
/// runs in its place, which must do with system calls. Call it after `swiftmalloc_watch_faults`.
void swiftmalloc_watch_crashes(void (*report)(const struct swiftmalloc_crash *),
                               void (*tell)(const struct swiftmalloc_crash *));

/// The line of the crash is out.
void swiftmalloc_crash_was_told(void);

/// A timer of the kernel's that sends the signal to the calling thread after so many milliseconds;
/// 0: it is stopped. One at a time.
void swiftmalloc_send_later(int number, int milliseconds);

/// Blocks the calling thread's signals but the six. Which of them were open; none where a sandbox refuses it.
uint64_t swiftmalloc_block_handlers(void);

/// Opens those signals again.
void swiftmalloc_unblock_handlers(uint64_t blocked);

/// Makes the memory the calling thread's stack for signals, unless it has one; whether it did.
int swiftmalloc_use_signal_stack(uintptr_t start, size_t byte_count);

/// Whether the thread's stack for signals is the one that begins at `start`; it has none from then on.
int swiftmalloc_leave_signal_stack(uintptr_t start);

/// The address that the instruction of a signal handler's third argument uses, from its bytes and
/// the registers, for faults of which the processor tells none; SWIFTMALLOC_ACCESS_JUMP when it is
/// where the instruction goes to; -1 when that cannot be told.
int swiftmalloc_context_operand(const void *context, uintptr_t *address);

/// What the fault of a signal handler's third argument was: an access of those above.
int swiftmalloc_context_access(const void *context);

#endif
