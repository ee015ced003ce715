// One instruction of the program with access to a page.
#ifndef SWIFTMALLOC_STEP_H
#define SWIFTMALLOC_STEP_H

#include <stddef.h>
#include <stdint.h>

/// Lets the instruction that a signal handler interrupted run once; behind it the page is inaccessible again, with its contents.
///
/// - Parameter context: what the handler was given.
/// - Returns: 0 where that cannot be done, and the page stays as it is: on other processors than x86-64, under a debugger, where the
///   program handles or blocks SIGTRAP.
int swiftmalloc_step(const void *context, uintptr_t page, size_t length);

#endif
