// Signal handlers by system call: the C library's functions refuse its own signals, and other libraries put theirs in front
// of sigaction. Not for Swift.

#ifndef SWIFTMALLOC_SIGNALS_H
#define SWIFTMALLOC_SIGNALS_H

#include <signal.h>
#include <stdint.h>

typedef void (*swiftmalloc_signal_handler)(int, siginfo_t *, void *);

/// What is done at a signal, as the kernel has it.
struct swiftmalloc_signal_action {
  swiftmalloc_signal_handler handler;
  unsigned long flags;
  void (*restorer)(void);
  uint64_t mask;
};

/// Makes `handler`, or the signal's default when it is null, what is done at a signal: on the alternate stack, with all
/// signals blocked, and with these flags beside (sigaction(2)). What was done before comes into `*before`, unless that is null.
/// 0 or a negated error number.
int swiftmalloc_handle_signal(int number, swiftmalloc_signal_handler handler, unsigned long flags,
                              struct swiftmalloc_signal_action *before);

#endif
