// What the parts of a folder here do beside those of unwinder.h, crash.h and step.h. Not for Swift.

#ifndef SWIFTMALLOC_SIGNAL_FRAME_H
#define SWIFTMALLOC_SIGNAL_FRAME_H

#include <stdint.h>

#include "signals.h"

/// Sets what a handler returns to, where the kernel wants to be told (rt_sigreturn(2)).
void swiftmalloc_set_signal_return(struct swiftmalloc_signal_action *action);

/// A pointer of the calling thread's own that only the kernel can tell, beside the thread pointer; 0 where there is none.
uintptr_t swiftmalloc_segment_base(void);

#endif
