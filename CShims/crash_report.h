// Between faults.c, which gets the signals, and crash.c, which ends the process.

#ifndef SWIFTMALLOC_CRASH_REPORT_H
#define SWIFTMALLOC_CRASH_REPORT_H

#include <signal.h>

#include "crash.h"

/// Whether it is one of the six signals that a crash is.
int swiftmalloc_is_fatal(int number);

/// Reports, if reports are wanted, and ends the process by the signal when the handler that calls returns.
void swiftmalloc_crash_by(int number, siginfo_t *information, void *context, int is_explained);

/// Gives up the signal: its default action from now on, and this very signal once more, which comes when the handler
/// returns. For handlers.
void swiftmalloc_end_by_signal(int number, const siginfo_t *information);

/// Makes our handler the signal's.
void swiftmalloc_install_handler(int number);

/// As above, when its action is the default.
void swiftmalloc_watch_signal(int number);

/// Whether our handler is in force.
int swiftmalloc_is_own_action(int number);

#endif
