// A call on another stack. Not for Swift.

#ifndef SWIFTMALLOC_CALL_ON_STACK_H
#define SWIFTMALLOC_CALL_ON_STACK_H

#include <stdint.h>

/// Calls `body` on the stack that ends below `top`, a multiple of 16, and comes back to the caller's own. Of the
/// caller's registers all that `body` has to keep are put on the caller's stack first: a leak check finds the
/// pointers in them there. Frame pointers and unwind tables lead from the other stack back to the caller. No signal's
/// mask changes.
void swiftmalloc_call_on_stack(void (*body)(void *), void *context, uintptr_t top);

#endif
