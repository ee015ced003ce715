// When leaks are looked for: at the process' end, however it ends by its own will, and when the program asks.

#ifndef SWIFTMALLOC_LEAKS_H
#define SWIFTMALLOC_LEAKS_H

#include <stddef.h>
#include <stdint.h>

/// Makes `check` run at the process' end, after everything that the program and its libraries do there, and in _exit,
/// _Exit and quick_exit. It is told the status and where the stack of the caller ends, registers included, and answers
/// with the status to end with. Call it when the C library can serve everything.
void swiftmalloc_check_at_exit(int (*check)(int status, uintptr_t stack_end));

/// Makes `check` run when the program calls swiftmalloc_check_leaks.
void swiftmalloc_check_on_demand(size_t (*check)(uintptr_t stack_end));

/// Makes `check` run when the program calls LeakSanitizer's functions (sanitizer.c): a final one answers with the status to end
/// with, or 0, another one with the number of lost blocks.
void swiftmalloc_check_when_told(int (*check)(uintptr_t stack_end, int is_final));

/// Runs that check; 0 without one.
int swiftmalloc_check_lost(int is_final);

/// Ends the process as _exit does, but without a check.
_Noreturn void swiftmalloc_end_quickly(int status);

/// Whether the program wants no leak check (its own `__lsan_is_turned_off`).
int swiftmalloc_program_turns_leaks_off(void);

/// Lines of suppressions that the program has (its own `__lsan_default_suppressions`); null when it has none.
const char *swiftmalloc_program_suppressions(void);

/// The check of the process' end, now, for a handler whose signal ends the process.
int swiftmalloc_check_in_handler(void);

/// From now on nothing is checked: a report ends the process, and a handler of SIGABRT may call _exit inside of it.
void swiftmalloc_check_no_more(void);

/// Makes swiftmalloc_check_leaks run, on a thread of our own, whenever the process gets the signal; 0 or an error
/// number. Call it again in the child of a fork, where that thread is missing.
int swiftmalloc_check_on_signal(int number);

/// Whether a signal has asked for the check that now runs on demand.
int swiftmalloc_is_check_by_signal(void);

/// Whether a descriptor is that of a terminal.
int swiftmalloc_is_terminal(int descriptor);

#endif
